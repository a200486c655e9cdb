//! What became of the cameras, printed.

use std::fmt::Write as _;
use std::time::Duration;

use oakc_deploy::{CameraOutcome, Failure as JobFailure, Outcome, Verdict};
use oakc_device::flash::{Plan, Report, State};
use oakc_diag::render::Page;

use crate::advice::{Advice, warning_text};
use crate::failure::Failure;
use crate::summary::grouped;
use crate::terminal::{ResultFormat, Terminal, json, result};

/// Prints it. An error where any camera failed.
pub(super) fn tell(
    outcome: &Outcome,
    format: ResultFormat,
    terminal: &Terminal,
) -> Result<(), Failure> {
    match format {
        ResultFormat::Human => result(page(outcome))?,
        ResultFormat::Json => json(&outcome.json())?,
    }
    verdict(outcome, terminal)
}

/// Tells it as progress, where the result is something else. An error where any camera failed.
pub(crate) fn tell_in_passing(outcome: &Outcome, terminal: &Terminal) -> Result<(), Failure> {
    if outcome.failed() == 0 {
        terminal.progress_page(&page(outcome));
    } else {
        terminal.notice_page(&page(outcome));
    }
    verdict(outcome, terminal)
}

fn verdict(outcome: &Outcome, terminal: &Terminal) -> Result<(), Failure> {
    if outcome.failed() == 0 {
        return Ok(());
    }
    terminal.error(&advice(outcome));
    let mut failures = outcome.cameras.iter().filter_map(|it| it.failure.as_ref());
    if let Some(lost) = failures.find_map(Advice::lost) {
        terminal.help(&lost.help());
    }
    Err(Failure::ReportedWorld)
}

fn advice(outcome: &Outcome) -> String {
    let (failed, all) = (outcome.failed(), outcome.cameras.len());
    let mut text = format!("{failed} of {all} cameras failed");
    if outcome.leaves_incomplete() {
        text.push_str(
            "; cameras with only part of the application do not run it until they are flashed again: run the same command again",
        );
    }
    text
}

fn page(outcome: &Outcome) -> Page {
    let cameras = &outcome.cameras;
    let names = cameras.iter().map(|it| it.camera.name.chars().count());
    let width = names.max().unwrap_or(0);
    let mut page = Page::new();
    for it in cameras {
        let what = match &it.failure {
            None if outcome.rehearsed => would(it),
            None => done(&it.report),
            Some(failure) => format!("{} ({})", said(failure), on_it(it.report.state)),
        };
        page.line(format_args!("{:<width$}  {what}", it.camera.name));
    }
    if !outcome.rehearsed && cameras.len() > 1 {
        let all = cameras.len();
        let flashed = all - outcome.failed();
        page.line(format_args!("{flashed} of {all} cameras flashed"));
    }
    page
}

/// The verdict and its reason; that the user stopped it needs none.
pub(super) fn said(failure: &JobFailure) -> String {
    let verdict = failure.verdict();
    if verdict == Verdict::Stopped {
        return verdict.name().to_owned();
    }
    match failure.advice() {
        Some(advice) => format!("{}: {failure}; {advice}", verdict.name()),
        None => format!("{}: {failure}", verdict.name()),
    }
}

fn done(report: &Report) -> String {
    let mut text = match report.state {
        State::Running if report.observed.is_zero() => "runs".to_owned(),
        State::Running => format!("runs, watched for {}", seconds(report.observed)),
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

fn would(it: &CameraOutcome) -> String {
    match &it.report.plan {
        Some(plan) => would_write(plan),
        None if it.camera.is_running() => {
            "would be restarted into its bootloader, queried, and flashed".to_owned()
        }
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
        State::Incomplete => "it holds part of the application",
        State::Written => "it holds the application, not compared",
        State::Verified => "it holds the application",
        State::Running => "it runs the application",
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use oakc_deploy::SupplyError;
    use oakc_firmware::Error;

    use super::*;

    #[test]
    fn a_camera_without_a_package_is_told_what_to_do_about_it() {
        let error = Error::NoCacheDirectory;
        let reason = error.to_string();
        let failure = JobFailure::Supply(SupplyError::Build(error.into()));
        let said = said(&failure);
        assert!(said.contains(&reason), "{said}");
        assert!(said.contains("OAKC_CACHE"), "{said}");
    }
}
