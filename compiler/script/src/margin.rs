//! Scripts that are indented as a whole.
//!
//! In: the text of a script. Out: the text without the margin that all its lines share, and a map
//! from its positions to those of the script. Never: a change to any other indentation.
//!
//! The device passes a script through `textwrap.dedent` before it compiles it, so a script that is
//! indented as a whole runs. Lines that hold nothing but blanks become empty where there is a
//! margin.

use std::borrow::Cow;
use std::ops::Range;

use ruff_text_size::TextRange;

/// A script as the interpreter gets it, and where its bytes come from.
pub(crate) struct Dedented<'a> {
    text: Cow<'a, str>,
    /// For each line of the text: where it starts, and how many bytes were removed up to there.
    lines: Vec<(usize, usize)>,
}

impl<'a> Dedented<'a> {
    /// Removes the margin of a script.
    pub(crate) fn new(script: &'a str) -> Self {
        let margin = margin(script);
        if margin.is_empty() {
            return Self {
                text: Cow::Borrowed(script),
                lines: Vec::new(),
            };
        }
        let mut text = String::with_capacity(script.len());
        let mut lines = Vec::new();
        let mut removed = 0usize;
        for line in script.split_inclusive('\n') {
            let kept = line.strip_prefix(margin);
            let kept = kept.unwrap_or_else(|| line.trim_start_matches(BLANKS));
            removed = removed.saturating_add(line.len().saturating_sub(kept.len()));
            lines.push((text.len(), removed));
            text.push_str(kept);
        }
        Self {
            text: Cow::Owned(text),
            lines,
        }
    }

    /// The text that the interpreter compiles.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Where a range of that text is in the script.
    pub(crate) fn original(&self, range: TextRange) -> Range<usize> {
        let start = self.original_offset(range.start().into());
        start..self.original_offset(range.end().into()).max(start)
    }

    fn original_offset(&self, offset: usize) -> usize {
        let after = self.lines.partition_point(|(start, _)| *start <= offset);
        let line = after.checked_sub(1).and_then(|line| self.lines.get(line));
        offset.saturating_add(line.map_or(0, |(_, removed)| *removed))
    }
}

const BLANKS: [char; 2] = [' ', '\t'];

/// The longest run of blanks that all non-blank lines begin with.
fn margin(script: &str) -> &str {
    let lines = script.lines().filter(|line| !line.trim_end().is_empty());
    let mut margins = lines.map(|line| {
        let rest = line.trim_start_matches(BLANKS).len();
        line.get(..line.len().saturating_sub(rest)).unwrap_or("")
    });
    let first = margins.next().unwrap_or("");
    margins.fold(first, |margin, other| {
        let same = margin
            .bytes()
            .zip(other.bytes())
            .take_while(|(a, b)| a == b);
        margin.get(..same.count()).unwrap_or("")
    })
}

#[cfg(test)]
mod tests {
    use ruff_text_size::{TextRange, TextSize};

    use super::*;

    fn at(dedented: &Dedented, word: &str) -> Range<usize> {
        let start = dedented.text().find(word).unwrap();
        let size = |offset: usize| TextSize::new(u32::try_from(offset).unwrap());
        dedented.original(TextRange::new(size(start), size(start + word.len())))
    }

    #[test]
    fn a_margin_is_removed_and_positions_point_into_the_script() {
        let script = "\n    import time\n\n      \n    if x:\n        y = 1\n";
        let dedented = Dedented::new(script);
        assert_eq!(dedented.text(), "\nimport time\n\n  \nif x:\n    y = 1\n");
        for word in ["import time", "if x:", "y = 1"] {
            assert_eq!(&script[at(&dedented, word)], word);
        }
    }

    #[test]
    fn one_line_without_a_margin_leaves_the_script_unchanged() {
        for script in ["    a\nb\n", "\ta\n    b\n", "", "a", "   "] {
            assert_eq!(Dedented::new(script).text(), script);
        }
    }

    #[test]
    fn the_margin_is_what_the_lines_share_byte_by_byte() {
        assert_eq!(Dedented::new("  \ta\n  b\n").text(), "\ta\nb\n");
        assert_eq!(Dedented::new("\t\ta\r\n\tb\r\n").text(), "\ta\r\nb\r\n");
    }
}
