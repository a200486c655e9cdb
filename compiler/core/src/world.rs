//! What the compiler may know of the outside: the bytes of files that the application names.
//!
//! `oakc-project` implements [`World`] with the file system below the configuration's directory.
//! [`MemoryWorld`] holds files that are on no disk: those of an imported application, and those of
//! tests. Nothing else in this crate reads anything.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::workshop::{NotMade, Order, Product};

/// Access to the files of one application.
pub trait World {
    /// Reads a file; `path` is as written in the configuration, relative to it.
    ///
    /// # Errors
    /// Says why it cannot be had.
    fn read(&self, path: &str) -> Result<Arc<[u8]>, ReadError>;

    /// The names of the files in the folder of one that is not there, in order: one of them may have been meant.
    fn siblings(&self, _: &str) -> Vec<String> {
        Vec::new()
    }

    /// The paths of the settings that count for the application, the outermost first: those of its
    /// repository, and of the folders on the way from there to it.
    fn settings(&self) -> Vec<String> {
        Vec::new()
    }

    /// A model that has to be made.
    ///
    /// # Errors
    /// Where it is not made; what reads nothing but files makes none.
    fn make(&self, _: &Order<'_>) -> Result<Product, NotMade> {
        Err(NotMade::Later)
    }

    /// The value of an environment variable; `None` where it is not set, or no text.
    fn variable(&self, _: &str) -> Option<String> {
        None
    }
}

/// Why a file cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is none.
    #[error("no such file")]
    NotFound,
    /// It is a directory.
    #[error("it is a directory")]
    IsDirectory,
    /// It is larger than any such file is.
    #[error("it has {size} bytes; at most {limit} are read")]
    TooLarge {
        /// Its size in bytes.
        size: u64,
        /// The largest size that is read, in bytes.
        limit: u64,
    },
    /// With the files before it, it is more than is read of one application.
    #[error(
        "with the files before it, it is more than the {limit} bytes that are read of one application"
    )]
    TooMuch {
        /// The most that is read altogether, in bytes.
        limit: u64,
    },
    /// It is a pipe, a device or the like.
    #[error("it is not a regular file")]
    NotRegular,
    /// A configuration may not name it.
    #[error("it is outside of the repository {root}")]
    Outside {
        /// The root of the repository.
        root: String,
        /// How to allow it.
        advice: Option<String>,
    },
    /// The system refuses.
    #[error("{0}")]
    Refused(String),
}

/// Files in memory, by the path under which an application names them.
///
/// ```
/// use oakc_core::world::{MemoryWorld, ReadError, World};
///
/// let world = MemoryWorld::from_iter([("scripts/report.py", "pass\n")]);
/// assert_eq!(*world.read("scripts/report.py").unwrap(), *b"pass\n");
/// assert_eq!(world.read("scripts"), Err(ReadError::IsDirectory));
/// assert_eq!(world.read("report.py"), Err(ReadError::NotFound));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryWorld(BTreeMap<String, Arc<[u8]>>);

impl MemoryWorld {
    /// Adds a file; it replaces another one at this path.
    pub fn insert(&mut self, path: impl Into<String>, bytes: impl Into<Arc<[u8]>>) {
        self.0.insert(path.into(), bytes.into());
    }

    /// The file at `path`, if there is one.
    pub fn get(&self, path: &str) -> Option<&Arc<[u8]>> {
        self.0.get(path)
    }

    /// The files and their paths, in the order of the paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Arc<[u8]>)> {
        self.0.iter().map(|(path, bytes)| (path.as_str(), bytes))
    }

    fn is_directory(&self, path: &str) -> bool {
        let below = format!("{path}/");
        let mut following = self.0.range(below.clone()..);
        following
            .next()
            .is_some_and(|(file, _)| file.starts_with(&below))
    }
}

impl World for MemoryWorld {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, ReadError> {
        match self.0.get(path) {
            Some(bytes) => Ok(Arc::clone(bytes)),
            None if self.is_directory(path) => Err(ReadError::IsDirectory),
            None => Err(ReadError::NotFound),
        }
    }

    fn siblings(&self, path: &str) -> Vec<String> {
        let folder = path.rfind('/').map_or("", |at| &path[..=at]);
        let names = self.0.keys().filter_map(|file| file.strip_prefix(folder));
        let names = names.filter(|name| !name.contains('/'));
        names.map(str::to_owned).collect()
    }
}

impl<P: Into<String>, B: AsRef<[u8]>> FromIterator<(P, B)> for MemoryWorld {
    fn from_iter<I: IntoIterator<Item = (P, B)>>(files: I) -> Self {
        let files = files.into_iter();
        Self(
            files
                .map(|(path, bytes)| (path.into(), bytes.as_ref().into()))
                .collect(),
        )
    }
}
