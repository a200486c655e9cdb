//! The virtual network: the camera's sockets on one side, the peers of a scenario on the other.
//!
//! In: calls of sockets, actions of peers, faults, and the time. Out: replies, readiness, and what the peers saw.
//! TCP is reliable and in order, with a window; connections are refused, reset, half closed and time out as on a
//! real network. Never: a real socket, a clock, or an order that the seed does not decide.

mod calls;
mod connection;
mod flow;
mod packets;
mod peers;
mod socket;
mod station;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use crate::choices::{Question, Random};
use crate::network::{Moment, Network, Readiness, ScriptId, SocketCall, SocketId, SocketReply};
use crate::peer::PeerEvent;
use crate::scenario::{CAMERA, Delivery, FaultKind};
use crate::schedule::Schedule;
use crate::sighting::Sighting;
use crate::time::Time;

use connection::{Connection, Endpoint};
use socket::{ConnectionKey, Side, Socket};
pub use station::Station;

/// How long a packet of the camera to itself takes.
const LOOPBACK: Duration = Duration::from_micros(20);
/// The first port that is given to a socket that does not care.
const FIRST_PORT: u16 = 49_152;

/// The network of a scenario.
#[derive(Debug)]
pub struct Lan {
    stations: Vec<Station>,
    sockets: BTreeMap<SocketId, Socket>,
    connections: BTreeMap<u32, Connection>,
    schedule: Schedule<Event>,
    changed: BTreeSet<SocketId>,
    /// What is lost on a bad link.
    losses: Random,
    next_socket: u32,
    next_connection: u32,
    next_port: u16,
}

/// Something that happens by itself.
#[derive(Debug)]
enum Event {
    /// The peer is there.
    Start(usize),
    /// A request for a connection arrives, the n-th of them.
    Request(u32, u32),
    /// The answer to it.
    Answer(u32, Answer),
    /// Something arrives at an end of a connection.
    Packet(ConnectionKey, Packet),
    /// A datagram arrives.
    Datagram {
        from: SocketAddrV4,
        to: SocketAddrV4,
        data: Vec<u8>,
    },
    /// A timer of a peer ends.
    Timer(usize, u64),
    /// A peer reads again.
    Unstalled(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Accepted,
    Refused,
    Unreachable,
    TimedOut,
}

#[derive(Debug)]
enum Packet {
    Data(Vec<u8>),
    End,
    Reset,
}

impl Lan {
    /// A network with these peers; `seed` decides what is lost on a bad link.
    pub fn new(stations: Vec<Station>, seed: u64) -> Self {
        let mut lan = Self {
            stations,
            sockets: BTreeMap::new(),
            connections: BTreeMap::new(),
            schedule: Schedule::default(),
            changed: BTreeSet::new(),
            losses: Random::new(seed),
            next_socket: 0,
            next_connection: 0,
            next_port: FIRST_PORT,
        };
        let mut nominal = crate::choices::Choices::nominal();
        for index in 0..lan.stations.len() {
            let event = Event::Start(index);
            lan.schedule.schedule(Time::START, &mut nominal, event);
        }
        lan
    }

    /// Something stops working for a while; nothing happens if there is no such peer.
    pub fn begin_fault(
        &mut self,
        moment: &mut Moment<'_>,
        peer: &str,
        kind: FaultKind,
        duration: Duration,
    ) {
        let Some(index) = self.index(peer) else {
            return;
        };
        let until = moment.now + duration;
        let Some(station) = self.stations.get_mut(index) else {
            return;
        };
        station.faults.begin(kind, until);
        match kind {
            FaultKind::Cut => self.cut_connections(moment, index),
            FaultKind::Stall => self.schedule(moment, until, Event::Unstalled(index)),
            _ => {}
        }
    }

    /// Lets a peer say something; nothing happens if there is no such peer.
    pub fn send(&mut self, moment: &mut Moment<'_>, peer: &str, delivery: Delivery) {
        if let Some(index) = self.index(peer) {
            self.tell(moment, index, PeerEvent::Send(delivery));
        }
    }

