//! A record for people: its line, and the lines that belong to it, in pieces with their colours.

use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use jiff::tz::TimeZone;
use oakc_diag::render::{Paint, Piece};
use serde_json::Value;

use crate::record::{Kind, Level, Record};

/// The widest column of names.
const WIDEST: usize = 40;
/// What stands before a line that belongs to the one above.
const INDENT: &str = "    ";
/// The most lines of one message that are shown.
const MOST_LINES: usize = 200;

/// How records are shown. The column of names is as wide as the widest so far.
#[derive(Clone, Debug)]
pub struct Shown {
    zone: TimeZone,
    /// The folder of the application, seen from where the user is: what paths in tracebacks begin with.
    folder: Option<PathBuf>,
    width: usize,
}

impl Shown {
    /// Times are shown in this zone. If the folder of the application is known, tracebacks name files by where
    /// they are.
    pub fn new(zone: TimeZone, folder: Option<PathBuf>) -> Self {
        Self {
            zone,
            folder,
            width: 0,
        }
    }

    /// The lines of a record.
    pub fn lines(&mut self, record: &Record) -> Vec<Vec<Piece>> {
        let text = self.text(record);
        let mut texts = text.lines();
        let first = texts.next().unwrap_or_default();
        let mut head = self.head(record);
        let paint = paint(record);
        head.push(Piece::new(paint, first));
        let mut lines = vec![head];
        let rest: Vec<_> = texts.collect();
        let shown = rest.len().min(MOST_LINES);
        for line in rest.iter().take(shown) {
            let paint = if is_place(line) { Paint::Bold } else { paint };
            lines.push(vec![
                Piece::new(Paint::None, INDENT),
                Piece::new(paint, *line),
            ]);
        }
        let mut notes = notes(record);
        if shown < rest.len() {
            notes.insert(0, format!("and {} more lines", rest.len() - shown));
        }
        let notes = notes.into_iter();
        lines.extend(notes.map(|note| {
            vec![
                Piece::new(Paint::None, INDENT),
                Piece::new(Paint::Faint, note),
            ]
        }));
        lines
    }

    /// Time, camera and node, level.
    fn head(&mut self, record: &Record) -> Vec<Piece> {
        let time = record.time.to_zoned_datetime(self.zone.clone());
        let time = time.strftime("%Y-%m-%d %H:%M:%S.%3f").to_string();
        let name = match &record.node {
            Some(node) => format!("{}/{node}", record.camera),
            None => record.camera.clone(),
        };
        let length = name.chars().count();
        self.width = self.width.max(length.min(WIDEST));
        let padding = " ".repeat(self.width.saturating_sub(length));
        let level = record.level.map_or("", Level::name);
        vec![
            Piece::new(Paint::Faint, time),
            Piece::new(Paint::None, " "),
            Piece::new(Paint::Cyan, name),
            Piece::new(Paint::None, padding + " "),
            Piece::new(of_level(record.level), format!("{level:<8} ")),
        ]
    }

    fn text(&self, record: &Record) -> String {
        match &self.folder {
            Some(folder) if record.kind == Kind::Exception => with_paths(&record.text, folder),
            _ => record.text.clone(),
        }
    }
}

/// The place of a file in a line of a traceback, and what is around it.
fn place(line: &str) -> Option<(&str, &str, &str)> {
    let start = "  File \"";
    let rest = line.strip_prefix(start)?;
    let (path, after) = rest.split_once('"')?;
    after.starts_with(", line ").then_some((start, path, after))
}

fn is_place(line: &str) -> bool {
    place(line).is_some()
}

/// A traceback whose files are named by where they are, if they are below the folder of the application.
fn with_paths(text: &str, folder: &Path) -> String {
    let lines: Vec<_> = text
        .lines()
        .map(|line| {
            let Some((before, path, after)) = place(line) else {
                return line.to_owned();
            };
            let file = folder.join(path);
            let is_below = !Path::new(path).is_absolute() && !path.starts_with('<');
            if is_below && file.is_file() {
                // With `/` on every system, as what the camera says of files that are not here.
                let shown = file.display().to_string().replace(MAIN_SEPARATOR, "/");
                format!("{before}{shown}\"{after}")
            } else {
                line.to_owned()
            }
        })
        .collect();
    lines.join("\n")
}

