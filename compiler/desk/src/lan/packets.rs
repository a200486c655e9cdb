//! What travels: departures in, arrivals out.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use crate::choices::Question;
use crate::network::{Moment, SocketError, SocketId, Transport};
use crate::peer::{ConnectionId, PeerEvent};
use crate::time::Time;

use super::connection::Endpoint;
use super::socket::{ConnectionKey, Side, Socket, State};
use super::{Answer, Event, Lan, Packet, is_camera};

/// How often a request for a connection is repeated; the pauses begin with a second and double.
const REQUESTS: u32 = 6;
/// How long it takes to find out that nobody has an address.
const UNREACHABLE: Duration = Duration::from_secs(3);
/// After how long lost bytes are sent again.
const RESEND: Duration = Duration::from_millis(200);
/// Of so many times that bytes are sent over a connection, the seed lets them arrive in two parts once.
const PARTED: u32 = 8;
/// How much later than the first part the second one arrives at most.
const PART_DELAY: Duration = Duration::from_millis(4);

impl Lan {
    /// Sends bytes over a connection; the seed may let them reach a script in two parts, as TCP promises nothing else.
    pub(super) fn transmit_bytes(
        &mut self,
        moment: &mut Moment<'_>,
        key: ConnectionKey,
        mut data: Vec<u8>,
    ) {
        let receiver = self.connections.get(&key.number);
        let receiver = receiver.map(|it| it.end(key.side.other()));
        let parts = match receiver {
            Some(Endpoint::Socket(_)) => data.len().saturating_sub(1),
            _ => 0,
        };
        if parts > 0 && moment.choices.choose(Question::Mishap(PARTED)) > 0 {
            let parts = u32::try_from(parts).unwrap_or(u32::MAX);
            let first = moment.choices.choose(Question::Waiter(parts));
            let late = moment.choices.choose(Question::Delay);
            let late = PART_DELAY.saturating_mul(late) / Question::PARTS;
            let rest = data.split_off(usize::try_from(first).unwrap_or(0).saturating_add(1));
            self.transmit(moment, key, Packet::Data(data));
            if let Ok(connection) = self.flow(key) {
                connection.sends(key.side).hold_for(late);
            }
            data = rest;
        }
        self.transmit(moment, key, Packet::Data(data));
    }

    /// Sends something over a connection.
    pub(super) fn transmit(&mut self, moment: &mut Moment<'_>, key: ConnectionKey, packet: Packet) {
        let station = self.station_of(key.number);
        let latency = self.latency(moment, station);
        let faults = station
            .and_then(|index| self.stations.get(index))
            .map(|it| it.faults);
        let faults = faults.unwrap_or_default();
        let now = moment.now;
        if faults.is_cut(now) {
            return;
        }
        let resend = match faults.losing(now) {
            Some((until, share)) if share >= 1.0 => Some(until + RESEND),
            Some((_, share)) if self.is_lost(share) => Some(now + RESEND),
            _ => None,
        };
        let Ok(connection) = self.flow(key) else {
            return;
        };
        let flow = connection.sends(key.side);
        if let Some(resend) = resend {
            flow.hold(resend);
        }
        let bytes = match &packet {
            Packet::Data(data) => data.len(),
            Packet::End | Packet::Reset => 0,
        };
        let at = flow.depart(now, bytes, latency, faults.rate(now));
        self.schedule(moment, at, Event::Packet(key.other(), packet));
    }

    /// Sends a datagram; it may get lost.
    pub(super) fn transmit_datagram(
        &mut self,
        moment: &mut Moment<'_>,
        from: SocketAddrV4,
        to: SocketAddrV4,
        data: Vec<u8>,
    ) {
        let other = if is_camera(*to.ip()) {
            *from.ip()
        } else {
            *to.ip()
        };
        let station = self.station_at(other);
        let latency = self.latency(moment, station);
        let faults = station
            .and_then(|index| self.stations.get(index))
            .map(|it| it.faults);
        let faults = faults.unwrap_or_default();
        let is_lost = match faults.losing(moment.now) {
            Some((_, share)) => self.is_lost(share),
            None => false,
        };
        if is_lost || faults.is_cut(moment.now) || faults.refuses(moment.now) {
            return;
        }
        let at = moment.now + latency;
        self.schedule(moment, at, Event::Datagram { from, to, data });
    }

    /// An end of a connection sends nothing more.
    pub(super) fn finish(&mut self, moment: &mut Moment<'_>, key: ConnectionKey) {
        let Ok(connection) = self.flow(key) else {
            return;
        };
        let flow = connection.sends(key.side);
        if !flow.is_finished {
            flow.is_finished = true;
            self.transmit(moment, key, Packet::End);
        }
    }

    /// An end of a connection is gone.
    pub(super) fn leave(&mut self, key: ConnectionKey) {
        if let Some(connection) = self.connections.get_mut(&key.number) {
            connection.set_end(key.side, Endpoint::Nobody);
            let flow = connection.receives(key.side);
            flow.is_unwanted = true;
            flow.clear();
            if connection.is_abandoned() {
                self.connections.remove(&key.number);
            }
        }
    }

