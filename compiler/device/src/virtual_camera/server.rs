//! The camera on the network: sockets and time in, everything else in the modules beside it.
//!
//! One thread per camera. It sleeps until a socket or a deadline wakes it, then looks at all of them
//! once. The TCP port is open only while a bootloader runs and no host is connected, as on a real
//! camera.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use mio::net::{TcpListener, TcpStream, UdpSocket};
use mio::{Events, Interest, Poll, Token};
use oakc_runtime_schema::bootloader::MAX_PACKET_SIZE;
use socket2::{Domain, Protocol, Socket, Type};

use super::ApplicationEvent;
use super::board::{Board, Boot, after};
use super::fault::{Faults, LinkFault};
use super::session::Session;
use crate::xlink::datagram::{DatagramError, Reply, Request};
use crate::xlink::{DISCOVERY_PORT, Decoder, Mxid, TCP_PORT};

pub(super) const WAKER: Token = Token(0);
const SOCKET: Token = Token(1);

/// Longest sleep while something has to be tried again.
const RETRY: Duration = Duration::from_millis(5);
/// For how long the last answers may take to go out.
const FAREWELL: Duration = Duration::from_millis(500);
/// For how long the link stays up when the camera starts something else: a host that is told off
/// in the middle of its own housekeeping complains.
const BOOT_DELAY: Duration = Duration::from_millis(100);
/// Answers that may wait before the host is not listened to any more.
const MAX_BACKLOG: usize = 256;
/// Rounds of a connection before the other sockets get their turn.
const TURNS: usize = 16;
/// Datagrams before the connection gets its turn.
const DATAGRAMS: usize = 64;
/// Reads before what they led to is written: many small answers travel together.
const READS: usize = 8;
/// Bytes that are gathered for one write.
const GATHERED: usize = 64 * 1024;
/// Pieces of a write.
const PIECES: usize = 64;

/// A camera on the network.
#[derive(Debug)]
pub(super) struct Server {
    poll: Poll,
    address: Ipv4Addr,
    mxid: Mxid,
    /// The first one has the camera's address, from which all answers come.
    discovery: Vec<UdpSocket>,
    listener: Option<TcpListener>,
    connection: Option<Connection>,
    board: Board,
    faults: Faults,
    watchdog: Duration,
    /// Whether a socket has more to give than there was time for.
    is_busy: bool,
    /// Who wants to know what runs, and which start was told.
    observer: Option<Sender<(Ipv4Addr, ApplicationEvent)>>,
    told: Option<u64>,
}

#[derive(Debug)]
struct Connection {
    stream: TcpStream,
    decoder: Decoder,
    session: Session,
    outbox: VecDeque<Vec<u8>>,
    /// Bytes of the first in the outbox that are out.
    sent: usize,
    since: Instant,
    received: u64,
    /// Nothing is read before.
    resume: Option<Instant>,
    phase: Phase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Talking,
    /// The conversation is over; the last answers go out.
    Leaving {
        from: Instant,
        until: Instant,
        boot: Boot,
    },
    Hanging {
        until: Instant,
    },
}

/// How a connection ended.
enum End {
    /// The camera starts something else.
    Boot(Boot),
    /// Nobody had spoken on it.
    Unused,
}

impl Server {
    pub(super) fn new(
        poll: Poll,
        address: Ipv4Addr,
        mxid: Mxid,
        board: Board,
        faults: Faults,
        watchdog: Duration,
        observer: Option<Sender<(Ipv4Addr, ApplicationEvent)>>,
    ) -> io::Result<Self> {
        let mut discovery = discovery_sockets(address)?;
        for socket in &mut discovery {
            let registry = poll.registry();
            registry.register(socket, SOCKET, Interest::READABLE)?;
        }
        let mut server = Self {
            poll,
            address,
            mxid,
            discovery,
            listener: None,
            connection: None,
            board,
            faults,
            watchdog,
            is_busy: false,
            observer,
            told: None,
        };
        server.open_port()?;
        Ok(server)
    }

    /// Runs until `stop`, which is looked at whenever the thread is woken.
    pub(super) fn run(mut self, stop: &AtomicBool) {
        let mut events = Events::with_capacity(16);
        while !stop.load(Ordering::Acquire) {
            let now = Instant::now();
            self.is_busy = false;
            self.board.advance(now);
            // Where the port is taken for a moment, the next turn tries again.
            let opened = self.open_port();
            self.accept(now);
            self.converse(now);
            self.answer_discovery(now);
            self.tell();
            let retry = opened.is_err().then(|| now + RETRY);
            let timeout = self.timeout(retry, now);
            if let Err(error) = self.poll.poll(&mut events, timeout)
                && error.kind() != ErrorKind::Interrupted
            {
                return;
            }
        }
    }

