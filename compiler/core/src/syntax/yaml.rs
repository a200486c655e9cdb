//! YAML.
//!
//! In: text. Out: its tree with aliases and merge keys written out, or its errors. Never: a few
//! lines that fill the memory: copies made for aliases are counted against a budget.
//!
//! `saphyr-parser` reads and stops at its first error; what this module itself refuses is
//! collected.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;

use oakc_diag::{Diagnostic, Diagnostics, FileId, Span};
use saphyr_parser::{Event, Parser, ScalarStyle, Span as Marks, Tag};

use super::dotted;
use super::scalar::{self, ScalarError};
use super::{
    Entry, MAX_DEPTH, MAX_ERRORS, Node, NodeValue, SYNTAX, Table, clamped, duplicate_key,
    number_too_large, too_deep,
};

mod positions;
mod size;
mod slips;

use positions::Positions;
use size::Size;

/// Most values in one file, those copied by aliases included.
const MAX_NODES: usize = 1_000_000;
/// Most bytes of text that aliases may copy.
const MAX_COPIED_BYTES: usize = 64 << 20;

/// Reads YAML; see [`super::parse`]. The root may be any value.
pub(super) fn parse(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> Option<Node> {
    let before = diagnostics.len();
    let mut builder = Builder::new(file, text, diagnostics);
    if let Err(Stop(diagnostic)) = builder.read() {
        builder.diagnostics.push(*diagnostic);
    }
    let mut root = builder.root.take();
    for problem in root.iter_mut().flat_map(|root| dotted::expand(root, text)) {
        if builder.error(problem).is_err() {
            break;
        }
    }
    let failed = diagnostics.len() > before;
    let empty = || Node {
        span: Span::new(file, 0, text.len()),
        value: NodeValue::Table(Table::default()),
    };
    (!failed).then(|| root.unwrap_or_else(empty))
}

/// An error after which reading on makes no sense.
struct Stop(Box<Diagnostic>);

impl From<Diagnostic> for Stop {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(Box::new(diagnostic))
    }
}

/// Builds the tree from the parser's events.
struct Builder<'a> {
    positions: Positions<'a>,
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
    diagnostics: &'a mut Diagnostics,
    errors: usize,
    documents: usize,
    /// The lists and tables that are open.
    open: Vec<Frame>,
    /// What the anchors stand for, by the parser's number; open ones are missing.
    anchors: BTreeMap<usize, Anchored>,
    nodes: usize,
    copied_bytes: usize,
    root: Option<Node>,
}

/// A list or table that is still open.
struct Frame {
    start: usize,
    /// End of the last value in it.
    end: usize,
    /// Whether it is written with brackets.
    flow: bool,
    anchor: usize,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Table(OpenTable),
}

#[derive(Default)]
struct OpenTable {
    entries: Vec<Entry>,
    /// Where each key was first written.
    keys: BTreeMap<String, Span>,
    /// A key that waits for its value.
    key: Option<Key>,
    /// Number of entries before the merge key, and what it merges.
    merges: Vec<(usize, Node)>,
}

/// A key that was read; its name is `None` after an error, its value is then dropped.
struct Key {
    name: Option<String>,
    span: Span,
    merge: bool,
}

struct Anchored {
    node: Node,
    size: Size,
}

/// A finished value, and the word as written if it was one without quotes.
struct Finished {
    node: Node,
    word: Option<String>,
}

impl<'a> Builder<'a> {
    fn new(file: FileId, text: &'a str, diagnostics: &'a mut Diagnostics) -> Self {
        Self {
            positions: Positions::new(file, text),
            parser: Parser::new_from_str(text),
            diagnostics,
            errors: 0,
            documents: 0,
            open: Vec::new(),
            anchors: BTreeMap::new(),
            nodes: 0,
            copied_bytes: 0,
            root: None,
        }
    }

