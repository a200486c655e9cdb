//! The store with made-up releases, above all when something goes wrong.
//!
//! In: a made-up release. Out: nothing. Never: bytes of the vendor.

use super::*;
use crate::synthetic::Fixture;

const VERSION: &str = "9.9.9.9";

fn installed_fixture() -> Fixture {
    let fixture = Fixture::new();
    let wheel = fixture.write("a.whl", &fixture.wheel());
    fixture
        .store()
        .install(fixture.release, Some(&wheel), &mut |_| {})
        .unwrap();
    fixture
}

#[allow(clippy::needless_pass_by_value, reason = "the signature of a callback")]
fn no_progress(event: Progress) {
    panic!("nothing should have been done, but: {event}");
}

/// Everything in the directory of releases whose name is not that of a release.
fn leftovers(fixture: &Fixture) -> Vec<String> {
    fs::read_dir(fixture.store().firmware())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != VERSION && name != ".lock")
        .collect()
}

#[test]
fn an_installed_release_gives_its_images_without_fetching_anything() {
    let fixture = installed_fixture();
    let store = fixture.store();
    let image = store
        .image(VERSION, Variant::Universal, &mut no_progress)
        .unwrap();
    assert_eq!(image.read().unwrap(), fixture.universal);
    assert_eq!(image.commit(), fixture.release.commit());
    assert_eq!(image.sha256(), fixture.release.files().universal.sha256);
    let usb = store
        .bootloader(VERSION, BootloaderType::Usb, &mut no_progress)
        .unwrap();
    assert_eq!(usb.read().unwrap(), b"MA2x usb bootloader");
    assert_eq!(usb.version().to_string(), "0.0.1");
    assert_eq!(leftovers(&fixture), Vec::<String>::new());
}

#[test]
fn a_patched_image_is_made_once_and_verified_as_part_of_the_release() {
    let fixture = installed_fixture();
    let store = fixture.store();
    let mut events = Vec::new();
    let image = store
        .image(VERSION, Variant::OpenVino2021_3, &mut |event| {
            events.push(event);
        })
        .unwrap();
    assert_eq!(image.read().unwrap(), fixture.patched);
    assert_eq!(
        events,
        [Progress::Patching {
            variant: Variant::OpenVino2021_3
        }]
    );
    store
        .image(VERSION, Variant::OpenVino2021_3, &mut no_progress)
        .unwrap();
    let report = store.verify(VERSION).unwrap();
    assert!(report.is_intact());
    assert!(
        report
            .files
            .iter()
            .any(|(name, _)| name == "openvino-2021.3.cmd")
    );
}

#[test]
fn a_variant_or_a_version_that_does_not_exist_is_refused() {
    let fixture = installed_fixture();
    let store = fixture.store();
    let error = store
        .image(VERSION, Variant::OpenVino2020_4, &mut no_progress)
        .unwrap_err();
    assert!(matches!(error, Error::NoSuchVariant { .. }));
    let error = store
        .image("1.2.3", Variant::Universal, &mut no_progress)
        .unwrap_err();
    assert!(error.to_string().contains(VERSION), "{error}");
}

#[test]
fn damage_is_found_and_repaired_by_installing_again() {
    let fixture = installed_fixture();
    let store = fixture.store();
    let path = fixture.installed("universal.cmd");
    let mut bytes = fixture.universal.clone();
    bytes[9] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let error = store
        .image(VERSION, Variant::Universal, &mut no_progress)
        .unwrap()
        .read()
        .unwrap_err()
        .to_string();
    assert!(error.contains("universal.cmd"), "{error}");
    let report = store.verify(VERSION).unwrap();
    assert_eq!(
        report.files[0],
        (
            "universal.cmd".to_owned(),
            FileState::Damaged(Damage::Digest)
        )
    );
    let wheel = fixture.directory.path().join("a.whl");
    store
        .install(fixture.release, Some(&wheel), &mut |_| {})
        .unwrap();
    assert!(store.verify(VERSION).unwrap().is_intact());
    assert_eq!(leftovers(&fixture), Vec::<String>::new());
}