    /// Tells whoever wants to know that an application has started or stopped.
    fn tell(&mut self) {
        let runs = self.board.application();
        if self.observer.is_none() || runs == self.told {
            return;
        }
        let stopped = self.told.take().map(|_| ApplicationEvent::Stopped);
        self.told = runs;
        let package = runs.and_then(|_| self.board.package());
        let started = package.map(ApplicationEvent::Started);
        for event in [stopped, started].into_iter().flatten() {
            if let Some(observer) = &self.observer {
                // Nobody may listen any more.
                let _ = observer.send((self.address, event));
            }
        }
    }

    fn timeout(&self, retry: Option<Instant>, now: Instant) -> Option<Duration> {
        if self.is_busy {
            return Some(Duration::ZERO);
        }
        let connection = self.connection.as_ref();
        let connection = connection.into_iter().flat_map(Connection::deadlines);
        let deadlines = [retry, self.board.deadline()].into_iter().flatten();
        let next = deadlines.chain(connection).min();
        next.map(|next| next.saturating_duration_since(now))
    }

    fn answer_discovery(&mut self, now: Instant) {
        let mut datagram = [0; 64];
        for index in 0..self.discovery.len() {
            let Some(socket) = self.discovery.get(index) else {
                break;
            };
            // What is left waits without another event, and must not wait for one.
            let mut drained = false;
            for _ in 0..DATAGRAMS {
                let Ok((size, from)) = socket.recv_from(&mut datagram) else {
                    drained = true;
                    break;
                };
                let request = datagram.get(..size).unwrap_or_default();
                if self.board.state().is_none() || self.faults.is_deaf() {
                    continue;
                }
                if Request::decode(request) == Ok(Request::Reset) {
                    self.board.reset(Boot::Called, now);
                    self.connection = None;
                    self.is_busy = true;
                } else if let Some(reply) = self.reply(request)
                    && let Some(socket) = self.discovery.first()
                {
                    // A host that is gone asks again.
                    let _ = socket.send_to(&reply.encode(), from);
                }
            }
            self.is_busy |= !drained;
        }
    }

    fn reply(&self, request: &[u8]) -> Option<Reply> {
        let state = self.board.state()?;
        let mxid = self.mxid.clone();
        match Request::decode(request) {
            Ok(Request::Discover) => Some(Reply::Discovered { mxid, state }),
            Ok(Request::Info) => Some(Reply::Info {
                mxid,
                link_speed: 1000,
                full_duplex: true,
                gpio_boot_mode: 0,
            }),
            Ok(Request::Reset) | Err(DatagramError::TooShort { .. }) => None,
            Err(_) => Some(Reply::Unknown),
        }
    }

    /// Opens or closes the TCP port, as the camera's state wants it.
    fn open_port(&mut self) -> io::Result<()> {
        let open = self.board.running().is_some() && self.connection.is_none();
        if open && self.listener.is_none() {
            let mut listener = TcpListener::bind((self.address, TCP_PORT).into())?;
            let registry = self.poll.registry();
            registry.register(&mut listener, SOCKET, Interest::READABLE)?;
            self.listener = Some(listener);
        } else if !open {
            self.listener = None;
        }
        Ok(())
    }

    fn accept(&mut self, now: Instant) {
        let Some(listener) = &self.listener else {
            return;
        };
        let Ok((mut stream, _)) = listener.accept() else {
            return;
        };
        self.is_busy = true;
        let Some(running) = self.board.running() else {
            return;
        };
        let interest = Interest::READABLE | Interest::WRITABLE;
        let registered = self.poll.registry().register(&mut stream, SOCKET, interest);
        if self.faults.refuses() || registered.is_err() {
            return;
        }
        // It only makes things faster.
        let _ = stream.set_nodelay(true);
        self.board.connected();
        self.listener = None;
        self.connection = Some(Connection {
            stream,
            decoder: Decoder::new(MAX_PACKET_SIZE),
            session: Session::new(running, self.watchdog, now),
            outbox: VecDeque::new(),
            sent: 0,
            since: now,
            received: 0,
            resume: None,
            phase: Phase::Talking,
        });
    }

