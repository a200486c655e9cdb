//! The firewall of this machine: what its programs print in, rules and the program that keeps them out. Most of
//! it only the administrator may see; what could not be seen is said.

use std::fs;
use std::time::Duration;

use oakc_workers::on_each;

use super::Depth;
use crate::firewall::{iptables, nftables};
use crate::observations::{Firewall, Observations, System};
use crate::programs::{MOMENT, Said, ask};

/// How long a program may take in a quick look.
const GLANCE: Duration = Duration::from_millis(300);

/// Programs that print rules: the first those of nftables, the others those of iptables.
const RULES: [(&str, &[&str]); 3] = [
    ("nft", &["-j", "list", "ruleset"]),
    ("iptables-save", &["-t", "filter"]),
    ("iptables-legacy-save", &["-t", "filter"]),
];

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
    let asked = on_each(&RULES, RULES.len(), |_, (program, arguments)| {
        ask(program, arguments, time)
    });
    let mut said = asked.into_iter().map(|said| said.unwrap_or(Said::Absent));
    let nft = said.next().unwrap_or(Said::Absent);
    let mut closed = nft.needs_permission();
    let mut saved = Vec::new();
    for said in said {
        closed |= said.needs_permission();
        saved.extend(said.done().as_deref().and_then(iptables::read));
    }
    let with_iptables = saved.is_empty();
    // Both programs may show the same rules.
    saved.dedup();
    seen.rules.extend(saved);
    let rules = nft
        .done()
        .and_then(|json| nftables::read(&json, with_iptables));
    seen.rules.extend(rules.unwrap_or_default());
    seen.has_unseen_rules = closed;
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

impl Said {
    /// Whether only the administrator gets an answer.
    fn needs_permission(&self) -> bool {
        let Self::Failed(text) = self else {
            return false;
        };
        let text = text.to_lowercase();
        ["permission denied", "not permitted", "must be root"]
            .iter()
            .any(|words| text.contains(words))
    }
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
