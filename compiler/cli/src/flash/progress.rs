//! The progress of each camera, on stderr: bars on a terminal, lines elsewhere, or one JSON object
//! per line for programs.

use std::sync::Mutex;

use oakc_deploy::{Contents, Failure, Watch};
use oakc_device::flash::{Event, Report, State};
use serde_json::{Value, json};

use super::outcome;
use crate::advice::warning_text;
use crate::terminal::Terminal;
use crate::terminal::bars::{Bars, Count};

/// How to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Style {
    /// Bars on a terminal, lines elsewhere.
    Auto,
    /// A bar for each camera in work, and a line for all; lines where there is no terminal for them.
    Bars,
    /// Lines.
    Lines,
    /// One JSON object per line.
    Json,
    /// Nothing.
    None,
}

/// Percent between two lines about one camera.
const LINE_STEP: u64 = 25;
/// The same between two JSON objects.
const JSON_STEP: u64 = 5;

/// Tells what is going on with cameras.
pub(crate) struct Progress<'a> {
    terminal: &'a Terminal,
    style: Style,
    names: Vec<String>,
    /// What was told last of each camera: what it did, and at which step.
    last: Mutex<Vec<(&'static str, u64)>>,
    bars: Option<Bars>,
}

impl<'a> Progress<'a> {
    /// Begins to tell about cameras of these names. The bytes of each are gone over so many times: written,
    /// and read back.
    pub(crate) fn new(
        terminal: &'a Terminal,
        style: Style,
        names: Vec<String>,
        passes: u64,
    ) -> Self {
        let style = match style {
            _ if terminal.is_quiet() => Style::None,
            Style::Auto | Style::Bars if terminal.has_bars() => Style::Bars,
            Style::Auto | Style::Bars => Style::Lines,
            chosen => chosen,
        };
        let bars = (style == Style::Bars).then(|| Bars::new(&names, passes));
        Self {
            terminal,
            style,
            last: Mutex::new(vec![("", 0); names.len()]),
            names,
            bars,
        }
    }

    /// Something happens to a camera.
    pub(crate) fn tell(&self, camera: usize, event: &Event<'_>) {
        match event {
            Event::Writing(done, total) => self.count(camera, "writing", 0, *done, *total),
            Event::Verifying(done, total) => self.count(camera, "verifying", 1, *done, *total),
            other => self.say(camera, other),
        }
    }

    /// No more is going to be told.
    pub(crate) fn finish(&self) {
        if let Some(bars) = &self.bars {
            bars.clear();
        }
    }

    fn say(&self, camera: usize, event: &Event<'_>) {
        if let Event::Planned(plan) = event {
            for warning in &plan.warnings {
                self.say_text(camera, "warning", &warning_text(warning));
            }
        }
        if let Some((name, text)) = words(event) {
            self.say_text(camera, name, &text);
        }
    }

    fn say_text(&self, camera: usize, name: &'static str, text: &str) {
        match self.style {
            Style::Json => self.json(camera, name, &json!({ "text": text })),
            Style::Bars => {
                if let Some(bars) = &self.bars {
                    bars.word(camera, name);
                    if matches!(name, "retrying" | "warning" | "whole") {
                        bars.say(&format!("{}: {text}", self.name(camera)));
                    }
                }
            }
            _ => self.line(camera, text),
        }
    }

    /// This many bytes are done in the pass after so many `passes`.
    fn count(&self, camera: usize, what: &'static str, passes: u64, done: u64, total: u64) {
        if let Some(bars) = &self.bars {
            let count = Count {
                passes,
                done,
                total,
            };
            bars.count(camera, what, count);
            return;
        }
        let step = if self.style == Style::Json {
            JSON_STEP
        } else {
            LINE_STEP
        };
        let percent = percent(done, total);
        if !self.is_news(camera, what, percent / step) {
            return;
        }
        if self.style == Style::Json {
            self.json(camera, what, &json!({ "done": done, "total": total }));
        } else {
            self.line(camera, &format!("{what} {percent} %"));
        }
    }