    /// Lets an event happen.
    pub(super) fn happen(&mut self, moment: &mut Moment<'_>, event: Event) {
        match event {
            Event::Start(peer) => self.tell(moment, peer, PeerEvent::Started),
            Event::Timer(peer, timer) => self.tell(moment, peer, PeerEvent::Timer(timer)),
            Event::Unstalled(peer) => self.read_on(moment, peer),
            Event::Request(number, attempt) => self.requested(moment, number, attempt),
            Event::Answer(number, answer) => self.answered(moment, number, answer),
            Event::Packet(key, packet) => self.arrived(moment, key, packet),
            Event::Datagram { from, to, data } => self.datagram(moment, from, to, &data),
        }
    }

    fn requested(&mut self, moment: &mut Moment<'_>, number: u32, attempt: u32) {
        let Some(connection) = self.connections.get(&number) else {
            return;
        };
        let [from, to] = [Side::Caller, Side::Called].map(|side| connection.address(side));
        let station = self.station_of(number);
        let faults = station
            .and_then(|index| self.stations.get(index))
            .map(|it| it.faults);
        let faults = faults.unwrap_or_default();
        let is_lost = faults
            .losing(moment.now)
            .is_some_and(|(_, share)| self.is_lost(share));
        if is_lost || faults.is_cut(moment.now) {
            let pause = Duration::from_secs(1 << attempt.min(REQUESTS));
            let again = if attempt < REQUESTS {
                Event::Request(number, attempt.saturating_add(1))
            } else {
                Event::Answer(number, Answer::TimedOut)
            };
            let at = moment.now + pause;
            self.schedule(moment, at, again);
            return;
        }
        let answer = if is_camera(*to.ip()) {
            self.request_to_camera(number, from, to)
        } else {
            self.request_to_peer(moment, number, from, to)
        };
        let delay = match answer {
            Answer::Unreachable => UNREACHABLE,
            _ => self.latency(moment, station),
        };
        let at = moment.now + delay;
        if let Some(connection) = self.connections.get_mut(&number) {
            // Nothing that is said on the new connection overtakes the answer.
            connection.sends(Side::Called).hold(at);
        }
        self.schedule(moment, at, Event::Answer(number, answer));
    }

    fn request_to_camera(&mut self, number: u32, from: SocketAddrV4, to: SocketAddrV4) -> Answer {
        let listening = self.sockets.iter().find_map(|(id, socket)| {
            let is_it = socket.has_port(Transport::Tcp, to.port());
            match socket.state {
                State::Listening { .. } if is_it => Some((*id, socket.script)),
                _ => None,
            }
        });
        let Some((listening, script)) = listening else {
            return Answer::Refused;
        };
        let Ok(State::Listening { backlog, waiting }) =
            self.socket(listening).map(|socket| &socket.state)
        else {
            return Answer::Refused;
        };
        if waiting.len() >= *backlog {
            return Answer::Refused;
        }
        let key = ConnectionKey {
            number,
            side: Side::Called,
        };
        let mut socket = Socket::new(script, Transport::Tcp);
        socket.local = Some(to);
        socket.remote = Some(from);
        socket.state = State::Connected { key, told: true };
        let accepted = self.add_socket(socket);
        if let Some(connection) = self.connections.get_mut(&number) {
            connection.set_end(Side::Called, Endpoint::Socket(accepted));
        }
        if let Ok(socket) = self.socket_mut(listening)
            && let State::Listening { waiting, .. } = &mut socket.state
        {
            waiting.push_back(accepted);
        }
        self.socket_changed(listening);
        Answer::Accepted
    }

    fn request_to_peer(
        &mut self,
        moment: &mut Moment<'_>,
        number: u32,
        from: SocketAddrV4,
        to: SocketAddrV4,
    ) -> Answer {
        let Some(index) = self.station_at(*to.ip()) else {
            return Answer::Unreachable;
        };
        let Some(station) = self.stations.get_mut(index) else {
            return Answer::Unreachable;
        };
        if station.faults.refuses(moment.now) || !station.listening.contains(&to.port()) {
            return Answer::Refused;
        }
        let id = ConnectionId(station.next);
        station.next = station.next.saturating_add(1);
        let key = ConnectionKey {
            number,
            side: Side::Called,
        };
        station.connections.insert(id, key);
        if let Some(connection) = self.connections.get_mut(&number) {
            connection.set_end(Side::Called, Endpoint::Peer(index, id));
        }
        let event = PeerEvent::Accepted {
            connection: id,
            port: to.port(),
            from,
        };
        self.tell(moment, index, event);
        Answer::Accepted
    }

