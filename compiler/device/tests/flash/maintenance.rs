//! Looking after a camera.

use std::net::Ipv4Addr;
use std::time::Duration;

use oakc_device::maintenance::{
    Change, ChangeError, Depth, Image, Info, Settings, SettingsError, Step, UpdateError,
    application_extent, clear_application, factory_reset, recover, survey, update_bootloader,
    update_user_bootloader,
};
use oakc_device::xlink::datagram::DeviceState;
use oakc_device::{Bootloader, Error};
use oakc_runtime_schema::bootloader::{BootloaderType, Config, Layout, Memory, Version};
use serde_json::json;

use crate::bench::{APPLICATION, Bench, dense_package, options};

fn connect(bench: &Bench) -> Bootloader {
    bench
        .reach
        .bootloader(&mut bench.target(), &mut || ())
        .unwrap()
}

/// Something that the virtual camera takes for a bootloader.
pub(crate) fn bootloader_image(kind: &str, version: &str) -> Vec<u8> {
    let mut image = b"MA2x".to_vec();
    image.extend((0..70_000_u32).map(|number| number.to_le_bytes()[1] | 1));
    image.extend(format!("depthai-bootloader-{kind}.elf\0{version}\0").bytes());
    image
}

fn network_image<'a>(bytes: &'a [u8], version: &str) -> Image<'a> {
    Image {
        bytes,
        kind: BootloaderType::Network,
        version: version.parse().ok(),
    }
}

#[test]
fn a_camera_tells_what_it_is_and_has() {
    let bench = Bench::new().with_emmc();
    let _camera = bench.start();
    let package = dense_package(100, b"x");
    assert!(bench.flash(&package, options()).failure.is_none());
    let mut bootloader = connect(&bench);
    let info = Info::ask(&mut bootloader).unwrap();
    assert_eq!(info.version, Version::new(0, 0, 28));
    assert_eq!(info.kind, BootloaderType::Network);
    assert_eq!(info.warning(), None);
    let memories: Vec<_> = info
        .memories
        .iter()
        .map(|memory| memory.details.memory)
        .collect();
    assert_eq!(memories, [Memory::Flash, Memory::Emmc]);
    assert_eq!(info.application().unwrap().name.as_deref(), Some("made up"));
    assert_eq!(info.config.unwrap().app_memory(), Some(Memory::Emmc));
}

#[test]
fn a_camera_that_starts_its_application_while_it_is_looked_at_is_left_alone() {
    let bench = Bench::new();
    let _camera = bench.start();
    let package = dense_package(100, b"x");
    let found = bench.reach.look(&mut bench.target(), false).unwrap();
    let found = found.unwrap();
    assert!(bench.flash(&package, options()).failure.is_none());
    let surveyed = survey(&bench.reach, &found, Depth::InBootloader);
    assert!(surveyed.told.is_none(), "{:?}", surveyed.told);
    assert_eq!(surveyed.camera.state, DeviceState::FlashBooted);
    assert_eq!(bench.state(), Some(DeviceState::FlashBooted));
    let surveyed = survey(&bench.reach, &found, Depth::Running);
    assert_eq!(surveyed.info().unwrap().version, Version::new(0, 0, 28));
}

#[test]
fn every_version_of_the_bootloader_can_be_asked() {
    for patch in [2, 11, 12, 14, 18, 19, 21] {
        let mut bench = Bench::new();
        bench.config.version = Version::new(0, 0, patch);
        let _camera = bench.start();
        let info = Info::ask(&mut connect(&bench)).unwrap();
        assert_eq!(info.version.patch, patch);
        assert!(info.warning().is_some());
        assert_eq!(info.memories.is_empty(), patch < 19);
    }
}

#[test]
fn settings_are_stored_and_everything_else_stays() {
    let bench = Bench::new();
    let _camera = bench.start();
    let mut bootloader = connect(&bench);
    let before =
        json!({"appMem": 0, "later": {"unknown": [1, "two"]}, "network": {"timeoutMs": 900}});
    let before = Config::from_json(before).unwrap();
    bootloader.set_config(&before).unwrap();
    let mut config = bootloader.config().unwrap().unwrap();
    let settings = Settings {
        ipv4: Some(Ipv4Addr::new(192, 168, 1, 50)),
        mask: Some(Ipv4Addr::new(255, 255, 255, 0)),
        fixed: Some(true),
        ..Settings::default()
    };
    settings.apply(&mut config, bootloader.version()).unwrap();
    bootloader.set_config(&config).unwrap();
    bootloader.close();
    let stored = connect(&bench).config().unwrap().unwrap().to_json();
    assert_eq!(stored["later"], json!({"unknown": [1, "two"]}));
    assert_eq!(stored["network"]["timeoutMs"], json!(900));
    assert_eq!(stored["network"]["ipv4"], json!(0x3201_a8c0));
    connect(&bench).clear_config().unwrap();
    assert!(connect(&bench).config().unwrap().is_err());
}

