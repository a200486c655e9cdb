//! How fast the way to a camera is: links, a measured read, and what slows a fast card down.

use super::Check;
use crate::finding::{Finding, Severity};
use crate::observations::{Interface, Kind, Observations, Reading, Sight};

/// The speed of a camera's link, and of every card that does not slow it down, in Mbit/s.
const GIGABIT: u32 = 1000;
/// What of a link's speed is left for data at least, if nothing is wrong.
const HEALTHY: f64 = 0.3;
/// How fast a camera's memory itself can be read is not known, so no faster read than this is asked for, in
/// Mbit/s.
const PLAUSIBLE: f64 = 40.0;
/// What of a link's speed a camera has been measured to use: 797 of 1000 Mbit/s.
const USABLE_PERCENT: u32 = 79;
/// Microseconds for which a card may collect packets without a stream being any slower.
const COLLECTS: u32 = 200;

pub(super) const SLOW_LINK: Check = Check {
    name: "slow-link",
    symptom: "slow",
    finds: "a link on the way has less than 1 Gbit/s, or works in one direction at a time",
    mend: "a cable with four pairs (Cat 5e), a Gigabit port, a Gigabit injector",
    is_quick: false,
    run: slow_link,
};

fn slow_link(seen: &Observations) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut ways: Vec<&Interface> = seen
        .cameras
        .iter()
        .filter_map(|sight| seen.way_of(sight))
        .collect();
    ways.sort_by(|a, b| a.name.cmp(&b.name));
    ways.dedup_by(|a, b| a.name == b.name);
    for way in ways.into_iter().filter(|way| way.kind == Kind::Wired) {
        let is_slow = way
            .megabits
            .is_some_and(|speed| speed > 0 && speed < GIGABIT);
        if is_slow || way.full_duplex == Some(false) {
            let speed = way.megabits.unwrap_or_default();
            found.push(of_link(
                &format!("the network card {}", way.name),
                speed,
                way.full_duplex,
            ));
        }
    }
    for sight in &seen.cameras {
        let Some(link) = sight.link else { continue };
        let speed = u32::try_from(link.megabits).unwrap_or_default();
        // 0 where it does not say.
        if speed > 0 && (speed < GIGABIT || !link.full_duplex) {
            found.push(
                of_link("the camera", speed, Some(link.full_duplex)).about(sight.name.clone()),
            );
        }
    }
    found
}

fn of_link(whose: &str, megabits: u32, full_duplex: Option<bool>) -> Finding {
    let half = if full_duplex == Some(false) {
        ", in one direction at a time"
    } else {
        ""
    };
    Finding::new(
        Severity::Warning,
        format!("the link of {whose} has {megabits} Mbit/s{half}"),
        format!(
            "an application can send about {} Mbit/s over it instead of 800, at 30 frames a second {} kB a frame; \
             what is more is delayed or dropped, and flashing takes longer",
            usable(megabits),
            u64::from(usable(megabits)) * 1000 / 8 / 30
        ),
    )
    .mend("use a cable with four pairs (Cat 5e or better): with two, links fall back to 100 Mbit/s")
    .mend("use Gigabit ports on the switch and a Gigabit PoE injector")
    .mend("remove adapters, such as USB 2 network cards")
}

/// What an application can send over a link.
fn usable(megabits: u32) -> u32 {
    u32::try_from(u64::from(megabits) * u64::from(USABLE_PERCENT) / 100).unwrap_or(u32::MAX)
}

pub(super) const OVERLOADED_LINK: Check = Check {
    name: "overloaded-link",
    symptom: "streams stutter",
    finds: "the application that was named (`--app`) sends more than the links carry",
    mend: "encode the images, lower size or rate, or a faster link",
    is_quick: false,
    run: overloaded_link,
};

fn overloaded_link(seen: &Observations) -> Vec<Finding> {
    let finding = |sight: &Sight| {
        let demands = seen.demands?;
        let link = seen.link_of(sight)?;
        if demands.megabits <= usable(link) {
            return None;
        }
        let finding = Finding::new(
            Severity::Warning,
            format!(
                "the application sends up to {} Mbit/s, and the slowest link on the way carries about {} of its {link} Mbit/s",
                demands.megabits,
                usable(link)
            ),
            "what is more is delayed, and then dropped on the camera",
        );
        Some(
            finding
                .about(sight.name.clone())
                .mend("send encoded images (VideoEncoder), smaller ones, or fewer")
                .mend("`oakc lint --budget` shows which node sends how much"),
        )
    };
    seen.cameras.iter().filter_map(finding).collect()
}

pub(super) const SLOW_READING: Check = Check {
    name: "slow-reading",
    symptom: "slow",
    finds: "a measured read is much slower than the links allow",
    mend: "look for loss, Wi-Fi, VPN, virus scanners and other traffic",
    is_quick: false,
    run: slow_reading,
};

fn slow_reading(seen: &Observations) -> Vec<Finding> {
    let finding = |sight: &Sight| {
        let reading = sight.reading.filter(|reading| reading.bytes > 0)?;
        let link = seen.link_of(sight)?;
        let expected = (f64::from(link) * HEALTHY).min(PLAUSIBLE);
        let measured = Reading::megabits(reading);
        if measured >= expected {
            return None;
        }
        let finding = Finding::new(
            Severity::Warning,
            format!(
                "the camera's memory was read at {measured:.0} Mbit/s over a link of {link} Mbit/s"
            ),
            "flashing and streams are as slow; at less than 28 Mbit/s `oakc flash` uses small packets, so that the \
             camera's watchdog gets its signs of life",
        );
        Some(
            finding
                .about(sight.name.clone())
                .mend("see the other findings first: loss, latency, Wi-Fi, VPN")
                .mend("try it without other traffic, and with another cable and port"),
        )
    };
    seen.cameras.iter().filter_map(finding).collect()
}

pub(super) const COALESCING: Check = Check {
    name: "coalescing",
    symptom: "latency",
    finds: "the network card collects packets for long before it reports them",
    mend: "sudo ethtool -C INTERFACE rx-usecs 50",
    is_quick: false,
    run: coalescing,
};

fn coalescing(seen: &Observations) -> Vec<Finding> {
    let is_way = |it: &&Interface| {
        seen.cameras
            .iter()
            .any(|sight| seen.way_of(sight).is_some_and(|way| way.name == it.name))
    };
    let finding = |it: &Interface| {
        let time = it.coalescing.filter(|time| *time > COLLECTS)?;
        let finding = Finding::new(
            Severity::Hint,
            format!(
                "{} collects packets for {time} µs before it reports them (rx-usecs)",
                it.name
            ),
            "each answer of a camera waits that long, which costs latency",
        );
        Some(finding.mend(format!("sudo ethtool -C {} rx-usecs 50", it.name)))
    };
    seen.interfaces
        .iter()
        .filter(is_way)
        .filter_map(finding)
        .collect()
}
