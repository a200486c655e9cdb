//! bsdiff 4 patches: the universal image and a patch make the image for an older OpenVINO.
//!
//! Goes in: the source image and a `BSDIFF40` patch (three bzip2 streams after a 32-byte header).
//! Comes out: the patched image. Never: more output than the header announces or the caller
//! allows, whatever the streams say; never a panic on a bad header.

use std::io::{self, Write};

use qbsdiff::Bspatch;

const HEADER: usize = 32;

/// Applies `patch` to `source`; refuses results of more than `limit` bytes.
pub(crate) fn apply(source: &[u8], patch: &[u8], limit: u64) -> io::Result<Vec<u8>> {
    let size = announced_size(patch)?;
    if size > limit {
        return Err(invalid("the patch announces a result that is too large"));
    }
    let size = usize::try_from(size).map_err(|_| invalid("the patch announces too much"))?;
    let mut target = Bounded::with_room_for(size)?;
    Bspatch::new(patch)?.apply(source, &mut target)?;
    if target.bytes.len() != size {
        return Err(invalid("the patch makes less than it announces"));
    }
    Ok(target.bytes)
}

/// Checks the header before the reader sees it (the reader trusts the lengths) and returns the
/// size of the result.
fn announced_size(patch: &[u8]) -> io::Result<u64> {
    let (header, streams) = patch
        .split_first_chunk::<HEADER>()
        .ok_or_else(|| invalid("the patch is shorter than its header"))?;
    let (fields, _) = header.as_chunks::<8>();
    let [magic, control, diff, size] = fields else {
        return Err(invalid("the patch is shorter than its header"));
    };
    if magic != b"BSDIFF40" {
        return Err(invalid("the patch has the wrong magic"));
    }
    let control = length(*control)?;
    let diff = length(*diff)?;
    let used = control.checked_add(diff);
    if used.is_none_or(|used| used > streams.len() as u64) {
        return Err(invalid("the patch is shorter than its header says"));
    }
    length(*size)
}

/// A length is sign and magnitude; a negative one means nothing.
fn length(field: [u8; 8]) -> io::Result<u64> {
    let value = u64::from_le_bytes(field);
    if value >> 63 == 0 {
        Ok(value)
    } else {
        Err(invalid("the patch has a negative length"))
    }
}

fn invalid(reason: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

/// A sink that takes no byte more than it was made for.
struct Bounded {
    bytes: Vec<u8>,
    limit: usize,
}

impl Bounded {
    fn with_room_for(limit: usize) -> io::Result<Self> {
        let mut bytes = Vec::new();
        bytes
            .try_reserve_exact(limit)
            .map_err(|_| invalid("the result of the patch does not fit into memory"))?;
        Ok(Self { bytes, limit })
    }
}

impl Write for Bounded {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        if buffer.len() > self.limit.saturating_sub(self.bytes.len()) {
            return Err(invalid("the patch makes more than it announces"));
        }
        self.bytes.extend_from_slice(buffer);
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
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
    fn a_patch_turns_the_source_into_the_target() {
        let source = b"the quick brown fox jumps over the lazy dog".repeat(50);
        let mut target = source.clone();
        target.extend_from_slice(b"and more");
        let patch = patch_between(&source, &target);
        assert_eq!(apply(&source, &patch, 1 << 20).unwrap(), target);
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

    proptest! {
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
