//! The firewall of this machine: whether it lets through what cameras are asked and answer.

use super::Check;
use crate::finding::{Finding, Severity};
use crate::firewall::{Blocked, Direction, Packet, Program, blocked};
use crate::observations::{Firewall, Observations, Sight};

pub(super) const FIREWALL: Check = Check {
    name: "firewall",
    symptom: "not found, or found but no connection",
    finds: "a rule of this machine's firewall drops UDP port 11491 or TCP port 11490",
    mend: "add a rule that lets them through",
    is_quick: true,
    run: firewall,
};

fn firewall(seen: &Observations) -> Vec<Finding> {
    if seen.cameras.is_empty() {
        let refused = || seen.is_refused.then(|| refused(seen));
        return of_broadcast(seen).or_else(refused).into_iter().collect();
    }
    let found = seen.cameras.iter().filter_map(|sight| {
        let refused = || {
            sight
                .is_refused
                .then(|| refused(seen).about(sight.name.clone()))
        };
        of_camera(seen, sight).or_else(refused)
    });
    found.collect()
}

/// Nobody was named, and nobody answers: by every interface that cameras may be at.
fn of_broadcast(seen: &Observations) -> Option<Finding> {
    if !seen.is_silent() {
        return None;
    }
    let cards = seen
        .interfaces
        .iter()
        .filter(|it| it.is_usable() && it.may_have_cameras());
    let mut names: Vec<_> = cards.map(|it| Some(it.name.clone())).collect();
    if names.is_empty() {
        names.push(None);
    }
    let found = names.into_iter().find_map(|name| {
        let question = blocked(&seen.rules, &Packet::question(None, name.clone()));
        question.or_else(|| blocked(&seen.rules, &Packet::answer(None, name, true)))
    });
    found.map(|found| finding(seen, &found, Severity::Fault))
}

fn of_camera(seen: &Observations, sight: &Sight) -> Option<Finding> {
    let (address, way) = (sight.address, sight.way.as_ref());
    let interface = way.and_then(|way| way.interface.clone());
    let packets = [
        Packet::question(address, interface.clone()),
        Packet::answer(address, interface.clone(), false),
        Packet::connection(address, interface.clone()),
        Packet::reply(address, interface.clone()),
    ];
    let found = packets
        .iter()
        .find_map(|packet| blocked(&seen.rules, packet));
    if let Some(found) = found {
        // An answer that has arrived was not dropped, whatever the rules seem to say.
        let is_discovery = found.packet.protocol == "udp";
        if !(is_discovery && sight.is_discovered()) {
            return Some(finding(seen, &found, Severity::Fault).about(sight.name.clone()));
        }
    }
    // It was named, and is found; but `oakc devices` would not list it.
    let found = blocked(&seen.rules, &Packet::answer(address, interface, true))?;
    let is_heard = seen
        .answers
        .iter()
        .any(|camera| Some(camera.address) == address.map(Into::into));
    if is_heard || !seen.asked {
        return None;
    }
    let severity = if sight.is_discovered() {
        Severity::Warning
    } else {
        Severity::Fault
    };
    Some(finding(seen, &found, severity).about(sight.name.clone()))
}

pub(super) const UNSEEN_FIREWALL: Check = Check {
    name: "unseen-firewall",
    symptom: "not found",
    finds: "ufw or firewalld is active, its rules can only be seen by the administrator, and nobody answers",
    mend: "sudo oakc doctor; let UDP port 11491 in",
    is_quick: true,
    run: unseen_firewall,
};

/// Both drop what comes in and is new, unless told otherwise, and what answers a broadcast is new.
fn unseen_firewall(seen: &Observations) -> Vec<Finding> {
    let (name, mend) = match seen.firewall {
        Some(Firewall::Ufw) => ("ufw", UFW),
        Some(Firewall::Firewalld) => ("firewalld", FIREWALLD),
        None => return Vec::new(),
    };
    if !seen.has_unseen_rules || !seen.is_silent() || !seen.cameras.is_empty() {
        return Vec::new();
    }
    let finding = Finding::new(
        Severity::Warning,
        format!("{name} is active, and only the administrator may see its rules"),
        "unless a rule lets them in, the answers of cameras to a broadcast are dropped: they count as new connections",
    );
    vec![finding.mend(mend).mend("sudo oakc doctor")]
}

