//! Each check on observations that are made up: it finds its fault, it says what mends it on each system, and it
//! is silent where nothing is wrong.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first thing that is wrong"
)]

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

fn network(text: &str) -> Network {
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
        networks: vec![network(address)],
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
fn a_machine_that_has_the_address_of_the_camera() {
    let seen = change(unheard(), |seen| {
        seen.interfaces[0].networks = vec![network("192.168.7.50/24")];
    });
    assert_eq!(
        fault(&seen, "own-address").mend[0],
        "sudo ip addr del 192.168.7.50/24 dev eth0"
    );
}

#[test]
fn several_cameras_at_one_address_are_all_named() {
    let seen = change(healthy(), |seen| {
        seen.interfaces[0].networks = vec![network("169.254.1.1/16")];
        seen.answers = vec![camera("A", FALLBACK), camera("B", FALLBACK)];
        seen.cameras = vec![sight(FALLBACK)];
    });
    let found = fault(&seen, "shared-address");
    assert!(found.seen.contains("A, B"), "{}", found.seen);
    assert!(found.why.contains("DHCP"), "{}", found.why);
}

#[test]
fn another_machine_at_the_address_of_the_camera() {
    let seen = change(healthy(), |seen| {
        seen.cameras[0].answers.clear();
        seen.neighbours = vec![Neighbour {
            address: CAMERA,
            mac: Some("00:11:22:33:44:55".to_owned()),
            interface: "eth0".to_owned(),
        }];
    });
    assert!(
        fault(&seen, "taken-address")
            .seen
            .contains("00:11:22:33:44:55")
    );
    let heard_by_nobody = change(seen, |seen| seen.answers.clear());
    fault(&heard_by_nobody, "taken-address");
    // The card of a camera.
    let seen = change(heard_by_nobody, |seen| {
        seen.neighbours[0].mac = Some("44:a9:2c:33:44:55".to_owned());
    });
    fault(&seen, "no-discovery");
}

#[test]
fn a_card_that_is_off_without_cable_or_without_address() {
    for (wrong, mend) in [
        (
            Interface {
                is_up: false,
                ..Interface::default()
            },
            "sudo ip link set eth0 up",
        ),
        (
            Interface {
                is_up: true,
                carrier: Some(false),
                ..Interface::default()
            },
            "check the cable",
        ),
        (
            Interface {
                is_up: true,
                carrier: Some(true),
                ..Interface::default()
            },
            "sudo ip addr add 169.254.1.1/16 dev eth0",
        ),
    ] {
        let seen = change(nobody(), |seen| {
            seen.interfaces = vec![Interface {
                name: "eth0".to_owned(),
                ..wrong
            }];
        });
        assert!(
            fault(&seen, "no-network").mend[0].starts_with(mend),
            "{mend}"
        );
    }
}

#[test]
fn rules_of_a_firewall_are_mended_with_the_program_that_keeps_them() {
    let save = "*filter\n:INPUT DROP [0:0]\n-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\nCOMMIT\n";
    let rules = vec![iptables::read(save).unwrap()];
    let seen = change(nobody(), |seen| seen.rules = rules);
    for (keeper, mend) in [
        (
            None,
            "sudo iptables -I INPUT -p udp --sport 11491 -j ACCEPT",
        ),
        (
            Some(Firewall::Ufw),
            "sudo ufw allow proto udp from any port 11491",
        ),
        (
            Some(Firewall::Firewalld),
            "sudo firewall-cmd --add-source-port=11491/udp",
        ),
    ] {
        let seen = change(seen.clone(), |seen| seen.firewall = keeper);
        assert_eq!(fault(&seen, "firewall").mend[0], mend);
    }
    // A camera that was named, and answers: a broadcast would not find it.
    let named = change(healthy(), |named| {
        named.rules.clone_from(&seen.rules);
        named.answers.clear();
    });
    warning(&named, "firewall");
    let heard = change(healthy(), |heard| heard.rules.clone_from(&seen.rules));
    silent(&heard);
}

#[test]
fn a_rule_of_nftables_is_named_with_its_table_and_chain() {
    let json = r#"{"nftables": [
        {"chain": {"family": "inet", "table": "t", "name": "out", "hook": "output", "policy": "accept"}},
        {"rule": {"family": "inet", "table": "t", "chain": "out", "handle": 4, "expr": [
            {"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": 11490}},
            {"drop": null}]}}
    ]}"#;
    let seen = change(healthy(), |seen| {
        seen.rules = nftables::read(json, true).unwrap();
    });
    let found = fault(&seen, "firewall");
    assert!(
        found.seen.contains("`tcp dport 11490 drop (handle 4)`"),
        "{}",
        found.seen
    );
    assert_eq!(
        found.mend,
        ["sudo nft insert rule inet t out tcp dport 11490 accept"]
    );
}

