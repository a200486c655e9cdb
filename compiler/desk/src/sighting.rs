//! What can be seen from outside of the application: what a peer received, or what an output sent.

use serde_json::{Map, Value};
use std::borrow::Cow;

use crate::time::Time;

/// Most characters of a text that are shown.
const SHOWN: usize = 160;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// A message came.
    Message,
    /// A connection was made.
    Connected,
    /// A connection ended.
    Closed,
}

/// Something that was seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Sighting {
    /// When, in virtual time.
    pub at: Time,
    /// What happened.
    pub happened: Happened,
    /// What surrounds the content: `topic`, `method`, `path`, `status`, `type`…
    pub facts: Map<String, Value>,
    /// Headers of HTTP, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The content as JSON where it is not text: the fields of a device's message.
    pub fields: Option<Value>,
    /// The content.
    pub body: Vec<u8>,
}

impl Sighting {
    /// A message with this content.
    pub fn message(at: Time, body: impl Into<Vec<u8>>) -> Self {
        Self {
            body: body.into(),
            ..Self::event(at, Happened::Message)
        }
    }

    /// Something without content.
    pub fn event(at: Time, happened: Happened) -> Self {
        Self {
            at,
            happened,
            facts: Map::new(),
            headers: Vec::new(),
            fields: None,
            body: Vec::new(),
        }
    }

    /// Adds a fact.
    #[must_use]
    pub fn fact(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(name.to_owned(), value.into());
        self
    }

    /// The content as JSON, if it is.
    pub fn json(&self) -> Option<Cow<'_, Value>> {
        match &self.fields {
            Some(fields) => Some(Cow::Borrowed(fields)),
            None => serde_json::from_slice(&self.body).ok().map(Cow::Owned),
        }
    }

    /// On one line, for people.
    pub fn describe(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        match self.happened {
            Happened::Connected => parts.push("a connection".to_owned()),
            Happened::Closed => parts.push("the end of a connection".to_owned()),
            Happened::Message => {}
        }
        let facts = self.facts.iter();
        parts.extend(facts.map(|(name, value)| match value {
            Value::String(text) => format!("{name} {text}"),
            other => format!("{name} {other}"),
        }));
        if let Some(fields) = &self.fields {
            parts.push(shown(&fields.to_string()));
        } else if self.happened == Happened::Message {
            parts.push(content(&self.body));
        }
        parts.join(", ")
    }
}

/// Bytes for people: as text where they are, else how many and the first of them.
pub fn content(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok("") => "nothing in it".to_owned(),
        Ok(text) if !text.chars().any(|c| c.is_control() && !c.is_whitespace()) => {
            format!("`{}`", shown(text.trim_end()))
        }
        _ => {
            let first: Vec<_> = bytes
                .iter()
                .take(12)
                .map(|byte| format!("{byte:02x}"))
                .collect();
            let more = if bytes.len() > 12 { " …" } else { "" };
            format!("{} bytes: {}{more}", bytes.len(), first.join(" "))
        }
    }
}

/// The beginning of a text.
fn shown(text: &str) -> String {
    let mut characters = text.chars();
    let mut short: String = characters.by_ref().take(SHOWN).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short
}
