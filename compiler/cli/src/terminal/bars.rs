//! Bars on a terminal: one for each of several things that happen at once.
//!
//! In: names, numbers of bytes, words. Out: bars on stderr, redrawn in place. Never: a control
//! sequence that came with a name or a word.

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use oakc_diag::render::printable;

const STYLE: &str = "{prefix:<18} {msg:<12} {wide_bar} {percent:>3} %";

/// Bars below each other, one for each name.
pub(crate) struct Bars {
    all: MultiProgress,
    bars: Vec<ProgressBar>,
}

impl Bars {
    /// Draws them, empty.
    pub(crate) fn new(names: &[String]) -> Self {
        let all = MultiProgress::new();
        let style = ProgressStyle::with_template(STYLE);
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = |name: &String| {
            let bar = all.add(ProgressBar::new(1));
            bar.set_style(style.clone());
            bar.set_prefix(printable::line(name));
            bar
        };
        let bars = names.iter().map(bar).collect();
        Self { all, bars }
    }

    /// What is going on with one of them, in a word.
    pub(crate) fn state(&self, index: usize, word: &'static str) {
        if let Some(bar) = self.bars.get(index) {
            bar.set_message(word);
        }
    }

    /// How far it is.
    pub(crate) fn count(&self, index: usize, done: u64, total: u64) {
        if let Some(bar) = self.bars.get(index) {
            bar.set_length(total);
            bar.set_position(done);
        }
    }

    /// It goes no further.
    pub(crate) fn end(&self, index: usize, word: &'static str) {
        if let Some(bar) = self.bars.get(index) {
            bar.finish_with_message(word);
        }
    }

    /// A line above the bars.
    pub(crate) fn say(&self, text: &str) {
        // If this fails there is nowhere left to say so.
        let _ = self.all.println(printable::line(text));
    }

    /// Removes all of them.
    pub(crate) fn clear(&self) {
        // The results contain the same as text. If this fails the bars stay, which does no harm.
        let _ = self.all.clear();
    }
}
