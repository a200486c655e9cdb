//! What goes in: TOML text. What comes out: its tree, or all of its syntax errors with their
//! places. The `toml` crate reads and recovers; this module puts tables back into the order of
//! the file, finds the first of two equal keys, and refuses what an application has no use for.

use std::collections::BTreeMap;
use std::ops::Range;

use oakc_diag::{Diagnostic, Diagnostics, FileId, Span};
use toml::Spanned;
use toml::de::{DeFloat, DeInteger, DeTable, DeValue, Error};

use super::{
    Entry, MAX_DEPTH, MAX_ERRORS, Node, NodeValue, SYNTAX, Table, clamped, duplicate_key,
    number_too_large, shorten, too_deep,
};

/// How the `toml` crate words a repeated key.
const DUPLICATE: &str = "duplicate key";

/// Reads TOML; see [`super::parse`].
pub(super) fn parse(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> Option<Node> {
    let (root, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        report(file, text, &errors, diagnostics);
        return None;
    }
    let before = diagnostics.len();
    let mut reader = Reader {
        file,
        text,
        diagnostics,
    };
    let table = reader.table(root.get_ref(), 1);
    let node = Node {
        span: Span::new(file, 0, text.len()),
        value: NodeValue::Table(table),
    };
    (diagnostics.len() == before).then_some(node)
}

/// Turns the crate's tree into ours.
struct Reader<'a> {
    file: FileId,
    text: &'a str,
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn table(&mut self, table: &DeTable<'_>, depth: usize) -> Table {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let entries = entries.into_iter().filter_map(|(key, value)| {
            Some(Entry {
                key: key.get_ref().to_string(),
                key_span: self.span(key.span()),
                value: self.node(value, depth)?,
            })
        });
        Table {
            entries: entries.collect(),
        }
    }

    /// The value of an entry or element; `depth` is that of the table or list it is in. `None`
    /// after an error.
    fn node(&mut self, value: &Spanned<DeValue<'_>>, depth: usize) -> Option<Node> {
        let span = self.span(value.span());
        let value = match value.get_ref() {
            DeValue::String(text) => NodeValue::Str(text.to_string()),
            DeValue::Integer(integer) => self.integer(integer, span)?,
            DeValue::Float(float) => self.float(float, span)?,
            DeValue::Boolean(value) => NodeValue::Bool(*value),
            DeValue::Datetime(_) => return self.refuse(date_or_time(span)),
            DeValue::Array(_) | DeValue::Table(_) if depth >= MAX_DEPTH => {
                return self.refuse(too_deep(span));
            }
            DeValue::Array(array) => {
                let inner = depth.saturating_add(1);
                let nodes = array.iter().filter_map(|value| self.node(value, inner));
                NodeValue::List(nodes.collect())
            }
            DeValue::Table(table) => NodeValue::Table(self.table(table, depth.saturating_add(1))),
        };
        Some(Node { span, value })
    }

    fn integer(&mut self, integer: &DeInteger<'_>, span: Span) -> Option<NodeValue> {
        match i128::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(value) => Some(NodeValue::Int(value)),
            Err(_) => self.refuse(number_too_large(span)),
        }
    }

    fn float(&mut self, float: &DeFloat<'_>, span: Span) -> Option<NodeValue> {
        match float.as_str().parse::<f64>() {
            Ok(value) if value.is_finite() || !has_digit(float.as_str()) => {
                Some(NodeValue::Float(value))
            }
            _ => self.refuse(number_too_large(span)),
        }
    }

    fn refuse<T>(&mut self, diagnostic: Diagnostic) -> Option<T> {
        self.diagnostics.push(diagnostic);
        None
    }

    fn span(&self, range: Range<usize>) -> Span {
        clamped(self.file, self.text, range.start, range.end)
    }
}

/// Tells a number from `inf` and `nan`.
fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

fn date_or_time(span: Span) -> Diagnostic {
    Diagnostic::new(&SYNTAX, "dates and times have no use in an application")
        .label(span, "TOML reads this as a date or time")
        .help("write it as a string, in quotes")
}

fn report(file: FileId, text: &str, errors: &[Error], diagnostics: &mut Diagnostics) {
    let reported = errors.get(..MAX_ERRORS).unwrap_or(errors);
    let repeated: Vec<Range<usize>> = reported.iter().filter_map(repeated_key).collect();
    let firsts = first_keys(text, &repeated);
    let cause = repeated.first().map(|key| key.start);
    for error in reported {
        let span = error.span().unwrap_or(0..0);
        let span = clamped(file, text, span.start, span.end);
        diagnostics.push(match repeated_key(error) {
            Some(key) => {
                let first = firsts.get(&key.start);
                if first == Some(&None) && cause != Some(key.start) {
                    continue;
                }
                let first = first.cloned().flatten();
                let first = first.map(|range| clamped(file, text, range.start, range.end));
                let name = text.get(span.start..span.end).unwrap_or_default();
                duplicate_key(&unquoted(name), first, span)
            }
            None => syntax_error(error, span),
        });
    }
    if errors.len() > MAX_ERRORS {
        let message = format!(
            "{} syntax errors; only the first {MAX_ERRORS} are shown",
            errors.len()
        );
        diagnostics.push(Diagnostic::new(&SYNTAX, message).label(Span::new(file, 0, 0), ""));
    }
}

