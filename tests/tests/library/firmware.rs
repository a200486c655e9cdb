//! The firmware in the real library: it contains everything in the release table, and can be
//! installed, verified and compressed.

use std::io::Read as _;
use std::process::Command;

use flate2::read::ZlibDecoder;
use oakc_core::digest::sha256;
use oakc_firmware::{Progress, Store};
use oakc_runtime_schema::bootloader::BootloaderType;
use oakc_runtime_schema::release::{Variant, latest};
use oakc_runtime_schema::sbr::LinearChecksum;
use oakc_tests::examples::{PREPARED, cache, with_synthetic_models};
use oakc_tests::process::Ran;
use oakc_tests::reference::{python, shared_object};
use serde_json::{Value, json};

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

#[test]
fn the_manifest_names_the_licence_that_the_library_declares() {
    let Some(python) = python() else { return };
    let metadata = "from importlib.metadata import metadata; print(metadata('depthai')['License'])";
    let declared = Command::new(&python).args(["-c", metadata]).output();
    let declared = String::from_utf8(declared.unwrap().stdout).unwrap();
    let app = with_synthetic_models(PREPARED[0]);
    let mut build = app.command(&["build", "app.toml", "-o", "out/app.dap", "--manifest"]);
    // The firmware is there, or is fetched once for all tests.
    build.env("OAKC_CACHE", cache());
    Ran::from(build.output().unwrap()).exits(0);
    let manifest: Value = serde_json::from_slice(&app.read("out/app.dap.manifest.json")).unwrap();
    let notice = |part: &str, name: &str, version: Option<&str>, license: &str| {
        json!({
            "part": part,
            "name": name,
            "version": version,
            "license": license,
        })
    };
    let oakc = Some(env!("CARGO_PKG_VERSION"));
    assert_eq!(
        manifest["notices"],
        json!([
            notice("firmware", "depthai", Some("2.33.0.0"), declared.trim()),
            notice("scripts", "oakc", oakc, "Apache-2.0 OR MIT"),
            notice("model person", "person.blob", None, "Apache-2.0"),
        ])
    );
}
