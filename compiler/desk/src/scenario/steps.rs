//! What happens in a scenario: the tables of `[[step]]` in, [`Step`]s out.

use std::time::Duration;

use oakc_core::syntax::{Entry, Node, NodeValue, Table};
use oakc_diag::Span;
use serde_json::{Map, Value};

use super::matcher::Matcher;
use super::picture::{TOLERANCE, Wanted};
use super::reading::{Reading, json_of};
use super::{At, FeedSource};
use crate::fields::{self, Written};
use crate::sighting::Happened;

/// Something that happens, or has to.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Where it is written.
    pub span: Span,
    /// What it is.
    pub kind: StepKind,
}

/// The steps there are.
#[derive(Clone, Debug, PartialEq)]
pub enum StepKind {
    /// An output sends messages.
    Feed(Feeding),
    /// Time passes.
    Advance(Duration),
    /// Something has to happen, or must not.
    Expect(Expect),
    /// A peer says something.
    Send(Send),
    /// The network or a peer stops working for a while.
    Fault(Fault),
}

/// What an output sends.
#[derive(Clone, Debug, PartialEq)]
pub struct Feeding {
    /// `node.output`.
    pub output: At<String>,
    /// The messages; their times count from this step on.
    pub from: FeedSource,
}

/// Something that has to happen.
#[derive(Clone, Debug, PartialEq)]
pub struct Expect {
    /// What.
    pub what: Expected,
    /// How soon.
    pub within: Option<At<Duration>>,
    /// How often.
    pub count: usize,
    /// It must not happen, as long as `within` says.
    pub absent: bool,
}

/// What has to happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    /// A message is seen.
    Message {
        /// Where.
        at: Lookout,
        /// What.
        matcher: Matcher,
    },
    /// All messages that are seen, compared with a file.
    Golden {
        /// Where.
        at: Lookout,
        /// The file, relative to the scenario.
        file: At<String>,
    },
    /// A script logs a line.
    Log {
        /// What is in the line.
        text: String,
        /// At which level.
        level: Option<&'static str>,
        /// Which script.
        node: Option<At<String>>,
    },
    /// A script ends.
    Ended {
        /// Which.
        node: At<String>,
        /// What is in the last line of its traceback; none means that it ends without an exception.
        error: Option<String>,
    },
}

/// Where messages are looked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Lookout {
    /// What the peer with this name receives.
    Peer(At<String>),
    /// What `node.output` sends.
    Output(At<String>),
    /// What comes to `node.input`.
    Input(At<String>),
}

impl Lookout {
    /// As a phrase behind "a message".
    pub(crate) fn phrase(&self) -> String {
        match self {
            Self::Peer(name) | Self::Input(name) => format!("to `{}`", name.value),
            Self::Output(name) => format!("from `{}`", name.value),
        }
    }
}

/// What a peer says.
#[derive(Clone, Debug, PartialEq)]
pub struct Send {
    /// Who.
    pub peer: At<String>,
    /// What, and how.
    pub delivery: Delivery,
}

/// What a peer says, and how.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delivery {
    /// The content.
    pub body: Vec<u8>,
    /// The topic of MQTT.
    pub topic: Option<String>,
    /// The quality of service of MQTT.
    pub qos: u8,
    /// Whether the broker keeps the message.
    pub retain: bool,
    /// The method of HTTP.
    pub method: Option<String>,
    /// The path of HTTP.
    pub path: Option<String>,
    /// Headers of HTTP.
    pub headers: Vec<(String, String)>,
    /// Close the connection afterwards.
    pub close: bool,
}

/// Something stops working for a while.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// Whose.
    pub peer: At<String>,
    /// What.
    pub kind: FaultKind,
    /// For how long.
    pub duration: Duration,
}

/// What stops working.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FaultKind {
    /// The peer refuses new connections; UDP to it is lost.
    Refuse,
    /// Connections break, and nothing reaches it or comes from it.
    Cut,
    /// At most this many bytes a second pass, in each direction.
    Slow(u32),
    /// This part of the datagrams is lost. With TCP all that is lost is sent again later.
    Lose(f64),
    /// The peer reads nothing.
    Stall,
}

