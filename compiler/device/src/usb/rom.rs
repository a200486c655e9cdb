//! The boot loader in the chip's ROM: takes an image over USB and starts it.
//!
//! It is what a camera without a bootloader of its own runs. It asks nothing and answers nothing:
//! the image goes to it as it is, and an empty packet says that this was all where no packet that
//! is not full has said so (XLink, `usb_host.cpp`).

use std::io;
use std::time::{Duration, Instant};

use nusb::transfer::TransferError;

use crate::transport::Pipe;

/// Bytes of a transfer, as in the host library.
const CHUNK: usize = 1024 * 1024;
/// An image that ends with a full packet of this size is ended by an empty one.
const PACKET: usize = 512;
/// How long a transfer may take, and all of them.
const TRANSFER: Duration = Duration::from_secs(2);
const WHOLE: Duration = Duration::from_secs(10);

/// Sends an image, which is started when the last byte has come.
pub(crate) fn boot(output: &mut dyn Pipe, image: &[u8]) -> io::Result<()> {
    let until = Instant::now() + WHOLE;
    let end = image.len().is_multiple_of(PACKET).then_some(&[][..]);
    for piece in image.chunks(CHUNK).chain(end) {
        let left = until.saturating_duration_since(Instant::now());
        output.submit(piece.to_vec().into());
        let completion = output.complete(left.min(TRANSFER));
        let completion = completion.ok_or(io::ErrorKind::TimedOut)?;
        match completion.status {
            Ok(()) if completion.actual_len == piece.len() => {}
            // Whether it has taken what it needs shows when it comes back.
            Err(TransferError::Disconnected) => return Ok(()),
            _ if piece.is_empty() => {}
            Ok(()) => return Err(io::ErrorKind::WriteZero.into()),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