/// The commands that let in what cameras answer.
const UFW: &str = "sudo ufw allow proto udp from any port 11491";
const FIREWALLD: &str = "sudo firewall-cmd --add-source-port=11491/udp";

/// The rule cannot be seen, but what it does.
fn refused(seen: &Observations) -> Finding {
    let finding = Finding::new(
        Severity::Fault,
        "this system refuses to send questions to cameras (UDP port 11491): a rule of its firewall drops them",
        "no camera is found, or restarted into its bootloader",
    );
    match seen.firewall {
        Some(Firewall::Ufw) => finding.mend("sudo ufw allow out 11491/udp"),
        _ => finding.mend("sudo oakc doctor (only the administrator may see the rule)"),
    }
}

fn finding(seen: &Observations, found: &Blocked, severity: Severity) -> Finding {
    let Blocked {
        table,
        chain,
        packet,
        ..
    } = found;
    let program = match found.program {
        Program::Nft => "nftables",
        Program::Iptables => "iptables",
    };
    let what = match (packet.protocol, packet.direction) {
        ("udp", Direction::Out) => "questions to cameras (UDP port 11491)",
        ("udp", Direction::In) => "answers of cameras (UDP port 11491)",
        (_, Direction::Out) => "connections to cameras (TCP port 11490)",
        (_, Direction::In) => "what cameras send on connections (TCP port 11490)",
    };
    let by = match &found.rule {
        Some(rule) => format!("by the rule `{rule}`"),
        None => "as no rule lets them through".to_owned(),
    };
    let why = match (packet.protocol, packet.state) {
        ("udp", "new") if packet.direction == Direction::In => {
            "no camera is found by a broadcast: what answers one counts as a new connection, even where replies are \
             let in"
        }
        ("udp", _) => "no camera is found, or restarted into its bootloader",
        _ => "a camera is found, but cannot be flashed or asked",
    };
    let text = format!("{program} drops {what} in `{table} {chain}`, {by}");
    let mut finding = Finding::new(severity, text, why);
    for command in commands(seen.firewall, found) {
        finding = finding.mend(command);
    }
    finding
}

/// The commands for the program that keeps the rules.
fn commands(keeper: Option<Firewall>, found: &Blocked) -> Vec<String> {
    let packet = &found.packet;
    let (protocol, port) = (
        packet.protocol,
        if packet.protocol == "udp" {
            11491
        } else {
            11490
        },
    );
    let is_out = packet.direction == Direction::Out;
    match keeper {
        Some(Firewall::Ufw) if is_out => vec![format!("sudo ufw allow out {port}/{protocol}")],
        Some(Firewall::Ufw) => vec![format!(
            "sudo ufw allow proto {protocol} from any port {port}"
        )],
        Some(Firewall::Firewalld) if !is_out => vec![
            format!("sudo firewall-cmd --add-source-port={port}/{protocol}"),
            format!("sudo firewall-cmd --permanent --add-source-port={port}/{protocol}"),
        ],
        _ => match found.program {
            Program::Nft => {
                let direction = if is_out { "dport" } else { "sport" };
                let (table, chain) = (&found.table, &found.chain);
                vec![format!(
                    "sudo nft insert rule {table} {chain} {protocol} {direction} {port} accept"
                )]
            }
            Program::Iptables => {
                let direction = if is_out { "--dport" } else { "--sport" };
                let chain = &found.chain;
                vec![format!(
                    "sudo iptables -I {chain} -p {protocol} {direction} {port} -j ACCEPT"
                )]
            }
        },
    }
}
