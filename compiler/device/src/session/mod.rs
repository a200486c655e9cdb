//! An XLink session from the host's side: packets in and out of streams over a [`Transport`].
//!
//! All work is done inside the calls; no thread is ever left behind. While it waits, the caller calls
//! [`Session::pump`], which reads and answers events and sends the pings that keep the camera from
//! resetting itself. They come as often as the host library's. Where the caller chooses small packets,
//! pings are not starved by data: they come more often, a ping that is due goes before the next packet,
//! and only as much is under way as the link takes without a queue in which pings would wait.
//!
//! What the camera sends is checked against the protocol: unknown streams, packets larger than
//! the window, more packets than fit, and negative answers end the session.

mod window;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use oakc_runtime_schema::bootloader::{
    MAX_PACKET_SIZE, WATCHDOG_ALIVE, WATCHDOG_STREAM, WATCHDOG_WINDOW,
};

use crate::cancel::{Cancel, REACTION};
use crate::error::{Error, Result};
use crate::pace::Pace;
use crate::timeouts::Timeouts;
use crate::transport::Transport;
use crate::xlink::{Decoder, Event, Flags, Header, Kind, StreamName};
use window::{InFlight, Window};

/// Time between two pings, as in the host library; the camera's timeout is said to be twice that.
const PING_INTERVAL: Duration = Duration::from_millis(750);
/// The same on a slow link: where packets get lost, the next ones make TCP send them again.
const BRISK_PING_INTERVAL: Duration = Duration::from_millis(250);
/// The number before that of the first request, as in the host library.
const LAST_UNUSED_ID: i32 = 10;
/// How long the camera may take to end a session; it reboots anyway.
const GOODBYE: Duration = Duration::from_secs(1);
/// Streams that a camera may open; a bootloader has two.
const MOST_STREAMS: usize = 8;
/// Packets that a camera may have written before any is taken out.
const MOST_UNREAD: usize = 256;

/// What a camera is waited for that does not answer the first ping.
pub const GREETING: &str = "the first answer on XLink";

/// Names a stream of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamId(u32);

/// A session with a camera.
///
/// Dropping it closes the connection. [`Session::close`] says goodbye first.
pub struct Session {
    transport: Box<dyn Transport>,
    decoder: Decoder,
    streams: Vec<Stream>,
    in_flight: InFlight,
    last_id: i32,
    started: Instant,
    next_ping: Instant,
    ping_interval: Duration,
    /// Since when the camera has taken out no ping although there is no room for another.
    pings_unread_since: Option<Instant>,
    /// Since when an answer is due and no byte has come.
    waiting_since: Option<Instant>,
    /// Bytes that have come, of whatever kind.
    received: u64,
    /// Requests, other than packets, that were answered.
    answered: Option<i32>,
    ended: bool,
    timeouts: Timeouts,
    cancel: Cancel,
}

struct Stream {
    name: StreamName,
    window: Window,
    unread: VecDeque<Vec<u8>>,
}

impl Session {
    /// Begins a session: waits until the camera answers, and starts the pings.
    ///
    /// # Errors
    /// Where the camera is silent, or speaks something else: [`Error::Frame`], and
    /// [`Error::Silent`] for [`GREETING`].
    pub fn begin(
        transport: Box<dyn Transport>,
        timeouts: &Timeouts,
        cancel: &Cancel,
    ) -> Result<Self> {
        let now = Instant::now();
        let mut session = Self {
            transport,
            decoder: Decoder::new(MAX_PACKET_SIZE),
            streams: Vec::new(),
            in_flight: InFlight::new(),
            last_id: LAST_UNUSED_ID,
            started: now,
            next_ping: now + timeouts.silence,
            ping_interval: PING_INTERVAL,
            pings_unread_since: None,
            waiting_since: None,
            received: 0,
            answered: None,
            ended: false,
            timeouts: *timeouts,
            cancel: cancel.clone(),
        };
        session.greet()?;
        session.open(WATCHDOG_STREAM, WATCHDOG_WINDOW)?;
        session.next_ping = Instant::now();
        Ok(session)
    }

