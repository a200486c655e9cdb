//! The firmware in the real library: it contains everything in the release table, and can be
//! installed, verified and compressed.

use std::io::Read as _;

use flate2::read::ZlibDecoder;
use oakc_core::digest::sha256;
use oakc_firmware::{Progress, Store};
use oakc_runtime_schema::bootloader::BootloaderType;
use oakc_runtime_schema::release::{Variant, latest};
use oakc_runtime_schema::sbr::LinearChecksum;
use oakc_tests::reference::{python, shared_object};

#[test]
fn every_image_of_the_release_table_is_in_the_library() {
    let Some(python) = python() else { return };
    let library = shared_object(&python);
    let cache = tempfile::tempdir().unwrap();
    let store = Store::new(cache.path());
    let release = latest();
    store.install(release, Some(&library), &mut |_| {}).unwrap();

    for variant in Variant::ALL {
        let image = store
            .image(release.version(), variant, &mut |event| {
                assert!(matches!(event, Progress::Patching { .. }), "{event}");
            })
            .unwrap();
        let bytes = image.read().unwrap();
        assert_eq!(
            sha256(&bytes),
            release.files().image(variant).unwrap().sha256,
            "{variant}"
        );
        assert_eq!(LinearChecksum::of(&bytes), image.checksum(), "{variant}");
    }
    for kind in BootloaderType::ALL {
        let image = store
            .bootloader(release.version(), kind, &mut |event| panic!("{event}"))
            .unwrap();
        assert_eq!(
            sha256(&image.read().unwrap()),
            release.files().bootloader_image(kind).sha256
        );
    }
    let report = store.verify(release.version()).unwrap();
    assert!(report.is_intact(), "{report:?}");
}

#[test]
fn the_compressed_image_inflates_after_any_header() {
    let Some(python) = python() else { return };
    let library = shared_object(&python);
    let cache = tempfile::tempdir().unwrap();
    let store = Store::new(cache.path());
    store
        .install(latest(), Some(&library), &mut |_| {})
        .unwrap();
    let image = store
        .image(latest().version(), Variant::Universal, &mut |_| {})
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
