//! Somebody on the camera's network, without I/O: what happens to it in, what it does out.
//!
//! A peer never sees a socket or a clock. The virtual network numbers its connections, and tells it the time.

use std::net::SocketAddrV4;

use serde_json::Value as Json;

use crate::time::Time;

/// A connection of a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u32);

/// Somebody on the network.
pub trait Peer {
    /// What it does when something happens.
    fn on(&mut self, now: Time, event: PeerEvent) -> Vec<PeerAction>;
}

/// What happens to a peer.
#[derive(Clone, Debug, PartialEq)]
pub enum PeerEvent {
    /// The network is there.
    Started,
    /// Somebody connected to a port it listens on.
    Accepted {
        /// The new connection.
        connection: ConnectionId,
        /// Its own port.
        port: u16,
        /// Who it is.
        from: SocketAddrV4,
    },
    /// A connection that it asked for stands.
    Connected(ConnectionId),
    /// A connection that it asked for was refused.
    Refused(ConnectionId),
    /// Bytes of a stream.
    Received(ConnectionId, Vec<u8>),
    /// The other side sends nothing more.
    Finished(ConnectionId),
    /// The connection is gone without a word.
    Cut(ConnectionId),
    /// A datagram.
    Datagram {
        /// Its own port.
        port: u16,
        /// Who sent it.
        from: SocketAddrV4,
        /// The content.
        data: Vec<u8>,
    },
    /// A timer that it set has ended.
    Timer(u64),
    /// The scenario wants something sent; what, only the peer knows how to read.
    Send(Json),
}

/// What a peer does.
#[derive(Clone, Debug, PartialEq)]
pub enum PeerAction {
    /// Accepts connections to a port.
    Listen(u16),
    /// Takes datagrams to a port.
    Open(u16),
    /// Connects to somebody; the number is the peer's own choice.
    Connect(ConnectionId, SocketAddrV4),
    /// Sends bytes.
    Send(ConnectionId, Vec<u8>),
    /// Sends nothing more.
    Finish(ConnectionId),
    /// Ends a connection without a word.
    Cut(ConnectionId),
    /// Sends a datagram.
    Datagram {
        /// From this port of its own.
        port: u16,
        /// To whom.
        to: SocketAddrV4,
        /// The content.
        data: Vec<u8>,
    },
    /// Wants to be told when it is this late.
    Timer(u64, Time),
    /// Got something that a scenario can expect.
    Report(Json),
    /// Got something that is wrong, in words.
    Complain(String),
}