    fn converse(&mut self, now: Instant) {
        let Some(connection) = &mut self.connection else {
            return;
        };
        let (board, faults) = (&mut self.board, &mut self.faults);
        let mut end = connection.over(now);
        for turn in 0..TURNS {
            if end.is_some() {
                break;
            }
            match connection.turn(board, faults, now) {
                Ok(true) => self.is_busy |= turn + 1 == TURNS,
                Ok(false) => break,
                Err(over) => end = Some(over),
            }
        }
        let Some(end) = end else { return };
        // The host may have gone first.
        let _ = connection.stream.shutdown(Shutdown::Write);
        self.connection = None;
        self.is_busy = true;
        if let End::Boot(boot) = end {
            self.board.reset(boot, now);
        }
    }
}

impl Connection {
    /// When something is due.
    fn deadlines(&self) -> impl Iterator<Item = Instant> {
        let phase = match self.phase {
            Phase::Talking => None,
            Phase::Leaving { from, .. } if self.is_silent() => Some(from),
            Phase::Leaving { until, .. } | Phase::Hanging { until } => Some(until),
        };
        let due = [phase, self.resume, Some(self.session.deadline())];
        due.into_iter().flatten()
    }

    /// Whether time has ended it.
    fn over(&self, now: Instant) -> Option<End> {
        let is_over = |until: Instant| until <= now;
        let silent = is_over(self.session.deadline());
        match self.phase {
            Phase::Leaving { until, boot, .. } if is_over(until) => Some(End::Boot(boot)),
            Phase::Leaving { from, boot, .. } if is_over(from) && self.is_silent() => {
                Some(End::Boot(boot))
            }
            Phase::Hanging { until } if is_over(until) => Some(End::Boot(Boot::Usual)),
            _ => silent.then(|| self.dropped()),
        }
    }

    /// Reads what has come, a few times, and writes once. Says whether anything moved.
    fn turn(&mut self, board: &mut Board, faults: &mut Faults, now: Instant) -> Result<bool, End> {
        let mut moved = false;
        for _ in 0..READS {
            if matches!(self.phase, Phase::Hanging { .. }) {
                return Ok(false);
            }
            if !self.read(board, faults, now)? {
                break;
            }
            moved = true;
        }
        Ok(self.write(board)? || moved)
    }

    /// Whether everything has gone out that was to go out.
    fn is_silent(&self) -> bool {
        self.outbox.is_empty() && self.session.is_idle()
    }

    fn read(&mut self, board: &mut Board, faults: &mut Faults, now: Instant) -> Result<bool, End> {
        match faults.at(self.received) {
            Some(LinkFault::Cut) => return Err(self.dropped()),
            Some(LinkFault::Restart) => return Err(End::Boot(Boot::Usual)),
            Some(LinkFault::Hang) => {
                let until = self.session.given_up_after(now);
                self.phase = Phase::Hanging { until };
                self.resume = None;
                return Ok(false);
            }
            None => {}
        }
        let allowed = self.allowed(faults, now);
        if allowed == 0 || self.session.backlog() > MAX_BACKLOG {
            return Ok(false);
        }
        let space = self.decoder.space();
        let size = space
            .len()
            .min(usize::try_from(allowed).unwrap_or(space.len()));
        let space = space.get_mut(..size).unwrap_or_default();
        let count = match self.stream.read(space) {
            Ok(0) => return Err(self.dropped()),
            Ok(count) => count,
            Err(error) if is_temporary(&error) => return Ok(false),
            Err(_) => return Err(self.dropped()),
        };
        self.received = self.received.saturating_add(count as u64);
        // Nobody is left to be told what was wrong with the bytes; a real camera resets too.
        let event = self.decoder.advance(count).map_err(|_| self.dropped())?;
        if let Some(event) = event {
            self.resume = faults.delay().map(|delay| after(now, delay));
            let boot = self.session.event(event, &mut board.memories, faults, now);
            if let Some(boot) = boot.map_err(|_| self.dropped())? {
                self.phase = self.leaving(boot, now);
            }
        }
        Ok(true)
    }

    /// What is decided first counts, but a host that says good-bye is not kept.
    fn leaving(&self, boot: Boot, now: Instant) -> Phase {
        match self.phase {
            Phase::Leaving { until, boot, .. } => Phase::Leaving {
                from: now,
                until,
                boot,
            },
            _ => Phase::Leaving {
                from: match boot {
                    Boot::Usual => now,
                    _ => now + BOOT_DELAY,
                },
                until: now + FAREWELL,
                boot,
            },
        }
    }

