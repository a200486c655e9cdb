//! What became of the cameras: the reports of all of them in, verdicts and their JSON form out. What a
//! person reads, the caller writes.

use std::time::{Duration, SystemTime};

use oakc_device::Error;
use oakc_device::flash::{self, Report, State};
use oakc_device::selection::{Chosen, UnknownMxid};
use oakc_device::xlink::Mxid;
use oakc_workers::Panicked;
use serde_json::{Value, json};

use crate::contents::Contents;
use crate::supply::SupplyError;
use crate::time::rfc3339;

/// What became of all cameras.
#[derive(Debug)]
pub struct Outcome {
    /// Each camera, in the order in which they were given.
    pub cameras: Vec<CameraOutcome>,
    /// Whether it was only found out what would happen.
    pub rehearsed: bool,
}

/// What became of a camera.
#[derive(Debug)]
pub struct CameraOutcome {
    /// The camera.
    pub camera: Chosen,
    /// Why it was not flashed, if it was not.
    pub failure: Option<Failure>,
    /// What was done; its own `failure` is empty.
    pub report: Report,
    /// What it got, or was to get; `None` where it failed before that was known.
    pub contents: Option<Contents>,
    /// When it was its turn.
    pub started: SystemTime,
    /// How long it took.
    pub time: Duration,
}

/// Why a camera was not flashed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It was named by its MXID and does not answer.
    #[error(transparent)]
    Unknown(#[from] UnknownMxid),
    /// There is no package for it.
    #[error(transparent)]
    Supply(#[from] SupplyError),
    /// It was refused, or did not work.
    #[error(transparent)]
    Flash(flash::Failure),
    /// oakc itself failed.
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

/// How it ended for a camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It has the application.
    Flashed,
    /// It would get the application.
    Planned,
    /// The user stopped it.
    Stopped,
    /// Nothing may happen to this camera.
    Refused,
    /// It did not work.
    Failed,
}

impl Verdict {
    /// The word for it in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Flashed => "flashed",
            Self::Planned => "planned",
            Self::Stopped => "stopped",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

impl Failure {
    /// How it ended.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Flash(flash::Failure::Camera(Error::Cancelled)) => Verdict::Stopped,
            Self::Flash(flash::Failure::Refused(_)) => Verdict::Refused,
            Self::Flash(_) | Self::Unknown(_) | Self::Supply(_) | Self::Panicked(_) => {
                Verdict::Failed
            }
        }
    }
}

impl Outcome {
    /// How many cameras were not flashed.
    pub fn failed(&self) -> usize {
        let failed = |camera: &&CameraOutcome| camera.failure.is_some();
        self.cameras.iter().filter(failed).count()
    }

    /// Whether a camera was left with a part of the application, which does not run.
    pub fn leaves_incomplete(&self) -> bool {
        let incomplete = |camera: &CameraOutcome| {
            camera.failure.is_some() && camera.report.state == State::Incomplete
        };
        self.cameras.iter().any(incomplete)
    }

    /// All of it, for programs.
    pub fn json(&self) -> Value {
        let cameras = self.cameras.iter();
        let cameras = cameras.map(|camera| camera.json(self.rehearsed));
        let all = self.cameras.len();
        json!({
            "cameras": cameras.collect::<Vec<_>>(),
            "summary": {
                "cameras": all,
                "succeeded": all - self.failed(),
                "failed": self.failed(),
            },
        })
    }
}

impl CameraOutcome {
    fn json(&self, rehearsed: bool) -> Value {
        let target = self.camera.target.as_ref().ok();
        let mxid = target.and_then(|target| target.mxid.as_ref());
        let report = &self.report;
        let verdict = match &self.failure {
            Some(failure) => failure.verdict(),
            None if rehearsed => Verdict::Planned,
            None => Verdict::Flashed,
        };
        let warnings = report.plan.iter().flat_map(|plan| &plan.warnings);
        let mut json = json!({
            "name": self.camera.name,
            "address": target.map(|target| target.address.to_string()),
            "mxid": mxid.map(Mxid::as_str),
            "result": verdict.name(),
            "error": self.failure.as_ref().map(ToString::to_string),
            "state": report.state.name(),
            "attempts": report.attempts,
            "memory": report.plan.as_ref().map(|plan| plan.memory.to_string()),
            "bootloader": report.bootloader.map(|(version, kind)| json!({
                "version": version.to_string(),
                "type": kind.to_string(),
            })),
            "size": report.plan.as_ref().map(|plan| plan.size),
            "written": report.written,
            "write_seconds": report.write_time.as_secs_f64(),
            "verify_seconds": report.verify_time.as_secs_f64(),
            "observed_seconds": report.observed.as_secs_f64(),
            "warnings": warnings.map(ToString::to_string).collect::<Vec<_>>(),
            "started": rfc3339(self.started),
            "seconds": self.time.as_secs_f64(),
            "package": null,
            "application": null,
            "params": null,
            "firmware": null,
        });
        if let (Value::Object(json), Some(Value::Object(contents))) =
            (&mut json, self.contents.as_ref().map(Contents::json))
        {
            json.extend(contents);
        }
        json
    }
}
