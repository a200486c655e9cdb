//! The seam between the scripts' sockets and the network that they are connected to.
//!
//! The camera calls [`Network::call`] for each thing a script asks of a socket. A call never waits: where a socket
//! would have to, it answers [`SocketError::WouldBlock`] (or `InProgress` for a connect), as a non-blocking socket
//! does. Waiting, timeouts and `select` are the camera's business: it asks [`Network::readiness`] of the sockets that
//! a thread waits for, again whenever [`Network::changed`] names one of them.

use std::net::{Ipv4Addr, SocketAddrV4};

use crate::choices::Choices;
use crate::time::Time;

/// A socket of a script; never used again once it is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId(pub u32);

/// A Script node, by its id in the pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScriptId(pub i64);

/// When something is asked of the network, and what answers what is left open then.
#[derive(Debug)]
pub struct Moment<'a> {
    /// The virtual time.
    pub now: Time,
    /// Answers from the seed: delays, losses, order.
    pub choices: &'a mut Choices,
}

/// The network that a camera is connected to.
pub trait Network {
    /// Does what a script asks of a socket.
    fn call(&mut self, moment: &mut Moment<'_>, script: ScriptId, call: SocketCall) -> SocketReply;

    /// What a socket is ready for. A socket that was closed is ready for everything.
    fn readiness(&self, socket: SocketId) -> Readiness;

    /// Sockets whose readiness may have changed since this was last asked, in a fixed order.
    fn changed(&mut self) -> Vec<SocketId>;

    /// When something happens by itself next: a packet arrives, a peer's timer ends.
    fn next_event(&self) -> Option<Time>;

    /// Lets happen what is due.
    fn step(&mut self, moment: &mut Moment<'_>);

    /// A script has ended: its sockets are closed.
    fn script_ended(&mut self, moment: &mut Moment<'_>, script: ScriptId);
}

/// What a script asks of a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketCall {
    /// A new socket; answered by [`SocketReply::Opened`].
    Open(Transport),
    /// `bind`; port 0 for any that is free.
    Bind(SocketId, SocketAddrV4),
    /// `listen`.
    Listen(SocketId, u32),
    /// `connect`; asked again after `InProgress` it tells how it ended. On UDP it sets the address of `Send`.
    Connect(SocketId, SocketAddrV4),
    /// `accept`; answered by [`SocketReply::Accepted`].
    Accept(SocketId),
    /// `send`, to an address on UDP; answered by [`SocketReply::Sent`].
    Send {
        /// The socket.
        socket: SocketId,
        /// What is sent; TCP may take a part of it.
        data: Vec<u8>,
        /// `sendto`.
        to: Option<SocketAddrV4>,
    },
    /// `recv` and `recvfrom`; answered by [`SocketReply::Received`].
    Receive {
        /// The socket.
        socket: SocketId,
        /// At most this many bytes; a longer datagram is cut.
        limit: usize,
        /// `MSG_PEEK`: what was read stays there.
        peek: bool,
    },
    /// `shutdown`.
    Shutdown(SocketId, Direction),
    /// `close`.
    Close(SocketId),
    /// `setsockopt` with a number, by the names of level and option.
    SetOption {
        /// The socket.
        socket: SocketId,
        /// `SO_REUSEADDR`, `TCP_NODELAY` and the like.
        option: String,
        /// The number; `SO_LINGER` with a time of 0 is 0, and any other is -1.
        value: i64,
    },
    /// `getsockname`; answered by [`SocketReply::Address`].
    LocalAddress(SocketId),
    /// `getpeername`; answered by [`SocketReply::Address`].
    PeerAddress(SocketId),
    /// The address of a host; a standalone camera has no resolver. Answered by [`SocketReply::Host`].
    Resolve(String),
}

/// TCP or UDP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// A stream.
    Tcp,
    /// Datagrams.
    Udp,
}

/// A direction of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// What it receives.
    Receive,
    /// What it sends.
    Send,
    /// Both.
    Both,
}

