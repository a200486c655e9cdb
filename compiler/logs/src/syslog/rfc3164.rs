//! RFC 3164, after the priority: `TIME HOST TAG TEXT`. What does not look like that is all text, as the RFC
//! has it. The time is `Mmm dd hh:mm:ss`, or as rsyslog writes it, in RFC 3339.

use jiff::civil::DateTime;
use jiff::fmt::strtime;
use jiff::{Timestamp, ToSpan as _, ZonedDateTime};

use super::{LONGEST_FIELD, Message, said};

/// How many characters `Mmm dd hh:mm:ss` has.
const SHORT_TIME: usize = 15;

/// Reads what follows the priority.
pub(super) fn parse(text: &str, now: &ZonedDateTime) -> Message {
    parse_dated(text, now).unwrap_or_else(|| Message {
        text: text.to_owned(),
        ..Message::default()
    })
}

/// Reads what begins with a time; `None` where there is none.
pub(super) fn parse_dated(text: &str, now: &ZonedDateTime) -> Option<Message> {
    let (time, rest) = time(text, now)?;
    let (host, rest) = word(rest)?;
    let (tag, rest) = word(rest).unwrap_or((rest, ""));
    let (application, process) = of_tag(tag);
    Some(Message {
        time: Some(time),
        host: said(host),
        application: said(application),
        process: process.and_then(said),
        text: rest.strip_prefix('\u{feff}').unwrap_or(rest).to_owned(),
        ..Message::default()
    })
}

/// A word, and what follows the space behind it.
fn word(text: &str) -> Option<(&str, &str)> {
    let (word, rest) = text.split_once(' ')?;
    ((1..=LONGEST_FIELD).contains(&word.len())).then_some((word, rest))
}

/// The time at the beginning of a text, and what follows the space behind it.
fn time<'a>(text: &'a str, now: &ZonedDateTime) -> Option<(Timestamp, &'a str)> {
    if let Some((first, rest)) = text.split_once(' ')
        && let Ok(time) = first.parse()
    {
        return Some((time, rest));
    }
    let (time, rest) = text.split_at_checked(SHORT_TIME)?;
    Some((short_time(time, now)?, rest.strip_prefix(' ')?))
}

/// A time without a year and a zone: the latest that is not in the future. Clocks may differ by a day.
fn short_time(text: &str, now: &ZonedDateTime) -> Option<Timestamp> {
    let latest = now.checked_add(1.day()).ok()?;
    // A year in which there was no 29th of February is not the one.
    let years = (0..8).filter_map(|back| now.year().checked_sub(back)?.checked_add(1));
    let mut times = years.filter_map(|year| in_year(text, year, now));
    times.find(|time| *time <= latest.timestamp())
}

fn in_year(text: &str, year: i16, now: &ZonedDateTime) -> Option<Timestamp> {
    let parsed = strtime::parse("%Y %b %e %H:%M:%S", format!("{year} {text}")).ok()?;
    let time: DateTime = parsed.to_datetime().ok()?;
    let time = time.to_zoned_datetime(now.time_zone().clone()).ok()?;
    Some(time.timestamp())
}

/// Program and process in a tag: `NAME[PROCESS]:`, `NAME:` or `NAME`.
fn of_tag(tag: &str) -> (&str, Option<&str>) {
    let tag = tag.strip_suffix(':').unwrap_or(tag);
    match tag.strip_suffix(']').and_then(|tag| tag.split_once('[')) {
        Some((name, process)) if !name.is_empty() => (name, Some(process)),
        _ => (tag, None),
    }
}
