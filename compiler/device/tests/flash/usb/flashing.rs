//! What is done to a camera in the network, done to one on USB.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use oakc_device::flash::{Failure, Options, Package, Refusal, Report, State, flash, rehearse};
use oakc_device::maintenance::{
    Image, Info, UpdateError, clear_application, recover, update_bootloader,
};
use oakc_device::virtual_camera::Start;
use oakc_device::xlink::datagram::DeviceState;
use oakc_device::{Address, Error, Target};
use oakc_runtime_schema::bootloader::{BootloaderType, Layout, Memory, Version};

use super::cable::Nature;
use super::host::{Machine, plug_in};
use crate::bench::{Bench, dense_package, options, package};
use crate::maintenance::bootloader_image;

/// A camera that hangs on a cable.
struct UsbBench {
    bench: Bench,
    machine: Arc<Machine>,
}

impl UsbBench {
    fn new(mut bench: Bench, nature: Nature) -> Self {
        let machine = plug_in(&mut bench, nature);
        Self { bench, machine }
    }

    fn target(&self) -> Target {
        self.bench.target()
    }

    fn flash(&self, package: &Package) -> Report {
        self.bench.flash(package, options())
    }
}

#[test]
fn an_application_is_written_read_back_and_seen_running() {
    for packet in [64, 512, 1024] {
        let nature = Nature {
            packet,
            late: 1,
            ..Nature::default()
        };
        let usb = UsbBench::new(Bench::new(), nature);
        let _camera = usb.bench.start();
        let package = package(300_000, b"print(1)");
        let report = usb.flash(&package);
        assert!(report.failure.is_none(), "{:?}", report.failure);
        assert_eq!((report.state, report.attempts), (State::Running, 1));
        assert!(usb.bench.holds(&package));
    }
}

#[test]
fn a_camera_that_runs_is_called_into_its_bootloader_and_found_again_at_its_other_port() {
    let usb = UsbBench::new(Bench::new(), Nature::default());
    let _camera = usb.bench.start();
    assert!(usb.flash(&package(100, b"one")).failure.is_none());
    let mut target = usb.target();
    target.address = Machine::port(DeviceState::FlashBooted).into();
    let mut bootloader = usb.bench.reach.bootloader(&mut target, &mut || ()).unwrap();
    assert_eq!(
        target.address,
        Machine::port(DeviceState::Bootloader).into()
    );
    assert_eq!(usb.machine.calls.load(Ordering::Relaxed), 1);
    let info = Info::ask(&mut bootloader).unwrap();
    assert_eq!(info.application().unwrap().name.as_deref(), Some("made up"));
    let cleared = clear_application(&mut bootloader, Memory::Auto).unwrap();
    assert_eq!(cleared, [Memory::Flash]);
}

/// Flashes over a link on which something goes wrong; the attempts that it takes.
fn attempts(fault: &str, halt_at: Option<u32>) -> u32 {
    let mut bench = Bench::new().with_faults(&[fault]);
    bench.config.timing.watchdog = Duration::from_millis(1700);
    bench.reach.timeouts.silence = Duration::from_millis(1600);
    let nature = Nature {
        late: 1,
        halt_at,
        ..Nature::default()
    };
    let usb = UsbBench::new(bench, nature);
    let _camera = usb.bench.start();
    let package = dense_package(200_000, fault.as_bytes());
    let report = usb.flash(&package);
    assert!(report.failure.is_none(), "{fault}: {:?}", report.failure);
    assert!(usb.bench.holds(&package), "{fault}");
    report.attempts
}

#[test]
fn a_link_that_breaks_is_taken_up_again_until_the_camera_holds_exactly_the_package() {
    for fault in ["cut@150K", "restart@140K", "hang@120K", "corrupt@100K"] {
        assert!(attempts(fault, None) > 1, "{fault}");
    }
    // Before there is a bootloader to speak with, nothing counts as an attempt.
    assert_eq!(attempts("cut@100*3", None), 1);
    assert_eq!(attempts("slow:4M", None), 1);
}

#[test]
fn a_link_that_the_camera_halts_is_taken_up_again_from_either_side() {
    for halt_at in 70..74 {
        assert!(attempts("delay:1", Some(halt_at)) > 1, "{halt_at}");
    }
}