    /// The first ping, which only a camera answers.
    fn greet(&mut self) -> Result<()> {
        let header = self.request(Kind::PingRequest);
        self.put(&header, &[])?;
        let asked = Instant::now();
        while self.answered != Some(header.id) {
            match self.pump() {
                Err(Error::Cut(_)) if self.decoder.is_inside_event() => {
                    let reason = "it closes the connection within its first event";
                    return Err(Error::Protocol(reason.to_owned()));
                }
                Err(Error::Silent { after, .. }) => {
                    return Err(Error::Silent {
                        after,
                        waiting_for: GREETING,
                    });
                }
                pumped => pumped?,
            }
            if asked.elapsed() > self.timeouts.greeting {
                return Err(Error::Silent {
                    after: self.timeouts.greeting,
                    waiting_for: GREETING,
                });
            }
        }
        Ok(())
    }

    /// Opens a stream for writing `window` bytes ahead; the camera may write to it as well.
    ///
    /// # Errors
    /// Where the camera has no room for it.
    pub fn open(&mut self, name: &str, window: u32) -> Result<StreamId> {
        let name = StreamName::new(name)?;
        let stream = self.stream_named(name)?;
        if let Some(found) = self.stream_mut(stream) {
            found.window = Window::new(window);
        }
        self.ask_about(Kind::CreateStreamRequest, name, stream, window)?;
        Ok(StreamId(stream))
    }

    /// How soon a packet was acknowledged at best: about the way there and back.
    pub fn fastest_acknowledgement(&self) -> Duration {
        self.in_flight.fastest()
    }

    /// Bytes that have come so far, of whatever kind.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// Pings more often from now on, as a slow link needs it.
    pub fn ping_briskly(&mut self) {
        self.ping_interval = BRISK_PING_INTERVAL;
        self.next_ping = self.next_ping.min(Instant::now() + BRISK_PING_INTERVAL);
    }

    /// Says that a stream is not needed any more. Nobody waits for the answer.
    ///
    /// # Errors
    /// Where the connection ends.
    pub fn close_stream(&mut self, stream: StreamId) -> Result<()> {
        let header = Header {
            stream: stream.0,
            ..self.request(Kind::CloseStreamRequest)
        };
        self.put(&header, &[])
    }

    /// Sends a packet if there is room for it now. Where there is not, [`Session::pump`] makes
    /// some, sooner or later.
    ///
    /// # Errors
    /// Where the connection ends.
    pub fn try_send(&mut self, stream: StreamId, packet: &[u8]) -> Result<bool> {
        let size = length(packet)?;
        let room = |stream: &Stream| stream.window.has_room(size);
        let found = self.streams.get(index(stream.0));
        if !found.is_some_and(room) || !self.in_flight.has_room(size) {
            return Ok(false);
        }
        self.ping_if_due()?;
        let id = self.write(stream.0, packet)?;
        self.in_flight.add(id, size, Instant::now());
        Ok(true)
    }

    /// Takes the next packet that has come, if any.
    ///
    /// # Errors
    /// Where the connection ends.
    pub fn try_receive(&mut self, stream: StreamId) -> Result<Option<Vec<u8>>> {
        let found = self.stream_mut(stream.0);
        let Some(packet) = found.and_then(|found| found.unread.pop_front()) else {
            return Ok(None);
        };
        let header = Header {
            stream: stream.0,
            size: length(&packet)?,
            ..self.request(Kind::ReadReleaseRequest)
        };
        self.put(&header, &[])?;
        Ok(Some(packet))
    }

    /// Goes on to the end, even if the user wants to stop.
    pub fn disregard_cancel(&mut self) {
        self.cancel = Cancel::default();
    }

    /// Lets the session live: pings where one is due, waits a moment for what comes, and answers.
    ///
    /// # Errors
    /// Where the connection ends, the camera is silent or breaks the protocol, or the user wants
    /// to stop.
    pub fn pump(&mut self) -> Result<()> {
        self.cancel.check()?;
        self.ping_if_due()?;
        let until_ping = self.next_ping.saturating_duration_since(Instant::now());
        self.read(until_ping.min(REACTION))?;
        self.check_silence()
    }

    /// Ends the session; the camera reboots.
    pub fn close(mut self) {
        // Whatever happens now, the session is over.
        let _ = self.say_goodbye();
    }

    fn say_goodbye(&mut self) -> Result<()> {
        let header = self.request(Kind::ResetRequest);
        self.put(&header, &[])?;
        let until = Instant::now() + GOODBYE;
        while !self.ended && self.answered != Some(header.id) && Instant::now() < until {
            self.read(REACTION)?;
        }
        Ok(())
    }

