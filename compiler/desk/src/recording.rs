//! Recordings: JSON Lines with a time each, and bytes beside them, in; messages out; and the way back.
//!
//! ```text
//! {"t": 0.4, "type": "ImgDetections", "detections": [{"label": 15, "confidence": 0.9}]}
//! {"t": 0.5, "type": "ImgFrame", "data": "frame1.jpg"}
//! {"t": 0.6, "type": "ImgFrame", "data": {"file": "frames.bin", "offset": 1024, "size": 512}}
//! {"t": 0.7, "type": "Buffer", "data": {"text": "hello"}}
//! ```
//!
//! A MessageGroup has `members`: messages by their names, each with its own `t` and `sequenceNum`.
//!
//! The bytes of a message may also be `{"hex": "ff d8"}`, or `{"zeros": 1000}` where only their number counts.
//! A line that cannot be read is reported with its place; the others are read.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use oakc_core::config::rules::UNREADABLE_FILE;
use oakc_core::syntax::{Language, parse};
use oakc_core::world::World;
use oakc_diag::{Diagnostic, Diagnostics, FileId, Span};
use oakc_runtime_schema::datatype::Datatype;
use serde_json::{Map, Value};

use crate::fields::{self, Written};
use crate::message::{Content, Message, class_name};
use crate::scenario::{At, INVALID_SCENARIO};
use crate::time::Time;

/// The most bytes of `zeros`.
const ZEROS: u64 = 64 << 20;
/// The latest time, in seconds: ten years.
const LATEST: f64 = 10.0 * 366.0 * 86_400.0;

/// After so many lines with a problem, the others of a recording are not read: they will have the same one.
const MANY: usize = 50;

/// A message, and when it comes, counted from the start of the recording.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// When.
    pub at: Duration,
    /// What.
    pub content: Arc<Content>,
}

/// Reads recordings.
pub struct Reader<'a> {
    world: &'a dyn World,
    diagnostics: &'a mut Diagnostics,
    /// Files that were read, so that a file with many messages is read once.
    files: BTreeMap<String, Arc<[u8]>>,
}

impl<'a> Reader<'a> {
    /// Reads bytes through `world`; problems go to `diagnostics`.
    pub fn new(world: &'a dyn World, diagnostics: &'a mut Diagnostics) -> Self {
        Self {
            world,
            diagnostics,
            files: BTreeMap::new(),
        }
    }

    /// Reads a recording, whose text is `file`. What it names lies beside it, in `folder`.
    pub fn recording(&mut self, file: FileId, text: &str, folder: &str) -> Vec<Recorded> {
        let mut messages = Vec::new();
        let (mut start, before) = (0_usize, self.diagnostics.len());
        for line in text.split_inclusive('\n') {
            if self.diagnostics.len() - before > MANY {
                break;
            }
            let content = line.trim();
            if !content.is_empty() {
                let end = start.saturating_add(line.trim_end().len());
                let span = Span::new(file, end.saturating_sub(content.len()), end);
                match serde_json::from_str(content) {
                    Ok(Value::Object(fields)) => {
                        self.check(&fields, content, span);
                        messages.extend(self.message(fields, span, folder));
                    }
                    Ok(_) => {
                        self.invalid(span, "a line of a recording is not an object".to_owned());
                    }
                    Err(error) => self.invalid(span, format!("a line is not JSON: {error}")),
                }
            }
            start = start.saturating_add(line.len());
        }
        // Whoever puts recordings together need not sort them.
        messages.sort_by_key(|message| message.at);
        messages
    }

    /// Reports fields that the class of a message does not have. A line of JSON is a line of YAML, whose parts have places.
    fn check(&mut self, said: &Map<String, Value>, line: &str, whole: Span) {
        let slips = fields::slips(said);
        if slips.is_empty() {
            return;
        }
        let node = parse(whole.file, line, Language::Yaml, &mut Diagnostics::new());
        let place = Written {
            whole,
            node: node.as_ref(),
            offset: whole.end - line.len(),
            is_json: true,
        };
        let told = slips.iter().map(|slip| slip.diagnostic(&place));
        self.diagnostics.extend(told);
    }

    /// Reads messages that a scenario has; what they name lies beside it.
    pub fn messages(&mut self, messages: &[At<Map<String, Value>>]) -> Vec<Recorded> {
        let messages = messages.iter();
        let mut messages: Vec<_> = messages
            .filter_map(|message| self.message(message.value.clone(), message.span, ""))
            .collect();
        messages.sort_by_key(|message| message.at);
        messages
    }