    fn read(&mut self) -> Result<(), Stop> {
        while let Some(event) = self.parser.next_event() {
            match event {
                Ok((event, marks)) => self.event(event, marks)?,
                Err(error) => {
                    let span = self.positions.at(error.marker().index());
                    let slip = slips::explain(span.file, self.positions.text(), span.start);
                    return Err(slip
                        .unwrap_or_else(|| syntax_error(error.info(), span))
                        .into());
                }
            }
        }
        Ok(())
    }

    fn event(&mut self, event: Event<'a>, marks: Marks) -> Result<(), Stop> {
        match event {
            Event::DocumentStart(_) => self.document(marks),
            Event::Scalar(word, style, anchor, tag) => {
                self.scalar(&word, style, anchor, tag.as_deref(), marks)
            }
            Event::Alias(anchor) => self.alias(anchor, marks),
            Event::SequenceStart(anchor, tag) => {
                let content = Content::List(Vec::new());
                self.start(content, anchor, tag.as_deref(), marks)
            }
            Event::MappingStart(anchor, tag) => {
                let content = Content::Table(OpenTable::default());
                self.start(content, anchor, tag.as_deref(), marks)
            }
            Event::SequenceEnd | Event::MappingEnd => self.finish(marks),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
        }
    }

    fn document(&mut self, marks: Marks) -> Result<(), Stop> {
        self.documents = self.documents.saturating_add(1);
        if self.documents < 2 {
            return Ok(());
        }
        let message = "the file contains several YAML documents";
        let diagnostic = Diagnostic::new(&SYNTAX, message)
            .label(self.positions.span(marks), "a second document starts here")
            .help("an application is one document: remove the `---`, or make two files");
        Err(diagnostic.into())
    }

    fn scalar(
        &mut self,
        word: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        marks: Marks,
    ) -> Result<(), Stop> {
        let has_properties = anchor != 0 || tag.is_some();
        let plain = style == ScalarStyle::Plain;
        let span = if plain && word.is_empty() {
            self.positions.nothing(marks, has_properties)
        } else {
            self.positions.scalar(marks, style, has_properties)
        };
        if self.open.is_empty() && plain && word.is_empty() && !has_properties {
            // A document of comments only is an empty table.
            return Ok(());
        }
        let full_tag = tag.map(|tag| format!("{}{}", tag.handle, tag.suffix));
        let value = match scalar::resolve(word, plain, full_tag.as_deref()) {
            Ok(value) => value,
            Err(error) => {
                self.error(scalar_error(error, tag, span))?;
                NodeValue::Null
            }
        };
        self.count(Size::ONE)?;
        let node = Node { span, value };
        self.remember(anchor, &node)?;
        let word = (plain && tag.is_none()).then(|| word.to_owned());
        self.place(Finished { node, word })
    }

    fn alias(&mut self, anchor: usize, marks: Marks) -> Result<(), Stop> {
        let span = self.positions.span(marks);
        let Some(anchored) = self.anchors.get(&anchor) else {
            let diagnostic = Diagnostic::new(&SYNTAX, "an alias is inside the value it refers to")
                .label(span, "this would repeat without end")
                .help("move the anchor (`&name`) to a value that ends before the alias");
            return Err(diagnostic.into());
        };
        let size = anchored.size;
        let mut node = anchored.node.clone();
        if self.open.len().saturating_add(size.depth) > MAX_DEPTH {
            return Err(too_deep(span).into());
        }
        self.count(size)?;
        node.span = span;
        self.place(Finished { node, word: None })
    }