#[test]
fn a_change_of_settings_is_stored_only_over_those_that_it_was_made_for() {
    let bench = Bench::new();
    let _camera = bench.start();
    let settings = Settings {
        network_timeout_ms: Some(700),
        ..Settings::default()
    };
    let (reach, restarting) = (&bench.reach, &mut || ());
    let prepare = |settings| Change::prepare(reach, &mut bench.target(), settings, &mut || ());
    let change = prepare(&settings).unwrap();
    assert_eq!(change.after().network_timeout_ms(), Some(700));
    let stored = || connect(&bench).config().unwrap().ok();
    assert_eq!(stored(), None);
    change
        .store(reach, &mut bench.target(), restarting)
        .unwrap();
    assert_eq!(stored().as_ref(), Some(change.after()));
    // What was read then is not what is stored now.
    let again = change.store(reach, &mut bench.target(), restarting);
    assert!(
        matches!(again, Err(ChangeError::ChangedMeanwhile)),
        "{again:?}"
    );
    let nothing = prepare(&Settings::default());
    let refused = ChangeError::Settings(SettingsError::Nothing).to_string();
    assert_eq!(nothing.unwrap_err().to_string(), refused);
}

#[test]
fn an_application_is_read_as_it_was_written_and_gone_when_it_is_cleared() {
    let bench = Bench::new();
    let _camera = bench.start();
    let package = dense_package(200_000, b"x");
    assert!(bench.flash(&package, options()).failure.is_none());
    let mut bootloader = connect(&bench);
    let (offset, size) = application_extent(&mut bootloader, Memory::Flash).unwrap();
    let place = (Memory::Flash, offset);
    assert_eq!(size as usize, package.bytes().len());
    bootloader
        .compare(place, package.bytes(), &mut |_| ())
        .unwrap();
    clear_application(&mut bootloader, Memory::Auto).unwrap();
    let read = application_extent(&mut bootloader, Memory::Flash);
    assert!(matches!(read, Err(Error::NoApplication { .. })));
    let booted = bootloader.boot_application();
    assert!(matches!(booted, Err(Error::Refused { .. })), "{booted:?}");
}

#[test]
fn a_bootloader_is_replaced_and_says_its_new_version() {
    let bench = Bench::new();
    let _camera = bench.start();
    let bytes = bootloader_image("eth", "0.0.29");
    let image = network_image(&bytes, "0.0.29");
    let running = update_bootloader(&bench.reach, &mut bench.target(), &image, &mut |_| ());
    assert_eq!(running.unwrap().version, Version::new(0, 0, 29));
    let offset = Layout::of(BootloaderType::Network).bootloader.offset;
    assert!(bench.stored(offset, bytes.len()) == bytes);
}

#[test]
fn a_bootloader_that_arrives_damaged_is_written_again_before_the_camera_restarts() {
    // The first damage goes into the image that is started from memory.
    let bench = Bench::new().with_faults(&["corrupt@80000*2"]);
    let _camera = bench.start();
    let mut bytes = bootloader_image("eth", "0.0.29");
    bytes.resize(100_000, 7);
    let image = network_image(&bytes, "0.0.29");
    let mut compared = 0;
    let running = update_bootloader(&bench.reach, &mut bench.target(), &image, &mut |step| {
        compared += u32::from(step == Step::Verifying);
    });
    assert_eq!(running.unwrap().version, Version::new(0, 0, 29));
    assert_eq!(compared, 2);
    let offset = Layout::of(BootloaderType::Network).bootloader.offset;
    assert!(bench.stored(offset, bytes.len()) == bytes);
}

#[test]
fn a_bootloader_of_the_wrong_type_or_size_is_refused() {
    let bench = Bench::new();
    let _camera = bench.start();
    let bytes = bootloader_image("usb", "0.0.29");
    let image = Image {
        bytes: &bytes,
        kind: BootloaderType::Usb,
        version: None,
    };
    let updated = update_bootloader(&bench.reach, &mut bench.target(), &image, &mut |_| ());
    assert!(
        matches!(updated, Err(UpdateError::TypeMismatch { .. })),
        "{updated:?}"
    );
    // What the caller says does not count where the image says otherwise.
    for (bytes, mismatch) in [(&bytes[..], true), (b"MA2x nothing", false)] {
        let image = network_image(bytes, "0.0.29");
        let updated = update_bootloader(&bench.reach, &mut bench.target(), &image, &mut |_| ());
        let refused = matches!(updated, Err(UpdateError::TypeMismatch { .. }));
        assert_eq!(refused, mismatch, "{updated:?}");
        assert!(updated.is_err());
    }
    let huge = vec![1; 5 << 20];
    let image = network_image(&huge, "0.0.29");
    let updated = update_bootloader(&bench.reach, &mut bench.target(), &image, &mut |_| ());
    assert!(
        matches!(updated, Err(UpdateError::TooLarge { .. })),
        "{updated:?}"
    );
    assert_eq!(connect(&bench).version(), Version::new(0, 0, 28));
}

