//! The camera's side of an XLink connection: events in, packets out, and the other way round.
//!
//! A host pings first. Then both sides open the streams of the bootloader: the host numbers them,
//! the camera asks for a number. Each packet of the host is answered and released at once, since
//! the bootloader takes it at once; the camera's own packets wait for room in the host's window.
//!
//! Nothing here reads or writes a socket. Frames come out one at a time, so that large packets
//! need not exist before there is room for them.

use std::collections::VecDeque;

use oakc_runtime_schema::bootloader::{
    MAX_PACKET_SIZE, Memory, STREAM, WATCHDOG_STREAM, WATCHDOG_WINDOW,
};

use crate::xlink::{Event, Flags, FrameError, HEADER_SIZE, Header, Kind, StreamName};

/// Streams that a host may open.
const MAX_STREAMS: usize = 8;
/// Packets that may lie unread in a host.
const MAX_UNREAD: u32 = 64;
/// The number of the first request, as in the library.
const FIRST_ID: i32 = 11;

/// A stream that both sides know by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channel {
    Bootloader,
    Watchdog,
}

/// What a host has done, as far as it is more than housekeeping.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Input {
    Packet(Channel, Vec<u8>),
    /// It says good-bye.
    Reset,
}

/// Why a connection cannot go on.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum LinkError {
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error("something came before the ping")]
    NoPing,
    #[error("a packet came for a stream that was never opened")]
    NoStream,
}

/// What a packet to the host holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Body {
    Bytes(Vec<u8>),
    /// A stretch of a memory, which is read when there is room for it.
    Memory {
        memory: Memory,
        offset: u64,
        size: u32,
    },
}

impl Body {
    fn size(&self) -> u32 {
        match self {
            Self::Bytes(bytes) => u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            Self::Memory { size, .. } => *size,
        }
    }
}

/// Bytes for the wire.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) header: [u8; HEADER_SIZE],
    pub(super) body: Option<Body>,
}

/// A connection.
#[derive(Debug)]
pub(super) struct Link {
    has_pinged: bool,
    streams: Vec<Stream>,
    /// Headers that go before all packets.
    housekeeping: VecDeque<[u8; HEADER_SIZE]>,
    next_id: i32,
}

#[derive(Debug)]
struct Stream {
    name: StreamName,
    id: u32,
    /// The host knows that the camera writes here too.
    is_writable: bool,
    /// Bytes and packets that lie unread in the host.
    unread: (u32, u32),
    waiting: VecDeque<Body>,
}

impl Channel {
    fn of(name: StreamName) -> Option<Self> {
        match name.as_bytes() {
            name if name == STREAM.as_bytes() => Some(Self::Bootloader),
            name if name == WATCHDOG_STREAM.as_bytes() => Some(Self::Watchdog),
            _ => None,
        }
    }
}

impl Link {
    pub(super) fn new() -> Self {
        Self {
            has_pinged: false,
            streams: Vec::new(),
            housekeeping: VecDeque::new(),
            next_id: FIRST_ID,
        }
    }

    /// Whether a host speaks XLink here, and does not just look whether the port is open.
    pub(super) fn has_pinged(&self) -> bool {
        self.has_pinged
    }

    /// Frames and packets that lie in RAM and wait. A host that makes it grow without reading is not
    /// listened to any more.
    pub(super) fn backlog(&self) -> usize {
        let waiting = self.streams.iter().flat_map(|stream| &stream.waiting);
        let waiting = waiting.filter(|body| matches!(body, Body::Bytes(_)));
        self.housekeeping.len().saturating_add(waiting.count())
    }

    /// Whether nothing waits.
    pub(super) fn is_idle(&self) -> bool {
        let mut streams = self.streams.iter();
        self.housekeeping.is_empty() && streams.all(|stream| stream.waiting.is_empty())
    }

    /// Takes an event of the host.
    pub(super) fn receive(&mut self, event: Event) -> Result<Option<Input>, LinkError> {
        let header = event.header;
        if !self.has_pinged && header.kind != Kind::PingRequest {
            return Err(LinkError::NoPing);
        }
        match header.kind {
            Kind::PingRequest => self.ping(header),
            Kind::CreateStreamRequest => self.create(header),
            Kind::CreateStreamResponse => self.created(header),
            Kind::WriteRequest => return self.packet(event),
            Kind::ReadReleaseRequest => self.released(header),
            Kind::CloseStreamRequest => self.answer(header, Flags::ACK),
            Kind::ResetRequest => {
                self.answer(header, Flags::ACK);
                return Ok(Some(Input::Reset));
            }
            Kind::WriteResponse
            | Kind::ReadReleaseResponse
            | Kind::CloseStreamResponse
            | Kind::PingResponse
            | Kind::ResetResponse => {}
        }
        Ok(None)
    }