    /// Sends a request other than a packet, and waits until it is answered.
    fn ask_about(&mut self, kind: Kind, name: StreamName, stream: u32, size: u32) -> Result<()> {
        let header = Header {
            stream_name: name,
            stream,
            size,
            ..self.request(kind)
        };
        self.put(&header, &[])?;
        let asked = Instant::now();
        while self.answered != Some(header.id) {
            self.pump()?;
            if asked.elapsed() > self.timeouts.silence {
                return Err(self.silent("an answer on XLink"));
            }
        }
        Ok(())
    }

    fn ping_if_due(&mut self) -> Result<()> {
        let now = Instant::now();
        if now < self.next_ping {
            return Ok(());
        }
        self.next_ping = now + self.ping_interval;
        let size = length(&WATCHDOG_ALIVE)?;
        let name = StreamName::new(WATCHDOG_STREAM)?;
        let watchdog = self.streams.iter().position(|found| found.name == name);
        let Some(watchdog) = watchdog.and_then(|found| u32::try_from(found).ok()) else {
            return Ok(());
        };
        let found = self.streams.get(index(watchdog));
        if found.is_some_and(|found| found.window.has_room(size)) {
            self.pings_unread_since = None;
            self.write(watchdog, &WATCHDOG_ALIVE)?;
        } else {
            // Whatever else it sends, a camera that leaves all pings unread is going to reset itself.
            self.pings_unread_since.get_or_insert(now);
        }
        Ok(())
    }

    /// Sends a packet, room or not; its number.
    fn write(&mut self, stream: u32, packet: &[u8]) -> Result<i32> {
        let size = length(packet)?;
        if let Some(found) = self.stream_mut(stream) {
            found.window.add(size);
        }
        let header = Header {
            stream,
            size,
            ..self.request(Kind::WriteRequest)
        };
        self.put(&header, packet)?;
        Ok(header.id)
    }

    fn request(&mut self, kind: Kind) -> Header {
        self.last_id = self.last_id.checked_add(1).unwrap_or(1);
        Header::new(self.last_id, kind)
    }

    /// Sends an event whole, or fails.
    fn put(&mut self, header: &Header, payload: &[u8]) -> Result<()> {
        let now = Instant::now();
        let timestamp = now.saturating_duration_since(self.started);
        let head = Header {
            timestamp,
            ..*header
        }
        .encode();
        let mut rest = (head.as_slice(), payload);
        let mut moved = now;
        let mut pace = Pace::new(
            "sending a packet",
            payload.len() as u64,
            &self.timeouts,
            now,
        );
        let mut sent = 0_u64;
        loop {
            let written = self
                .transport
                .write(rest.0, rest.1, REACTION)
                .map_err(|error| cut(&error))?;
            rest = behind(rest, written);
            if rest.0.is_empty() && rest.1.is_empty() {
                break;
            }
            // A slow link makes progress for minutes on one packet.
            self.cancel.check()?;
            sent = sent.saturating_add(written as u64);
            pace.check(sent, Instant::now())?;
            if written > 0 {
                moved = Instant::now();
            } else if moved.elapsed() > self.timeouts.silence {
                return Err(self.silent("room for data on the link"));
            }
        }
        if header.kind.response().is_some() {
            self.waiting_since.get_or_insert(now);
        }
        Ok(())
    }

    /// Reads once, and answers what is complete.
    fn read(&mut self, timeout: Duration) -> Result<()> {
        let Some(count) = self
            .transport
            .read(self.decoder.space(), timeout)
            .map_err(|error| cut(&error))?
        else {
            return Ok(());
        };
        if count == 0 {
            self.ended = true;
            return Err(Error::Cut("the camera closed it".to_owned()));
        }
        self.received = self.received.saturating_add(count as u64);
        self.waiting_since = self.waiting_since.map(|_| Instant::now());
        match self.decoder.advance(count)? {
            Some(event) => self.handle(event),
            None => Ok(()),
        }
    }

    fn check_silence(&self) -> Result<()> {
        let is_over = |since: Instant| since.elapsed() > self.timeouts.silence;
        if self.waiting_since.is_some_and(is_over) {
            return Err(self.silent("acknowledgements on XLink"));
        }
        if self.pings_unread_since.is_some_and(is_over) {
            return Err(self.silent("the camera to take out the signs of life"));
        }
        Ok(())
    }

    fn silent(&self, waiting_for: &'static str) -> Error {
        Error::Silent {
            after: self.timeouts.silence,
            waiting_for,
        }
    }

