//! Flashing as it goes well, and as it is refused.

use std::time::Duration;

use oakc_device::Error;
use oakc_device::flash::{Event, Failure, Options, Refusal, State};
use oakc_device::virtual_camera::Start;
use oakc_device::xlink::datagram::DeviceState;
use oakc_runtime_schema::bootloader::{Memory, Version};

use crate::bench::{APPLICATION, Bench, options, package, stored_in};

#[test]
fn an_application_is_written_read_back_and_seen_running() {
    let bench = Bench::new();
    let _camera = bench.start();
    let package = package(300_000, b"print(1)");
    let report = bench.flash(&package, options());
    assert!(report.failure.is_none(), "{:?}", report.failure);
    assert_eq!((report.state, report.attempts), (State::Running, 1));
    assert_eq!(report.written, package.bytes().len() as u64);
    assert!(bench.holds(&package));
    assert_eq!(bench.state(), Some(DeviceState::FlashBooted));
}

#[test]
fn a_camera_that_runs_an_application_is_taken_into_its_bootloader_first() {
    let mut bench = Bench::new();
    {
        let _camera = bench.start();
        assert!(
            bench
                .flash(&package(100, b"one"), options())
                .failure
                .is_none()
        );
    }
    let _camera = bench.restart_without_faults();
    let second = package(100, b"two");
    let mut restarted = 0;
    let report = bench.flash_telling(&second, options(), &mut |event| {
        restarted += u32::from(matches!(event, Event::Restarting));
    });
    assert!(report.failure.is_none(), "{:?}", report.failure);
    assert_eq!((restarted, report.state), (1, State::Running));
    assert!(bench.holds(&second));
}

#[test]
fn without_a_choice_the_emmc_is_used_where_there_is_one_and_the_configuration_says_so() {
    let bench = Bench::new().with_emmc();
    let _camera = bench.start();
    let package = package(1000, b"x");
    let report = bench.flash(&package, options());
    assert!(report.failure.is_none(), "{:?}", report.failure);
    let bytes = package.bytes();
    assert_eq!(
        stored_in(&bench.emmc_file(), APPLICATION, bytes.len()),
        bytes
    );
    assert!(!bench.holds(&package));
    let chosen = Options {
        memory: Memory::Flash,
        ..options()
    };
    let report = bench.flash(&package, chosen);
    assert!(report.failure.is_none(), "{:?}", report.failure);
    assert!(bench.holds(&package));
    let mut bootloader = bench
        .reach
        .bootloader(&mut bench.target(), &mut || ())
        .unwrap();
    let config = bootloader.config().unwrap().unwrap();
    assert_eq!(config.app_memory(), Some(Memory::Flash));
}

#[test]
fn a_package_larger_than_the_memory_is_refused_before_a_byte_is_written() {
    let mut bench = Bench::new();
    bench.config.flash.size = 9 << 20;
    let _camera = bench.start();
    let report = bench.flash(&package(2 << 20, b"x"), options());
    let refused = matches!(
        report.failure,
        Some(Failure::Refused(Refusal::TooLarge { .. }))
    );
    assert!(refused, "{:?}", report.failure);
    assert_eq!((report.state, report.written), (State::Untouched, 0));
}

#[test]
fn bootloaders_that_are_too_old_are_refused_before_anything_is_written() {
    let version = |patch| Version::new(0, 0, patch);
    for (patch, verify, refusal) in [
        (13, true, Refusal::DangerousBootloader(version(13))),
        (13, false, Refusal::DangerousBootloader(version(13))),
        (17, true, Refusal::CannotVerify(version(17))),
    ] {
        let mut bench = Bench::new();
        bench.config.version = version(patch);
        let _camera = bench.start();
        let options = Options {
            verify,
            ..options()
        };
        let report = bench.flash(&package(100, b"x"), options);
        let refused = matches!(&report.failure, Some(Failure::Refused(why)) if *why == refusal);
        assert!(refused, "{patch}: {:?}", report.failure);
        assert_eq!(report.written, 0);
    }
}

#[test]
fn an_old_bootloader_is_flashed_unverified_on_request() {
    let mut bench = Bench::new();
    bench.config.version = Version::new(0, 0, 17);
    let _camera = bench.start();
    let options = Options {
        verify: false,
        ..options()
    };
    let package = package(100, b"x");
    let report = bench.flash(&package, options);
    assert!(report.failure.is_none(), "{:?}", report.failure);
    assert!(bench.holds(&package));
}

