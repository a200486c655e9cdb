//! `oakc flash --log FILE`: what happened to each camera, and when.
//!
//! In: what the deployment tells. Out: one JSON object a line, behind what the file holds already. Never:
//! a secret, or a control character; and a log that cannot be written keeps no camera from being flashed.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use oakc_deploy::{Contents, Failure as JobFailure, Outcome, Verdict, Watch, rfc3339};
use oakc_device::flash::{Event, Report};
use oakc_device::selection::Chosen;
use oakc_device::xlink::Mxid;
use oakc_diag::render::printable;
use serde_json::{Value, json};

use super::progress::{Progress, words};
use crate::failure::Failure;

/// A file that lines are added to.
pub(super) struct Log {
    path: PathBuf,
    state: Mutex<State>,
}

struct State {
    file: File,
    /// The first thing that went wrong.
    error: Option<io::Error>,
}

impl Log {
    /// Opens the file, or makes it.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let failed = |error| Failure::world(format!("cannot write {}: {error}", path.display()));
        // Opening a pipe would wait for a reader.
        if path.metadata().is_ok_and(|it| !it.is_file()) {
            let reason = io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file");
            return Err(failed(reason));
        }
        let file = OpenOptions::new().append(true).create(true).open(path);
        let file = file.map_err(failed)?;
        let state = State { file, error: None };
        Ok(Self {
            path: path.to_owned(),
            state: Mutex::new(state),
        })
    }

    /// The command begins with these cameras.
    pub(super) fn begin(&self, application: &Path, cameras: &[Chosen]) {
        self.add(json!({
            "event": "begin",
            "oakc": env!("CARGO_PKG_VERSION"),
            "file": application.to_string_lossy(),
            "cameras": cameras.iter().map(camera_json).collect::<Vec<_>>(),
        }));
    }

    /// The command is at its end.
    pub(super) fn end(&self, outcome: &Outcome) {
        let mut end = json!({ "event": "end" });
        merge(&mut end, outcome.json()["summary"].take());
        self.add(end);
    }

    /// Why the file does not hold everything, if it does not.
    pub(super) fn problem(&self) -> Option<String> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let error = state.error.as_ref()?;
        Some(format!("{} is incomplete: {error}", self.path.display()))
    }

    /// A line with the time before everything else.
    fn add(&self, object: Value) {
        let mut line = json!({ "time": rfc3339(SystemTime::now()) });
        merge(&mut line, object);
        let line = format!("{}\n", printable::json(&line.to_string()));
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // In one piece, so that commands that run at the same time do not mix their lines.
        if let Err(error) = state.file.write_all(line.as_bytes()) {
            state.error.get_or_insert(error);
        }
    }
}

fn camera_json(camera: &Chosen) -> Value {
    let target = camera.target.as_ref().ok();
    let mxid = target.and_then(|target| target.mxid.as_ref());
    json!({
        "name": camera.name,
        "address": target.map(|target| target.address.to_string()),
        "mxid": mxid.map(Mxid::as_str),
        "state": camera.seen.as_ref().map(|seen| seen.state.to_string()),
    })
}

fn merge(object: &mut Value, more: Value) {
    if let (Value::Object(object), Value::Object(more)) = (object, more) {
        object.extend(more);
    }
}

/// Hears for the user, and for the log if there is one.
pub(super) struct Logged<'a> {
    progress: &'a Progress<'a>,
    log: Option<&'a Log>,
    /// Whether it is only found out what would happen.
    rehearse: bool,
    /// What was noted last of each camera.
    last: Mutex<Vec<&'static str>>,
}

impl<'a> Logged<'a> {
    pub(super) fn new(
        progress: &'a Progress<'a>,
        log: Option<&'a Log>,
        cameras: usize,
        rehearse: bool,
    ) -> Self {
        Self {
            progress,
            log,
            rehearse,
            last: Mutex::new(vec![""; cameras]),
        }
    }

    /// Bytes are noted once, when the first of them are there.
    fn note(&self, camera: usize, event: &Event<'_>) {
        let (name, more) = match event {
            Event::Writing(_, total) => ("writing", json!({ "total": total })),
            Event::Verifying(_, total) => ("verifying", json!({ "total": total })),
            other => match words(other) {
                Some((name, text)) => (name, json!({ "text": text })),
                None => return,
            },
        };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let last = last
            .get_mut(camera)
            .map(|last| std::mem::replace(last, name));
        let counts = matches!(event, Event::Writing(..) | Event::Verifying(..));
        if !(counts && last == Some(name)) {
            self.add(camera, name, more);
        }
    }

    fn add(&self, camera: usize, event: &str, more: Value) {
        let Some(log) = self.log else { return };
        let mut object = json!({ "camera": self.progress.name(camera), "event": event });
        merge(&mut object, more);
        log.add(object);
    }
}

impl Watch for Logged<'_> {
    fn packaging(&self, event: oakc_firmware::Progress) {
        self.progress.packaging(event);
    }

    fn packed(&self, camera: usize, contents: &Contents) {
        self.add(camera, "package", contents.json());
        self.progress.packed(camera, contents);
    }

    fn flashing(&self, camera: usize, event: &Event<'_>) {
        self.note(camera, event);
        self.progress.flashing(camera, event);
    }

    fn ended(&self, camera: usize, failure: Option<&JobFailure>, report: &Report) {
        let verdict = match failure {
            Some(failure) => failure.verdict(),
            None if self.rehearse => Verdict::Planned,
            None => Verdict::Flashed,
        };
        let more = json!({
            "result": verdict.name(),
            "error": failure.map(ToString::to_string),
            "state": report.state.name(),
            "attempts": report.attempts,
            "written": report.written,
        });
        self.add(camera, "ended", more);
        self.progress.ended(camera, failure, report);
    }
}
