//! With the real wheel: everything in the release table is in it, and works together.
//!
//! Runs when `OAKC_TEST_WHEEL` names the wheel of the newest supported release; says that it was
//! skipped otherwise.

#![allow(clippy::print_stderr, reason = "a skipped test must say so")]

use std::io::Read as _;
use std::path::PathBuf;

use flate2::read::ZlibDecoder;
use oakc_firmware::{Bootloader, LinearChecksum, Progress, Store, Variant, latest};
use sha2::{Digest as _, Sha256};

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect()
}

fn wheel() -> Option<PathBuf> {
    let path = std::env::var_os("OAKC_TEST_WHEEL").map(PathBuf::from);
    if path.is_none() {
        eprintln!(
            "SKIPPED: OAKC_TEST_WHEEL does not name the wheel of depthai {}",
            latest().version
        );
    }
    path
}

#[test]
fn the_real_wheel_gives_every_image_of_the_release_table() {
    let Some(wheel) = wheel() else { return };
    let cache = tempfile::tempdir().unwrap();
    let store = Store::new(cache.path());
    let release = latest();
    store
        .install(release, Some(&wheel), &mut |event| eprintln!("{event}"))
        .unwrap();

    for variant in Variant::ALL {
        let image = store
            .image(release.version, variant, &mut |event| {
                assert!(matches!(event, Progress::Patching { .. }), "{event}");
            })
            .unwrap();
        let bytes = image.read().unwrap();
        assert_eq!(
            sha256(&bytes),
            release.image(variant).unwrap().sha256,
            "{variant}"
        );
        assert_eq!(LinearChecksum::of(&bytes), image.checksum(), "{variant}");
    }
    for kind in Bootloader::ALL {
        let image = store
            .bootloader(release.version, kind, &mut |event| panic!("{event}"))
            .unwrap();
        assert_eq!(
            sha256(&image.read().unwrap()),
            release.bootloader(kind).sha256
        );
    }
    let report = store.verify(release.version).unwrap();
    assert!(report.is_intact(), "{report:?}");
}

#[test]
fn the_real_image_compresses_to_a_stream_that_inflates_behind_any_header() {
    let Some(wheel) = wheel() else { return };
    let cache = tempfile::tempdir().unwrap();
    let store = Store::new(cache.path());
    store.install(latest(), Some(&wheel), &mut |_| {}).unwrap();
    let image = store
        .image(latest().version, Variant::Universal, &mut |_| {})
        .unwrap();
    let compressed = store.compressed(&image, &mut |_| {}).unwrap();
    let stream = compressed.zlib_stream(b"preboot header");
    let mut bytes = Vec::new();
    stream.write_to(&mut bytes).unwrap();
    assert_eq!(LinearChecksum::of(&bytes), stream.checksum());
    let mut inflated = Vec::new();
    ZlibDecoder::new(bytes.as_slice())
        .read_to_end(&mut inflated)
        .unwrap();
    assert_eq!(
        inflated,
        [b"preboot header".as_slice(), &image.read().unwrap()].concat()
    );
}
