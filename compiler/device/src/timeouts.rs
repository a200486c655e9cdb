//! How long to wait for what, and how slow a transfer may be. Nothing in this crate waits without a
//! limit.

use std::time::Duration;

/// How long to wait for what. Nothing in this crate waits without a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For a sign of a camera that has not been seen yet: as long as a restart takes.
    pub absent: Duration,
    /// For a TCP connection.
    pub connect: Duration,
    /// For the first answer on a connection. Whatever takes longer may be no camera.
    pub greeting: Duration,
    /// For any byte at all, while an answer is due.
    pub silence: Duration,
    /// For the answer to a question.
    pub answer: Duration,
    /// For progress while a memory is written: erasing is slow. A transfer that is slower than
    /// [`Timeouts::slowest`] for that long is given up.
    pub progress: Duration,
    /// The bytes a second that a transfer has to reach. Altogether it may take as long as it does at
    /// this rate, and [`Timeouts::progress`] more.
    pub slowest: u32,
    /// For a camera to come into its bootloader.
    pub bootloader: Duration,
    /// For an application to be seen running.
    pub boot: Duration,
    /// Pause after a failed attempt; it doubles with each, up to sixteen times this.
    pub retry: Duration,
}

impl Default for Timeouts {
    /// For cameras behind any network on which flashing makes sense.
    fn default() -> Self {
        Self {
            absent: Duration::from_secs(5),
            connect: Duration::from_secs(5),
            greeting: Duration::from_secs(4),
            silence: Duration::from_secs(10),
            answer: Duration::from_secs(15),
            progress: Duration::from_mins(2),
            slowest: 16 * 1024,
            bootloader: Duration::from_secs(30),
            boot: Duration::from_mins(1),
            retry: Duration::from_millis(500),
        }
    }
}
