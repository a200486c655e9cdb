//! Data on their way into a memory: whole, cut, damaged, too many, too few.

use oakc_runtime_schema::bootloader::{Memory, Payload, Request, Response, Section, Storage};
use proptest::prelude::*;

use super::host::{BOOTLOADER, Host};
use super::{LAYOUT, bootloader, fresh_board, package};

const OLD: &str = "old";

fn host(faults: &[&str]) -> Host {
    Host::new(fresh_board(), faults)
}

/// Bytes in pieces of these sizes, the last one repeated.
fn pieces<'a>(mut bytes: &'a [u8], sizes: &[usize]) -> Vec<&'a [u8]> {
    let mut sizes = sizes.iter().chain(sizes.last().into_iter().cycle());
    let mut pieces = Vec::new();
    while !bytes.is_empty() {
        let size = bytes.len().min(*sizes.next().unwrap());
        let (piece, rest) = bytes.split_at(size);
        pieces.push(piece);
        bytes = rest;
    }
    pieces
}

fn announce(bytes: &[u8], pieces: &[&[u8]]) -> Payload {
    Payload {
        total_size: u32::try_from(bytes.len()).unwrap(),
        packets: u32::try_from(pieces.len()).unwrap(),
    }
}

fn flash(host: &mut Host, bytes: &[u8], sizes: &[usize]) -> Vec<Response> {
    let pieces = pieces(bytes, sizes);
    let request = Request::UpdateFlash {
        storage: Storage::Application,
        data: announce(bytes, &pieces),
    };
    host.ask(request, pieces)
}

fn stored(host: &mut Host, size: usize) -> Vec<u8> {
    let flash = &mut host.board.memories.flash;
    flash.read(LAYOUT.application.into(), size).unwrap()
}

