//! Things in the order in which they were seen, and how far a step has looked at them.

use std::collections::VecDeque;

use crate::observation::{LogLine, ScriptEnd};
use crate::sighting::Sighting;
use crate::time::Time;

/// What nobody looked for is kept up to this number, and to this many bytes; the oldest goes.
const KEPT: usize = 100_000;
const KEPT_BYTES: usize = 128 << 20;

/// Something that takes memory.
pub(super) trait Weighs {
    /// About how many bytes its content has.
    fn bytes(&self) -> usize;
}

impl Weighs for Sighting {
    fn bytes(&self) -> usize {
        self.body.len()
    }
}

impl Weighs for (Time, LogLine) {
    fn bytes(&self) -> usize {
        self.1.text.len()
    }
}

impl Weighs for (Time, ScriptEnd) {
    fn bytes(&self) -> usize {
        0
    }
}

/// What was seen.
#[derive(Debug)]
pub(super) struct Seen<T> {
    /// What no step has found or passed over.
    items: VecDeque<T>,
    /// The bytes of all of them.
    bytes: usize,
    /// How many of them the step that is played has looked at.
    looked_at: usize,
}

impl<T> Default for Seen<T> {
    fn default() -> Self {
        Self {
            items: VecDeque::new(),
            bytes: 0,
            looked_at: 0,
        }
    }
}

impl<T: Weighs> Seen<T> {
    pub(super) fn add(&mut self, item: T) {
        self.bytes = self.bytes.saturating_add(item.bytes());
        self.items.push_back(item);
        while self.items.len() > KEPT || (self.bytes > KEPT_BYTES && self.items.len() > 1) {
            self.forget_first();
            self.looked_at = self.looked_at.saturating_sub(1);
        }
    }

    fn forget_first(&mut self) -> Option<T> {
        let first = self.items.pop_front()?;
        self.bytes = self.bytes.saturating_sub(first.bytes());
        Some(first)
    }

    /// A step begins to look, at the first.
    pub(super) fn begin(&mut self) {
        self.looked_at = 0;
    }

    /// Finds the first that fits; those before it are passed over.
    pub(super) fn find(&mut self, fits: impl Fn(&T) -> bool) -> Option<T> {
        while let Some(item) = self.items.get(self.looked_at) {
            if fits(item) {
                for _ in 0..std::mem::take(&mut self.looked_at) {
                    self.forget_first();
                }
                return self.forget_first();
            }
            self.looked_at = self.looked_at.saturating_add(1);
        }
        None
    }

    /// All of them, the oldest first.
    pub(super) fn items(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        self.items.iter()
    }

    /// Takes all of them.
    pub(super) fn take(&mut self) -> Vec<T> {
        std::mem::take(self).items.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> (Time, LogLine) {
        let line = LogLine {
            node: "script".to_owned(),
            level: crate::observation::Level::Info,
            text: text.to_owned(),
        };
        (Time::START, line)
    }

    #[test]
    fn what_was_passed_over_is_not_found_again() {
        let mut seen = Seen::default();
        for text in ["a", "b", "c"] {
            seen.add(line(text));
        }
        let mut find = |text: &str| seen.find(|(_, line)| line.text == text).is_some();
        assert_eq!([find("b"), find("a"), find("c")], [true, false, false]);
        seen.begin();
        assert!(seen.find(|(_, line)| line.text == "c").is_some());
        assert_eq!((seen.items().count(), seen.bytes), (0, 0));
    }

    #[test]
    fn what_nobody_looks_for_takes_a_limited_room() {
        let mut seen = Seen::default();
        let long = "x".repeat(KEPT_BYTES / 4);
        for _ in 0..10 {
            seen.add(line(&long));
            assert!(seen.find(|_| false).is_none());
        }
        assert_eq!((seen.items().count(), seen.bytes), (4, KEPT_BYTES));
        seen.add(line("last"));
        assert!(seen.find(|(_, line)| line.text == "last").is_some());
        for _ in 0..=KEPT {
            seen.add(line(""));
        }
        assert_eq!(seen.take().len(), KEPT);
    }
}
