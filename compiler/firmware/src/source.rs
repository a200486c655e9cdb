//! Where firmware comes from: a wheel, the shared library of an installed package, or a bare image.
//!
//! In: a file that the user named (its first bytes, not its name, tell what it is), or nothing, in
//! which case an installed package or `pip` supplies one. Out: the files of the release, each equal
//! to its pin. Never: a byte that differs from the release table.

use std::fmt;
use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::Path;

use oakc_digest::sha256;
use oakc_runtime_schema::release::Supported;
use zip::ZipArchive;

use crate::error::{BadWheel, Error, Lack, Result, Unusable};
use crate::extract::{Extracted, extract};
use crate::progress::{Progress, ProgressFn};
use crate::python;
use crate::wheel::{Wanted, universal, wanted};

/// Most bytes read of a shared library or a wheel's member; the real ones have 15 to 25 MB.
const LIBRARY_LIMIT: u64 = 256 << 20;
/// Most shared libraries searched in one wheel; the real ones have one.
const LIBRARIES_LIMIT: usize = 8;

/// A file that was found and is what the release table says.
pub(crate) type Verified = (Wanted, Vec<u8>);

/// What a file is.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Wheel,
    Library,
    Image,
}

/// Takes the files of `release` from the file at `path`.
pub(crate) fn from_file(
    release: Supported,
    path: &Path,
    progress: ProgressFn<'_>,
) -> Result<Vec<Verified>> {
    progress(Progress::Reading {
        path: path.to_owned(),
    });
    match kind_of(path)? {
        Kind::Wheel => from_wheel(release, path, progress),
        Kind::Library => {
            let library = read_bounded(path)?;
            from_libraries(release, path, [Ok(library)], progress)
        }
        Kind::Image => from_image(release, path, progress),
    }
}

/// Takes the files of `release` from an installed package, else from a wheel that pip downloads
/// into `scratch`.
pub(crate) fn automatic(
    release: Supported,
    scratch: &Path,
    progress: ProgressFn<'_>,
) -> Result<Vec<Verified>> {
    let version = release.version();
    progress(Progress::LookingForPackage { version });
    for library in python::installed_libraries(version, scratch) {
        // If the package is damaged or was tampered with, there is still the wheel.
        if let Ok(files) = from_file(release, &library, progress) {
            return Ok(files);
        }
    }
    progress(Progress::Downloading { version });
    let wheel = python::download(version, scratch);
    let wheel = wheel.map_err(|reason| Error::Fetch { version, reason })?;
    // The directory that it is in has a name that nobody knows, and will be gone.
    let name = Path::new(wheel.file_name().unwrap_or_default());
    let files = from_file(release, &wheel, &mut |event| progress(event.about(name)));
    files.map_err(|error| error.about(name))
}

fn kind_of(path: &Path) -> Result<Kind> {
    let mut start = Vec::new();
    File::open(path)
        .and_then(|file| file.take(4).read_to_end(&mut start))
        .map_err(Error::read(path))?;
    match start.as_slice() {
        b"PK\x03\x04" => Ok(Kind::Wheel),
        b"MA2x" => Ok(Kind::Image),
        // ELF, Windows, and the four Mach-O forms (64 bit and fat, either byte order).
        b"\x7fELF"
        | [b'M', b'Z', ..]
        | b"\xcf\xfa\xed\xfe"
        | b"\xfe\xed\xfa\xcf"
        | b"\xca\xfe\xba\xbe"
        | b"\xbe\xba\xfe\xca" => Ok(Kind::Library),
        _ => Err(Error::UnknownSource {
            path: path.to_owned(),
        }),
    }
}

fn read_bounded(path: &Path) -> Result<Vec<u8>> {
    let size = fs::metadata(path).map_err(Error::read(path))?.len();
    if size > LIBRARY_LIMIT {
        return Err(Error::Unusable {
            path: path.to_owned(),
            reason: Unusable::TooLarge { size },
        });
    }
    fs::read(path).map_err(Error::read(path))
}

fn from_wheel(release: Supported, path: &Path, progress: ProgressFn<'_>) -> Result<Vec<Verified>> {
    let file = File::open(path).map_err(Error::read(path))?;
    let bad = |reason: BadWheel| Error::Wheel {
        path: path.to_owned(),
        reason,
    };
    let damaged = |error: &dyn fmt::Display| bad(BadWheel::Archive(error.to_string()));
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| damaged(&error))?;
    let indices = library_indices(&archive);
    if indices.is_empty() {
        return Err(bad(BadWheel::NoLibrary));
    }
    let libraries = indices.into_iter().map(|index| {
        let member = archive.by_index(index).map_err(|error| damaged(&error))?;
        let mut bytes = Vec::new();
        member
            .take(LIBRARY_LIMIT + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| damaged(&error))?;
        if bytes.len() as u64 > LIBRARY_LIMIT {
            return Err(bad(BadWheel::TooLarge));
        }
        Ok(bytes)
    });
    from_libraries(release, path, libraries, progress)
}

/// Indices of the members that are shared libraries of depthai, for any platform.
fn library_indices(archive: &ZipArchive<BufReader<File>>) -> Vec<usize> {
    archive
        .file_names_raw()
        .enumerate()
        .filter(|(_, name)| {
            let file = name.rsplit(|byte| *byte == b'/').next().unwrap_or(name);
            file.starts_with(b"depthai") && is_library(file)
        })
        .map(|(index, _)| index)
        .take(LIBRARIES_LIMIT)
        .collect()
}

pub(crate) fn is_library(name: &[u8]) -> bool {
    [b".so".as_slice(), b".pyd", b".dll", b".dylib"]
        .iter()
        .any(|suffix| name.ends_with(suffix))
}

