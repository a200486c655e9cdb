//! A camera without sockets: bytes of a host in, what the camera answers out. Time never passes.

use std::time::{Duration, Instant};

use oakc_runtime_schema::bootloader::{BootloaderType, MAX_PACKET_SIZE};

use super::BOOTLOADER_VERSION;
use super::board::{Memories, Running};
use super::fault::Faults;
use super::image::{Image, SharedBlocks};
use super::session::Session;
use crate::xlink::Decoder;

/// A host's connection to the bootloader of a camera.
#[derive(Debug)]
pub struct Conversation {
    decoder: Decoder,
    session: Session,
    memories: Memories,
    faults: Faults,
    now: Instant,
    is_over: bool,
}

impl Conversation {
    /// Begins, with a camera that has an empty NOR flash of `flash` bytes.
    pub fn new(flash: u64) -> Self {
        let running = Running {
            version: BOOTLOADER_VERSION,
            is_user: false,
        };
        let now = Instant::now();
        Self {
            decoder: Decoder::new(MAX_PACKET_SIZE),
            session: Session::new(running, Duration::MAX, now),
            memories: Memories {
                kind: BootloaderType::Network,
                flash: Image::in_ram(flash, SharedBlocks::default()),
                emmc: None,
            },
            faults: Faults::new(&[]),
            now,
            is_over: false,
        }
    }

    /// What the camera says to these bytes, as far as the host has room for it.
    pub fn hear(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut answers = Vec::new();
        let mut rest = bytes;
        while !self.is_over && !rest.is_empty() {
            let heard = self.take_in(rest);
            rest = rest.get(heard..).unwrap_or_default();
            while let Ok(Some(next)) = self.session.next_bytes(&mut self.memories) {
                answers.extend(next.concat());
            }
        }
        answers
    }

    /// Whether the camera has hung up, and hears no more.
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// Takes in as much as there is room for now: at most one event.
    fn take_in(&mut self, bytes: &[u8]) -> usize {
        let mut space = self.decoder.space().iter_mut();
        let taken = space.by_ref().zip(bytes).map(|(to, from)| *to = *from);
        let count = taken.count();
        let (memories, faults) = (&mut self.memories, &mut self.faults);
        self.is_over = match self.decoder.advance(count) {
            Ok(None) => false,
            Ok(Some(event)) => {
                let boot = self.session.event(event, memories, faults, self.now);
                !matches!(boot, Ok(None))
            }
            Err(_) => true,
        };
        count
    }
}