    fn message(
        &mut self,
        mut fields: Map<String, Value>,
        span: Span,
        folder: &str,
    ) -> Option<Recorded> {
        let at = match fields.shift_remove("t") {
            None => 0.0,
            Some(time) => match time.as_f64().filter(|time| (0.0..=LATEST).contains(time)) {
                Some(time) => time,
                None => {
                    self.invalid(span, format!("`t` is {time}, not a number of seconds"));
                    return None;
                }
            },
        };
        let data = match fields.shift_remove("data") {
            None => Arc::default(),
            Some(data) => self.data(&data, span, folder)?,
        };
        let at = Duration::from_secs_f64(at);
        let is_group =
            fields.get("type").and_then(Value::as_str) == Some(class_name(Datatype::MessageGroup));
        let members = if is_group {
            let members = fields.shift_remove("members");
            self.members(members, at, span, folder)?
        } else {
            BTreeMap::new()
        };
        match Content::from_json(fields, data) {
            Ok(content) => Some(Recorded {
                at,
                content: Arc::new(Content { members, ..content }),
            }),
            Err(problem) => {
                self.invalid(span, problem);
                None
            }
        }
    }

    /// The members of a group. One without a time of its own has that of the group.
    fn members(
        &mut self,
        members: Option<Value>,
        at: Duration,
        span: Span,
        folder: &str,
    ) -> Option<BTreeMap<String, Message>> {
        let members = match members {
            None => return Some(BTreeMap::new()),
            Some(Value::Object(members)) => members,
            Some(_) => {
                self.invalid(span, "`members` is not a table of messages".to_owned());
                return None;
            }
        };
        let mut read = BTreeMap::new();
        for (name, member) in members {
            let Value::Object(mut fields) = member else {
                self.invalid(span, format!("the member `{name}` is not a message"));
                return None;
            };
            let number = fields.shift_remove("sequenceNum");
            let number = number.and_then(|number| number.as_i64()).unwrap_or(0);
            let has_time = fields.contains_key("t");
            let member = self.message(fields, span, folder)?;
            let at = Time::START + if has_time { member.at } else { at };
            read.insert(name, Message::new(member.content, number, at));
        }
        Some(read)
    }

    fn data(&mut self, data: &Value, span: Span, folder: &str) -> Option<Arc<[u8]>> {
        let said = |key: &str| data.get(key);
        if let Some(text) = said("text").and_then(Value::as_str) {
            return Some(text.as_bytes().into());
        }
        if let Some(bytes) = said("hex").and_then(Value::as_str).and_then(hexadecimal) {
            return Some(bytes.into());
        }
        let zeros = said("zeros")
            .and_then(Value::as_u64)
            .filter(|count| *count <= ZEROS);
        if let Some(count) = zeros.and_then(|count| usize::try_from(count).ok()) {
            return Some(vec![0; count].into());
        }
        let name = data
            .as_str()
            .or_else(|| said("file").and_then(Value::as_str));
        let Some(name) = name else {
            let forms = "the name of a file, or a table with `file`, `text`, `hex` or `zeros`";
            self.invalid(span, format!("`data` is not {forms}"));
            return None;
        };
        let bytes = self.file(name, span, folder)?;
        let number = |key| said(key).and_then(Value::as_u64).map(usize::try_from);
        match (number("offset"), number("size")) {
            (None, None) => Some(bytes),
            (offset, size) => {
                let offset = offset.transpose().ok().flatten().unwrap_or_default();
                let size = size.transpose().ok().flatten();
                let end = size.map_or(Some(bytes.len()), |size| offset.checked_add(size));
                let part = end.and_then(|end| bytes.get(offset..end));
                if part.is_none() {
                    let length = bytes.len();
                    self.invalid(
                        span,
                        format!("`{name}` has {length} bytes, and fewer than that"),
                    );
                }
                part.map(Arc::from)
            }
        }
    }

    fn file(&mut self, name: &str, span: Span, folder: &str) -> Option<Arc<[u8]>> {
        let path = beside(folder, name);
        if let Some(bytes) = self.files.get(&path) {
            return Some(Arc::clone(bytes));
        }
        match self.world.read(&path) {
            Ok(bytes) => {
                self.files.insert(path, Arc::clone(&bytes));
                Some(bytes)
            }
            Err(error) => {
                let message = format!("`{path}` cannot be read: {error}");
                self.diagnostics
                    .push(Diagnostic::new(&UNREADABLE_FILE, message).label(span, "named here"));
                None
            }
        }
    }

