//! What happens next: events with a time in, the earliest one out.
//!
//! Events of one time come in the order of a tie-break that the seed decides, and otherwise in the order in which
//! they were scheduled. Some events are remote: whoever schedules them knows that no script notices them. They change
//! nothing about the order; but a script may go on by itself until the first event that is not remote. Never: an event
//! that is before the last one that was taken.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::choices::{Choices, Question};
use crate::time::Time;

/// Events that are still to come.
#[derive(Debug)]
pub struct Schedule<E> {
    near: BinaryHeap<Reverse<Entry<E>>>,
    remote: BinaryHeap<Reverse<Entry<E>>>,
    sequence: u64,
    taken: u64,
    now: Time,
}

#[derive(Debug)]
struct Entry<E> {
    at: Time,
    tie: u32,
    sequence: u64,
    event: E,
}

impl<E> Entry<E> {
    fn key(&self) -> (Time, u32, u64) {
        (self.at, self.tie, self.sequence)
    }
}

impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl<E> Eq for Entry<E> {}

impl<E> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> Ord for Entry<E> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

impl<E> Default for Schedule<E> {
    fn default() -> Self {
        Self {
            near: BinaryHeap::new(),
            remote: BinaryHeap::new(),
            sequence: 0,
            taken: 0,
            now: Time::START,
        }
    }
}

impl<E> Schedule<E> {
    /// The time of the last event that was taken, or to which [`Schedule::advance`] went.
    pub fn now(&self) -> Time {
        self.now
    }

    /// Lets `event` happen at this time, or now if that is past.
    pub fn schedule(&mut self, at: Time, choices: &mut Choices, event: E) {
        let entry = self.entry(at, choices, event);
        self.near.push(entry);
    }

    /// The same for an event that is remote.
    pub fn schedule_remote(&mut self, at: Time, choices: &mut Choices, event: E) {
        let entry = self.entry(at, choices, event);
        self.remote.push(entry);
    }

    fn entry(&mut self, at: Time, choices: &mut Choices, event: E) -> Reverse<Entry<E>> {
        let tie = choices.choose(Question::Order);
        self.sequence += 1;
        Reverse(Entry {
            at: at.max(self.now),
            tie,
            sequence: self.sequence,
            event,
        })
    }

    /// From now on no event is remote that is scheduled so far.
    pub fn draw_near(&mut self) {
        self.near.append(&mut self.remote);
    }

    /// How many events were taken that were not remote.
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// When the next event happens.
    pub fn next_time(&self) -> Option<Time> {
        let remote = self.remote.peek().map(|Reverse(entry)| entry.at);
        self.next_near().into_iter().chain(remote).min()
    }

    /// When the next event happens that is not remote.
    pub fn next_near(&self) -> Option<Time> {
        self.near.peek().map(|Reverse(entry)| entry.at)
    }

    /// Takes the next event; its time is now.
    pub fn take(&mut self) -> Option<E> {
        let is_remote = match (self.near.peek(), self.remote.peek()) {
            // The least is the greatest of what is reversed.
            (Some(near), Some(remote)) => remote > near,
            (near, _) => near.is_none(),
        };
        let events = if is_remote {
            &mut self.remote
        } else {
            self.taken += 1;
            &mut self.near
        };
        let Reverse(entry) = events.pop()?;
        self.now = entry.at;
        Some(entry.event)
    }

    /// Lets time pass up to `to`, or to the next event if that is earlier.
    pub fn advance(&mut self, to: Time) {
        let limit = self.next_time().unwrap_or(Time::NEVER);
        self.now = self.now.max(to.min(limit));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn order(choices: &mut Choices) -> Vec<u32> {
        let mut schedule = Schedule::default();
        for event in 0..20 {
            let at = Time::START + Duration::from_secs(u64::from(event / 10));
            schedule.schedule(at, choices, event);
        }
        std::iter::from_fn(|| schedule.take()).collect()
    }

    #[test]
    fn events_of_one_time_happen_in_the_order_in_which_they_were_scheduled() {
        assert_eq!(order(&mut Choices::nominal()), (0..20).collect::<Vec<_>>());
    }

    #[test]
    fn a_seed_changes_the_order_of_events_of_one_time_and_no_other() {
        let seeded = order(&mut Choices::seeded(3));
        assert_ne!(seeded, (0..20).collect::<Vec<_>>());
        assert!(seeded[..10].iter().all(|event| *event < 10));
        assert_eq!(seeded, order(&mut Choices::seeded(3)));
        assert!((4..20).any(|seed| order(&mut Choices::seeded(seed)) != seeded));
    }

    #[test]
    fn remote_events_happen_in_the_same_order() {
        let at = |event: u32| Time::from_nanos(u64::from(event % 7));
        let order = |is_remote: fn(u32) -> bool| {
            let (mut schedule, mut choices) = (Schedule::default(), Choices::seeded(5));
            for event in 0..50 {
                if is_remote(event) {
                    schedule.schedule_remote(at(event), &mut choices, event);
                } else {
                    schedule.schedule(at(event), &mut choices, event);
                }
            }
            std::iter::from_fn(|| schedule.take()).collect::<Vec<_>>()
        };
        assert_eq!(order(|event| event % 3 == 0), order(|_| false));
        assert_eq!(order(|_| true), order(|_| false));
    }

    #[test]
    fn the_next_event_that_is_near_may_be_later_than_the_next_one() {
        let (mut schedule, choices) = (Schedule::default(), &mut Choices::nominal());
        let time = Time::from_nanos;
        schedule.schedule_remote(time(1), choices, "remote");
        schedule.schedule(time(2), choices, "near");
        assert_eq!(
            (schedule.next_time(), schedule.next_near()),
            (Some(time(1)), Some(time(2)))
        );
        schedule.draw_near();
        assert_eq!(schedule.next_near(), Some(time(1)));
        assert_eq!(
            (schedule.take(), schedule.take(), schedule.take()),
            (Some("remote"), Some("near"), None)
        );
    }

    #[test]
    fn time_never_goes_back() {
        let mut schedule = Schedule::default();
        let (choices, second) = (&mut Choices::nominal(), Time::from_nanos(1_000_000_000));
        schedule.schedule(second, choices, "first");
        assert_eq!(schedule.take(), Some("first"));
        schedule.schedule(Time::START, choices, "late");
        assert_eq!(schedule.next_time(), Some(second));
        schedule.advance(Time::START);
        assert_eq!(schedule.now(), second);
    }
}
