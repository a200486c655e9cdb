//! What a memory of the camera holds: bytes at offsets, in a file or in RAM.
//!
//! Erased bytes read as 0xFF. A file ends behind the last byte that was ever written: what lies
//! beyond is erased, and so is a hole in it. Nothing is kept from the file but a handle, so that what
//! another program writes into it is seen.

mod holes;

use std::collections::{BTreeMap, HashMap};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Where the bytes of a memory are kept, and how many there are.
#[derive(Debug)]
pub(super) struct Image {
    bytes: Bytes,
    size: u64,
}

#[derive(Debug)]
enum Bytes {
    File(File),
    /// Blocks that were written, by number.
    Ram(BTreeMap<u64, Block>, SharedBlocks),
}

type Block = Arc<[u8]>;

pub(super) const BLOCK: usize = 64 * 1024;
const ERASED: u8 = 0xFF;

impl Image {
    /// An erased memory of `size` bytes that is gone when it is dropped.
    pub(super) fn in_ram(size: u64, shared: SharedBlocks) -> Self {
        Self {
            bytes: Bytes::Ram(BTreeMap::new(), shared),
            size,
        }
    }

    /// A memory of `size` bytes in a file, which is created if it does not exist.
    pub(super) fn in_file(path: &Path, size: u64) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create(true).truncate(false);
        let file = options.open(path)?;
        let length = file.metadata()?.len();
        if length > size {
            let reason = format!("it has {length} bytes, more than the memory's {size}");
            return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
        }
        Ok(Self {
            bytes: Bytes::File(file),
            size,
        })
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Whether `size` bytes from `offset` on lie inside.
    pub(super) fn holds(&self, offset: u64, size: u64) -> bool {
        offset.checked_add(size).is_some_and(|end| end <= self.size)
    }

    /// Reads bytes. The caller has checked that the memory [`holds`](Self::holds) them.
    pub(super) fn read(&mut self, offset: u64, size: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![ERASED; size];
        match &mut self.bytes {
            Bytes::File(file) => {
                file.seek(SeekFrom::Start(offset))?;
                let count = read_until_end(file, &mut bytes)?;
                let read = bytes.get_mut(..count).unwrap_or_default();
                holes::erase(file, offset, read)?;
            }
            Bytes::Ram(blocks, _) => {
                for part in parts(offset, size) {
                    let space = bytes.get_mut(part.range).unwrap_or_default();
                    if let Some(block) = blocks.get(&part.block) {
                        copy(block.get(part.within..).unwrap_or_default(), space);
                    }
                }
            }
        }
        Ok(bytes)
    }

    /// Writes bytes. The caller has checked that the memory [`holds`](Self::holds) them.
    pub(super) fn write(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        match &mut self.bytes {
            Bytes::File(file) => {
                let size = bytes.len() as u64;
                holes::prepare(file, offset, offset.saturating_add(size))?;
                file.seek(SeekFrom::Start(offset))?;
                file.write_all(bytes)?;
            }
            Bytes::Ram(blocks, shared) => {
                for part in parts(offset, bytes.len()) {
                    let from = bytes.get(part.range).unwrap_or_default();
                    if from.len() == BLOCK {
                        blocks.insert(part.block, shared.block(part.block, from));
                        continue;
                    }
                    let erased = || vec![ERASED; BLOCK].into();
                    let block = blocks.entry(part.block).or_insert_with(erased);
                    let block = Arc::make_mut(block);
                    copy(from, block.get_mut(part.within..).unwrap_or_default());
                }
            }
        }
        Ok(())
    }

    /// Makes `size` bytes from `offset` on read as erased.
    pub(super) fn erase(&mut self, offset: u64, size: usize) -> io::Result<()> {
        self.write(offset, &vec![ERASED; size])
    }
}

/// What memories in RAM have in common: a fleet is flashed with one application, which needs to be
/// there once only. Clones share.
///
/// Whole blocks are shared where another memory has the same bytes at the same offset.
#[derive(Debug, Clone, Default)]
pub struct SharedBlocks(Arc<Mutex<HashMap<u64, Weak<[u8]>>>>);

impl SharedBlocks {
    /// A block of these bytes, which were written to the place with that number.
    pub(super) fn block(&self, number: u64, bytes: &[u8]) -> Block {
        let latest = self.latest(|blocks| blocks.get(&number).and_then(Weak::upgrade));
        latest
            .filter(|latest| **latest == *bytes)
            .unwrap_or_else(|| {
                let block = Block::from(bytes);
                self.latest(|blocks| blocks.insert(number, Arc::downgrade(&block)));
                block
            })
    }

    /// Looks at the blocks that were written last. Nothing can be half done in there.
    fn latest<T>(&self, look: impl FnOnce(&mut HashMap<u64, Weak<[u8]>>) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Fills the space as far as the file goes; how many bytes that are.
fn read_until_end(file: &mut File, space: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0_usize;
    loop {
        let count = file.read(space.get_mut(filled..).unwrap_or_default())?;
        if count == 0 {
            return Ok(filled);
        }
        filled = filled.saturating_add(count);
    }
}

/// A stretch of bytes inside one block.
struct Part {
    block: u64,
    /// Where in the block it begins.
    within: usize,
    /// Which of the bytes it is.
    range: Range<usize>,
}

/// Cuts `size` bytes that lie at `offset` where blocks begin.
fn parts(offset: u64, size: usize) -> impl Iterator<Item = Part> {
    let mut start = 0_usize;
    std::iter::from_fn(move || {
        let position = offset.saturating_add(start as u64);
        let within = usize::try_from(position % BLOCK as u64).unwrap_or(0);
        let end = size.min(start.saturating_add(BLOCK.saturating_sub(within)));
        let part = Part {
            block: position / BLOCK as u64,
            within,
            range: start..end,
        };
        let more = start < end;
        start = end;
        more.then_some(part)
    })
}

/// Copies as much as both have.
fn copy(from: &[u8], to: &mut [u8]) {
    let size = from.len().min(to.len());
    if let (Some(from), Some(to)) = (from.get(..size), to.get_mut(..size)) {
        to.copy_from_slice(from);
    }
}