    fn start(
        &mut self,
        content: Content,
        anchor: usize,
        tag: Option<&Tag>,
        marks: Marks,
    ) -> Result<(), Stop> {
        let under_key = matches!(self.open.last(), Some(frame) if frame.awaits_value());
        let is_list = matches!(content, Content::List(_));
        let has_properties = anchor != 0 || tag.is_some();
        let (start, flow) = self
            .positions
            .start(marks, has_properties, is_list && under_key);
        let span = self.positions.span(marks);
        if self.open.len() >= MAX_DEPTH {
            return Err(too_deep(span).into());
        }
        let kind = if is_list { "seq" } else { "map" };
        if let Some(tag) = tag
            && !scalar::is_collection_tag(&format!("{}{}", tag.handle, tag.suffix), kind)
        {
            self.error(scalar_error(ScalarError::UnknownTag, Some(tag), span))?;
        }
        self.count(Size::ONE)?;
        self.open.push(Frame {
            start,
            end: start,
            flow,
            anchor,
            content,
        });
        Ok(())
    }

    fn finish(&mut self, marks: Marks) -> Result<(), Stop> {
        let Some(frame) = self.open.pop() else {
            return Ok(());
        };
        let end = if frame.flow {
            self.positions.closing_bracket(marks)
        } else {
            frame.end
        };
        let span = self.positions.bytes(frame.start, end);
        let value = match frame.content {
            Content::List(nodes) => NodeValue::List(nodes),
            Content::Table(table) => NodeValue::Table(self.merged(table)?),
        };
        let node = Node { span, value };
        self.remember(frame.anchor, &node)?;
        self.place(Finished { node, word: None })
    }

    /// Puts a finished value where it belongs.
    fn place(&mut self, finished: Finished) -> Result<(), Stop> {
        let Some(frame) = self.open.last_mut() else {
            self.root = Some(finished.node);
            return Ok(());
        };
        frame.end = frame.end.max(finished.node.span.end);
        match &mut frame.content {
            Content::List(nodes) => nodes.push(finished.node),
            Content::Table(table) => match table.key.take() {
                Some(key) => table.insert(key, finished.node),
                None => return self.key(finished),
            },
        }
        Ok(())
    }

    /// Takes a finished value as a key of the innermost table.
    fn key(&mut self, finished: Finished) -> Result<(), Stop> {
        let span = finished.node.span;
        let merge = finished.word.as_deref() == Some("<<");
        let name = key_name(finished);
        let Some(Frame {
            content: Content::Table(table),
            ..
        }) = self.open.last_mut()
        else {
            return Ok(());
        };
        let mut error = None;
        let name = match name {
            Ok(name) => match table.keys.entry(name.clone()) {
                Slot::Vacant(slot) => {
                    slot.insert(span);
                    Some(name)
                }
                Slot::Occupied(first) => {
                    error = Some(duplicate_key(&name, Some(*first.get()), span));
                    None
                }
            },
            Err(found) => {
                error = Some(key_error(found, span));
                None
            }
        };
        table.key = Some(Key { name, span, merge });
        error.map_or(Ok(()), |error| self.error(error))
    }

    /// The table with what its merge keys bring, each in the place of its merge key. A key of
    /// the table itself wins, then the first of several merged tables.
    fn merged(&mut self, table: OpenTable) -> Result<Table, Stop> {
        let OpenTable {
            entries,
            mut keys,
            merges,
            ..
        } = table;
        if merges.is_empty() {
            return Ok(Table { entries });
        }
        let mut result = Vec::with_capacity(entries.len());
        let mut own = entries.into_iter();
        let mut taken = 0_usize;
        for (position, node) in merges {
            let before = position.saturating_sub(taken);
            result.extend(own.by_ref().take(before));
            taken = position;
            for entry in self.merge_entries(node)? {
                if let Slot::Vacant(slot) = keys.entry(entry.key.clone()) {
                    slot.insert(entry.key_span);
                    result.push(entry);
                }
            }
        }
        result.extend(own);
        Ok(Table { entries: result })
    }

    fn merge_entries(&mut self, node: Node) -> Result<Vec<Entry>, Stop> {
        let nodes = match node.value {
            NodeValue::List(nodes) => nodes,
            _ => vec![node],
        };
        let mut entries = Vec::new();
        for node in nodes {
            if let NodeValue::Table(table) = node.value {
                entries.extend(table.entries);
            } else {
                let found = node.value.describe();
                let message = format!("the merge key `<<` has {found}, not a table");
                let diagnostic = Diagnostic::new(&SYNTAX, message)
                    .label(node.span, "only a table can be merged")
                    .help("give it an alias of a table (`<<: *name`), or quote the key");
                self.error(diagnostic)?;
            }
        }
        Ok(entries)
    }

