//! TCP connections: their two ends, and what travels between them.

use std::net::SocketAddrV4;

use crate::network::SocketId;
use crate::peer::ConnectionId;

use super::flow::Flow;
use super::socket::Side;

/// A connection.
#[derive(Debug)]
pub(super) struct Connection {
    /// Who asked for it, and who was asked.
    ends: [Endpoint; 2],
    addresses: [SocketAddrV4; 2],
    /// What each of them sends.
    flows: [Flow; 2],
}

/// Who is at an end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    /// A socket of a script.
    Socket(SocketId),
    /// A peer, and its number for the connection.
    Peer(usize, ConnectionId),
    /// Nobody yet, or nobody any more.
    Nobody,
}

impl Connection {
    pub(super) fn new(caller: Endpoint, from: SocketAddrV4, to: SocketAddrV4) -> Self {
        Self {
            ends: [caller, Endpoint::Nobody],
            addresses: [from, to],
            flows: [Flow::default(), Flow::default()],
        }
    }

    pub(super) fn end(&self, side: Side) -> Endpoint {
        let [first, second] = self.ends;
        match side {
            Side::Caller => first,
            Side::Called => second,
        }
    }

    pub(super) fn set_end(&mut self, side: Side, end: Endpoint) {
        let [first, second] = &mut self.ends;
        match side {
            Side::Caller => *first = end,
            Side::Called => *second = end,
        }
    }

    pub(super) fn address(&self, side: Side) -> SocketAddrV4 {
        let [first, second] = self.addresses;
        match side {
            Side::Caller => first,
            Side::Called => second,
        }
    }

    /// What this end sends.
    pub(super) fn sends(&mut self, side: Side) -> &mut Flow {
        let [first, second] = &mut self.flows;
        match side {
            Side::Caller => first,
            Side::Called => second,
        }
    }

    /// What this end receives.
    pub(super) fn receives(&mut self, side: Side) -> &mut Flow {
        self.sends(side.other())
    }

    /// As [`Connection::sends`] and [`Connection::receives`], to look at.
    pub(super) fn flows(&self, side: Side) -> (&Flow, &Flow) {
        let [first, second] = &self.flows;
        match side {
            Side::Caller => (first, second),
            Side::Called => (second, first),
        }
    }

    /// Whether nobody is there any more.
    pub(super) fn is_abandoned(&self) -> bool {
        self.ends == [Endpoint::Nobody; 2]
    }
}