fn from_libraries(
    release: Supported,
    path: &Path,
    libraries: impl IntoIterator<Item = Result<Vec<u8>>>,
    progress: ProgressFn<'_>,
) -> Result<Vec<Verified>> {
    let wanted = wanted(release);
    let names: Vec<&str> = wanted.iter().map(|file| file.member.as_str()).collect();
    let mut reason = None;
    for library in libraries {
        let mut found = extract(&library?, &names);
        if found.members.len() == names.len() {
            progress(Progress::Verifying {
                version: release.version(),
            });
            return wanted
                .into_iter()
                .filter_map(|file| Some((found.members.remove(&file.member)?, file)))
                .map(|(bytes, file)| verified(release, path, file, bytes))
                .collect();
        }
        reason = reason.or(Some(why_incomplete(&found, &names)));
    }
    Err(Error::NotInSource {
        path: path.to_owned(),
        version: release.version(),
        reason: reason.unwrap_or(Lack::NoArchive),
    })
}

fn why_incomplete(found: &Extracted, names: &[&str]) -> Lack {
    if let Some(commit) = &found.other_firmware {
        let commit = commit.clone();
        return Lack::OtherRelease { commit };
    }
    if let Some(failure) = &found.failure {
        return Lack::DamagedArchive(failure.clone());
    }
    if found.members.is_empty() {
        return Lack::NoArchive;
    }
    let missing = names
        .iter()
        .filter(|name| !found.members.contains_key(**name));
    Lack::Files(missing.map(|name| (*name).to_owned()).collect())
}

/// A bare image can only be the universal one: the others are made from it.
fn from_image(release: Supported, path: &Path, progress: ProgressFn<'_>) -> Result<Vec<Verified>> {
    let bytes = read_bounded(path)?;
    progress(Progress::Verifying {
        version: release.version(),
    });
    Ok(vec![verified(release, path, universal(release), bytes)?])
}

fn verified(release: Supported, path: &Path, file: Wanted, bytes: Vec<u8>) -> Result<Verified> {
    let found = sha256(&bytes);
    if found == file.pin.sha256 {
        return Ok((file, bytes));
    }
    Err(Error::WrongDigest {
        path: path.to_owned(),
        member: file.member,
        version: release.version(),
        found,
        expected: file.pin.sha256,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic::{self, Fixture};

    fn take(fixture: &Fixture, name: &str, bytes: &[u8]) -> Result<Vec<Verified>> {
        let path = fixture.write(name, bytes);
        from_file(fixture.release, &path, &mut |_| {})
    }

    #[test]
    fn a_wheel_and_the_shared_library_in_it_give_the_same_files() {
        let fixture = Fixture::new();
        let from_wheel = take(&fixture, "a.whl", &fixture.wheel()).unwrap();
        let from_library = take(&fixture, "a.so", &fixture.library()).unwrap();
        assert_eq!(from_wheel, from_library);
        assert_eq!(from_wheel.len(), wanted(fixture.release).len());
    }

    #[test]
    fn a_bare_image_gives_the_universal_firmware_only() {
        let fixture = Fixture::new();
        let files = take(&fixture, "a.cmd", &fixture.universal).unwrap();
        assert_eq!(files.len(), 1);
        assert_eq!(files[0].1, fixture.universal);
    }

    #[test]
    fn a_changed_image_is_refused_with_both_digests() {
        let fixture = Fixture::new();
        let mut image = fixture.universal.clone();
        image[100] ^= 1;
        let error = take(&fixture, "a.cmd", &image).unwrap_err();
        assert!(matches!(error, Error::WrongDigest { .. }), "{error}");
        assert!(
            error
                .to_string()
                .contains(fixture.release.files().universal.sha256)
        );
    }

    #[test]
    fn the_wheel_of_another_release_says_which_firmware_it_holds() {
        let fixture = Fixture::new();
        let other = synthetic::library(&[&[(
            "depthai-device-openvino-universal-0123abcd.cmd",
            b"MA2x".as_slice(),
        )]]);
        let error = take(&fixture, "b.whl", &synthetic::wheel(&other)).unwrap_err();
        assert!(error.to_string().contains("0123abcd"), "{error}");
        assert!(error.to_string().contains("b.whl"), "{error}");
    }

    #[test]
    fn broken_and_foreign_files_are_told_apart() {
        let fixture = Fixture::new();
        let mut cut = fixture.wheel();
        cut.truncate(cut.len() / 2);
        assert!(matches!(
            take(&fixture, "cut.whl", &cut),
            Err(Error::Wheel { .. })
        ));
        let foreign = take(&fixture, "x.txt", b"hello");
        assert!(matches!(foreign, Err(Error::UnknownSource { .. })));
        let empty = take(&fixture, "empty", b"");
        assert!(matches!(empty, Err(Error::UnknownSource { .. })));
        let elf = take(&fixture, "plain.so", b"\x7fELF and nothing else");
        assert!(matches!(elf, Err(Error::NotInSource { .. })));
        let gone = from_file(
            fixture.release,
            Path::new("/nonexistent/a.whl"),
            &mut |_| {},
        );
        assert!(matches!(gone, Err(Error::Read { .. })));
    }

    #[test]
    fn an_archive_that_lacks_a_member_names_it() {
        let fixture = Fixture::new();
        let (name, bytes) = (universal(fixture.release).member, fixture.universal.clone());
        let library = synthetic::library(&[&[(name.as_str(), bytes.as_slice())]]);
        let error = take(&fixture, "part.so", &library).unwrap_err().to_string();
        assert!(error.contains("depthai-bootloader-usb.cmd"), "{error}");
    }
}
