//! Why a scenario failed: what was expected, what came instead, and the state of the camera then.

use std::fmt::Write;

use oakc_diag::{Diagnostic, Span};

use crate::observation::{Ending, LogLine, PoolState, QueueState};
use crate::scenario::FAILED_SCENARIO;
use crate::time::Time;

/// Why a scenario failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The step, from 1; 0 where it is none's.
    pub step: usize,
    /// Where the step is written.
    pub span: Span,
    /// When, in virtual time.
    pub at: Time,
    /// What did not happen.
    pub message: String,
    /// What came instead, line by line.
    pub instead: Vec<String>,
    /// The traceback of a script that has to do with it.
    pub traceback: Option<String>,
    /// What the camera was doing.
    pub state: State,
}

/// What a camera was doing.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Queues of inputs.
    pub queues: Vec<QueueState>,
    /// Pools of outputs.
    pub pools: Vec<PoolState>,
    /// What threads of scripts wait for, one line each.
    pub threads: Vec<String>,
    /// What peers found wrong.
    pub complaints: Vec<String>,
    /// The last lines of the log.
    pub log: Vec<(Time, LogLine)>,
}

impl Failure {
    /// The same with other words for its own, and for those of scripts and peers.
    #[must_use]
    pub fn worded(mut self, words: &dyn Fn(&str) -> String) -> Self {
        let log = self.state.log.iter_mut().map(|(_, line)| &mut line.text);
        let state = self
            .state
            .threads
            .iter_mut()
            .chain(&mut self.state.complaints);
        let own = std::iter::once(&mut self.message).chain(&mut self.traceback);
        for text in own.chain(&mut self.instead).chain(state).chain(log) {
            *text = words(text);
        }
        self
    }

    /// As a diagnostic that marks the step.
    pub fn diagnostic(&self) -> Diagnostic {
        let label = format!("at {} s of virtual time", self.at);
        let diagnostic =
            Diagnostic::new(&FAILED_SCENARIO, self.message.clone()).label(self.span, label);
        let mut help = self.instead.join("\n");
        if let Some(traceback) = &self.traceback {
            append(&mut help, traceback.trim_end());
        }
        append(&mut help, &self.state.text());
        diagnostic.help(help.trim_end())
    }
}

fn append(text: &mut String, more: &str) {
    if !text.is_empty() && !more.is_empty() {
        text.push('\n');
    }
    text.push_str(more);
}

impl State {
    /// For people.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for queue in &self.queues {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{}", queue_line(queue));
        }
        for pool in self.pools.iter().filter(|pool| pool.taken >= pool.size) {
            let (output, size) = (&pool.output, pool.size);
            let _ = writeln!(text, "pool {output}: all {size} are held by somebody");
        }
        for (title, lines) in [("thread", &self.threads), ("peer", &self.complaints)] {
            for line in lines {
                let _ = writeln!(text, "{title} {line}");
            }
        }
        for (at, line) in &self.log {
            let (node, level, said) = (&line.node, line.level.name(), &line.text);
            let _ = writeln!(text, "log {at} {node} {level}: {said}");
        }
        text
    }
}

fn queue_line(queue: &QueueState) -> String {
    let QueueState {
        input,
        length,
        size,
        received,
        dropped,
        ..
    } = queue;
    let mut line = format!("queue {input}: {length} of {size} waiting, {received} came");
    if *dropped > 0 {
        let _ = write!(line, ", {dropped} dropped");
    }
    if !queue.stopped.is_empty() {
        let _ = write!(line, ", {} stopped by it", queue.stopped.join(", "));
    }
    line
}

/// How a script ended, as a phrase: "ended by ValueError: …".
pub(super) fn ending(how: &Ending) -> String {
    match how {
        Ending::Returned => "reached its end".to_owned(),
        Ending::Raised { class, message, .. } if message.is_empty() => format!("ended by {class}"),
        Ending::Raised { class, message, .. } => format!("ended by {class}: {message}"),
        Ending::NeverWaits { place, .. } => match place {
            Some(place) => format!("never waits for anything, at {}:{}", place.file, place.line),
            None => "never waits for anything".to_owned(),
        },
        Ending::OutOfTime { place, .. } => match place {
            Some(place) => format!(
                "was at {}:{} when the time was over",
                place.file, place.line
            ),
            None => "ran on until the time was over".to_owned(),
        },
        Ending::Died { reason } => format!("died: {reason}"),
    }
}

/// What to do about it, where its exception does not say.
pub(super) fn advice(how: &Ending) -> Option<&'static str> {
    match how {
        Ending::Raised { class, .. } if class == "ModuleNotFoundError" => Some(
            "the camera is not known to have this module, and nothing can be installed there: do without it, or have a \
             module of your own beside the script, or in a folder that `modules` of its node names",
        ),
        _ => None,
    }
}

/// Its traceback.
pub(super) fn traceback(how: &Ending) -> Option<&str> {
    match how {
        Ending::Raised { traceback, .. }
        | Ending::NeverWaits { traceback, .. }
        | Ending::OutOfTime { traceback, .. } => Some(traceback),
        Ending::Returned | Ending::Died { .. } => None,
    }
}