    fn handle(&mut self, event: Event) -> Result<()> {
        let header = event.header;
        match header.kind {
            Kind::WriteRequest => self.take_in(header, event.payload),
            Kind::ReadReleaseRequest => {
                self.known(header.stream)?.window.release(header.size);
                self.answer(&header, header.stream)
            }
            Kind::CreateStreamRequest => {
                let stream = self.stream_named(header.stream_name)?;
                self.answer(&header, stream)
            }
            Kind::CloseStreamRequest | Kind::PingRequest => self.answer(&header, header.stream),
            Kind::ResetRequest => {
                self.ended = true;
                Err(Error::Cut("the camera ended the session".to_owned()))
            }
            _ => self.note_answer(&header),
        }
    }

    /// Keeps a packet until the stream is read. All streams share the room, as each that a camera
    /// opens would have as much otherwise.
    fn take_in(&mut self, header: Header, packet: Vec<u8>) -> Result<()> {
        let unread = self.streams.iter().flat_map(|stream| &stream.unread);
        let unread: usize = unread.map(Vec::len).sum();
        let room = index(MAX_PACKET_SIZE).saturating_mul(2);
        let stream = self.known(header.stream)?;
        if stream.unread.len() >= MOST_UNREAD || unread.saturating_add(packet.len()) > room {
            return Err(Error::Protocol(
                "it sends more than its window allows".to_owned(),
            ));
        }
        stream.unread.push_back(packet);
        self.answer(&header, header.stream)
    }

    fn answer(&mut self, request: &Header, stream: u32) -> Result<()> {
        let Some(kind) = request.kind.response() else {
            return Ok(());
        };
        let answer = Header {
            stream_name: request.stream_name,
            stream,
            size: request.size,
            flags: Flags::ACK,
            ..Header::new(request.id, kind)
        };
        self.put(&answer, &[])
    }

    fn note_answer(&mut self, header: &Header) -> Result<()> {
        if !header.flags.contains(Flags::ACK) {
            let kind = header.kind;
            return Err(Error::Protocol(format!("it refuses with a {kind:?}")));
        }
        if header.kind == Kind::CreateStreamResponse {
            self.check_number(header)?;
        }
        if header.kind == Kind::WriteResponse {
            self.in_flight.acknowledge(header.id, Instant::now());
        } else {
            self.answered = Some(header.id);
        }
        // An answer is due to whatever else is under way; the next ping asks anyway.
        self.waiting_since = None;
        Ok(())
    }

    /// The host numbers the streams: the camera has to take the number it was given.
    fn check_number(&self, header: &Header) -> Result<()> {
        let named = |found: &Stream| found.name == header.stream_name;
        match self.streams.get(index(header.stream)) {
            Some(found) if named(found) => Ok(()),
            _ => Err(Error::Protocol(format!(
                "it numbers stream `{}` by itself",
                header.stream_name
            ))),
        }
    }

    /// The number of the stream of that name, which it now has.
    fn stream_named(&mut self, name: StreamName) -> Result<u32> {
        let known = self.streams.iter().position(|found| found.name == name);
        if known.is_none() {
            if self.streams.len() >= MOST_STREAMS {
                return Err(Error::Protocol("it opens too many streams".to_owned()));
            }
            self.streams.push(Stream {
                name,
                window: Window::new(0),
                unread: VecDeque::new(),
            });
        }
        let position = known.unwrap_or(self.streams.len().saturating_sub(1));
        u32::try_from(position).map_err(|_| Error::Protocol("too many streams".to_owned()))
    }

    fn stream_mut(&mut self, stream: u32) -> Option<&mut Stream> {
        self.streams.get_mut(index(stream))
    }

    fn known(&mut self, stream: u32) -> Result<&mut Stream> {
        self.stream_mut(stream)
            .ok_or_else(|| Error::Protocol(format!("it names stream {stream}, which is not open")))
    }
}

/// What is left of a header and a payload after `written` bytes of both.
fn behind<'a>(rest: (&'a [u8], &'a [u8]), written: usize) -> (&'a [u8], &'a [u8]) {
    let of_head = written.min(rest.0.len());
    let of_body = written.saturating_sub(of_head);
    (
        rest.0.get(of_head..).unwrap_or_default(),
        rest.1.get(of_body..).unwrap_or_default(),
    )
}

fn cut(error: &std::io::Error) -> Error {
    Error::Cut(error.to_string())
}

fn length(packet: &[u8]) -> Result<u32> {
    u32::try_from(packet.len()).map_err(|_| Error::Protocol("a packet above 4 GiB".to_owned()))
}

/// A number of the wire as an index; streams and windows are far below what `usize` holds.
fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