#[test]
fn a_vpn_that_takes_the_packets() {
    let with_vpn = |seen| {
        change(seen, |seen: &mut Observations| {
            seen.interfaces
                .push(interface("wg0", Kind::Tunnel, "10.8.0.2/24"));
        })
    };
    let taken = change(with_vpn(unheard()), |seen| {
        seen.cameras[0].way.as_mut().unwrap().interface = Some("wg0".to_owned());
    });
    let found = fault(&taken, "vpn");
    assert_eq!(found.mend[0], "sudo ip route add 192.168.7.50/32 dev eth0");
    let route = |to: &str| Route {
        interface: "wg0".to_owned(),
        to: network(to),
        gateway: None,
    };
    let unnamed = change(with_vpn(nobody()), |seen| {
        seen.routes = vec![route("192.168.7.0/25")];
    });
    fault(&unnamed, "vpn");
    for to in ["0.0.0.0/0", "0.0.0.0/1", "10.0.0.0/8", "192.168.0.0/16"] {
        // The network of the card is more specific.
        silent(&change(with_vpn(healthy()), |seen| {
            seen.routes = vec![route(to)];
        }));
        let seen = change(with_vpn(nobody()), |seen| seen.routes = vec![route(to)]);
        assert!(
            checks::all(&seen).iter().all(|found| found.check != "vpn"),
            "{to}"
        );
    }
}

#[test]
fn two_interfaces_in_one_network() {
    let twice = |seen| {
        change(seen, |seen: &mut Observations| {
            seen.interfaces
                .push(interface("wlan0", Kind::Wireless, "192.168.7.2/24"));
        })
    };
    assert_eq!(
        fault(&twice(unheard()), "same-network-twice").mend[0],
        "sudo ip link set wlan0 down"
    );
    warning(&twice(healthy()), "same-network-twice");
    let off = change(twice(healthy()), |seen| {
        seen.interfaces[2].carrier = Some(false);
    });
    silent(&off);
    let internal = change(twice(healthy()), |seen| {
        seen.interfaces[2].kind = Kind::Internal;
    });
    silent(&internal);
}

#[test]
fn answers_that_strict_filtering_drops() {
    let seen = change(unheard(), |seen| {
        seen.interfaces
            .push(interface("eth1", Kind::Wired, "10.0.0.1/24"));
        seen.cameras[0].way.as_mut().unwrap().interface = Some("eth1".to_owned());
        seen.interfaces[0].reverse_path = Some(1);
    });
    assert!(fault(&seen, "reverse-path").mend[0].contains("rp_filter=2"));
    for loose in [None, Some(0), Some(2)] {
        let seen = change(seen.clone(), |seen| seen.interfaces[0].reverse_path = loose);
        assert!(
            checks::all(&seen)
                .iter()
                .all(|found| found.check != "reverse-path"),
            "{loose:?}"
        );
    }
}

#[test]
fn a_camera_in_another_network() {
    let elsewhere = Ipv4Addr::new(10, 1, 2, 3);
    let seen = change(unheard(), |seen| seen.cameras[0].address = Some(elsewhere));
    for (system, mend) in [
        (System::Linux, "sudo ip addr add 10.1.2.240/24 dev eth0"),
        (
            System::MacOs,
            "sudo ifconfig eth0 alias 10.1.2.240 255.255.255.0",
        ),
        (
            System::Windows,
            "New-NetIPAddress -InterfaceAlias \"eth0\" -IPAddress 10.1.2.240 -PrefixLength 24",
        ),
        (System::Other, "give eth0 the address 10.1.2.240/24"),
    ] {
        let seen = change(seen.clone(), |seen| seen.system = system);
        assert_eq!(fault(&seen, "other-network").mend[0], mend);
    }
    // A router leads there.
    let routed = change(seen, |seen| seen.cameras[0].ping = Some(echoes(30, 30, 0)));
    fault(&routed, "no-discovery");
}

#[test]
fn a_link_local_camera_and_nobody_in_its_network() {
    fault(&nobody(), "no-link-local");
    let named = change(unheard(), |seen| seen.cameras[0].address = Some(FALLBACK));
    assert_eq!(
        fault(&named, "no-link-local").mend[0],
        "sudo ip addr add 169.254.1.1/16 dev eth0"
    );
    let reachable = change(nobody(), |seen| {
        seen.interfaces[0].networks.push(network("169.254.1.1/16"));
    });
    fault(&reachable, "nobody");
}

