//! Holes in the file of a memory: a place in a large memory in, a file that takes no room for what was
//! never written out. A hole is erased memory. Where the system has no holes, erased bytes are written.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};

use super::{BLOCK, ERASED};

/// Smaller gaps are filled: most files then hold every byte as it is in the memory.
const LEAST: u64 = 32 << 20;
const BLOCK_SIZE: u64 = BLOCK as u64;

/// Makes what lies around `start..end` read as it did, after these bytes will have been written: what
/// is between them and the end of the file, and the rest of blocks that lie in a hole.
pub(super) fn prepare(file: &mut File, start: u64, end: u64) -> io::Result<()> {
    let length = file.seek(SeekFrom::End(0))?;
    if start > length {
        return extend(file, length, start);
    }
    let last = end.saturating_sub(1);
    for block in [start / BLOCK_SIZE, last / BLOCK_SIZE] {
        let from = block.saturating_mul(BLOCK_SIZE);
        let to = from.saturating_add(BLOCK_SIZE).min(length);
        if from < to && next_data(file, from)?.is_none_or(|data| data >= to) {
            fill(file, from, to)?;
        }
    }
    Ok(())
}

/// Lets what lies between the end of the file and `start` be erased.
fn extend(file: &mut File, length: u64, start: u64) -> io::Result<()> {
    let from = length.next_multiple_of(BLOCK_SIZE);
    let to = start / BLOCK_SIZE * BLOCK_SIZE;
    if to.saturating_sub(from) < LEAST {
        return fill(file, length, start);
    }
    fill(file, length, from)?;
    file.set_len(start)?;
    if next_data(file, from)?.is_some_and(|data| data < to) {
        // There are no holes in this file system.
        return fill(file, from, start);
    }
    fill(file, to, start)
}

fn fill(file: &mut File, from: u64, to: u64) -> io::Result<()> {
    let erased = [ERASED; 4096];
    file.seek(SeekFrom::Start(from))?;
    let mut left = to.saturating_sub(from);
    while left > 0 {
        let size = usize::try_from(left).unwrap_or(usize::MAX);
        let piece = erased.get(..size).unwrap_or(&erased);
        file.write_all(piece)?;
        left = left.saturating_sub(piece.len() as u64);
    }
    Ok(())
}

/// Makes those of `bytes`, read from `offset` on, erased that lie in a hole.
pub(super) fn erase(file: &File, offset: u64, bytes: &mut [u8]) -> io::Result<()> {
    let end = offset.saturating_add(bytes.len() as u64);
    let mut position = offset;
    while position < end {
        let data = next_data(file, position)?.unwrap_or(end).min(end);
        let within = |place: u64| usize::try_from(place.saturating_sub(offset)).unwrap_or(0);
        let hole = bytes.get_mut(within(position)..within(data));
        hole.unwrap_or_default().fill(ERASED);
        position = if data < end {
            next_hole(file, data)?
        } else {
            end
        };
    }
    Ok(())
}

/// Where the next bytes are that are not in a hole, from `position` on.
#[cfg(target_os = "linux")]
fn next_data(file: &File, position: u64) -> io::Result<Option<u64>> {
    match rustix::fs::seek(file, rustix::fs::SeekFrom::Data(position)) {
        Ok(data) => Ok(Some(data)),
        // There is nothing but a hole.
        Err(rustix::io::Errno::NXIO) => Ok(None),
        // There are no holes.
        Err(rustix::io::Errno::INVAL) => Ok(Some(position)),
        Err(error) => Err(error.into()),
    }
}

/// Where the next hole is from `position` on; the end of the file is one.
#[cfg(target_os = "linux")]
fn next_hole(file: &File, position: u64) -> io::Result<u64> {
    match rustix::fs::seek(file, rustix::fs::SeekFrom::Hole(position)) {
        Ok(hole) => Ok(hole.max(position.saturating_add(1))),
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NXIO) => Ok(u64::MAX),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
fn next_data(_: &File, position: u64) -> io::Result<Option<u64>> {
    Ok(Some(position))
}

#[cfg(not(target_os = "linux"))]
fn next_hole(_: &File, _: u64) -> io::Result<u64> {
    Ok(u64::MAX)
}