fn of_level(level: Option<Level>) -> Paint {
    match level {
        Some(Level::Critical | Level::Error) => Paint::Red,
        Some(Level::Warn) => Paint::Yellow,
        Some(Level::Info) => Paint::Green,
        Some(Level::Debug | Level::Trace) | None => Paint::Faint,
    }
}

/// What the camera says is as it is; what the receiver says, and signs of life, stand back.
fn paint(record: &Record) -> Paint {
    match record.kind {
        Kind::Heartbeat | Kind::Start | Kind::End | Kind::Back => Paint::Faint,
        Kind::Lost | Kind::Restarted | Kind::Silent | Kind::Suppressed => Paint::Yellow,
        Kind::Log | Kind::Print | Kind::Exception => Paint::None,
    }
}

/// What a message says beside its text.
fn notes(record: &Record) -> Vec<String> {
    let seconds = |key: &str| record.details.get(key).and_then(Value::as_f64);
    let count = |key: &str| record.details.get(key).and_then(Value::as_u64);
    let mut notes = Vec::new();
    if record.kind == Kind::Exception {
        if let Some(thread) = record.details.get("thread").and_then(Value::as_str) {
            notes.push(format!("in the thread {thread}"));
        }
        if let Some(again) = seconds("again") {
            notes.push(format!("the script starts again in {again} s"));
        }
    }
    if record.is_incomplete {
        notes.push("a part of this message was lost".to_owned());
    }
    if let Some(suppressed) = count("suppressed") {
        let messages = if suppressed == 1 {
            "message"
        } else {
            "messages"
        };
        notes.push(format!(
            "the camera has left out {suppressed} {messages} before this one: there were too many"
        ));
    }
    notes
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;

    fn record(text: &str) -> Record {
        let time = "2026-03-01T09:05:00.250Z".parse::<Timestamp>().unwrap();
        let mut record = Record::new(time, "door", Kind::Log);
        record.node = Some("report".to_owned());
        record.level = Some(Level::Warn);
        record.text = text.to_owned();
        record
    }

    fn plain(shown: &mut Shown, record: &Record) -> Vec<String> {
        let lines = shown.lines(record);
        let text = |line: &Vec<Piece>| line.iter().map(|piece| piece.text.as_str()).collect();
        lines.iter().map(text).collect()
    }

    #[test]
    fn a_record_is_a_line_and_names_are_aligned() {
        let mut shown = Shown::new(TimeZone::UTC, None);
        assert_eq!(
            plain(&mut shown, &record("3 people")),
            ["2026-03-01 09:05:00.250 door/report warn     3 people"]
        );
        let mut other = record("x");
        other.node = None;
        other.level = None;
        assert_eq!(
            plain(&mut shown, &other),
            ["2026-03-01 09:05:00.250 door                 x"]
        );
    }

    #[test]
    fn tracebacks_name_files_by_where_they_are() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("report.py"), "").unwrap();
        let text = "Traceback (most recent call last):\n  File \"report.py\", line 31, in <module>\n    \
                    main()\n  File \"gone.py\", line 1, in f\nValueError: File \"report.py\", line 1";
        let mut exception = record(text);
        exception.kind = Kind::Exception;
        exception.details.insert("again".to_owned(), 2.into());
        let lines = plain(
            &mut Shown::new(TimeZone::UTC, Some(folder.path().to_owned())),
            &exception,
        );
        let path = folder.path().join("report.py");
        assert_eq!(
            lines[1..],
            [
                format!("      File \"{}\", line 31, in <module>", path.display()),
                "        main()".to_owned(),
                "      File \"gone.py\", line 1, in f".to_owned(),
                "    ValueError: File \"report.py\", line 1".to_owned(),
                "    the script starts again in 2 s".to_owned(),
            ]
        );
    }

    #[test]
    fn a_message_of_very_many_lines_is_cut() {
        let lines = plain(
            &mut Shown::new(TimeZone::UTC, None),
            &record(&"x\n".repeat(5000)),
        );
        assert_eq!(lines.len(), MOST_LINES + 2);
        assert_eq!(lines.last().unwrap(), "    and 4799 more lines");
    }

    proptest! {
        #[test]
        fn a_line_of_a_message_never_begins_a_line(text in "(\\PC|\n|\r|\x1b){0,80}") {
            let lines = plain(&mut Shown::new(TimeZone::UTC, None), &record(&text));
            prop_assert!(lines[0].starts_with("2026-03-01 "));
            prop_assert!(lines[1..].iter().all(|line| line.starts_with(INDENT)));
        }
    }
}