#[test]
fn large_packets_that_get_lost() {
    let seen = change(healthy(), |seen| {
        seen.cameras[0].largest_packet = Some(1396);
    });
    let found = fault(&seen, "lost-large-packets");
    assert_eq!(found.mend[0], "sudo ip link set eth0 mtu 1396");
    // Neither this machine nor the application sends larger ones.
    let demands = Demands {
        mtu: 1396,
        megabits: 0,
    };
    silent(&change(seen, |seen| seen.demands = Some(demands)));
    silent(&change(healthy(), |seen| {
        seen.cameras[0].largest_packet = None;
    }));
}

#[test]
fn an_interface_with_a_smaller_mtu_than_the_application() {
    let small = change(healthy(), |seen| {
        seen.interfaces[0].mtu = Some(1400);
        seen.cameras[0].largest_packet = Some(1400);
    });
    warning(&small, "small-mtu");
    let demands = Demands {
        mtu: 1400,
        megabits: 0,
    };
    silent(&change(small, |seen| seen.demands = Some(demands)));
}

#[test]
fn an_mxid_that_nobody_has_and_a_camera_of_a_later_generation() {
    let unknown = change(healthy(), |seen| {
        seen.cameras = vec![Sight {
            name: "18443010D1B2C30F00".to_owned(),
            ..Sight::default()
        }];
    });
    fault(&unknown, "unknown-mxid");
    let later = change(healthy(), |seen| {
        seen.cameras[0].answers[0].supported = false;
    });
    fault(&later, "other-generation");
}

#[test]
fn a_camera_that_comes_and_goes() {
    use DeviceState::{Bootloader, FlashBooted};
    let states = |states: &[Option<DeviceState>]| {
        change(healthy(), |seen| seen.cameras[0].states = states.to_vec())
    };
    for flapping in [
        &[Some(FlashBooted), Some(Bootloader), Some(FlashBooted)][..],
        &[Some(Bootloader), Some(FlashBooted), None, Some(Bootloader)],
        &[Some(FlashBooted), None, Some(FlashBooted)],
    ] {
        fault(&states(flapping), "flapping");
    }
    // A camera that starts.
    silent(&states(&[None, Some(Bootloader), Some(FlashBooted)]));
    silent(&states(&[Some(Bootloader)]));
}

#[test]
fn a_camera_that_a_host_uses() {
    let seen = change(healthy(), |seen| {
        seen.cameras[0].states = vec![Some(DeviceState::Booted)];
    });
    warning(&seen, "in-use");
}

#[test]
fn a_camera_that_is_discovered_and_takes_no_connection() {
    for (connection, why) in [
        (Connection::Refused, "another host holds it"),
        (Connection::Silent, "a firewall between here and the camera"),
        (
            Connection::Strange("HTTP".to_owned()),
            "neither flashed nor asked",
        ),
        (
            Connection::Failed("reset".to_owned()),
            "neither flashed nor asked",
        ),
    ] {
        let seen = change(healthy(), |seen| {
            seen.cameras[0].connection = Some(connection);
        });
        assert!(fault(&seen, "no-connection").why.contains(why), "{why}");
    }
    silent(&change(healthy(), |seen| {
        seen.cameras[0].connection = Some(Connection::Bootloader);
    }));
}

#[test]
fn pings_discovery_and_silence_are_told_apart() {
    let pings = change(unheard(), |seen| {
        seen.cameras[0].ping = Some(echoes(30, 30, 0))
    });
    let found = fault(&pings, "no-discovery");
    assert!(found.why.contains("0.0.18"), "{}", found.why);
    let closed = change(pings, |seen| {
        seen.cameras[0].connection = Some(Connection::Refused);
    });
    assert!(
        fault(&closed, "no-discovery")
            .seen
            .contains("TCP port 11490 is closed")
    );
    fault(&unheard(), "silent");
    let cannot_ping = change(unheard(), |seen| seen.cameras[0].ping = None);
    fault(&cannot_ping, "silent");
}

#[test]
fn known_faults_of_bootloaders() {
    for (version, check, severity) in [
        (13, "dangerous-bootloader", Severity::Fault),
        (14, "old-bootloader", Severity::Warning),
        (27, "old-bootloader", Severity::Warning),
    ] {
        let version = Version::new(0, 0, version);
        let seen = change(healthy(), |seen| {
            *told(seen) = Told {
                running: version,
                flashed: Some(version),
                ..told(seen).clone()
            };
        });
        let found = first(&seen, check, severity);
        assert_eq!(found.mend[0], "oakc device bootloader flash 192.168.7.50");
    }
}

