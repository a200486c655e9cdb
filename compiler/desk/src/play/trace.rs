//! A number for all that was seen (FNV-1a): equal runs have equal numbers.

use std::fmt::Write as _;
use std::{fmt, io};

use crate::observation::Event;
use crate::sighting::Sighting;
use crate::time::Time;

use super::failure::ending;

/// The number of what was seen so far.
#[derive(Debug)]
pub(super) struct Trace(u64);

impl Default for Trace {
    fn default() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }
}

impl Trace {
    pub(super) fn number(&self) -> u64 {
        self.0
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3);
        }
    }

    fn text(&mut self, text: impl fmt::Display) {
        // It takes whatever is written.
        _ = write!(self, "{text}");
    }

    fn json(&mut self, json: &serde_json::Value) {
        _ = serde_json::to_writer(self, json);
    }

    /// Adds what the camera did.
    pub(super) fn event(&mut self, at: Time, event: &Event) {
        self.bytes(&at.as_nanos().to_le_bytes());
        match event {
            Event::Sent(port, message) | Event::Arrived(port, message) => {
                self.text(port);
                self.bytes(&message.sequence.to_le_bytes());
                self.bytes(&message.timestamp.as_nanos().to_le_bytes());
                self.json(&message.content.to_json());
            }
            Event::Logged(line) => self.text(line),
            Event::Ended(end) => {
                self.text(&end.node);
                self.text(ending(&end.how));
            }
            Event::Dropped(port) | Event::Starved(port) => self.text(port),
            Event::Pin(_, what) => self.text(what),
            Event::Serves(node, _) => self.text(node),
        }
    }

    /// Adds what a peer saw.
    pub(super) fn sighting(&mut self, peer: &str, seen: &Sighting) {
        self.bytes(&seen.at.as_nanos().to_le_bytes());
        self.text(peer);
        for (name, value) in &seen.facts {
            self.text(name);
            self.json(value);
        }
        self.bytes(&seen.body);
    }
}

impl fmt::Write for Trace {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.bytes(text.as_bytes());
        Ok(())
    }
}

impl io::Write for Trace {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
