//! Files that are read piece by piece.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use oakc_desk::sensor::Stored;

/// A file on disk.
#[derive(Debug)]
pub(crate) struct Plain {
    path: PathBuf,
    size: u64,
    /// The file itself; one of many is opened when it is needed.
    open: Mutex<Option<File>>,
}

impl Plain {
    /// One that is opened whenever it is read.
    pub(crate) fn named(path: &Path) -> Self {
        let size = path.metadata().map_or(0, |metadata| metadata.len());
        Self {
            path: path.to_owned(),
            size,
            open: Mutex::default(),
        }
    }

    /// One that stays open.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        // A pipe or a device would keep whoever opens it waiting.
        if !path.metadata()?.is_file() {
            return Err(io::Error::other("it is not a regular file"));
        }
        let file = File::open(path)?;
        let plain = Self::named(path);
        *plain.open.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
        Ok(plain)
    }
}

impl Stored for Plain {
    fn size(&self) -> u64 {
        self.size
    }

    fn read(&self, offset: u64, size: usize) -> io::Result<Vec<u8>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let mut opened;
        let file = if let Some(file) = &mut *open {
            file
        } else {
            opened = File::open(&self.path)?;
            &mut opened
        };
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = vec![0; size];
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}
