//! Bytes whose content is known, in a file or in memory.
//!
//! In: a path, or bytes, and what they must be. Out: the bytes, checked in the same pass. Never: success
//! for bytes that differ (some of them may have been written before the difference shows; after an
//! error, the output must be discarded).

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use oakc_digest::sha256;
use oakc_runtime_schema::release::Pin;
use oakc_runtime_schema::sbr::LinearChecksum;

use crate::error::{Action, Damage, Error, Result, Unusable};
use crate::proof::Proof;

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
    /// The cache's, from a wheel.
    Cache,
    /// The cache's, made from others there: made again where it is missing.
    Made,
    /// The user's.
    User,
}

/// Where the bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    File(Owner),
    /// Here, because the cache could not take them.
    Memory(Arc<[u8]>),
}

/// Bytes and what they must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    path: PathBuf,
    place: Place,
    checksum: LinearChecksum,
    proof: Proof,
    /// Bytes of the file that follow and are not part of the content.
    trailer: u64,
}

impl Content {
    /// A file of the cache, whose size is checked now.
    pub(crate) fn cached(path: PathBuf, pin: Pin) -> Result<Self> {
        Self::in_cache(path, Owner::Cache, pin)
    }

    /// The same of a file that was made from others of the cache. If it is found damaged, it is removed, so
    /// that it is made again.
    pub(crate) fn made(path: PathBuf, pin: Pin) -> Result<Self> {
        Self::in_cache(path, Owner::Made, pin)
    }

    fn in_cache(path: PathBuf, owner: Owner, pin: Pin) -> Result<Self> {
        let content = Self {
            path,
            place: Place::File(owner),
            checksum: pin.checksum(),
            proof: Proof::Digest(pin.sha256.to_owned()),
            trailer: 0,
        };
        content.open()?;
        Ok(content)
    }

    /// The start of a file that was made, up to a trailer of this size. The file's size is checked now.
    pub(crate) fn before_trailer(
        path: PathBuf,
        trailer: u64,
        checksum: LinearChecksum,
        proof: Proof,
    ) -> Result<Self> {
        let content = Self {
            path,
            place: Place::File(Owner::Made),
            checksum,
            proof,
            trailer,
        };
        content.open()?;
        Ok(content)
    }

    /// Bytes that should be in the file at `path`, but are not.
    pub(crate) fn in_memory(path: PathBuf, bytes: Vec<u8>, proof: Proof) -> Self {
        Self {
            path,
            checksum: LinearChecksum::of(&bytes),
            place: Place::Memory(bytes.into()),
            proof,
            trailer: 0,
        }
    }

