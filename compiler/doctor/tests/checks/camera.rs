//! A camera: how it answers, what it tells, and how fast.

use super::*;

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
        seen.cameras[0].ping = Some(echoes(30, 30, 0));
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
        seen.cameras[0].ping = Some(echoes(30, 27, 0));
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
        seen.interfaces[0].networks = vec![network_of("169.254.1.1/16")];
        seen.answers = vec![camera("A", FALLBACK)];
        seen.cameras = vec![sight(FALLBACK)];
    });
    hint(&fallback, "fallback-address");
}
