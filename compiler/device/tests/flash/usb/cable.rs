//! A USB cable that keeps the rules of USB, and fails loudly where its host does not.
//!
//! - A transfer from the camera has room for whole packets, and ends with a packet that is not full
//!   or when there is no more room: nothing else.
//! - Transfers may end late, and may be called off; they come back in their order.
//! - After an error that the camera signals (a halt) no transfer goes through until it is cleared,
//!   which is allowed only while none is under way.
//! - Pipes are left with nothing under way.
//! - The cable holds nothing: what no transfer takes stays in the camera.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use nusb::transfer::{Buffer, Completion, TransferError};
use oakc_device::transport::{Pipe, Pipes};

/// Transfers that a host may have under way: the system keeps memory for some only.
const MOST_PENDING: usize = 4;

/// What hangs at the camera's end.
pub(crate) trait Device: Send {
    /// Takes from the beginning of what is left of a transfer of the host: how many bytes. `is_new`
    /// for the first look at it.
    fn take(&mut self, rest: &[u8], is_new: bool, timeout: Duration) -> Took;

    /// The next transfer to the host.
    fn give(&mut self, timeout: Duration) -> Gave;
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Took {
    /// This many bytes; none where it is busy.
    Bytes(usize),
    /// So many, and the transfer ends early.
    Cut(usize),
    Gone,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Gave {
    /// It has nothing to say.
    Nothing,
    Transfer(Vec<u8>),
    Gone,
}

/// How a cable behaves.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Nature {
    /// 64, 512 or 1024 bytes.
    pub(crate) packet: usize,
    /// How often a transfer is waited for in vain before it ends.
    pub(crate) late: u32,
    /// Which transfer, counted over both directions, ends in a halt.
    pub(crate) halt_at: Option<u32>,
}

impl Default for Nature {
    fn default() -> Self {
        Self {
            packet: 512,
            late: 0,
            halt_at: None,
        }
    }
}

/// The camera's end, and what goes on without the host's doing.
struct End<D> {
    device: D,
    nature: Nature,
    transfers: u32,
    output: Queue,
    /// Whether the camera has seen the first transfer of the host.
    is_known: bool,
    /// Bytes of it that the camera has.
    taken: usize,
    /// Transfers of the host that have ended.
    done: VecDeque<Completion>,
    /// For as long as pipes hold it, the interface is taken.
    _claim: Arc<()>,
}

impl<D: Device> End<D> {
    /// Counts a transfer that ends; whether it does so in a halt.
    fn halts(&mut self) -> bool {
        self.transfers += 1;
        self.nature.halt_at == Some(self.transfers)
    }

    /// Lets the host's transfers go on.
    fn send(&mut self, timeout: Duration) {
        while let Some(buffer) = self.output.pending.front() {
            let whole = buffer.to_vec();
            let status = match self.output.over() {
                Some(error) => Err(error),
                None if self.output.is_late(timeout) => return,
                None => match self.take(&whole, timeout) {
                    Took::Gone => Err(TransferError::Disconnected),
                    Took::Bytes(_) if self.taken < whole.len() => return,
                    Took::Bytes(_) | Took::Cut(_) if self.halts() => Err(TransferError::Stall),
                    Took::Bytes(_) | Took::Cut(_) => Ok(()),
                },
            };
            self.is_known = false;
            let taken = std::mem::take(&mut self.taken);
            self.done.push_back(self.output.end(taken, status));
        }
    }

    fn take(&mut self, whole: &[u8], timeout: Duration) -> Took {
        let is_new = !std::mem::replace(&mut self.is_known, true);
        let took = self.device.take(&whole[self.taken..], is_new, timeout);
        if let Took::Bytes(count) | Took::Cut(count) = took {
            self.taken += count;
        }
        took
    }
}

type SharedEnd<D> = Arc<Mutex<End<D>>>;

/// Plugs a device in. `claim` is held as long as either pipe lives.
pub(crate) fn plug<D: Device + 'static>(device: D, nature: Nature, claim: &Arc<()>) -> Pipes {
    let end = Arc::new(Mutex::new(End {
        device,
        nature,
        transfers: 0,
        output: Queue::new(nature),
        is_known: false,
        taken: 0,
        done: VecDeque::new(),
        _claim: Arc::clone(claim),
    }));
    Pipes {
        input: Box::new(Input {
            end: Arc::clone(&end),
            queue: Queue::new(nature),
            came: Vec::new(),
            packets: VecDeque::new(),
        }),
        output: Box::new(Output { end }),
    }
}

fn lock<D>(end: &SharedEnd<D>) -> MutexGuard<'_, End<D>> {
    end.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What both directions have in common.
struct Queue {
    nature: Nature,
    pending: VecDeque<Buffer>,
    /// How often the first will still be waited for in vain.
    late: u32,
    cancelled: bool,
    halted: bool,
}

impl Queue {
    fn new(nature: Nature) -> Self {
        Self {
            nature,
            pending: VecDeque::new(),
            late: nature.late,
            cancelled: false,
            halted: false,
        }
    }

    fn submit(&mut self, buffer: Buffer) {
        self.pending.push_back(buffer);
        assert!(self.pending.len() <= MOST_PENDING, "too much under way");
    }

