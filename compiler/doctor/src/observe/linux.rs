//! Linux: the files of /sys/class/net and /proc/net in, interfaces, routes and neighbours out.

use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;

use super::Depth;
use crate::observations::{Interface, Kind, Neighbour, Network, Observations, Route};
use crate::programs::{MOMENT, Said, ask};

const SYS: &str = "/sys/class/net";
/// Flag of an interface that is switched on.
const IS_UP: u32 = 1;
/// Flags of a route: it counts, it leads to another router, it leads nowhere.
const ROUTE_UP: u32 = 1;
const ROUTE_GATEWAY: u32 = 2;
const ROUTE_REJECT: u32 = 0x200;
/// Flag of a neighbour that has answered.
const ANSWERED: u32 = 2;
/// Hardware types of interfaces (`linux/if_arp.h`).
const LOOPBACK: &str = "772";
const TUNNELS: [&str; 6] = ["65534", "512", "768", "769", "776", "778"];

pub(super) fn look(seen: &mut Observations, depth: Depth) {
    let file = |path: &str| fs::read_to_string(path).unwrap_or_default();
    for name in names(&file("/proc/net/dev")) {
        if seen.interface(&name).is_none() {
            seen.interfaces.push(Interface {
                kind: kind_by_name(&name, name == "lo"),
                // Those that are up and have no address are not told apart without more files.
                is_up: false,
                name,
                ..Interface::default()
            });
        }
    }
    for interface in &mut seen.interfaces {
        describe(interface, Path::new(SYS));
        interface.reverse_path = reverse_path(&interface.name);
        if depth == Depth::Whole && interface.is_usable() && interface.kind == Kind::Wired {
            interface.coalescing = coalescing(&interface.name);
        }
    }
    seen.routes = routes(&file("/proc/net/route"));
    seen.neighbours = neighbours(&file("/proc/net/arp"));
}

/// The names of all interfaces, from /proc/net/dev.
fn names(text: &str) -> Vec<String> {
    let name = |line: &str| Some(line.split_once(':')?.0.trim().to_owned());
    text.lines().skip(2).filter_map(name).collect()
}

/// Adds what /sys/class/net tells of an interface.
fn describe(interface: &mut Interface, sys: &Path) {
    let folder = sys.join(&interface.name);
    let read = |name: &str| {
        let text = fs::read_to_string(folder.join(name)).ok()?;
        Some(text.trim().to_owned())
    };
    let Some(hardware) = read("type") else {
        // Another network namespace than that of the files.
        return;
    };
    let flags =
        read("flags").and_then(|text| u32::from_str_radix(text.trim_start_matches("0x"), 16).ok());
    if let Some(flags) = flags {
        interface.is_up = flags & IS_UP != 0;
    }
    interface.carrier = read("carrier").map(|text| text == "1");
    interface.mtu = read("mtu").and_then(|text| text.parse().ok());
    // -1 where there is no link.
    interface.megabits = read("speed").and_then(|text| text.parse().ok());
    interface.full_duplex = match read("duplex").as_deref() {
        Some("full") => Some(true),
        Some("half") => Some(false),
        _ => None,
    };
    let has = |name: &str| folder.join(name).exists();
    interface.kind = if hardware == LOOPBACK {
        Kind::Loopback
    } else if has("wireless") || has("phy80211") {
        Kind::Wireless
    } else if has("tun_flags") || TUNNELS.contains(&hardware.as_str()) {
        Kind::Tunnel
    } else if has("bridge") {
        kind_of_bridge(&folder)
    } else {
        kind_by_name(&interface.name, false)
    };
}

/// A bridge with a card in it is the way into a network; others are for containers and virtual machines.
fn kind_of_bridge(folder: &Path) -> Kind {
    let ports = fs::read_dir(folder.join("brif"))
        .into_iter()
        .flatten()
        .flatten();
    let has_card = ports.into_iter().any(|port| {
        let name = port.file_name();
        folder.with_file_name(name).join("device").exists()
    });
    if has_card {
        Kind::Wired
    } else {
        Kind::Internal
    }
}

/// What an interface is, as far as its name tells.
pub(super) fn kind_by_name(name: &str, is_loopback: bool) -> Kind {
    let begins = |starts: &[&str]| starts.iter().any(|start| name.starts_with(start));
    if is_loopback {
        Kind::Loopback
    } else if begins(&["wl", "Wi-Fi", "WLAN"]) {
        Kind::Wireless
    } else if begins(&[
        "tun",
        "tap",
        "wg",
        "ppp",
        "utun",
        "ipsec",
        "tailscale",
        "zt",
        "nordlynx",
    ]) {
        Kind::Tunnel
    } else if begins(&[
        "docker",
        "br-",
        "virbr",
        "veth",
        "vnet",
        "lxc",
        "lxd",
        "cni",
        "podman",
        "vEthernet",
        "bridge",
    ]) {
        Kind::Internal
    } else {
        Kind::Wired
    }
}

