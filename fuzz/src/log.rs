//! The target that receives what cameras, or whoever pretends to be one, send.

use std::net::IpAddr;
use std::time::Duration;

use oakc_diag::render::Page;
use oakc_logs::syslog::Message;
use oakc_logs::{Filter, Log, Moment, Rate, Record, Shown, Sink};

use crate::Outcome;

/// What is told of a log.
struct Heard {
    kept: u64,
    shown: Shown,
    kinds: Vec<&'static str>,
}

impl Sink for Heard {
    fn keep(&mut self, record: &Record) {
        self.kept += 1;
        let again = Record::of_json(&record.json().to_string());
        assert!(again.is_some(), "a record that JSON loses: {record:?}");
    }

    fn show(&mut self, record: &Record) {
        let mut page = Page::new();
        let lines = self.shown.lines(record);
        for line in &lines {
            page.painted(line, false);
        }
        let is_quiet = |c: char| c == '\n' || c == '\t' || !c.is_control();
        assert!(page.as_str().chars().all(is_quiet), "{page:?}");
        assert_eq!(page.as_str().lines().count(), lines.len(), "{page:?}");
        self.kinds.push(record.kind.name());
    }
}

/// Receives a datagram from each line: its first byte says how long after the one before, the second from which
/// address.
///
/// # Panics
/// If a message reaches the terminal as more than text, or is lost on the way to a file.
pub fn log(input: &[u8]) -> Outcome {
    let mut log = Log::new(Filter::default(), Rate::default());
    let mut heard = Heard {
        kept: 0,
        shown: Shown::new(jiff::tz::TimeZone::UTC, None),
        kinds: Vec::new(),
    };
    let start = jiff::Timestamp::UNIX_EPOCH;
    let mut since = Duration::ZERO;
    let mut at = Moment { time: start, since };
    for line in input.split(|byte| *byte == b'\n').take(2000) {
        let [pause, from, datagram @ ..] = line else {
            continue;
        };
        since += Duration::from_millis(u64::from(*pause) * 20);
        at = Moment {
            time: start + since,
            since,
        };
        log.tick(at, &mut heard);
        log.datagram(datagram, IpAddr::from([10, 0, 0, *from]), at, &mut heard);
        let now = start.to_zoned_datetime(jiff::tz::TimeZone::UTC);
        let _ = Message::of_line(&String::from_utf8_lossy(datagram), &now);
    }
    let totals = log.end(at, &mut heard);
    assert!(totals.messages <= heard.kept, "{totals:?}");
    heard.kinds.sort_unstable();
    heard.kinds.dedup();
    heard.kinds.join(" ")
}
