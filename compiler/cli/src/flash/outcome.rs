//! What became of the cameras, for people and for programs.

use std::fmt::Write as _;
use std::time::Duration;

use oakc_device::Error;
use oakc_device::flash::{Failure as FlashFailure, Plan, Report, State};
use oakc_device::xlink::Mxid;
use oakc_device::xlink::datagram::DeviceState;
use serde_json::{Value, json};

use super::Job;
use crate::advice::{Advice, warning_text};
use crate::failure::Failure;
use crate::summary::grouped;
use crate::terminal::{ResultFormat, Terminal, result};

/// What became of all cameras.
pub(crate) struct Outcome<'a> {
    cameras: Vec<(&'a Job, &'a Report)>,
    dry_run: bool,
}

impl<'a> Outcome<'a> {
    pub(crate) fn new(jobs: &'a [Job], reports: &'a [Report], dry_run: bool) -> Self {
        Self {
            cameras: jobs.iter().zip(reports).collect(),
            dry_run,
        }
    }

    /// Prints it. An error where any camera failed.
    pub(crate) fn tell(&self, format: ResultFormat, terminal: &Terminal) -> Result<(), Failure> {
        match format {
            ResultFormat::Human => result(self.text().trim_end())?,
            ResultFormat::Json => result(&self.json().to_string())?,
        }
        if self.failed() == 0 {
            return Ok(());
        }
        terminal.error(&self.advice());
        Err(Failure::ReportedWorld)
    }

    fn failed(&self) -> usize {
        let failed = |(_, report): &&(&Job, &Report)| report.failure.is_some();
        self.cameras.iter().filter(failed).count()
    }

    fn advice(&self) -> String {
        let (failed, all) = (self.failed(), self.cameras.len());
        let broken = self.cameras.iter();
        let broken = broken
            .filter(|(_, report)| report.failure.is_some() && report.state == State::Incomplete);
        let mut text = format!("{failed} of {all} cameras failed");
        if broken.count() > 0 {
            text.push_str(
                "; those with a part of the application do not run it until they are flashed \
                 again: run the same command once more",
            );
        }
        text
    }

    fn text(&self) -> String {
        let names = self
            .cameras
            .iter()
            .map(|(job, _)| job.camera.name.chars().count());
        let width = names.max().unwrap_or(0);
        let mut text = String::new();
        for (job, report) in &self.cameras {
            let name = &job.camera.name;
            let what = match &report.failure {
                None if self.dry_run => would(job, report),
                None => done(report),
                Some(failure) => format!("{} ({})", said(failure), on_it(report.state)),
            };
            let _ = writeln!(text, "{name:<width$}  {what}");
        }
        if !self.dry_run && self.cameras.len() > 1 {
            let all = self.cameras.len();
            let _ = writeln!(text, "{} of {all} cameras flashed", all - self.failed());
        }
        text
    }

    fn json(&self) -> Value {
        let cameras = self.cameras.iter();
        let cameras = cameras.map(|(job, report)| self.camera_json(job, report));
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

    fn camera_json(&self, job: &Job, report: &Report) -> Value {
        let target = job.camera.target.as_ref().ok();
        let mxid = target.and_then(|target| target.mxid.as_ref());
        let verdict = match &report.failure {
            Some(failure) => verdict(failure),
            None if self.dry_run => "planned",
            None => "flashed",
        };
        let warnings = report.plan.iter().flat_map(|plan| &plan.warnings);
        json!({
            "name": job.camera.name,
            "address": target.map(|target| target.address.to_string()),
            "mxid": mxid.map(Mxid::as_str),
            "result": verdict,
            "error": report.failure.as_ref().map(ToString::to_string),
            "state": state_name(report.state),
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
            "warnings": warnings.map(ToString::to_string).collect::<Vec<_>>(),
        })
    }
}

fn verdict(failure: &FlashFailure) -> &'static str {
    match failure {
        FlashFailure::Camera(Error::Cancelled) => "stopped",
        FlashFailure::Refused(_) => "refused",
        _ => "failed",
    }
}

/// The verdict and its reason; that the user stopped it needs none.
pub(super) fn said(failure: &FlashFailure) -> String {
    match verdict(failure) {
        "stopped" => "stopped".to_owned(),
        verdict => match failure.advice() {
            Some(advice) => format!("{verdict}: {failure}; {advice}"),
            None => format!("{verdict}: {failure}"),
        },
    }
}

fn done(report: &Report) -> String {
    let mut text = match report.state {
        State::Running => "runs".to_owned(),
        State::Verified => "verified, not started".to_owned(),
        _ => "written, not verified".to_owned(),
    };
    let written = grouped(report.written);
    let _ = write!(
        text,
        "  {written} bytes written in {}",
        seconds(report.write_time)
    );
    if !report.verify_time.is_zero() {
        let _ = write!(text, ", read back in {}", seconds(report.verify_time));
    }
    if report.attempts > 1 {
        let _ = write!(text, ", {} attempts", report.attempts);
    }
    text
}

fn would(job: &Job, report: &Report) -> String {
    let running = job.camera.seen.as_ref();
    let running = running.is_some_and(|seen| seen.state == DeviceState::FlashBooted);
    match &report.plan {
        Some(plan) => would_write(plan),
        None if running => "would be restarted into its bootloader, asked, and flashed".to_owned(),
        None => "would be flashed".to_owned(),
    }
}

fn would_write(plan: &Plan) -> String {
    let size = grouped(plan.size);
    let mut text = format!("would get {size} bytes into its {}", plan.memory);
    if let Some(room) = plan.room {
        let _ = write!(text, ", which has room for {}", grouped(room));
    }
    for warning in &plan.warnings {
        let _ = write!(text, "; {}", warning_text(warning));
    }
    text
}

fn on_it(state: State) -> &'static str {
    match state {
        State::Untouched => "nothing was changed",
        State::Incomplete => "it holds a part of the application",
        State::Written => "it holds the application, not compared",
        State::Verified => "it holds the application",
        State::Running => "it runs the application",
    }
}

fn state_name(state: State) -> &'static str {
    match state {
        State::Untouched => "untouched",
        State::Incomplete => "incomplete",
        State::Written => "written",
        State::Verified => "verified",
        State::Running => "running",
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
