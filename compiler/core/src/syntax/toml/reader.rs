//! Documents in TOML.
//!
//! In: the parser's events, which are pieces of the text. Out: the table of the whole document;
//! errors go to the shared [`Problems`]. Never: recursion: open lists and tables are on a stack of
//! limited height.

use std::cell::RefCell;

use oakc_diag::{Diagnostic, Span};
use toml_parser::decoder::{Encoding, ScalarKind};
use toml_parser::parser::EventReceiver;
use toml_parser::{ErrorSink, ParseError, Raw, Span as Range};

use super::super::{MAX_DEPTH, Node, NodeValue, SYNTAX, Table, number_too_large, too_deep};
use super::tables::{Key, Refused, Tables};
use super::{Input, Problems, errors};

/// Puts the document together.
pub(super) struct Reader<'a> {
    input: Input<'a>,
    problems: &'a RefCell<Problems>,
    document: Tables,
    /// Lists and inline tables that are open.
    open: Vec<Frame>,
    /// Where the header that is being read starts, and whether it is one of an array of tables.
    header: Option<(usize, bool)>,
    /// The parts of the key that was read last, until its value is complete.
    path: Vec<Key>,
}

struct Frame {
    start: usize,
    depth: usize,
    /// The key that waits for this value.
    path: Vec<Key>,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Table(Tables),
    /// Nested too deep; the parser skips what is in it.
    Refused,
}

impl<'a> Reader<'a> {
    pub(super) fn new(input: Input<'a>, problems: &'a RefCell<Problems>) -> Self {
        let whole = Span::new(input.file, 0, input.text.len());
        Self {
            input,
            problems,
            document: Tables::new(whole, 1),
            open: Vec::new(),
            header: None,
            path: Vec::new(),
        }
    }

    /// The table of the document; of no use if there were errors.
    pub(super) fn finish(self) -> Table {
        self.document.finish()
    }

    fn problem(&self, diagnostic: Diagnostic) {
        self.problems.borrow_mut().push(diagnostic);
    }

    fn heed(&self, result: Result<(), Refused>) {
        if let Err(diagnostic) = result {
            self.problem(*diagnostic);
        }
    }

    fn raw(&self, range: Range, encoding: Option<Encoding>) -> Raw<'a> {
        Raw::new_unchecked(self.input.slice(range), encoding, range)
    }

    fn start_header(&mut self, range: Range, array: bool) {
        self.path.clear();
        self.header = Some((range.start(), array));
    }

    fn end_header(&mut self, range: Range) {
        if let Some((start, array)) = self.header.take() {
            let span = Span::new(self.input.file, start, range.end());
            let path = std::mem::take(&mut self.path);
            let result = self.document.open(&path, span, array);
            self.heed(result);
        }
    }

    /// Starts a list or table; false if it would be nested too deep.
    fn start(&mut self, range: Range, content: impl FnOnce(Span, usize) -> Content) -> bool {
        let depth = self.depth().saturating_add(1);
        let span = self.input.span(range);
        let fits = depth <= MAX_DEPTH;
        let content = if fits {
            content(span, depth)
        } else {
            self.problem(too_deep(span));
            Content::Refused
        };
        self.open.push(Frame {
            start: range.start(),
            depth,
            path: std::mem::take(&mut self.path),
            content,
        });
        fits
    }

    /// The depth of the table or list that the next value will be in.
    fn depth(&self) -> usize {
        let outer = match self.open.last() {
            Some(frame) => frame.depth,
            None => self.document.depth(),
        };
        outer.saturating_add(self.path.len().saturating_sub(1))
    }

    fn end(&mut self, range: Range) {
        let Some(frame) = self.open.pop() else {
            return;
        };
        self.path = frame.path;
        let value = match frame.content {
            Content::List(nodes) => NodeValue::List(nodes),
            Content::Table(tables) => NodeValue::Table(tables.finish()),
            Content::Refused => NodeValue::Reported,
        };
        let span = Range::new_unchecked(frame.start, range.end());
        self.value(Node {
            span: self.input.span(span),
            value,
        });
    }

    /// Puts a finished value where it belongs.
    fn value(&mut self, node: Node) {
        let path = std::mem::take(&mut self.path);
        let result = match self.open.last_mut().map(|frame| &mut frame.content) {
            None => self.document.define(&path, node),
            Some(Content::Table(tables)) => tables.define(&path, node),
            Some(Content::List(nodes)) => {
                nodes.push(node);
                Ok(())
            }
            Some(Content::Refused) => Ok(()),
        };
        self.heed(result);
    }

    fn decoded(&self, range: Range, encoding: Option<Encoding>) -> NodeValue {
        let mut text = String::new();
        let mut failed = false;
        let raw = self.raw(range, encoding);
        let kind = raw.decode_scalar(&mut text, &mut |error: ParseError| {
            failed = true;
            self.problem(errors::of_value(self.input, range, encoding, &error));
        });
        if failed {
            return NodeValue::Reported;
        }
        let value = match kind {
            ScalarKind::String => Some(NodeValue::Str(text)),
            ScalarKind::Boolean(value) => Some(NodeValue::Bool(value)),
            ScalarKind::Integer(radix) => integer(&text, radix.value()),
            ScalarKind::Float => float(&text),
            ScalarKind::DateTime => {
                self.problem(date_or_time(self.input.span(range)));
                return NodeValue::Reported;
            }
        };
        value.unwrap_or_else(|| {
            self.problem(number_too_large(self.input.span(range)));
            NodeValue::Reported
        })
    }
}

