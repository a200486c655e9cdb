//! The sockets of scripts.

use std::collections::VecDeque;
use std::net::SocketAddrV4;

use crate::network::{ScriptId, SocketError, SocketId, Transport};

/// Datagrams that wait in a socket at most; more are lost.
const DATAGRAMS: usize = 64;

/// A socket.
#[derive(Debug)]
pub(super) struct Socket {
    pub(super) script: ScriptId,
    pub(super) transport: Transport,
    pub(super) local: Option<SocketAddrV4>,
    /// Whom `Send` is for on UDP.
    pub(super) remote: Option<SocketAddrV4>,
    pub(super) state: State,
    /// Closing it resets the connection.
    pub(super) resets: bool,
}

/// What a socket is doing.
#[derive(Debug)]
pub(super) enum State {
    /// Nothing yet.
    Idle,
    /// It waits for connections.
    Listening {
        backlog: usize,
        waiting: VecDeque<SocketId>,
    },
    /// It asks for a connection.
    Connecting(ConnectionKey),
    /// It has one. Whether `connect` has told so.
    Connected { key: ConnectionKey, told: bool },
    /// It has none any more. The error is told once.
    Broken(Option<SocketError>),
    /// It takes datagrams.
    Datagrams(VecDeque<(Vec<u8>, SocketAddrV4)>),
}

/// A connection, and which of its ends is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ConnectionKey {
    pub(super) number: u32,
    pub(super) side: Side,
}

/// An end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    /// Who asked for it.
    Caller,
    /// Who was asked.
    Called,
}

impl Side {
    pub(super) const fn other(self) -> Self {
        match self {
            Self::Caller => Self::Called,
            Self::Called => Self::Caller,
        }
    }
}

impl ConnectionKey {
    /// The other end.
    pub(super) const fn other(self) -> Self {
        Self {
            number: self.number,
            side: self.side.other(),
        }
    }
}

impl Socket {
    pub(super) fn new(script: ScriptId, transport: Transport) -> Self {
        let state = match transport {
            Transport::Tcp => State::Idle,
            Transport::Udp => State::Datagrams(VecDeque::new()),
        };
        Self {
            script,
            transport,
            local: None,
            remote: None,
            state,
            resets: false,
        }
    }

    /// Whether it takes what is sent to this port.
    pub(super) fn has_port(&self, transport: Transport, port: u16) -> bool {
        self.transport == transport && self.local.is_some_and(|local| local.port() == port)
    }

    /// The connection it has.
    pub(super) fn connection(&self) -> Option<ConnectionKey> {
        match self.state {
            State::Connected { key, .. } => Some(key),
            _ => None,
        }
    }

    /// A datagram arrives.
    pub(super) fn take_datagram(&mut self, data: Vec<u8>, from: SocketAddrV4) {
        if self.remote.is_some_and(|remote| remote != from) {
            return;
        }
        if let State::Datagrams(waiting) = &mut self.state
            && waiting.len() < DATAGRAMS
        {
            waiting.push_back((data, from));
        }
    }
}
