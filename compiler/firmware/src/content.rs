//! A file whose content is known: size and linear checksum.
//!
//! In: a path and what its bytes must be. Out: the bytes, checked in the same pass. Never: success for
//! bytes that differ (some of them may have been written before the difference shows; after an
//! error, the output must be discarded).

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use oakc_digest::sha256;
use oakc_runtime_schema::release::Pin;
use oakc_runtime_schema::sbr::LinearChecksum;

use crate::error::{Action, Damage, Error, Result, Unusable};

/// Bytes read at once: few enough to be in the processor's cache still when they are summed and
/// written, many enough that what a file system does for each write does not count.
const CHUNK: usize = 512 << 10;

/// Chunks in use at once: one being filled, one being written, one between them.
const CHUNKS: usize = 3;

/// Bytes are read to an address that is a multiple of this. A buffer from the allocator starts 16
/// bytes into a page, and some processors (AMD's, with `rep movsb`) copy pages several times slower
/// to there than to the start of a page.
const ALIGNMENT: usize = 4096;

/// Whose file it is, which decides what the error is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Cache,
    User,
}

/// A file and what its first bytes must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    path: PathBuf,
    checksum: LinearChecksum,
    /// Bytes of the file that follow and are not part of the content.
    trailer: u64,
    owner: Owner,
}

impl Content {
    /// A file of the cache, whose size is checked now.
    pub(crate) fn cached(path: PathBuf, checksum: LinearChecksum, trailer: u64) -> Result<Self> {
        let content = Self {
            path,
            checksum,
            trailer,
            owner: Owner::Cache,
        };
        content.open()?;
        Ok(content)
    }

    /// A file of the user, whose checksum was computed already.
    pub(crate) fn of_user(path: PathBuf, checksum: LinearChecksum) -> Self {
        Self {
            path,
            checksum,
            trailer: 0,
            owner: Owner::User,
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn checksum(&self) -> LinearChecksum {
        self.checksum
    }

    /// Writes the content to `output` and checks it: another thread reads and sums what comes next
    /// meanwhile.
    pub(crate) fn write_to(&self, output: &mut dyn Write) -> Result<()> {
        let (free, to_fill) = mpsc::channel();
        let (filled, to_write) = mpsc::channel();
        for _ in 0..CHUNKS {
            let _ = free.send(Chunk::new());
        }
        // Both channels move into the scope: when one side gives up, the other one stops waiting.
        let seen = thread::scope(move |scope| {
            let reader = scope.spawn(move || self.read_ahead(&to_fill, &filled));
            for chunk in to_write {
                output.write_all(chunk.bytes()).map_err(Error::Output)?;
                let _ = free.send(chunk);
            }
            let gone = |_| Err(self.differs(Damage::Interrupted));
            reader.join().unwrap_or_else(gone)
        })?;
        if seen == self.checksum {
            Ok(())
        } else {
            Err(self.differs(Damage::Checksum))
        }
    }

    /// Fills chunks until the content ends or nobody takes them any more. Returns the checksum of all.
    fn read_ahead(
        &self,
        to_fill: &Receiver<Chunk>,
        filled: &Sender<Chunk>,
    ) -> Result<LinearChecksum> {
        let mut input = self.open()?.take(self.checksum.len);
        let mut seen = LinearChecksum::default();
        while let Ok(mut chunk) = to_fill.recv() {
            chunk.fill(&mut input).map_err(|e| self.unreadable(e))?;
            if chunk.bytes().is_empty() {
                break;
            }
            seen = seen.concat(LinearChecksum::of(chunk.bytes()));
            if filled.send(chunk).is_err() {
                break;
            }
        }
        Ok(seen)
    }

    /// The content in memory, checked.
    pub(crate) fn read(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let len = usize::try_from(self.checksum.len).unwrap_or(0);
        bytes.reserve_exact(len);
        self.write_to(&mut bytes)?;
        Ok(bytes)
    }

    /// Opens the file and compares its size.
    fn open(&self) -> Result<File> {
        let file = File::open(&self.path).map_err(|error| self.unreadable(error))?;
        let metadata = file.metadata().map_err(|error| self.unreadable(error))?;
        if !metadata.is_file() {
            return Err(self.differs(Damage::NotAFile));
        }
        let expected = self.checksum.len.saturating_add(self.trailer);
        if metadata.len() == expected {
            return Ok(file);
        }
        Err(self.differs(Damage::Size {
            found: metadata.len(),
            expected,
        }))
    }

    fn unreadable(&self, error: io::Error) -> Error {
        match self.owner {
            Owner::Cache => Error::cache(Action::Read, &self.path)(error),
            Owner::User => Error::read(&self.path)(error),
        }
    }

    fn differs(&self, damage: Damage) -> Error {
        let path = self.path.clone();
        match self.owner {
            Owner::Cache => Error::Damaged { path, damage },
            Owner::User => Error::Unusable {
                path,
                reason: Unusable::Changed(damage),
            },
        }
    }
}

/// A buffer with a piece of a file.
struct Chunk {
    buffer: Vec<u8>,
    filled: Range<usize>,
}

impl Chunk {
    fn new() -> Self {
        let buffer = vec![0; CHUNK + ALIGNMENT];
        let start = buffer.as_ptr().align_offset(ALIGNMENT).min(ALIGNMENT);
        let filled = start..start;
        Self { buffer, filled }
    }

    fn bytes(&self) -> &[u8] {
        self.buffer.get(self.filled.clone()).unwrap_or_default()
    }

    /// Reads the next bytes; none at the end of the file.
    fn fill(&mut self, input: &mut impl Read) -> io::Result<()> {
        let start = self.filled.start;
        let space = self.buffer.get_mut(start..).unwrap_or_default();
        let count = loop {
            match input.read(space) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.filled.end = start.saturating_add(count);
        Ok(())
    }
}

/// What a file in the cache turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileState {
    /// The SHA-256 is that of the release table.
    Intact,
    /// There is no such file.
    Missing,
    /// Anything else, with what differs.
    Damaged(Damage),
}

/// Compares a whole file with its pin by SHA-256.
pub(crate) fn state_of(path: &Path, pin: Pin) -> FileState {
    let unreadable = |error: io::Error| FileState::Damaged(Damage::Unreadable(error.to_string()));
    let size = match fs::metadata(path) {
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == ErrorKind::NotFound => return FileState::Missing,
        Err(error) => return unreadable(error),
    };
    if size != pin.size {
        return FileState::Damaged(Damage::Size {
            found: size,
            expected: pin.size,
        });
    }
    match fs::read(path) {
        Ok(bytes) if sha256(&bytes) == pin.sha256 => FileState::Intact,
        Ok(_) => FileState::Damaged(Damage::Digest),
        Err(error) => unreadable(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_byte_and_a_changed_size_are_reported_as_damage() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.cmd");
        fs::write(&path, b"0123456789").unwrap();
        let content = Content::cached(path.clone(), LinearChecksum::of(b"0123456789"), 0).unwrap();
        assert_eq!(content.read().unwrap(), b"0123456789");
        fs::write(&path, b"0123456780").unwrap();
        let damage = || match content.read() {
            Err(Error::Damaged { damage, .. }) => damage,
            other => panic!("{other:?}"),
        };
        assert_eq!(damage(), Damage::Checksum);
        fs::write(&path, b"012").unwrap();
        let (found, expected) = (3, 10);
        assert_eq!(damage(), Damage::Size { found, expected });
    }
}
