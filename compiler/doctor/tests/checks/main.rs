//! Each check on observations that are made up: it finds its fault, it says what mends it on each system, and it
//! is silent where nothing is wrong.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first thing that is wrong"
)]

mod camera;
mod network;

use std::net::Ipv4Addr;
use std::time::Duration;

use oakc_device::discovery::{Camera, CameraLink};
use oakc_device::xlink::datagram::DeviceState;
use oakc_doctor::checks::{self, CHECKS};
use oakc_doctor::firewall::{iptables, nftables};
use oakc_doctor::observations::{
    Connection, Demands, Echoes, FALLBACK, Firewall, Interface, Kind, Neighbour, Network, Reading,
    Route, Sight, System, Told, Way,
};
use oakc_doctor::{Finding, Observations, Severity};
use oakc_runtime_schema::bootloader::{Config, Ipv4Setting, Version};

const CAMERA: Ipv4Addr = Ipv4Addr::new(192, 168, 7, 50);

fn camera(name: &str, address: Ipv4Addr) -> Camera {
    Camera {
        mxid: Some(name.parse().unwrap()),
        address: address.into(),
        state: DeviceState::FlashBooted,
        supported: true,
    }
}

fn network_of(text: &str) -> Network {
    let (address, length) = text.split_once('/').unwrap();
    Network {
        address: address.parse().unwrap(),
        length: length.parse().unwrap(),
    }
}

fn interface(name: &str, kind: Kind, address: &str) -> Interface {
    Interface {
        name: name.to_owned(),
        kind,
        is_up: true,
        carrier: Some(true),
        networks: vec![network_of(address)],
        mtu: Some(1500),
        megabits: Some(1000),
        full_duplex: Some(true),
        reverse_path: Some(0),
        coalescing: Some(30),
    }
}

fn echoes(sent: u32, received: u32, milliseconds: u64) -> Echoes {
    Echoes {
        sent,
        received,
        fastest: Duration::from_millis(milliseconds),
        median: Duration::from_millis(milliseconds),
    }
}

/// A camera that answers everything as it should.
fn sight(address: Ipv4Addr) -> Sight {
    let source = Ipv4Addr::new(192, 168, 7, 1);
    Sight {
        name: address.to_string(),
        address: Some(address),
        way: Some(Way {
            source,
            interface: Some("eth0".to_owned()),
        }),
        ping: Some(echoes(30, 30, 0)),
        largest_packet: Some(1500),
        answers: vec![camera("A", address)],
        states: vec![Some(DeviceState::FlashBooted)],
        questions: Some(echoes(40, 40, 0)),
        link: Some(CameraLink {
            megabits: 1000,
            full_duplex: true,
        }),
        ..Sight::default()
    }
}

/// One card, one camera, and nothing wrong.
fn healthy() -> Observations {
    let mut loopback = interface("lo", Kind::Loopback, "127.0.0.1/8");
    loopback.mtu = Some(65536);
    Observations {
        interfaces: vec![interface("eth0", Kind::Wired, "192.168.7.1/24"), loopback],
        answers: vec![camera("A", CAMERA)],
        asked: true,
        cameras: vec![sight(CAMERA)],
        ..Observations::default()
    }
}

/// The camera was named, and nothing comes back from it.
fn unheard() -> Observations {
    let mut seen = healthy();
    seen.answers.clear();
    let sight = &mut seen.cameras[0];
    sight.answers.clear();
    sight.states = vec![None];
    sight.ping = Some(echoes(30, 0, 0));
    sight.questions = Some(echoes(20, 0, 0));
    (sight.largest_packet, sight.link) = (None, None);
    seen
}

/// Nobody was named, and nobody answers.
fn nobody() -> Observations {
    Observations {
        answers: Vec::new(),
        cameras: Vec::new(),
        ..healthy()
    }
}

fn told(seen: &mut Observations) -> &mut Told {
    seen.cameras[0].told.insert(Told {
        running: Version::new(0, 0, 28),
        flashed: Some(Version::new(0, 0, 28)),
        is_network: true,
        has_application: true,
        config: None,
    })
}

fn change(mut seen: Observations, change: impl FnOnce(&mut Observations)) -> Observations {
    change(&mut seen);
    seen
}

#[track_caller]
fn first(seen: &Observations, check: &str, severity: Severity) -> Finding {
    let found = checks::all(seen);
    let first = found.first().unwrap_or_else(|| panic!("no {check}"));
    assert_eq!(
        (first.check, first.severity),
        (check, severity),
        "{found:#?}"
    );
    assert!(!first.seen.is_empty() && !first.why.is_empty());
    first.clone()
}

#[track_caller]
fn fault(seen: &Observations, check: &str) -> Finding {
    first(seen, check, Severity::Fault)
}

#[track_caller]
fn warning(seen: &Observations, check: &str) -> Finding {
    first(seen, check, Severity::Warning)
}

#[track_caller]
fn silent(seen: &Observations) {
    assert_eq!(checks::all(seen), []);
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    silent(&healthy());
    silent(&change(healthy(), |seen| {
        told(seen);
    }));
}

#[test]
fn the_worst_comes_first_and_of_the_equally_bad_what_explains_the_others() {
    let seen = change(unheard(), |seen| {
        seen.interfaces
            .push(interface("wlan0", Kind::Wireless, "192.168.7.2/24"));
        seen.interfaces[0].megabits = Some(100);
    });
    let found = checks::all(&seen);
    let names: Vec<_> = found.iter().map(|found| found.check).collect();
    assert_eq!(names, ["same-network-twice", "silent", "slow-link"]);
}

#[test]
fn every_check_has_a_name_of_its_own_and_says_what_it_is_for() {
    let mut names: Vec<_> = CHECKS.iter().map(|check| check.name).collect();
    for check in CHECKS {
        assert!(
            ![check.symptom, check.finds, check.mend].contains(&""),
            "{}",
            check.name
        );
    }
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
}