#[test]
fn a_directory_in_place_of_an_image_is_repaired_too() {
    let fixture = installed_fixture();
    let path = fixture.installed("universal.cmd");
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let opened = fixture
        .store()
        .image(VERSION, Variant::Universal, &mut no_progress);
    assert!(opened.is_err());
    let wheel = fixture.directory.path().join("a.whl");
    fixture
        .store()
        .install(fixture.release, Some(&wheel), &mut |_| {})
        .unwrap();
    assert!(fixture.store().verify(VERSION).unwrap().is_intact());
}

#[test]
fn a_second_installation_changes_nothing() {
    let fixture = installed_fixture();
    let mut events = Vec::new();
    let gone = Path::new("no such wheel");
    fixture
        .store()
        .install(fixture.release, Some(gone), &mut |event| {
            events.push(event);
        })
        .unwrap();
    assert!(matches!(
        events.as_slice(),
        [Progress::AlreadyInstalled { .. }]
    ));
}

#[test]
fn a_refused_source_leaves_nothing_in_the_cache() {
    let fixture = Fixture::new();
    let mut image = fixture.universal.clone();
    image[7] ^= 1;
    let bad = fixture.write("bad.cmd", &image);
    let outcome = fixture
        .store()
        .install(fixture.release, Some(&bad), &mut |_| {});
    assert!(matches!(outcome, Err(Error::WrongDigest { .. })));
    assert_eq!(fixture.store().list().unwrap(), []);
    assert_eq!(leftovers(&fixture), Vec::<String>::new());
}

#[test]
fn a_bare_image_installs_partly_and_keeps_what_was_intact() {
    let fixture = installed_fixture();
    let store = fixture.store();
    fs::write(fixture.installed("universal.cmd"), b"broken").unwrap();
    let cmd = fixture.write("u.cmd", &fixture.universal);
    store
        .install(fixture.release, Some(&cmd), &mut |_| {})
        .unwrap();
    assert!(store.verify(VERSION).unwrap().is_intact());

    let fresh = Fixture::new();
    let cmd = fresh.write("u.cmd", &fresh.universal);
    fresh
        .store()
        .install(fresh.release, Some(&cmd), &mut |_| {})
        .unwrap();
    let listed = fresh.store().list().unwrap();
    assert_eq!(listed.len(), 1);
    assert!(!listed[0].complete);
    assert!(!fresh.store().verify(VERSION).unwrap().is_intact());
}

#[test]
fn many_installations_at_once_leave_one_complete_release() {
    let fixture = Fixture::new();
    let wheel = fixture.write("a.whl", &fixture.wheel());
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                let store = fixture.store();
                store
                    .install(fixture.release, Some(&wheel), &mut |_| {})
                    .unwrap();
                let image = store
                    .image(VERSION, Variant::OpenVino2021_3, &mut |_| {})
                    .unwrap();
                assert_eq!(image.read().unwrap(), fixture.patched);
                let compressed = store.compressed(&image, &mut |_| {}).unwrap();
                compressed
                    .zlib_stream(b"header")
                    .write_to(&mut std::io::sink())
                    .unwrap();
            });
        }
    });
    assert!(fixture.store().verify(VERSION).unwrap().is_intact());
    assert_eq!(leftovers(&fixture), Vec::<String>::new());
}

#[test]
fn publishing_without_the_lock_is_safe_too() {
    let fixture = Fixture::new();
    let parent = fixture.store().firmware();
    cache::make_dir(&parent).unwrap();
    let target = parent.join(VERSION);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let staged = cache::Staged::new(&target).unwrap();
                staged.write("f", b"whole").unwrap();
                staged.publish().unwrap();
            });
        }
    });
    assert_eq!(fs::read(target.join("f")).unwrap(), b"whole");
    assert_eq!(leftovers(&fixture), Vec::<String>::new());
}

