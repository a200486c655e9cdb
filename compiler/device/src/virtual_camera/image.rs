//! What a memory of the camera holds: bytes at offsets, in a file or in RAM.
//!
//! Erased bytes read as 0xFF. A file ends behind the last byte that was ever written: what lies
//! beyond is erased. Nothing is kept from the file but a handle, so that what another program
//! writes into it is seen.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::Path;

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
    Ram(BTreeMap<u64, Vec<u8>>),
}

const BLOCK: usize = 64 * 1024;
const ERASED: u8 = 0xFF;

impl Image {
    /// An erased memory of `size` bytes that is gone when it is dropped.
    pub(super) fn in_ram(size: u64) -> Self {
        Self {
            bytes: Bytes::Ram(BTreeMap::new()),
            size,
        }
    }

    /// A memory of `size` bytes in a file, which is made where there is none.
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
                read_until_end(file, &mut bytes)?;
            }
            Bytes::Ram(blocks) => {
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
                let end = file.seek(SeekFrom::End(0))?;
                // A hole would read as zeros.
                io::copy(
                    &mut io::repeat(ERASED).take(offset.saturating_sub(end)),
                    file,
                )?;
                file.seek(SeekFrom::Start(offset))?;
                file.write_all(bytes)?;
            }
            Bytes::Ram(blocks) => {
                for part in parts(offset, bytes.len()) {
                    let erased = || vec![ERASED; BLOCK];
                    let block = blocks.entry(part.block).or_insert_with(erased);
                    let from = bytes.get(part.range).unwrap_or_default();
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

fn read_until_end(file: &mut File, mut space: &mut [u8]) -> io::Result<()> {
    while !space.is_empty() {
        let count = file.read(space)?;
        if count == 0 {
            break;
        }
        space = space.get_mut(count..).unwrap_or_default();
    }
    Ok(())
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
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}
