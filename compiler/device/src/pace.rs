//! Whether a transfer gets on: the bytes that have moved and the time in, an error out once it is too
//! slow. Without it, a byte now and then would keep a transfer alive for days.

use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::timeouts::Timeouts;

/// The pace of one transfer.
#[derive(Debug)]
pub(crate) struct Pace {
    what: &'static str,
    size: u64,
    begun: Instant,
    /// When it has to be over.
    until: Instant,
    /// The time over which the rate is measured.
    window: Duration,
    /// Bytes that have to move in it.
    least: u64,
    /// The beginning of the current window, and what had moved then.
    since: Instant,
    before: u64,
    moved: u64,
}

impl Pace {
    /// Begins a transfer of `size` bytes.
    pub(crate) fn new(what: &'static str, size: u64, timeouts: &Timeouts, now: Instant) -> Self {
        let slowest = u64::from(timeouts.slowest.max(1));
        let window = timeouts.progress;
        let least = slowest.saturating_mul(window.as_secs());
        Self {
            what,
            size,
            begun: now,
            until: now + window + Duration::from_secs(size / slowest),
            window,
            least,
            since: now,
            before: 0,
            moved: 0,
        }
    }

    /// This many bytes have moved since the beginning.
    ///
    /// # Errors
    /// [`Error::TooSlow`] where the last window has brought too few of them, or the time is over.
    pub(crate) fn check(&mut self, moved: u64, now: Instant) -> Result<()> {
        self.moved = moved;
        if now.saturating_duration_since(self.since) >= self.window {
            if moved.saturating_sub(self.before) < self.least {
                return Err(self.too_slow(now));
            }
            (self.since, self.before) = (now, moved);
        }
        self.check_end(now)
    }

    /// Only the time as a whole counts: nothing has to move any more.
    ///
    /// # Errors
    /// [`Error::TooSlow`] where it is over.
    pub(crate) fn check_end(&self, now: Instant) -> Result<()> {
        if now >= self.until {
            return Err(self.too_slow(now));
        }
        Ok(())
    }

    fn too_slow(&self, now: Instant) -> Error {
        Error::TooSlow {
            what: self.what,
            moved: self.moved.min(self.size),
            size: self.size,
            after: now.saturating_duration_since(self.begun),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Moves one byte in `every` seconds; when it is given up, in seconds.
    fn given_up_after(size: u64, every: u64) -> Option<u64> {
        let start = Instant::now();
        let mut pace = Pace::new("read", size, &Timeouts::default(), start);
        let days = 3 * 24 * 3600;
        (1..days).step_by(5).find(|second| {
            let now = start + Duration::from_secs(*second);
            pace.check(second / every, now).is_err()
        })
    }

    #[test]
    fn a_byte_every_five_seconds_is_given_up_after_two_minutes() {
        assert_eq!(given_up_after(28 << 20, 5), Some(121));
    }

    #[test]
    fn a_transfer_that_is_just_fast_enough_has_a_limit_in_total() {
        let start = Instant::now();
        let timeouts = Timeouts::default();
        let slowest = u64::from(timeouts.slowest);
        let mut pace = Pace::new("read", 600 * slowest, &timeouts, start);
        let at = |second| start + Duration::from_secs(second);
        assert!((0..=600).all(|second| pace.check(second * slowest, at(second)).is_ok()));
        // What comes beyond the size counts for nothing.
        let mut later = 601..100_000;
        let ended = later.find(|second| pace.check(second * slowest, at(*second)).is_err());
        assert_eq!(ended, Some(720));
        assert!(pace.check_end(at(719)).is_ok() && pace.check_end(at(720)).is_err());
    }
}
