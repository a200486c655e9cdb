//! Puts a release into the cache.
//!
//! In: a release and a source. Out: the complete directory of the release. Never: a file under its
//! final name that differs from the release table, or half an installation: the directory is built
//! under a temporary name and renamed.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::Path;

use oakc_runtime_schema::release::Supported;
use serde::{Deserialize, Serialize};

use crate::cache::{self, Staged};
use crate::content::{FileState, state_of};
use crate::error::{Action, Damage, Error, Result};
use crate::kept;
use crate::progress::{Progress, ProgressFn};
use crate::source::{self, Verified};
use crate::wheel::{Wanted, wanted};

/// Name of the list of what was installed.
pub(crate) const MANIFEST: &str = "manifest.json";
/// Most bytes that are read of it.
const MANIFEST_LIMIT: u64 = 1 << 20;

/// For people and scripts that look into the cache. oakc itself relies on the release table only.
#[derive(Serialize, Deserialize)]
struct Manifest {
    version: String,
    firmware_commit: String,
    bootloader_version: String,
    source: Option<String>,
    files: Vec<ManifestFile>,
}

#[derive(Serialize, Deserialize)]
struct ManifestFile {
    name: String,
    size: u64,
    sha256: String,
}

/// Installs `release` into `target`, a directory inside `parent`, from the file `from` or
/// automatically. Does nothing when everything that could be installed is there and intact.
pub(crate) fn install(
    release: Supported,
    parent: &Path,
    target: &Path,
    from: Option<&Path>,
    progress: ProgressFn<'_>,
) -> Result<()> {
    cache::make_dir(parent)?;
    let _lock = cache::lock(parent, || progress(Progress::Waiting));
    kept::discard_damaged(target, &kept::of_release(release, target)?);
    let (intact, others) = by_state(release, target);
    if others.is_empty() {
        if manifest_state(release, &target.join(MANIFEST)) != FileState::Intact {
            rewrite_manifest(release, target, &intact)?;
        }
        progress(Progress::AlreadyInstalled {
            version: release.version(),
            path: target.to_owned(),
        });
        return Ok(());
    }
    let fetched = fetch(release, parent, from, progress)?;
    let staged = Staged::new(target)?;
    let files = stage(&staged, target, &intact, &fetched)?;
    staged.write(MANIFEST, &manifest(release, target, from, &files)?)?;
    staged.publish()?;
    progress(Progress::Installed {
        version: release.version(),
        path: target.to_owned(),
    });
    Ok(())
}

/// The files of the release that are in `target` and intact, and the others.
fn by_state(release: Supported, target: &Path) -> (Vec<Wanted>, Vec<Wanted>) {
    wanted(release)
        .into_iter()
        .partition(|file| state_of(&target.join(&file.file), file.pin) == FileState::Intact)
}

fn fetch(
    release: Supported,
    parent: &Path,
    from: Option<&Path>,
    progress: ProgressFn<'_>,
) -> Result<Vec<Verified>> {
    if let Some(path) = from {
        return source::from_file(release, path, progress);
    }
    let scratch = cache::scratch_dir(parent)?;
    source::automatic(release, scratch.path(), progress)
}

/// Writes the fetched files, and copies intact ones that the source does not contain (a bare image
/// contains only itself).
fn stage<'a>(
    staged: &Staged<'_>,
    target: &Path,
    intact: &'a [Wanted],
    fetched: &'a [Verified],
) -> Result<Vec<&'a Wanted>> {
    let mut files = Vec::new();
    for (file, bytes) in fetched {
        staged.write(&file.file, bytes)?;
        files.push(file);
    }
    for file in intact {
        if !files.contains(&file) {
            let old = target.join(&file.file);
            let bytes = fs::read(&old).map_err(Error::cache(Action::Read, &old))?;
            staged.write(&file.file, &bytes)?;
            files.push(file);
        }
    }
    Ok(files)
}

fn rewrite_manifest(release: Supported, target: &Path, files: &[Wanted]) -> Result<()> {
    let files: Vec<_> = files.iter().collect();
    let text = manifest(release, target, None, &files)?;
    cache::write_file(&target.join(MANIFEST), |file| file.write_all(&text))
}

fn manifest(
    release: Supported,
    target: &Path,
    from: Option<&Path>,
    files: &[&Wanted],
) -> Result<Vec<u8>> {
    let source = from.and_then(Path::file_name).map(OsStr::to_string_lossy);
    let files = files.iter().map(|file| ManifestFile {
        name: file.file.clone(),
        size: file.pin.size,
        sha256: file.pin.sha256.to_owned(),
    });
    let manifest = Manifest {
        version: release.version().to_owned(),
        firmware_commit: release.commit().to_owned(),
        bootloader_version: release.files().bootloader.to_string(),
        source: source.map(Into::into),
        files: files.collect(),
    };
    serde_json::to_vec_pretty(&manifest).map_err(|error| {
        let path = target.join(MANIFEST);
        Error::cache(Action::Write, &path)(error.into())
    })
}

/// Whether the list of what was installed lists files of the release. It may lack some: an installation from
/// a bare image has only that one.
pub(crate) fn manifest_state(release: Supported, path: &Path) -> FileState {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return FileState::Missing,
        Err(error) => return FileState::Damaged(Damage::Unreadable(error.to_string())),
    };
    let read = serde_json::from_reader::<_, Manifest>(file.take(MANIFEST_LIMIT));
    let is_right = read.is_ok_and(|manifest| {
        let wanted = wanted(release);
        let is_wanted = |listed: &ManifestFile| {
            let mut wanted = wanted.iter();
            wanted.any(|file| file.file == listed.name && file.pin.sha256 == listed.sha256)
        };
        manifest.version == release.version()
            && manifest.firmware_commit == release.commit()
            && manifest.files.iter().all(is_wanted)
    });
    if is_right {
        FileState::Intact
    } else {
        FileState::Damaged(Damage::List)
    }
}
