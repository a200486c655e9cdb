//! The tree of a scenario in, its parts out. A part with a problem is reported and left out, and reading
//! goes on.

use std::time::Duration;

use oakc_core::Override;
use oakc_core::config::rules::{MISSING_KEY, OUT_OF_RANGE, UNKNOWN_ENUMERATOR, UNKNOWN_PARAMETER};
use oakc_core::config::{Document, Suggestion};
use oakc_core::syntax::{Entry, Language, Node, NodeValue, Table};
use oakc_diag::{Diagnostic, Diagnostics, FileId, Span};
use serde_json::{Map, Value};

use super::duration::{EXPECTED, parse_duration};
use super::{At, Feed, FeedSource, INVALID_SCENARIO, LIMIT, Peer, Scenario};
use crate::recording::hexadecimal;

pub(super) const SECTIONS: [&str; 9] = [
    "description",
    "app",
    "params",
    "limit",
    "seed",
    "feed",
    "latency",
    "peer",
    "step",
];

pub(super) struct Reading<'a> {
    pub(super) document: Document<'a>,
    file: FileId,
    /// The names below `[peer]`, whether or not the peers could be read.
    peer_names: Vec<String>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(file: FileId, language: Language, diagnostics: &'a mut Diagnostics) -> Self {
        Self {
            document: Document::new(language, diagnostics),
            file,
            peer_names: Vec::new(),
        }
    }

    pub(super) fn scenario(mut self, tree: &Node) -> Option<Scenario> {
        let root = self.document.table(tree)?;
        self.document
            .check_keys(root, &SECTIONS, "a key of a scenario");
        if let Some(NodeValue::Table(peers)) = root.get("peer").map(|node| &node.value) {
            self.peer_names = peers
                .entries
                .iter()
                .map(|entry| entry.key.clone())
                .collect();
        }
        let peers = root
            .get("peer")
            .map(|node| self.peers(node))
            .unwrap_or_default();
        let params = root.get("params").map(|node| self.params(node, &peers));
        let feeds = root.get("feed").map(|node| self.feeds(node));
        let latencies = root.get("latency").map(|node| self.latencies(node));
        let steps = root
            .get("step")
            .map(|node| self.steps(node))
            .unwrap_or_default();
        if !root.entries.iter().any(|entry| entry.key == "step") {
            self.without_steps(root);
        }
        let description = self.optional(root, "description", Self::text).flatten();
        let app = self.optional(root, "app", Self::text_at).flatten();
        let limit = self.optional(root, "limit", Self::duration).flatten();
        let seed = self.optional(root, "seed", |r, node| {
            r.integer(node, 0, i64::MAX.into(), "a whole number from 0 on")
        });
        Some(Scenario {
            file: self.file,
            language: self.document.language(),
            description,
            app,
            params: params.unwrap_or_default(),
            limit: limit.unwrap_or(LIMIT),
            seed: seed.flatten(),
            feeds: feeds.unwrap_or_default(),
            latencies: latencies.unwrap_or_default(),
            peers,
            steps,
        })
    }

    /// Without a step nothing is expected, and everything passes. Where a key is misspelt, that is the problem.
    fn without_steps(&mut self, root: &Table) {
        if root
            .entries
            .iter()
            .all(|entry| SECTIONS.contains(&entry.key.as_str()))
        {
            let step = match self.document.language() {
                Language::Toml => "[[step]]\nexpect = { log = \"ready\" }",
                Language::Yaml => "step:\n  - expect: { log: ready }",
            };
            self.invalid(
                "this scenario has no steps".to_owned(),
                Span::new(self.file, 0, 0),
                "nothing happens here, and nothing is expected",
                format!("write at least one:\n{step}"),
            );
        }
    }

    fn params(&mut self, node: &Node, peers: &[Peer]) -> Vec<Override> {
        let Some(table) = self.document.table(node) else {
            return Vec::new();
        };
        let params = table.entries.iter();
        params
            .filter_map(|entry| self.param(entry, peers))
            .collect()
    }

    fn param(&mut self, entry: &Entry, peers: &[Peer]) -> Option<Override> {
        let value = match &entry.value.value {
            NodeValue::Str(text) => self.filled_in(text, entry.value.span, peers)?,
            NodeValue::Int(number) => number.to_string(),
            NodeValue::Float(number) => number.to_string(),
            NodeValue::Bool(flag) => flag.to_string(),
            // JSON is read in either language.
            value @ (NodeValue::List(_) | NodeValue::Table(_)) => {
                let text = json_of(value).to_string();
                self.filled_in(&text, entry.value.span, peers)?
            }
            NodeValue::Null | NodeValue::Reported => {
                let expected = "a string, a number, true or false, a list or a table";
                self.document.wrong_type(&entry.value, expected);
                return None;
            }
        };
        Some(Override {
            name: entry.key.clone(),
            value,
            written: Some(entry.key_span),
        })
    }

    /// Writes the addresses of peers for `${peer.host}` and `${peer.port}`.
    fn filled_in(&mut self, text: &str, span: Span, peers: &[Peer]) -> Option<String> {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let Some((reference, after)) = after.split_once('}') else {
                break;
            };
            out.push_str(before);
            out.push_str(&self.place(reference, span, peers)?);
            rest = after;
        }
        out.push_str(rest);
        Some(out)
    }

    fn place(&mut self, reference: &str, span: Span, peers: &[Peer]) -> Option<String> {
        let known: Vec<_> = (self.peer_names.iter())
            .flat_map(|name| [format!("{name}.host"), format!("{name}.port")])
            .collect();
        let found = reference
            .rsplit_once('.')
            .filter(|_| known.contains(&reference.to_owned()));
        let Some((name, what)) = found else {
            let message = format!("`${{{reference}}}` is the address of no peer");
            let diagnostic = Diagnostic::new(&UNKNOWN_PARAMETER, message).label(span, "used here");
            let suggestion = Suggestion::of(reference, known.iter().map(String::as_str));
            self.document.report(suggestion.or_help(diagnostic, || {
                "a peer's address is `${NAME.host}` and `${NAME.port}`".to_owned()
            }));
            return None;
        };
        // A peer that could not be read was reported.
        let peer = peers.iter().find(|peer| peer.name.value == name)?;
        Some(match what {
            "host" => peer.host.to_string(),
            _ => peer.port.to_string(),
        })
    }

    fn feeds(&mut self, node: &Node) -> Vec<Feed> {
        let Some(nodes) = self.document.table(node) else {
            return Vec::new();
        };
        let mut feeds = Vec::new();
        for node in &nodes.entries {
            let Some(outputs) = self.document.table(&node.value) else {
                continue;
            };
            let repeat = self.optional(outputs, "repeat", Self::duration).flatten();
            for output in outputs.entries.iter().filter(|entry| entry.key != "repeat") {
                feeds.extend(self.feed(node, output, repeat));
            }
        }
        feeds
    }

    fn feed(&mut self, node: &Entry, output: &Entry, repeat: Option<Duration>) -> Option<Feed> {
        let at = |entry: &Entry| At {
            value: entry.key.clone(),
            span: entry.key_span,
        };
        let pictures = output.key == "frames" && matches!(output.value.value, NodeValue::Str(_));
        let (from, output) = match &output.value.value {
            NodeValue::Str(_) if pictures => {
                (FeedSource::Pictures(self.text_at(&output.value)?), None)
            }
            NodeValue::Str(_) => {
                let recording = self.text_at(&output.value)?;
                (FeedSource::Recording(recording), Some(at(output)))
            }
            NodeValue::List(_) => {
                let messages = self.messages(&output.value)?;
                (FeedSource::Messages(messages), Some(at(output)))
            }
            _ => {
                let expected = "the name of a recording, or a list of messages";
                self.document.wrong_type(&output.value, expected);
                return None;
            }
        };
        Some(Feed {
            node: at(node),
            output,
            from,
            repeat,
        })
    }

    fn latencies(&mut self, node: &Node) -> Vec<(At<String>, Duration)> {
        let Some(table) = self.document.table(node) else {
            return Vec::new();
        };
        let mut latencies = Vec::new();
        for entry in &table.entries {
            let node = At {
                value: entry.key.clone(),
                span: entry.key_span,
            };
            latencies.extend(self.duration(&entry.value).map(|time| (node, time)));
        }
        latencies
    }

    /// Whether a peer has this name, or a report that none has.
    pub(super) fn is_peer(&mut self, name: &At<String>) -> bool {
        if self.peer_names.contains(&name.value) {
            return true;
        }
        let message = format!("there is no peer `{}`", name.value);
        let diagnostic =
            Diagnostic::new(&INVALID_SCENARIO, message).label(name.span, "unknown peer");
        let known: Vec<_> = self.peer_names.iter().map(String::as_str).collect();
        let suggestion = Suggestion::of(&name.value, known);
        let diagnostic = if suggestion.is_none() {
            let table = self.document.language().table(&["peer", &name.value]);
            diagnostic.help(format!("declare it: {table}"))
        } else {
            suggestion.quoted_at(diagnostic, name.span)
        };
        self.document.report(diagnostic);
        false
    }
}

