//! The firewall of this machine: what its programs print in, rules and the program that keeps them out. Most of
//! it only the administrator may see; what could not be seen is said.

use std::fs;
use std::time::Duration;

use super::Depth;
use crate::firewall::{iptables, nftables};
use crate::observations::{Firewall, Observations, System};
use crate::programs::{MOMENT, Said, ask};

/// How long a program may take in a quick look.
const GLANCE: Duration = Duration::from_millis(300);

pub(super) fn look(seen: &mut Observations, depth: Depth) {
    match seen.system {
        System::Linux => on_linux(seen, depth),
        System::Windows => unread(seen, "Get-NetFirewallProfile"),
        System::MacOs => unread(
            seen,
            "/usr/libexec/ApplicationFirewall/socketfilterfw --getglobalstate",
        ),
        System::Other => {}
    }
}

/// Nothing here understands the rules of this system.
fn unread(seen: &mut Observations, command: &str) {
    seen.unseen.push(format!(
        "the firewall of this system (UDP port 11491, TCP port 11490): see `{command}`"
    ));
}

fn on_linux(seen: &mut Observations, depth: Depth) {
    let time = if depth == Depth::Quick {
        GLANCE
    } else {
        MOMENT
    };
    seen.firewall = keeper(depth);
    let mut saved = Vec::new();
    let mut closed = false;
    for program in ["iptables-save", "iptables-legacy-save"] {
        match ask(program, &["-t", "filter"], time) {
            Said::Done(text) => saved.extend(iptables::read(&text)),
            Said::Failed(text) => closed |= needs_permission(&text),
            Said::Absent => {}
        }
    }
    let with_iptables = saved.is_empty();
    // Both programs may show the same rules.
    saved.dedup();
    seen.rules.extend(saved);
    match ask("nft", &["-j", "list", "ruleset"], time) {
        Said::Done(text) => {
            seen.rules
                .extend(nftables::read(&text, with_iptables).unwrap_or_default());
        }
        Said::Failed(text) => closed |= needs_permission(&text),
        Said::Absent => {}
    }
    if closed {
        let kept = match seen.firewall {
            Some(Firewall::Ufw) => " (ufw is active)",
            Some(Firewall::Firewalld) => " (firewalld is running)",
            _ => "",
        };
        seen.unseen.push(format!(
            "the rules of the firewall{kept}: only the administrator may see them; run `sudo oakc doctor`"
        ));
    }
}

fn needs_permission(text: &str) -> bool {
    let text = text.to_lowercase();
    text.contains("permission denied")
        || text.contains("not permitted")
        || text.contains("must be root")
}

/// The program that keeps the rules, if one does.
fn keeper(depth: Depth) -> Option<Firewall> {
    let ufw = fs::read_to_string("/etc/ufw/ufw.conf").unwrap_or_default();
    if ufw
        .lines()
        .any(|line| line.trim().eq_ignore_ascii_case("enabled=yes"))
    {
        return Some(Firewall::Ufw);
    }
    if depth == Depth::Quick {
        return None;
    }
    let firewalld = ask("firewall-cmd", &["--state"], MOMENT).done();
    firewalld
        .is_some_and(|state| state.contains("running"))
        .then_some(Firewall::Firewalld)
}
