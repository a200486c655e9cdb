//! What a camera with `[logging]` sends (docs/logging.md): a syslog message in, what it says as a record out.
//! Messages of other programs become records as well, with what they say.

use std::net::IpAddr;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::record::{Kind, Level, Record};
use crate::syslog::{Element, Message, with_line_ends};

/// The element of structured data that is ours.
const OURS: &str = "oakc@32473";
/// The one of the ports of a script.
const PORTS: &str = "ports@32473";
/// The most parts of a message that are joined: far more than the 16,384 bytes of the longest need.
const MOST_PARTS: u32 = 64;
/// How a traceback begins.
const TRACEBACK: &str = "Traceback (most recent call last):";

/// A datagram: a record, or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Datagram {
    /// The record.
    pub record: Record,
    /// Which part of how many its text is.
    pub part: Option<Part>,
    /// Whether the camera numbers its datagrams, so that missing ones show.
    pub is_ours: bool,
}

/// Which part of a message: a number from 1 on, of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub number: u32,
    pub of: u32,
}

impl Datagram {
    /// What `message` says, which was received at `time` from `address`.
    pub(crate) fn new(message: Message, time: Timestamp, address: Option<IpAddr>) -> Self {
        let unnamed = || address.map_or_else(|| "-".to_owned(), |it| it.to_string());
        let camera = message.host.clone().unwrap_or_else(unnamed);
        let mut record = Record::new(time, &camera, kind(&message));
        record.address = address;
        record.sent = message.time;
        record.level = message.severity().map(Level::of_severity);
        record.application.clone_from(&message.application);
        record.boot.clone_from(&message.process);
        let ours = message.element(OURS);
        if let Some(ours) = ours {
            say(&mut record, ours);
        } else if record.kind == Kind::Exception {
            // A file of rsyslog in its traditional form has no levels.
            record.level.get_or_insert(Level::Error);
        }
        if let Some(ports) = message.element(PORTS) {
            record.details.insert("ports".to_owned(), of_ports(ports));
        }
        let part = ours.and_then(|ours| ours.param("part")).and_then(part);
        let is_ours = ours.is_some();
        record.text = if record.kind == Kind::Exception && !message.text.contains('\n') {
            // Forwarded by rsyslog: a traceback has more than one line.
            with_line_ends(&message.text)
        } else {
            message.text
        };
        Self {
            record,
            part,
            is_ours,
        }
    }
}

fn kind(message: &Message) -> Kind {
    let id = message.id.as_deref();
    let named = id.and_then(Kind::named);
    match named.filter(|kind| kind.is_said_by_a_camera()) {
        Some(kind) => kind,
        None if message.text.starts_with(TRACEBACK) => Kind::Exception,
        None => Kind::Log,
    }
}

/// What the parameters of our own element say.
fn say(record: &mut Record, ours: &Element) {
    let named = ours.param("level").and_then(Level::named);
    record.level = named.or(record.level);
    record.node = ours.param("node").map(str::to_owned);
    record.sequence = ours.param("seq").and_then(|seq| seq.parse().ok());
    record.up = ours.param("up").and_then(seconds);
    let mut details = Map::new();
    for (name, read) in DETAILS {
        if let Some(value) = ours.param(name).and_then(read) {
            details.insert((*name).to_owned(), value);
        }
    }
    record.details = details;
}

/// Turns the text of a parameter into its value.
type Read = fn(&str) -> Option<Value>;

/// The parameters beyond the fields of a record, and what their values are.
const DETAILS: &[(&str, Read)] = &[
    ("cut", count),
    ("suppressed", count),
    ("run", count),
    ("version", text),
    ("build", text),
    ("class", text),
    ("file", text),
    ("line", count),
    ("thread", text),
    ("again", number),
    ("code", text),
    ("every", number),
    ("failed", count),
    ("temperature", number),
    ("ddr", share),
    ("cmx", share),
    ("css_heap", share),
    ("mss_heap", share),
    ("css", number),
    ("mss", number),
];

fn text(value: &str) -> Option<Value> {
    (!value.is_empty()).then(|| json!(value))
}

fn count(value: &str) -> Option<Value> {
    Some(json!(value.parse::<u64>().ok()?))
}

fn number(value: &str) -> Option<Value> {
    Some(json!(seconds(value)?))
}

fn seconds(value: &str) -> Option<f64> {
    value.parse().ok().filter(|number: &f64| number.is_finite())
}

/// `USED/TOTAL`.
fn share(value: &str) -> Option<Value> {
    let (used, total) = value.split_once('/')?;
    Some(json!({ "used": used.parse::<u64>().ok()?, "total": total.parse::<u64>().ok()? }))
}

/// `2/3`: the second of three.
fn part(value: &str) -> Option<Part> {
    let (number, of) = value.split_once('/')?;
    let (number, of) = (number.parse().ok()?, of.parse().ok()?);
    ((1..=of).contains(&number) && of <= MOST_PARTS).then_some(Part { number, of })
}

/// The ports of a script, in their order.
fn of_ports(ports: &Element) -> Value {
    let params = ports.params.iter();
    params
        .filter_map(|(name, value)| of_port(name, value))
        .collect()
}

fn of_port(direction: &str, value: &str) -> Option<Value> {
    let missing = match direction {
        "in" => "missed",
        "out" => "dropped",
        _ => return None,
    };
    let mut fields = value.splitn(3, ' ');
    let messages: u64 = fields.next()?.parse().ok()?;
    let missed: u64 = fields.next()?.parse().ok()?;
    let port = fields.next()?;
    Some(json!({ "port": port, "direction": direction, "messages": messages, missing: missed }))
}