fn syntax_error(error: &Error, span: Span) -> Diagnostic {
    let message = error.message();
    let diagnostic = Diagnostic::new(&SYNTAX, format!("not TOML: {}", shorten_message(message)));
    let diagnostic = diagnostic.label(span, "reading failed here");
    if message.contains("recurs") {
        return diagnostic.help(format!("lists and tables may be nested {MAX_DEPTH} deep"));
    }
    if message.contains("must be quoted") {
        return diagnostic.help("put text in quotes: `type = \"ColorCamera\"`");
    }
    diagnostic.help("correct the marked place; an unclosed quote or bracket may stand before it")
}

/// The parser's message with a bound on what it quotes.
fn shorten_message(message: &str) -> String {
    if message.len() <= 200 {
        return message.to_owned();
    }
    shorten(message)
}

/// The place of the second key if the error is about a repeated key.
fn repeated_key(error: &Error) -> Option<Range<usize>> {
    (error.message() == DUPLICATE).then(|| error.span())?
}

/// For each repeated key (by where it starts) the place of the first one.
///
/// The parser only tells where the second one is, not in which table. So the text is read once
/// more with every repeated key given a name of its own: where that name turns up in the tree,
/// the first key is its neighbour. If it has no such neighbour, the key was repeated only because
/// its table was opened twice, which is an error of its own.
fn first_keys(text: &str, repeated: &[Range<usize>]) -> BTreeMap<usize, Option<Range<usize>>> {
    let mut firsts = BTreeMap::new();
    if repeated.is_empty() {
        return firsts;
    }
    let renamed = Renamed::new(text, repeated);
    let (root, _) = DeTable::parse_recoverable(&renamed.text);
    let mut tables = vec![root.get_ref()];
    while let Some(table) = tables.pop() {
        for (key, value) in table {
            push_tables(value.get_ref(), &mut tables);
            let Some(original) = renamed.originals.get(key.get_ref().as_ref()) else {
                continue;
            };
            let name = unquoted(text.get(original.clone()).unwrap_or_default());
            let first = table.get_key_value(name.as_str());
            let first = first.map(|(first, _)| renamed.original(first.span()));
            // A later header can take the place of the first key in the tree; then it is unknown.
            if first
                .as_ref()
                .is_none_or(|first| first.start < original.start)
            {
                firsts.insert(original.start, first);
            }
        }
    }
    firsts
}

fn push_tables<'t, 'i>(value: &'t DeValue<'i>, tables: &mut Vec<&'t DeTable<'i>>) {
    match value {
        DeValue::Table(table) => tables.push(table),
        DeValue::Array(array) => {
            for element in array {
                push_tables(element.get_ref(), tables);
            }
        }
        _ => {}
    }
}

/// The name a key stands for.
fn unquoted(key: &str) -> String {
    let document = format!("{key} = 0");
    let (table, _) = DeTable::parse_recoverable(&document);
    let name = table.get_ref().keys().next();
    name.map(|name| name.get_ref().to_string())
        .unwrap_or_default()
}

/// A text in which some keys got names that occur nowhere else.
struct Renamed {
    text: String,
    /// The new name of each key, and where the key stood.
    originals: BTreeMap<String, Range<usize>>,
    /// For each renamed key the end in the new text and in the old one.
    ends: BTreeMap<usize, usize>,
}

impl Renamed {
    fn new(text: &str, keys: &[Range<usize>]) -> Self {
        let mut stem = "oakc-repeated".to_owned();
        while text.contains(&stem) {
            stem.push('-');
        }
        let mut keys = keys.to_vec();
        keys.sort_by_key(|key| key.start);
        let mut renamed = Self {
            text: String::with_capacity(text.len()),
            originals: BTreeMap::new(),
            ends: BTreeMap::new(),
        };
        let mut copied = 0;
        for (number, key) in keys.into_iter().enumerate() {
            let Some(between) = text.get(copied..key.start) else {
                continue;
            };
            let name = format!("{stem}{number}");
            renamed.text.push_str(between);
            renamed.text.push_str(&name);
            copied = key.end;
            renamed.ends.insert(renamed.text.len(), key.end);
            renamed.originals.insert(name, key);
        }
        renamed
            .text
            .push_str(text.get(copied..).unwrap_or_default());
        renamed
    }

    /// Where a range of the new text, outside of the renamed keys, stood in the old one.
    fn original(&self, range: Range<usize>) -> Range<usize> {
        let before = self.ends.range(..=range.start).next_back();
        let (new, old) = before.map_or((0, 0), |(new, old)| (*new, *old));
        let back = |offset: usize| offset.saturating_sub(new).saturating_add(old);
        back(range.start)..back(range.end)
    }
}
