//! Messages on stdout, for people or for programs.

use std::collections::BTreeSet;

use oakc_diag::render::Page;
use oakc_logs::{Kind, Record, Shown};

use crate::failure::Failure;
use crate::terminal::{ResultFormat, Stream, Terminal};

/// The most scripts of which it is remembered that they have shown a sign of life.
const MOST_SCRIPTS: usize = 4096;

/// Where messages go.
pub(crate) struct Output {
    format: ResultFormat,
    shown: Shown,
    /// Whether every heartbeat is shown to people; programs are shown all of them.
    heartbeats: bool,
    has_colors: bool,
    /// Whose heartbeat was shown.
    alive: BTreeSet<(String, Option<String>)>,
    stream: Stream,
}

impl Output {
    pub(crate) fn new(
        format: ResultFormat,
        shown: Shown,
        heartbeats: bool,
        terminal: &Terminal,
    ) -> Self {
        Self {
            format,
            shown,
            heartbeats,
            has_colors: terminal.colors_results(),
            alive: BTreeSet::new(),
            stream: Stream::default(),
        }
    }

    /// Shows a record; it may take until the next [`Output::flush`] until it is seen.
    pub(crate) fn show(&mut self, record: &Record) -> Result<(), Failure> {
        match self.format {
            ResultFormat::Json => self.stream.json(&record.json()),
            ResultFormat::Human => {
                if !self.is_wanted(record) {
                    return Ok(());
                }
                let mut page = Page::new();
                for line in self.shown.lines(record) {
                    page.painted(&line, self.has_colors);
                }
                self.stream.page(&page)
            }
        }
    }

    /// A heartbeat says that a script is alive; that it goes on is not news.
    fn is_wanted(&mut self, record: &Record) -> bool {
        let who = || (record.camera.clone(), record.node.clone());
        match record.kind {
            Kind::Heartbeat if self.heartbeats => true,
            Kind::Heartbeat if self.alive.len() >= MOST_SCRIPTS => false,
            Kind::Heartbeat => self.alive.insert(who()),
            Kind::Start => {
                self.alive.remove(&who());
                true
            }
            _ => true,
        }
    }

    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        self.stream.flush()
    }

    /// Whether whoever read stdout is gone.
    pub(crate) fn is_unheard(&self) -> bool {
        self.stream.is_closed()
    }
}