    /// A file of the user, whose digests were computed already.
    pub(crate) fn of_user(path: PathBuf, checksum: LinearChecksum, sha256: String) -> Self {
        Self {
            path,
            place: Place::File(Owner::User),
            checksum,
            proof: Proof::Digest(sha256),
            trailer: 0,
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn checksum(&self) -> LinearChecksum {
        self.checksum
    }

    /// Writes the content to `output` and checks it: another thread reads and checks what comes next
    /// meanwhile.
    pub(crate) fn write_to(&self, output: &mut dyn Write) -> Result<()> {
        let written = match &self.place {
            Place::Memory(bytes) => self.write_checked(bytes, output),
            Place::File(_) => self.copy_to(output),
        };
        if self.place == Place::File(Owner::Made) && matches!(written, Err(Error::Damaged { .. })) {
            // If it cannot be removed, the error says who can.
            let _ = fs::remove_file(&self.path);
        }
        written
    }

    fn write_checked(&self, bytes: &[u8], output: &mut dyn Write) -> Result<()> {
        let mut check = self.proof.begin();
        check.take(bytes);
        check.verdict().map_err(|damage| self.differs(damage))?;
        output.write_all(bytes).map_err(Error::Output)
    }

    fn copy_to(&self, output: &mut dyn Write) -> Result<()> {
        let (free, to_fill) = mpsc::channel();
        let (filled, to_write) = mpsc::channel();
        for _ in 0..CHUNKS {
            let _ = free.send(Chunk::new());
        }
        // Both channels move into the scope: when one side gives up, the other one stops waiting.
        thread::scope(move |scope| {
            let reader = scope.spawn(move || self.read_ahead(&to_fill, &filled));
            for chunk in to_write {
                output.write_all(chunk.bytes()).map_err(Error::Output)?;
                let _ = free.send(chunk);
            }
            let gone = |_| Err(self.differs(Damage::Interrupted));
            reader.join().unwrap_or_else(gone)
        })
    }

    /// Fills chunks until the content ends, and checks them. Ends early where nobody takes them any more:
    /// the output failed, which is the error then.
    fn read_ahead(&self, to_fill: &Receiver<Chunk>, filled: &Sender<Chunk>) -> Result<()> {
        let mut input = self.open()?.take(self.checksum.len);
        let mut check = self.proof.begin();
        while let Ok(mut chunk) = to_fill.recv() {
            chunk.fill(&mut input).map_err(|e| self.unreadable(e))?;
            if chunk.bytes().is_empty() {
                break;
            }
            check.take(chunk.bytes());
            if filled.send(chunk).is_err() {
                return Ok(());
            }
        }
        check.verdict().map_err(|damage| self.differs(damage))
    }

    /// The content in memory, checked.
    pub(crate) fn read(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let len = usize::try_from(self.checksum.len).unwrap_or(0);
        bytes.reserve_exact(len);
        self.write_to(&mut bytes)?;
        Ok(bytes)
    }

    /// Checks the content without writing it anywhere.
    pub(crate) fn check(&self) -> Result<()> {
        self.copy_to(&mut io::sink())
    }

    /// Opens the file and compares its size.
    fn open(&self) -> Result<File> {
        let metadata = fs::metadata(&self.path).map_err(|error| self.unreadable(error))?;
        // To open a pipe would wait for somebody who writes to it.
        if !metadata.is_file() {
            return Err(self.differs(Damage::NotAFile));
        }
        let file = File::open(&self.path).map_err(|error| self.unreadable(error))?;
        let metadata = file.metadata().map_err(|error| self.unreadable(error))?;
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
        match self.place {
            Place::File(Owner::User) => Error::read(&self.path)(error),
            _ => Error::cache(Action::Read, &self.path)(error),
        }
    }

    fn differs(&self, damage: Damage) -> Error {
        let path = self.path.clone();
        match self.place {
            Place::File(Owner::User) => Error::Unusable {
                path,
                reason: Unusable::Changed(damage),
            },
            _ => Error::Damaged { path, damage },
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
    /// It is nothing that oakc puts there, and oakc does not use it.
    Unknown,
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

    fn pin(bytes: &[u8]) -> Pin {
        Pin {
            size: bytes.len() as u64,
            sha256: sha256(bytes).leak(),
            sum: LinearChecksum::of(bytes).sum,
        }
    }

    fn damage(content: &Content) -> Damage {
        match content.read() {
            Err(Error::Damaged { damage, .. }) => damage,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_changed_byte_and_a_changed_size_are_reported_as_damage() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.cmd");
        fs::write(&path, b"0123456789").unwrap();
        let content = Content::cached(path.clone(), pin(b"0123456789")).unwrap();
        assert_eq!(content.read().unwrap(), b"0123456789");
        fs::write(&path, b"0123456780").unwrap();
        assert_eq!(damage(&content), Damage::Digest);
        fs::write(&path, b"012").unwrap();
        let (found, expected) = (3, 10);
        assert_eq!(damage(&content), Damage::Size { found, expected });
    }

    #[test]
    fn two_changes_that_leave_the_linear_checksum_as_it_was_are_found() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.cmd");
        let (bytes, forged) = (b"0123456789", b"012346\x15789");
        assert_eq!(LinearChecksum::of(bytes), LinearChecksum::of(forged));
        fs::write(&path, forged).unwrap();
        let content = Content::cached(path, pin(bytes)).unwrap();
        assert_eq!(damage(&content), Damage::Digest);
    }

    #[test]
    #[cfg(unix)]
    fn a_pipe_in_the_place_of_a_file_is_damage_and_not_waited_for() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.cmd");
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        if !made.is_ok_and(|status| status.success()) {
            return;
        }
        let opened = Content::cached(path, pin(b"0123456789"));
        let damage = Damage::NotAFile;
        assert!(matches!(opened, Err(Error::Damaged { damage: found, .. }) if found == damage));
    }

    #[test]
    fn only_what_can_be_made_again_is_removed_when_it_is_found_damaged() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.cmd");
        fs::write(&path, b"0123456780").unwrap();
        damage(&Content::cached(path.clone(), pin(b"0123456789")).unwrap());
        assert!(path.exists());
        damage(&Content::made(path.clone(), pin(b"0123456789")).unwrap());
        assert!(!path.exists());
    }
}