#[test]
fn settings_with_which_a_camera_cannot_be_reached() {
    let with = |set: &dyn Fn(&mut Config)| {
        let mut config = Config::default();
        set(&mut config);
        change(healthy(), |seen| told(seen).config = Some(config))
    };
    let address = |config: &mut Config, mask: [u8; 4], gateway: [u8; 4]| {
        config.set_address(Ipv4Setting::Address, CAMERA);
        config.set_address(Ipv4Setting::Mask, mask.into());
        config.set_address(Ipv4Setting::Gateway, gateway.into());
        config.set_static_ipv4(true);
    };
    let good: ([u8; 4], [u8; 4]) = ([255, 255, 255, 0], [192, 168, 7, 1]);
    silent(&with(&|config| address(config, good.0, good.1)));
    silent(&with(&|_| {}));
    fault(
        &with(&|config| address(config, good.0, [10, 0, 0, 1])),
        "settings",
    );
    fault(
        &with(&|config| address(config, [255, 0, 255, 0], good.1)),
        "settings",
    );
    fault(&with(&|config| config.set_static_ipv4(true)), "settings");
    let elsewhere = with(&|config| {
        address(config, good.0, good.1);
        config.set_address(Ipv4Setting::Address, [192, 168, 7, 51].into());
    });
    fault(&elsewhere, "settings");
    warning(
        &with(&|config| config.set_network_timeout_ms(0)),
        "settings",
    );
}

#[test]
fn loss_and_latency_and_what_they_mean_for_flashing() {
    let loss = change(healthy(), |seen| {
        seen.cameras[0].ping = Some(echoes(30, 27, 0))
    });
    let found = warning(&loss, "loss");
    assert!(
        found.seen.contains("10 %") && found.why.contains("1.5 s"),
        "{found:?}"
    );
    for (time, packets) in [(20, "128 KiB"), (150, "16 KiB")] {
        let slow = change(healthy(), |seen| {
            seen.cameras[0].ping = Some(echoes(30, 30, time));
        });
        assert!(warning(&slow, "latency").why.contains(packets), "{time}");
    }
    silent(&change(healthy(), |seen| {
        seen.cameras[0].ping = Some(echoes(30, 30, 5));
    }));
    // A camera that restarts loses questions, and not the network.
    silent(&change(healthy(), |seen| {
        let sight = &mut seen.cameras[0];
        sight.ping = None;
        sight.questions = Some(echoes(40, 20, 0));
        sight.states = vec![None, Some(DeviceState::FlashBooted)];
    }));
}

#[test]
fn links_that_are_slow_and_what_that_leaves_for_an_application() {
    let slow = change(healthy(), |seen| seen.interfaces[0].megabits = Some(100));
    let found = warning(&slow, "slow-link");
    assert!(
        found.seen.contains("eth0") && found.why.contains("79 Mbit/s"),
        "{found:?}"
    );
    assert!(found.mend[0].contains("four pairs"), "{found:?}");
    let camera = CameraLink {
        megabits: 100,
        full_duplex: true,
    };
    warning(
        &change(healthy(), |seen| seen.cameras[0].link = Some(camera)),
        "slow-link",
    );
    let half = change(healthy(), |seen| {
        seen.interfaces[0].full_duplex = Some(false);
    });
    warning(&half, "slow-link");
    silent(&change(healthy(), |seen| {
        seen.interfaces[0].megabits = Some(10_000);
    }));
    silent(&change(healthy(), |seen| {
        seen.interfaces[0].megabits = None;
    }));
    let demands = Demands {
        mtu: 1500,
        megabits: 300,
    };
    warning(
        &change(slow, |seen| seen.demands = Some(demands)),
        "overloaded-link",
    );
    silent(&change(healthy(), |seen| seen.demands = Some(demands)));
}

#[test]
fn a_read_that_is_slower_than_the_links() {
    let read = |bytes, seconds| {
        let time = Duration::from_secs(seconds);
        change(healthy(), |seen| {
            seen.cameras[0].reading = Some(Reading { bytes, time });
        })
    };
    warning(&read(4 << 20, 4), "slow-reading");
    silent(&read(8 << 20, 1));
}

#[test]
fn a_way_by_wifi() {
    let seen = change(healthy(), |seen| seen.interfaces[0].kind = Kind::Wireless);
    warning(&seen, "wireless");
}

#[test]
fn hints_are_not_wrong_but_worth_knowing() {
    let hint = |seen: &Observations, check| {
        first(seen, check, Severity::Hint);
    };
    hint(
        &change(healthy(), |seen| seen.interfaces[0].coalescing = Some(500)),
        "coalescing",
    );
    hint(
        &change(healthy(), |seen| told(seen).has_application = false),
        "no-application",
    );
    let fallback = change(healthy(), |seen| {
        seen.interfaces[0].networks = vec![network("169.254.1.1/16")];
        seen.answers = vec![camera("A", FALLBACK)];
        seen.cameras = vec![sight(FALLBACK)];
    });
    hint(&fallback, "fallback-address");
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
