//! This machine and the ways through its networks.

use oakc_doctor::firewall::{Packet, blocked};
use proptest::prelude::*;

use super::*;

#[test]
fn a_machine_that_has_the_address_of_the_camera() {
    let seen = change(unheard(), |seen| {
        seen.interfaces[0].networks = vec![network_of("192.168.7.50/24")];
    });
    assert_eq!(
        fault(&seen, "own-address").mend[0],
        "sudo ip addr del 192.168.7.50/24 dev eth0"
    );
}

#[test]
fn several_cameras_at_one_address_are_all_named() {
    let seen = change(healthy(), |seen| {
        seen.interfaces[0].networks = vec![network_of("169.254.1.1/16")];
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
fn a_rule_that_cannot_be_seen_is_noticed_by_what_it_does() {
    let named = change(unheard(), |seen| seen.cameras[0].is_refused = true);
    let found = fault(&named, "firewall");
    assert!(found.mend[0].starts_with("sudo oakc doctor"), "{found:?}");
    let unnamed = change(nobody(), |seen| {
        seen.is_refused = true;
        seen.firewall = Some(Firewall::Ufw);
    });
    assert_eq!(
        fault(&unnamed, "firewall").mend,
        ["sudo ufw allow out 11491/udp"]
    );
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
        to: network_of(to),
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
        seen.interfaces[0]
            .networks
            .push(network_of("169.254.1.1/16"));
    });
    fault(&reachable, "nobody");
}

#[test]
fn a_firewall_whose_rules_cannot_be_seen_may_drop_answers() {
    let reachable = |seen: &mut Observations| {
        seen.interfaces[0]
            .networks
            .push(network_of("169.254.1.1/16"));
        (seen.firewall, seen.has_unseen_rules) = (Some(Firewall::Ufw), true);
    };
    let found = checks::all(&change(nobody(), reachable));
    let names: Vec<_> = found.iter().map(|found| found.check).collect();
    assert_eq!(names, ["nobody", "unseen-firewall"]);
    silent(&change(healthy(), reachable));
}

proptest! {
    #[test]
    fn whatever_programs_print_is_read_without_harm(
        text in "(\\*filter\n)?(:[A-Z]{1,6} [A-Z-]{1,6}\n|-A [A-Z]{1,6} (! |-[pjgiods] |--[ds]port |[a-zA-Z0-9:.,/\"]{1,9} ){0,6}\n){0,9}.{0,40}",
        json in "[\\[\\]{}\":,a-z0-9 ]{0,80}",
    ) {
        let packet = Packet::answer(Some(CAMERA), None, true);
        if let Some(set) = iptables::read(&text) {
            let _ = blocked(&[set], &packet);
        }
        let wrapped = format!("{{\"nftables\": [{{\"rule\": {json}}}]}}");
        for json in [&json, &wrapped] {
            let sets = nftables::read(json, true).unwrap_or_default();
            let _ = blocked(&sets, &packet);
        }
    }
}