/// The stricter of what holds for all interfaces and for this one counts.
fn reverse_path(name: &str) -> Option<u8> {
    let of = |name: &str| -> Option<u8> {
        let path = format!("/proc/sys/net/ipv4/conf/{name}/rp_filter");
        fs::read_to_string(path).ok()?.trim().parse().ok()
    };
    of("all").max(of(name))
}

fn coalescing(name: &str) -> Option<u32> {
    match ask("ethtool", &["-c", name], MOMENT) {
        Said::Done(text) => microseconds(&text),
        Said::Failed(_) | Said::Absent => None,
    }
}

/// The time for which a card collects packets, from what `ethtool -c` prints.
fn microseconds(text: &str) -> Option<u32> {
    let value = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("rx-usecs:"));
    value?.trim().parse().ok()
}

/// The routes of /proc/net/route.
fn routes(text: &str) -> Vec<Route> {
    text.lines().skip(1).filter_map(route).collect()
}

fn route(line: &str) -> Option<Route> {
    let fields: Vec<_> = line.split_whitespace().collect();
    let [interface, to, gateway, flags, _, _, _, mask, ..] = fields[..] else {
        return None;
    };
    let flags = u32::from_str_radix(flags, 16).ok()?;
    if flags & ROUTE_UP == 0 || flags & ROUTE_REJECT != 0 {
        return None;
    }
    let gateway = number(gateway)?;
    Some(Route {
        interface: interface.to_owned(),
        to: Network {
            address: number(to)?,
            length: number(mask)?.to_bits().leading_ones(),
        },
        gateway: (flags & ROUTE_GATEWAY != 0).then_some(gateway),
    })
}

/// An address as /proc writes it: as the number that its bytes are in memory.
fn number(text: &str) -> Option<Ipv4Addr> {
    let number = u32::from_str_radix(text, 16).ok()?;
    Some(Ipv4Addr::from(number.to_ne_bytes()))
}

/// The neighbours of /proc/net/arp.
fn neighbours(text: &str) -> Vec<Neighbour> {
    text.lines().skip(1).filter_map(neighbour).collect()
}

fn neighbour(line: &str) -> Option<Neighbour> {
    let fields: Vec<_> = line.split_whitespace().collect();
    let [address, _, flags, mac, _, interface] = fields[..] else {
        return None;
    };
    let flags = u32::from_str_radix(flags.trim_start_matches("0x"), 16).ok()?;
    Some(Neighbour {
        address: address.parse().ok()?,
        mac: (flags & ANSWERED != 0).then(|| mac.to_lowercase()),
        interface: interface.to_owned(),
    })
}

/// The neighbours as they are now.
pub(crate) fn neighbours_now() -> Vec<Neighbour> {
    neighbours(&fs::read_to_string("/proc/net/arp").unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_read_with_their_masks_and_gateways() {
        let text = "\
Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT
eth0\t00000000\t0107A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
eth0\t0007A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
tun0\t3207A8C0\t00000000\t0005\t0\t0\t0\tFFFFFFFF\t0\t0\t0
*\t0008A8C0\t00000000\t0200\t0\t0\t0\t00FFFFFF\t0\t0\t0
nonsense
";
        let routes = routes(text);
        let of = |route: &Route| {
            format!(
                "{} {} {:?}",
                route.interface,
                route.to.text(),
                route.gateway
            )
        };
        let found: Vec<_> = routes.iter().map(of).collect();
        if cfg!(target_endian = "little") {
            let expected = [
                "eth0 0.0.0.0/0 Some(192.168.7.1)",
                "eth0 192.168.7.0/24 None",
                "tun0 192.168.7.50/32 None",
            ];
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_neighbour_that_has_not_answered_has_no_hardware_address() {
        let text = "\
IP address       HW type     Flags       HW address            Mask     Device
192.168.7.50     0x1         0x2         BE:08:b0:ef:07:0b     *        h0
192.168.7.51     0x1         0x0         00:00:00:00:00:00     *        h0
";
        let macs: Vec<_> = neighbours(text).into_iter().map(|it| it.mac).collect();
        assert_eq!(macs, [Some("be:08:b0:ef:07:0b".to_owned()), None]);
    }

    #[test]
    fn what_a_card_is_follows_from_its_name_where_nothing_else_tells() {
        for (name, kind) in [
            ("eth0", Kind::Wired),
            ("enp3s0", Kind::Wired),
            ("wlp2s0", Kind::Wireless),
            ("wg0", Kind::Tunnel),
            ("tailscale0", Kind::Tunnel),
            ("docker0", Kind::Internal),
        ] {
            assert_eq!(kind_by_name(name, false), kind, "{name}");
        }
    }

    #[test]
    fn the_time_for_which_a_card_collects_packets_is_read() {
        let text = "Coalesce parameters for eth0:\nAdaptive RX: off  TX: off\nrx-usecs: 125\nrx-frames: n/a\n";
        assert_eq!(microseconds(text), Some(125));
        assert_eq!(microseconds("rx-usecs: n/a\n"), None);
    }

    #[test]
    fn names_of_interfaces_are_read() {
        let text = "Inter-|   Receive\n face |bytes\n    lo: 0 0\n  eth0: 1 2\n";
        assert_eq!(names(text), ["lo", "eth0"]);
    }
}
