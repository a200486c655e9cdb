//! What XLink runs on: a byte stream in both directions, with a limit to every wait.

mod tcp;
mod usb;

use std::io;
use std::time::Duration;

pub use tcp::Tcp;
pub use usb::{Pipe, Pipes, Usb};

/// A byte stream to a camera.
pub trait Transport: Send {
    /// Puts what has come into `buffer`, waiting for `timeout` at most. `None` where nothing came,
    /// `Some(0)` where the other side has closed.
    ///
    /// The buffer must not be larger than what the camera is known to send: there are links on
    /// which more room would be waited for.
    ///
    /// # Errors
    /// Where the stream is broken.
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<Option<usize>>;

    /// Writes the beginning of `head` and then `body`, waiting for `timeout` at most. Returns how
    /// many bytes were taken, which may be none.
    ///
    /// # Errors
    /// Where the stream is broken.
    fn write(&mut self, head: &[u8], body: &[u8], timeout: Duration) -> io::Result<usize>;
}