    /// How many bytes may be read now.
    fn allowed(&mut self, faults: &Faults, now: Instant) -> u64 {
        if self.resume.is_some_and(|resume| resume > now) {
            return 0;
        }
        self.resume = None;
        let mut allowed = faults.bytes_until_next(self.received);
        if let Some(rate) = faults.rate() {
            let milliseconds = now.saturating_duration_since(self.since).as_millis();
            let milliseconds = u64::try_from(milliseconds).unwrap_or(u64::MAX);
            let in_time = rate.saturating_mul(milliseconds) / 1000;
            allowed = allowed.min(in_time.saturating_sub(self.received));
            if allowed == 0 {
                self.resume = Some(now + RETRY);
            }
        }
        allowed
    }

    fn write(&mut self, board: &mut Board) -> Result<bool, End> {
        self.gather(board).map_err(|_| End::Boot(Boot::Usual))?;
        if self.outbox.is_empty() {
            return Ok(false);
        }
        let first = self.outbox.iter().take(1);
        let first = first.map(|bytes| bytes.get(self.sent..).unwrap_or_default());
        let others = self.outbox.iter().skip(1).map(Vec::as_slice);
        let pieces = first.chain(others).take(PIECES).map(IoSlice::new);
        let pieces: Vec<_> = pieces.collect();
        match self.stream.write_vectored(&pieces) {
            Ok(count) => {
                self.written(count);
                Ok(true)
            }
            Err(error) if is_temporary(&error) => Ok(false),
            Err(_) => Err(self.dropped()),
        }
    }

    /// Takes from the session what may go out, as far as one write can hold it.
    fn gather(&mut self, board: &mut Board) -> io::Result<()> {
        let mut waiting: usize = self.outbox.iter().map(Vec::len).sum();
        while waiting < GATHERED {
            let Some(next) = self.session.next_bytes(&mut board.memories)? else {
                break;
            };
            for bytes in next.into_iter().filter(|bytes| !bytes.is_empty()) {
                waiting = waiting.saturating_add(bytes.len());
                self.outbox.push_back(bytes);
            }
        }
        Ok(())
    }

    /// Forgets bytes that are out.
    fn written(&mut self, count: usize) {
        self.sent = self.sent.saturating_add(count);
        while let Some(first) = self.outbox.front().map(Vec::len)
            && first <= self.sent
        {
            self.sent = self.sent.saturating_sub(first);
            self.outbox.pop_front();
        }
    }

    /// The host is gone: the camera resets itself, if there ever was one.
    fn dropped(&self) -> End {
        match self.phase {
            Phase::Leaving { boot, .. } => End::Boot(boot),
            _ if self.session.has_pinged() => End::Boot(Boot::Usual),
            _ => End::Unused,
        }
    }
}

fn is_temporary(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::WouldBlock | ErrorKind::Interrupted | ErrorKind::NotConnected
    )
}

/// The broadcast addresses at which hosts call a camera at `address`.
fn broadcasts(address: Ipv4Addr) -> Vec<Ipv4Addr> {
    let network = if address.is_loopback() {
        // The whole network is this machine, whatever the interface says.
        Some(Ipv4Addr::new(127, 255, 255, 255))
    } else {
        interface_broadcast(address)
    };
    network.into_iter().chain([Ipv4Addr::BROADCAST]).collect()
}

fn interface_broadcast(address: Ipv4Addr) -> Option<Ipv4Addr> {
    let interfaces = if_addrs::get_if_addrs().ok()?;
    interfaces
        .into_iter()
        .find_map(|interface| match interface.addr {
            if_addrs::IfAddr::V4(found) if found.ip == address => found.broadcast,
            _ => None,
        })
}

/// The socket at the camera's own address, and those at which hosts call all cameras.
fn discovery_sockets(address: Ipv4Addr) -> io::Result<Vec<UdpSocket>> {
    let own = datagram_socket(address, false)?;
    let shared = broadcasts(address).into_iter();
    // Without them the camera is found by its address only, which is all that some systems allow.
    let shared = shared.filter_map(|address| datagram_socket(address, true).ok());
    Ok([own].into_iter().chain(shared).collect())
}

fn datagram_socket(address: Ipv4Addr, is_shared: bool) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_reuse_address(is_shared)?;
    socket.set_nonblocking(true)?;
    socket.bind(&SocketAddr::from((address, DISCOVERY_PORT)).into())?;
    Ok(UdpSocket::from_std(socket.into()))
}