    fn remember(&mut self, anchor: usize, node: &Node) -> Result<(), Stop> {
        if anchor != 0 {
            let size = Size::of(node);
            self.count(size)?;
            let node = node.clone();
            self.anchors.insert(anchor, Anchored { node, size });
        }
        Ok(())
    }

    fn count(&mut self, size: Size) -> Result<(), Stop> {
        self.nodes = self.nodes.saturating_add(size.nodes);
        self.copied_bytes = self.copied_bytes.saturating_add(size.bytes);
        if self.nodes <= MAX_NODES && self.copied_bytes <= MAX_COPIED_BYTES {
            return Ok(());
        }
        let message = "the file grows too large when its aliases are written out";
        let diagnostic = Diagnostic::new(&SYNTAX, message)
            .label(self.positions.at(0), "")
            .help(format!(
                "at most {MAX_NODES} values: use fewer aliases of large values"
            ));
        Err(diagnostic.into())
    }

    /// Notes an error after which reading goes on, until there are too many.
    fn error(&mut self, diagnostic: Diagnostic) -> Result<(), Stop> {
        self.errors = self.errors.saturating_add(1);
        if self.errors >= MAX_ERRORS {
            return Err(diagnostic.into());
        }
        self.diagnostics.push(diagnostic);
        Ok(())
    }
}

impl Frame {
    fn awaits_value(&self) -> bool {
        matches!(&self.content, Content::Table(table) if table.key.is_some())
    }
}

impl OpenTable {
    fn insert(&mut self, key: Key, value: Node) {
        if let Some(name) = key.name {
            if key.merge {
                self.merges.push((self.entries.len(), value));
            } else {
                self.entries.push(Entry {
                    key: name,
                    key_span: key.span,
                    value,
                });
            }
        }
    }
}

/// The name a value makes as a key, as it is written; an error for what cannot be one.
fn key_name(finished: Finished) -> Result<String, &'static str> {
    match (finished.node.value, finished.word) {
        (value @ (NodeValue::Null | NodeValue::List(_) | NodeValue::Table(_)), _) => {
            Err(value.describe())
        }
        (NodeValue::Str(text), _) | (_, Some(text)) => Ok(text),
        (NodeValue::Bool(value), None) => Ok(value.to_string()),
        (NodeValue::Int(value), None) => Ok(value.to_string()),
        (NodeValue::Float(value), None) => Ok(value.to_string()),
        (value @ NodeValue::Reported, None) => Err(value.describe()),
    }
}

fn key_error(found: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&SYNTAX, format!("a key is {found}, not a name"))
        .label(span, "keys are plain words")
        .help("write a word before the colon, in quotes if it has unusual characters")
}

fn scalar_error(error: ScalarError, tag: Option<&Tag>, span: Span) -> Diagnostic {
    let tag = tag.map(ToString::to_string).unwrap_or_default();
    let tag = super::shorten(&tag);
    match error {
        ScalarError::TooLarge => number_too_large(span),
        ScalarError::WrongKind => {
            Diagnostic::new(&SYNTAX, format!("the value does not match its tag `{tag}`"))
                .label(span, "not a valid value for this tag")
                .help("remove the tag, or correct the value")
        }
        ScalarError::UnknownTag => {
            Diagnostic::new(&SYNTAX, format!("the tag `{tag}` is not supported"))
                .label(span, "only the standard tags such as `!!str` are known")
                .help("remove the tag")
        }
    }
}

fn syntax_error(info: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&SYNTAX, format!("invalid YAML: {info}"))
        .label(span, "reading failed here")
        .help("check indentation, colons and quotes at the mark and in the lines before it")
}
