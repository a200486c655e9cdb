//! bsdiff 4 patches, which Luxonis keeps variants of large files as: firmware for an older OpenVINO, models for another
//! number of SHAVEs.
//!
//! In: the source and a `BSDIFF40` patch (three bzip2 streams after a 32-byte header). Out: the target. Never: more
//! output than the header announces or the caller allows, memory that nothing was written to, or a panic, whatever the
//! streams contain.
//!
//! The first stream consists of triples: how many bytes of the second stream to add to as many bytes
//! of the source, how many bytes of the third stream to append, and how far to move in the source.

use std::io::{self, Read};

use bzip2::read::BzDecoder;

const MAGIC: &[u8; 8] = b"BSDIFF40";
const HEADER: usize = 32;

/// Applies `patch` to `source`; refuses results of more than `limit` bytes.
///
/// # Errors
/// Where the patch is damaged, or the result would be too large.
pub fn apply(source: &[u8], patch: &[u8], limit: u64) -> io::Result<Vec<u8>> {
    let mut patch = Patch::open(patch)?;
    if patch.size > limit {
        return Err(invalid("the result would be too large"));
    }
    let size = usize::try_from(patch.size).map_err(|_| invalid("the result would be too large"))?;
    let mut target = Vec::new();
    // A patch can announce anything; most results are about as large as their source.
    target
        .try_reserve_exact(size.min(source.len().saturating_mul(2)))
        .map_err(|_| invalid("there is not enough memory for the result"))?;
    let mut position = 0i64;
    while target.len() < size {
        let step = patch.step()?;
        let room = (size - target.len()) as u64;
        if step.add.saturating_add(step.append) > room {
            return Err(invalid("it produces more than it announces"));
        }
        let start = target.len();
        take(&mut patch.diff, step.add, &mut target)?;
        add(
            target.get_mut(start..).unwrap_or_default(),
            source,
            position,
        );
        take(&mut patch.extra, step.append, &mut target)?;
        let added = i64::try_from(step.add).ok();
        position = added
            .and_then(|added| position.checked_add(added)?.checked_add(step.skip))
            .ok_or_else(|| invalid("it leaves the source"))?;
    }
    Ok(target)
}

/// A patch, opened.
struct Patch<'a> {
    /// Size of the result in bytes.
    size: u64,
    control: BzDecoder<&'a [u8]>,
    diff: BzDecoder<&'a [u8]>,
    extra: BzDecoder<&'a [u8]>,
}

/// One triple of the control stream.
struct Step {
    add: u64,
    append: u64,
    skip: i64,
}

impl<'a> Patch<'a> {
    fn open(patch: &'a [u8]) -> io::Result<Self> {
        let short = || invalid("it is shorter than its header says");
        let (header, streams) = patch.split_first_chunk::<HEADER>().ok_or_else(short)?;
        let (fields, _) = header.as_chunks::<8>();
        let [magic, control, diff, size] = fields else {
            return Err(short());
        };
        if magic != MAGIC {
            return Err(invalid("it has the wrong magic number"));
        }
        let mut rest = streams;
        let mut stream = |length: &[u8; 8]| {
            let length = usize::try_from(unsigned(*length)?).map_err(|_| short())?;
            let (stream, after) = rest.split_at_checked(length).ok_or_else(short)?;
            rest = after;
            Ok::<_, io::Error>(BzDecoder::new(stream))
        };
        Ok(Self {
            size: unsigned(*size)?,
            control: stream(control)?,
            diff: stream(diff)?,
            extra: BzDecoder::new(rest),
        })
    }

    fn step(&mut self) -> io::Result<Step> {
        let mut fields = [0; 24];
        self.control.read_exact(&mut fields)?;
        let (fields, _) = fields.as_chunks::<8>();
        let &[add, append, skip] = fields else {
            return Err(invalid("a triple is incomplete"));
        };
        Ok(Step {
            add: unsigned(add)?,
            append: unsigned(append)?,
            skip: signed(skip),
        })
    }
}

