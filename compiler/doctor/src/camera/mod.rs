//! One camera, looked at: where it is in, what can be seen of it out. Pings and questions are all that is sent,
//! and no camera minds them; only [`probe()`] connects, after which a camera restarts.

mod ping;
mod probe;
mod watch;

use std::io::ErrorKind;
use std::net::Ipv4Addr;
use std::time::Duration;

use oakc_device::Reach;
use oakc_device::discovery::{Camera, Heard, Inquiry};

use crate::observations::{Interface, Sight};
use crate::observe::way_to;

pub use probe::probe;

/// How long everybody is listened to.
const LISTEN: Duration = Duration::from_millis(1200);
/// Pause between two questions to everybody, as datagrams get lost.
const REPEAT: Duration = Duration::from_millis(400);

/// Asks everybody in the networks of this machine. All answers that differ are returned, in the order of
/// addresses, and whether the system refuses to send the question anywhere.
///
/// # Errors
/// Where the system has no socket, does not list its interfaces, or more answer than can be true.
pub fn everybody() -> oakc_device::Result<(Vec<Camera>, bool)> {
    let inquiry = Inquiry::open()?;
    let networks = Inquiry::everybody()?;
    let mut cameras = Vec::new();
    let mut is_refused = false;
    for _ in 0..LISTEN.as_millis() / REPEAT.as_millis().max(1) {
        let failed = inquiry.ask(&networks);
        let refused = failed.iter().filter(|(_, kind)| is_refusal(*kind));
        is_refused = !networks.is_empty() && refused.count() == networks.len();
        for (_, heard) in inquiry.hear(REPEAT)? {
            if let Heard::Camera(camera) = heard {
                note(&mut cameras, camera);
            }
        }
    }
    cameras.sort_by(|a, b| (a.address, &a.mxid).cmp(&(b.address, &b.mxid)));
    Ok((cameras, is_refused))
}

/// What a system answers whose own firewall drops what is sent.
fn is_refusal(kind: ErrorKind) -> bool {
    kind == ErrorKind::PermissionDenied
}

/// A camera is there once an address; its last state counts.
fn note(cameras: &mut Vec<Camera>, camera: Camera) {
    let is_same =
        |known: &&mut Camera| known.address == camera.address && known.mxid == camera.mxid;
    match cameras.iter_mut().find(is_same) {
        Some(known) => *known = camera,
        None => cameras.push(camera),
    }
}

/// Looks at a camera for `time`.
///
/// # Errors
/// Where the system has no socket, or the user asks to stop.
pub fn look(
    reach: &Reach,
    name: String,
    address: Ipv4Addr,
    interfaces: &[Interface],
    time: Duration,
) -> oakc_device::Result<Sight> {
    let mut sight = Sight {
        name,
        address: Some(address),
        way: way_to(address, interfaces),
        ..Sight::default()
    };
    watch::watch(&reach.cancel, &mut sight, address, time)?;
    reach.cancel.check()?;
    sight.ping = ping::small(address);
    reach.cancel.check()?;
    if sight.answers_pings() {
        let mtu = sight.way.as_ref().and_then(|way| way.interface.as_deref());
        let mtu = interfaces.iter().find(|it| Some(it.name.as_str()) == mtu);
        sight.largest_packet = ping::largest_packet(address, mtu.and_then(|it| it.mtu));
    }
    Ok(sight)
}
