//! Threads of scripts that sleep, or wait for a lock.

use std::time::Duration;

use super::Camera;
use super::scripts::{Outcome, ThreadRef};
use crate::choices::Question;
use crate::network::Network;
use crate::script::marshal::Writer;
use crate::script::protocol::{Ask, answer};
use crate::time::Time;

impl<N: Network> Camera<N> {
    pub(super) fn sleep(&mut self, at: ThreadRef, duration: Option<Duration>) -> Outcome {
        let now = self.schedule.now();
        let Some(thread) = self.thread(at) else {
            return Outcome::Gone;
        };
        let until = match (thread.until, duration) {
            (Some(until), _) => until,
            (None, None) => return Outcome::Wait(Ask::Sleep(None)),
            (None, Some(duration)) => {
                let until = now + duration;
                thread.until = Some(until);
                if !self.reach(until) && until > now {
                    self.schedule_thread(at, until);
                }
                until
            }
        };
        if self.schedule.now() >= until {
            return Outcome::Answer(answer(Writer::none));
        }
        Outcome::Wait(Ask::Sleep(duration))
    }

    pub(super) fn park(&mut self, at: ThreadRef, lock: i64, until: Time) -> Outcome {
        let now = self.schedule.now();
        let Some(thread) = self.thread(at) else {
            return Outcome::Gone;
        };
        let was_waiting = thread.until.replace(until).is_some();
        let is_woken = std::mem::take(&mut thread.is_woken);
        let is_over = now >= until;
        if is_woken || is_over {
            let parked = self.scripts.get_mut(at.script);
            if let Some(waiting) = parked.and_then(|run| run.parked.get_mut(&lock)) {
                waiting.retain(|waiting| *waiting != at.thread);
            }
            return Outcome::Answer(answer(|writer| writer.bool(is_woken)));
        }
        if !was_waiting {
            self.schedule_thread(at, until);
        }
        Outcome::Wait(Ask::Park(lock, until))
    }

    /// Lets one of those go on who wait for a lock.
    pub(super) fn unpark(&mut self, script: usize, lock: i64) {
        let Some(run) = self.scripts.get_mut(script) else {
            return;
        };
        let Some(waiting) = run.parked.get_mut(&lock) else {
            return;
        };
        let count = u32::try_from(waiting.len()).unwrap_or(u32::MAX);
        let chosen = self.choices.choose(Question::Waiter(count));
        let chosen = usize::try_from(chosen).unwrap_or(0);
        if chosen >= waiting.len() {
            return;
        }
        let thread = waiting.remove(chosen);
        if waiting.is_empty() {
            run.parked.remove(&lock);
        }
        let at = ThreadRef { script, thread };
        if let Some(thread) = self.thread(at) {
            thread.is_woken = true;
        }
        self.wake(at);
    }
}