/// The name of something unfinished.
const LEFT: &str = ".oakc-0123456789abcdef.unfinished";

#[test]
fn leftovers_of_a_killed_installation_are_never_used_and_removed_by_the_next_run() {
    let fixture = Fixture::new();
    let parent = fixture.store().firmware();
    let left = parent.join(LEFT);
    fs::create_dir_all(&left).unwrap();
    fs::write(left.join("universal.cmd"), b"half").unwrap();
    assert_eq!(fixture.store().list().unwrap(), []);
    let wheel = fixture.write("a.whl", &fixture.wheel());
    fixture
        .store()
        .install(fixture.release, Some(&wheel), &mut |_| {})
        .unwrap();
    assert_eq!(leftovers(&fixture), Vec::<String>::new());
    assert!(fixture.store().verify(VERSION).unwrap().is_intact());
}

#[test]
fn sweeping_reaches_every_directory_of_the_cache() {
    let fixture = installed_fixture();
    let store = fixture.store();
    let directories = [
        fixture.cache(),
        store.firmware(),
        store.directory(fixture.release),
        store.custom(),
    ];
    for directory in &directories {
        fs::create_dir_all(directory).unwrap();
        fs::write(directory.join(LEFT), b"half").unwrap();
    }
    store.sweep();
    for directory in directories {
        assert!(!directory.join(LEFT).exists(), "{}", directory.display());
    }
    assert!(store.verify(VERSION).unwrap().is_intact());
}

#[test]
fn verifying_covers_everything_that_is_kept() {
    let fixture = installed_fixture();
    let store = fixture.store();
    let image = store
        .image(VERSION, Variant::OpenVino2021_3, &mut |_| {})
        .unwrap();
    store.compressed(&image, &mut |_| {}).unwrap();
    let universal = store
        .image(VERSION, Variant::Universal, &mut |_| {})
        .unwrap();
    let compressed = store.compressed(&universal, &mut |_| {}).unwrap();
    fs::write(fixture.installed("notes.txt"), "not from here").unwrap();
    let state = |name: &str| {
        let report = store.verify(VERSION).unwrap();
        let found = report.files.into_iter().find(|(file, _)| file == name);
        found.map(|(_, state)| state)
    };
    let mut kept = fs::read_dir(store.directory(fixture.release)).unwrap();
    assert!(kept.all(|entry| state(entry.unwrap().file_name().to_str().unwrap()).is_some()));
    assert_eq!(state("notes.txt"), Some(FileState::Unknown));
    assert!(store.verify(VERSION).unwrap().is_intact());

    // The compressed image of another one, under this one's name: all of its sums match.
    let other = fs::read(fixture.installed("openvino-2021.3.cmd.deflate")).unwrap();
    let (data, _) = other.split_at(other.len() - 64);
    let forged = [data, universal.sha256().as_bytes()].concat();
    fs::write(compressed.path(), forged).unwrap();
    let damaged = Some(FileState::Damaged(Damage::Deflate));
    let wrong = state("universal.cmd.deflate");
    assert!(wrong == damaged || wrong == Some(FileState::Damaged(Damage::Digest)));
    fs::write(fixture.installed(MANIFEST), "{}").unwrap();
    assert_eq!(state(MANIFEST), Some(FileState::Damaged(Damage::List)));
    assert!(!store.verify(VERSION).unwrap().is_intact());

    store.install(fixture.release, None, &mut |_| {}).unwrap();
    assert_eq!(state("universal.cmd.deflate"), None);
    assert_eq!(state(MANIFEST), Some(FileState::Intact));
    assert!(store.verify(VERSION).unwrap().is_intact());
}

