//! The log while it is received: shown, saved, and summed up in the end.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use oakc_device::own_addresses;
use oakc_logs::{Log, Receiver, Record, Sink, Store, Totals};

use super::output::Output;
use super::silence;
use super::{Saving, Selection};
use crate::failure::Failure;
use crate::terminal::Terminal;

/// How long nothing may happen before it is looked whether something is missing.
const TURN: Duration = Duration::from_millis(100);
/// The most datagrams that are dealt with before what they say is shown.
const BATCH: usize = 1000;

/// Receives, shows and saves.
pub(crate) struct Watch {
    receiver: Receiver,
    /// Where it was asked to listen.
    asked: SocketAddr,
    log: Log,
    sinks: Sinks,
    unread: u64,
    /// Since when the first message is waited for.
    waits: Instant,
    /// Whether it was said what may be wrong where none comes.
    has_told: bool,
}

struct Sinks {
    output: Output,
    /// Whether anything was shown.
    has_shown: bool,
    store: Option<Store>,
    /// Why the last record could not be saved, if that is not told yet.
    problem: Option<String>,
    has_problem: bool,
    failure: Option<Failure>,
}

impl Watch {
    pub(crate) fn new(
        receiver: Receiver,
        asked: SocketAddr,
        selection: &Selection,
        saving: &Saving,
        output: Output,
    ) -> Result<Self, Failure> {
        let store = saving.directory();
        let store = store.map(|(directory, space)| Store::open(directory, space));
        Ok(Self {
            receiver,
            asked,
            log: Log::new(selection.filter(), saving.rate()),
            sinks: Sinks {
                output,
                has_shown: false,
                store: store.transpose()?,
                problem: None,
                has_problem: false,
                failure: None,
            },
            unread: 0,
            waits: Instant::now(),
            has_told: false,
        })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.receiver.address()
    }

    /// Where it was asked to listen, which may leave the port to the system.
    pub(crate) fn asked(&self) -> SocketAddr {
        self.asked
    }

    /// Deals with what has arrived, after a while also where nothing has.
    pub(crate) fn turn(&mut self, terminal: &Terminal) {
        self.receive(TURN);
        self.log.tick(self.receiver.now(), &mut self.sinks);
        self.sinks.tell(terminal);
        self.unread = self.unread.saturating_add(self.receiver.dropped());
        self.explain_silence(terminal);
    }

    /// Says what may be wrong where nothing is shown.
    fn explain_silence(&mut self, terminal: &Terminal) {
        if self.has_told || self.sinks.has_shown {
            return;
        }
        let (waited, totals) = (self.waits.elapsed(), self.log.totals());
        let reason = silence::reason(waited, &totals, self.address(), own_addresses);
        if let Some(reason) = reason {
            self.has_told = true;
            terminal.notice(reason);
        }
    }

    fn receive(&mut self, patience: Duration) {
        let mut patience = patience;
        for _ in 0..BATCH {
            let Some(received) = self.receiver.next(patience) else {
                return;
            };
            let sinks = &mut self.sinks;
            self.log
                .datagram(&received.bytes, received.from, received.at, sinks);
            patience = Duration::ZERO;
        }
    }

    /// A camera is restarted on purpose, and silent for a while.
    pub(crate) fn expect_silence(&mut self) {
        self.waits = Instant::now();
        self.log.expect_silence(self.receiver.now());
    }

    /// Whether whoever read stdout is gone.
    pub(crate) fn is_unheard(&self) -> bool {
        self.sinks.failure.is_some() || self.sinks.output.is_unheard()
    }

    /// Shows what is left, and sums up.
    pub(crate) fn end(mut self, terminal: &Terminal) -> Result<(), Failure> {
        self.receive(Duration::ZERO);
        let totals = self.log.end(self.receiver.now(), &mut self.sinks);
        self.sinks.tell(terminal);
        terminal.progress(summary(&totals, self.unread));
        if let Some(failure) = self.sinks.failure {
            return Err(failure);
        }
        match self.sinks.store.map_or(0, |store| store.unsaved()) {
            0 => Ok(()),
            1 => Err(Failure::world("1 message was not saved")),
            count => Err(Failure::world(format!("{count} messages were not saved"))),
        }
    }
}

impl Sinks {
    /// Shows what was held back for the sake of speed.
    fn tell(&mut self, terminal: &Terminal) {
        if let Err(failure) = self.output.flush() {
            self.failure.get_or_insert(failure);
        }
        if let Some(problem) = self.problem.take() {
            terminal.warning(&problem);
        }
    }
}

impl Sink for Sinks {
    fn keep(&mut self, record: &Record) {
        let Some(store) = &mut self.store else {
            return;
        };
        match store.add(record) {
            Ok(()) => self.has_problem = false,
            Err(error) => {
                if !std::mem::replace(&mut self.has_problem, true) {
                    self.problem = Some(format!("messages are not saved: {error}"));
                }
            }
        }
    }

    fn show(&mut self, record: &Record) {
        self.has_shown = true;
        if let Err(failure) = self.output.show(record) {
            self.failure.get_or_insert(failure);
        }
    }
}

/// How much was heard, in a sentence.
fn summary(totals: &Totals, unread: u64) -> String {
    let counted = |count: u64, one: &str, many: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    };
    let mut parts = vec![counted(totals.messages, "message", "messages")];
    let rest = [
        (totals.lost, "datagram lost", "datagrams lost"),
        (
            totals.duplicates,
            "datagram came twice",
            "datagrams came twice",
        ),
        (totals.suppressed, "message not shown", "messages not shown"),
        (
            totals.malformed,
            "datagram was not syslog",
            "datagrams were not syslog",
        ),
        (unread, "datagram came too fast", "datagrams came too fast"),
    ];
    let rest = rest.into_iter().filter(|(count, ..)| *count > 0);
    parts.extend(rest.map(|(count, one, many)| counted(count, one, many)));
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_says_only_what_there_is_to_say() {
        let mut totals = Totals {
            messages: 12,
            ..Totals::default()
        };
        assert_eq!(summary(&totals, 0), "12 messages");
        totals.messages = 1;
        totals.lost = 3;
        totals.malformed = 1;
        assert_eq!(
            summary(&totals, 2),
            "1 message, 3 datagrams lost, 1 datagram was not syslog, 2 datagrams came too fast"
        );
    }
}
