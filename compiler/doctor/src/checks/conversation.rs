//! How a camera answers: pings, discovery and connections, told apart.

use oakc_device::xlink::datagram::DeviceState;

use super::Check;
use crate::finding::{Finding, Severity};
use crate::observations::{Connection, Observations, Sight};

fn of_each(seen: &Observations, finding: impl Fn(&Sight) -> Option<Finding>) -> Vec<Finding> {
    let found = |sight: &Sight| Some(finding(sight)?.about(sight.name.clone()));
    seen.cameras.iter().filter_map(found).collect()
}

pub(super) const UNKNOWN_MXID: Check = Check {
    name: "unknown-mxid",
    symptom: "not found by its MXID",
    finds: "nobody in the networks of this machine has this MXID",
    mend: "name the camera by its IP address",
    is_quick: false,
    run: |seen| {
        of_each(seen, |sight| {
            if sight.address.is_some() {
                return None;
            }
            let finding = Finding::new(
                Severity::Fault,
                format!(
                    "no camera that answers broadcasts has the MXID {}",
                    sight.name
                ),
                "a broadcast ends at the router, so a camera in another network is found by its IP address only",
            );
            Some(finding.mend("oakc devices IP").mend("oakc doctor IP"))
        })
    },
};

pub(super) const OTHER_GENERATION: Check = Check {
    name: "other-generation",
    symptom: "found, but cannot be flashed",
    finds: "a camera of a later generation (RVC3 or RVC4)",
    mend: "another camera",
    is_quick: false,
    run: |seen| {
        of_each(seen, |sight| {
            let camera = sight.answers.first().filter(|camera| !camera.supported)?;
            Some(Finding::new(
                Severity::Fault,
                format!("{} is a camera of a later generation", camera.name()),
                "packages run on cameras of the generation RVC2 only",
            ))
        })
    },
};

pub(super) const FLAPPING: Check = Check {
    name: "flapping",
    symptom: "comes and goes",
    finds: "the application starts and ends over and over: it crashes",
    mend: "oakc device recover",
    is_quick: false,
    run: |seen| of_each(seen, flapping),
};

fn flapping(sight: &Sight) -> Option<Finding> {
    // From running to anything else, without anybody having asked for it.
    let ended = sight.states.windows(2).filter(|pair| {
        pair.first() == Some(&Some(DeviceState::FlashBooted)) && pair.last() != pair.first()
    });
    let ended = ended.count();
    let started = sight.states.contains(&Some(DeviceState::FlashBooted));
    let is_back = sight.states.iter().flatten().count() > 1;
    if ended == 0 || !started || !is_back {
        return None;
    }
    let word = |state: &Option<DeviceState>| match state {
        Some(state) => state.to_string(),
        None => "silent".to_owned(),
    };
    let states: Vec<_> = sight.states.iter().map(word).collect();
    let finding = Finding::new(
        Severity::Fault,
        format!(
            "the camera does not keep running its application: it was {}",
            states.join(", then ")
        ),
        "the application crashes, and the bootloader starts it again; a connection fits into the moment between only",
    );
    Some(
        finding
            .mend(format!("oakc device recover {}", sight.name))
            .mend("oakc lint on the application: most crashes at the start are reported there"),
    )
}

pub(super) const IN_USE: Check = Check {
    name: "in-use",
    symptom: "found, but cannot be flashed",
    finds: "a host runs a program on the camera",
    mend: "end that program, or unplug the camera for ten seconds",
    is_quick: false,
    run: |seen| {
        of_each(seen, |sight| {
            if sight.state() != Some(DeviceState::Booted) {
                return None;
            }
            let finding = Finding::new(
                Severity::Warning,
                "a host runs a program on the camera (state booted)",
                "until that program ends, the camera takes no other connection",
            );
            Some(finding.mend("end that program, or unplug the camera for ten seconds"))
        })
    },
};

pub(super) const REFUSED: Check = Check {
    name: "no-connection",
    symptom: "found, but no connection",
    finds: "the camera answers discovery, and takes no connection: another host holds it, or a firewall drops TCP port 11490",
    mend: "end the program on the other host, or unplug the camera for ten seconds",
    is_quick: false,
    run: |seen| of_each(seen, refused),
};

