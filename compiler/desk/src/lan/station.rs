//! A peer's place on the network: its address, its connections, and what does not work at the moment.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::Ipv4Addr;
use std::time::Duration;

use crate::peer::{ConnectionId, Peer};
use crate::scenario::FaultKind;
use crate::sighting::Sighting;
use crate::time::Time;

use super::socket::ConnectionKey;

/// How long a packet takes unless the scenario says otherwise.
pub(super) const LATENCY: Duration = Duration::from_micros(200);

/// A peer on the network.
pub struct Station {
    /// Its name in the scenario.
    pub(super) name: String,
    pub(super) host: Ipv4Addr,
    pub(super) latency: Duration,
    pub(super) peer: Box<dyn Peer>,
    /// Its TCP ports.
    pub(super) listening: BTreeSet<u16>,
    /// Its UDP ports.
    pub(super) open: BTreeSet<u16>,
    pub(super) connections: BTreeMap<ConnectionId, ConnectionKey>,
    /// The number of the next connection that it is asked for.
    pub(super) next: u32,
    pub(super) faults: Faults,
    pub(super) seen: Vec<Sighting>,
    pub(super) complaints: Vec<(Time, String)>,
}

/// When what does not work any more works again.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Faults {
    refuses: Time,
    cut: Time,
    slow: (Time, u32),
    loses: (Time, f64),
    stalls: Time,
}

impl Station {
    /// A peer at an address.
    pub fn new(name: &str, host: Ipv4Addr, latency: Option<Duration>, peer: Box<dyn Peer>) -> Self {
        Self {
            name: name.to_owned(),
            host,
            latency: latency.unwrap_or(LATENCY),
            peer,
            listening: BTreeSet::new(),
            open: BTreeSet::new(),
            connections: BTreeMap::new(),
            next: FIRST_INCOMING,
            faults: Faults::default(),
            seen: Vec::new(),
            complaints: Vec::new(),
        }
    }
}

/// Peers choose smaller numbers for the connections that they ask for.
const FIRST_INCOMING: u32 = 1 << 31;

impl Faults {
    /// Something stops working until then.
    pub(super) fn begin(&mut self, kind: FaultKind, until: Time) {
        match kind {
            FaultKind::Refuse => self.refuses = until,
            FaultKind::Cut => self.cut = until,
            FaultKind::Slow(rate) => self.slow = (until, rate),
            FaultKind::Lose(share) => self.loses = (until, share),
            FaultKind::Stall => self.stalls = until,
        }
    }

    pub(super) fn refuses(&self, now: Time) -> bool {
        now < self.refuses
    }

    pub(super) fn is_cut(&self, now: Time) -> bool {
        now < self.cut
    }

    pub(super) fn stalls(&self, now: Time) -> bool {
        now < self.stalls
    }

    /// Bytes a second of a slow link.
    pub(super) fn rate(&self, now: Time) -> Option<u32> {
        let (until, rate) = self.slow;
        (now < until).then_some(rate)
    }

    /// Until when what part of everything is lost.
    pub(super) fn losing(&self, now: Time) -> Option<(Time, f64)> {
        let (until, share) = self.loses;
        (now < until).then_some((until, share))
    }
}

impl fmt::Debug for Station {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Station")
            .field("name", &self.name)
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}
