//! Reading: a path and a [`Limit`] in, the bytes of the file out. Never more of it than the limit,
//! whatever the file system says about its size.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use oakc_core::compose::SETTINGS;
use oakc_core::workshop::{NotMade, Order, Product, Workshop};
use oakc_core::world::{ReadError, World};

use crate::boundary::{AllowedFolders, Boundary, open_regular, read_error};
use crate::near::siblings;
use crate::{FileError, Limit};

/// The files that one configuration may name.
#[derive(Debug)]
pub struct Directory {
    path: PathBuf,
    boundary: Boundary,
    /// How many bytes may still be read.
    left: AtomicU64,
    /// Settings that are in no file.
    defaults: Option<Arc<[u8]>>,
    workshop: Option<Arc<dyn Workshop>>,
}

/// The name of settings that are in no file.
const DEFAULTS: &str = "<defaults of this command>";

impl Directory {
    /// The directory that `config` lies in, and what its repository and `allowed` hold besides.
    ///
    /// # Errors
    /// Where there is no such directory.
    pub fn of(config: &Path, allowed: &AllowedFolders) -> Result<Self, FileError> {
        let path = config.parent().unwrap_or(Path::new(""));
        let here = if path.as_os_str().is_empty() {
            Path::new(".")
        } else {
            path
        };
        let boundary = Boundary::around(here, allowed)
            .map_err(|error| FileError::new("read", config, read_error(&error)))?;
        Ok(Self {
            path: path.to_owned(),
            boundary,
            left: AtomicU64::new(Limit::INPUTS.bytes),
            defaults: None,
            workshop: allowed.workshop(),
        })
    }

    /// The same with settings that count where no file says anything.
    pub(crate) fn with_defaults(self, defaults: Option<&str>) -> Self {
        let defaults = defaults.map(|text| Arc::from(text.as_bytes()));
        Self { defaults, ..self }
    }

    /// The bytes of the configuration itself, which may be a link as well.
    ///
    /// # Errors
    /// Where it leads out of the repository, is too large, or cannot be read.
    pub(crate) fn configuration(&self, path: &Path) -> Result<Vec<u8>, FileError> {
        let limit = Limit::CONFIGURATION;
        let bytes = self
            .boundary
            .resolve(path)
            .and_then(|path| regular(&path, limit.bytes));
        bytes.map_err(|error| match error {
            ReadError::Outside { root, .. } => FileError::Outside {
                path: path.to_owned(),
                root: root.into(),
            },
            error => limit.error(path, error),
        })
    }

    /// Where something lies that is named relative to the directory, whether it is there and may be read or not.
    pub fn place(&self, named: &Path) -> PathBuf {
        self.path.join(named)
    }

    /// The file that a path leads to, all links resolved, for whoever reads it piece by piece.
    ///
    /// # Errors
    /// Where it is not there, or may not be read.
    pub fn resolve(&self, path: &Path) -> Result<PathBuf, ReadError> {
        self.boundary.resolve(path)
    }

    /// Takes this many bytes of what may still be read.
    fn take(&self, bytes: u64) -> Result<(), ReadError> {
        let rest = |left: u64| left.checked_sub(bytes);
        let taken = (self.left).fetch_update(Ordering::Relaxed, Ordering::Relaxed, rest);
        let limit = Limit::INPUTS.bytes;
        taken.map(drop).map_err(|_| ReadError::TooMuch { limit })
    }
}

impl World for Directory {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, ReadError> {
        if path == DEFAULTS {
            return self.defaults.clone().ok_or(ReadError::NotFound);
        }
        let path = self.boundary.resolve(&self.path.join(path))?;
        let file = open_regular(&path)?;
        let size = size_within(&file, Limit::INPUT.bytes)?;
        self.take(size)?;
        // A file that grows meanwhile is not read any further.
        bounded(file, size, Limit::INPUT.bytes.min(size)).map(Arc::from)
    }

    fn siblings(&self, path: &str) -> Vec<String> {
        let path = self.path.join(path);
        match self.boundary.resolve(&path) {
            Err(ReadError::NotFound) => siblings(&path),
            _ => Vec::new(),
        }
    }

    fn settings(&self) -> Vec<String> {
        let folder = if self.path.as_os_str().is_empty() {
            Path::new(".")
        } else {
            &self.path
        };
        let levels = self.boundary.levels_above(folder, SETTINGS).into_iter();
        let files = levels.map(|above| format!("{}{SETTINGS}", "../".repeat(above)));
        let given = self.defaults.iter().map(|_| DEFAULTS.to_owned());
        given.chain(files).collect()
    }

    fn make(&self, order: &Order<'_>) -> Result<Product, NotMade> {
        let workshop = self.workshop.as_ref().ok_or(NotMade::Later)?;
        workshop.make(order)
    }

    fn variable(&self, name: &str) -> Option<String> {
        // The system knows no such names, and may panic.
        if name.is_empty() || name.contains(['=', '\0']) {
            return None;
        }
        std::env::var(name).ok()
    }
}

/// Reads a file of this kind.
///
/// # Errors
/// Where it is too large, or cannot be read.
pub fn read(path: &Path, limit: Limit) -> Result<Vec<u8>, FileError> {
    read_bounded(path, limit.bytes).map_err(|error| limit.error(path, error))
}

/// Reads a file that a repository may have put there: a link or anything but a regular file is refused.
///
/// # Errors
/// Where it is something else, too large, or cannot be read.
pub fn read_plain(path: &Path, limit: Limit) -> Result<Vec<u8>, FileError> {
    let fail = |error: std::io::Error| FileError::new("read", path, read_error(&error));
    if path.symlink_metadata().map_err(fail)?.is_symlink() {
        return Err(FileError::new("read", path, "it is a symbolic link"));
    }
    regular(path, limit.bytes).map_err(|error| limit.error(path, error))
}

/// Reads a regular file of at most `limit` bytes.
fn regular(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    let file = open_regular(path)?;
    let size = size_within(&file, limit)?;
    bounded(file, size, limit)
}

/// Reads a file of at most `limit` bytes.
///
/// # Errors
/// Where it is too large, or cannot be read.
pub fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    let file = File::open(path).map_err(|error| read_error(&error))?;
    let size = size_within(&file, limit)?;
    bounded(file, size, limit)
}

/// The size that the system tells, if it is within the limit.
fn size_within(file: &File, limit: u64) -> Result<u64, ReadError> {
    let metadata = file.metadata().map_err(|error| read_error(&error))?;
    if metadata.is_dir() {
        return Err(ReadError::IsDirectory);
    }
    let size = metadata.len();
    if size > limit {
        return Err(ReadError::TooLarge { size, limit });
    }
    Ok(size)
}

fn bounded(file: File, size: u64, limit: u64) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    let read = file.take(limit.saturating_add(1)).read_to_end(&mut bytes);
    let read = read.map_err(|error| read_error(&error))? as u64;
    if read > limit {
        return Err(ReadError::TooLarge { size: read, limit });
    }
    Ok(bytes)
}

/// At most the first `limit` bytes of a file; `None` where it cannot be read.
pub(crate) fn read_start(path: &Path, limit: u64) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = open_regular(path).ok()?;
    file.take(limit).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}
