//! One direction of a TCP connection: bytes in as the window allows, the same bytes out in order.

use std::collections::VecDeque;
use std::time::Duration;

use crate::time::Time;

/// Bytes that are under way or unread at most.
pub(super) const WINDOW: usize = 64 << 10;

/// One direction of a connection.
#[derive(Debug, Default)]
pub(super) struct Flow {
    /// Bytes that have not arrived yet.
    under_way: usize,
    /// Bytes that arrived and were not read.
    unread: VecDeque<u8>,
    /// When the last packet arrives: no later one overtakes it.
    last_arrival: Time,
    /// When a slow link has sent what it was given.
    free_at: Time,
    /// The sender sends nothing more.
    pub(super) is_finished: bool,
    /// That has arrived.
    pub(super) has_ended: bool,
    /// The receiver wants nothing more.
    pub(super) is_unwanted: bool,
}

impl Flow {
    /// How many bytes it takes now.
    pub(super) fn room(&self) -> usize {
        WINDOW.saturating_sub(self.under_way.saturating_add(self.unread.len()))
    }

    /// How many bytes wait to be read.
    pub(super) fn unread(&self) -> usize {
        self.unread.len()
    }

    /// Takes a packet; says when it arrives. `rate` is that of a slow link, in bytes a second.
    pub(super) fn depart(
        &mut self,
        now: Time,
        bytes: usize,
        latency: Duration,
        rate: Option<u32>,
    ) -> Time {
        self.under_way = self.under_way.saturating_add(bytes);
        let departs = match rate {
            Some(rate) => {
                self.free_at = self.free_at.max(now) + transmission(bytes, rate);
                self.free_at
            }
            None => now,
        };
        let after_last = self.last_arrival + Duration::from_nanos(1);
        self.last_arrival = (departs + latency).max(after_last);
        self.last_arrival
    }

    /// Packets that depart now arrive after this at the earliest.
    pub(super) fn hold(&mut self, until: Time) {
        self.last_arrival = self.last_arrival.max(until);
    }

    /// What departs next arrives so much later than the last packet at the earliest.
    pub(super) fn hold_for(&mut self, pause: Duration) {
        self.last_arrival = self.last_arrival + pause;
    }

    /// A packet arrives.
    pub(super) fn arrive(&mut self, bytes: Vec<u8>) {
        self.under_way = self.under_way.saturating_sub(bytes.len());
        if !self.is_unwanted {
            self.unread.extend(bytes);
        }
    }

    /// Reads at most `limit` bytes; with `peek` they stay.
    pub(super) fn read(&mut self, limit: usize, peek: bool) -> Vec<u8> {
        let count = limit.min(self.unread.len());
        if peek {
            return self.unread.iter().take(count).copied().collect();
        }
        self.unread.drain(..count).collect()
    }

    /// Everything that is under way or unread is lost.
    pub(super) fn clear(&mut self) {
        self.unread.clear();
    }
}

/// How long a slow link takes.
fn transmission(bytes: usize, rate: u32) -> Duration {
    let nanos = u64::try_from(bytes)
        .unwrap_or(u64::MAX)
        .saturating_mul(1_000_000_000);
    Duration::from_nanos(nanos / u64::from(rate.max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_arrive_in_order_and_as_fast_as_the_link_allows() {
        let mut flow = Flow::default();
        let (now, latency) = (Time::from_nanos(1_000), Duration::from_millis(1));
        let first = flow.depart(now, 500, latency, Some(1_000));
        let second = flow.depart(now, 500, latency, Some(1_000));
        assert_eq!(first.since(now), Duration::from_millis(501));
        assert_eq!(second.since(now), Duration::from_millis(1_001));
        // The link is fast again, and what is sent now waits for what was sent before.
        assert!(flow.depart(now, 1, latency, None) > second);
    }

    #[test]
    fn the_window_counts_what_is_under_way_and_unread() {
        let mut flow = Flow::default();
        flow.depart(Time::START, WINDOW, Duration::ZERO, None);
        assert_eq!(flow.room(), 0);
        flow.arrive(vec![7; WINDOW]);
        assert_eq!((flow.room(), flow.read(10, true).len()), (0, 10));
        assert_eq!((flow.read(10, false), flow.room()), (vec![7; 10], 10));
    }
}
