//! Datagrams from the network: an address of this machine in, what arrives there out, with its sender and time.
//!
//! A thread does nothing but receive, so that a slow reader of the log loses nothing that a queue of
//! [`QUEUE`] datagrams can hold. What it cannot hold is counted.

use std::io::{
    self,
    ErrorKind::{Interrupted, TimedOut, WouldBlock},
};
use std::net::{IpAddr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{
    Receiver as Queue, RecvTimeoutError, SyncSender, TrySendError, sync_channel,
};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use socket2::{Domain, Protocol, Socket, Type};

use crate::log::Moment;

/// The most datagrams that wait to be read: about a second of a flood.
const QUEUE: usize = 16_384;
/// The largest datagram there is; more of it than is read shows that it is too long.
const LARGEST: usize = 65_536;
/// What is kept of a datagram, in bytes.
const KEPT: usize = 8192 + 1;
/// How much the system may hold for us, in bytes. It may grant less.
const BUFFER: usize = 4 << 20;
/// How long the thread takes to notice that nobody wants to hear any more.
const TURN: Duration = Duration::from_millis(100);

/// Why nothing can be received.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Another program has the port.
    #[error("UDP port {port} of {address} is in use", port = .0.port(), address = .0.ip())]
    InUse(SocketAddr),
    /// The address is none of this machine.
    #[error("{} is not an address of this machine", .0.ip())]
    NotHere(SocketAddr),
    /// The port is reserved for the administrator.
    #[error("only the administrator may listen on UDP port {}", .0.port())]
    Forbidden(SocketAddr),
    /// The system refuses.
    #[error("cannot listen on {address}: {error}")]
    Refused {
        /// Where.
        address: SocketAddr,
        /// What the system says.
        error: io::Error,
    },
}

/// A datagram.
#[derive(Clone, Debug)]
pub struct Received {
    /// What is in it.
    pub bytes: Box<[u8]>,
    /// Who sent it.
    pub from: IpAddr,
    /// When it came.
    pub at: Moment,
}

/// Receives datagrams until it is dropped.
#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    queue: Queue<Received>,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    start: Instant,
}

#[derive(Debug, Default)]
struct Shared {
    is_over: AtomicBool,
    dropped: AtomicU64,
}

impl Receiver {
    /// Listens on a UDP port. `[::]` is the address of everything, also of IPv4.
    ///
    /// # Errors
    /// Where the system does not allow it.
    pub fn listen(address: SocketAddr) -> Result<Self, ListenError> {
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::AddrInUse => ListenError::InUse(address),
            io::ErrorKind::AddrNotAvailable => ListenError::NotHere(address),
            io::ErrorKind::PermissionDenied => ListenError::Forbidden(address),
            _ => ListenError::Refused { address, error },
        };
        let socket = socket(address).map_err(failed)?;
        let bound = socket.local_addr().map_err(failed)?;
        let (sender, queue) = sync_channel(QUEUE);
        let shared = Arc::new(Shared::default());
        let start = Instant::now();
        let thread = {
            let shared = Arc::clone(&shared);
            let builder = thread::Builder::new().name("logs".to_owned());
            builder.spawn(move || receive(&socket, &sender, &shared, start))
        };
        Ok(Self {
            address: bound,
            queue,
            shared,
            thread: Some(thread.map_err(failed)?),
            start,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The next datagram, waited for at most so long.
    pub fn next(&self, patience: Duration) -> Option<Received> {
        match self.queue.recv_timeout(patience) {
            Ok(received) => Some(received),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => {
                thread::sleep(patience);
                None
            }
        }
    }

    /// How many datagrams there was no room for since this was asked the last time.
    pub fn dropped(&self) -> u64 {
        self.shared.dropped.swap(0, Ordering::Relaxed)
    }

    /// Now, as datagrams have it.
    pub fn now(&self) -> Moment {
        now(self.start)
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // It does not panic; if it did, nobody would miss it here.
            let _ = thread.join();
        }
    }
}

fn socket(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::DGRAM,
        Some(Protocol::UDP),
    )?;
    if address.ip() == IpAddr::V6(Ipv6Addr::UNSPECIFIED) {
        socket.set_only_v6(false)?;
    }
    // More room is better, but not needed.
    let _ = socket.set_recv_buffer_size(BUFFER);
    socket.bind(&address.into())?;
    socket.set_read_timeout(Some(TURN))?;
    Ok(socket.into())
}

fn now(start: Instant) -> Moment {
    Moment {
        time: Timestamp::now(),
        since: start.elapsed(),
    }
}

fn receive(socket: &UdpSocket, sender: &SyncSender<Received>, shared: &Shared, start: Instant) {
    let mut buffer = vec![0; LARGEST];
    while !shared.is_over.load(Ordering::Relaxed) {
        let (size, from) = match socket.recv_from(&mut buffer) {
            Ok(received) => received,
            Err(error) if matches!(error.kind(), WouldBlock | TimedOut | Interrupted) => continue,
            Err(_) => {
                // The network is down, say. It may come back.
                thread::sleep(TURN);
                continue;
            }
        };
        let bytes = buffer.get(..size.min(KEPT)).unwrap_or_default();
        let received = Received {
            bytes: bytes.into(),
            from: from.ip().to_canonical(),
            at: now(start),
        };
        match sender.try_send(received) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => {
                shared.dropped.fetch_add(1, Ordering::Relaxed);
            }
            Err(TrySendError::Disconnected(_)) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_arrives_is_received_with_its_sender() {
        let receiver = Receiver::listen("127.0.0.1:0".parse().unwrap()).unwrap();
        let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
        sender
            .send_to(b"<14>1 - - - - - -", receiver.address())
            .unwrap();
        let datagram = receiver.next(Duration::from_secs(10)).unwrap();
        assert_eq!(&*datagram.bytes, b"<14>1 - - - - - -");
        assert_eq!(datagram.from, IpAddr::from([127, 0, 0, 1]));
    }

    #[test]
    fn a_port_in_use_and_an_address_elsewhere_are_told_apart() {
        let first = Receiver::listen("127.0.0.1:0".parse().unwrap()).unwrap();
        let second = Receiver::listen(first.address());
        assert!(matches!(second, Err(ListenError::InUse(_))));
        // An address reserved for documentation.
        let elsewhere = Receiver::listen("192.0.2.1:0".parse().unwrap());
        assert!(matches!(elsewhere, Err(ListenError::NotHere(_))));
    }

    #[test]
    fn a_queue_that_nobody_reads_is_full_at_some_point_and_the_rest_is_counted() {
        let receiver = Receiver::listen("127.0.0.1:0".parse().unwrap()).unwrap();
        let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
        let start = Instant::now();
        let mut dropped = 0;
        while dropped == 0 && start.elapsed() < Duration::from_mins(1) {
            for _ in 0..1000 {
                sender
                    .send_to(b"<14>1 - - - - - -", receiver.address())
                    .unwrap();
            }
            dropped = receiver.dropped();
        }
        assert!(dropped > 0);
        let waiting = std::iter::from_fn(|| receiver.next(Duration::ZERO)).count();
        assert!(waiting >= QUEUE, "{waiting}");
    }
}
