//! The parts of a package that a camera does not have yet: the table on the camera and the package
//! in, stretches to write out.
//!
//! A section is taken as unchanged where name, offset, size, checksum and flags are the same in both
//! tables. Everything else is written in whole erase blocks: what changed, what was there before,
//! and what lies behind the old end. The table goes last, and the old one is removed first, so that
//! a camera whose link is cut in between starts nothing rather than a mixture.

use std::ops::Range;

use oakc_runtime_schema::sbr::{Header, Section};

use super::Package;

/// An erase block of NOR flash: what is written starts and ends at a multiple of it.
pub const BLOCK_SIZE: u64 = 64 * 1024;

/// What to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delta {
    /// Bytes of the package, in order and apart from each other, without the first block.
    pub stretches: Vec<Range<u64>>,
    /// The block with the table, which goes last.
    pub first_block: Range<u64>,
}

impl Delta {
    /// Compares the table that a camera has, `on_camera`, with a package.
    ///
    /// # Errors
    /// A sentence why it is better to write everything.
    pub fn between(on_camera: &[u8], package: &Package) -> Result<Self, &'static str> {
        let old = Header::parse(on_camera).map_err(|_| "the camera holds no whole application")?;
        let new = package.header();
        let size = package.bytes().len() as u64;
        let mut blocks: Vec<Range<u64>> = Vec::new();
        let sections = |from: &Header, other: &Header| -> Vec<Range<u64>> {
            let changed = from.sections().iter();
            let changed = changed.filter(|section| !other.sections().contains(section));
            changed.map(extent).collect()
        };
        blocks.extend(sections(new, &old));
        blocks.extend(sections(&old, new));
        // Nobody knows what lies behind the end of the old one.
        blocks.push(old.file_size()..size);
        let stretches = merged(blocks, BLOCK_SIZE, size);
        let delta = Self {
            stretches,
            first_block: 0..BLOCK_SIZE.min(size),
        };
        if delta.size().saturating_mul(2) > size {
            return Err("most of the package has changed");
        }
        Ok(delta)
    }

    /// Bytes to write.
    pub fn size(&self) -> u64 {
        let all = self.stretches.iter().chain([&self.first_block]);
        all.map(|range| range.end.saturating_sub(range.start)).sum()
    }
}

fn extent(section: &Section) -> Range<u64> {
    u64::from(section.offset)..section.end()
}

/// The ranges widened to whole blocks, between `from` and `size`, sorted and joined.
fn merged(ranges: Vec<Range<u64>>, from: u64, size: u64) -> Vec<Range<u64>> {
    let widened = ranges.into_iter().filter(|range| !range.is_empty());
    let widened = widened.map(|range| {
        let start = range.start / BLOCK_SIZE * BLOCK_SIZE;
        let end = range.end.div_ceil(BLOCK_SIZE).saturating_mul(BLOCK_SIZE);
        start.max(from)..end.min(size)
    });
    let mut widened: Vec<_> = widened.filter(|range| !range.is_empty()).collect();
    widened.sort_by_key(|range| range.start);
    let mut joined: Vec<Range<u64>> = Vec::new();
    for range in widened {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}
