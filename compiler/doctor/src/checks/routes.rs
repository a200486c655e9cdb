//! Routes: whether packets to a camera leave by the interface that it is at, and whether its answers are accepted
//! there.

use std::net::Ipv4Addr;

use super::Check;
use crate::finding::{Finding, Severity};
use crate::mend;
use crate::observations::{Interface, Kind, Observations, Route, Sight};

pub(super) const VPN: Check = Check {
    name: "vpn",
    symptom: "not found, or found but no connection",
    finds: "a VPN takes the packets to the camera's network",
    mend: "switch the VPN off, or exclude the camera's network from it",
    is_quick: true,
    run: vpn,
};

fn vpn(seen: &Observations) -> Vec<Finding> {
    let named: Vec<_> = seen
        .cameras
        .iter()
        .filter_map(|sight| swallowed(seen, sight))
        .collect();
    if !named.is_empty() {
        return named;
    }
    if !seen.is_silent() || seen.cameras.iter().any(|sight| sight.address.is_some()) {
        return Vec::new();
    }
    seen.routes
        .iter()
        .filter_map(|route| taken_by(seen, route))
        .collect()
}

/// A camera that does not answer, and packets to which leave by a tunnel.
fn swallowed(seen: &Observations, sight: &Sight) -> Option<Finding> {
    let address = sight.address.filter(|_| !sight.is_discovered())?;
    let way = seen.way_of(sight).filter(|way| way.kind == Kind::Tunnel)?;
    let at = seen
        .interfaces_at(address)
        .find(|it| it.name != way.name && it.kind != Kind::Tunnel);
    let text = match at {
        Some(at) => format!(
            "packets to {address} leave by the VPN {}, although {} is in the camera's network",
            way.name, at.name
        ),
        None => format!("packets to {address} leave by the VPN {}", way.name),
    };
    Some(of_vpn(seen, way, at, address, text).about(sight.name.clone()))
}

/// A route by a tunnel into the network of a card.
fn taken_by(seen: &Observations, route: &Route) -> Option<Finding> {
    let tunnel = seen.interface(&route.interface)?;
    if tunnel.kind != Kind::Tunnel || !tunnel.is_usable() {
        return None;
    }
    let mut cards = seen
        .interfaces
        .iter()
        .filter(|it| it.is_usable() && it.may_have_cameras());
    let card = cards.find(|card| {
        let mut networks = card.networks.iter();
        networks
            .any(|network| network.length < route.to.length && network.contains(route.to.address))
    })?;
    let text = format!(
        "the VPN {} takes the packets to {}, which is in the network of {}",
        tunnel.name,
        route.to.text(),
        card.name
    );
    Some(of_vpn(seen, tunnel, Some(card), route.to.address, text))
}

fn of_vpn(
    seen: &Observations,
    tunnel: &Interface,
    card: Option<&Interface>,
    address: Ipv4Addr,
    text: String,
) -> Finding {
    let why = "what is sent to the camera ends in the VPN, and the camera never sees it";
    let mut finding = Finding::new(Severity::Fault, text, why);
    if let Some(card) = card {
        finding = finding.mend(mend::add_route(seen.system, address, &card.name));
    }
    finding.mend(format!(
        "or disconnect the VPN ({}), or exclude the camera's network from it",
        mend::switch_off(seen.system, &tunnel.name)
    ))
}

pub(super) const REVERSE_PATH: Check = Check {
    name: "reverse-path",
    symptom: "not found, though the camera answers",
    finds: "Linux drops the camera's answers, since packets to it would leave by another interface (rp_filter)",
    mend: "sudo sysctl -w net.ipv4.conf.all.rp_filter=2",
    is_quick: true,
    run: reverse_path,
};

/// Strict filtering.
const STRICT: u8 = 1;

fn reverse_path(seen: &Observations) -> Vec<Finding> {
    let finding = |sight: &Sight| {
        let address = sight.address.filter(|_| !sight.is_discovered())?;
        let way = sight.way.as_ref()?.interface.as_deref()?;
        let strict = |it: &&Interface| it.name != way && it.reverse_path == Some(STRICT);
        let at = seen.interfaces_at(address).find(strict)?;
        let name = &at.name;
        let finding = Finding::new(
            Severity::Fault,
            format!(
                "packets to {address} leave by {way}, but {name} is in the camera's network and filters strictly (rp_filter = 1)"
            ),
            format!(
                "an answer that comes in by {name} is dropped without a word, since the way back is another one"
            ),
        );
        Some(
            finding
                .about(sight.name.clone())
                .mend(format!(
                    "sudo sysctl -w net.ipv4.conf.all.rp_filter=2 net.ipv4.conf.{name}.rp_filter=2"
                ))
                .mend(mend::add_route(seen.system, address, name)),
        )
    };
    seen.cameras.iter().filter_map(finding).collect()
}
