//! Positions in YAML.
//!
//! In: the parser's marks, which count characters and sometimes include an anchor or tag. Out:
//! spans in bytes of the value alone. Never: a span outside of the text or within a character,
//! whatever the marks say.

use oakc_diag::{FileId, Span};
use saphyr_parser::{ScalarStyle, Span as Marks};

use super::clamped;

/// Distance in characters between two remembered offsets.
const STEP: usize = 256;

/// Translates marks of one text.
pub(super) struct Positions<'a> {
    file: FileId,
    text: &'a str,
    /// Byte offset of every `STEP`th character; empty if all characters are single bytes.
    offsets: Vec<usize>,
}

impl<'a> Positions<'a> {
    pub(super) fn new(file: FileId, text: &'a str) -> Self {
        let offsets = if text.is_ascii() {
            Vec::new()
        } else {
            let offsets = text.char_indices().map(|(offset, _)| offset);
            offsets.step_by(STEP).collect()
        };
        Self {
            file,
            text,
            offsets,
        }
    }

    /// The text that the marks are in.
    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// The whole range between the marks.
    pub(super) fn span(&self, marks: Marks) -> Span {
        let start = self.offset(marks.start.index());
        self.bytes(start, self.offset(marks.end.index()))
    }

    /// The empty span before a character.
    pub(super) fn at(&self, character: usize) -> Span {
        let offset = self.offset(character);
        self.bytes(offset, offset)
    }

    /// A span from byte offsets.
    pub(super) fn bytes(&self, start: usize, end: usize) -> Span {
        clamped(self.file, self.text, start, end)
    }

    /// The span of nothing, which the parser marks by what follows: a comma, a bracket.
    pub(super) fn nothing(&self, marks: Marks, has_properties: bool) -> Span {
        let span = self.span(marks);
        let offset = if has_properties {
            self.after_properties(span)
        } else {
            span.start
        };
        self.bytes(offset, offset)
    }

    /// The span of a scalar without its anchor and tag; of a block of text without the spaces
    /// and line breaks around it.
    pub(super) fn scalar(&self, marks: Marks, style: ScalarStyle, has_properties: bool) -> Span {
        let span = self.span(marks);
        let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        let mut start = span.start;
        if has_properties {
            start = self.after_properties(span);
            if is_block {
                start = self.block_content(start, span.end);
            }
        }
        let end = if is_block {
            self.trimmed_end(start, span.end)
        } else {
            span.end
        };
        self.bytes(start, end)
    }

    /// Where a list or table starts, and whether with a bracket. The parser marks a list of
    /// dashes that stand right below their key after the first dash.
    pub(super) fn start(&self, marks: Marks, has_properties: bool, dashes: bool) -> (usize, bool) {
        let span = self.span(marks);
        let start = if has_properties {
            self.after_properties(span)
        } else {
            span.start
        };
        let flow = start < span.end;
        let before = self.slice(0, start).trim_end_matches([' ', '\t']);
        if dashes && !flow && before.ends_with('-') {
            return (before.len().saturating_sub(1), flow);
        }
        (start, flow)
    }

    /// The offset behind a closing bracket; the parser's mark goes on over what follows it.
    pub(super) fn closing_bracket(&self, marks: Marks) -> usize {
        let span = self.span(marks);
        let marked = self.slice(span.start, span.end);
        let bracket = marked.find([']', '}']).map(|at| at.saturating_add(1));
        span.start.saturating_add(bracket.unwrap_or(marked.len()))
    }

    fn offset(&self, character: usize) -> usize {
        if self.offsets.is_empty() {
            return character.min(self.text.len());
        }
        let Some(&near) = self.offsets.get(character / STEP) else {
            return self.text.len();
        };
        let rest = self.text.get(near..).unwrap_or_default();
        let within = rest.char_indices().nth(character % STEP);
        within.map_or(self.text.len(), |(offset, _)| near.saturating_add(offset))
    }

    fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// The offset behind anchor, tag, and the space and comments around them.
    fn after_properties(&self, span: Span) -> usize {
        let mut rest = self.slice(span.start, span.end);
        loop {
            rest = rest.trim_start();
            rest = match rest.chars().next() {
                Some('&') => after(rest, |c| c.is_whitespace() || ",[]{}".contains(c)),
                Some('!') if rest.starts_with("!<") => {
                    rest.split_once('>').map_or("", |(_, rest)| rest)
                }
                Some('!') => after(rest, |c| c.is_whitespace() || ",[]{}".contains(c)),
                Some('#') => after(rest, |c| c == '\n' || c == '\r'),
                _ => return span.end.saturating_sub(rest.len()),
            };
        }
    }

    /// The offset behind the `|` or `>` line and the first indentation.
    fn block_content(&self, start: usize, end: usize) -> usize {
        let text = self.slice(start, end);
        if !text.starts_with(['|', '>']) {
            return start;
        }
        let content = after(text, |c| c == '\n' || c == '\r').trim_start();
        end.saturating_sub(content.len())
    }

    fn trimmed_end(&self, start: usize, end: usize) -> usize {
        start.saturating_add(self.slice(start, end).trim_end().len())
    }
}

/// The text from the first character that `stops`.
fn after(text: &str, stops: impl Fn(char) -> bool) -> &str {
    let end = text.find(stops).unwrap_or(text.len());
    text.get(end..).unwrap_or_default()
}
