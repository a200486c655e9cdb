//! USB: what cameras in a USB bootloader speak.
//!
//! The bytes are those of TCP, in bulk transfers. As the host library does it, every header is a
//! transfer of its own and so is what follows it; nothing is joined, and no empty packet is put
//! behind a transfer that fills its last one. In the other direction transfers mean nothing: what
//! comes is one stream.
//!
//! All logic is here, above a [`Pipe`] for each direction, so that it can be tried without a camera.

use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

use nusb::transfer::{Buffer, Bulk, Completion, EndpointDirection, TransferError};
use nusb::{Endpoint, MaybeFuture};

use super::Transport;

/// Bytes of a transfer at most, as in the host library.
const CHUNK: usize = 1024 * 1024;
/// How long to wait for one direction before a look at the other.
const TURN: Duration = Duration::from_millis(2);
/// Bytes that are taken in while the camera does not take what it is sent.
const MOST_TAKEN_IN: usize = CHUNK;
/// How long a transfer that was called off may take to come back.
const PARTING: Duration = Duration::from_millis(500);

/// One direction of a camera's link: transfers are begun, and end in the same order.
pub trait Pipe: Send {
    /// Bytes of a packet; a transfer from the camera ends with the first shorter one.
    fn max_packet_size(&self) -> usize;

    /// Begins a transfer: of all bytes of the buffer to the camera, or from the camera into the
    /// room of the buffer, which is a multiple of [`Pipe::max_packet_size`].
    fn submit(&mut self, buffer: Buffer);

    /// Transfers that were begun and have not been taken back with [`Pipe::complete`].
    fn pending(&self) -> usize;

    /// Waits until the first transfer has ended, or the time is over. There has to be one.
    fn complete(&mut self, timeout: Duration) -> Option<Completion>;

    /// Calls all transfers off. They end sooner or later.
    fn cancel(&mut self);

    /// Lets the camera forget an error, after which it takes no more transfers.
    ///
    /// # Errors
    /// Where the camera does not hear.
    fn clear_halt(&mut self) -> io::Result<()>;
}

impl<D: EndpointDirection> Pipe for Endpoint<Bulk, D> {
    fn max_packet_size(&self) -> usize {
        Self::max_packet_size(self)
    }

    fn submit(&mut self, buffer: Buffer) {
        Self::submit(self, buffer);
    }

    fn pending(&self) -> usize {
        Self::pending(self)
    }

    fn complete(&mut self, timeout: Duration) -> Option<Completion> {
        self.wait_next_complete(timeout)
    }

    fn cancel(&mut self) {
        self.cancel_all();
    }

    fn clear_halt(&mut self) -> io::Result<()> {
        Self::clear_halt(self).wait().map_err(io::Error::from)
    }
}

/// Both directions. Given back to the system when dropped.
pub struct Pipes {
    /// From the camera.
    pub input: Box<dyn Pipe>,
    /// To the camera.
    pub output: Box<dyn Pipe>,
}

impl Drop for Pipes {
    /// Calls off what is under way, so that the camera is free for the next program.
    fn drop(&mut self) {
        let until = Instant::now() + PARTING;
        for pipe in [&mut self.output, &mut self.input] {
            pipe.cancel();
            while pipe.pending() > 0 {
                let left = until.saturating_duration_since(Instant::now());
                if pipe.complete(left).is_none() {
                    break;
                }
            }
        }
    }
}

/// A link over USB.
pub struct Usb {
    pipes: Pipes,
    /// What has come and was not read yet.
    inbox: VecDeque<u8>,
}

impl Usb {
    /// Uses two pipes, on which nothing is under way.
    pub fn new(pipes: Pipes) -> Self {
        Self {
            pipes,
            inbox: VecDeque::new(),
        }
    }

    /// Waits until the camera has taken the last transfer; whether it has.
    ///
    /// What the camera sends in the meantime is taken in. The cable holds nothing, and a camera that
    /// waits for its host may not listen.
    fn settle(&mut self, timeout: Duration) -> io::Result<bool> {
        let until = Instant::now() + timeout;
        while self.pipes.output.pending() > 0 {
            let left = until.saturating_duration_since(Instant::now());
            if let Some(completion) = self.pipes.output.complete(left.min(TURN)) {
                self.sent(&completion)?;
            } else if left.is_zero() {
                return Ok(false);
            } else if self.inbox.len() < MOST_TAKEN_IN {
                self.take_in(1, Duration::ZERO)?;
            }
        }
        Ok(true)
    }

    /// A transfer to the camera has ended: what it did not take is sent again.
    fn sent(&mut self, completion: &Completion) -> io::Result<()> {
        let output = &mut self.pipes.output;
        check(completion.status, output.as_mut())?;
        let rest = completion.buffer.get(completion.actual_len..);
        if let Some(rest) = rest.filter(|rest| !rest.is_empty()) {
            output.submit(rest.to_vec().into());
        }
        Ok(())
    }

    /// Waits for what a transfer from the camera brings; whether one has ended.
    ///
    /// A transfer ends with a packet that is not full, or when there is no more room. So it must
    /// have room for no packet more than hold the `wanted` bytes, up to which it is known that the
    /// camera sends: if the last of them is full, nothing else ends the transfer.
    fn take_in(&mut self, wanted: usize, timeout: Duration) -> io::Result<bool> {
        let input = &mut self.pipes.input;
        if input.pending() == 0 {
            let packet = input.max_packet_size().max(1);
            let room = wanted.clamp(1, CHUNK).next_multiple_of(packet);
            input.submit(Buffer::new(room));
        }
        let Some(completion) = input.complete(timeout) else {
            return Ok(false);
        };
        check(completion.status, input.as_mut())?;
        let came = completion.buffer.get(..completion.actual_len);
        self.inbox.extend(came.unwrap_or_default());
        Ok(true)
    }
}

impl Transport for Usb {
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<Option<usize>> {
        let until = Instant::now() + timeout;
        // An empty transfer does not end the link: the camera has put it behind full packets.
        while self.inbox.is_empty() {
            let left = until.saturating_duration_since(Instant::now());
            self.take_in(buffer.len(), left)?;
            if self.inbox.is_empty() && left.is_zero() {
                return Ok(None);
            }
        }
        io::Read::read(&mut self.inbox, buffer).map(Some)
    }

    /// What was taken may still be on its way; only one transfer ever is.
    fn write(&mut self, head: &[u8], body: &[u8], timeout: Duration) -> io::Result<usize> {
        if !self.settle(timeout)? {
            return Ok(0);
        }
        let whole = if head.is_empty() { body } else { head };
        let piece = whole.get(..CHUNK).unwrap_or(whole);
        if !piece.is_empty() {
            self.pipes.output.submit(piece.to_vec().into());
        }
        Ok(piece.len())
    }
}

/// Ends the link where a transfer failed, and lets the next one begin where the camera has only
/// stopped this pipe.
fn check(status: Result<(), TransferError>, pipe: &mut dyn Pipe) -> io::Result<()> {
    match status {
        Ok(()) => Ok(()),
        Err(error) => {
            if error == TransferError::Stall && pipe.pending() == 0 {
                // The link is over in either case.
                let _ = pipe.clear_halt();
            }
            Err(error.into())
        }
    }
}
