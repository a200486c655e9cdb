//! Adler-32, the checksum at the end of a zlib stream, joinable like the SBR checksum.
//!
//! In: bytes, or the checksums of two neighbouring parts. Out: the checksum. Never: a second pass over
//! bytes whose checksum is known.

/// The largest prime below 2^16.
const PRIME: u32 = 65_521;
/// Most bytes after which the second sum still fits into 32 bits.
const RUN: usize = 5552;

/// Adler-32 of `bytes`.
pub(crate) fn of(bytes: &[u8]) -> u32 {
    let (mut a, mut b) = (1u32, 0u32);
    for run in bytes.chunks(RUN) {
        for byte in run {
            a = a.wrapping_add(u32::from(*byte));
            b = b.wrapping_add(a);
        }
        a %= PRIME;
        b %= PRIME;
    }
    (b << 16) | a
}

/// Adler-32 of two parts together, from that of each and the length of the second.
pub(crate) fn concat(first: u32, second: u32, second_len: u64) -> u32 {
    let prime = u64::from(PRIME);
    let halves = |sum: u32| (u64::from(sum & 0xffff), u64::from(sum >> 16));
    let ((a1, b1), (a2, b2)) = (halves(first), halves(second));
    // Each part's first sum starts at 1; the joined one only once.
    let start = (a1 + prime - 1) % prime;
    let a = (a2 + start) % prime;
    let b = (b1 + b2 + (second_len % prime) * start) % prime;
    u32::try_from((b << 16) | a).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_inputs_have_their_known_checksums() {
        assert_eq!(of(b""), 1);
        assert_eq!(of(b"Wikipedia"), 0x11e6_0398);
    }

    proptest! {
        #[test]
        fn joined_parts_sum_to_the_whole(bytes in proptest::collection::vec(any::<u8>(), 0..20_000), at: prop::sample::Index) {
            let (head, tail) = bytes.split_at(at.index(bytes.len() + 1));
            prop_assert_eq!(concat(of(head), of(tail), tail.len() as u64), of(&bytes));
        }
    }
}
