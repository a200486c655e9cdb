//! Somebody on the camera's network, without I/O: what happens to it in, what it does out.
//!
//! A peer never sees a socket or a clock. The virtual network numbers its connections, and tells it the time.

mod datagrams;
mod dns;
mod http;
mod http_client;
mod http_server;
mod mqtt;
mod mqtt_packet;
mod ntp;
mod stream;
mod syslog;
#[cfg(test)]
mod tests;

use std::net::SocketAddrV4;

use crate::scenario::{self, Delivery, PeerKind};
use crate::sighting::Sighting;
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
    /// The scenario wants something sent.
    Send(Delivery),
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
    /// Sends nothing more and wants nothing more; what comes is answered with a reset.
    Close(ConnectionId),
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
    Report(Sighting),
    /// Got something that is wrong, in words.
    Complain(String),
}

/// The state machine of a peer of a scenario. `epoch` is what the clocks show at the start, in seconds since 1970.
pub fn of_scenario(peer: &scenario::Peer, epoch: f64) -> Box<dyn Peer> {
    let port = peer.port;
    match &peer.kind {
        PeerKind::Http(answers) => Box::new(http_server::HttpServer::new(port, answers.clone())),
        PeerKind::HttpClient => Box::new(http_client::HttpClient::new(port)),
        PeerKind::TcpServer(stream) => Box::new(stream::StreamPeer::server(port, stream.clone())),
        PeerKind::TcpClient(stream, after) => {
            Box::new(stream::StreamPeer::client(port, stream.clone(), *after))
        }
        PeerKind::Udp { answer, to } => {
            Box::new(datagrams::Datagrams::new(port, answer.clone(), *to))
        }
        PeerKind::MqttBroker { user, password } => {
            Box::new(mqtt::Broker::new(port, user.clone(), password.clone()))
        }
        PeerKind::Syslog => Box::new(syslog::Syslog::new(port)),
        PeerKind::Dns(zone) => Box::new(dns::Dns::new(port, zone.clone())),
        PeerKind::Ntp { start, ahead } => {
            Box::new(ntp::Ntp::new(port, start.unwrap_or(epoch) + ahead))
        }
    }
}