    /// Why the first transfer ends at once, if it does.
    fn over(&self) -> Option<TransferError> {
        match (self.cancelled, self.halted) {
            (true, _) => Some(TransferError::Cancelled),
            (_, true) => Some(TransferError::Stall),
            _ => None,
        }
    }

    /// Whether the first transfer is not done although it could be.
    fn is_late(&mut self, timeout: Duration) -> bool {
        if self.late == 0 {
            return false;
        }
        self.late -= 1;
        thread::sleep(timeout.min(Duration::from_micros(50)));
        true
    }

    /// The first transfer, with this many bytes gone through.
    fn end(&mut self, actual_len: usize, status: Result<(), TransferError>) -> Completion {
        self.late = self.nature.late;
        self.halted |= status == Err(TransferError::Stall);
        let buffer = self.pending.pop_front().unwrap();
        self.cancelled &= !self.pending.is_empty();
        Completion {
            buffer,
            actual_len,
            status,
        }
    }

    fn cancel(&mut self) {
        self.cancelled = !self.pending.is_empty();
    }
}

struct Output<D: Device> {
    end: SharedEnd<D>,
}

impl<D: Device> Pipe for Output<D> {
    fn max_packet_size(&self) -> usize {
        lock(&self.end).nature.packet
    }

    fn submit(&mut self, buffer: Buffer) {
        lock(&self.end).output.submit(buffer);
    }

    fn pending(&self) -> usize {
        let end = lock(&self.end);
        end.done.len() + end.output.pending.len()
    }

    fn complete(&mut self, timeout: Duration) -> Option<Completion> {
        assert!(self.pending() > 0, "nothing is waited for");
        let mut end = lock(&self.end);
        if end.done.is_empty() {
            end.send(timeout);
        }
        end.done.pop_front()
    }

    fn cancel(&mut self) {
        lock(&self.end).output.cancel();
    }

    fn clear_halt(&mut self) -> io::Result<()> {
        assert_eq!(self.pending(), 0, "transfers are under way");
        lock(&self.end).output.halted = false;
        Ok(())
    }
}

impl<D: Device> Drop for Output<D> {
    fn drop(&mut self) {
        assert_left(self.pending());
    }
}

struct Input<D: Device> {
    end: SharedEnd<D>,
    queue: Queue,
    /// What has come of the first transfer.
    came: Vec<u8>,
    /// What the camera has begun to send.
    packets: VecDeque<Vec<u8>>,
}

impl<D: Device> Input<D> {
    /// The next packet of the camera.
    fn packet(&mut self, timeout: Duration) -> Result<Option<Vec<u8>>, TransferError> {
        if self.packets.is_empty() {
            let gave = lock(&self.end).device.give(timeout);
            match gave {
                Gave::Nothing => return Ok(None),
                Gave::Gone => return Err(TransferError::Disconnected),
                Gave::Transfer(bytes) if bytes.is_empty() => return Ok(Some(bytes)),
                Gave::Transfer(bytes) => {
                    let packets = bytes.chunks(self.queue.nature.packet);
                    self.packets.extend(packets.map(<[u8]>::to_vec));
                }
            }
        }
        Ok(self.packets.pop_front())
    }
}

impl<D: Device> Pipe for Input<D> {
    fn max_packet_size(&self) -> usize {
        self.queue.nature.packet
    }

    fn submit(&mut self, buffer: Buffer) {
        let room = buffer.requested_len();
        let whole = room > 0 && room.is_multiple_of(self.queue.nature.packet);
        assert!(whole, "room for {room} bytes is not one for whole packets");
        self.queue.submit(buffer);
    }

    fn pending(&self) -> usize {
        self.queue.pending.len()
    }

    fn complete(&mut self, timeout: Duration) -> Option<Completion> {
        assert!(self.pending() > 0, "nothing is waited for");
        lock(&self.end).send(Duration::ZERO);
        let mut status = self.queue.over().map_or(Ok(()), Err);
        if status.is_ok() && self.queue.is_late(timeout) {
            return None;
        }
        let room = self.queue.pending[0].requested_len();
        while status.is_ok() && self.came.len() < room {
            match self.packet(timeout) {
                Ok(None) => return None,
                Ok(Some(packet)) => {
                    self.came.extend(&packet);
                    if packet.len() < self.queue.nature.packet {
                        break;
                    }
                }
                Err(error) => status = Err(error),
            }
        }
        if status.is_ok() && lock(&self.end).halts() {
            status = Err(TransferError::Stall);
        }
        let came = std::mem::take(&mut self.came);
        let mut completion = self.queue.end(came.len(), status);
        completion.buffer.clear();
        completion.buffer.extend_from_slice(&came);
        Some(completion)
    }

    fn cancel(&mut self) {
        self.queue.cancel();
    }

    fn clear_halt(&mut self) -> io::Result<()> {
        assert_eq!(self.pending(), 0, "transfers are under way");
        self.queue.halted = false;
        Ok(())
    }
}

impl<D: Device> Drop for Input<D> {
    fn drop(&mut self) {
        assert_left(self.pending());
    }
}

/// A pipe is left with nothing under way.
fn assert_left(pending: usize) {
    let left = pending == 0 || thread::panicking();
    assert!(left, "the pipe is left in the middle of a transfer");
}
