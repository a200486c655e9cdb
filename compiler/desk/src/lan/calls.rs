//! What scripts ask of their sockets.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddrV4};

use crate::network::{
    Direction, Moment, Readiness, ScriptId, SocketCall, SocketError, SocketId, SocketReply,
    Transport,
};
use crate::scenario::CAMERA;

use super::connection::{Connection, Endpoint};
use super::socket::{ConnectionKey, Side, Socket, State};
use super::{Event, FIRST_PORT, Lan, Packet, is_camera};

/// Sockets that are open at the same time at most.
const SOCKETS: usize = 256;
/// The largest datagram.
const DATAGRAM: usize = 65_507;
/// Connections that wait to be accepted at most, whatever a script wishes.
const BACKLOG: usize = 128;

type Replied = Result<SocketReply, SocketError>;

impl Lan {
    pub(super) fn handle(
        &mut self,
        moment: &mut Moment<'_>,
        script: ScriptId,
        call: SocketCall,
    ) -> Replied {
        match call {
            SocketCall::Open(transport) => self.open(script, transport),
            SocketCall::Bind(socket, address) => self.bind(socket, address),
            SocketCall::Listen(socket, backlog) => self.listen(socket, backlog),
            SocketCall::Connect(socket, address) => self.connect(moment, socket, address),
            SocketCall::Accept(socket) => self.accept(socket),
            SocketCall::Send { socket, data, to } => match self.socket(socket)?.transport {
                Transport::Tcp => self.send_bytes(moment, socket, data),
                Transport::Udp => self.send_datagram(moment, socket, data, to),
            },
            SocketCall::Receive {
                socket,
                limit,
                peek,
            } => self.receive(socket, limit, peek),
            SocketCall::Shutdown(socket, direction) => self.shutdown(moment, socket, direction),
            SocketCall::Close(socket) => {
                self.socket(socket)?;
                self.close(moment, socket);
                Ok(SocketReply::Done)
            }
            SocketCall::SetOption {
                socket,
                option,
                value,
            } => {
                let socket = self.socket_mut(socket)?;
                if option == "SO_LINGER" {
                    socket.resets = value == 0;
                }
                Ok(SocketReply::Done)
            }
            SocketCall::LocalAddress(socket) => {
                let local = self.socket(socket)?.local;
                let none = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0);
                Ok(SocketReply::Address(local.unwrap_or(none)))
            }
            SocketCall::PeerAddress(socket) => {
                let remote = self.socket(socket)?.remote;
                remote
                    .map(SocketReply::Address)
                    .ok_or(SocketError::NotConnected)
            }
            SocketCall::Resolve(name) => resolve(&name),
        }
    }

    pub(super) fn socket(&self, socket: SocketId) -> Result<&Socket, SocketError> {
        self.sockets.get(&socket).ok_or(SocketError::BadDescriptor)
    }

    pub(super) fn socket_mut(&mut self, socket: SocketId) -> Result<&mut Socket, SocketError> {
        self.sockets
            .get_mut(&socket)
            .ok_or(SocketError::BadDescriptor)
    }

    fn open(&mut self, script: ScriptId, transport: Transport) -> Replied {
        if self.sockets.len() >= SOCKETS {
            return Err(SocketError::TooManySockets);
        }
        let socket = Socket::new(script, transport);
        Ok(SocketReply::Opened(self.add_socket(socket)))
    }

    pub(super) fn add_socket(&mut self, socket: Socket) -> SocketId {
        let id = SocketId(self.next_socket);
        self.next_socket = self.next_socket.saturating_add(1);
        self.sockets.insert(id, socket);
        id
    }

    fn bind(&mut self, id: SocketId, address: SocketAddrV4) -> Replied {
        let transport = self.socket(id)?.transport;
        if !is_camera(*address.ip()) && !address.ip().is_broadcast() {
            return Err(SocketError::AddressNotAvailable);
        }
        if self.socket(id)?.local.is_some() {
            return Err(SocketError::InvalidArgument);
        }
        let port = match address.port() {
            0 => self.free_port(transport)?,
            port if self.is_taken(transport, port) => return Err(SocketError::AddressInUse),
            port => port,
        };
        self.socket_mut(id)?.local = Some(SocketAddrV4::new(*address.ip(), port));
        Ok(SocketReply::Done)
    }

    /// Whether a socket that is not a connection has this port.
    fn is_taken(&self, transport: Transport, port: u16) -> bool {
        let mut sockets = self.sockets.values();
        sockets.any(|it| it.has_port(transport, port) && it.connection().is_none())
    }

    fn free_port(&mut self, transport: Transport) -> Result<u16, SocketError> {
        for _ in FIRST_PORT..=u16::MAX {
            let port = self.next_port;
            self.next_port = port.checked_add(1).unwrap_or(FIRST_PORT);
            if !self.sockets.values().any(|it| it.has_port(transport, port)) {
                return Ok(port);
            }
        }
        Err(SocketError::AddressInUse)
    }

    fn listen(&mut self, id: SocketId, backlog: u32) -> Replied {
        let backlog = usize::try_from(backlog)
            .unwrap_or(BACKLOG)
            .clamp(1, BACKLOG);
        if self.socket(id)?.local.is_none() {
            let any = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0);
            self.bind(id, any)?;
        }
        let socket = self.socket_mut(id)?;
        match &mut socket.state {
            State::Idle => {
                socket.state = State::Listening {
                    backlog,
                    waiting: VecDeque::new(),
                };
            }
            State::Listening { backlog: old, .. } => *old = backlog,
            State::Datagrams(_) => return Err(SocketError::NotSupported),
            _ => return Err(SocketError::InvalidArgument),
        }
        Ok(SocketReply::Done)
    }

    fn connect(&mut self, moment: &mut Moment<'_>, id: SocketId, address: SocketAddrV4) -> Replied {
        let socket = self.socket_mut(id)?;
        match &mut socket.state {
            State::Datagrams(_) => {
                socket.remote = Some(address);
                if socket.local.is_none() {
                    let port = self.free_port(Transport::Udp)?;
                    self.socket_mut(id)?.local = Some(SocketAddrV4::new(CAMERA, port));
                }
                return Ok(SocketReply::Done);
            }
            State::Connecting(_) => return Err(SocketError::Already),
            State::Connected { told: true, .. } => return Err(SocketError::IsConnected),
            State::Connected { told, .. } => {
                *told = true;
                return Ok(SocketReply::Done);
            }
            State::Broken(error) => {
                return Err(error.take().unwrap_or(SocketError::ConnectionAborted));
            }
            State::Listening { .. } => return Err(SocketError::InvalidArgument),
            State::Idle => {}
        }
        self.request(moment, id, address)
    }

    fn request(&mut self, moment: &mut Moment<'_>, id: SocketId, address: SocketAddrV4) -> Replied {
        let own = match self.socket(id)?.local {
            Some(local) => local.port(),
            None => self.free_port(Transport::Tcp)?,
        };
        let local = match is_camera(*address.ip()) {
            true if address.ip().is_unspecified() => SocketAddrV4::new(Ipv4Addr::LOCALHOST, own),
            true => SocketAddrV4::new(*address.ip(), own),
            false => SocketAddrV4::new(CAMERA, own),
        };
        let number = self.add_connection(Connection::new(Endpoint::Socket(id), local, address));
        let key = ConnectionKey {
            number,
            side: Side::Caller,
        };
        let socket = self.socket_mut(id)?;
        socket.local = Some(local);
        socket.remote = Some(address);
        socket.state = State::Connecting(key);
        let station = self.station_at(*address.ip());
        let at = moment.now + self.latency(moment, station);
        self.schedule(moment, at, Event::Request(number, 0));
        Err(SocketError::InProgress)
    }

    pub(super) fn add_connection(&mut self, connection: Connection) -> u32 {
        let number = self.next_connection;
        self.next_connection = number.saturating_add(1);
        self.connections.insert(number, connection);
        number
    }

    fn accept(&mut self, id: SocketId) -> Replied {
        let State::Listening { waiting, .. } = &mut self.socket_mut(id)?.state else {
            return Err(SocketError::InvalidArgument);
        };
        let accepted = waiting.pop_front().ok_or(SocketError::WouldBlock)?;
        let remote = self.socket(accepted)?.remote;
        let remote = remote.ok_or(SocketError::ConnectionAborted)?;
        Ok(SocketReply::Accepted(accepted, remote))
    }

    fn send_bytes(&mut self, moment: &mut Moment<'_>, id: SocketId, mut data: Vec<u8>) -> Replied {
        let key = match &mut self.socket_mut(id)?.state {
            State::Connected { key, .. } => *key,
            State::Connecting(_) => return Err(SocketError::WouldBlock),
            State::Broken(error) => return Err(error.take().unwrap_or(SocketError::BrokenPipe)),
            _ => return Err(SocketError::NotConnected),
        };
        let flow = self.flow(key)?.sends(key.side);
        if flow.is_finished {
            return Err(SocketError::BrokenPipe);
        }
        if data.is_empty() {
            return Ok(SocketReply::Sent(0));
        }
        data.truncate(flow.room());
        if data.is_empty() {
            return Err(SocketError::WouldBlock);
        }
        let count = data.len();
        self.transmit_bytes(moment, key, data);
        Ok(SocketReply::Sent(count))
    }

    pub(super) fn flow(&mut self, key: ConnectionKey) -> Result<&mut Connection, SocketError> {
        let connection = self.connections.get_mut(&key.number);
        connection.ok_or(SocketError::ConnectionReset)
    }

    fn send_datagram(
        &mut self,
        moment: &mut Moment<'_>,
        id: SocketId,
        data: Vec<u8>,
        to: Option<SocketAddrV4>,
    ) -> Replied {
        let socket = self.socket(id)?;
        let to = to
            .or(socket.remote)
            .ok_or(SocketError::DestinationRequired)?;
        if data.len() > DATAGRAM {
            return Err(SocketError::MessageSize);
        }
        let port = match socket.local {
            Some(local) => local.port(),
            None => {
                let port = self.free_port(Transport::Udp)?;
                self.socket_mut(id)?.local = Some(SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, port));
                port
            }
        };
        let host = if to.ip().is_loopback() {
            *to.ip()
        } else {
            CAMERA
        };
        let count = data.len();
        self.transmit_datagram(moment, SocketAddrV4::new(host, port), to, data);
        Ok(SocketReply::Sent(count))
    }

    fn receive(&mut self, id: SocketId, limit: usize, peek: bool) -> Replied {
        let socket = self.socket_mut(id)?;
        let remote = socket.remote;
        let key = match &mut socket.state {
            State::Datagrams(waiting) => {
                let next = if peek {
                    waiting.front().cloned()
                } else {
                    waiting.pop_front()
                };
                let (mut data, from) = next.ok_or(SocketError::WouldBlock)?;
                data.truncate(limit);
                return Ok(SocketReply::Received(data, from));
            }
            State::Connected { key, .. } => *key,
            State::Connecting(_) => return Err(SocketError::WouldBlock),
            State::Broken(error) => {
                return match error.take() {
                    Some(error) => Err(error),
                    None => Ok(SocketReply::Received(Vec::new(), nowhere(remote))),
                };
            }
            State::Idle | State::Listening { .. } => return Err(SocketError::NotConnected),
        };
        let flow = self.flow(key)?.receives(key.side);
        let data = flow.read(limit, peek);
        let is_over = flow.has_ended || flow.is_unwanted;
        if data.is_empty() && limit > 0 && !is_over {
            return Err(SocketError::WouldBlock);
        }
        if !peek {
            self.end_changed(key.other());
        }
        Ok(SocketReply::Received(data, nowhere(remote)))
    }

    fn shutdown(&mut self, moment: &mut Moment<'_>, id: SocketId, direction: Direction) -> Replied {
        let key = self
            .socket(id)?
            .connection()
            .ok_or(SocketError::NotConnected)?;
        if direction != Direction::Receive {
            self.finish(moment, key);
        }
        if direction != Direction::Send {
            self.flow(key)?.receives(key.side).is_unwanted = true;
            self.socket_changed(id);
        }
        Ok(SocketReply::Done)
    }

    /// Closes a socket; what it has not read resets its connection, as TCP does.
    pub(super) fn close(&mut self, moment: &mut Moment<'_>, id: SocketId) {
        let Some(socket) = self.sockets.remove(&id) else {
            return;
        };
        self.socket_changed(id);
        match socket.state {
            State::Listening { waiting, .. } => {
                for waiting in waiting {
                    self.abort(moment, waiting);
                }
            }
            State::Connecting(key) => self.leave(key),
            State::Connected { key, .. } => {
                let has_unread = self
                    .flow(key)
                    .is_ok_and(|connection| connection.receives(key.side).unread() > 0);
                if socket.resets || has_unread {
                    self.transmit(moment, key, Packet::Reset);
                } else {
                    self.finish(moment, key);
                }
                self.leave(key);
            }
            State::Idle | State::Broken(_) | State::Datagrams(_) => {}
        }
    }

    fn abort(&mut self, moment: &mut Moment<'_>, id: SocketId) {
        if let Ok(socket) = self.socket_mut(id) {
            socket.resets = true;
        }
        self.close(moment, id);
    }

    pub(super) fn readiness_of(&self, id: SocketId) -> Readiness {
        let everything = Readiness {
            readable: true,
            writable: true,
            failed: true,
        };
        let Some(socket) = self.sockets.get(&id) else {
            return everything;
        };
        match &socket.state {
            State::Idle => Readiness {
                failed: false,
                ..everything
            },
            State::Listening { waiting, .. } => Readiness {
                readable: !waiting.is_empty(),
                ..Readiness::default()
            },
            State::Connecting(_) => Readiness::default(),
            State::Broken(_) => everything,
            State::Datagrams(waiting) => Readiness {
                readable: !waiting.is_empty(),
                writable: true,
                failed: false,
            },
            State::Connected { key, .. } => {
                let Some(connection) = self.connections.get(&key.number) else {
                    return everything;
                };
                let (sends, receives) = connection.flows(key.side);
                Readiness {
                    readable: receives.unread() > 0 || receives.has_ended || receives.is_unwanted,
                    writable: sends.room() > 0 || sends.is_finished,
                    failed: false,
                }
            }
        }
    }
}

fn nowhere(remote: Option<SocketAddrV4>) -> SocketAddrV4 {
    remote.unwrap_or(SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0))
}

/// A standalone camera knows no names but its own.
fn resolve(name: &str) -> Replied {
    if name == "localhost" {
        return Ok(SocketReply::Host(Ipv4Addr::LOCALHOST));
    }
    let host = name.parse().map_err(|_| SocketError::UnknownHost)?;
    Ok(SocketReply::Host(host))
}