/// Appends the next `count` bytes of a stream.
fn take(stream: &mut impl Read, count: u64, target: &mut Vec<u8>) -> io::Result<()> {
    if stream.take(count).read_to_end(target)? as u64 == count {
        Ok(())
    } else {
        Err(invalid("a stream ends too early"))
    }
}

/// Adds the source from `position` on to `bytes`; outside of the source there is nothing to add.
fn add(bytes: &mut [u8], source: &[u8], position: i64) {
    let clamped = |distance: i64| usize::try_from(distance.max(0)).unwrap_or(usize::MAX);
    let source = source.get(clamped(position)..).unwrap_or_default();
    let before = clamped(position.saturating_neg());
    for (byte, old) in bytes.iter_mut().skip(before).zip(source) {
        *byte = byte.wrapping_add(*old);
    }
}

/// A number that must not be negative.
fn unsigned(field: [u8; 8]) -> io::Result<u64> {
    u64::try_from(signed(field)).map_err(|_| invalid("it has a negative length"))
}

/// Numbers are stored as a magnitude, with the sign in the highest bit.
fn signed(field: [u8; 8]) -> i64 {
    let value = i64::from_le_bytes(field);
    let magnitude = value & i64::MAX;
    if value < 0 { -magnitude } else { magnitude }
}

fn invalid(reason: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use qbsdiff::Bsdiff;

    use super::*;

    fn patch_between(source: &[u8], target: &[u8]) -> Vec<u8> {
        let mut patch = Vec::new();
        Bsdiff::new(source, target).compare(&mut patch).unwrap();
        patch
    }

    #[test]
    fn a_result_above_the_limit_is_refused_before_anything_is_made() {
        let patch = patch_between(b"a", &[7; 5000]);
        assert!(apply(b"a", &patch, 4999).is_err());
    }

    #[test]
    fn streams_that_make_more_than_announced_are_refused() {
        let mut patch = patch_between(b"a", &[7; 5000]);
        patch[24..32].copy_from_slice(&4000u64.to_le_bytes());
        assert!(apply(b"a", &patch, 1 << 20).is_err());
    }

    #[test]
    fn lengths_that_overflow_are_refused() {
        let mut patch = patch_between(b"a", b"b");
        patch[8..16].copy_from_slice(&(i64::MAX as u64).to_le_bytes());
        patch[16..24].copy_from_slice(&(i64::MAX as u64).to_le_bytes());
        assert!(apply(b"a", &patch, 1 << 20).is_err());
    }

    #[test]
    fn bytes_outside_of_the_source_add_nothing() {
        let mut bytes = [1, 1, 1, 1, 1];
        add(&mut bytes, &[10, 20], -2);
        assert_eq!(bytes, [1, 1, 11, 21, 1]);
        add(&mut bytes, &[10, 20], 3);
        assert_eq!(bytes, [1, 1, 11, 21, 1]);
    }

    proptest! {
        #[test]
        fn a_patch_turns_the_source_into_the_target(
            parts in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..300), 0..6),
            order in proptest::collection::vec(any::<prop::sample::Index>(), 0..8),
            noise in proptest::collection::vec(any::<u8>(), 0..100),
        ) {
            let source = parts.concat();
            let mut target = noise.clone();
            for index in order {
                if !parts.is_empty() {
                    target.extend(index.get(&parts));
                }
                target.extend(noise.iter().take(5));
            }
            let patch = patch_between(&source, &target);
            prop_assert_eq!(apply(&source, &patch, 1 << 20).unwrap(), target);
        }

        #[test]
        fn damaged_patches_never_panic_nor_exceed_the_limit(at: prop::sample::Index, byte: u8, cut: prop::sample::Index) {
            let source = b"0123456789".repeat(100);
            let mut patch = patch_between(&source, &b"0123x56789".repeat(100));
            let at = at.index(patch.len());
            patch[at] = byte;
            patch.truncate(cut.index(patch.len()) + 1);
            if let Ok(result) = apply(&source, &patch, 4096) {
                prop_assert!(result.len() <= 4096);
            }
        }
    }
}
