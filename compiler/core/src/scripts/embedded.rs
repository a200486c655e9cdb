//! A program inside a configuration: bytes of the program in, where they stand in the configuration out.
//!
//! Quotes, margins, escapes and parameters keep the two from being the same. A line of the program
//! that its line in the configuration holds as it is gives exact places; of one that it does not, the
//! whole line is the place. Where no line fits, it is the whole value.

use std::ops::Range;

use oakc_diag::Span;

/// Where the lines of a program stand.
#[derive(Debug)]
pub(super) struct Embedded {
    value: Span,
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    /// Where it begins in the program.
    start: usize,
    /// Where its first byte stands in the configuration, if the line is there as it is.
    exact: Option<usize>,
    /// The line in the configuration, without the blanks around it.
    around: Range<usize>,
}

impl Embedded {
    /// Finds the lines of `program` in `written`, the text of the value at `value`.
    pub(super) fn new(program: &str, value: Span, written: &str) -> Self {
        // The program begins behind the quote or below it.
        let found = [0, 1].map(|skipped| lines(program, value.start, written, skipped));
        let exact = |lines: &Vec<Line>| lines.iter().filter(|line| line.exact.is_some()).count();
        let best = found.into_iter().max_by_key(exact).unwrap_or_default();
        let lines = if exact(&best) > 0 { best } else { Vec::new() };
        Self { value, lines }
    }

    /// Where some bytes of the program stand.
    pub(super) fn span(&self, range: &Range<usize>) -> Span {
        let ends = self.line(range.start).zip(self.line(range.end));
        let Some((first, last)) = ends else {
            return self.value;
        };
        let offset = |line: &Line, at: usize| {
            Some(line.exact?.saturating_add(at.saturating_sub(line.start)))
        };
        let start = offset(first, range.start).unwrap_or(first.around.start);
        let end = offset(last, range.end).unwrap_or(last.around.end);
        // A program can end with a line break that its value does not have.
        let start = start.min(self.value.end);
        let end = end.clamp(start, self.value.end);
        Span::new(self.value.file, start, end)
    }

    fn line(&self, at: usize) -> Option<&Line> {
        let after = self.lines.partition_point(|line| line.start <= at);
        self.lines.get(after.checked_sub(1)?)
    }
}

/// The lines of a program beside those of a value, the first `skipped` of which do not count.
fn lines(program: &str, start: usize, written: &str, skipped: usize) -> Vec<Line> {
    let (mut here, mut there) = (0usize, start);
    let places = written.split_inclusive('\n').map(|line| {
        let at = there;
        there = there.saturating_add(line.len());
        (at, line)
    });
    let pairs = program.split_inclusive('\n').zip(places.skip(skipped));
    let lines = pairs.map(|(line, (at, written))| {
        let begins = here;
        here = here.saturating_add(line.len());
        let bare = line.trim();
        let blanks = line.len().saturating_sub(line.trim_start().len());
        let column = written.find(bare).filter(|_| !bare.is_empty());
        let exact = column.map(|column| at.saturating_add(column).saturating_sub(blanks));
        let left = written.len().saturating_sub(written.trim_start().len());
        let around = at.saturating_add(left)..at.saturating_add(written.trim_end().len().max(left));
        Line {
            start: begins,
            exact,
            around,
        }
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use oakc_diag::SourceMap;

    use super::*;

    /// What of a configuration stands for `words` of the program that it holds between the marks.
    fn place(config: &str, value: Range<usize>, program: &str, words: &str) -> String {
        let file = SourceMap::new().add("app", config);
        let written = &config[value.clone()];
        let embedded = Embedded::new(program, Span::new(file, value.start, value.end), written);
        let start = program.find(words).unwrap();
        let span = embedded.span(&(start..start + words.len()));
        config[span.start..span.end].to_owned()
    }

    #[test]
    fn bytes_that_stand_there_as_they_are_are_found() {
        let toml = "code = '''\nimport time\nif x:\n    f(1)\n'''\n";
        let program = "import time\nif x:\n    f(1)\n";
        assert_eq!(place(toml, 7..toml.len() - 1, program, "f(1)"), "f(1)");
        assert_eq!(
            place(toml, 7..toml.len() - 1, program, "time\nif"),
            "time\nif"
        );
        let yaml = "code: |\n      import time\n      if x:\n          f(1)\n";
        assert_eq!(place(yaml, 6..yaml.len(), program, "f(1)"), "f(1)");
        let inline = "code = \"f(1); g(2)\"\n";
        assert_eq!(place(inline, 7..19, "f(1); g(2)", "g(2)"), "g(2)");
    }

    #[test]
    fn the_end_of_a_program_is_at_most_that_of_its_value() {
        let yaml = "code: |\n  f(";
        let file = SourceMap::new().add("app", yaml);
        let value = Span::new(file, 6, yaml.len());
        let embedded = Embedded::new("f(\n", value, &yaml[6..]);
        let end = Span::new(file, yaml.len(), yaml.len());
        assert_eq!(embedded.span(&(3..3)), end);
    }

    #[test]
    fn a_line_with_a_parameter_is_the_place_of_its_bytes() {
        let toml = "code = '''\nimport time\n  HOST = '${host}'\n'''\n";
        let program = "import time\n  HOST = 'a.example'\n";
        assert_eq!(
            place(toml, 7..toml.len() - 1, program, "a.example"),
            "HOST = '${host}'"
        );
    }

    #[test]
    fn where_no_line_fits_it_is_the_whole_value() {
        let toml = "code = \"f(\\\"1\\\")\\nreturn\"\n";
        let value = 7..toml.len() - 1;
        assert_eq!(
            place(toml, value.clone(), "f(\"1\")\nreturn", "return"),
            toml[value].to_owned()
        );
    }
}