pub(super) const STEPS: [&str; 6] = ["feed", "wait", "advance", "expect", "send", "fault"];
pub(super) const FEED: [&str; 4] = ["output", "message", "messages", "recording"];
pub(super) const MATCHER: [&str; 18] = [
    "text",
    "bytes",
    "json",
    "min_bytes",
    "headers",
    "connected",
    "closed",
    "topic",
    "qos",
    "retain",
    "method",
    "path",
    "status",
    "type",
    "severity",
    "app",
    "picture",
    "tolerance",
];
pub(super) const EXPECT: [&str; 11] = [
    "peer", "output", "input", "log", "ended", "within", "count", "absent", "golden", "level",
    "node",
];
pub(super) const SEND: [&str; 11] = [
    "peer", "text", "json", "bytes", "topic", "qos", "retain", "method", "path", "headers", "close",
];
pub(super) const FAULTS: [&str; 5] = ["refuse", "cut", "slow", "lose", "stall"];
pub(super) const FAULT: [&str; 3] = ["peer", "rate", "share"];
/// Levels of a script's log, mildest first.
pub(super) const LEVELS: [&str; 6] = ["trace", "debug", "info", "warn", "error", "critical"];

/// Bytes a second of a slow link, unless it says so.
const SLOW: u32 = 1024;
/// Facts that are text.
const TEXTS: [&str; 5] = ["topic", "method", "path", "type", "app"];
/// Facts that are numbers.
const NUMBERS: [&str; 3] = ["qos", "status", "severity"];

