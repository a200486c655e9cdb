//! How long to wait for what. Nothing in this crate waits without a limit.

use std::time::Duration;

/// How long to wait for what. Nothing in this crate waits without a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For a TCP connection.
    pub connect: Duration,
    /// For any byte at all, while an answer is due.
    pub silence: Duration,
    /// For the answer to a question.
    pub answer: Duration,
    /// For progress while a memory is written: erasing is slow.
    pub progress: Duration,
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
            connect: Duration::from_secs(5),
            silence: Duration::from_secs(10),
            answer: Duration::from_secs(15),
            progress: Duration::from_mins(2),
            bootloader: Duration::from_secs(30),
            boot: Duration::from_mins(1),
            retry: Duration::from_millis(500),
        }
    }
}
