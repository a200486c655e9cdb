//! What happens to packets on the way: which sizes get through, how many are lost, how long they take.

use std::time::Duration;

use super::Check;
use crate::finding::{Finding, Severity};
use crate::mend;
use crate::observations::{CAMERA_MTU, Echoes, Kind, Observations, Sight};

/// A round trip from which on oakc measures the link, and may use small packets.
const LONG: Duration = Duration::from_millis(10);
/// A round trip that the watchdog of a camera hardly survives when packets wait behind each other.
const VERY_LONG: Duration = Duration::from_millis(100);

pub(super) const LOST_LARGE_PACKETS: Check = Check {
    name: "lost-large-packets",
    symptom: "found, connects, then hangs",
    finds: "large packets get lost on the way, and nobody says so",
    mend: "lower `board.network.mtu` of the application and the MTU of this machine's interface",
    is_quick: false,
    run: lost_large_packets,
};

fn lost_large_packets(seen: &Observations) -> Vec<Finding> {
    let finding = |sight: &Sight| {
        let whole = sight.largest_packet?;
        let way = seen.way_of(sight);
        let most = way
            .and_then(|way| way.mtu)
            .unwrap_or(CAMERA_MTU)
            .min(seen.camera_mtu());
        if whole >= most {
            return None;
        }
        let finding = Finding::new(
            Severity::Fault,
            format!(
                "packets of up to {whole} bytes come back from the camera, larger ones are lost (the interface sends up to {most})"
            ),
            "the camera is found and takes a connection, but data never arrive: flashing hangs, streams stay empty",
        );
        let finding = finding.about(sight.name.clone());
        let finding = match way {
            Some(way) => finding.mend(mend::set_mtu(seen.system, &way.name, whole)),
            None => finding,
        };
        Some(
            finding
                .mend(format!("and `board.network.mtu = {whole}` in the application"))
                .mend("or find the switch, VPN or tunnel on the way that carries less than 1500 bytes"),
        )
    };
    seen.cameras.iter().filter_map(finding).collect()
}

pub(super) const SMALL_MTU: Check = Check {
    name: "small-mtu",
    symptom: "slow, datagrams of applications are lost",
    finds: "the interface carries smaller packets than the camera sends",
    mend: "raise its MTU to 1500, or lower `board.network.mtu` of the application",
    is_quick: false,
    run: small_mtu,
};

fn small_mtu(seen: &Observations) -> Vec<Finding> {
    let finding = |sight: &Sight| {
        let way = seen
            .way_of(sight)
            .filter(|way| way.kind != Kind::Loopback)?;
        let sends = seen.camera_mtu();
        let mtu = way.mtu.filter(|mtu| *mtu < sends)?;
        let whose = match seen.demands {
            Some(_) => "the application sends packets of up to",
            None => {
                "unless `board.network.mtu` of its application says otherwise, a camera sends packets of up to"
            }
        };
        let finding = Finding::new(
            Severity::Warning,
            format!("the MTU of {} is {mtu}; {whose} {sends} bytes", way.name),
            "larger packets from the camera may be dropped, as with datagrams that an application sends",
        );
        Some(
            finding
                .about(sight.name.clone())
                .mend(mend::set_mtu(seen.system, &way.name, sends))
                .mend(format!("or `board.network.mtu = {mtu}` in the application")),
        )
    };
    seen.cameras.iter().filter_map(finding).collect()
}

pub(super) const LOSS: Check = Check {
    name: "loss",
    symptom: "slow, drops",
    finds: "packets get lost on the way",
    mend: "another cable, port or switch; a network without other traffic",
    is_quick: false,
    run: loss,
};

fn loss(seen: &Observations) -> Vec<Finding> {
    let finding = |sight: &Sight| {
        let echoes = measured(sight)?;
        let percent = echoes.lost_percent();
        if percent == 0 || echoes.received == 0 {
            return None;
        }
        let finding = Finding::new(
            Severity::Warning,
            format!(
                "{} of {} packets to the camera and back were lost ({percent} %)",
                echoes.sent.saturating_sub(echoes.received),
                echoes.sent
            ),
            "TCP waits 0.2 s and more for each loss: flashing gets slow, and a camera whose watchdog misses signs of \
             life for 1.5 s restarts; streams of an application have gaps",
        );
        Some(
            finding
                .about(sight.name.clone())
                .mend("try another cable and another port of the switch")
                .mend("`oakc flash --packets small` keeps the signs of life going on a link like this"),
        )
    };
    seen.cameras.iter().filter_map(finding).collect()
}

pub(super) const LATENCY: Check = Check {
    name: "latency",
    symptom: "slow",
    finds: "packets take long",
    mend: "flash from a machine near the cameras",
    is_quick: false,
    run: latency,
};

fn latency(seen: &Observations) -> Vec<Finding> {
    let finding = |sight: &Sight| {
        let echoes =
            measured(sight).filter(|echoes| echoes.received > 0 && echoes.fastest >= LONG)?;
        let time = echoes.fastest.as_millis();
        let packets = if echoes.fastest >= VERY_LONG {
            "16 KiB"
        } else {
            "128 KiB"
        };
        let finding = Finding::new(
            Severity::Warning,
            format!(
                "a packet to the camera and back takes {time} ms and more; in one network it is less than 1 ms"
            ),
            format!(
                "`oakc flash` measures such a link and, if it is slow, writes in packets of {packets} so that signs of \
                 life are not held up; an application that waits for its server waits this long each time"
            ),
        );
        Some(
            finding
                .about(sight.name.clone())
                .mend("flash from a machine in the camera's network")
                .mend("look for Wi-Fi, VPN, power saving or a busy link on the way"),
        )
    };
    seen.cameras.iter().filter_map(finding).collect()
}

/// Pings if they are answered, else discovery, unless the camera was away in between.
fn measured(sight: &Sight) -> Option<Echoes> {
    if sight.answers_pings() {
        return sight.ping;
    }
    sight.questions.filter(|_| !sight.states.contains(&None))
}