    /// Whether a peer has seen something since that was last asked.
    pub fn has_seen(&self) -> bool {
        self.stations.iter().any(|station| !station.seen.is_empty())
    }

    /// What a peer has seen since this was last asked.
    pub fn take_seen(&mut self, peer: &str) -> Vec<Sighting> {
        let station = self
            .stations
            .iter_mut()
            .find(|station| station.name == peer);
        station
            .map(|station| std::mem::take(&mut station.seen))
            .unwrap_or_default()
    }

    /// What the peers found wrong, with their names.
    pub fn complaints(&self) -> impl Iterator<Item = (&str, Time, &str)> {
        self.stations.iter().flat_map(|station| {
            let complaints = station.complaints.iter();
            complaints.map(|(at, text)| (station.name.as_str(), *at, text.as_str()))
        })
    }

    fn index(&self, peer: &str) -> Option<usize> {
        self.stations
            .iter()
            .position(|station| station.name == peer)
    }

    fn schedule(&mut self, moment: &mut Moment<'_>, at: Time, event: Event) {
        self.schedule.schedule(at, moment.choices, event);
    }

    /// The peer at an address.
    fn station_at(&self, host: Ipv4Addr) -> Option<usize> {
        self.stations
            .iter()
            .position(|station| station.host == host)
    }

    /// How long a packet takes now between a peer and the camera, or within the camera.
    fn latency(&self, moment: &mut Moment<'_>, station: Option<usize>) -> Duration {
        let station = station.and_then(|index| self.stations.get(index));
        let usual = station.map_or(LOOPBACK, |station| station.latency);
        let more = moment.choices.choose(Question::Delay);
        usual.saturating_add(usual.saturating_mul(more) / Question::PARTS)
    }

    /// Whether chance takes something of which this share is lost.
    fn is_lost(&mut self, share: f64) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "53 bits are enough for chance")]
        let chance = (self.losses.draw() >> 11) as f64 / (1_u64 << 53) as f64;
        chance < share
    }

    fn socket_changed(&mut self, socket: SocketId) {
        self.changed.insert(socket);
    }

    /// The socket at an end of a connection, of which something changed.
    fn end_changed(&mut self, key: ConnectionKey) {
        let connection = self.connections.get(&key.number);
        if let Some(Endpoint::Socket(socket)) = connection.map(|it| it.end(key.side)) {
            self.socket_changed(socket);
        }
    }

    /// The peer between which and the camera a connection is; none within the camera.
    fn station_of(&self, number: u32) -> Option<usize> {
        let connection = self.connections.get(&number)?;
        [Side::Caller, Side::Called].into_iter().find_map(|side| {
            let host = *connection.address(side).ip();
            self.station_at(host)
        })
    }
}

/// Whether an address is the camera's own.
fn is_camera(host: Ipv4Addr) -> bool {
    host == CAMERA || host.is_loopback() || host.is_unspecified()
}

impl Network for Lan {
    fn call(&mut self, moment: &mut Moment<'_>, script: ScriptId, call: SocketCall) -> SocketReply {
        match self.handle(moment, script, call) {
            Ok(reply) => reply,
            Err(error) => SocketReply::Failed(error),
        }
    }

    fn readiness(&self, socket: SocketId) -> Readiness {
        self.readiness_of(socket)
    }

    fn changed(&mut self) -> Vec<SocketId> {
        std::mem::take(&mut self.changed).into_iter().collect()
    }

    fn next_event(&self) -> Option<Time> {
        self.schedule.next_time()
    }

    fn step(&mut self, moment: &mut Moment<'_>) {
        while self
            .schedule
            .next_time()
            .is_some_and(|time| time <= moment.now)
        {
            if let Some(event) = self.schedule.take() {
                self.happen(moment, event);
            }
        }
    }

    fn script_ended(&mut self, moment: &mut Moment<'_>, script: ScriptId) {
        let own: Vec<_> = (self.sockets.iter())
            .filter(|(_, socket)| socket.script == script)
            .map(|(id, _)| *id)
            .collect();
        for socket in own {
            self.close(moment, socket);
        }
    }
}