    /// Queues packets for the bootloader's stream. They are lost where the host has not opened it.
    pub(super) fn send(&mut self, bodies: impl IntoIterator<Item = Body>) {
        let channel = Some(Channel::Bootloader);
        let mut streams = self.streams.iter_mut();
        if let Some(stream) = streams.find(|stream| Channel::of(stream.name) == channel) {
            stream.waiting.extend(bodies);
        }
    }

    /// The next frame for the host, if there is one that it has room for.
    pub(super) fn next_frame(&mut self) -> Option<Frame> {
        if let Some(header) = self.housekeeping.pop_front() {
            return Some(Frame { header, body: None });
        }
        let stream = self.streams.iter_mut().find(|stream| stream.has_room())?;
        let body = stream.waiting.pop_front()?;
        let (bytes, packets) = stream.unread;
        stream.unread = (bytes.saturating_add(body.size()), packets.saturating_add(1));
        let (id, size) = (stream.id, body.size());
        let mut header = self.request(Kind::WriteRequest);
        header.stream = id;
        header.size = size;
        Some(Frame {
            header: header.encode(),
            body: Some(body),
        })
    }

    fn ping(&mut self, header: Header) {
        self.answer(header, Flags::ACK);
        if self.has_pinged {
            return;
        }
        self.has_pinged = true;
        for (name, window) in [
            (STREAM, MAX_PACKET_SIZE),
            (WATCHDOG_STREAM, WATCHDOG_WINDOW),
        ] {
            let mut header = self.request(Kind::CreateStreamRequest);
            header.stream_name = StreamName::new(name).unwrap_or(StreamName::EMPTY);
            header.stream = Header::NO_STREAM;
            header.size = window;
            self.housekeeping.push_back(header.encode());
        }
    }

    /// The host is going to write to a stream.
    fn create(&mut self, mut header: Header) {
        match self.stream(header.stream_name, header.stream) {
            Some(stream) => {
                header.stream = stream.id;
                self.answer(header, Flags::ACK);
            }
            None => self.answer(header, Flags::NACK | Flags::SIZE_TOO_BIG),
        }
    }

    /// The host has numbered a stream that the camera is going to write to.
    fn created(&mut self, header: Header) {
        if header.flags.contains(Flags::ACK)
            && let Some(stream) = self.stream(header.stream_name, header.stream)
        {
            stream.is_writable = true;
        }
    }

    /// The stream of this name, which is created with this number if it does not exist.
    fn stream(&mut self, name: StreamName, id: u32) -> Option<&mut Stream> {
        let known = self.streams.iter().position(|stream| stream.name == name);
        if known.is_none() {
            let taken = self.streams.iter().any(|stream| stream.id == id);
            if taken || self.streams.len() >= MAX_STREAMS {
                return None;
            }
            self.streams.push(Stream {
                name,
                id,
                is_writable: false,
                unread: (0, 0),
                waiting: VecDeque::new(),
            });
        }
        match known {
            Some(index) => self.streams.get_mut(index),
            None => self.streams.last_mut(),
        }
    }

    fn packet(&mut self, event: Event) -> Result<Option<Input>, LinkError> {
        let Header { stream, size, .. } = event.header;
        let known = self.streams.iter().find(|known| known.id == stream);
        let name = known.ok_or(LinkError::NoStream)?.name;
        self.answer(event.header, Flags::ACK);
        let mut release = self.request(Kind::ReadReleaseRequest);
        release.stream = stream;
        release.size = size;
        self.housekeeping.push_back(release.encode());
        Ok(Channel::of(name).map(|channel| Input::Packet(channel, event.payload)))
    }

    fn released(&mut self, header: Header) {
        let mut streams = self.streams.iter_mut();
        if let Some(stream) = streams.find(|stream| stream.id == header.stream) {
            let (bytes, packets) = stream.unread;
            stream.unread = (bytes.saturating_sub(header.size), packets.saturating_sub(1));
        }
        self.answer(header, Flags::ACK);
    }

    /// Answers a request with its own fields.
    fn answer(&mut self, mut header: Header, flags: Flags) {
        if let Some(kind) = header.kind.response() {
            header.kind = kind;
            header.flags = flags;
            header.timestamp = std::time::Duration::ZERO;
            self.housekeeping.push_back(header.encode());
        }
    }

    fn request(&mut self, kind: Kind) -> Header {
        let header = Header::new(self.next_id, kind);
        self.next_id = self.next_id.checked_add(1).unwrap_or(FIRST_ID);
        header
    }
}

impl Stream {
    /// Whether its next packet fits the host's window.
    fn has_room(&self) -> bool {
        let Some(next) = self.waiting.front() else {
            return false;
        };
        let (bytes, packets) = self.unread;
        let fits = bytes
            .checked_add(next.size())
            .is_some_and(|bytes| bytes <= MAX_PACKET_SIZE);
        self.is_writable && fits && packets < MAX_UNREAD
    }
}