    fn invalid(&mut self, span: Span, message: String) {
        self.diagnostics
            .push(Diagnostic::new(&INVALID_SCENARIO, message).label(span, "in this message"));
    }
}

/// The path of a file that something in `folder` names.
pub(crate) fn beside(folder: &str, name: &str) -> String {
    match folder {
        "" => name.to_owned(),
        folder => format!("{folder}/{name}"),
    }
}

/// The folder of a path; empty for a name alone.
pub(crate) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Bytes from pairs of digits; spaces between them do not count.
pub(crate) fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits = text.chars().filter(|c| !c.is_whitespace());
    let digits: Vec<u8> = digits
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    let pairs = digits.chunks(2).map(|pair| match pair {
        [high, low] => Some(high << 4 | low),
        _ => None,
    });
    pairs.collect()
}

/// A line of a recording. `place` puts bytes somewhere and tells where, as `data` has it.
///
/// # Errors
/// Where bytes cannot be put there.
pub fn line(
    at: Time,
    content: &Content,
    place: &mut impl FnMut(&[u8]) -> io::Result<Value>,
) -> io::Result<Map<String, Value>> {
    let mut line = Map::new();
    line.insert("t".to_owned(), seconds(at));
    line.insert("type".to_owned(), class_name(content.datatype).into());
    line.extend(content.fields.clone());
    if !content.data.is_empty() {
        line.insert("data".to_owned(), place(&content.data)?);
    }
    if !content.members.is_empty() {
        let mut members = Map::new();
        for (name, member) in &content.members {
            let mut said = self::line(member.timestamp, &member.content, place)?;
            said.insert("sequenceNum".to_owned(), member.sequence.into());
            members.insert(name.clone(), said.into());
        }
        line.insert("members".to_owned(), members.into());
    }
    Ok(line)
}