impl EventReceiver for Reader<'_> {
    fn std_table_open(&mut self, range: Range, _: &mut dyn ErrorSink) {
        self.start_header(range, false);
    }

    fn std_table_close(&mut self, range: Range, _: &mut dyn ErrorSink) {
        self.end_header(range);
    }

    fn array_table_open(&mut self, range: Range, _: &mut dyn ErrorSink) {
        self.start_header(range, true);
    }

    fn array_table_close(&mut self, range: Range, _: &mut dyn ErrorSink) {
        self.end_header(range);
    }

    fn inline_table_open(&mut self, range: Range, _: &mut dyn ErrorSink) -> bool {
        self.start(range, |span, depth| {
            Content::Table(Tables::new(span, depth))
        })
    }

    fn inline_table_close(&mut self, range: Range, _: &mut dyn ErrorSink) {
        self.end(range);
    }

    fn array_open(&mut self, range: Range, _: &mut dyn ErrorSink) -> bool {
        self.start(range, |_, _| Content::List(Vec::new()))
    }

    fn array_close(&mut self, range: Range, _: &mut dyn ErrorSink) {
        self.end(range);
    }

    fn simple_key(&mut self, range: Range, encoding: Option<Encoding>, _: &mut dyn ErrorSink) {
        let mut name = String::new();
        let raw = self.raw(range, encoding);
        raw.decode_key(&mut name, &mut |error: ParseError| {
            let diagnostic = errors::of_key(self.input, range, encoding, &error);
            // What follows a colon makes no sense as TOML.
            let is_yaml = encoding.is_none() && self.input.slice(range).ends_with(':');
            let until = if is_yaml {
                self.input.line_end(range.end())
            } else {
                0
            };
            self.problems.borrow_mut().push_slip(diagnostic, until);
        });
        let span = self.input.span(range);
        self.path.push(Key { name, span });
    }

    fn scalar(&mut self, range: Range, encoding: Option<Encoding>, _: &mut dyn ErrorSink) {
        let value = self.decoded(range, encoding);
        let span = self.input.span(range);
        self.value(Node { span, value });
    }

    fn value_sep(&mut self, _: Range, _: &mut dyn ErrorSink) {
        self.path.clear();
    }

    fn comment(&mut self, range: Range, _: &mut dyn ErrorSink) {
        let raw = self.raw(range, None);
        raw.decode_comment(&mut |error: ParseError| {
            self.problem(errors::of_comment(self.input, &error));
        });
    }

    fn newline(&mut self, range: Range, _: &mut dyn ErrorSink) {
        let raw = self.raw(range, None);
        raw.decode_newline(&mut |error: ParseError| {
            self.problem(errors::of_newline(self.input, &error));
        });
        if !self.open.is_empty() {
            return;
        }
        self.path.clear();
        if self.header.take().is_some() {
            self.document.detach(self.input.span(range));
        }
    }
}

fn integer(digits: &str, radix: u32) -> Option<NodeValue> {
    let value = i128::from_str_radix(digits, radix);
    value.ok().map(NodeValue::Int)
}

fn float(text: &str) -> Option<NodeValue> {
    let value = text.parse::<f64>().ok()?;
    let written_out = text.bytes().any(|byte| byte.is_ascii_digit());
    (value.is_finite() || !written_out).then_some(NodeValue::Float(value))
}

fn date_or_time(span: Span) -> Diagnostic {
    Diagnostic::new(&SYNTAX, "dates and times are not supported")
        .label(span, "TOML reads this as a date or time")
        .help("write it as a string, in quotes")
}
