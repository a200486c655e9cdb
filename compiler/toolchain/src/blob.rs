//! Compiled models in the cache: a model and settings in, their blob out, compiled at most once.
//!
//! A blob is found by a digest of everything that decides about its bytes: the model, the settings, the compiler and what
//! oakc does with it. What is read from the cache is compared with the digest that was written beside it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use oakc_digest::{Sha256, sha256};
use serde::{Deserialize, Serialize};

use crate::compile::compile;
use crate::entry::{ABOUT, keep, lock, read};
use crate::environment::{Environment, Setup, TOOL};
use crate::error::{Action, Error, Result};
use crate::settings::Settings;
use crate::source::Source;
use crate::{Progress, ProgressFn};

/// Where compiled models are in the cache.
pub(crate) const FOLDER: &str = "models/compiled";
/// The blob, in the folder of its own.
const BLOB: &str = "model.blob";

/// It changes whenever equal settings are to give other bytes.
const RECIPE: &str = "1";

/// The compiled models in a cache.
#[derive(Clone, Debug)]
pub struct Blobs {
    cache: PathBuf,
}

/// A compiled model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The blob.
    pub bytes: Arc<[u8]>,
    /// What it was made from, and with what: equal for equal builds.
    pub key: String,
}

/// What is said about a blob beside it.
#[derive(Debug, Serialize, Deserialize)]
struct About {
    /// What the model is called.
    name: String,
    tool: String,
    source: String,
    settings: Settings,
    sha256: String,
}

impl Made {
    /// Where it is in a cache.
    pub fn place(&self) -> PathBuf {
        Path::new(FOLDER).join(&self.key)
    }
}

impl Blobs {
    /// Those in this cache. Reads and writes nothing yet.
    pub fn new(cache: impl Into<PathBuf>) -> Self {
        Self {
            cache: cache.into(),
        }
    }

    /// The blob of a model, if it is there and intact.
    pub fn get(&self, source: &Source, settings: &Settings) -> Option<Made> {
        let key = key(source, settings);
        let folder = self.folder().join(&key);
        let about: About = serde_json::from_slice(&read(&folder.join(ABOUT))?).ok()?;
        let bytes = read(&folder.join(BLOB))?;
        let is_right = sha256(&bytes) == about.sha256;
        is_right.then(|| Made {
            bytes: bytes.into(),
            key,
        })
    }

    /// The blob of a model; it is compiled first if it is not there, and the compiler installed.
    ///
    /// # Errors
    /// Where it cannot be compiled.
    pub fn make(
        &self,
        source: &Source,
        settings: &Settings,
        setup: &Setup,
        progress: ProgressFn<'_>,
    ) -> Result<Made> {
        if let Some(made) = self.get(source, settings) {
            return Ok(made);
        }
        // Nobody should wait for an installation to learn that.
        source.check(settings)?;
        let environment = Environment::open(&self.cache, setup, progress)?;
        let parent = self.folder();
        fs::create_dir_all(&parent).map_err(Error::cache(Action::Create, &parent))?;
        let _lock = lock(&parent, || progress(Progress::Waiting));
        if let Some(made) = self.get(source, settings) {
            return Ok(made);
        }
        progress(Progress::Compiling {
            model: source.name().to_owned(),
            shaves: settings.shaves,
        });
        let bytes = compile(&environment, source, settings, &parent)?;
        let key = key(source, settings);
        store(&parent, &key, &bytes, source, settings)?;
        Ok(Made {
            bytes: bytes.into(),
            key,
        })
    }

    fn folder(&self) -> PathBuf {
        self.cache.join(FOLDER)
    }
}

/// Puts a blob into the cache, with what it was made of.
fn store(
    parent: &Path,
    key: &str,
    bytes: &[u8],
    source: &Source,
    settings: &Settings,
) -> Result<()> {
    let about = About {
        name: source.name().to_owned(),
        tool: TOOL.to_owned(),
        source: source.sha256(),
        settings: settings.clone(),
        sha256: sha256(bytes),
    };
    keep(parent, key, &[(BLOB, bytes)], &about)
}

/// A digest of everything that decides about the bytes.
fn key(source: &Source, settings: &Settings) -> String {
    let mut hash = Sha256::new();
    let settings = serde_json::to_string(settings).unwrap_or_default();
    for part in [RECIPE, TOOL, &source.sha256(), &settings] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source() -> Source {
        let net = b"<net name=\"n\" version=\"10\">".as_slice();
        Source::new("n.xml", net.into(), Some([].as_slice().into())).unwrap()
    }

    #[test]
    fn a_blob_is_found_by_what_it_was_made_of_and_not_when_it_is_damaged() {
        let cache = tempfile::tempdir().unwrap();
        let blobs = Blobs::new(cache.path());
        let (source, settings) = (source(), Settings::new(6));
        assert_eq!(blobs.get(&source, &settings), None);
        let parent = blobs.folder();
        fs::create_dir_all(&parent).unwrap();
        let key = key(&source, &settings);
        store(&parent, &key, b"blob", &source, &settings).unwrap();
        let made = blobs.get(&source, &settings).unwrap();
        assert_eq!((&*made.bytes, &made.key), (&b"blob"[..], &key));
        assert_eq!(blobs.get(&source, &Settings::new(5)), None);
        fs::write(parent.join(&key).join(BLOB), b"blub").unwrap();
        assert_eq!(blobs.get(&source, &settings), None);
        store(&parent, &key, b"blob", &source, &settings).unwrap();
        assert!(blobs.get(&source, &settings).is_some());
    }
}
