//! Takes members out of the xz-compressed tar archives that are embedded in a shared library.
//!
//! In: the bytes of the shared library and the exact names of the members wanted. Out: their bytes,
//! which nobody has compared with a digest yet. Never: a file written, a path from the archive used,
//! more decompressed than the limits allow, or a panic on hostile bytes.

use std::collections::BTreeMap;
use std::io::{self, Read};

use flate2::Crc;
use lzma_rust2::XzReader;

use crate::wheel::UNIVERSAL_PREFIX;

/// How an xz stream begins.
const XZ_MAGIC: [u8; 6] = [0xfd, b'7', b'z', b'X', b'Z', 0];
/// Most bytes decompressed of one archive; the real ones have 29 MB and 5 MB.
const ARCHIVE_LIMIT: u64 = 256 << 20;
/// Most bytes decompressed of all archives in one shared library.
const TOTAL_LIMIT: u64 = 512 << 20;
/// Most memory of the decoder in KiB; the strongest xz preset needs 65 MiB.
const DECODER_LIMIT_KIB: u32 = 128 << 10;
/// Largest member taken.
const MEMBER_LIMIT: u64 = 64 << 20;
/// Most archives searched; the real shared libraries have two.
const STREAMS_LIMIT: usize = 64;

/// What was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Extracted {
    /// The members wanted, by name.
    pub(crate) members: BTreeMap<String, Vec<u8>>,
    /// The commit in the name of a universal image that was not wanted: that of another release.
    pub(crate) other_firmware: Option<String>,
    /// Why the last archive that failed could not be read to its end.
    pub(crate) failure: Option<String>,
}

/// Searches `library` for the members named by `wanted`; stops when it has all.
pub(crate) fn extract(library: &[u8], wanted: &[&str]) -> Extracted {
    let mut found = Extracted::default();
    let mut budget = TOTAL_LIMIT;
    for stream in xz_streams(library).take(STREAMS_LIMIT) {
        if found.members.len() == wanted.len() || budget == 0 {
            break;
        }
        let mut decompressed = Decompressed::new(stream, budget.min(ARCHIVE_LIMIT));
        let outcome = read_archive(&mut decompressed, wanted, &mut found);
        budget = budget.saturating_sub(decompressed.produced);
        if let Err(error) = outcome {
            found.failure = Some(error.to_string());
        }
    }
    found
}

/// The rest of `bytes` from each position at which an xz stream begins.
fn xz_streams(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let at = find_magic(rest)?;
        let stream = rest.get(at..)?;
        rest = stream.get(XZ_MAGIC.len()..)?;
        Some(stream)
    })
    .filter(|stream| has_stream_header(stream))
}

/// Whether two bytes of flags and their CRC-32 follow the magic number, as in a real stream.
fn has_stream_header(stream: &[u8]) -> bool {
    let Some([_, _, _, _, _, _, flags @ .., a, b, c, d]) = stream.first_chunk::<12>() else {
        return false;
    };
    let mut crc = Crc::new();
    crc.update(flags);
    crc.sum() == u32::from_le_bytes([*a, *b, *c, *d])
}

/// The first byte is rare, so searching for it alone runs at the speed of a byte scan.
fn find_magic(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let tail = bytes.get(from..)?;
        let at = from + tail.iter().position(|byte| *byte == XZ_MAGIC[0])?;
        if bytes.get(at..)?.starts_with(&XZ_MAGIC) {
            return Some(at);
        }
        from = at + 1;
    }
}

fn read_archive(
    decompressed: &mut Decompressed<'_>,
    wanted: &[&str],
    found: &mut Extracted,
) -> io::Result<()> {
    let mut archive = tar::Archive::new(decompressed);
    for entry in archive.entries()? {
        let mut entry = entry?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let Ok(name) = String::from_utf8(entry.path_bytes().into_owned()) else {
            continue;
        };
        if wanted.contains(&name.as_str()) {
            let bytes = read_member(&mut entry)?;
            found.members.insert(name, bytes);
            if found.members.len() == wanted.len() {
                break;
            }
        } else if let Some(commit) = firmware_commit(&name) {
            found.other_firmware = Some(commit.to_owned());
        }
    }
    Ok(())
}

fn read_member(entry: &mut tar::Entry<'_, &mut Decompressed<'_>>) -> io::Result<Vec<u8>> {
    let size = entry.size();
    if size > MEMBER_LIMIT {
        return Err(invalid("a member is too large"));
    }
    let mut bytes = Vec::new();
    entry.read_to_end(&mut bytes)?;
    if bytes.len() as u64 == size {
        Ok(bytes)
    } else {
        Err(invalid("a member is truncated"))
    }
}

