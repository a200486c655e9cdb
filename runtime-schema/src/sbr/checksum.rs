//! The checksum of sections as a linear function, so that the checksums of parts can be combined.
//!
//! In: bytes. Out: [`LinearChecksum`], which maps the state before the bytes to the state after
//! them; [`checksum`] and [`checksum_from`] for a single run. Never: a second pass over bytes whose
//! checksum is known.
//!
//! The bootloader starts at 5381 and computes `h * 33 + byte` modulo 2^32 for each byte (djb2). Over
//! `n` bytes that is `h * 33^n + sum`, where `sum` is the result of starting at 0.

/// The checksum of nothing.
pub const INITIAL_CHECKSUM: u32 = 5381;

/// Bytes processed at once: 16 lanes of four bytes. Wide enough for any vector unit, and each lane
/// needs one multiplication for four bytes.
const BLOCK: usize = 64;
const LANES: usize = BLOCK / 4;
const POW_BLOCK: u32 = 33u32.wrapping_pow(64);

/// The checksum by which the bootloader verifies a section.
pub fn checksum(bytes: &[u8]) -> u32 {
    checksum_from(INITIAL_CHECKSUM, bytes)
}

/// Continues a checksum: `state` is the checksum of all bytes before `bytes`.
pub fn checksum_from(state: u32, bytes: &[u8]) -> u32 {
    LinearChecksum::of(bytes).finish(state)
}

/// The effect of a run of bytes on the checksum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LinearChecksum {
    /// Number of bytes.
    pub len: u64,
    /// Checksum of the bytes when started from 0.
    pub sum: u32,
}

impl LinearChecksum {
    /// The effect of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        let (blocks, rest) = bytes.as_chunks::<BLOCK>();
        let mut lanes = [0u32; LANES];
        for block in blocks {
            let (words, _) = block.as_chunks::<4>();
            for (lane, word) in lanes.iter_mut().zip(words) {
                *lane = lane.wrapping_mul(POW_BLOCK).wrapping_add(four(*word));
            }
        }
        let mut sum = 0u32;
        for lane in lanes {
            sum = sum.wrapping_mul(power(4)).wrapping_add(lane);
        }
        for byte in rest {
            sum = sum.wrapping_mul(33).wrapping_add(u32::from(*byte));
        }
        Self {
            len: bytes.len() as u64,
            sum,
        }
    }

    /// The effect of the bytes of `self` followed by those of `next`.
    #[must_use]
    pub fn concat(self, next: Self) -> Self {
        Self {
            len: self.len.wrapping_add(next.len),
            sum: next.finish(self.sum),
        }
    }

    /// The state after the bytes, from the state before them; the format starts from
    /// [`INITIAL_CHECKSUM`].
    pub fn finish(self, start: u32) -> u32 {
        start.wrapping_mul(power(self.len)).wrapping_add(self.sum)
    }
}

/// The sum of four bytes, with shifts and additions only (33 = 32 + 1, 33^2 = 1024 + 64 + 1) so
/// that it stays cheap on vector units without a 32-bit multiplication. Two bytes at a time sit in
/// the halves of the word; the largest value of a half, 255 * 34, does not overflow it.
fn four(word: [u8; 4]) -> u32 {
    let word = u32::from_le_bytes(word);
    let even = word & 0x00ff_00ff;
    let odd = (word >> 8) & 0x00ff_00ff;
    let pairs = even.wrapping_add(even << 5).wrapping_add(odd);
    let first = pairs & 0xffff;
    let second = pairs >> 16;
    (first << 10)
        .wrapping_add(first << 6)
        .wrapping_add(first)
        .wrapping_add(second)
}

/// 33 to the power of `exponent` modulo 2^32. The order of 33 divides 2^27, so the exponent may be
/// reduced first.
fn power(exponent: u64) -> u32 {
    let reduced = exponent & ((1 << 27) - 1);
    33u32.wrapping_pow(u32::try_from(reduced).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The definition, byte by byte.
    fn by_definition(start: u32, bytes: &[u8]) -> u32 {
        bytes.iter().fold(start, |h, byte| {
            h.wrapping_mul(33).wrapping_add(u32::from(*byte))
        })
    }

    #[test]
    fn checksums_are_those_of_the_library() {
        assert_eq!(checksum(b""), 0x1505);
        assert_eq!(checksum(b"a"), 0x2_b606);
        assert_eq!(checksum(b"aa"), 0x59_7727);
        assert_eq!(
            checksum(b"6632d3a2dbdfbede61251ad5a448a8faa8dc18b9"),
            0x641b_68be
        );
    }

    #[test]
    fn largest_bytes_do_not_overflow_between_lanes() {
        let bytes = [0xffu8; 1000];
        assert_eq!(
            LinearChecksum::of(&bytes).finish(INITIAL_CHECKSUM),
            by_definition(INITIAL_CHECKSUM, &bytes)
        );
    }

    #[test]
    fn powers_of_huge_lengths_are_those_of_repeated_combination() {
        let mut checksum = LinearChecksum::of(b"x");
        let mut state = by_definition(7, b"x");
        for _ in 0..40 {
            checksum = checksum.concat(checksum);
        }
        assert_eq!(checksum.len, 1 << 40);
        // 2^40 is a multiple of the order of 33, so the factor of the start is 1.
        state = checksum.finish(state).wrapping_sub(checksum.sum);
        assert_eq!(state, by_definition(7, b"x"));
    }

    proptest! {
        #[test]
        fn it_is_the_checksum_of_the_format(bytes in proptest::collection::vec(any::<u8>(), 0..700), start: u32) {
            prop_assert_eq!(LinearChecksum::of(&bytes).finish(start), by_definition(start, &bytes));
        }

        #[test]
        fn combined_parts_give_the_checksum_of_the_whole(bytes in proptest::collection::vec(any::<u8>(), 0..700), at: prop::sample::Index) {
            let (head, tail) = bytes.split_at(at.index(bytes.len() + 1));
            prop_assert_eq!(LinearChecksum::of(head).concat(LinearChecksum::of(tail)), LinearChecksum::of(&bytes));
        }
    }
}