/// A time in seconds, to the microsecond.
pub(crate) fn seconds(at: Time) -> Value {
    let micros = at.as_nanos() / 1_000;
    #[expect(
        clippy::cast_precision_loss,
        reason = "a recording is shorter than 200 years"
    )]
    Value::from(micros as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use oakc_core::world::MemoryWorld;
    use oakc_diag::SourceMap;

    use super::*;

    fn read(text: &str) -> (Vec<Recorded>, Vec<String>) {
        let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
        let file = sources.add("walk.jsonl", text);
        let world = MemoryWorld::from_iter([("rec/a.jpg", b"0123456789".to_vec())]);
        let messages = Reader::new(&world, &mut diagnostics).recording(file, text, "rec");
        let found = diagnostics.iter().map(|it| {
            let place = it.place().unwrap();
            format!("{} | {}", it.message, &text[place.start..place.end])
        });
        (messages, found.collect())
    }

    #[test]
    fn lines_are_messages_with_their_time_and_bytes() {
        let text = r#"
{"t": 1, "type": "ImgFrame", "data": "a.jpg"}
{"t": 0.4, "type": "ImgDetections", "detections": [{"label": 15}]}

{"t": 2, "type": "ImgFrame", "data": {"file": "a.jpg", "offset": 2, "size": 3}}
{"t": 3, "type": "Buffer", "data": {"text": "hi"}}
{"t": 4, "type": "Buffer", "data": {"hex": "ff d8"}}
{"t": 5, "type": "Buffer", "data": {"zeros": 4}}
"#;
        let (messages, found) = read(text);
        assert_eq!(found, Vec::<String>::new());
        assert_eq!(messages[0].at, Duration::from_millis(400));
        assert_eq!(messages[0].content.datatype, Datatype::ImgDetections);
        assert_eq!(messages[0].content.fields["detections"][0]["label"], 15);
        let data: Vec<_> = messages[1..].iter().map(|it| &*it.content.data).collect();
        let expected: [&[u8]; 5] = [b"0123456789", b"234", b"hi", &[0xff, 0xd8], &[0; 4]];
        assert_eq!(data, expected);
    }

    #[test]
    fn lines_that_cannot_be_read_are_reported_and_the_others_are_read() {
        let text = r#"{"t": 1, "type": "Buffer"
[1]
{"t": "x", "type": "Buffer"}
{"t": 1, "type": "Pufer"}
{"t": 1, "type": "Buffer", "data": "b.jpg"}
{"t": 1, "type": "Buffer", "data": {"file": "a.jpg", "offset": 9, "size": 3}}
{"t": 1, "type": "Buffer", "data": 7}
{"t": 1, "type": "MessageGroup", "members": [1]}
{"t": 1, "type": "MessageGroup", "members": {"a": 1}}
{"t": 1, "type": "Buffer"}
"#;
        let (messages, found) = read(text);
        assert_eq!(messages.len(), 1);
        let wanted = [
            "a line is not JSON",
            "a line of a recording is not an object | [1]",
            "`t` is \"x\"",
            "`Pufer`",
            "`rec/b.jpg` cannot be read",
            "`a.jpg` has 10 bytes",
            "`data` is not the name of a file",
            "`members` is not a table of messages",
            "the member `a` is not a message",
        ];
        assert_eq!(found.len(), wanted.len(), "{found:#?}");
        for (found, wanted) in found.iter().zip(wanted) {
            assert!(
                found.starts_with(wanted) || found.contains(wanted),
                "{found}"
            );
        }
    }

    #[test]
    fn misspelt_fields_are_marked_and_the_right_ones_are_asked_about() {
        let text = r#"{"t": 1, "type": "ImgDetections", "detections": [{"label": 1}, {"lable": 15, "xmin": "0.1"}]}
  {"tpye": "Buffer"}
{"t": 2, "type": "ImgFrame", "data": "a.jpg", "frameType": "NV21\u0041", "witdh": 3}
{"t": 2, "type": "Buffer", "dta": "a.jpg"}
"#;
        let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
        let file = sources.add("walk.jsonl", text);
        let world = MemoryWorld::from_iter([("a.jpg", b"0".to_vec())]);
        Reader::new(&world, &mut diagnostics).recording(file, text, "");
        let told = diagnostics.iter().map(|it| {
            let place = it.place().unwrap();
            let help = it.help.as_deref().unwrap_or_default();
            format!(
                "{} | {} | {help}",
                it.message,
                &text[place.start..place.end]
            )
        });
        let told: Vec<_> = told.collect();
        let wanted = [
            "`lable` is not a field of ImgDetection | \"lable\" | did you mean `label`?",
            "`xmin` has a value of the wrong type | \"0.1\" | ",
            "a message needs its class as `type`: \"ImgDetections\" | {\"tpye\": \"Buffer\"} | ",
            "`NV21A` is not an enumerator of ImgFrame.Type | \"NV21\\u0041\" | did you mean `NV21`?",
            "`witdh` is not a field of ImgFrame | \"witdh\" | did you mean `width`?",
            "`dta` is not a field of Buffer | \"dta\" | did you mean `data`?",
        ];
        assert_eq!(told, wanted);
    }

    #[test]
    fn of_a_recording_that_is_wrong_throughout_the_first_lines_are_told() {
        let text = "{\"type\": \"ImgDetections\", \"detection\": []}\n".repeat(10_000);
        let (_, found) = read(&text);
        assert_eq!(found.len(), MANY + 1);
    }

    #[test]
    fn what_is_written_is_read_as_it_was() {
        let text = r#"{"t": 0.25, "type": "Buffer", "data": {"text": "one"}}
{"t": 0.5, "type": "ImgDetections", "detections": []}
{"t": 0.75, "type": "MessageGroup", "members": {"a": {"t": 0.7, "type": "Buffer", "data": {"text": "two"}, "sequenceNum": 7}, "b": {"type": "ImgDetections", "sequenceNum": 3}}}"#;
        let (messages, found) = read(text);
        assert_eq!(found, Vec::<String>::new());
        let group = &messages[2].content.members;
        assert_eq!(
            (group["a"].sequence, &*group["a"].content.data),
            (7, &b"two"[..])
        );
        assert_eq!(group["b"].timestamp, Time::START + messages[2].at);
        let mut bytes = Vec::new();
        let mut place = |data: &[u8]| {
            let offset = bytes.len();
            bytes.extend_from_slice(data);
            Ok(serde_json::json!({ "file": "all.bin", "offset": offset, "size": data.len() }))
        };
        let lines = messages.iter().map(|it| {
            let line = line(Time::START + it.at, &it.content, &mut place).unwrap();
            Value::Object(line).to_string() + "\n"
        });
        let lines: String = lines.collect();
        assert_eq!(bytes, b"onetwo");
        let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
        let file = sources.add("x", lines.as_str());
        let world = MemoryWorld::from_iter([("all.bin", bytes)]);
        let again = Reader::new(&world, &mut diagnostics).recording(file, &lines, "");
        assert_eq!((again, diagnostics.len()), (messages, 0));
    }
}