#[test]
fn compressed_images_of_the_user_are_verified_by_their_names() {
    let fixture = installed_fixture();
    let store = fixture.store();
    let path = fixture.write("mine.cmd", b"MA2x my own firmware");
    let image = FirmwareImage::custom(&path, fixture.release).unwrap();
    let compressed = store.compressed(&image, &mut |_| {}).unwrap();
    let name = format!("{}.deflate", image.sha256());
    let intact = vec![(name.clone(), FileState::Intact)];
    assert_eq!(store.verify_custom().unwrap(), intact);
    let mut bytes = fs::read(compressed.path()).unwrap();
    bytes[0] ^= 4;
    fs::write(compressed.path(), bytes).unwrap();
    let found = store.verify_custom().unwrap();
    assert!(matches!(found[0].1, FileState::Damaged(_)), "{found:?}");
    store.install(fixture.release, None, &mut |_| {}).unwrap();
    assert_eq!(store.verify_custom().unwrap(), []);
}

#[test]
#[cfg(unix)]
fn a_cache_that_takes_nothing_still_gives_what_can_be_made_of_it() {
    let fixture = installed_fixture();
    let store = fixture.store();
    let name = "openvino-2021.3.cmd";
    let patched = fixture.release.files().patched[0];
    let path = Path::new("/no such directory").join(name);
    let image = store
        .make_image(fixture.release, patched, &path, &mut |_| {})
        .unwrap();
    assert_eq!(image.read().unwrap(), fixture.patched);
    assert_eq!(image.sha256(), patched.image.sha256);
}

#[test]
fn a_cache_that_is_a_file_is_an_error_that_names_it() {
    let fixture = Fixture::new();
    fs::write(fixture.cache(), b"not a directory").unwrap();
    let wheel = fixture.write("a.whl", &fixture.wheel());
    let store = fixture.store();
    let installed = store.install(fixture.release, Some(&wheel), &mut |_| {});
    let opened = store.image(VERSION, Variant::Universal, &mut |_| {});
    for error in [installed.unwrap_err(), opened.unwrap_err()] {
        assert!(
            matches!(&error, Error::Cache { path, .. } if path.starts_with(fixture.cache())),
            "{error}"
        );
    }
}

#[test]
fn a_compressed_custom_image_is_cached_under_its_digest() {
    let fixture = Fixture::new();
    let path = fixture.write("mine.cmd", b"MA2x my own firmware");
    let image = FirmwareImage::custom(&path, fixture.release).unwrap();
    let store = fixture.store();
    let compressed = store.compressed(&image, &mut |_| {}).unwrap();
    assert!(compressed.path().to_string_lossy().contains(image.sha256()));
    store.compressed(&image, &mut no_progress).unwrap();
}

#[test]
fn damaged_files_that_were_made_here_are_repaired_by_installing_again() {
    let fixture = installed_fixture();
    let store = fixture.store();
    let image = store
        .image(VERSION, Variant::OpenVino2021_3, &mut |_| {})
        .unwrap();
    let compressed = store.compressed(&image, &mut |_| {}).unwrap();
    for path in [image.path(), compressed.path()] {
        let mut bytes = fs::read(path).unwrap();
        bytes[3] ^= 1;
        fs::write(path, &bytes).unwrap();
    }
    assert!(!store.verify(VERSION).unwrap().is_intact());
    assert!(
        compressed
            .zlib_stream(b"")
            .write_to(&mut std::io::sink())
            .is_err()
    );

    store.install(fixture.release, None, &mut |_| {}).unwrap();

    let image = store
        .image(VERSION, Variant::OpenVino2021_3, &mut |_| {})
        .unwrap();
    assert_eq!(image.read().unwrap(), fixture.patched);
    let compressed = store.compressed(&image, &mut |_| {}).unwrap();
    compressed
        .zlib_stream(b"")
        .write_to(&mut std::io::sink())
        .unwrap();
    assert!(store.verify(VERSION).unwrap().is_intact());
}
