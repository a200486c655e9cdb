//! Addresses that more than one machine has.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use super::Check;
use crate::finding::{Finding, Severity};
use crate::mend;
use crate::observations::{FALLBACK, Observations, Sight};

/// What hardware addresses of the cameras' maker begin with.
const MAKER: &str = "44:a9:2c";

pub(super) const OWN_ADDRESS: Check = Check {
    name: "own-address",
    symptom: "not found",
    finds: "this machine has the camera's address itself",
    mend: "give one of them another address",
    is_quick: true,
    run: own_address,
};

fn own_address(seen: &Observations) -> Vec<Finding> {
    let mut found = Vec::new();
    let meant = seen.cameras.iter().filter(|sight| !sight.is_discovered());
    let mut meant: Vec<_> = meant.filter_map(|sight| sight.address).collect();
    if seen.is_silent() {
        meant.push(FALLBACK);
    }
    meant.dedup();
    for address in meant.into_iter().filter(|address| !address.is_loopback()) {
        let owner = seen.interfaces.iter().find_map(|interface| {
            let network = interface.networks.iter().find(|it| it.address == address)?;
            Some((interface, network.length))
        });
        let Some((interface, length)) = owner else {
            continue;
        };
        let name = &interface.name;
        found.push(
            Finding::new(
                Severity::Fault,
                format!("{name} of this machine has the address {address}"),
                "what is sent to the camera stays on this machine, and the camera's answers are dropped",
            )
            .about(address.to_string())
            .mend(mend::remove_address(seen.system, name, address, length))
            .mend(mend::add_address(seen.system, name, mend::neighbour_of(address), length)),
        );
    }
    found
}

pub(super) const SHARED_ADDRESS: Check = Check {
    name: "shared-address",
    symptom: "found sometimes, connection breaks, flashes the wrong one",
    finds: "several cameras answer from one address, as on a switch without DHCP, where all are at 169.254.1.222",
    mend: "connect one at a time and give each a static address, or add a DHCP server",
    is_quick: false,
    run: shared_address,
};

fn shared_address(seen: &Observations) -> Vec<Finding> {
    let mut at: BTreeMap<Ipv4Addr, Vec<&str>> = BTreeMap::new();
    let of_cameras = seen.cameras.iter().flat_map(|sight| &sight.answers);
    for camera in seen.answers.iter().chain(of_cameras) {
        if let Some(address) = camera.address.ipv4() {
            at.entry(address).or_default().push(camera.name());
        }
    }
    let mut found = Vec::new();
    for (address, mut names) in at {
        names.sort_unstable();
        names.dedup();
        if names.len() < 2 {
            continue;
        }
        let why = if address == FALLBACK {
            "cameras that get no address from a DHCP server all take this one; only one of them can be reached, \
             and which one is chance"
        } else {
            "only one of them can be reached, and which one is chance"
        };
        found.push(
            Finding::new(
                Severity::Fault,
                format!("{} cameras answer from {address}: {}", names.len(), names.join(", ")),
                why,
            )
            .about(address.to_string())
            .mend(format!(
                "unplug all but one, then `oakc device config set {address} --ip {}/{}`, another address for each",
                mend::neighbour_of(address),
                mend::likely_length(address)
            ))
            .mend("or connect the switch to a DHCP server, such as a router"),
        );
    }
    found
}

pub(super) const TAKEN_ADDRESS: Check = Check {
    name: "taken-address",
    symptom: "found, but no connection",
    finds: "another machine has the camera's address",
    mend: "give one of them another address",
    is_quick: false,
    run: taken_address,
};

/// The camera answers a broadcast, but who is asked at its address is somebody else.
fn taken_address(seen: &Observations) -> Vec<Finding> {
    let taken = |sight: &&Sight| {
        let Some(address) = sight.address else {
            return false;
        };
        let is_heard = seen.answers.iter().any(|camera| camera.is_at(address));
        is_heard && !sight.is_discovered() && sight.answers_pings()
    };
    let finding = |sight: &Sight| {
        let address = sight.address.unwrap_or(FALLBACK);
        let mac = mac(seen, address).unwrap_or("unknown hardware address");
        Finding::new(
            Severity::Fault,
            format!(
                "a camera answers broadcasts from {address}, but the machine that is reached there ({mac}) is another one"
            ),
            "two machines have one address, so connections to the camera end at the other one",
        )
        .about(sight.name.clone())
        .mend("give the other machine another address, or keep the camera's out of the range of the DHCP server")
        .mend(format!("unplug the other machine, then `oakc device config set {address} --ip ADDRESS/24`"))
    };
    let cameras = seen.cameras.iter().filter(taken).map(finding);
    let strangers = seen
        .cameras
        .iter()
        .filter_map(|sight| stranger(seen, sight));
    cameras.chain(strangers).collect()
}

/// Whoever has the address answers pings, is not a camera, and its card is not of the cameras' maker.
fn stranger(seen: &Observations, sight: &Sight) -> Option<Finding> {
    let address = sight.address?;
    let is_heard = seen.answers.iter().any(|camera| camera.is_at(address));
    let mac = mac(seen, address)?;
    // Cards that are made up by software tell nothing.
    let is_local = u8::from_str_radix(mac.get(..2)?, 16).ok()? & 2 != 0;
    if is_heard
        || sight.is_discovered()
        || !sight.answers_pings()
        || mac.starts_with(MAKER)
        || is_local
    {
        return None;
    }
    let finding = Finding::new(
        Severity::Fault,
        format!(
            "the machine at {address} ({mac}) answers pings, and its network card is not that of a camera"
        ),
        "the address is probably that of another machine, and the camera has got another one",
    );
    Some(
        finding
            .about(sight.name.clone())
            .mend("oakc devices")
            .mend("look up the camera's address in the list of the DHCP server"),
    )
}

fn mac(seen: &Observations, address: Ipv4Addr) -> Option<&str> {
    let neighbour = seen
        .neighbours
        .iter()
        .find(|it| it.address == address && it.mac.is_some());
    neighbour?.mac.as_deref()
}

pub(super) const FALLBACK_ADDRESS: Check = Check {
    name: "fallback-address",
    symptom: "works with one camera, not with two",
    finds: "a camera has got no address from a DHCP server",
    mend: "give it a static address before a second one is connected",
    is_quick: false,
    run: fallback_address,
};

fn fallback_address(seen: &Observations) -> Vec<Finding> {
    let is_there = |sight: &&Sight| sight.is_discovered() && sight.address == Some(FALLBACK);
    let found = seen.cameras.iter().filter(is_there);
    let finding = |sight: &Sight| {
        Finding::new(
            Severity::Hint,
            format!(
                "the camera is at {FALLBACK}, which every camera takes that finds no DHCP server"
            ),
            "a second camera in this network would take the same address",
        )
        .about(sight.name.clone())
        .mend(format!(
            "oakc device config set {FALLBACK} --ip 169.254.1.10/16"
        ))
    };
    found.map(finding).collect()
}
