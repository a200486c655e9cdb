//! Bytes from and to the memories of a camera: a connected bootloader and bytes in, an outcome or bytes
//! out. A write that the camera reports as done is never taken for proven.

use std::time::{Duration, Instant};

use oakc_runtime_schema::bootloader::{
    MAX_PACKET_SIZE, Memory, Payload, Request, RequestKind, Response, Storage,
};

use super::{Bootloader, silent, unexpected};
use crate::error::{Error, Result};
use crate::pace::Pace;

/// Bytes of a packet while a memory is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PacketSize(u32);

/// What the host library uses: proven on every camera, but a ping waits behind 5 MiB.
pub const LARGE_PACKETS: PacketSize = PacketSize(MAX_PACKET_SIZE);
/// For slow links without a long way: a ping waits behind one of them for a second at 1 Mbit/s.
pub const MEDIUM_PACKETS: PacketSize = PacketSize(128 * 1024);
/// For long ways, which carry little as soon as some packets get lost: at 2 % and 400 ms for there
/// and back, 30 kB a second.
pub const SMALL_PACKETS: PacketSize = PacketSize(16 * 1024);
/// For how long a packet may hold a ping up: what the header that cameras and the host library share
/// says about the camera's watchdog.
pub(crate) const WATCHDOG_ALLOWS: Duration = Duration::from_millis(1500);
/// There and back, where small packets have to be very small.
const LONG_WAY: Duration = Duration::from_millis(100);
/// There and back in a local network at most. What is farther away is measured.
const LOCAL_WAY: Duration = Duration::from_millis(10);
/// Bytes that are read to measure a link.
const SAMPLE: u32 = 256 * 1024;

impl PacketSize {
    /// How many packets `data` become.
    fn payload(self, data: &[u8]) -> Result<Payload> {
        let total_size = length(data)?;
        let packets = total_size.div_ceil(self.0);
        Ok(Payload {
            total_size,
            packets,
        })
    }