#[test]
fn a_user_bootloader_is_stored_where_it_is_supported_and_runs() {
    let bytes = bootloader_image("eth", "0.0.29");
    let image = network_image(&bytes, "0.0.29");
    let bench = Bench::new();
    let _camera = bench.start();
    let running = update_user_bootloader(&bench.reach, &mut bench.target(), &image, &mut |_| ());
    assert_eq!(running.unwrap().version, Version::new(0, 0, 29));
    assert!(connect(&bench).is_user_bootloader().unwrap());

    let mut old = Bench::new();
    old.config.version = Version::new(0, 0, 20);
    let _camera = old.start();
    let updated = update_user_bootloader(&old.reach, &mut old.target(), &image, &mut |_| ());
    assert!(
        matches!(updated, Err(UpdateError::NoUserBootloader { .. })),
        "{updated:?}"
    );
}

#[test]
fn a_factory_reset_leaves_a_bootloader_and_nothing_else() {
    let bench = Bench::new();
    let _camera = bench.start();
    assert!(
        bench
            .flash(&dense_package(100, b"x"), options())
            .failure
            .is_none()
    );
    let bytes = bootloader_image("eth", "0.0.29");
    let image = network_image(&bytes, "0.0.29");
    let running = factory_reset(&bench.reach, &mut bench.target(), &image, &mut |_| ());
    assert_eq!(running.unwrap().version, Version::new(0, 0, 29));
    let mut bootloader = connect(&bench);
    assert!(bootloader.config().unwrap().is_err());
    assert_eq!(bootloader.application(Memory::Flash).unwrap(), None);
    assert!(
        bench
            .stored(APPLICATION, 512)
            .iter()
            .all(|byte| *byte == 0xFF)
    );
}

#[test]
fn a_camera_whose_application_crashes_over_and_over_is_caught_and_cleared() {
    let mut bench = Bench::new();
    {
        let _camera = bench.start();
        assert!(
            bench
                .flash(&dense_package(100, b"x"), options())
                .failure
                .is_none()
        );
    }
    bench.config.start = oakc_device::virtual_camera::Start::Stored;
    let mut bench = bench.with_faults(&["crash:100"]);
    bench.config.timing.window = Duration::from_millis(150);
    let _camera = bench.start();
    let patience = Duration::from_secs(20);
    let cleared = recover(&bench.reach, &mut bench.target(), patience, &mut |_| ());
    assert_eq!(cleared.unwrap(), [Memory::Flash]);
    std::thread::sleep(Duration::from_millis(600));
    assert_eq!(bench.state(), Some(DeviceState::Bootloader));
}

#[test]
fn a_camera_that_refuses_connections_is_not_overrun_with_tries() {
    let bench = Bench::new().with_faults(&["refuse*100000"]);
    let _camera = bench.start();
    let mut tries = 0;
    let patience = Duration::from_secs(1);
    let recovered = recover(&bench.reach, &mut bench.target(), patience, &mut |_| {
        tries += 1;
    });
    assert!(recovered.is_err());
    assert!((2..=25).contains(&tries), "{tries}");
}

#[test]
fn writing_a_bootloader_is_finished_even_if_the_user_wants_to_stop() {
    let mut bench = Bench::new().with_faults(&["slow:400K"]);
    // Longer than the writing takes, also on a busy machine.
    bench.reach.timeouts.silence = Duration::from_secs(30);
    let _camera = bench.start();
    let mut bytes = bootloader_image("eth", "0.0.29");
    bytes.resize(300_000, 7);
    let image = network_image(&bytes, "0.0.29");
    let cancel = bench.reach.cancel.clone();
    let updated = update_bootloader(&bench.reach, &mut bench.target(), &image, &mut |step| {
        if matches!(step, Step::Writing(..)) {
            cancel.cancel();
        }
    });
    let stopped = matches!(updated, Err(UpdateError::Camera(Error::Cancelled)));
    assert!(stopped, "{updated:?}");
    let offset = Layout::of(BootloaderType::Network).bootloader.offset;
    assert!(bench.stored(offset, bytes.len()) == bytes);
}
