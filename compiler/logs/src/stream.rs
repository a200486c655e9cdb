//! What one script of a camera sends from one boot on: its datagrams as they arrive in, its messages in order out, and how many
//! are missing.
//!
//! A datagram that comes before one with a lower number waits for it, [`PATIENCE`] and no longer; a part of a
//! message waits for the next one at most [`PART_PATIENCE`]. A datagram that came already is left out. Never:
//! more than [`MOST_HELD`] datagrams, or one message of [`LONGEST`] bytes, kept.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::record::Record;
use crate::wire::{Datagram, Part};

/// How long a datagram waits for those before it. Those that overtake each other do so by milliseconds.
const PATIENCE: Duration = Duration::from_millis(300);
/// How long a part waits for the next one.
const PART_PATIENCE: Duration = Duration::from_secs(2);
/// The most datagrams that wait.
const MOST_HELD: usize = 64;
/// The most numbers of missing datagrams that are remembered, in case they come later.
const MOST_MISSING: u64 = 256;
/// How far back a number may be that came already; one from further back is the beginning of another count.
const FURTHEST_BACK: u64 = 4096;
/// The longest text of a message, in bytes: more than a camera sends.
const LONGEST: usize = 64 << 10;
/// What stands for a part that is missing.
const GAP: &str = " […] ";

/// What was heard.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Heard {
    /// A message.
    Record(Box<Record>),
    /// So many datagrams are missing.
    Lost(u64),
}

/// What one script sends. Times count from any fixed moment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stream {
    /// The number of the next datagram; `None` before the first.
    next: Option<u64>,
    held: BTreeMap<u64, (Datagram, Duration)>,
    missing: BTreeSet<u64>,
    joined: Option<Joined>,
    duplicates: u64,
}

/// A message of which not all parts are there.
#[derive(Clone, Debug)]
struct Joined {
    record: Record,
    last: Part,
    /// The number of its datagram 0, had it one.
    base: Option<u64>,
    since: Duration,
}

impl Stream {
    /// One that is known to begin now: what comes before its first datagram is lost if it does not come late.
    pub(crate) fn from_the_start() -> Self {
        Self {
            next: Some(1),
            ..Self::default()
        }
    }

    /// Takes a datagram.
    pub(crate) fn take(&mut self, datagram: Datagram, now: Duration, heard: &mut Vec<Heard>) {
        let Some(number) = datagram.record.sequence else {
            self.deliver(datagram, now, heard);
            return;
        };
        if self.next.is_none() {
            self.next = Some(number);
            // Some that were sent before may still be on their way.
            self.missing = (number.saturating_sub(16)..number).collect();
        }
        self.number(number, datagram, now, heard);
    }

    /// Takes a datagram with a number of this count.
    fn number(&mut self, number: u64, datagram: Datagram, now: Duration, heard: &mut Vec<Heard>) {
        let next = self.next.unwrap_or(number);
        if number < next {
            if self.missing.remove(&number) {
                heard.push(Heard::Record(datagram.record.into()));
            } else if next - number > FURTHEST_BACK {
                self.flush(heard);
                self.next = Some(number.saturating_add(1));
                self.deliver(datagram, now, heard);
            } else {
                self.duplicates = self.duplicates.saturating_add(1);
            }
            return;
        }
        if self.held.contains_key(&number) {
            self.duplicates = self.duplicates.saturating_add(1);
            return;
        }
        self.held.insert(number, (datagram, now));
        self.release(now, heard);
        while self.held.len() > MOST_HELD {
            self.give_up(heard);
            self.release(now, heard);
        }
    }

    /// Hands out what is next.
    fn release(&mut self, now: Duration, heard: &mut Vec<Heard>) {
        while let Some(entry) = self.held.first_entry() {
            let number = *entry.key();
            if self.next.is_some_and(|next| number > next) {
                return;
            }
            let (datagram, _) = entry.remove();
            self.next = Some(number.saturating_add(1));
            self.deliver(datagram, now, heard);
        }
    }

    /// Stops waiting for what is missing before the first datagram that is held.
    fn give_up(&mut self, heard: &mut Vec<Heard>) {
        let Some((first, _)) = self.held.first_key_value() else {
            return;
        };
        let (first, next) = (*first, self.next.unwrap_or_default());
        let lost = first.saturating_sub(next);
        if lost == 0 {
            return;
        }
        heard.push(Heard::Lost(lost));
        let from = next.max(first.saturating_sub(MOST_MISSING));
        self.missing.extend(from..first);
        while self.missing.len() as u64 > MOST_MISSING {
            self.missing.pop_first();
        }
        self.next = Some(first);
    }

