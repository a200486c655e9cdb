//! A simulation that goes on: time in, what happens out.

use std::collections::BTreeMap;
use std::time::Duration;

use oakc_desk::live::Live;
use oakc_desk::observation::{LogLine, QueueState, ScriptEnd, Server};
use oakc_desk::{Event, Limits, Options, Place, PortName, Time};
use oakc_python::Interpreter;

use crate::feed::Feed;
use crate::record::Recorder;
use crate::source::Sources;
use crate::subject::Subject;
use crate::view::View;

/// How a simulation runs.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// What scripts run in.
    pub python: Option<Interpreter>,
    /// Where their servers are.
    pub place: Place,
    /// What a script may take.
    pub limits: Limits,
}

/// Something that happens.
#[derive(Clone, Debug, PartialEq)]
pub enum Happening {
    /// A line of a log, this long after the start.
    Line(Time, LogLine),
    /// A script has a server, or cannot have it; each is told once.
    Serves(String, Server),
    /// A script has ended.
    Ended(ScriptEnd),
    /// An output that is fed gets nothing any more, for this reason.
    Unfed(PortName, String),
    /// So many lines of a script are left out, as there were too many at once.
    LeftOut(String, u32),
}

/// How many lines a second are told of each script.
const LINES: u32 = 1_000;

/// An application that runs.
#[derive(Debug)]
pub struct Simulation {
    live: Live,
    feeds: Vec<Feed>,
    recorder: Option<Recorder>,
    view: Option<View>,
    /// Servers that were told.
    served: Vec<(String, Server)>,
    /// Lines of this second, by script, and how many were left out.
    lines: BTreeMap<String, (u32, u32)>,
    second: u64,
}

impl Simulation {
    /// Starts: the camera gets power.
    pub fn start(subject: &Subject, sources: Sources, settings: &Settings) -> Self {
        let options = Options {
            python: settings.python.clone(),
            place: settings.place.clone(),
            limits: settings.limits,
            scenes: sources.scenes,
            ..Options::default()
        };
        let mut live = Live::start(&subject.program, &options);
        for feed in &sources.feeds {
            live.camera_mut().mark_fed(&feed.output);
        }
        Self {
            live,
            feeds: sources.feeds,
            recorder: None,
            view: None,
            served: Vec::new(),
            lines: BTreeMap::new(),
            second: 0,
        }
    }

    /// Records what these outputs send; all that lead somewhere without any.
    pub fn record(&mut self, recorder: Recorder, outputs: &[PortName], subject: &Subject) {
        self.watch(outputs, subject);
        self.recorder = Some(recorder);
    }

    /// Shows what happens on a page.
    pub fn show(&mut self, view: View, subject: &Subject) {
        self.watch(&[], subject);
        self.view = Some(view);
    }

    fn watch(&mut self, outputs: &[PortName], subject: &Subject) {
        if outputs.is_empty() {
            for (from, _) in subject.program.links() {
                self.live.camera_mut().watch(&from);
            }
        }
        for output in outputs {
            self.live.camera_mut().watch(output);
        }
    }

    /// The time since the start.
    pub fn now(&self) -> Time {
        self.live.now()
    }

    /// The state of the queues.
    pub fn queues(&self) -> Vec<QueueState> {
        self.live.camera().queues()
    }

    /// Lets time pass: so long, or until something happens.
    pub fn run_for(&mut self, duration: Duration) -> Vec<Happening> {
        let mut happened = Vec::new();
        let live = &mut self.live;
        self.feeds.retain_mut(|feed| match feed.pump(live) {
            Ok(()) => true,
            Err(problem) => {
                happened.push(Happening::Unfed(feed.output.clone(), problem));
                false
            }
        });
        self.live.run_for(duration);
        for seen in self.live.camera_mut().observations() {
            self.note(seen.at, seen.event, &mut happened);
        }
        self.end_second(&mut happened);
        if let Some(view) = &self.view {
            view.update(self.live.now(), self.live.camera());
        }
        happened
    }

    fn note(&mut self, at: Time, event: Event, happened: &mut Vec<Happening>) {
        match event {
            Event::Sent(output, message) => {
                if let Some(recorder) = &mut self.recorder {
                    recorder.add(&output, at, &message);
                }
                if let Some(view) = &self.view {
                    view.sent(PortName::clone(&output), message);
                }
            }
            Event::Logged(line) => {
                let (told, left_out) = self.lines.entry(line.node.clone()).or_default();
                if *told < LINES {
                    *told += 1;
                    if let Some(view) = &self.view {
                        view.logged(at, &line);
                    }
                    happened.push(Happening::Line(at, line));
                } else {
                    *left_out += 1;
                }
            }
            Event::Serves(node, server) => {
                let pair = (node, server);
                if !self.served.contains(&pair) && self.served.len() < 1_000 {
                    self.served.push(pair.clone());
                    happened.push(Happening::Serves(pair.0, pair.1));
                }
            }
            Event::Ended(end) => happened.push(Happening::Ended(end)),
            Event::Arrived(..) | Event::Dropped(_) | Event::Starved(_) | Event::Pin(..) => {}
        }
    }

    fn end_second(&mut self, happened: &mut Vec<Happening>) {
        let second = self.live.now().as_nanos() / 1_000_000_000;
        if second == self.second {
            return;
        }
        self.second = second;
        for (node, (_, left_out)) in std::mem::take(&mut self.lines) {
            if left_out > 0 {
                happened.push(Happening::LeftOut(node, left_out));
            }
        }
    }

    /// Stops: scripts end, and their ports are free. The recording is what is left.
    pub fn stop(self) -> Option<Recorder> {
        self.recorder
    }
}