#[test]
fn only_the_parts_that_changed_are_written_with_delta() {
    let bench = Bench::new();
    let _camera = bench.start();
    let whole = package(3 << 20, b"print(1)");
    assert!(bench.flash(&whole, options()).failure.is_none());
    let delta = Options {
        delta: true,
        ..options()
    };
    for script in [b"print(2)".to_vec(), vec![b'#'; 200_000], Vec::new()] {
        let changed = package(3 << 20, &script);
        let report = bench.flash(&changed, delta);
        assert!(report.failure.is_none(), "{:?}", report.failure);
        assert!(report.written < 1 << 20, "{}", report.written);
        assert!(bench.holds(&changed));
    }
}

#[test]
fn everything_is_written_where_a_delta_would_be_odd() {
    let bench = Bench::new();
    let _camera = bench.start();
    let delta = Options {
        delta: true,
        ..options()
    };
    for firmware in [2000, 3000] {
        let mut why = None;
        let package = package(firmware, b"x");
        let report = bench.flash_telling(&package, delta, &mut |event| {
            if let Event::WholeInstead(reason) = event {
                why = Some(reason.to_owned());
            }
        });
        assert!(report.failure.is_none(), "{:?}", report.failure);
        assert!(bench.holds(&package));
        assert_eq!(why.is_some(), firmware == 2000, "{why:?}");
    }
}

#[test]
fn a_memory_that_is_not_what_its_table_says_is_found_out_and_written_whole() {
    for (verify, attempts) in [(true, 2), (false, 1)] {
        a_damaged_memory_is_written_whole(verify, attempts);
    }
}

fn a_damaged_memory_is_written_whole(verify: bool, attempts: u32) {
    let mut bench = Bench::new();
    let camera = bench.start();
    assert!(
        bench
            .flash(&package(3 << 20, b"a"), options())
            .failure
            .is_none()
    );
    drop(camera);
    // A bit of the firmware changes, as bits of old memories do.
    let mut image = std::fs::read(bench.flash_file()).unwrap();
    image[APPLICATION as usize + 0x0010_0000] ^= 1;
    std::fs::write(bench.flash_file(), image).unwrap();
    bench.config.start = Start::Bootloader;
    let _camera = bench.start();
    let delta = Options {
        delta: true,
        verify,
        ..options()
    };
    let changed = package(3 << 20, b"b");
    let report = bench.flash(&changed, delta);
    assert!(report.failure.is_none(), "{:?}", report.failure);
    assert_eq!(report.attempts, attempts);
    assert!(bench.holds(&changed));
}

#[test]
fn a_network_that_is_away_is_waited_for_as_a_camera_is() {
    let mut bench = Bench::new();
    // Sending there needs a permission that this socket does not have.
    bench.target.address = std::net::Ipv4Addr::BROADCAST.into();
    bench.reach.timeouts.bootloader = Duration::from_millis(100);
    let reached = bench.reach.bootloader(&mut bench.target(), &mut || ());
    assert!(matches!(reached.err(), Some(Error::NotFound(_))));
}

#[test]
fn an_address_without_a_camera_is_reported_at_once_and_not_five_times() {
    let mut bench = Bench::new();
    bench.reach.timeouts.bootloader = Duration::from_millis(300);
    let report = bench.flash(&package(100, b"x"), options());
    assert_eq!(report.attempts, 1);
    let found = matches!(report.failure, Some(Failure::Camera(Error::NotFound(_))));
    assert!(found, "{:?}", report.failure);
}

#[test]
fn another_camera_at_the_address_is_left_alone() {
    let bench = Bench::new();
    let _camera = bench.start();
    let mut target = bench.target();
    target.mxid = Some("SOMEBODYELSE".parse().unwrap());
    let package = package(100, b"x");
    let options = options();
    let report =
        oakc_device::flash::flash(&bench.reach, &mut target, &package, options, &mut |_| ());
    let other = matches!(
        report.failure,
        Some(Failure::Camera(Error::OtherCamera { .. }))
    );
    assert!(other, "{:?}", report.failure);
    assert!(!bench.holds(&package));
}

#[test]
fn the_wish_to_stop_ends_a_flash_and_the_report_says_in_what_state() {
    let bench = Bench::new().with_faults(&["slow:200K"]);
    let _camera = bench.start();
    let cancel = bench.reach.cancel.clone();
    let package = package(3 << 20, b"x");
    let report = bench.flash_telling(&package, options(), &mut |event| {
        if matches!(event, Event::Writing(..)) {
            cancel.cancel();
        }
    });
    let stopped = matches!(report.failure, Some(Failure::Camera(Error::Cancelled)));
    assert!(stopped, "{:?}", report.failure);
    assert_eq!(report.state, State::Incomplete);
}