    /// Hands out a message, or adds a part to it.
    fn deliver(&mut self, datagram: Datagram, now: Duration, heard: &mut Vec<Heard>) {
        let Datagram { record, part, .. } = datagram;
        let Some(part) = part.filter(|part| part.of > 1) else {
            self.flush_joined(heard);
            heard.push(Heard::Record(record.into()));
            return;
        };
        let base = record
            .sequence
            .and_then(|it| it.checked_sub(part.number.into()));
        let same = self.joined.as_mut().filter(|joined| {
            joined.base == base && joined.last.of == part.of && joined.last.number < part.number
        });
        match same {
            Some(joined) => joined.add(&record, part, now),
            None => {
                self.flush_joined(heard);
                self.joined = Some(Joined::begin(record, part, base, now));
            }
        }
        if part.number == part.of {
            self.flush_joined(heard);
        }
    }

    /// Gives up what has been waited for long enough.
    pub(crate) fn tick(&mut self, now: Duration, heard: &mut Vec<Heard>) {
        let is_over = |since: Duration, patience| now.saturating_sub(since) >= patience;
        loop {
            let mut held = self.held.values();
            if !held.any(|(_, since)| is_over(*since, PATIENCE)) {
                break;
            }
            self.give_up(heard);
            self.release(now, heard);
        }
        let mut joined = self.joined.iter();
        if joined.any(|joined| is_over(joined.since, PART_PATIENCE)) {
            self.flush_joined(heard);
        }
    }

    /// Whether something is waited for.
    #[cfg(test)]
    fn is_waiting(&self) -> bool {
        !self.held.is_empty() || self.joined.is_some()
    }

    /// How many datagrams came more than once.
    pub(crate) fn duplicates(&self) -> u64 {
        self.duplicates
    }

    /// Hands out everything that waits.
    pub(crate) fn flush(&mut self, heard: &mut Vec<Heard>) {
        while !self.held.is_empty() {
            self.give_up(heard);
            self.release(Duration::ZERO, heard);
        }
        self.flush_joined(heard);
    }

    fn flush_joined(&mut self, heard: &mut Vec<Heard>) {
        if let Some(joined) = self.joined.take() {
            heard.push(Heard::Record(joined.end().into()));
        }
    }
}

impl Joined {
    fn begin(record: Record, part: Part, base: Option<u64>, now: Duration) -> Self {
        let mut joined = Self {
            record,
            last: part,
            base,
            since: now,
        };
        if part.number > 1 {
            joined.record.is_incomplete = true;
            joined.record.text.insert_str(0, GAP);
        }
        joined
    }

    fn add(&mut self, record: &Record, part: Part, now: Duration) {
        if part.number > self.last.number.saturating_add(1) {
            self.record.is_incomplete = true;
            self.record.text.push_str(GAP);
        }
        if self.record.text.len().saturating_add(record.text.len()) <= LONGEST {
            self.record.text.push_str(&record.text);
        } else {
            self.record.is_incomplete = true;
        }
        self.last = part;
        self.since = now;
    }

