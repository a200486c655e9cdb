//! The interfaces of this machine: whether one is in the camera's network, and only one.

use std::net::Ipv4Addr;

use super::Check;
use crate::finding::{Finding, Severity};
use crate::mend;
use crate::observations::{FALLBACK, Interface, Kind, Network, Observations, Sight};

/// Those that cameras may be at.
fn candidates(seen: &Observations) -> impl Iterator<Item = &Interface> {
    let usable = seen.interfaces.iter().filter(|it| it.is_usable());
    usable.filter(|it| it.may_have_cameras())
}

/// The cameras that were named and do not answer, with their addresses.
fn silent(seen: &Observations) -> impl Iterator<Item = (&Sight, Ipv4Addr)> {
    let silent = seen.cameras.iter().filter(|sight| !sight.is_discovered());
    silent.filter_map(|sight| Some((sight, sight.address?)))
}

pub(super) const NO_NETWORK: Check = Check {
    name: "no-network",
    symptom: "not found",
    finds: "no network card is on, connected and has an address",
    mend: "plug the cable in, switch the card on, give it an address",
    is_quick: true,
    run: no_network,
};

fn no_network(seen: &Observations) -> Vec<Finding> {
    let has_address = |it: &Interface| {
        it.networks
            .iter()
            .any(|network| !network.address.is_loopback())
    };
    let reaches = |it: &&Interface| it.is_usable() && has_address(it) && it.kind != Kind::Internal;
    let meant_here =
        silent(seen).all(|(_, address)| address.is_loopback()) && !seen.cameras.is_empty();
    if !seen.is_silent() || meant_here || seen.interfaces.iter().any(|it| reaches(&it)) {
        return Vec::new();
    }
    let cards: Vec<_> = seen
        .interfaces
        .iter()
        .filter(|it| it.may_have_cameras())
        .collect();
    let why = "no camera can be reached by any network";
    let finding = |seen: String| Finding::new(Severity::Fault, seen, why);
    let Some(card) = cards.iter().max_by_key(|card| (card.is_up, card.carrier)) else {
        let text = "this machine has no network card, only connections to itself".to_owned();
        let mend = "in a container or virtual machine, connect it to the host's network (`docker run --network host`)";
        return vec![finding(text).mend(mend)];
    };
    let name = &card.name;
    vec![if !card.is_up {
        finding(format!("the network card {name} is switched off"))
            .mend(mend::switch_on(seen.system, name))
    } else if card.carrier == Some(false) {
        finding(format!(
            "the network card {name} has no link: nothing is at the other end of its cable"
        ))
        .mend("check the cable, and whether the switch or injector supplies power (PoE)")
    } else {
        let address = mend::neighbour_of(FALLBACK);
        finding(format!("the network card {name} has no IPv4 address"))
            .mend(mend::add_address(seen.system, name, address, 16))
            .mend("or connect it to a network with a DHCP server")
    }]
}

pub(super) const SAME_NETWORK_TWICE: Check = Check {
    name: "same-network-twice",
    symptom: "found twice, not found, or connection breaks",
    finds: "two interfaces of this machine are in one network",
    mend: "switch off the one that the cameras are not at",
    is_quick: true,
    run: same_network_twice,
};

fn same_network_twice(seen: &Observations) -> Vec<Finding> {
    let candidates: Vec<_> = candidates(seen).collect();
    let mut found = Vec::new();
    for (index, first) in candidates.iter().enumerate() {
        for second in candidates.iter().skip(index.saturating_add(1)) {
            found.extend(shared(first, second).map(|network| twice(seen, first, second, network)));
        }
    }
    found
}

fn shared(first: &Interface, second: &Interface) -> Option<Network> {
    let overlaps = |network: &&Network| {
        second.networks.iter().any(|other| {
            network.length < 32
                && other.length < 32
                && (network.contains(other.address) || other.contains(network.address))
        })
    };
    first.networks.iter().find(overlaps).copied()
}

fn twice(seen: &Observations, first: &Interface, second: &Interface, network: Network) -> Finding {
    let is_there = |sight: &&Sight| {
        sight
            .address
            .is_some_and(|address| network.contains(address))
    };
    let mut there = seen.cameras.iter().filter(is_there);
    let is_cause = if seen.cameras.is_empty() {
        seen.is_silent()
    } else {
        there.any(|sight| !sight.is_discovered())
    };
    let severity = if is_cause {
        Severity::Fault
    } else {
        Severity::Warning
    };
    // Of a cable and Wi-Fi, the cable stays.
    let (stays, goes) = if first.kind == Kind::Wireless {
        (second, first)
    } else {
        (first, second)
    };
    Finding::new(
        severity,
        format!("{} and {} are both in the network {}", first.name, second.name, network.text()),
        "packets to a camera leave by one of them, whichever the camera is at; a camera that both reach answers twice",
    )
    .mend(mend::switch_off(seen.system, &goes.name))
    .mend(format!("or, if the cameras are at {}: {}", goes.name, mend::switch_off(seen.system, &stays.name)))
}

