//! Golden files: all that came from a peer or an output, compared with what is kept, line by line.
//!
//! A line is a message as JSON: what surrounds it, and its content as `json`, `text` or `data`; `t` tells when it came
//! and is not compared, since a seed moves it.

use serde_json::{Map, Value, json};

use crate::recording::seconds;
use crate::sighting::{Happened, Sighting};

/// Bytes up to this number are kept as they are; of more, only their number and a checksum.
const SHORT: usize = 256;

/// A golden file, and what came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Golden {
    /// The file, relative to the scenario.
    pub file: String,
    /// What it has to contain for what came.
    pub content: Vec<u8>,
    /// What differs from what is kept.
    difference: Option<Vec<String>>,
}

impl Golden {
    pub(super) fn new(file: &str, kept: Option<&str>, came: &[Sighting]) -> Self {
        let text: String = came.iter().map(line).collect();
        Self {
            file: file.to_owned(),
            difference: difference(file, kept, &text),
            content: text.into(),
        }
    }

    /// A picture that is kept from now on.
    pub(super) fn of_picture(file: &str, content: Vec<u8>) -> Self {
        Self {
            file: file.to_owned(),
            content,
            difference: Some(Vec::new()),
        }
    }

    /// Whether the file has to be written.
    pub fn is_stale(&self) -> bool {
        self.difference.is_some()
    }

    /// The first line that is different.
    pub(super) fn difference(&self) -> Option<Vec<String>> {
        self.difference.clone()
    }
}

fn difference(file: &str, kept: Option<&str>, came: &str) -> Option<Vec<String>> {
    let Some(kept) = kept else {
        return Some(vec![format!("there is no `{file}` yet")]);
    };
    let (mut kept, mut came) = (kept.lines(), came.lines());
    for number in 1_usize.. {
        let (kept, came) = (kept.next(), came.next());
        match (kept, came) {
            (None, None) => break,
            (Some(kept), Some(came)) if timeless(kept) == timeless(came) => {}
            (kept, came) => {
                return Some(vec![
                    format!("line {number} has: {}", kept.unwrap_or("nothing")),
                    format!("but there came: {}", came.unwrap_or("nothing")),
                ]);
            }
        }
    }
    None
}

/// A line without its time.
fn timeless(line: &str) -> Option<Value> {
    let mut value: Value = serde_json::from_str(line).ok()?;
    value.as_object_mut()?.shift_remove("t");
    Some(value)
}

fn line(seen: &Sighting) -> String {
    let mut line = Map::new();
    line.insert("t".to_owned(), seconds(seen.at));
    match seen.happened {
        Happened::Message => {}
        Happened::Connected => {
            line.insert("connected".to_owned(), true.into());
        }
        Happened::Closed => {
            line.insert("closed".to_owned(), true.into());
        }
    }
    line.extend(seen.facts.clone());
    if let Some(Value::Object(fields)) = &seen.fields {
        line.extend(fields.clone());
    }
    if !seen.body.is_empty() {
        let (key, value) = content(&seen.body, seen.fields.is_some());
        line.insert(key.to_owned(), value);
    }
    Value::Object(line).to_string() + "\n"
}

fn content(body: &[u8], is_data: bool) -> (&'static str, Value) {
    if !is_data {
        if let Ok(value) = serde_json::from_slice::<Value>(body) {
            return ("json", value);
        }
        if let Ok(text) = std::str::from_utf8(body) {
            return ("text", text.into());
        }
    }
    if body.len() <= SHORT {
        let digits: Vec<_> = body.iter().map(|byte| format!("{byte:02x}")).collect();
        return ("data", json!({ "hex": digits.concat() }));
    }
    let sum = format!("{:08x}", adler(body));
    ("data", json!({ "bytes": body.len(), "adler32": sum }))
}

fn adler(bytes: &[u8]) -> u32 {
    let (mut low, mut high) = (1_u32, 0_u32);
    for byte in bytes {
        low = (low + u32::from(*byte)) % 65_521;
        high = (high + low) % 65_521;
    }
    high << 16 | low
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Time;

    fn seen(at: u64, text: &str) -> Sighting {
        Sighting::message(Time::from_nanos(at), text).fact("topic", "a")
    }

    fn text(golden: &Golden) -> String {
        String::from_utf8(golden.content.clone()).unwrap()
    }

    #[test]
    fn times_are_kept_and_not_compared() {
        let first = Golden::new("a.jsonl", None, &[seen(1_500_000_000, "{\"n\": 1}")]);
        assert_eq!(
            text(&first),
            "{\"t\":1.5,\"topic\":\"a\",\"json\":{\"n\":1}}\n"
        );
        assert!(first.is_stale());
        let later = Golden::new("a.jsonl", Some(&text(&first)), &[seen(9, "{\"n\":1}")]);
        assert!(!later.is_stale());
    }

    #[test]
    fn the_first_line_that_is_different_is_told() {
        let kept = text(&Golden::new("a", None, &[seen(1, "one"), seen(2, "two")]));
        let difference = |came: &[Sighting]| Golden::new("a", Some(&kept), came).difference();
        let other = difference(&[seen(1, "one"), seen(2, "three")]).unwrap();
        assert!(
            other[0].starts_with("line 2 has: ") && other[1].contains("three"),
            "{other:?}"
        );
        assert!(difference(&[seen(1, "one")]).unwrap()[1].ends_with("nothing"));
        let more = [seen(1, "one"), seen(2, "two"), seen(3, "three")];
        assert!(difference(&more).unwrap()[0].ends_with("nothing"));
    }

    #[test]
    fn bytes_that_are_not_text_are_kept_by_their_digits_or_their_sum() {
        let bytes = |count: usize| Sighting::message(Time::START, vec![0xFF; count]);
        assert!(line(&bytes(2)).contains(r#""data":{"hex":"ffff"}"#));
        assert!(line(&bytes(1000)).contains(r#""bytes":1000"#));
    }
}
