//! Logs on disk: files in, their records out, merged by time.
//!
//! A file holds what `--save` or `--format json` wrote, or what rsyslog did; what each line is shows in the line.
//! Files are read as they are merged: never more than a line of each, and what a camera's missing datagrams
//! hold back, is in memory.

use std::cmp::Reverse;
use std::collections::{BTreeSet, VecDeque};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{Timestamp, ZonedDateTime};

use crate::cameras::Cameras;
use crate::record::Record;
use crate::syslog::Message;
use crate::wire::Datagram;

/// The most files that are read at the same time.
pub const MOST_FILES: usize = 1000;
/// The longest line that is read, in bytes. A record of the longest message is shorter.
const LONGEST: u64 = 1 << 20;
/// How often it is looked what is missing, in the time of the file.
const TURN: Duration = Duration::from_millis(100);
/// The ending of what `--save` writes.
const SAVED: &str = "jsonl";

/// Why logs cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A file cannot be read.
    #[error("cannot read {path}: {}", reason(error), path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A directory holds no logs.
    #[error("there is no *.jsonl in {}", .0.display())]
    Nothing(PathBuf),
    /// There are too many.
    #[error("{0} files are too many: {MOST_FILES} are read at most")]
    TooMany(usize),
}

/// What the system says, in the words that oakc has for the most frequent case.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file".to_owned(),
        _ => error.to_string(),
    }
}

/// Records of several files.
pub struct Files {
    files: Vec<Source>,
}

/// A file.
struct Source {
    path: PathBuf,
    lines: Box<dyn BufRead>,
    /// What is read already.
    records: VecDeque<Record>,
    /// Those of a file of syslog.
    cameras: Cameras,
    /// When the last line was received.
    last: Timestamp,
    now: ZonedDateTime,
    malformed: u64,
    is_at_end: bool,
    /// When it was looked what is missing, counted from 1970.
    ticked: Duration,
}

/// The files that paths stand for: a directory for what was saved in it.
///
/// # Errors
/// Where a directory cannot be read or holds nothing, and where there are too many.
pub fn named(paths: &[PathBuf]) -> Result<Vec<PathBuf>, ReadError> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            files.extend(saved_in(path)?);
        } else {
            files.push(path.clone());
        }
    }
    if files.len() > MOST_FILES {
        return Err(ReadError::TooMany(files.len()));
    }
    Ok(files)
}

fn saved_in(directory: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let failed = |error| ReadError::File {
        path: directory.to_owned(),
        error,
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|ending| ending == SAVED) {
            files.push(path);
        }
    }
    if files.is_empty() {
        return Err(ReadError::Nothing(directory.to_owned()));
    }
    let names: BTreeSet<_> = files.iter().map(|path| path.with_extension("")).collect();
    files.sort_by_cached_key(|path| oldest_first(path, &names));
    Ok(files)
}

/// The order of saved files: of those of a camera the oldest first, so that records of one time keep their order. The
/// newest is `NAME.jsonl`, the one before it `NAME.1.jsonl`, and so on; a name that is an address ends in a number, too.
fn oldest_first(path: &Path, names: &BTreeSet<PathBuf>) -> (PathBuf, Reverse<u32>) {
    let stem = path.with_extension("");
    let number = stem
        .extension()
        .and_then(|number| number.to_str()?.parse().ok());
    match number {
        Some(number) if names.contains(&stem.with_extension("")) => {
            (stem.with_extension(""), Reverse(number))
        }
        _ => (stem, Reverse(0)),
    }
}

impl Files {
    /// Opens the files; `-` is `input`. `now` gives times without a year their year and their zone.
    ///
    /// # Errors
    /// Where one cannot be read.
    pub fn open(
        paths: &[PathBuf],
        now: &ZonedDateTime,
        input: impl Fn() -> Box<dyn Read>,
    ) -> Result<Self, ReadError> {
        let mut files = Vec::new();
        for path in paths {
            let read: Box<dyn Read> = if path.as_os_str() == "-" {
                input()
            } else {
                let file = File::open(path).and_then(|file| {
                    let is_directory = file.metadata()?.is_dir();
                    let reason = io::ErrorKind::IsADirectory;
                    (!is_directory).then_some(file).ok_or_else(|| reason.into())
                });
                Box::new(file.map_err(|error| ReadError::File {
                    path: path.clone(),
                    error,
                })?)
            };
            files.push(Source::new(path.clone(), read, now.clone()));
        }
        Ok(Self { files })
    }

    /// The next record, by time.
    ///
    /// # Errors
    /// Where a file cannot be read any further.
    pub fn next_record(&mut self) -> Result<Option<Record>, ReadError> {
        for file in &mut self.files {
            file.fill()?;
        }
        let heads = self.files.iter_mut();
        let heads = heads.filter(|file| !file.records.is_empty());
        // Of several at the same time, the first file's.
        let first = heads.min_by_key(|file| file.records.front().map(|record| record.time));
        Ok(first.and_then(|file| file.records.pop_front()))
    }

    /// How many lines are not messages.
    pub fn malformed(&self) -> u64 {
        self.files.iter().map(|file| file.malformed).sum()
    }
}

impl Source {
    fn new(path: PathBuf, read: Box<dyn Read>, now: ZonedDateTime) -> Self {
        Self {
            path,
            lines: Box::new(BufReader::new(read)),
            records: VecDeque::new(),
            cameras: Cameras::default(),
            last: now.timestamp(),
            now,
            malformed: 0,
            is_at_end: false,
            ticked: Duration::ZERO,
        }
    }

    /// Reads on until there is a record, or the end.
    fn fill(&mut self) -> Result<(), ReadError> {
        while self.records.is_empty() && !self.is_at_end {
            let line = self.line().map_err(|error| ReadError::File {
                path: self.path.clone(),
                error,
            })?;
            match line {
                Some(line) => self.take(&line),
                None => self.end(),
            }
        }
        Ok(())
    }

    /// The next line, of one that is too long its beginning.
    fn line(&mut self) -> io::Result<Option<String>> {
        let mut bytes = Vec::new();
        let read = self
            .lines
            .by_ref()
            .take(LONGEST)
            .read_until(b'\n', &mut bytes)?;
        if read == 0 {
            return Ok(None);
        }
        if bytes.last() != Some(&b'\n') {
            self.lines.skip_until(b'\n')?;
        }
        let line = String::from_utf8_lossy(&bytes);
        Ok(Some(line.trim_end_matches(['\n', '\r']).to_owned()))
    }

    fn take(&mut self, line: &str) {
        if line.is_empty() {
            return;
        }
        if line.starts_with('{') {
            match Record::of_json(line) {
                Some(record) => self.records.push_back(record),
                None => self.malformed = self.malformed.saturating_add(1),
            }
            return;
        }
        let Ok(message) = Message::of_line(line, &self.now) else {
            self.malformed = self.malformed.saturating_add(1);
            return;
        };
        self.last = message.time.unwrap_or(self.last);
        let datagram = Datagram::new(message, self.last, None);
        let now = since_epoch(self.last);
        let mut told = Vec::new();
        if now.saturating_sub(self.ticked) >= TURN {
            self.ticked = now;
            self.cameras.tick(self.last, now, &mut told);
        }
        self.cameras.take(datagram, now, &mut told);
        self.records.extend(told);
    }

    fn end(&mut self) {
        self.is_at_end = true;
        let mut told = Vec::new();
        self.cameras.flush(self.last, &mut told);
        self.records.extend(told);
    }
}

fn since_epoch(time: Timestamp) -> Duration {
    Duration::try_from(time.as_duration()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
