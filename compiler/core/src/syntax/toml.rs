//! TOML.
//!
//! In: text. Out: its tree, or its errors with their places: all of them up to a limit. Never: a
//! tree that is built in spite of an error.
//!
//! `toml_parser` splits the text into keys, values and brackets and recovers from errors; the
//! meaning of headers and dotted keys is decided here, so that both places of a repeated key are
//! known.

mod errors;
mod reader;
mod slips;
mod tables;

use std::cell::RefCell;

use oakc_diag::{Diagnostic, Diagnostics, FileId, Span};
use toml_parser::{ParseError, Source};

use super::{MAX_ERRORS, Node, NodeValue, SYNTAX, clamped};
use reader::Reader;

/// Reads TOML; see [`super::parse`].
pub(super) fn parse(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> Option<Node> {
    let problems = RefCell::new(Problems::default());
    let input = Input { file, text };
    let tokens = Source::new(text).lex().into_vec();
    let mut reader = Reader::new(input, &problems);
    let mut sink = |error: ParseError| {
        let diagnostic = errors::of_structure(input, &error);
        problems.borrow_mut().push(diagnostic);
    };
    toml_parser::parser::parse_document(&tokens, &mut reader, &mut sink);
    let table = reader.finish();
    let problems = problems.into_inner();
    if problems.count > 0 {
        problems
            .explained_by(slips::open_list(input))
            .report(file, diagnostics);
        return None;
    }
    Some(Node {
        span: Span::new(file, 0, text.len()),
        value: NodeValue::Table(table),
    })
}

/// The text that is read, for cutting and marking it.
#[derive(Clone, Copy)]
struct Input<'a> {
    file: FileId,
    text: &'a str,
}

impl<'a> Input<'a> {
    fn span(self, span: toml_parser::Span) -> Span {
        clamped(self.file, self.text, span.start(), span.end())
    }

    /// Where the line of an offset ends.
    fn line_end(self, offset: usize) -> usize {
        let rest = self.text.get(offset..).unwrap_or_default();
        let length = rest.find('\n').unwrap_or(rest.len());
        offset.saturating_add(length)
    }

    fn slice(self, span: toml_parser::Span) -> &'a str {
        self.text.get(span.start()..span.end()).unwrap_or_default()
    }
}

/// The errors in the order in which they are found; kept up to a limit, and counted beyond it.
#[derive(Default)]
struct Problems {
    kept: Vec<Diagnostic>,
    count: usize,
    /// Until here, a slip explains all errors.
    explained: usize,
}

impl Problems {
    /// Adds a slip that explains all errors until `end`.
    fn push_slip(&mut self, diagnostic: Diagnostic, end: usize) {
        self.push(diagnostic);
        self.explained = self.explained.max(end);
    }

    /// Adds an error, unless a slip on the same line explains it.
    fn push(&mut self, diagnostic: Diagnostic) {
        let start = diagnostic.place().map_or(0, |place| place.start);
        if start < self.explained {
            return;
        }
        self.count = self.count.saturating_add(1);
        if self.kept.len() < MAX_ERRORS {
            self.kept.push(diagnostic);
        }
    }

    /// The errors before a slip, and the slip: what is reported behind it follows from it.
    fn explained_by(mut self, slip: Option<Diagnostic>) -> Self {
        let start = |it: &Diagnostic| it.place().map(|place| place.start);
        if let Some(slip) = slip {
            self.kept.retain(|it| start(it) < start(&slip));
            self.kept.push(slip);
            self.count = self.kept.len();
        }
        self
    }

    fn report(self, file: FileId, diagnostics: &mut Diagnostics) {
        let cut = self.count > self.kept.len();
        for diagnostic in self.kept {
            diagnostics.push(diagnostic);
        }
        if cut {
            let count = self.count;
            let message = format!("{count} syntax errors; only the first {MAX_ERRORS} are shown");
            diagnostics.push(Diagnostic::new(&SYNTAX, message).label(Span::new(file, 0, 0), ""));
        }
    }
}
