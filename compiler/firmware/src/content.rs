//! A file whose content is known: size and linear checksum.
//!
//! Goes in: a path and what it must hold. Comes out: its bytes, checked on the way in one pass.
//! Never: bytes that differ passed off as right (a writer may already have got some of them when
//! the difference shows; the error tells it to drop them).

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use crate::checksum::LinearChecksum;
use crate::digest::sha256_hex;
use crate::error::{Error, Result};
use crate::release::Pin;

/// Bytes read at once: few enough to be in the processor's cache still when they are summed and
/// written, many enough that what a file system does for each write does not count.
const CHUNK: usize = 512 << 10;

/// Chunks under way at once: one being filled, one being written, one between them.
const CHUNKS: usize = 3;

/// Where the bytes are read to starts at a multiple of this. A buffer as the allocator gives it
/// starts 16 bytes into a page; to there, some processors (AMD's, with `rep movsb`) copy pages
/// several times slower than to the start of a page.
const ALIGNMENT: usize = 4096;

/// Who answers for the file, which decides what an error advises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keeper {
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
    keeper: Keeper,
}

impl Content {
    /// A file of the cache; refused when its size is wrong.
    pub(crate) fn cached(path: PathBuf, checksum: LinearChecksum, trailer: u64) -> Result<Self> {
        let content = Self {
            path,
            checksum,
            trailer,
            keeper: Keeper::Cache,
        };
        content.open()?;
        Ok(content)
    }

    /// A file of the user, summed already.
    pub(crate) fn of_user(path: PathBuf, checksum: LinearChecksum) -> Self {
        Self {
            path,
            checksum,
            trailer: 0,
            keeper: Keeper::User,
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn checksum(&self) -> LinearChecksum {
        self.checksum
    }

    /// Writes the content to `output`, checking it on the way: another thread reads and sums what
    /// comes next meanwhile.
    pub(crate) fn write_to(&self, output: &mut dyn Write) -> Result<()> {
        let (free, to_fill) = mpsc::channel();
        let (filled, to_write) = mpsc::channel();
        for _ in 0..CHUNKS {
            let _ = free.send(Chunk::new());
        }
        // Both ends of the circle move into it: when one side gives up, the other one's wait ends.
        let seen = thread::scope(move |scope| {
            let reader = scope.spawn(move || self.read_ahead(&to_fill, &filled));
            for chunk in to_write {
                output.write_all(chunk.bytes()).map_err(Error::Output)?;
                let _ = free.send(chunk);
            }
            let gone = |_| Err(self.differs("the thread that read it is gone".to_owned()));
            reader.join().unwrap_or_else(gone)
        })?;
        if seen == self.checksum {
            Ok(())
        } else {
            Err(self.differs("its checksum is wrong".to_owned()))
        }
    }

    /// Fills chunks until the content ends or nobody takes them any more; the sum of all.
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
            return Err(self.differs("it is not a file".to_owned()));
        }
        let expected = self.checksum.len.saturating_add(self.trailer);
        if metadata.len() == expected {
            return Ok(file);
        }
        Err(self.differs(format!(
            "it has {} bytes, should have {expected}",
            metadata.len()
        )))
    }

    fn unreadable(&self, error: io::Error) -> Error {
        match self.keeper {
            Keeper::Cache => Error::cache("read", &self.path)(error),
            Keeper::User => Error::read(&self.path)(error),
        }
    }

    fn differs(&self, reason: String) -> Error {
        let path = self.path.clone();
        match self.keeper {
            Keeper::Cache => Error::Damaged { path, reason },
            Keeper::User => Error::Unusable {
                path,
                reason: format!("it changed while it was read ({reason})"),
            },
        }
    }
}

/// A piece of a file.
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

    /// Takes the next bytes; none at the end of the file.
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
    Damaged(String),
}

/// Compares a whole file with its pin by SHA-256.
pub(crate) fn state_of(path: &Path, pin: Pin) -> FileState {
    let size = match fs::metadata(path) {
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == ErrorKind::NotFound => return FileState::Missing,
        Err(error) => return FileState::Damaged(format!("it cannot be read ({error})")),
    };
    if size != pin.size {
        return FileState::Damaged(format!("it has {size} bytes, should have {}", pin.size));
    }
    match fs::read(path) {
        Ok(bytes) if sha256_hex(&bytes) == pin.sha256 => FileState::Intact,
        Ok(_) => FileState::Damaged("its SHA-256 is wrong".to_owned()),
        Err(error) => FileState::Damaged(format!("it cannot be read ({error})")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_byte_and_a_changed_size_are_damage_with_the_way_out() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.cmd");
        fs::write(&path, b"0123456789").unwrap();
        let content = Content::cached(path.clone(), LinearChecksum::of(b"0123456789"), 0).unwrap();
        assert_eq!(content.read().unwrap(), b"0123456789");
        fs::write(&path, b"0123456780").unwrap();
        let error = content.read().unwrap_err().to_string();
        assert!(
            error.contains("a.cmd") && error.contains("oakc firmware install"),
            "{error}"
        );
        fs::write(&path, b"012").unwrap();
        assert!(matches!(content.read(), Err(Error::Damaged { .. })));
    }
}
