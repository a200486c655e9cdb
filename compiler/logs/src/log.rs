//! The log of all cameras: datagrams in, records to keep and to show out.
//!
//! A [`Log`] has no clock and no socket. Each datagram comes with the time at which it was received, twice: by
//! the clock on the wall, and as a [`Duration`] from any fixed moment that no change of that clock affects.

use std::net::IpAddr;
use std::time::Duration;

use jiff::{Timestamp, ZonedDateTime};
use serde_json::json;

use crate::cameras::Cameras;
use crate::filter::Filter;
use crate::flood::{Gate, Rate};
use crate::record::{Kind, Level, Record};
use crate::syslog::Message;
use crate::wire::Datagram;

/// The most bytes of a datagram that are read. RFC 5424 asks for 2,048; a camera sends at most 1,200.
const LONGEST: usize = 8192;

/// When something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// By the clock on the wall.
    pub time: Timestamp,
    /// Since any fixed moment.
    pub since: Duration,
}

/// How much was heard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Messages of cameras.
    pub messages: u64,
    /// Datagrams that are missing.
    pub lost: u64,
    /// Datagrams that came more than once.
    pub duplicates: u64,
    /// Messages that were not shown, because there were too many.
    pub suppressed: u64,
    /// Datagrams or lines that are not syslog.
    pub malformed: u64,
}

/// Hears what there is to keep and to show.
pub trait Sink {
    /// A record, whether it is to be shown or not.
    fn keep(&mut self, record: &Record);

    /// A record that is to be shown.
    fn show(&mut self, record: &Record);
}

/// What all cameras say.
#[derive(Debug)]
pub struct Log {
    cameras: Cameras,
    filter: Filter,
    gate: Gate,
    totals: Totals,
}

impl Log {
    /// A log of which so much is shown.
    pub fn new(filter: Filter, rate: Rate) -> Self {
        Self {
            cameras: Cameras::default(),
            filter,
            gate: Gate::new(rate),
            totals: Totals::default(),
        }
    }

    /// A datagram that came from `address`. One that is not syslog is only counted.
    pub fn datagram(&mut self, bytes: &[u8], address: IpAddr, at: Moment, sink: &mut dyn Sink) {
        let bytes = bytes.get(..LONGEST).unwrap_or(bytes);
        let now = ZonedDateTime::new(at.time, jiff::tz::TimeZone::system());
        let Ok(message) = Message::of_datagram(bytes, &now) else {
            self.totals.malformed = self.totals.malformed.saturating_add(1);
            return;
        };
        let mut told = Vec::new();
        let datagram = Datagram::new(message, at.time, Some(address));
        self.cameras.take(datagram, at.since, &mut told);
        self.tell(told, at, sink);
    }

    /// Time has passed. It shows only now that a message is missing, or that a camera is silent.
    pub fn tick(&mut self, at: Moment, sink: &mut dyn Sink) {
        let mut told = Vec::new();
        self.cameras.tick(at.time, at.since, &mut told);
        self.tell(told, at, sink);
        let suppressed = self.gate.suppressed(Some(at.since));
        self.tell_suppressed(suppressed, at.time, sink);
    }

    /// All cameras may be silent for the time of a restart.
    pub fn expect_silence(&mut self, at: Moment) {
        self.cameras.expect_silence(at.since);
    }

    /// How much was heard until now.
    pub fn totals(&self) -> Totals {
        Totals {
            duplicates: self.cameras.duplicates(),
            ..self.totals
        }
    }

    /// No more is going to come.
    pub fn end(&mut self, at: Moment, sink: &mut dyn Sink) -> Totals {
        let mut told = Vec::new();
        self.cameras.flush(at.time, &mut told);
        self.tell(told, at, sink);
        let suppressed = self.gate.suppressed(None);
        self.tell_suppressed(suppressed, at.time, sink);
        self.totals()
    }

    fn tell(&mut self, told: Vec<Record>, at: Moment, sink: &mut dyn Sink) {
        for record in told {
            self.count(&record);
            sink.keep(&record);
            if self.filter.accepts(&record)
                && self.gate.admits(&record.camera, record.kind, at.since)
            {
                sink.show(&record);
            }
        }
    }

    fn count(&mut self, record: &Record) {
        let count = record
            .details
            .get("count")
            .and_then(serde_json::Value::as_u64);
        match record.kind {
            Kind::Lost => self.totals.lost = self.totals.lost.saturating_add(count.unwrap_or(1)),
            kind if kind.is_said_by_a_camera() => {
                self.totals.messages = self.totals.messages.saturating_add(1);
            }
            _ => {}
        }
    }

    /// Nobody misses these in what is kept: there the messages are.
    fn tell_suppressed(
        &mut self,
        suppressed: Vec<(String, u64)>,
        time: Timestamp,
        sink: &mut dyn Sink,
    ) {
        for (camera, count) in suppressed {
            self.totals.suppressed = self.totals.suppressed.saturating_add(count);
            let mut record = Record::new(time, &camera, Kind::Suppressed);
            record.level = Some(Level::Warn);
            record.text = match count {
                1 => "1 message was not shown: there were too many".to_owned(),
                count => format!("{count} messages were not shown: there were too many"),
            };
            record.details.insert("count".to_owned(), json!(count));
            sink.show(&record);
        }
    }
}
