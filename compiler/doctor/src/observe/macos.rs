//! macOS: what `ifconfig`, `netstat` and `arp` print in, interfaces, routes and neighbours out. Never tried on a
//! Mac.

use std::net::Ipv4Addr;

use crate::observations::{Interface, Kind, Neighbour, Network, Observations, Route};
use crate::programs::{MOMENT, ask};

pub(super) fn look(seen: &mut Observations) {
    let said =
        |program, arguments: &[&str]| ask(program, arguments, MOMENT).done().unwrap_or_default();
    interfaces(&said("ifconfig", &["-a"]), &mut seen.interfaces);
    wireless(
        &said("networksetup", &["-listallhardwareports"]),
        &mut seen.interfaces,
    );
    seen.routes = routes(&said("netstat", &["-rn", "-f", "inet"]));
    seen.neighbours = neighbours(&said("arp", &["-an"]));
}

/// Adds what `ifconfig -a` tells of the interfaces that are known.
fn interfaces(text: &str, known: &mut [Interface]) {
    let mut current = None;
    for line in text.lines() {
        if !line.starts_with(char::is_whitespace)
            && let Some((name, rest)) = line.split_once(':')
        {
            current = known.iter_mut().find(|interface| interface.name == name);
            if let Some(interface) = current.as_deref_mut() {
                interface.is_up = rest.contains("<UP") || rest.contains(",UP");
                let mtu = rest.split_once("mtu ").map(|(_, mtu)| mtu.trim());
                interface.mtu = mtu.and_then(|mtu| mtu.parse().ok());
            }
        } else if let Some(interface) = current.as_deref_mut() {
            detail(interface, line.trim());
        }
    }
}

fn detail(interface: &mut Interface, line: &str) {
    if let Some(status) = line.strip_prefix("status: ") {
        interface.carrier = Some(status == "active");
    } else if let Some(media) = line.strip_prefix("media: ") {
        // As in `autoselect (1000baseT <full-duplex>)`.
        let speed = media
            .split_once('(')
            .and_then(|(_, rest)| rest.split_once("base"));
        interface.megabits = speed.and_then(|(speed, _)| speed.parse().ok());
        if media.contains("duplex") {
            interface.full_duplex = Some(media.contains("full-duplex"));
        }
    }
}

/// Says which interfaces are wireless, from `networksetup -listallhardwareports`.
fn wireless(text: &str, known: &mut [Interface]) {
    let mut port = "";
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("Hardware Port: ") {
            port = name;
        } else if let Some(device) = line.strip_prefix("Device: ")
            && port == "Wi-Fi"
        {
            let found = known.iter_mut().find(|interface| interface.name == device);
            if let Some(interface) = found {
                interface.kind = Kind::Wireless;
            }
        }
    }
}

/// The routes that `netstat -rn -f inet` prints.
fn routes(text: &str) -> Vec<Route> {
    text.lines().filter_map(route).collect()
}

fn route(line: &str) -> Option<Route> {
    let fields: Vec<_> = line.split_whitespace().collect();
    let [to, gateway, _, interface, ..] = fields[..] else {
        return None;
    };
    Some(Route {
        interface: interface.to_owned(),
        to: destination(to)?,
        gateway: gateway.parse().ok(),
    })
}

/// A destination as BSD abbreviates it: `default`, `127`, `192.168.7`, `192.168.7/25`, `10.0.0.1`.
fn destination(text: &str) -> Option<Network> {
    if text == "default" {
        let address = Ipv4Addr::UNSPECIFIED;
        return Some(Network { address, length: 0 });
    }
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, length.parse().ok()),
        None => (text, None),
    };
    let parts: Option<Vec<u8>> = address.split('.').map(|part| part.parse().ok()).collect();
    let mut parts = parts?;
    let written = u32::try_from(parts.len()).ok()?;
    parts.resize(4, 0);
    let octets: [u8; 4] = parts.try_into().ok()?;
    let length = length.unwrap_or(written.saturating_mul(8));
    let address = octets.into();
    (length <= 32).then_some(Network { address, length })
}

/// The neighbours that `arp -an` prints: `? (192.168.7.50) at be:8:b0:ef:7:b on en0 ifscope [ethernet]`.
fn neighbours(text: &str) -> Vec<Neighbour> {
    let neighbour = |line: &str| {
        let (_, rest) = line.split_once('(')?;
        let (address, rest) = rest.split_once(") at ")?;
        let (mac, rest) = rest.split_once(" on ")?;
        let octet = |octet: &str| format!("{octet:0>2}");
        let mac = mac
            .contains(':')
            .then(|| mac.split(':').map(octet).collect::<Vec<_>>().join(":"));
        Some(Neighbour {
            address: address.parse().ok()?,
            mac: mac.map(|mac| mac.to_lowercase()),
            interface: rest.split_whitespace().next()?.to_owned(),
        })
    };
    text.lines().filter_map(neighbour).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interface_has_a_speed_and_a_state() {
        let text = "\
lo0: flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> mtu 16384
en0: flags=8863<UP,BROADCAST,SMART,RUNNING,SIMPLEX,MULTICAST> mtu 1500
\tether aa:bb:cc:dd:ee:ff
\tinet 192.168.7.2 netmask 0xffffff00 broadcast 192.168.7.255
\tmedia: autoselect (100baseTX <full-duplex>)
\tstatus: active
";
        let interface = |name: &str| Interface {
            name: name.to_owned(),
            ..Interface::default()
        };
        let mut known = [interface("en0")];
        interfaces(text, &mut known);
        wireless("Hardware Port: Wi-Fi\nDevice: en0\n", &mut known);
        let [found] = known;
        assert!(found.is_up && found.carrier == Some(true) && found.full_duplex == Some(true));
        assert_eq!(
            (found.mtu, found.megabits, found.kind),
            (Some(1500), Some(100), Kind::Wireless)
        );
    }

    #[test]
    fn abbreviated_destinations_are_read() {
        for (text, expected) in [
            ("default", "0.0.0.0/0"),
            ("127", "127.0.0.0/8"),
            ("192.168.7", "192.168.7.0/24"),
            ("192.168.7.128/25", "192.168.7.128/25"),
            ("10.0.0.1", "10.0.0.1/32"),
        ] {
            assert_eq!(destination(text).unwrap().text(), expected);
        }
        assert_eq!(destination("Destination"), None);
        let routes =
            routes("Routing tables\n\ndefault 192.168.7.1 UGScg en0\n192.168.7 link#4 UCS en0 !\n");
        assert_eq!(routes.len(), 2);
    }

    #[test]
    fn hardware_addresses_get_their_zeros_back() {
        let text = "? (192.168.7.50) at be:8:b0:ef:7:b on en0 ifscope [ethernet]\n? (192.168.7.51) at (incomplete) on en0\n";
        let macs: Vec<_> = neighbours(text).into_iter().map(|it| it.mac).collect();
        assert_eq!(macs, [Some("be:08:b0:ef:07:0b".to_owned()), None]);
    }
}