/// Values by what they should be.
impl Reading<'_> {
    /// Reports something that makes no sense.
    pub(super) fn invalid(&mut self, message: String, span: Span, label: &str, help: String) {
        self.document.report(
            Diagnostic::new(&INVALID_SCENARIO, message)
                .label(span, label)
                .help(help),
        );
    }

    /// Reports a key that has to be there.
    pub(super) fn missing(&mut self, key: &str, span: Span, what: &str) {
        self.document.report(
            Diagnostic::new(&MISSING_KEY, format!("`{key}` is missing"))
                .label(span, format!("expected `{key}` here: {what}")),
        );
    }

    /// Text that has to be there.
    pub(super) fn required(
        &mut self,
        table: &Table,
        key: &str,
        span: Span,
        what: &str,
    ) -> Option<At<String>> {
        match table.get(key) {
            Some(node) => self.text_at(node),
            None => {
                self.missing(key, span, what);
                None
            }
        }
    }

    /// What may be there; the outer `None` means that it is wrong and was reported.
    #[expect(
        clippy::option_option,
        reason = "nothing written differs from something wrong"
    )]
    pub(super) fn optional<T>(
        &mut self,
        table: &Table,
        key: &str,
        read: impl FnOnce(&mut Self, &Node) -> Option<T>,
    ) -> Option<Option<T>> {
        match table.get(key) {
            Some(node) => read(self, node).map(Some),
            None => Some(None),
        }
    }

    pub(super) fn text(&mut self, node: &Node) -> Option<String> {
        self.document.value::<String>(node)
    }

    pub(super) fn text_at(&mut self, node: &Node) -> Option<At<String>> {
        let value = self.text(node)?;
        Some(At {
            value,
            span: node.span,
        })
    }

    pub(super) fn flag(&mut self, node: &Node) -> Option<bool> {
        self.document.value::<bool>(node)
    }

    pub(super) fn number(&mut self, node: &Node) -> Option<f64> {
        self.document.value::<f64>(node)
    }

    pub(super) fn share(&mut self, node: &Node) -> Option<f64> {
        let share = self.number(node)?;
        if (0.0..=1.0).contains(&share) {
            return Some(share);
        }
        self.out_of_range(node, "a number from 0 to 1");
        None
    }

    pub(super) fn duration(&mut self, node: &Node) -> Option<Duration> {
        let found = match &node.value {
            NodeValue::Str(text) => parse_duration(text),
            _ => None,
        };
        if found.is_none() {
            self.document.wrong_type(node, EXPECTED);
        }
        found
    }

    /// A whole number in a range; `expected` says which.
    pub(super) fn integer<T: TryFrom<i128>>(
        &mut self,
        node: &Node,
        least: i128,
        most: i128,
        expected: &str,
    ) -> Option<T> {
        let NodeValue::Int(number) = node.value else {
            self.document.wrong_type(node, expected);
            return None;
        };
        let number = Some(number).filter(|number| (least..=most).contains(number));
        let number = number.and_then(|number| T::try_from(number).ok());
        if number.is_none() {
            self.out_of_range(node, expected);
        }
        number
    }

    pub(super) fn port(&mut self, node: &Node) -> Option<u16> {
        self.integer(node, 1, 65_535, "a port, 1 to 65535")
    }

    /// Text, or a list of bytes.
    pub(super) fn content(&mut self, node: &Node) -> Option<Vec<u8>> {
        match &node.value {
            NodeValue::Str(text) => Some(text.clone().into_bytes()),
            NodeValue::List(_) => self.document.value::<Vec<u8>>(node),
            _ => {
                self.document
                    .wrong_type(node, "a string, or a list of bytes");
                None
            }
        }
    }

    /// A list of bytes, or their hexadecimal digits.
    pub(super) fn bytes(&mut self, node: &Node) -> Option<Vec<u8>> {
        let found = match &node.value {
            NodeValue::Str(text) => hexadecimal(text),
            NodeValue::List(_) => return self.document.value::<Vec<u8>>(node),
            _ => None,
        };
        if found.is_none() {
            let expected = "a list of bytes, or hexadecimal digits such as \"ff d8\"";
            self.document.wrong_type(node, expected);
        }
        found
    }

    pub(super) fn headers(&mut self, node: &Node) -> Option<Vec<(String, String)>> {
        let table = self.document.table(node)?;
        let mut headers = Vec::new();
        for entry in &table.entries {
            headers.push((entry.key.clone(), self.text(&entry.value)?));
        }
        Some(headers)
    }

    /// One of several names.
    pub(super) fn one_of(&mut self, node: &Node, names: &[&'static str]) -> Option<&'static str> {
        let text = self.text(node)?;
        let found = names.iter().copied().find(|name| *name == text);
        if found.is_none() {
            let diagnostic =
                Diagnostic::new(&UNKNOWN_ENUMERATOR, format!("`{text}` is not known here"))
                    .label(node.span, "not a known name");
            let suggestion = Suggestion::of(&text, names.iter().copied());
            let diagnostic = suggestion.quoted_at(diagnostic, node.span);
            self.document
                .report(diagnostic.help(format!("possible: {}", names.join(", "))));
        }
        found
    }

    fn out_of_range(&mut self, node: &Node, expected: &str) {
        self.document.report(
            Diagnostic::new(&OUT_OF_RANGE, "this value is out of range")
                .label(node.span, format!("expected {expected}")),
        );
    }
}

/// The same value in JSON.
pub(super) fn json_of(value: &NodeValue) -> Value {
    match value {
        NodeValue::Null | NodeValue::Reported => Value::Null,
        NodeValue::Bool(flag) => Value::Bool(*flag),
        NodeValue::Int(number) => i64::try_from(*number).map_or(Value::Null, Value::from),
        NodeValue::Float(number) => Value::from(*number),
        NodeValue::Str(text) => Value::String(text.clone()),
        NodeValue::List(items) => items.iter().map(|item| json_of(&item.value)).collect(),
        NodeValue::Table(table) => {
            let entries = table.entries.iter();
            let entries = entries.map(|entry| (entry.key.clone(), json_of(&entry.value.value)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
    }
}