impl Reading<'_> {
    /// The steps below `[[step]]`.
    pub(super) fn steps(&mut self, node: &Node) -> Vec<Step> {
        let NodeValue::List(items) = &node.value else {
            self.document.wrong_type(node, "a list of steps");
            return Vec::new();
        };
        items.iter().filter_map(|item| self.step(item)).collect()
    }

    fn step(&mut self, node: &Node) -> Option<Step> {
        let table = self.document.table(node)?;
        self.document.check_keys(table, &STEPS, "a step");
        let entry = match table.entries.as_slice() {
            [entry] => entry,
            [] => {
                let steps = STEPS.join(", ");
                let message = "this step does nothing".to_owned();
                self.invalid(
                    message,
                    node.span,
                    "empty",
                    format!("a step is one of {steps}"),
                );
                return None;
            }
            [_, second, ..] => {
                let another = match self.document.language() {
                    oakc_core::syntax::Language::Toml => "begin another `[[step]]`",
                    oakc_core::syntax::Language::Yaml => "begin another item of `step` with `-`",
                };
                if STEPS.contains(&second.key.as_str()) {
                    self.invalid(
                        "this step does two things".to_owned(),
                        second.key_span,
                        "the second",
                        format!("{another}: steps happen one after the other"),
                    );
                }
                return None;
            }
        };
        let kind = match entry.key.as_str() {
            "feed" => StepKind::Feed(self.feeding(&entry.value)?),
            "wait" | "advance" => StepKind::Advance(self.duration(&entry.value)?),
            "expect" => StepKind::Expect(self.expect(&entry.value)?),
            "send" => StepKind::Send(self.send(&entry.value)?),
            "fault" => StepKind::Fault(self.fault(&entry.value)?),
            _ => return None,
        };
        let span = entry.key_span.to(entry.value.span);
        Some(Step { span, kind })
    }

    fn feeding(&mut self, node: &Node) -> Option<Feeding> {
        let table = self.document.table(node)?;
        self.document.check_keys(table, &FEED, "a key of `feed`");
        let output = self.required(
            table,
            "output",
            node.span,
            "the output that sends, `node.output`",
        );
        let sources: Vec<_> = (table.entries.iter())
            .filter(|entry| FEED[1..].contains(&entry.key.as_str()))
            .collect();
        let [source] = sources.as_slice() else {
            self.invalid(
                "this feed needs one source".to_owned(),
                node.span,
                "expected one of `message`, `messages` and `recording`",
                "write what the output sends: message = { type = \"Buffer\", … }".to_owned(),
            );
            return None;
        };
        let from = self.source(source)?;
        let output = output?;
        self.is_output(&output).then_some(Feeding { output, from })
    }

    fn source(&mut self, entry: &Entry) -> Option<FeedSource> {
        match entry.key.as_str() {
            "message" => Some(FeedSource::Messages(vec![self.message(&entry.value)?])),
            "messages" => self.messages(&entry.value).map(FeedSource::Messages),
            _ => self.text_at(&entry.value).map(FeedSource::Recording),
        }
    }

    /// Messages in a list.
    pub(super) fn messages(&mut self, node: &Node) -> Option<Vec<At<Map<String, Value>>>> {
        let NodeValue::List(items) = &node.value else {
            self.document.wrong_type(node, "a list of messages");
            return None;
        };
        items.iter().map(|item| self.message(item)).collect()
    }

    fn message(&mut self, node: &Node) -> Option<At<Map<String, Value>>> {
        let table = self.document.table(node)?;
        self.required(
            table,
            "type",
            node.span,
            "the class of the message, such as \"Buffer\"",
        )?;
        let Value::Object(value) = json_of(&node.value) else {
            return None;
        };
        let place = Written {
            whole: node.span,
            node: Some(node),
            offset: 0,
            is_json: false,
        };
        for slip in fields::slips(&value) {
            self.document.report(slip.diagnostic(&place));
        }
        Some(At {
            value,
            span: node.span,
        })
    }

    /// An output is written `node.output`.
    fn is_output(&mut self, output: &At<String>) -> bool {
        self.is_port(output, "an output", "node.output")
    }

    fn is_port(&mut self, name: &At<String>, what: &str, form: &str) -> bool {
        let parts = name.value.split_once('.');
        let is_port = parts.is_some_and(|(node, port)| !node.is_empty() && !port.is_empty());
        if !is_port {
            let port = form.trim_start_matches("node.");
            self.invalid(
                format!("`{}` is not {what}", name.value),
                name.span,
                &format!("expected `{form}`"),
                format!("name the node and its {port} with a dot between them"),
            );
        }
        is_port
    }

    fn expect(&mut self, node: &Node) -> Option<Expect> {
        let table = self.document.table(node)?;
        let known = [&EXPECT[..], &MATCHER].concat();
        self.document.check_keys(table, &known, "a key of `expect`");
        let within = self.optional(table, "within", |r, node| {
            let value = r.duration(node)?;
            let span = node.span;
            Some(At { value, span })
        })?;
        let count = self.optional(table, "count", |r, node| {
            r.integer(node, 1, 1_000_000, "a number from 1 on")
        })?;
        let absent = self
            .optional(table, "absent", Self::flag)?
            .unwrap_or_default();
        let what = self.expected(table, node.span)?;
        Some(Expect {
            what,
            within,
            count: count.unwrap_or(1),
            absent,
        })
    }

    fn expected(&mut self, table: &Table, span: Span) -> Option<Expected> {
        let subjects = ["peer", "output", "input", "log", "ended"];
        let found: Vec<_> = (table.entries.iter())
            .filter(|entry| subjects.contains(&entry.key.as_str()))
            .collect();
        let [subject] = found.as_slice() else {
            self.invalid(
                "what is expected is not clear".to_owned(),
                span,
                "expected one of `peer`, `output`, `input`, `log` and `ended`",
                "each `expect` says where something is seen: at a peer, an output, an input or a script"
                    .to_owned(),
            );
            return None;
        };
        match subject.key.as_str() {
            "log" => self.log(table, subject),
            "ended" => {
                self.only(table, &["ended", "text"], "ended");
                Some(Expected::Ended {
                    node: self.text_at(&subject.value)?,
                    error: self.optional(table, "text", Self::text)?,
                })
            }
            _ => self.expected_message(table, subject),
        }
    }

    fn log(&mut self, table: &Table, subject: &Entry) -> Option<Expected> {
        self.only(table, &["log", "level", "node"], "log");
        let level = self.optional(table, "level", |r, node| r.one_of(node, &LEVELS))?;
        Some(Expected::Log {
            text: self.text(&subject.value)?,
            level,
            node: self.optional(table, "node", Self::text_at)?,
        })
    }

    fn expected_message(&mut self, table: &Table, subject: &Entry) -> Option<Expected> {
        let at = self.lookout(subject)?;
        if let Some(entry) = table.entry("golden") {
            self.only(table, &[&subject.key, "golden"], "golden");
            let file = self.text_at(&entry.value)?;
            return Some(Expected::Golden { at, file });
        }
        let known = [&MATCHER[..], &[&subject.key]].concat();
        self.only(table, &known, &subject.key);
        let matcher = self.matcher(table)?;
        Some(Expected::Message { at, matcher })
    }

    fn lookout(&mut self, subject: &Entry) -> Option<Lookout> {
        let name = self.text_at(&subject.value)?;
        match subject.key.as_str() {
            "peer" => self.is_peer(&name).then_some(Lookout::Peer(name)),
            "input" => {
                let is_input = self.is_port(&name, "an input", "node.input");
                is_input.then_some(Lookout::Input(name))
            }
            _ => self.is_output(&name).then_some(Lookout::Output(name)),
        }
    }

    /// Reports keys that belong to another kind of expectation.
    fn only(&mut self, table: &Table, allowed: &[&str], subject: &str) {
        let always = ["within", "count", "absent"];
        for entry in &table.entries {
            let key = entry.key.as_str();
            let is_known = EXPECT.contains(&key) || MATCHER.contains(&key);
            if is_known && !allowed.contains(&key) && !always.contains(&key) {
                self.invalid(
                    format!("`{key}` says nothing about `{subject}`"),
                    entry.key_span,
                    "does not belong here",
                    format!("beside `{subject}`: {}", allowed.join(", ")),
                );
            }
        }
    }

    fn matcher(&mut self, table: &Table) -> Option<Matcher> {
        let mut matcher = Matcher {
            text: self.optional(table, "text", Self::text)?,
            bytes: self.optional(table, "bytes", Self::bytes)?,
            json: table.get("json").map(|node| json_of(&node.value)),
            headers: self
                .optional(table, "headers", Self::headers)?
                .unwrap_or_default(),
            min_bytes: self.optional(table, "min_bytes", |r, node| {
                r.integer(node, 0, 1 << 30, "a number of bytes")
            })?,
            ..Matcher::default()
        };
        let picture = self.optional(table, "picture", Self::text_at)?;
        let tolerance = self.optional(table, "tolerance", |r, node| {
            r.integer(node, 0, 65_535, "a number from 0 to 65535")
        })?;
        matcher.picture = picture.map(|file| {
            Box::new(Wanted {
                file: file.value,
                span: file.span,
                tolerance: tolerance.unwrap_or(TOLERANCE),
                image: None,
            })
        });
        for (name, _) in &mut matcher.headers {
            *name = name.to_lowercase();
        }
        for (key, event) in [
            ("connected", Happened::Connected),
            ("closed", Happened::Closed),
        ] {
            if self.optional(table, key, Self::flag)? == Some(true) {
                matcher.event = event;
            }
        }
        for name in TEXTS {
            if let Some(text) = self.optional(table, name, Self::text)? {
                matcher.facts.insert(name.to_owned(), text.into());
            }
        }
        for name in NUMBERS {
            let number = self.optional(table, name, |r, node| {
                r.integer::<i64>(node, 0, 999, "a number from 0 to 999")
            })?;
            if let Some(number) = number {
                matcher.facts.insert(name.to_owned(), number.into());
            }
        }
        if let Some(retain) = self.optional(table, "retain", Self::flag)? {
            matcher.facts.insert("retain".to_owned(), retain.into());
        }
        Some(matcher)
    }

    fn send(&mut self, node: &Node) -> Option<Send> {
        let table = self.document.table(node)?;
        self.document.check_keys(table, &SEND, "a key of `send`");
        let peer = self.required(table, "peer", node.span, "the peer that sends");
        let delivery = Delivery {
            body: self.body(table)?.unwrap_or_default(),
            topic: self.optional(table, "topic", Self::text)?,
            qos: self
                .optional(table, "qos", |r, node| r.integer(node, 0, 1, "0 or 1"))?
                .unwrap_or_default(),
            retain: self
                .optional(table, "retain", Self::flag)?
                .unwrap_or_default(),
            method: self.optional(table, "method", Self::text)?,
            path: self.optional(table, "path", Self::text)?,
            headers: self
                .optional(table, "headers", Self::headers)?
                .unwrap_or_default(),
            close: self
                .optional(table, "close", Self::flag)?
                .unwrap_or_default(),
        };
        let peer = peer?;
        self.is_peer(&peer).then_some(Send { peer, delivery })
    }

    fn fault(&mut self, node: &Node) -> Option<Fault> {
        let table = self.document.table(node)?;
        let known = [&FAULT[..], &FAULTS].concat();
        self.document.check_keys(table, &known, "a key of `fault`");
        let peer = self.required(table, "peer", node.span, "the peer whose link is meant");
        let kinds: Vec<_> = (table.entries.iter())
            .filter(|entry| FAULTS.contains(&entry.key.as_str()))
            .collect();
        let [entry] = kinds.as_slice() else {
            let faults = FAULTS.join(", ");
            self.invalid(
                "this fault has to be one thing".to_owned(),
                node.span,
                "expected one kind of fault and how long it lasts",
                format!("a fault is one of {faults}, as in refuse = \"30s\""),
            );
            return None;
        };
        let duration = self.duration(&entry.value)?;
        let rate = self.optional(table, "rate", |r, node| {
            r.integer(node, 1, u32::MAX.into(), "bytes a second, from 1 on")
        })?;
        let share = self.optional(table, "share", Self::share)?;
        let kind = match entry.key.as_str() {
            "refuse" => FaultKind::Refuse,
            "cut" => FaultKind::Cut,
            "slow" => FaultKind::Slow(rate.unwrap_or(SLOW)),
            "lose" => FaultKind::Lose(share.unwrap_or(1.0)),
            _ => FaultKind::Stall,
        };
        let peer = peer?;
        self.is_peer(&peer).then_some(Fault {
            peer,
            kind,
            duration,
        })
    }
}