    fn is_news(&self, camera: usize, what: &'static str, step: u64) -> bool {
        let Ok(mut last) = self.last.lock() else {
            return false;
        };
        match last.get_mut(camera) {
            Some(last) if *last != (what, step) => {
                *last = (what, step);
                true
            }
            _ => false,
        }
    }

    fn json(&self, camera: usize, event: &str, more: &Value) {
        let mut object = json!({ "event": event, "camera": self.name(camera) });
        if let (Value::Object(object), Value::Object(more)) = (&mut object, more) {
            object.extend(more.clone());
        }
        self.terminal.progress_json(&object);
    }

    fn line(&self, camera: usize, text: &str) {
        if self.style == Style::Lines {
            self.terminal
                .progress(format!("{}: {text}", self.name(camera)));
        }
    }

    pub(super) fn name(&self, camera: usize) -> &str {
        self.names.get(camera).map_or("", String::as_str)
    }
}

impl Watch for Progress<'_> {
    fn packaging(&self, event: oakc_firmware::Progress) {
        self.terminal.progress(event);
    }

    fn packed(&self, _: usize, _: &Contents) {}

    fn flashing(&self, camera: usize, event: &Event<'_>) {
        self.tell(camera, event);
    }

    fn ended(&self, camera: usize, failure: Option<&Failure>, report: &Report) {
        let text = match failure {
            None if report.state == State::Untouched => "nothing was changed".to_owned(),
            None => "done".to_owned(),
            Some(failure) => outcome::said(failure),
        };
        match self.style {
            Style::Json => self.json(
                camera,
                "ended",
                &json!({ "error": failure.map(ToString::to_string) }),
            ),
            Style::Bars => {
                if let Some(bars) = &self.bars {
                    bars.end(camera, failure.is_some());
                }
            }
            _ => self.line(camera, &text),
        }
    }
}

/// What happens, in a word and in a sentence; nothing for bytes, which are counted.
pub(super) fn words(event: &Event<'_>) -> Option<(&'static str, String)> {
    Some(match event {
        Event::Reaching => ("reaching", "looking for it".to_owned()),
        Event::Restarting => ("restarting", "restarting into its bootloader".to_owned()),
        Event::Connected { version, kind } => ("connected", format!("bootloader {version} {kind}")),
        Event::Planned(plan) => ("planned", format!("to its {}", plan.memory)),
        Event::WholeInstead(why) => ("whole", format!("writing everything: {why}")),
        Event::Configuring => (
            "configuring",
            "recording where the application is".to_owned(),
        ),
        Event::Booting => ("booting", "starting the application".to_owned()),
        Event::Observing(time) => (
            "observing",
            format!("runs; watching it for {} s", time.as_secs()),
        ),
        Event::Retrying {
            error,
            attempt,
            after,
        } => (
            "retrying",
            format!("{error}; attempt {attempt} in {:.1} s", after.as_secs_f64()),
        ),
        _ => return None,
    })
}

fn percent(done: u64, total: u64) -> u64 {
    done.saturating_mul(100).checked_div(total).unwrap_or(100)
}

/// Counts bytes of one thing that is done to one camera.
pub(crate) struct Meter<'a> {
    progress: Progress<'a>,
    what: &'static str,
}

impl<'a> Meter<'a> {
    pub(crate) fn new(terminal: &'a Terminal, name: &str, what: &'static str) -> Self {
        Self {
            progress: Progress::new(terminal, Style::Auto, vec![name.to_owned()], 1),
            what,
        }
    }

    /// A number of bytes and their total.
    pub(crate) fn at(&mut self, done: u64, total: u64) {
        self.progress.count(0, self.what, 0, done, total);
        if done >= total {
            self.progress.finish();
        }
    }
}
