//! Bars on a terminal: one for each of several things that happen at once, and a line for all of them.
//!
//! In: names, numbers of bytes, words. Out: lines on stderr, redrawn in place. Never: a control
//! sequence that came with a name or a word.

mod layout;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use oakc_diag::render::printable;

use layout::{Item, Size, Stage, lines};

/// Pause between two drawings of bytes that are counted.
const PAUSE: Duration = Duration::from_millis(100);

/// Bars below each other.
pub(crate) struct Bars {
    /// How often each of the things goes over its bytes.
    passes: u64,
    state: Mutex<State>,
    drawn: ProgressBar,
}

struct State {
    items: Vec<Item>,
    /// When the pass of each began; `None` while nothing is counted.
    since: Vec<Option<Instant>>,
    /// When the first byte was counted.
    begun: Option<Instant>,
    drawn: Option<Instant>,
}

/// How far one of the things is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Count {
    /// Passes over the bytes that are finished.
    pub(crate) passes: u64,
    /// Bytes of this pass.
    pub(crate) done: u64,
    /// Of how many.
    pub(crate) total: u64,
}

impl Bars {
    /// Draws them, empty. Each goes over its bytes so many times.
    pub(crate) fn new(names: &[String], passes: u64) -> Self {
        let drawn = ProgressBar::new_spinner();
        let style = ProgressStyle::with_template("{msg}");
        drawn.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        let items = names
            .iter()
            .map(|name| Item::waiting(printable::line(name)));
        let state = State {
            items: items.collect(),
            since: vec![None; names.len()],
            begun: None,
            drawn: None,
        };
        let bars = Self {
            passes,
            state: Mutex::new(state),
            drawn,
        };
        bars.draw(&mut bars.state());
        bars
    }

    /// What is going on with one of them, in a word.
    pub(crate) fn word(&self, index: usize, word: &'static str) {
        let mut state = self.state();
        if let Some(item) = state.items.get_mut(index) {
            item.stage = Stage::InWork;
            item.word = word;
            item.time = Duration::ZERO;
        }
        if let Some(since) = state.since.get_mut(index) {
            *since = None;
        }
        self.draw(&mut state);
    }

    /// How far it is, and in a word with what.
    pub(crate) fn count(&self, index: usize, word: &'static str, count: Count) {
        let now = Instant::now();
        let mut state = self.state();
        state.begun.get_or_insert(now);
        let State { items, since, .. } = &mut *state;
        let (Some(item), Some(since)) = (items.get_mut(index), since.get_mut(index)) else {
            return;
        };
        if item.passes != count.passes || item.done > count.done {
            *since = None;
        }
        let since = *since.get_or_insert(now);
        *item = Item {
            name: std::mem::take(&mut item.name),
            stage: Stage::InWork,
            word,
            done: count.done,
            total: count.total,
            passes: count.passes,
            time: now.duration_since(since),
        };
        if state.drawn.is_none_or(|drawn| drawn.elapsed() >= PAUSE) {
            self.draw(&mut state);
        }
    }

    /// It goes no further.
    pub(crate) fn end(&self, index: usize, failed: bool) {
        let mut state = self.state();
        if let Some(item) = state.items.get_mut(index) {
            (item.stage, item.word) = if failed {
                (Stage::Failed, "failed")
            } else {
                (Stage::Done, "done")
            };
        }
        self.draw(&mut state);
    }

    /// A line above the bars.
    pub(crate) fn say(&self, text: &str) {
        self.drawn.println(printable::line(text));
    }

    /// Removes all of them; the results contain the same as text.
    pub(crate) fn clear(&self) {
        self.drawn.finish_and_clear();
    }

    fn draw(&self, state: &mut State) {
        state.drawn = Some(Instant::now());
        let time = state.begun.map(|begun| begun.elapsed()).unwrap_or_default();
        let lines = lines(&state.items, self.passes, time, size());
        self.drawn.set_message(lines.join("\n"));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The terminal's size, or that of a usual one.
fn size() -> Size {
    let (columns, rows) = super::size().unwrap_or((80, 24));
    Size { columns, rows }
}