    fn bytes(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl Bootloader {
    /// Packets of the host library's size, unless the link would hold one of them for longer than the
    /// camera's watchdog allows. A link that is not a local one is measured, by reading a part of the
    /// memory from `place` on.
    ///
    /// # Errors
    /// Where the connection ends.
    pub fn suitable_packets(&mut self, place: (Memory, u32)) -> Result<PacketSize> {
        let way = self.session.fastest_acknowledgement();
        if way < LOCAL_WAY || !self.knows(RequestKind::ReadFlash) {
            return Ok(LARGE_PACKETS);
        }
        let begun = Instant::now();
        match self.read(place, SAMPLE, &mut |_| Ok(())) {
            // There is less memory than that.
            Err(Error::Refused { .. }) => Ok(LARGE_PACKETS),
            read => read.map(|()| packets_for(way, begun.elapsed())),
        }
    }

    /// Writes an application to where the bootloader wants it. `progress` gets the bytes that were
    /// sent so far, which are up to a window ahead of those that the camera has taken.
    ///
    /// # Errors
    /// Where the connection ends, or the bootloader says why it cannot.
    pub fn write_application(
        &mut self,
        package: &[u8],
        packets: PacketSize,
        progress: &mut dyn FnMut(u64),
    ) -> Result<()> {
        let request = Request::UpdateFlash {
            storage: Storage::Application,
            data: packets.payload(package)?,
        };
        self.write(
            &request,
            package,
            packets,
            "write the application",
            progress,
        )
    }

    /// Writes to an offset of a memory, which should be the start of an erase block.
    ///
    /// # Errors
    /// As [`Bootloader::write_application`].
    pub fn write_at(
        &mut self,
        (memory, offset): (Memory, u32),
        bytes: &[u8],
        packets: PacketSize,
        progress: &mut dyn FnMut(u64),
    ) -> Result<()> {
        let request = Request::UpdateFlashAt {
            memory,
            offset,
            data: packets.payload(bytes)?,
        };
        self.write(&request, bytes, packets, "write its memory", progress)
    }

    /// Writes the factory bootloader, and what else `image` has behind it.
    ///
    /// # Errors
    /// As [`Bootloader::write_application`].
    pub fn write_bootloader(&mut self, image: &[u8], progress: &mut dyn FnMut(u64)) -> Result<()> {
        let request = Request::UpdateFlash {
            storage: Storage::Bootloader,
            data: LARGE_PACKETS.payload(image)?,
        };
        self.write(
            &request,
            image,
            LARGE_PACKETS,
            "write the bootloader",
            progress,
        )
    }

    /// Starts a bootloader or firmware from memory. The connection is over then.
    ///
    /// # Errors
    /// Where the connection ends before all is sent.
    pub fn boot_memory(mut self, image: &[u8]) -> Result<()> {
        let action = "start an image from memory";
        let request = Request::BootMemory {
            data: LARGE_PACKETS.payload(image)?,
        };
        self.send_request(&request, action)?;
        for packet in image.chunks(LARGE_PACKETS.bytes()) {
            self.send(packet)?;
        }
        // It may be gone already.
        let _ = self.session.close_stream(self.stream);
        // It starts without an answer; the connection drops.
        match self.receive(self.timeouts.answer) {
            Err(Error::Cancelled) => Err(Error::Cancelled),
            _ => Ok(()),
        }
    }

    /// Reads `size` bytes from an offset of a memory; `sink` gets them in order, in pieces.
    ///
    /// # Errors
    /// Where the connection ends, the bootloader says why it cannot, or sends more or fewer bytes
    /// than it should.
    pub fn read(
        &mut self,
        (memory, offset): (Memory, u32),
        size: u32,
        sink: &mut dyn FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        let action = "read its memory";
        let request = Request::ReadFlash {
            memory,
            offset,
            total_size: size,
        };
        let payload = match self.ask(&request, action)? {
            Response::ReadFlash(outcome) => {
                outcome.map_err(|reason| Error::Refused { action, reason })?
            }
            other => return Err(unexpected(&other)),
        };
        let wrong =
            || Error::Protocol("it sends more or fewer bytes than it was asked for".to_owned());
        if payload.total_size != size {
            return Err(wrong());
        }
        let mut left = u64::from(size);
        let mut pace = Pace::new("reading", size.into(), &self.timeouts, Instant::now());
        let before = self.session.received();
        for _ in 0..payload.packets {
            let packet = self.receive_data(&mut pace, before)?;
            // There could be four thousand million empty ones.
            if packet.is_empty() {
                return Err(wrong());
            }
            left = left.checked_sub(packet.len() as u64).ok_or_else(wrong)?;
            sink(&packet)?;
        }
        if left > 0 {
            return Err(wrong());
        }
        Ok(())
    }

    /// Reads back what should be `expected`. `progress` gets the bytes read so far.
    ///
    /// # Errors
    /// [`Error::Differs`] where it is not; and as [`Bootloader::read`].
    pub fn compare(
        &mut self,
        place: (Memory, u32),
        expected: &[u8],
        progress: &mut dyn FnMut(u64),
    ) -> Result<()> {
        let size = expected.len() as u64;
        let mut rest = expected;
        let mut differs = None;
        self.read(place, length(expected)?, &mut |bytes| {
            let (same, others) = rest.split_at_checked(bytes.len()).unwrap_or((rest, &[]));
            let done = size.saturating_sub(rest.len() as u64);
            if differs.is_none() && same != bytes {
                let equal = same.iter().zip(bytes).take_while(|(a, b)| a == b).count();
                differs = Some(done.saturating_add(equal as u64));
            }
            rest = others;
            progress(size.saturating_sub(rest.len() as u64));
            Ok(())
        })?;
        match differs {
            Some(at) => Err(Error::Differs { at, size }),
            None => Ok(()),
        }
    }

    /// Waits for a packet of data as long as something comes at a fair pace.
    fn receive_data(&mut self, pace: &mut Pace, before: u64) -> Result<Vec<u8>> {
        loop {
            if let Some(packet) = self.session.try_receive(self.stream)? {
                return Ok(packet);
            }
            self.session.pump()?;
            let moved = self.session.received().saturating_sub(before);
            pace.check(moved, Instant::now())?;
        }
    }

    /// Sends a request and its data, and waits for the end of the write.
    fn write(
        &mut self,
        request: &Request,
        data: &[u8],
        packets: PacketSize,
        action: &'static str,
        progress: &mut dyn FnMut(u64),
    ) -> Result<()> {
        if packets != LARGE_PACKETS {
            self.session.ping_briskly();
        }
        self.send_request(request, action)?;
        let size = data.len() as u64;
        let mut pace = Pace::new("writing", size, &self.timeouts, Instant::now());
        let mut sent = 0_u64;
        for packet in data.chunks(packets.bytes()) {
            if let Some(outcome) = self.send_data(packet)? {
                return ended_early(outcome, action);
            }
            sent = sent.saturating_add(packet.len() as u64);
            progress(sent);
            pace.check(sent, Instant::now())?;
        }
        let mut patience = Patience::new(self.timeouts.progress, Instant::now());
        while !patience.is_over(Instant::now()) {
            pace.check_end(Instant::now())?;
            match self.session.try_receive(self.stream)? {
                None => self.session.pump()?,
                Some(packet) => match news_of_write(&packet)? {
                    News::Progress(done) => patience.hear(done, Instant::now()),
                    News::Ended(outcome) => {
                        return outcome.map_err(|reason| Error::Refused { action, reason });
                    }
                },
            }
        }
        Err(silent(self.timeouts.progress, "the end of the write"))
    }

    /// Sends one packet of data, as soon as there is room. The bootloader may end the write before
    /// it has all data; then its outcome is returned.
    fn send_data(&mut self, packet: &[u8]) -> Result<Option<Result<(), String>>> {
        let begun = Instant::now();
        loop {
            while let Some(answer) = self.session.try_receive(self.stream)? {
                if let News::Ended(outcome) = news_of_write(&answer)? {
                    return Ok(Some(outcome));
                }
            }
            if self.session.try_send(self.stream, packet)? {
                return Ok(None);
            }
            if begun.elapsed() > self.timeouts.progress {
                return Err(silent(self.timeouts.progress, "room for data"));
            }
            self.session.pump()?;
        }
    }
}

/// Packets for a link with that way there and back, over which a sample has come in `sample`.
fn packets_for(way: Duration, sample: Duration) -> PacketSize {
    let times = LARGE_PACKETS.0.div_ceil(SAMPLE);
    if sample.saturating_mul(times) <= WATCHDOG_ALLOWS {
        LARGE_PACKETS
    } else if way < LONG_WAY {
        MEDIUM_PACKETS
    } else {
        SMALL_PACKETS
    }
}

/// What the bootloader says while it writes.
enum News {
    /// So much is done, of 1.
    Progress(f32),
    Ended(Result<(), String>),
}

fn news_of_write(packet: &[u8]) -> Result<News> {
    match Response::decode(packet)? {
        Response::FlashComplete(outcome) => Ok(News::Ended(outcome)),
        Response::FlashStatus(done) => Ok(News::Progress(done)),
        other => Err(unexpected(&other)),
    }
}

/// How long the end of a write is waited for: as long as it comes nearer.
struct Patience {
    limit: Duration,
    since: Instant,
    furthest: f32,
}

impl Patience {
    /// What counts as progress. There is a limit: a camera cannot make anybody wait forever.
    const LEAST: f32 = 0.001;

    fn new(limit: Duration, now: Instant) -> Self {
        Self {
            limit,
            since: now,
            furthest: 0.0,
        }
    }

    fn hear(&mut self, done: f32, now: Instant) {
        let done = done.clamp(0.0, 1.0);
        if done >= self.furthest + Self::LEAST {
            self.furthest = done;
            self.since = now;
        }
    }

    fn is_over(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.since) > self.limit
    }
}

fn ended_early(outcome: Result<(), String>, action: &'static str) -> Result<()> {
    let reason = match outcome {
        Err(reason) => reason,
        Ok(()) => "it claims to be done before it has all data".to_owned(),
    };
    Err(Error::Refused { action, reason })
}

fn length(bytes: &[u8]) -> Result<u32> {
    u32::try_from(bytes.len()).map_err(|_| Error::Protocol("more than 4 GiB at once".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_are_small_only_where_a_large_one_would_starve_the_watchdog() {
        let ms = Duration::from_millis;
        // 256 KiB in 75 ms is 5 MiB in 1.5 s.
        assert_eq!(packets_for(ms(20), ms(75)), LARGE_PACKETS);
        assert_eq!(packets_for(ms(300), ms(70)), LARGE_PACKETS);
        assert_eq!(packets_for(ms(20), ms(76)), MEDIUM_PACKETS);
        assert_eq!(packets_for(ms(200), ms(600)), SMALL_PACKETS);
    }

    #[test]
    fn the_end_of_a_write_is_waited_for_as_long_as_it_comes_nearer() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut patience = Patience::new(Duration::from_secs(10), start);
        assert!(!patience.is_over(at(10)) && patience.is_over(at(11)));
        patience.hear(0.5, at(9));
        assert!(!patience.is_over(at(19)));
        for stale in [0.5, 0.2, -1.0, 0.5001, f32::NAN, f32::NEG_INFINITY] {
            patience.hear(stale, at(18));
        }
        assert!(patience.is_over(at(20)));
        patience.hear(f32::INFINITY, at(20));
        patience.hear(f32::INFINITY, at(25));
        assert!(!patience.is_over(at(30)) && patience.is_over(at(31)));
    }
}
