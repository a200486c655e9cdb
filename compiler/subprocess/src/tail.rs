//! What a program writes: a pipe in, the last bytes that came through it out. What is no longer kept is gone,
//! and the program never waits for a reader.

use std::collections::VecDeque;
use std::io::Read;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

/// The last bytes of what comes through a pipe, read by a thread that ends with the pipe.
#[derive(Debug)]
pub(crate) struct Tail {
    bytes: Arc<Mutex<VecDeque<u8>>>,
    /// It is closed when the pipe has ended.
    ended: Receiver<()>,
}

impl Tail {
    /// Reads `pipe`, and keeps the last `kept` bytes.
    pub(crate) fn of(pipe: Option<impl Read + Send + 'static>, kept: usize) -> Self {
        let bytes = Arc::new(Mutex::new(VecDeque::new()));
        let (sender, ended) = channel();
        let shared = Arc::clone(&bytes);
        thread::spawn(move || {
            let _ends_with_this_thread = sender;
            let Some(mut pipe) = pipe else { return };
            let mut buffer = vec![0; 64 << 10];
            while let Ok(length @ 1..) = pipe.read(&mut buffer) {
                let mut bytes = shared.lock().unwrap_or_else(PoisonError::into_inner);
                bytes.extend(buffer.iter().take(length));
                let excess = bytes.len().saturating_sub(kept);
                bytes.drain(..excess);
            }
        });
        Self { bytes, ended }
    }

    /// What was kept by the end of the pipe, or by this time if it does not end.
    pub(crate) fn finish(self, until: Instant) -> Vec<u8> {
        let left = until.saturating_duration_since(Instant::now());
        // Nothing is ever sent: this waits for the end.
        let _ = self.ended.recv_timeout(left);
        let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *bytes).into()
    }
}
