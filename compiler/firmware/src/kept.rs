//! What the cache keeps besides the files of wheels: images and compressed images that were made on first
//! use, and the list of what was installed.
//!
//! In: a directory of the cache. Out: the names of what is in it, and what each turned out to be. Never:
//! anything believed because of where it lies.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use oakc_runtime_schema::release::{Pin, Supported};

use crate::content::{FileState, state_of};
use crate::deflate;
use crate::error::{Action, Error, Result};
use crate::install::{MANIFEST, manifest_state};
use crate::wheel::{image_file, wanted};

/// Ending of compressed images.
const DEFLATE: &str = ".deflate";

/// Everything in the directory of a release that is not from its wheel.
pub(crate) fn of_release(release: Supported, directory: &Path) -> Result<Vec<(String, FileState)>> {
    let from_wheel: Vec<_> = wanted(release).into_iter().map(|file| file.file).collect();
    let mut names = names(directory)?;
    names.retain(|name| !from_wheel.contains(name));
    let state = |name: String| {
        let state = state_in_release(release, directory, &name);
        (name, state)
    };
    Ok(names.into_iter().map(state).collect())
}

/// Everything in the directory of compressed images of the user.
pub(crate) fn of_custom(directory: &Path) -> Result<Vec<(String, FileState)>> {
    let state = |name: String| {
        let sha256 = name.strip_suffix(DEFLATE).filter(|name| is_digest(name));
        let state = match sha256 {
            Some(sha256) => deflate::state_of(&directory.join(&name), sha256, None),
            None => FileState::Unknown,
        };
        (name, state)
    };
    Ok(names(directory)?.into_iter().map(state).collect())
}

/// Removes what is damaged: it is made again when it is needed, but only if it is missing.
pub(crate) fn discard_damaged(directory: &Path, kept: &[(String, FileState)]) {
    for (name, state) in kept {
        if matches!(state, FileState::Damaged(_)) && name != MANIFEST {
            // If it cannot be removed, its next use reports that.
            let _ = fs::remove_file(directory.join(name));
        }
    }
}

fn state_in_release(release: Supported, directory: &Path, name: &str) -> FileState {
    let path = directory.join(name);
    if name == MANIFEST {
        return manifest_state(release, &path);
    }
    let (image, is_compressed) = match name.strip_suffix(DEFLATE) {
        Some(image) => (image, true),
        None => (name, false),
    };
    match image_pin(release, image) {
        Some(pin) if is_compressed => deflate::state_of(&path, pin.sha256, Some(pin.size)),
        Some(pin) => state_of(&path, pin),
        None => FileState::Unknown,
    }
}

/// What the image of that name has to be.
fn image_pin(release: Supported, name: &str) -> Option<Pin> {
    let files = release.files();
    let patched = files.patched.iter();
    let mut images = patched.map(|patched| (image_file(patched.variant), patched.image));
    let universal = wanted(release).into_iter().next();
    let universal = universal.map(|file| (file.file, file.pin));
    let found = images.find(|(file, _)| file == name);
    let found = found.or(universal.filter(|(file, _)| file == name));
    found.map(|(_, pin)| pin)
}

/// The names of everything in a directory, in order, except what is unfinished; none if it is not there.
fn names(directory: &Path) -> Result<Vec<String>> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::cache(Action::Read, directory)(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(Error::cache(Action::Read, directory))?;
        let name = entry.file_name();
        if !oakc_scratch::is_unfinished(&name) {
            names.push(name.to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn is_digest(text: &str) -> bool {
    let is_hex = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    text.len() == 64 && text.bytes().all(is_hex)
}
