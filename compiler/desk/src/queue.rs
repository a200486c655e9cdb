//! The queue in front of an input: messages in, the oldest out.
//!
//! As on the device, a full queue either stops whoever sends to it, or loses its oldest message. One without any room
//! loses everything and stops nobody, as the library's own queues do.

use std::collections::VecDeque;

use crate::message::Message;

/// A queue.
#[derive(Debug)]
pub(crate) struct Queue {
    /// Whether a full queue stops the sender.
    pub(crate) blocking: bool,
    /// How many messages it holds.
    pub(crate) size: usize,
    messages: VecDeque<Message>,
    received: u64,
    dropped: u64,
}

/// What became of a message that was put into a queue.
#[derive(Debug)]
pub(crate) enum Put {
    /// It is there.
    Kept,
    /// It is there, and the oldest is gone for it; or it is gone itself, for lack of any room.
    Dropped,
    /// There is no room for it.
    Full,
}

impl Queue {
    pub(crate) fn new(size: i32, blocking: bool) -> Self {
        Self {
            blocking,
            size: usize::try_from(size).unwrap_or(0),
            messages: VecDeque::new(),
            received: 0,
            dropped: 0,
        }
    }

    /// Whether it stops whoever sends to it.
    pub(crate) fn stops_sender(&self) -> bool {
        self.blocking && self.size > 0 && self.messages.len() >= self.size
    }

    /// Puts a message into it.
    pub(crate) fn put(&mut self, message: &Message) -> Put {
        if self.stops_sender() {
            return Put::Full;
        }
        self.received += 1;
        self.messages.push_back(message.clone());
        if self.messages.len() > self.size {
            self.messages.pop_front();
            self.dropped += 1;
            return Put::Dropped;
        }
        Put::Kept
    }

    /// Takes the oldest message.
    pub(crate) fn take(&mut self) -> Option<Message> {
        self.messages.pop_front()
    }

    /// The oldest message.
    pub(crate) fn first(&self) -> Option<&Message> {
        self.messages.front()
    }

    pub(crate) fn len(&self) -> usize {
        self.messages.len()
    }

    /// How many messages came.
    pub(crate) fn received(&self) -> u64 {
        self.received
    }

    /// How many of them were lost.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }
}

#[cfg(test)]
mod tests {
    use oakc_runtime_schema::datatype::Datatype;

    use super::*;
    use crate::message::Content;
    use crate::time::Time;

    fn filled(size: i32, blocking: bool) -> (Queue, Vec<Put>) {
        let mut queue = Queue::new(size, blocking);
        let message = |number| Message::new(Content::new(Datatype::Buffer), number, Time::START);
        let puts = (0..3).map(|number| queue.put(&message(number))).collect();
        (queue, puts)
    }

    #[test]
    fn a_full_blocking_queue_takes_nothing() {
        let (mut queue, puts) = filled(2, true);
        assert!(matches!(puts[..], [Put::Kept, Put::Kept, Put::Full]));
        assert_eq!((queue.take().unwrap().sequence, queue.received()), (0, 2));
    }

    #[test]
    fn a_full_queue_that_does_not_block_loses_its_oldest_message() {
        let (mut queue, puts) = filled(2, false);
        assert!(matches!(puts[..], [Put::Kept, Put::Kept, Put::Dropped]));
        assert_eq!((queue.take().unwrap().sequence, queue.dropped()), (1, 1));
    }

    #[test]
    fn a_queue_without_room_keeps_nothing() {
        for blocking in [true, false] {
            let (queue, puts) = filled(0, blocking);
            assert!(matches!(
                puts[..],
                [Put::Dropped, Put::Dropped, Put::Dropped]
            ));
            assert_eq!((queue.len(), queue.received(), queue.dropped()), (0, 3, 3));
        }
        assert_eq!(filled(-1, true).0.dropped(), 3);
    }
}