    fn end(mut self) -> Record {
        if self.last.number < self.last.of {
            self.record.is_incomplete = true;
            self.record.text.push_str(GAP);
        }
        self.record
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::record::Kind;

    fn datagram(number: u64, text: &str, part: Option<(u32, u32)>) -> Datagram {
        let mut record = Record::new(Timestamp::UNIX_EPOCH, "door", Kind::Log);
        record.sequence = Some(number);
        record.text = text.to_owned();
        Datagram {
            record,
            part: part.map(|(number, of)| Part { number, of }),
            is_ours: true,
        }
    }

    fn at(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    /// What is heard of these numbers, which arrive a millisecond after each other, and then for ten seconds.
    fn heard(numbers: &[u64]) -> Vec<String> {
        let mut stream = Stream::default();
        let mut heard = Vec::new();
        for (number, time) in numbers.iter().zip(0..) {
            let text = number.to_string();
            stream.take(datagram(*number, &text, None), at(time), &mut heard);
        }
        stream.tick(at(10_000), &mut heard);
        assert!(!stream.is_waiting());
        heard.iter().map(said).collect()
    }

    fn said(heard: &Heard) -> String {
        match heard {
            Heard::Record(record) if record.is_incomplete => {
                format!("{} (incomplete)", record.text)
            }
            Heard::Record(record) => record.text.clone(),
            Heard::Lost(count) => format!("lost {count}"),
        }
    }

    #[test]
    fn messages_come_in_the_order_of_their_numbers_and_once() {
        assert_eq!(heard(&[1, 2, 3]), ["1", "2", "3"]);
        assert_eq!(heard(&[1, 3, 2, 4]), ["1", "2", "3", "4"]);
        assert_eq!(heard(&[1, 2, 2, 3, 1, 3]), ["1", "2", "3"]);
        assert_eq!(
            heard(&[5, 4, 6]),
            ["5", "4", "6"],
            "the first one heard may not be the first one sent"
        );
    }

    #[test]
    fn missing_messages_are_counted_where_they_are_missing() {
        assert_eq!(heard(&[1, 5, 6]), ["1", "lost 3", "5", "6"]);
        assert_eq!(heard(&[1, 3, 7]), ["1", "lost 1", "3", "lost 3", "7"]);
        assert_eq!(heard(&[7]), ["7"], "nobody listened before");
    }

    #[test]
    fn a_message_that_comes_after_it_was_given_up_is_heard() {
        let mut stream = Stream::default();
        let mut heard = Vec::new();
        for (number, time) in [(1, 0), (3, 1), (2, 5000), (2, 5001)] {
            stream.tick(at(time), &mut heard);
            let text = number.to_string();
            stream.take(datagram(number, &text, None), at(time), &mut heard);
        }
        let heard: Vec<_> = heard.iter().map(said).collect();
        assert_eq!(heard, ["1", "lost 1", "3", "2"]);
    }

    #[test]
    fn parts_are_joined_and_a_missing_one_shows() {
        let all = |parts: &[(u64, u32)]| {
            let mut stream = Stream::default();
            let mut heard = Vec::new();
            for (number, part) in parts {
                let text = ["a", "b", "c"][*part as usize - 1];
                let part = Some((*part, 3));
                stream.take(datagram(*number, text, part), at(*number), &mut heard);
            }
            stream.tick(at(10_000), &mut heard);
            assert!(!stream.is_waiting());
            heard.iter().map(said).collect::<Vec<_>>()
        };
        assert_eq!(all(&[(1, 1), (2, 2), (3, 3)]), ["abc"]);
        assert_eq!(all(&[(1, 1), (3, 3), (2, 2)]), ["abc"]);
        assert_eq!(all(&[(1, 1), (3, 3)]), ["lost 1", "a […] c (incomplete)"]);
        assert_eq!(all(&[(1, 1), (2, 2)]), ["ab […]  (incomplete)"]);
        assert_eq!(all(&[(2, 2), (3, 3)]), [" […] bc (incomplete)"]);
        assert_eq!(
            all(&[(1, 1), (2, 2), (4, 1), (5, 2), (6, 3)]),
            ["lost 1", "ab […]  (incomplete)", "abc"]
        );
    }

    #[test]
    fn of_a_script_that_begins_all_is_missing_that_does_not_come() {
        let mut stream = Stream::from_the_start();
        let mut heard = Vec::new();
        for (number, time) in [(3, 0), (2, 1), (4, 5000)] {
            stream.tick(at(time), &mut heard);
            let text = number.to_string();
            stream.take(datagram(number, &text, None), at(time), &mut heard);
        }
        let heard: Vec<_> = heard.iter().map(said).collect();
        assert_eq!(heard, ["lost 1", "2", "3", "4"]);
    }

    #[test]
    fn a_forged_number_does_not_silence_a_camera() {
        assert_eq!(
            heard(&[1, u64::MAX, 2, 3]).last().unwrap(),
            &u64::MAX.to_string()
        );
        let mut stream = Stream::default();
        let mut heard = Vec::new();
        for (number, time) in [(1, 0), (u64::MAX, 1), (2, 5000), (3, 5001)] {
            stream.tick(at(time), &mut heard);
            let text = number.to_string();
            stream.take(datagram(number, &text, None), at(time), &mut heard);
        }
        let heard: Vec<_> = heard.iter().map(said).collect();
        assert!(
            heard.ends_with(&["2".to_owned(), "3".to_owned()]),
            "{heard:?}"
        );
    }

    proptest! {
        /// Whatever order numbers come in: each that came is heard once, and together with the missing ones they are
        /// as many as were sent.
        #[test]
        fn nothing_is_heard_twice_or_forgotten(
            numbers in proptest::collection::vec(1..60_u64, 1..80)
        ) {
            // The count is known from its beginning.
            let numbers: Vec<_> = std::iter::once(1).chain(numbers).collect();
            let heard = heard(&numbers);
            let mut said: Vec<u64> = heard.iter().filter_map(|it| it.parse().ok()).collect();
            said.sort_unstable();
            let mut sent = numbers.clone();
            sent.sort_unstable();
            sent.dedup();
            prop_assert_eq!(said, sent);
        }

        #[test]
        fn a_stream_holds_little_whatever_comes(
            datagrams in proptest::collection::vec(
                (any::<u64>(), 1..70_u32, 1..70_u32, 0..4000_u64), 0..200)
        ) {
            let mut stream = Stream::default();
            let mut heard = Vec::new();
            let mut time = 0;
            for (number, part, of, pause) in datagrams {
                time += pause;
                stream.tick(at(time), &mut heard);
                let part = (part <= of).then_some((part, of));
                stream.take(datagram(number, "x", part), at(time), &mut heard);
                prop_assert!(stream.held.len() <= MOST_HELD);
                prop_assert!(stream.missing.len() as u64 <= MOST_MISSING);
            }
            stream.flush(&mut heard);
            prop_assert!(!stream.is_waiting());
        }
    }
}
