//! How much may be under way to the camera: what the receiver has room for, and how much the link
//! takes without making anything behind it wait.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Most packets that a stream of the receiver holds; its queue of events has 64 places, and drops
/// silently what comes beyond.
const MOST_PACKETS: u32 = 48;

/// What the receiver of one stream still has to take out.
#[derive(Debug)]
pub(super) struct Window {
    size: u32,
    fill: u32,
    packets: u32,
}

impl Window {
    pub(super) fn new(size: u32) -> Self {
        Self {
            size,
            fill: 0,
            packets: 0,
        }
    }

    pub(super) fn has_room(&self, size: u32) -> bool {
        self.packets < MOST_PACKETS && self.fill.saturating_add(size) <= self.size
    }

    pub(super) fn add(&mut self, size: u32) {
        self.fill = self.fill.saturating_add(size);
        self.packets = self.packets.saturating_add(1);
    }

    pub(super) fn release(&mut self, size: u32) {
        self.fill = self.fill.saturating_sub(size);
        self.packets = self.packets.saturating_sub(1);
    }
}

/// How much longer than on an idle link an acknowledgement may take: a ping waits about as long
/// behind the data, and the camera expects one every 1.5 s.
const TOLERATED_DELAY: Duration = Duration::from_millis(300);
/// Bytes that may always be under way.
const SMALLEST: u32 = 16 * 1024;
const LARGEST: u32 = 8 * 1024 * 1024;

/// Bytes sent and not yet acknowledged, and how many of them the link takes.
///
/// The limit grows as long as acknowledgements come about as fast as on an idle link, and is
/// halved when they come later: a slow link shows itself by a queue, and pings would stand in it.
#[derive(Debug)]
pub(super) struct InFlight {
    limit: u32,
    bytes: u32,
    packets: VecDeque<(i32, u32, Instant)>,
    fastest: Duration,
}

impl InFlight {
    pub(super) fn new() -> Self {
        Self {
            limit: SMALLEST,
            bytes: 0,
            packets: VecDeque::new(),
            fastest: Duration::MAX,
        }
    }

    pub(super) fn fastest(&self) -> Duration {
        self.fastest
    }

    pub(super) fn has_room(&self, size: u32) -> bool {
        self.bytes == 0 || self.bytes.saturating_add(size) <= self.limit
    }

    pub(super) fn add(&mut self, id: i32, size: u32, now: Instant) {
        self.bytes = self.bytes.saturating_add(size);
        self.packets.push_back((id, size, now));
    }

    /// A packet was acknowledged. Returns whether there is such a packet.
    pub(super) fn acknowledge(&mut self, id: i32, now: Instant) -> bool {
        let Some(index) = self.packets.iter().position(|(sent, ..)| *sent == id) else {
            return false;
        };
        if let Some((_, size, sent)) = self.packets.remove(index) {
            self.bytes = self.bytes.saturating_sub(size);
            self.adapt(size, now.saturating_duration_since(sent));
        }
        true
    }

    fn adapt(&mut self, size: u32, took: Duration) {
        self.fastest = self.fastest.min(took);
        let delay = took.saturating_sub(self.fastest);
        self.limit = if delay > TOLERATED_DELAY {
            self.limit / 2
        } else {
            self.limit.saturating_add(size)
        };
        self.limit = self.limit.clamp(SMALLEST, LARGEST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_takes_what_fits_and_not_more_than_the_queue_of_the_library_holds() {
        let mut window = Window::new(100);
        assert!(window.has_room(100) && !window.has_room(101));
        window.add(60);
        assert!(window.has_room(40) && !window.has_room(41));
        window.release(60);
        for _ in 0..MOST_PACKETS {
            assert!(window.has_room(0));
            window.add(0);
        }
        assert!(!window.has_room(0));
    }

    #[test]
    fn a_queue_on_the_link_shrinks_what_is_under_way_and_a_fast_link_lets_it_grow() {
        let start = Instant::now();
        let mut flight = InFlight::new();
        let mut send = |id: i32, milliseconds: u64| {
            flight.add(id, SMALLEST, start);
            assert!(flight.acknowledge(id, start + Duration::from_millis(milliseconds)));
            flight.limit
        };
        let first = send(1, 200);
        assert!(send(2, 450) > first);
        let slow = (3..20).map(|id| send(id, 900)).last().unwrap();
        assert_eq!(slow, SMALLEST);
        assert!(send(20, 210) > slow);
        assert!(!flight.acknowledge(99, start));
    }
}