pub(super) const OTHER_NETWORK: Check = Check {
    name: "other-network",
    symptom: "not found",
    finds: "no interface of this machine is in the camera's network",
    mend: "add an address in its network",
    is_quick: true,
    run: other_network,
};

fn other_network(seen: &Observations) -> Vec<Finding> {
    let is_elsewhere = |address: Ipv4Addr| {
        !address.is_loopback()
            && !address.is_link_local()
            && seen.interfaces_at(address).next().is_none()
    };
    let elsewhere =
        silent(seen).filter(|(sight, address)| is_elsewhere(*address) && !sight.answers_pings());
    let finding = |(sight, address): (&Sight, Ipv4Addr)| {
        let mut networks: Vec<_> = candidates(seen)
            .flat_map(|it| it.networks.iter().map(|it| it.text()))
            .collect();
        networks.dedup();
        let here = match &networks[..] {
            [] => "no network at all".to_owned(),
            networks => networks.join(", "),
        };
        let leaves = match (sight.way.as_ref(), seen.way_of(sight)) {
            (None, _) => "there is no route to it".to_owned(),
            (_, Some(way)) => format!("packets to it leave by {}, towards a router", way.name),
            (Some(_), None) => "packets to it go to a router".to_owned(),
        };
        let mut finding = Finding::new(
            Severity::Fault,
            format!("{address} is in no network of this machine ({here}); {leaves}"),
            "broadcasts end at a router, and most routers know no way to a network that only exists on a cable",
        )
        .about(sight.name.clone());
        if let Some(card) = candidates(seen)
            .find(|it| it.kind == Kind::Wired)
            .or_else(|| candidates(seen).next())
        {
            let length = mend::likely_length(address);
            let free = mend::neighbour_of(address);
            finding = finding.mend(mend::add_address(seen.system, &card.name, free, length));
        }
        finding.mend("or, if the camera has got another address meanwhile: `oakc devices`")
    };
    elsewhere.map(finding).collect()
}

pub(super) const NO_LINK_LOCAL: Check = Check {
    name: "no-link-local",
    symptom: "not found",
    finds: "no interface is in 169.254.0.0/16, where cameras are that find no DHCP server",
    mend: "add the address 169.254.1.1/16",
    is_quick: true,
    run: no_link_local,
};

fn no_link_local(seen: &Observations) -> Vec<Finding> {
    let named = silent(seen).find(|(_, address)| address.is_link_local());
    let nobody_named = seen.cameras.is_empty() && seen.answers.is_empty();
    let here = |it: &Interface| {
        it.networks
            .iter()
            .any(|network| network.address.is_link_local())
    };
    if (named.is_none() && !nobody_named) || candidates(seen).any(here) {
        return Vec::new();
    }
    let address = named.map_or(FALLBACK, |(_, address)| address);
    let finding = Finding::new(
        Severity::Fault,
        "no interface of this machine has an address in 169.254.0.0/16",
        format!(
            "a camera that finds no DHCP server is at {FALLBACK}, and can be reached from that network only"
        ),
    );
    let mut finding = match named {
        Some((sight, _)) => finding.about(sight.name.clone()),
        None => finding,
    };
    let wired = candidates(seen).filter(|it| it.kind == Kind::Wired);
    for card in wired {
        let free = mend::neighbour_of(address);
        finding = finding.mend(mend::add_address(seen.system, &card.name, free, 16));
    }
    vec![finding.mend("then `oakc devices`")]
}

pub(super) const WIRELESS: Check = Check {
    name: "wireless",
    symptom: "slow, drops",
    finds: "the way to the camera is Wi-Fi",
    mend: "use a cable",
    is_quick: false,
    run: wireless,
};

fn wireless(seen: &Observations) -> Vec<Finding> {
    let finding = |sight: &Sight| {
        let way = seen
            .way_of(sight)
            .filter(|way| way.kind == Kind::Wireless)?;
        let finding = Finding::new(
            Severity::Warning,
            format!(
                "packets to the camera leave by {}, which is Wi-Fi",
                way.name
            ),
            "a camera sends up to 800 Mbit/s, and Wi-Fi delays and loses packets: flashing takes long, streams stutter",
        );
        Some(
            finding
                .about(sight.name.clone())
                .mend("connect this machine to the camera's switch by a cable"),
        )
    };
    seen.cameras.iter().filter_map(finding).collect()
}
