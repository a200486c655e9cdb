//! The peers' side of the network: events to them, and their actions.

use std::net::SocketAddrV4;

use crate::network::Moment;
use crate::peer::{ConnectionId, PeerAction, PeerEvent};
use crate::sighting::Sighting;

use super::connection::{Connection, Endpoint};
use super::socket::{ConnectionKey, Side};
use super::{Event, Lan, Packet};

/// What a peer has seen and nobody asked for is kept up to this number; the oldest goes.
const SEEN: usize = 100_000;
/// Complaints of a peer that are kept.
const COMPLAINTS: usize = 20;

impl Lan {
    /// Tells a peer that something happened, and does what it wants.
    pub(super) fn tell(&mut self, moment: &mut Moment<'_>, index: usize, event: PeerEvent) {
        let Some(station) = self.stations.get_mut(index) else {
            return;
        };
        let actions = station.peer.on(moment.now, event);
        for action in actions {
            self.act(moment, index, action);
        }
    }

    fn act(&mut self, moment: &mut Moment<'_>, index: usize, action: PeerAction) {
        match action {
            PeerAction::Listen(port) => {
                if let Some(station) = self.stations.get_mut(index) {
                    station.listening.insert(port);
                }
            }
            PeerAction::Open(port) => {
                if let Some(station) = self.stations.get_mut(index) {
                    station.open.insert(port);
                }
            }
            PeerAction::Connect(id, to) => self.call_camera(moment, index, id, to),
            PeerAction::Send(id, data) => {
                if let Some(key) = self.key(index, id) {
                    self.transmit_bytes(moment, key, data);
                }
            }
            PeerAction::Finish(id) => {
                if let Some(key) = self.key(index, id) {
                    self.finish(moment, key);
                    let connection = self.connections.get(&key.number);
                    if connection.is_some_and(|it| it.flows(key.side).1.has_ended) {
                        self.forget_finished(index, id, key);
                    }
                }
            }
            PeerAction::Close(id) => {
                if let Some(key) = self.key(index, id) {
                    self.finish(moment, key);
                    self.forget(index, id);
                    self.leave(key);
                }
            }
            PeerAction::Cut(id) => {
                if let Some(key) = self.key(index, id) {
                    self.transmit(moment, key, Packet::Reset);
                    self.forget(index, id);
                    self.leave(key);
                }
            }
            PeerAction::Datagram { port, to, data } => {
                if let Some(station) = self.stations.get(index) {
                    let from = SocketAddrV4::new(station.host, port);
                    self.transmit_datagram(moment, from, to, data);
                }
            }
            PeerAction::Timer(timer, at) => self.set_timer(moment, index, timer, at),
            PeerAction::Report(sighting) => self.report(index, sighting),
            PeerAction::Complain(text) => {
                if let Some(station) = self.stations.get_mut(index)
                    && station.complaints.len() < COMPLAINTS
                {
                    station.complaints.push((moment.now, text));
                }
            }
        }
    }

    fn report(&mut self, index: usize, sighting: Sighting) {
        if let Some(station) = self.stations.get_mut(index) {
            if station.seen.len() >= SEEN {
                station.seen.remove(0);
            }
            station.seen.push(sighting);
        }
    }

    fn key(&self, index: usize, id: ConnectionId) -> Option<ConnectionKey> {
        self.stations.get(index)?.connections.get(&id).copied()
    }

    /// A peer connects to the camera.
    fn call_camera(
        &mut self,
        moment: &mut Moment<'_>,
        index: usize,
        id: ConnectionId,
        to: SocketAddrV4,
    ) {
        let latency = self.latency(moment, Some(index));
        let Some(station) = self.stations.get_mut(index) else {
            return;
        };
        // A port for each connection, so that the camera can tell them apart.
        let port = 40_000_u16.saturating_add(u16::try_from(id.0 % 20_000).unwrap_or_default());
        let from = SocketAddrV4::new(station.host, port);
        let connection = Connection::new(Endpoint::Peer(index, id), from, to);
        let number = self.add_connection(connection);
        let key = ConnectionKey {
            number,
            side: Side::Caller,
        };
        if let Some(station) = self.stations.get_mut(index) {
            station.connections.insert(id, key);
        }
        let at = moment.now + latency;
        self.schedule(moment, at, Event::Request(number, 0));
    }

    /// Gives a peer what arrived for it, unless it reads nothing at the moment.
    pub(super) fn deliver(&mut self, moment: &mut Moment<'_>, index: usize, key: ConnectionKey) {
        let stalls = (self.stations.get(index)).is_some_and(|it| it.faults.stalls(moment.now));
        if stalls {
            return;
        }
        let Some(connection) = self.connections.get_mut(&key.number) else {
            return;
        };
        let Endpoint::Peer(_, id) = connection.end(key.side) else {
            return;
        };
        let flow = connection.receives(key.side);
        let data = flow.read(usize::MAX, false);
        let has_ended = flow.has_ended;
        if !data.is_empty() {
            self.end_changed(key.other());
            self.tell(moment, index, PeerEvent::Received(id, data));
        }
        if has_ended {
            self.tell(moment, index, PeerEvent::Finished(id));
            self.forget_finished(index, id, key);
        }
    }

    /// A connection that both sides have finished is over.
    fn forget_finished(&mut self, index: usize, id: ConnectionId, key: ConnectionKey) {
        let connection = self.connections.get(&key.number);
        let is_over = connection.is_some_and(|it| it.flows(key.side).0.is_finished);
        if is_over {
            self.forget(index, id);
            self.leave(key);
        }
    }

    /// A peer reads again what waited.
    pub(super) fn read_on(&mut self, moment: &mut Moment<'_>, index: usize) {
        let Some(station) = self.stations.get(index) else {
            return;
        };
        let keys: Vec<_> = station.connections.values().copied().collect();
        for key in keys {
            self.deliver(moment, index, key);
        }
    }

    pub(super) fn forget(&mut self, index: usize, id: ConnectionId) {
        if let Some(station) = self.stations.get_mut(index) {
            station.connections.remove(&id);
        }
    }
}