#[test]
fn a_camera_that_crashes_over_and_over_is_caught_on_usb_too() {
    let bench = Bench::new().with_faults(&["crash:150"]);
    let usb = UsbBench::new(bench, Nature::default());
    let _camera = usb.bench.start();
    let options = Options {
        boot: false,
        ..options()
    };
    let package = package(100, b"x");
    let report = flash(
        &usb.bench.reach,
        &mut usb.target(),
        &package,
        options,
        &mut |_| (),
    );
    assert!(report.failure.is_none(), "{:?}", report.failure);
    let patience = Duration::from_secs(10);
    recover(&usb.bench.reach, &mut usb.target(), patience, &mut |_| ()).unwrap();
    assert!(!usb.bench.holds(&package));
}

#[test]
fn a_camera_that_may_be_opened_only_a_moment_after_it_has_come_is_waited_for() {
    let usb = UsbBench::new(Bench::new(), Nature::default());
    let _camera = usb.bench.start();
    usb.machine.denials.store(5, Ordering::Relaxed);
    assert!(usb.flash(&package(100, b"x")).failure.is_none());
}

#[test]
fn a_camera_that_may_not_be_opened_is_not_tried_again() {
    let usb = UsbBench::new(Bench::new(), Nature::default());
    let _camera = usb.bench.start();
    usb.machine.denials.store(u32::MAX, Ordering::Relaxed);
    let report = usb.flash(&package(100, b"x"));
    assert_eq!(report.attempts, 1);
    let failure = report.failure.unwrap();
    assert!(
        matches!(failure, Failure::Camera(Error::Denied(_))),
        "{failure}"
    );
    assert!(failure.to_string().contains("usb:1.4.2"), "{failure}");
}

#[test]
fn one_without_a_bootloader_is_refused_and_sent_nothing() {
    let usb = UsbBench::new(Bench::new(), Nature::default());
    let _camera = usb.bench.start();
    usb.machine.unbooted.store(true, Ordering::Relaxed);
    let package = package(100, b"x");
    let mut target = Target {
        address: Machine::port(DeviceState::Unbooted).into(),
        mxid: None,
    };
    let options = options();
    let report = flash(
        &usb.bench.reach,
        &mut target,
        &package,
        options,
        &mut |_| (),
    );
    assert_eq!(report.attempts, 1);
    let rehearsed = rehearse(&usb.bench.reach, &mut target, &package, options);
    for failure in [report.failure, rehearsed.failure] {
        let refused = matches!(failure, Some(Failure::Camera(Error::Unbooted(_))));
        assert!(refused, "{failure:?}");
    }
}

#[test]
fn an_empty_port_is_reported_in_words_for_usb() {
    let mut bench = Bench::new();
    bench.reach.timeouts.bootloader = Duration::from_millis(300);
    let usb = UsbBench::new(bench, Nature::default());
    let failure = usb.flash(&package(100, b"x")).failure.unwrap().to_string();
    assert!(
        failure.contains("usb:1.4.2") && failure.contains("plugged in"),
        "{failure}"
    );
}

#[test]
fn an_emmc_is_not_for_usb_bootloaders() {
    let usb = UsbBench::new(Bench::new().with_emmc(), Nature::default());
    let _camera = usb.bench.start();
    let package = package(100, b"x");
    let flash_to = |memory| {
        let options = Options {
            memory,
            ..options()
        };
        let target = &mut usb.target();
        flash(&usb.bench.reach, target, &package, options, &mut |_| ()).failure
    };
    let refused = flash_to(Memory::Emmc);
    let refused = matches!(refused, Some(Failure::Refused(Refusal::NoEmmcOverUsb)));
    assert!(refused, "{refused:?}");
    assert!(flash_to(Memory::Auto).is_none());
    assert!(usb.bench.holds(&package));
}

