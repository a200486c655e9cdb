//! What lies in the cache: its root in, what is kept there with sizes and what it is for out; and its removal.
//!
//! Never: anything removed outside of the folders that oakc makes there, or over a symbolic link.

use std::path::{Path, PathBuf};
use std::{fmt, fs};

use serde::Serialize;

use crate::entry::{ABOUT, Named, read};
use crate::error::{Action, Error, Result};

/// What something in the cache is kept for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Owner {
    /// Firmware of releases, and of images that users have.
    Firmware,
    /// Compiled and fetched models.
    Models,
    /// What programs run in.
    Environments,
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Firmware => "firmware",
            Self::Models => "models",
            Self::Environments => "environments",
        })
    }
}

/// Something in the cache.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// What it is kept for.
    pub owner: Owner,
    /// What it is.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// The bytes of its files.
    pub bytes: u64,
}

/// The folders of the cache whose entries are kept, each with its owner.
const FOLDERS: [(Owner, &str); 7] = [
    (Owner::Firmware, "firmware"),
    (Owner::Firmware, "custom"),
    (Owner::Models, crate::blob::FOLDER),
    (Owner::Models, crate::fetch::FOLDER),
    (Owner::Models, crate::fetch::PARTIAL),
    (Owner::Models, crate::prepare::FOLDER),
    (Owner::Environments, crate::environment::FOLDER),
];

/// What lies in the cache, by owner and name.
///
/// # Errors
/// Where a folder cannot be read.
pub fn list(cache: &Path) -> Result<Vec<Kept>> {
    let mut found = Vec::new();
    for (owner, folder) in FOLDERS {
        let folder = cache.join(folder);
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(Error::cache(Action::Read, &folder)(error)),
        };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name == ".lock" || oakc_scratch::is_unfinished(&entry.file_name()) {
                continue;
            }
            let path = entry.path();
            found.push(Kept {
                owner,
                name: about(&path).unwrap_or(name),
                bytes: size_of(&path),
                path,
            });
        }
    }
    found.sort_by(|one, other| {
        (one.owner, &one.name, &one.path).cmp(&(other.owner, &other.name, &other.path))
    });
    Ok(found)
}

/// Removes what was listed.
///
/// # Errors
/// Where something cannot be removed.
pub fn remove(doomed: &[Kept]) -> Result<()> {
    for kept in doomed {
        let is_folder = kept.path.symlink_metadata().is_ok_and(|it| it.is_dir());
        let removed = if is_folder {
            fs::remove_dir_all(&kept.path)
        } else {
            fs::remove_file(&kept.path)
        };
        removed.map_err(Error::cache(Action::Remove, &kept.path))?;
    }
    Ok(())
}

/// What is said about a model beside it.
fn about(folder: &Path) -> Option<String> {
    let text = read(&folder.join(ABOUT))?;
    let about: Named = serde_json::from_slice(&text).ok()?;
    let id = folder.file_name()?.to_str()?.get(..8)?;
    Some(format!("{} ({id})", about.name))
}

/// The bytes of a file, or of those in a folder and below it. No link is followed.
fn size_of(path: &Path) -> u64 {
    let (mut open, mut size) = (vec![path.to_owned()], 0u64);
    while let Some(path) = open.pop() {
        match path.symlink_metadata() {
            Ok(data) if data.is_dir() => {
                let entries = fs::read_dir(&path).into_iter().flatten().flatten();
                open.extend(entries.map(|entry| entry.path()));
            }
            Ok(data) => size = size.saturating_add(data.len()),
            Err(_) => {}
        }
    }
    size
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache() -> tempfile::TempDir {
        let cache = tempfile::tempdir().unwrap();
        let write = |path: &str, bytes: &[u8]| {
            let path = cache.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        };
        write("firmware/2.33.0.0/universal.cmd", &[0; 10]);
        write("firmware/.lock", &[]);
        write("models/compiled/0123456789/model.blob", &[0; 20]);
        write(
            "models/compiled/0123456789/about.json",
            b"{\"name\":\"n.onnx\"}",
        );
        write(
            "environments/openvino-2021.4.2-cp39/packages/a.py",
            &[0; 30],
        );
        write("of-somebody-else", &[0; 40]);
        cache
    }

    #[test]
    fn everything_is_listed_with_its_owner_and_size() {
        let cache = cache();
        let listed = list(cache.path()).unwrap();
        let listed: Vec<_> = listed
            .iter()
            .map(|it| (it.owner, it.name.as_str(), it.bytes))
            .collect();
        let expected = [
            (Owner::Firmware, "2.33.0.0", 10),
            (Owner::Models, "n.onnx (01234567)", 37),
            (Owner::Environments, "openvino-2021.4.2-cp39", 30),
        ];
        assert_eq!(listed, expected);
    }

    #[test]
    fn only_what_was_meant_is_removed() {
        let cache = cache();
        let mut doomed = list(cache.path()).unwrap();
        doomed.retain(|kept| kept.owner == Owner::Models);
        assert_eq!(doomed.len(), 1);
        remove(&doomed).unwrap();
        let left: Vec<_> = list(cache.path())
            .unwrap()
            .iter()
            .map(|it| it.owner)
            .collect();
        assert_eq!(left, [Owner::Firmware, Owner::Environments]);
        assert!(cache.path().join("of-somebody-else").exists());
    }
}
