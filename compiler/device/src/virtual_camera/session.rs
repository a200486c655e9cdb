//! A host in conversation with the camera: events in, frames out, and in the end a reset.

use std::io;
use std::time::{Duration, Instant};

use oakc_runtime_schema::bootloader::WATCHDOG_ALIVE;

use super::board::{Boot, Memories, Running, after};
use super::bootloader::Bootloader;
use super::fault::Faults;
use super::link::{Body, Channel, Input, Link, LinkError};
use crate::xlink::Event;

/// The conversation of one connection.
#[derive(Debug)]
pub(super) struct Session {
    link: Link,
    bootloader: Bootloader,
    watchdog: Duration,
    /// The host's last sign of life: at first the connection, then any event, and as soon as it uses
    /// the watchdog's stream only what comes there.
    alive: Instant,
    uses_watchdog: bool,
}

impl Session {
    /// Begins with a connection, made `now`, to the bootloader that runs.
    pub(super) fn new(running: Running, watchdog: Duration, now: Instant) -> Self {
        Self {
            link: Link::new(),
            bootloader: Bootloader::new(running),
            watchdog,
            alive: now,
            uses_watchdog: false,
        }
    }

    /// Takes an event. Returns what the camera starts next, where the conversation is over.
    pub(super) fn event(
        &mut self,
        event: Event,
        memories: &mut Memories,
        faults: &mut Faults,
        now: Instant,
    ) -> Result<Option<Boot>, LinkError> {
        if !self.uses_watchdog {
            self.alive = now;
        }
        Ok(match self.link.receive(event)? {
            None => None,
            Some(Input::Reset) => Some(Boot::Usual),
            Some(Input::Packet(Channel::Watchdog, packet)) => {
                self.uses_watchdog = true;
                self.alive = now;
                (packet != WATCHDOG_ALIVE).then_some(Boot::Usual)
            }
            Some(Input::Packet(Channel::Bootloader, packet)) => {
                let answer = self.bootloader.packet(packet, memories, faults);
                self.link.send(answer.bodies);
                answer.boot
            }
        })
    }

    /// The next bytes for the host, if it has room for any: a header, and a packet.
    pub(super) fn next_bytes(
        &mut self,
        memories: &mut Memories,
    ) -> io::Result<Option<[Vec<u8>; 2]>> {
        let Some(frame) = self.link.next_frame() else {
            return Ok(None);
        };
        let body = match frame.body {
            None => Vec::new(),
            Some(Body::Bytes(bytes)) => bytes,
            Some(Body::Memory {
                memory,
                offset,
                size,
            }) => {
                let none = || io::Error::from(io::ErrorKind::NotFound);
                let (_, image) = memories.get(memory).ok_or_else(none)?;
                image.read(offset, usize::try_from(size).map_err(|_| none())?)?
            }
        };
        Ok(Some([frame.header.into(), body]))
    }

    /// Whether a host speaks XLink here.
    pub(super) fn has_pinged(&self) -> bool {
        self.link.has_pinged()
    }

    /// Frames and packets that lie in RAM and wait for the host.
    pub(super) fn backlog(&self) -> usize {
        self.link.backlog()
    }

    /// Whether nothing waits for the host.
    pub(super) fn is_idle(&self) -> bool {
        self.link.is_idle()
    }

    /// When the host is given up, unless it shows a sign of life.
    pub(super) fn deadline(&self) -> Instant {
        self.given_up_after(self.alive)
    }

    /// When a host is given up whose last sign of life was at `alive`.
    pub(super) fn given_up_after(&self, alive: Instant) -> Instant {
        after(alive, self.watchdog)
    }
}