    fn answered(&mut self, moment: &mut Moment<'_>, number: u32, answer: Answer) {
        let key = ConnectionKey {
            number,
            side: Side::Caller,
        };
        let Some(connection) = self.connections.get(&number) else {
            return;
        };
        match connection.end(Side::Caller) {
            Endpoint::Socket(socket) => self.answer_socket(socket, key, answer),
            Endpoint::Peer(index, id) => {
                let event = if answer == Answer::Accepted {
                    PeerEvent::Connected(id)
                } else {
                    self.forget(index, id);
                    self.connections.remove(&number);
                    PeerEvent::Refused(id)
                };
                self.tell(moment, index, event);
            }
            // Whoever asked did not wait for the answer.
            Endpoint::Nobody if answer == Answer::Accepted => {
                self.transmit(moment, key, Packet::Reset);
            }
            Endpoint::Nobody => {
                self.connections.remove(&number);
            }
        }
    }

    fn answer_socket(&mut self, id: SocketId, key: ConnectionKey, answer: Answer) {
        let error = match answer {
            Answer::Accepted => None,
            Answer::Refused => Some(SocketError::ConnectionRefused),
            Answer::Unreachable => Some(SocketError::HostUnreachable),
            Answer::TimedOut => Some(SocketError::TimedOut),
        };
        if error.is_some() {
            self.connections.remove(&key.number);
        }
        if let Ok(socket) = self.socket_mut(id)
            && matches!(socket.state, State::Connecting(_))
        {
            socket.state = match error {
                None => State::Connected { key, told: false },
                error => State::Broken(error),
            };
        }
        self.socket_changed(id);
    }

    fn arrived(&mut self, moment: &mut Moment<'_>, key: ConnectionKey, packet: Packet) {
        let Some(connection) = self.connections.get_mut(&key.number) else {
            return;
        };
        let end = connection.end(key.side);
        let is_data = matches!(packet, Packet::Data(_));
        match packet {
            Packet::Data(data) => connection.receives(key.side).arrive(data),
            Packet::End => connection.receives(key.side).has_ended = true,
            Packet::Reset => {
                self.reset(moment, key);
                return;
            }
        }
        match end {
            Endpoint::Socket(socket) => self.socket_changed(socket),
            Endpoint::Peer(index, _) => self.deliver(moment, index, key),
            // Nobody is there to take it.
            Endpoint::Nobody if is_data => self.transmit(moment, key, Packet::Reset),
            Endpoint::Nobody => {}
        }
    }

    /// A connection ends without a word, for the end that it is reset for.
    pub(super) fn reset(&mut self, moment: &mut Moment<'_>, key: ConnectionKey) {
        let Some(connection) = self.connections.get(&key.number) else {
            return;
        };
        match connection.end(key.side) {
            Endpoint::Socket(id) => {
                if let Ok(socket) = self.socket_mut(id) {
                    socket.state = State::Broken(Some(SocketError::ConnectionReset));
                }
                self.socket_changed(id);
            }
            Endpoint::Peer(index, id) => {
                self.forget(index, id);
                self.tell(moment, index, PeerEvent::Cut(id));
            }
            Endpoint::Nobody => {}
        }
        self.leave(key);
    }

    fn datagram(
        &mut self,
        moment: &mut Moment<'_>,
        from: SocketAddrV4,
        to: SocketAddrV4,
        data: &[u8],
    ) {
        let host = *to.ip();
        let is_for_all = host.is_broadcast() || host.is_multicast();
        if is_camera(host) || is_for_all {
            self.datagram_to_sockets(from, to, data);
        }
        for index in 0..self.stations.len() {
            let takes = self.stations.get(index).is_some_and(|station| {
                let is_own = SocketAddrV4::new(station.host, to.port()) == from;
                let is_meant = station.host == host || (is_for_all && !is_own);
                is_meant && station.open.contains(&to.port())
            });
            if takes {
                let event = PeerEvent::Datagram {
                    port: to.port(),
                    from,
                    data: data.to_vec(),
                };
                self.tell(moment, index, event);
            }
        }
    }

    fn datagram_to_sockets(&mut self, from: SocketAddrV4, to: SocketAddrV4, data: &[u8]) {
        let takers: Vec<_> = (self.sockets.iter())
            .filter(|(_, socket)| {
                let local = socket.local.map_or(Ipv4Addr::UNSPECIFIED, |it| *it.ip());
                let reaches = !local.is_loopback() || to.ip().is_loopback();
                reaches && socket.has_port(Transport::Udp, to.port())
            })
            .map(|(id, _)| *id)
            .collect();
        for id in takers {
            if let Ok(socket) = self.socket_mut(id) {
                socket.take_datagram(data.to_vec(), from);
            }
            self.socket_changed(id);
        }
    }

    /// Breaks all connections of a peer.
    pub(super) fn cut_connections(&mut self, moment: &mut Moment<'_>, index: usize) {
        let Some(station) = self.stations.get(index) else {
            return;
        };
        let keys: Vec<_> = station.connections.values().copied().collect();
        for key in keys {
            self.reset(moment, key.other());
            self.reset(moment, key);
        }
    }

    /// When a timer of a peer is due; never in the past.
    pub(super) fn set_timer(&mut self, moment: &mut Moment<'_>, peer: usize, timer: u64, at: Time) {
        let at = at.max(moment.now);
        self.schedule(moment, at, Event::Timer(peer, timer));
    }
}