/// The answer to a [`SocketCall`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketReply {
    /// It is done.
    Done,
    /// The new socket.
    Opened(SocketId),
    /// A connection that was waiting, and who made it.
    Accepted(SocketId, SocketAddrV4),
    /// This many bytes were taken.
    Sent(usize),
    /// Bytes, and who sent them; none at the end of a stream.
    Received(Vec<u8>, SocketAddrV4),
    /// An address.
    Address(SocketAddrV4),
    /// A host.
    Host(Ipv4Addr),
    /// It does not work.
    Failed(SocketError),
}

/// Why a socket does not do it; each is a number of `errno` to the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are those of POSIX, written out")]
pub enum SocketError {
    WouldBlock,
    InProgress,
    Already,
    IsConnected,
    NotConnected,
    ConnectionRefused,
    ConnectionReset,
    ConnectionAborted,
    BrokenPipe,
    TimedOut,
    HostUnreachable,
    NetworkUnreachable,
    AddressInUse,
    AddressNotAvailable,
    MessageSize,
    InvalidArgument,
    NotSupported,
    BadDescriptor,
    TooManySockets,
    DestinationRequired,
    /// No such host: `socket.gaierror`.
    UnknownHost,
}

impl SocketError {
    /// Its name in Python's `errno`; `EAI_NONAME` for a name that nobody resolves.
    pub const fn errno(self) -> &'static str {
        match self {
            Self::WouldBlock => "EAGAIN",
            Self::InProgress => "EINPROGRESS",
            Self::Already => "EALREADY",
            Self::IsConnected => "EISCONN",
            Self::NotConnected => "ENOTCONN",
            Self::ConnectionRefused => "ECONNREFUSED",
            Self::ConnectionReset => "ECONNRESET",
            Self::ConnectionAborted => "ECONNABORTED",
            Self::BrokenPipe => "EPIPE",
            Self::TimedOut => "ETIMEDOUT",
            Self::HostUnreachable => "EHOSTUNREACH",
            Self::NetworkUnreachable => "ENETUNREACH",
            Self::AddressInUse => "EADDRINUSE",
            Self::AddressNotAvailable => "EADDRNOTAVAIL",
            Self::MessageSize => "EMSGSIZE",
            Self::InvalidArgument => "EINVAL",
            Self::NotSupported => "EOPNOTSUPP",
            Self::BadDescriptor => "EBADF",
            Self::TooManySockets => "EMFILE",
            Self::DestinationRequired => "EDESTADDRREQ",
            Self::UnknownHost => "EAI_NONAME",
        }
    }
}

/// What a socket is ready for, as `select` sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Readiness {
    /// Reading, or accepting, would not wait. So it is at the end of a stream and after an error.
    pub readable: bool,
    /// Sending would not wait, or a connect has ended.
    pub writable: bool,
    /// Something is wrong with it.
    pub failed: bool,
}

/// No network: every socket fails.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unconnected;

impl Network for Unconnected {
    fn call(&mut self, _: &mut Moment<'_>, _: ScriptId, call: SocketCall) -> SocketReply {
        match call {
            SocketCall::Open(_) => SocketReply::Failed(SocketError::NetworkUnreachable),
            SocketCall::Resolve(_) => SocketReply::Failed(SocketError::UnknownHost),
            _ => SocketReply::Failed(SocketError::BadDescriptor),
        }
    }

    fn readiness(&self, _: SocketId) -> Readiness {
        Readiness {
            readable: true,
            writable: true,
            failed: true,
        }
    }

    fn changed(&mut self) -> Vec<SocketId> {
        Vec::new()
    }

    fn next_event(&self) -> Option<Time> {
        None
    }

    fn step(&mut self, _: &mut Moment<'_>) {}

    fn script_ended(&mut self, _: &mut Moment<'_>, _: ScriptId) {}
}
