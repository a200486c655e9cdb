//! Puts a release into the cache.
//!
//! In: a release and a source. Out: the complete directory of the release. Never: a file under its
//! final name that differs from the release table, or half an installation: the directory is built
//! under a temporary name and renamed.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use oakc_runtime_schema::release::Supported;
use serde::Serialize;

use crate::cache;
use crate::content::{FileState, state_of};
use crate::deflate;
use crate::error::{Action, Error, Result};
use crate::progress::{Progress, ProgressFn};
use crate::source::{self, Verified};
use crate::wheel::{Wanted, image_file, wanted};

/// Name of the list of what was installed.
pub(crate) const MANIFEST: &str = "manifest.json";

/// For people and scripts that look into the cache. oakc itself relies on the release table only.
#[derive(Serialize)]
struct Manifest<'a> {
    version: &'a str,
    firmware_commit: &'a str,
    bootloader_version: String,
    source: Option<String>,
    files: Vec<ManifestFile<'a>>,
}

#[derive(Serialize)]
struct ManifestFile<'a> {
    name: &'a str,
    size: u64,
    sha256: &'a str,
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
    cache::sweep(parent);
    cache::sweep(target);
    let _lock = cache::lock(parent, || progress(Progress::Waiting));
    discard_damaged(release, target);
    let (intact, others) = by_state(release, target);
    if others.is_empty() {
        progress(Progress::AlreadyInstalled {
            version: release.version(),
            path: target.to_owned(),
        });
        return Ok(());
    }
    let fetched = fetch(release, parent, from, progress)?;
    let staged = cache::scratch_dir(parent)?;
    let files = stage(staged.path(), target, &intact, &fetched)?;
    write_manifest(staged.path(), release, from, &files)?;
    cache::publish_dir(staged, target)?;
    progress(Progress::Installed {
        version: release.version(),
        path: target.to_owned(),
    });
    Ok(())
}

/// Removes damaged files that were made from those of the wheel: they are made again when they are
/// needed, but only if they are missing.
fn discard_damaged(release: Supported, target: &Path) {
    for patched in release.files().patched {
        let path = target.join(image_file(patched.variant));
        if matches!(state_of(&path, patched.image), FileState::Damaged(_)) {
            // If it cannot be removed, its next use reports that.
            let _ = fs::remove_file(path);
        }
    }
    let Ok(entries) = fs::read_dir(target) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.extension() == Some(OsStr::new("deflate")) && !deflate::is_intact(&path) {
            let _ = fs::remove_file(path);
        }
    }
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
    staged: &Path,
    target: &Path,
    intact: &'a [Wanted],
    fetched: &'a [Verified],
) -> Result<Vec<&'a Wanted>> {
    let mut files = Vec::new();
    for (file, bytes) in fetched {
        cache::write_into_scratch(&staged.join(&file.file), bytes)?;
        files.push(file);
    }
    for file in intact {
        if !files.contains(&file) {
            let old = target.join(&file.file);
            let bytes = fs::read(&old).map_err(Error::cache(Action::Read, &old))?;
            cache::write_into_scratch(&staged.join(&file.file), &bytes)?;
            files.push(file);
        }
    }
    Ok(files)
}

fn write_manifest(
    staged: &Path,
    release: Supported,
    from: Option<&Path>,
    files: &[&Wanted],
) -> Result<()> {
    let manifest = Manifest {
        version: release.version(),
        firmware_commit: release.commit(),
        bootloader_version: release.files().bootloader.to_string(),
        source: from
            .and_then(Path::file_name)
            .map(OsStr::to_string_lossy)
            .map(Into::into),
        files: files
            .iter()
            .map(|file| ManifestFile {
                name: &file.file,
                size: file.pin.size,
                sha256: file.pin.sha256,
            })
            .collect(),
    };
    let path = staged.join(MANIFEST);
    let text = serde_json::to_vec_pretty(&manifest)
        .map_err(|error| Error::cache(Action::Write, &path)(error.into()))?;
    cache::write_into_scratch(&path, &text)
}
