//! A receiver of RFC 5424 syslog over UDP.

use crate::sighting::Sighting;
use crate::time::Time;

use super::{Peer, PeerAction, PeerEvent};

pub(super) struct Syslog {
    port: u16,
}

impl Syslog {
    pub(super) fn new(port: u16) -> Self {
        Self { port }
    }
}

/// What a message says.
fn read(now: Time, text: &str) -> Option<Sighting> {
    let (priority, rest) = text.strip_prefix('<')?.split_once('>')?;
    let priority = priority
        .parse::<u8>()
        .ok()
        .filter(|priority| *priority < 192)?;
    let rest = rest.strip_prefix("1 ")?;
    let mut fields = rest.splitn(6, ' ');
    let [_time, host, app, process, id, rest] = [(); 6].map(|()| fields.next());
    let message = message(rest?)?;
    let said = |field: Option<&str>| {
        field
            .filter(|field| *field != "-")
            .unwrap_or_default()
            .to_owned()
    };
    let seen = Sighting::message(now, message)
        .fact("severity", priority % 8)
        .fact("facility", priority / 8)
        .fact("host", said(host))
        .fact("app", said(app))
        .fact("process", said(process))
        .fact("id", said(id));
    Some(seen)
}

/// What follows the structured data.
fn message(rest: &str) -> Option<String> {
    let mut text = rest;
    if let Some(after) = text.strip_prefix('-') {
        text = after;
    } else {
        while text.starts_with('[') {
            text = text.get(element(text)?..)?;
        }
        if text.len() == rest.len() {
            return None;
        }
    }
    if text.is_empty() {
        return Some(String::new());
    }
    let text = text.strip_prefix(' ')?;
    Some(text.strip_prefix('\u{feff}').unwrap_or(text).to_owned())
}

/// How many bytes the first element of the structured data has.
fn element(text: &str) -> Option<usize> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    for (index, character) in text.char_indices() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            ']' if !is_quoted => return Some(index.saturating_add(1)),
            _ => {}
        }
    }
    None
}

impl Peer for Syslog {
    fn on(&mut self, now: Time, event: PeerEvent) -> Vec<PeerAction> {
        match event {
            PeerEvent::Started => vec![PeerAction::Open(self.port)],
            PeerEvent::Datagram { data, .. } => {
                let seen = std::str::from_utf8(&data)
                    .ok()
                    .and_then(|text| read(now, text));
                match seen {
                    Some(seen) => vec![PeerAction::Report(seen)],
                    None => vec![
                        PeerAction::Complain("a datagram is not a message of RFC 5424".to_owned()),
                        PeerAction::Report(Sighting::message(now, data)),
                    ],
                }
            }
            _ => Vec::new(),
        }
    }
}