/// The outcome behind the progress, which only grows.
#[track_caller]
fn outcome(answers: &[Response]) -> Result<(), String> {
    let (last, progress) = answers.split_last().expect("an answer");
    let progress = progress.iter().map(|answer| match answer {
        Response::FlashStatus(progress) => *progress,
        answer => panic!("{answer:?} before the end"),
    });
    let progress: Vec<_> = progress.collect();
    assert!(progress.is_sorted() && progress.len() <= 50);
    assert!(progress.iter().all(|part| (0.0..=1.0).contains(part)));
    match last {
        Response::FlashComplete(outcome) => outcome.clone(),
        answer => panic!("{answer:?} in the end"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_package_arrives_whole_however_it_is_cut_into_packets(
        firmware in prop::collection::vec(any::<u8>(), 1..3000),
        sizes in prop::collection::vec(1_usize..1500, 1..8),
    ) {
        let package = package(&firmware, "new");
        let mut host = host(&[]);
        prop_assert_eq!(outcome(&flash(&mut host, &package, &sizes)), Ok(()));
        prop_assert!(stored(&mut host, package.len()) == package);
        prop_assert_eq!(host.board.memories.check_application(), Ok(()));
    }

    #[test]
    fn a_package_cut_at_any_byte_leaves_the_old_application_or_none_that_starts(
        cut in 0_usize..3000,
        sizes in prop::collection::vec(1_usize..1500, 1..8),
    ) {
        let old = package(&[1; 2000], OLD);
        let new = package(&[2; 2000], "new");
        let mut host = host(&[]);
        flash(&mut host, &old, &[5000]);
        let cut = cut % new.len();
        let request = Request::UpdateFlash {
            storage: Storage::Application,
            data: announce(&new, &pieces(&new, &sizes)),
        };
        host.packet(BOOTLOADER, request.encode());
        for piece in pieces(&new[..cut], &sizes) {
            host.packet(BOOTLOADER, piece.to_vec());
        }
        if host.board.memories.check_application().is_ok() {
            prop_assert!(stored(&mut host, old.len()) == old);
        }
        // The next attempt is not disturbed by what is left of this one.
        let mut again = Host::new(host.board, &[]);
        prop_assert_eq!(outcome(&flash(&mut again, &new, &sizes)), Ok(()));
        prop_assert!(stored(&mut again, new.len()) == new);
    }

    #[test]
    fn a_package_with_any_wrong_byte_that_counts_never_starts(at in 512_usize..2523, flip in 1_u8..) {
        let mut bad = package(&[3; 2000], "bad");
        let at = 512 + at % (bad.len() - 512);
        bad[at] ^= flip;
        let mut host = host(&[]);
        prop_assert!(outcome(&flash(&mut host, &bad, &[700])).is_err());
        prop_assert!(host.board.memories.check_application().is_err());
    }
}

#[test]
fn something_other_than_a_package_leaves_the_old_application() {
    let old = package(&[1; 2000], OLD);
    let mut host = host(&[]);
    flash(&mut host, &old, &[5000]);
    let mut unbootable = package(b"", "no flags");
    unbootable[2 + 29] = 0;
    let mut too_long = package(b"abc", "");
    too_long[2 + 16..2 + 20].copy_from_slice(&900_u32.to_le_bytes());
    for bad in [vec![0; 600], b"BR".to_vec(), unbootable, too_long] {
        assert!(outcome(&flash(&mut host, &bad, &[100])).is_err());
        assert!(stored(&mut host, old.len()) == old);
    }
}

#[test]
fn data_that_are_not_as_announced_are_refused() {
    let bytes = [7; 300];
    for (total_size, packets) in [(299, 3), (301, 3)] {
        let request = Request::UpdateFlashAt {
            memory: Memory::Flash,
            offset: 100,
            data: Payload {
                total_size,
                packets,
            },
        };
        let answers = host(&[]).ask(request, pieces(&bytes, &[100]));
        assert!(outcome(&answers).is_err(), "{total_size}");
    }
}

#[test]
fn a_transfer_of_nothing_is_refused_at_once() {
    let request = Request::UpdateFlashAt {
        memory: Memory::Flash,
        offset: 0,
        data: Payload::of(0),
    };
    assert!(outcome(&[host(&[]).ask_one(request)]).is_err());
}

#[test]
fn a_section_of_a_memory_is_written_where_it_lies() {
    let mut host = host(&[]);
    let request = Request::UpdateFlashSection {
        memory: Memory::Flash,
        section: Section::UserBootloader,
        data: Payload::of(4),
    };
    assert_eq!(outcome(&host.ask(request, [&b"user"[..]])), Ok(()));
    let flash = &mut host.board.memories.flash;
    assert_eq!(flash.read(0x0040_0000 - 1, 6).unwrap(), b"\xffuser\xff");
}

#[test]
fn only_a_network_bootloader_is_written_as_the_factorys() {
    let good = bootloader("0.0.31");
    let usb = String::from_utf8(good.clone())
        .unwrap()
        .replace("eth", "usb");
    let mut host = host(&[]);
    let mut write = |image: &[u8]| {
        let request = Request::UpdateFlash {
            storage: Storage::Bootloader,
            data: Payload::of(u32::try_from(image.len()).unwrap()),
        };
        let done = outcome(&host.ask(request, [image]));
        let flash = &mut host.board.memories.flash;
        let written = flash.read(512, image.len()).unwrap() == image;
        assert_eq!(done.is_ok(), written);
        written
    };
    assert!(!write(usb.as_bytes()));
    assert!(!write(b"MA2x but nothing more"));
    assert!(!write(b"depthai-bootloader-eth.elf\x000.0.31\0"));
    assert!(write(&good));
}

#[test]
fn a_byte_that_is_corrupted_goes_unnoticed_once() {
    let mut host = host(&["corrupt@250"]);
    let bytes = [0; 300];
    let mut write = || {
        let request = Request::UpdateFlashAt {
            memory: Memory::Flash,
            offset: LAYOUT.application,
            data: Payload {
                total_size: 300,
                packets: 3,
            },
        };
        assert_eq!(outcome(&host.ask(request, pieces(&bytes, &[100]))), Ok(()));
        stored(&mut host, 300)
    };
    let mut expected = bytes;
    expected[250] = 1;
    assert_eq!(write(), expected);
    assert_eq!(write(), bytes);
}

#[test]
fn a_full_memory_takes_nothing_but_configurations() {
    let mut host = host(&["full"]);
    let package = package(b"MA2x", "");
    let refused = outcome(&flash(&mut host, &package, &[100])).unwrap_err();
    assert_eq!(
        refused,
        format!("not enough space: 0 for {} bytes", package.len())
    );
}