fn firmware_commit(name: &str) -> Option<&str> {
    name.strip_prefix(UNIVERSAL_PREFIX)?.strip_suffix(".cmd")
}

fn invalid(reason: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

/// An xz stream that is decompressed up to a limit. After an error it reads nothing more, because the
/// decoder must not be used again.
struct Decompressed<'a> {
    decoder: Option<XzReader<&'a [u8]>>,
    produced: u64,
    limit: u64,
}

impl<'a> Decompressed<'a> {
    fn new(stream: &'a [u8], limit: u64) -> Self {
        Self {
            decoder: Some(XzReader::new_mem_limit(stream, false, DECODER_LIMIT_KIB)),
            produced: 0,
            limit,
        }
    }
}

impl Read for Decompressed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(decoder) = &mut self.decoder else {
            return Ok(0);
        };
        let outcome = decoder.read(buffer).and_then(|count| {
            self.produced = self.produced.saturating_add(count as u64);
            if self.produced > self.limit {
                return Err(invalid("the archive is too large once decompressed"));
            }
            Ok(count)
        });
        if outcome.is_err() {
            self.decoder = None;
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::synthetic::{library, tar_xz};

    const A: &str = "depthai-device-openvino-universal-aaaa.cmd";
    const B: &str = "depthai-bootloader-usb.cmd";

    #[test]
    fn members_are_found_in_two_archives_after_stray_magic_numbers() {
        let mut bytes = vec![0x7f; 500];
        bytes.extend(XZ_MAGIC);
        bytes.extend(library(&[&[(A, b"firmware".as_slice())], &[(B, b"boot")]]));
        let found = extract(&bytes, &[A, B]);
        assert_eq!(found.members[A], b"firmware");
        assert_eq!(found.members[B], b"boot");
        assert_eq!(found.failure, None);
    }

    #[test]
    fn a_name_that_leads_out_of_the_archive_is_not_the_member_wanted() {
        let outside = format!("../{A}");
        let found = extract(&library(&[&[(outside.as_str(), b"evil".as_slice())]]), &[A]);
        assert_eq!(found, Extracted::default());
    }

    #[test]
    fn the_firmware_of_another_release_is_named() {
        let found = extract(
            &library(&[&[(
                "depthai-device-openvino-universal-bbbb.cmd",
                b"x".as_slice(),
            )]]),
            &[A],
        );
        assert_eq!(found.other_firmware.as_deref(), Some("bbbb"));
    }

    #[test]
    fn a_truncated_archive_gives_its_reason_and_no_member() {
        let noise: Vec<u8> = (0..50_000u32)
            .map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[1])
            .collect();
        let mut bytes = tar_xz(&[(A, &noise)]);
        bytes.truncate(bytes.len() / 2);
        let found = extract(&bytes, &[A]);
        assert!(found.members.is_empty());
        assert!(found.failure.is_some());
    }

    #[test]
    fn a_member_above_the_limit_is_refused() {
        let zeros = vec![0u8; usize::try_from(MEMBER_LIMIT).unwrap() + 1];
        let found = extract(&tar_xz(&[(A, &zeros)]), &[A]);
        assert!(found.members.is_empty());
        assert_eq!(found.failure.as_deref(), Some("a member is too large"));
    }

    #[test]
    fn decompression_stops_at_the_limit() {
        let zeros = vec![0u8; 1 << 20];
        let bytes = tar_xz(&[("other", &zeros), (A, b"x")]);
        let mut decompressed = Decompressed::new(&bytes, 1 << 19);
        let mut found = Extracted::default();
        let error = read_archive(&mut decompressed, &[A], &mut found).unwrap_err();
        assert!(error.to_string().contains("too large"), "{error}");
        assert!(found.members.is_empty());
        assert!(decompressed.produced <= (1 << 19) + (1 << 17));
    }

    proptest! {
        #[test]
        fn damaged_archives_never_panic(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), cut: prop::sample::Index) {
            let mut bytes = tar_xz(&[(A, &b"firmware".repeat(40)), (B, b"boot")]);
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            bytes.truncate(cut.index(bytes.len()) + 1);
            let _ = extract(&bytes, &[A, B]);
        }

        #[test]
        fn any_bytes_after_the_stream_header_never_panic(tail in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut bytes = tar_xz(&[])[..12].to_vec();
            bytes.extend(tail);
            prop_assert!(extract(&bytes, &[A]).members.is_empty());
        }
    }
}
