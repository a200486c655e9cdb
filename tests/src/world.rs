//! The files that an application in a test can name.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use oakc_core::world::{MemoryWorld, ReadError, World};

use crate::models::model;

/// Files below a directory, then files in memory, then [models](crate::models) by name.
#[derive(Clone, Debug)]
pub struct TestWorld {
    directory: PathBuf,
    files: MemoryWorld,
}

impl TestWorld {
    /// A world of these files. Relative paths are looked up in `directory`, too.
    pub fn new(directory: impl Into<PathBuf>, files: MemoryWorld) -> Self {
        let directory = directory.into();
        Self { directory, files }
    }
}

impl World for TestWorld {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, ReadError> {
        if let Ok(bytes) = fs::read(self.directory.join(path)) {
            return Ok(bytes.into());
        }
        if self.directory.join(path).is_dir() {
            return Err(ReadError::IsDirectory);
        }
        match self.files.read(path) {
            Err(ReadError::NotFound) => {
                let model = model(path).map(Arc::from);
                model.ok_or(ReadError::NotFound)
            }
            found => found,
        }
    }

    fn siblings(&self, path: &str) -> Vec<String> {
        self.files.siblings(path)
    }
}
