//! The checks: what was seen in, findings out, the worst first. One file a subject, all in one list.
//!
//! The order of the list is that of likelihood: of two findings that are equally bad, the one whose check comes
//! first explains the other.

mod addresses;
mod bootloader;
mod conversation;
mod firewall;
mod interfaces;
mod packets;
mod routes;
mod speed;

use crate::finding::{Finding, Severity};
use crate::observations::Observations;

/// A check.
pub struct Check {
    /// Its name, as findings and docs/doctor.md have it.
    pub name: &'static str,
    /// What the user notices.
    pub symptom: &'static str,
    /// What it finds, in a few words.
    pub finds: &'static str,
    /// What mends it, in a few words.
    pub mend: &'static str,
    /// Whether a quick look at this machine is enough for it.
    pub is_quick: bool,
    run: fn(&Observations) -> Vec<Finding>,
}

/// All checks, those that explain others first.
pub const CHECKS: &[Check] = &[
    addresses::OWN_ADDRESS,
    addresses::SHARED_ADDRESS,
    addresses::TAKEN_ADDRESS,
    interfaces::NO_NETWORK,
    firewall::FIREWALL,
    routes::VPN,
    interfaces::SAME_NETWORK_TWICE,
    routes::REVERSE_PATH,
    interfaces::OTHER_NETWORK,
    interfaces::NO_LINK_LOCAL,
    packets::LOST_LARGE_PACKETS,
    conversation::UNKNOWN_MXID,
    conversation::OTHER_GENERATION,
    conversation::FLAPPING,
    conversation::IN_USE,
    conversation::REFUSED,
    conversation::UNDISCOVERED,
    conversation::SILENT,
    conversation::NOBODY,
    firewall::UNSEEN_FIREWALL,
    bootloader::DANGEROUS,
    bootloader::SETTINGS,
    bootloader::OLD,
    packets::LOSS,
    packets::LATENCY,
    packets::SMALL_MTU,
    interfaces::WIRELESS,
    speed::OVERLOADED_LINK,
    speed::SLOW_LINK,
    speed::SLOW_READING,
    addresses::FALLBACK_ADDRESS,
    bootloader::NO_APPLICATION,
    speed::COALESCING,
];

/// What all checks find.
pub fn all(seen: &Observations) -> Vec<Finding> {
    found(seen, CHECKS.iter())
}

/// What explains that a camera is not found or cannot be connected to, as far as this machine shows it without an
/// answer from anybody. Of what is not a fault, only what cannot be seen explains anything.
pub(crate) fn likeliest(seen: &Observations) -> Option<Finding> {
    let found = found(seen, CHECKS.iter().filter(|check| check.is_quick));
    let explains = |finding: &Finding| {
        finding.severity == Severity::Fault || finding.check == firewall::UNSEEN_FIREWALL.name
    };
    found.into_iter().find(explains)
}

fn found<'a>(seen: &Observations, checks: impl Iterator<Item = &'a Check>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for check in checks {
        let named = (check.run)(seen).into_iter().map(|finding| Finding {
            check: check.name,
            ..finding
        });
        findings.extend(named);
    }
    // Stable: the order of the list stays.
    findings.sort_by_key(|finding| finding.severity);
    findings
}
