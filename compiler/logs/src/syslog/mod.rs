//! Syslog: a datagram, or a line that a syslog server wrote, in; the fields of its header and its text out.
//!
//! [`Message::of_datagram`] reads RFC 5424, and the older RFC 3164 in the forms that rsyslog forwards.
//! [`Message::of_line`] also reads the files that rsyslog writes: `RSYSLOG_TraditionalFileFormat`,
//! `RSYSLOG_FileFormat` and `RSYSLOG_SyslogProtocol23Format`. Never: a panic, or more memory than a few
//! times the input.

mod rfc3164;
mod rfc5424;

use jiff::{Timestamp, ZonedDateTime};

/// The most bytes of a field of the header. The longest that RFC 5424 allows is the name of a host.
const LONGEST_FIELD: usize = 255;

/// A message, as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// How urgent it is and where it belongs: eight times the facility, plus the severity.
    pub priority: Option<u8>,
    /// When it was sent, or received by whoever wrote it down.
    pub time: Option<Timestamp>,
    /// Who sent it.
    pub host: Option<String>,
    /// The program that sent it.
    pub application: Option<String>,
    /// The process of that program.
    pub process: Option<String>,
    /// What sort of message it is.
    pub id: Option<String>,
    /// The structured data.
    pub data: Vec<Element>,
    /// The text.
    pub text: String,
}

/// An element of structured data: its name, and its parameters in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// The name.
    pub name: String,
    /// Names and values.
    pub params: Vec<(String, String)>,
}

/// Why something is not a syslog message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// It does not begin with `<PRIORITY>`.
    #[error("it does not begin with a priority such as <14>")]
    Priority,
    /// A field of the header is missing or too long.
    #[error("its header is incomplete")]
    Header,
    /// The time is none.
    #[error("its time is none of RFC 3339")]
    Time,
    /// The structured data cannot be read.
    #[error("its structured data is incomplete")]
    Data,
}

impl Message {
    /// Reads a datagram. `now` gives a time without a year its year and its time zone.
    ///
    /// # Errors
    /// Where it is not syslog.
    pub fn of_datagram(bytes: &[u8], now: &ZonedDateTime) -> Result<Self, Malformed> {
        let text = String::from_utf8_lossy(bytes);
        // A datagram may end like a line.
        let text = text.trim_end_matches(['\n', '\r', '\0']);
        let (priority, rest) = priority(text).ok_or(Malformed::Priority)?;
        let message = match rest.strip_prefix("1 ") {
            Some(rest) => rfc5424::parse(rest)?,
            None => rfc3164::parse(rest, now),
        };
        Ok(Self {
            priority: Some(priority),
            ..message
        })
    }

    /// Reads a line of a file. rsyslog writes a control character as `#` and three octal digits; line ends and
    /// tabs become what they were.
    ///
    /// # Errors
    /// Where it is none that a syslog server writes.
    pub fn of_line(line: &str, now: &ZonedDateTime) -> Result<Self, Malformed> {
        let mut message = match priority(line) {
            Some(_) => Self::of_datagram(line.as_bytes(), now)?,
            None => rfc3164::parse_dated(line, now).ok_or(Malformed::Time)?,
        };
        message.text = with_line_ends(&message.text);
        Ok(message)
    }

    /// The severity, from 0 (emergency) to 7 (debug).
    pub fn severity(&self) -> Option<u8> {
        self.priority.map(|priority| priority % 8)
    }

    /// The element of this name.
    pub fn element(&self, name: &str) -> Option<&Element> {
        self.data.iter().find(|element| element.name == name)
    }
}

impl Element {
    /// The value of the first parameter of this name.
    pub fn param(&self, name: &str) -> Option<&str> {
        let mut params = self.params.iter();
        let found = params.find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// A text in which line ends and tabs are what rsyslog makes of them, as it was.
pub(crate) fn with_line_ends(text: &str) -> String {
    text.replace("#012", "\n").replace("#011", "\t")
}

/// The priority in angle brackets, and what follows it.
fn priority(text: &str) -> Option<(u8, &str)> {
    let (digits, rest) = text.strip_prefix('<')?.split_once('>')?;
    let is_number = (1..=3).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit());
    let priority = digits.parse::<u8>().ok()?;
    (is_number && priority < 192).then_some((priority, rest))
}

/// What a field of the header says; `-` stands for nothing.
fn said(field: &str) -> Option<String> {
    (field != "-").then(|| field.to_owned())
}

#[cfg(test)]
mod tests;
