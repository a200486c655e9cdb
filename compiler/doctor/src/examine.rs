//! The whole examination: which cameras are meant in, everything that was seen and what follows from it out.

use std::net::Ipv4Addr;
use std::time::Duration;

use oakc_device::discovery::Camera;
use oakc_device::xlink::Mxid;
use oakc_device::{Locator, Reach, Result};
use oakc_workers::on_each;
use serde_json::{Value, json};

use crate::camera;
use crate::checks;
use crate::finding::{Finding, Severity};
use crate::observations::{Connection, Demands, Echoes, Observations, Sight, Told};
use crate::observe::{self, Depth, linux::neighbours_now};
use crate::tools::{self, Tool};

/// Cameras that are looked at at once.
const AT_ONCE: usize = 64;

/// What is examined.
#[derive(Debug, Clone)]
pub struct Extent<'a> {
    /// The cameras that are meant; all that answer if none is named.
    pub named: &'a [Locator],
    /// For how long each camera is watched.
    pub watch: Duration,
    /// What the application asks of the network, if one was named.
    pub demands: Option<Demands>,
    /// Whether cameras are connected to, after which they restart; never otherwise.
    pub probe: bool,
}

/// What was seen, and what follows.
#[derive(Debug, Clone)]
pub struct Examination {
    /// Everything that was seen.
    pub seen: Observations,
    /// What is wrong, the worst first.
    pub findings: Vec<Finding>,
    /// The programs that commands need.
    pub tools: Vec<Tool>,
}

/// Examines this machine and the way to its cameras. Whoever asks to probe has the user's word: `consents` is
/// called with the cameras that would restart.
///
/// # Errors
/// Where the system has no socket, does not list its interfaces, more cameras answer than can be true, or the
/// user asks to stop.
pub fn examine(
    reach: &Reach,
    extent: &Extent<'_>,
    consents: &dyn Fn(&[Sight]) -> bool,
) -> Result<Examination> {
    let mut seen = observe::machine(Depth::Whole);
    seen.demands = extent.demands;
    (seen.answers, seen.is_refused) = camera::everybody()?;
    seen.asked = true;
    let meant = meant(extent.named, &seen.answers);
    let looked = on_each(&meant, AT_ONCE, |_, (name, address)| match address {
        Some(address) => camera::look(
            reach,
            name.clone(),
            *address,
            &seen.interfaces,
            extent.watch,
        ),
        None => Ok(Sight {
            name: name.clone(),
            ..Sight::default()
        }),
    });
    let mut cameras = Vec::new();
    for (looked, (name, address)) in looked.into_iter().zip(&meant) {
        match looked {
            Ok(sight) => cameras.push(sight?),
            Err(panicked) => {
                seen.unseen.push(format!("{name}: {panicked}"));
                cameras.push(Sight {
                    name: name.clone(),
                    address: *address,
                    ..Sight::default()
                });
            }
        }
    }
    if extent.probe && consents(&cameras) {
        for sight in &mut cameras {
            camera::probe(reach, sight)?;
        }
    } else if !cameras.is_empty() {
        let text = "bootloaders, settings and speed of cameras: that restarts them; run `oakc doctor --probe`";
        seen.unseen.push(text.to_owned());
    }
    seen.cameras = cameras;
    if cfg!(target_os = "linux") {
        // The questions have filled it.
        seen.neighbours = neighbours_now();
    }
    Ok(Examination {
        findings: checks::all(&seen),
        tools: tools::look(),
        seen,
    })
}

/// The cameras that are looked at, by name; without an address where none is known.
fn meant(named: &[Locator], answers: &[Camera]) -> Vec<(String, Option<Ipv4Addr>)> {
    if named.is_empty() {
        let mut addresses: Vec<_> = answers.iter().filter_map(|it| it.address.ipv4()).collect();
        addresses.dedup();
        return addresses
            .into_iter()
            .map(|it| (it.to_string(), Some(it)))
            .collect();
    }
    let at = |mxid: &Mxid| {
        let camera = answers
            .iter()
            .find(|camera| camera.mxid.as_ref() == Some(mxid));
        camera.and_then(|camera| camera.address.ipv4())
    };
    let of = |locator: &Locator| match locator {
        Locator::Address(address) => (locator.to_string(), address.ipv4()),
        Locator::Mxid(mxid) => (locator.to_string(), at(mxid)),
    };
    named.iter().map(of).collect()
}

impl Examination {
    /// Whether something is wrong; a hint is not.
    pub fn is_well(&self) -> bool {
        self.findings
            .iter()
            .all(|finding| finding.severity == Severity::Hint)
    }

    /// All of it, for programs: an object.
    pub fn json(&self) -> Value {
        json!({
            "findings": self.findings,
            "cameras": self.seen.cameras.iter().map(sight_json).collect::<Vec<_>>(),
            "interfaces": self.seen.interfaces.iter().map(|it| json!({
                "name": it.name,
                "addresses": it.networks.iter().map(|network| format!("{}/{}", network.address, network.length)).collect::<Vec<_>>(),
                "up": it.is_up && it.carrier != Some(false),
                "mtu": it.mtu,
                "megabits": it.megabits,
            })).collect::<Vec<_>>(),
            "tools": self.tools,
            "unseen": self.seen.unseen,
        })
    }
}

fn sight_json(sight: &Sight) -> Value {
    let mxids: Vec<_> = sight.answers.iter().map(Camera::name).collect();
    let echoes = |echoes: Option<Echoes>| {
        echoes.map(|it| {
            json!({
                "sent": it.sent,
                "received": it.received,
                "milliseconds": it.median.as_secs_f64() * 1000.0,
            })
        })
    };
    json!({
        "name": sight.name,
        "address": sight.address.map(|address| address.to_string()),
        "mxids": mxids,
        "state": sight.state().map(|state| state.to_string()),
        "interface": sight.way.as_ref().and_then(|way| way.interface.clone()),
        "ping": echoes(sight.ping),
        "discovery": echoes(sight.questions),
        "largest_packet": sight.largest_packet,
        "link_megabits": sight.link.map(|link| link.megabits),
        "connection": sight.connection.as_ref().map(Connection::text),
        "static_address": sight.told.as_ref().map(Told::has_static_address),
        "bootloader": sight.told.as_ref().map(|told| told.running.to_string()),
        "read_megabits": sight.reading.map(|reading| reading.megabits().round()),
    })
}