fn refused(sight: &Sight) -> Option<Finding> {
    let connection = sight
        .connection
        .as_ref()
        .filter(|_| sight.is_discovered())?;
    let name = &sight.name;
    let finding = |seen: &str, why: &str| Finding::new(Severity::Fault, seen, why);
    Some(match connection {
        Connection::Bootloader => return None,
        Connection::Refused => finding(
            "the camera answers discovery, but refuses the connection",
            "a camera takes one connection at a time: another host holds it",
        )
        .mend("end the program on the other host (`oakc`, a viewer, a script with `depthai`)")
        .mend("or unplug the camera for ten seconds"),
        Connection::Silent => finding(
            "the camera answers discovery, but nothing comes back on TCP port 11490",
            "a firewall between here and the camera drops TCP port 11490, or packets get lost",
        )
        .mend("let TCP port 11490 through on the way, and on this machine"),
        Connection::Strange(reason) | Connection::Failed(reason) => Finding::new(
            Severity::Fault,
            format!("the camera answers discovery, but the connection fails: {reason}"),
            "it can be neither flashed nor asked",
        )
        .mend("unplug the camera for ten seconds")
        .mend(format!("then `oakc device info {name}`")),
    })
}

pub(super) const UNDISCOVERED: Check = Check {
    name: "no-discovery",
    symptom: "answers ping, not found",
    finds: "the address answers pings, but not discovery: another machine, a bootloader before 0.0.18, or a firewall on the way",
    mend: "see whether it is the camera's address; let UDP port 11491 through on the way",
    is_quick: false,
    run: |seen| of_each(seen, undiscovered),
};

fn undiscovered(sight: &Sight) -> Option<Finding> {
    if sight.is_discovered() || !sight.answers_pings() {
        return None;
    }
    let address = sight.address?;
    let (seen, first) = match &sight.connection {
        Some(Connection::Refused) => (
            ", and TCP port 11490 is closed",
            "it is probably another machine: look up the camera's address in the list of the DHCP server",
        ),
        Some(Connection::Strange(_)) => (
            ", but TCP port 11490 is open",
            "let UDP port 11491 through on the way: something drops it",
        ),
        _ => (
            "",
            "make sure that it is the camera's address: see the list of the DHCP server",
        ),
    };
    let finding = Finding::new(
        Severity::Fault,
        format!("{address} answers pings, but no questions on UDP port 11491{seen}"),
        "it is not a camera, its bootloader is older than 0.0.18, its application uses the network in its own way, or a \
         firewall on the way drops the port",
    );
    Some(finding.mend(first).mend("unplug the camera for ten seconds, and look within the first second: oakc devices --wait 10"))
}

pub(super) const SILENT: Check = Check {
    name: "silent",
    symptom: "not found",
    finds: "nothing answers at the address",
    mend: "power, cable, address; see what else was found",
    is_quick: false,
    run: |seen| of_each(seen, silent),
};

fn silent(sight: &Sight) -> Option<Finding> {
    let address = sight
        .address
        .filter(|_| !sight.is_discovered() && !sight.answers_pings())?;
    let seen = match sight.ping {
        Some(_) => {
            format!("nothing answers at {address}, neither pings nor questions on UDP port 11491")
        }
        None => format!("nothing answers questions on UDP port 11491 at {address}"),
    };
    let finding = Finding::new(
        Severity::Fault,
        seen,
        "the camera has no power, is still starting, or has another address",
    );
    Some(
        finding
            .mend("check that the switch or injector supplies power (PoE, 802.3af) and that its light is on")
            .mend("oakc devices")
            .mend("look up the camera's address in the list of the DHCP server"),
    )
}

pub(super) const NOBODY: Check = Check {
    name: "nobody",
    symptom: "not found",
    finds: "no camera answers a broadcast",
    mend: "power, cable; name the camera by its IP address",
    is_quick: false,
    run: nobody,
};

fn nobody(seen: &Observations) -> Vec<Finding> {
    if !seen.asked || !seen.is_silent() || !seen.cameras.is_empty() {
        return Vec::new();
    }
    let finding = Finding::new(
        Severity::Fault,
        "no camera answers in the networks of this machine",
        "a camera without power, in another network, or behind a router is not found by a broadcast",
    );
    vec![
        finding
            .mend("check that the switch or injector supplies power (PoE, 802.3af) and that its light is on")
            .mend("if you know its address: `oakc doctor IP`"),
    ]
}