#[test]
fn a_bootloader_is_updated_over_usb_and_one_for_the_network_is_refused() {
    let usb = UsbBench::new(Bench::new(), Nature::default());
    let _camera = usb.bench.start();
    let update = |name, kind| {
        let bytes = bootloader_image(name, "0.0.29");
        let image = Image {
            bytes: &bytes,
            kind,
            version: "0.0.29".parse().ok(),
        };
        update_bootloader(&usb.bench.reach, &mut usb.target(), &image, &mut |_| ())
    };
    for (name, kind) in [
        ("eth", BootloaderType::Network),
        ("eth", BootloaderType::Usb),
    ] {
        let refused = update(name, kind);
        let mismatch = matches!(refused, Err(UpdateError::TypeMismatch { .. }));
        assert!(mismatch, "{refused:?}");
    }
    let running = update("usb", BootloaderType::Usb).unwrap();
    assert_eq!(running.version, Version::new(0, 0, 29));
    let place = Layout::of(BootloaderType::Usb).bootloader.offset;
    let bytes = bootloader_image("usb", "0.0.29");
    assert!(usb.bench.stored(place, bytes.len()) == bytes);
}

#[test]
fn a_camera_that_waits_for_its_host_gets_its_first_bootloader() {
    // The last packet of the first image is full, that of the second is not.
    for size in [70_144, 70_200] {
        let usb = UsbBench::new(Bench::new(), Nature::default());
        let _camera = usb.bench.start();
        usb.machine.unbooted.store(true, Ordering::Relaxed);
        let mut target = Target {
            address: Machine::port(DeviceState::Unbooted).into(),
            mxid: None,
        };
        let mut update = |name| {
            let mut bytes = bootloader_image(name, "0.0.29");
            bytes.resize(size, 7);
            let image = Image {
                bytes: &bytes,
                kind: BootloaderType::Usb,
                version: "0.0.29".parse().ok(),
            };
            update_bootloader(&usb.bench.reach, &mut target, &image, &mut |_| ())
        };
        let refused = update("eth");
        let mismatch = matches!(refused, Err(UpdateError::TypeMismatch { .. }));
        assert!(mismatch, "{refused:?}");
        assert_eq!(update("usb").unwrap().version, Version::new(0, 0, 29));
        assert_eq!(target.mxid.as_ref(), Some(&usb.bench.config.mxid));
    }
}

#[test]
fn a_nameless_camera_at_the_port_of_another_gets_no_bootloader() {
    let usb = UsbBench::new(Bench::new(), Nature::default());
    let _camera = usb.bench.start();
    usb.machine.unbooted.store(true, Ordering::Relaxed);
    let mut target = Target {
        address: Machine::port(DeviceState::Unbooted).into(),
        mxid: Some("SOMEBODYELSE".parse().unwrap()),
    };
    let bytes = bootloader_image("usb", "0.0.29");
    let image = Image {
        bytes: &bytes,
        kind: BootloaderType::Usb,
        version: "0.0.29".parse().ok(),
    };
    let updated = update_bootloader(&usb.bench.reach, &mut target, &image, &mut |_| ());
    let other = matches!(updated, Err(UpdateError::Camera(Error::OtherCamera { .. })));
    assert!(other, "{updated:?}");
}

#[test]
fn another_camera_at_the_port_is_left_alone() {
    let usb = UsbBench::new(Bench::new(), Nature::default());
    let _camera = usb.bench.start();
    let mut target = usb.target();
    target.mxid = Some("SOMEBODYELSE".parse().unwrap());
    let package = package(100, b"x");
    let options = options();
    let report = flash(
        &usb.bench.reach,
        &mut target,
        &package,
        options,
        &mut |_| (),
    );
    let other = matches!(
        report.failure,
        Some(Failure::Camera(Error::OtherCamera { .. }))
    );
    assert!(other, "{:?}", report.failure);
    assert!(!usb.bench.holds(&package));
}

#[test]
fn a_camera_on_usb_is_found_beside_those_in_the_network() {
    let mut bench = Bench::new();
    bench.config.start = Start::FlashBooted;
    let usb = UsbBench::new(bench, Nature::default());
    let _camera = usb.bench.start();
    let network = Address::Network(usb.bench.config.address);
    let port = Address::Usb(Machine::port(DeviceState::FlashBooted));
    let wait = Duration::from_secs(2);
    let seen = oakc_device::discovery::at(&*usb.machine, &[port, network], wait).unwrap();
    let places: Vec<_> = seen.iter().map(|camera| camera.address).collect();
    assert_eq!(places, [network, port]);
}
