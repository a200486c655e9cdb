//! What is known of a message: its fields out, as JSON as well, and the way back.

use std::net::IpAddr;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// How urgent a message is. A camera knows six levels, as the library has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Every step.
    Trace,
    /// For whoever looks for a mistake.
    Debug,
    /// What happens.
    Info,
    /// What should not happen.
    Warn,
    /// What keeps something from working.
    Error,
    /// What keeps all from working.
    Critical,
}

impl Level {
    /// All of them, the least urgent first.
    pub const ALL: [Self; 6] = [
        Self::Trace,
        Self::Debug,
        Self::Info,
        Self::Warn,
        Self::Error,
        Self::Critical,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
            Self::Critical => "critical",
        }
    }

    /// The level of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }

    /// The level that stands for a severity of syslog.
    pub fn of_severity(severity: u8) -> Self {
        match severity {
            0..=2 => Self::Critical,
            3 => Self::Error,
            4 => Self::Warn,
            5 | 6 => Self::Info,
            _ => Self::Debug,
        }
    }
}

/// What sort of message it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A script starts.
    Start,
    /// A script logs something.
    Log,
    /// A script prints something.
    Print,
    /// An exception that nothing caught.
    Exception,
    /// A script has come to its end.
    End,
    /// A sign of life.
    Heartbeat,
    /// Messages are missing. This and all below are said by the receiver.
    Lost,
    /// A camera has booted again.
    Restarted,
    /// The signs of life have stopped.
    Silent,
    /// They have come back.
    Back,
    /// Messages were not shown, because there were too many.
    Suppressed,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Start,
        Self::Log,
        Self::Print,
        Self::Exception,
        Self::End,
        Self::Heartbeat,
        Self::Lost,
        Self::Restarted,
        Self::Silent,
        Self::Back,
        Self::Suppressed,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Log => "log",
            Self::Print => "print",
            Self::Exception => "exception",
            Self::End => "end",
            Self::Heartbeat => "heartbeat",
            Self::Lost => "lost",
            Self::Restarted => "restarted",
            Self::Silent => "silent",
            Self::Back => "back",
            Self::Suppressed => "suppressed",
        }
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether a camera says it, and not the receiver.
    pub fn is_said_by_a_camera(self) -> bool {
        self < Self::Lost
    }
}

/// A message of a camera, or one of the receiver about a camera.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// When it was received.
    pub time: Timestamp,
    /// When it was sent, by the camera's clock, if it has one.
    pub sent: Option<Timestamp>,
    /// What the camera calls itself, or else its address.
    pub camera: String,
    /// The address that it came from.
    pub address: Option<IpAddr>,
    /// The application.
    pub application: Option<String>,
    /// The Script node.
    pub node: Option<String>,
    /// How urgent it is.
    pub level: Option<Level>,
    /// What sort of message it is.
    pub kind: Kind,
    /// What it says.
    pub text: String,
    /// The number of its datagram, the first one where there are several.
    pub sequence: Option<u64>,
    /// What tells one boot of the camera from another.
    pub boot: Option<String>,
    /// Seconds of the camera's clock since its boot.
    pub up: Option<f64>,
    /// Whether a part of it was lost.
    pub is_incomplete: bool,
    /// What else it says, by its kind, such as the line of an exception or the temperature in a heartbeat.
    pub details: Map<String, Value>,
}

impl Record {
    /// One that says nothing yet.
    pub(crate) fn new(time: Timestamp, camera: &str, kind: Kind) -> Self {
        Self {
            time,
            sent: None,
            camera: camera.to_owned(),
            address: None,
            application: None,
            node: None,
            level: None,
            kind,
            text: String::new(),
            sequence: None,
            boot: None,
            up: None,
            is_incomplete: false,
            details: Map::new(),
        }
    }

    /// As one JSON object. What is not known is not in it.
    pub fn json(&self) -> Value {
        let mut object = Map::new();
        let mut add = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                object.insert(key.to_owned(), value);
            }
        };
        let text = |text: &Option<String>| text.as_ref().map(|text| json!(text));
        add("time", Some(json!(rfc3339(self.time))));
        add("sent", self.sent.map(|time| json!(rfc3339(time))));
        add("camera", Some(json!(self.camera)));
        add("address", self.address.map(|it| json!(it.to_string())));
        add("application", text(&self.application));
        add("node", text(&self.node));
        add("level", self.level.map(|level| json!(level.name())));
        add("kind", Some(json!(self.kind.name())));
        add("text", Some(json!(self.text)));
        add("sequence", self.sequence.map(|number| json!(number)));
        add("boot", text(&self.boot));
        add("up", self.up.map(|seconds| json!(seconds)));
        add("incomplete", self.is_incomplete.then(|| json!(true)));
        let details = (!self.details.is_empty()).then(|| json!(self.details));
        add("details", details);
        Value::Object(object)
    }

    /// The record that a line of JSON says; `None` where it says none.
    pub fn of_json(line: &str) -> Option<Self> {
        let object: Map<String, Value> = serde_json::from_str(line).ok()?;
        let text = |key: &str| object.get(key).and_then(Value::as_str);
        let time = |key: &str| text(key).and_then(|text| text.parse::<Timestamp>().ok());
        let owned = |key: &str| text(key).map(str::to_owned);
        Some(Self {
            time: time("time")?,
            sent: time("sent"),
            camera: owned("camera")?,
            address: text("address").and_then(|text| text.parse().ok()),
            application: owned("application"),
            node: owned("node"),
            level: text("level").and_then(Level::named),
            kind: text("kind").and_then(Kind::named)?,
            text: owned("text")?,
            sequence: object.get("sequence").and_then(Value::as_u64),
            boot: owned("boot"),
            up: object.get("up").and_then(Value::as_f64),
            is_incomplete: object.get("incomplete") == Some(&json!(true)),
            details: match object.get("details") {
                Some(Value::Object(details)) => details.clone(),
                _ => Map::new(),
            },
        })
    }
}

/// A moment in UTC, to the millisecond.
fn rfc3339(time: Timestamp) -> String {
    format!("{time:.3}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_lead_back_to_what_they_name() {
        for level in Level::ALL {
            assert_eq!(Level::named(level.name()), Some(level));
        }
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.name()), Some(kind));
        }
    }

    #[test]
    fn a_line_that_is_not_a_record_is_refused() {
        for line in [
            "",
            "{}",
            "[]",
            "{\"time\": 3}",
            "{\"time\":\"2026-03-01T00:00:00Z\",\"camera\":\"a\",\"kind\":\"?\",\"text\":\"\"}",
        ] {
            assert_eq!(Record::of_json(line), None, "{line}");
        }
    }

    proptest! {
        #[test]
        fn a_record_survives_json(
            camera in ".*", text in ".*", node in proptest::option::of(".*"),
            milliseconds in 0..4_000_000_000_000_i64, sequence in proptest::option::of(any::<u64>()),
            kind in proptest::sample::select(Kind::ALL.to_vec()),
            level in proptest::option::of(proptest::sample::select(Level::ALL.to_vec())),
        ) {
            let time = Timestamp::from_millisecond(milliseconds).unwrap();
            let mut record = Record::new(time, &camera, kind);
            record.text = text;
            record.node = node;
            record.sequence = sequence;
            record.level = level;
            record.sent = Some(time);
            record.address = Some(IpAddr::from([10, 0, 0, 1]));
            record.details.insert("line".to_owned(), json!(3));
            record.is_incomplete = true;
            prop_assert_eq!(Record::of_json(&record.json().to_string()), Some(record));
        }
    }
}
