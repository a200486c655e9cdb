//! Applications in TOML in, cameras that run them out.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use oakc_blob::synthetic::BlobBuilder;
use oakc_core::lower::lower;
use oakc_core::syntax::Language;
use oakc_core::world::MemoryWorld;
use oakc_core::{Application, Source};
use oakc_desk::network::Unconnected;
use oakc_desk::observation::{Ending, Level};
use oakc_desk::play::{Outcome, Plan, Schedule, play};
use oakc_desk::scenario::Scenario;
use oakc_desk::{Camera, Choices, Content, Event, Limits, Observation, Options, Program, Time};
use oakc_diag::{Diagnostics, SourceMap};
use oakc_python::Interpreter;
use serde_json::Value as Json;

/// The program of an application that may name `detector.blob`. No rule is applied to it: a test needs what a camera
/// has to cope with.
pub(crate) fn program(text: &str) -> Program {
    let files = [("detector.blob", BlobBuilder::detector(300, 300).build())];
    let (mut sources, mut found) = (SourceMap::new(), Diagnostics::new());
    let source = Source {
        name: "app.toml",
        text,
        language: Language::Toml,
        profile: None,
        params: &[],
        overrides: &[],
        levels: &oakc_core::config::Levels::default(),
    };
    let files = MemoryWorld::from_iter(files);
    let application = Application::read(&source, &files, &mut sources, &mut found).unwrap();
    let checked = application.into_checked(&found);
    let checked = checked.unwrap_or_else(|| panic!("{found:?}"));
    let graph = checked.graph();
    let names = graph
        .nodes()
        .map(|(node, config)| (node.id, config.name.clone()));
    let names: BTreeMap<_, _> = names.collect();
    let program = Program::of_application(&lower(&checked).unwrap(), &names);
    program
        .unwrap()
        .with_pictures(checked.graph(), checked.facts())
}

/// An application with one script.
pub(crate) fn application(source: &str, processor: &str) -> String {
    format!(
        r#"
[nodes.source]
type = "SPIIn"
stream_name = "a"
[nodes.script]
type = "Script"
code = {{ script = {source}, name = "script.py" }}
processor = "{processor}"
inputs.in = "source.out"
[nodes.sink]
type = "SPIOut"
stream_name = "b"
inputs.in = "script.out"
"#,
        source = serde_json::Value::from(source)
    )
}

/// A camera with one script, `script`, whose input `in` is fed and whose output `out` is watched.
pub(crate) struct Desk {
    camera: Camera<Unconnected>,
    seen: Vec<Observation>,
}

pub(crate) fn desk(source: &str) -> Desk {
    Desk::with_seed(source, 0)
}

impl Desk {
    pub(crate) fn with_seed(source: &str, seed: u64) -> Self {
        Self::new(source, seed, "LEON_CSS")
    }

    pub(crate) fn on_processor(source: &str, processor: &str) -> Self {
        Self::new(source, 0, processor)
    }

    fn new(source: &str, seed: u64, processor: &str) -> Self {
        let text = application(source, processor);
        let mut desk = Self::of(&text, seed);
        desk.watch("script", "out");
        desk
    }

    pub(crate) fn feed(&mut self, seconds: f64, message: Json) {
        self.feed_to("source", seconds, message);
    }

    /// Feeds the output `out` of a node.
    pub(crate) fn feed_to(&mut self, node: &str, seconds: f64, message: Json) {
        let Json::Object(fields) = message else {
            panic!("not a message");
        };
        let content = Content::from_json(fields, Arc::new([])).unwrap();
        let source = self.camera.find_output(node, "out").unwrap();
        let at = Time::START + Duration::from_secs_f64(seconds);
        assert!(self.camera.feed(&source, at, content));
    }

    pub(crate) fn watch(&mut self, node: &str, port: &str) {
        let output = self.camera.find_output(node, port).unwrap();
        assert!(self.camera.watch(&output));
    }

    /// How often something was left open.
    pub(crate) fn asked(&self) -> u64 {
        self.camera.choices().asked()
    }

    pub(crate) fn run(&mut self, seconds: f64) {
        let until = Time::START + Duration::from_secs_f64(seconds);
        self.camera.run_until(until);
        self.seen.extend(self.camera.observations());
    }

    /// Times in seconds, levels and texts of the lines that the script wrote.
    pub(crate) fn lines(&self) -> Vec<String> {
        let lines = self.seen.iter().filter_map(|seen| match &seen.event {
            Event::Logged(line) => {
                let at = seen.at.as_secs_f64();
                Some(format!("{at:.2} {} {}", line.level.name(), line.text))
            }
            _ => None,
        });
        lines.collect()
    }

    pub(crate) fn texts(&self, level: Level) -> Vec<String> {
        let lines = self.seen.iter().filter_map(|seen| match &seen.event {
            Event::Logged(line) if line.level == level => Some(line.text.clone()),
            _ => None,
        });
        lines.collect()
    }

    /// What came out of the script.
    pub(crate) fn received(&self) -> Vec<Json> {
        let sent = self.seen.iter().filter_map(|seen| match &seen.event {
            Event::Sent(_, message) => Some(message.content.to_json()),
            _ => None,
        });
        sent.collect()
    }

    pub(crate) fn ending(&self) -> Ending {
        let endings = self.seen.iter().filter_map(|seen| match &seen.event {
            Event::Ended(end) => Some(end.how.clone()),
            _ => None,
        });
        let mut endings = endings;
        endings.next().unwrap_or_else(|| {
            panic!(
                "it has not ended at {}: {:?} {:?}",
                self.camera.now(),
                self.camera.threads(),
                self.lines()
            )
        })
    }

    /// What the threads of the script wait for.
    pub(crate) fn waits(&self) -> Vec<String> {
        let threads = self.camera.threads();
        threads.into_iter().map(|thread| thread.waits_for).collect()
    }

    /// Everything that was seen.
    pub(crate) fn trace(&self) -> String {
        format!("{:?}", self.seen)
    }
}

/// What becomes of a scenario with a script of this source.
pub(crate) fn played(source: &str, scenario: &str, seed: u64) -> Outcome {
    played_in(&Interpreter::find().unwrap(), source, scenario, seed)
}

/// The same in this interpreter.
pub(crate) fn played_in(python: &Interpreter, source: &str, scenario: &str, seed: u64) -> Outcome {
    let text =
        application(source, "LEON_CSS").replace("inputs.in = \"source.out\"", "inputs.in = {}");
    let plan = planned_in(python, &text, scenario, &[]);
    play(&plan, &Schedule::Seed(seed), false, &|| false)
}

/// A scenario of an application, with the files that it names.
pub(crate) fn planned(application: &str, scenario: &str, files: &[(&str, &str)]) -> Plan {
    planned_in(&Interpreter::find().unwrap(), application, scenario, files)
}

fn planned_in(
    python: &Interpreter,
    application: &str,
    scenario: &str,
    files: &[(&str, &str)],
) -> Plan {
    let (mut sources, mut found) = (SourceMap::new(), Diagnostics::new());
    let read = Scenario::read("tests/a.toml", scenario, &mut sources, &mut found);
    let files = files
        .iter()
        .map(|(name, text)| (*name, text.as_bytes().to_vec()));
    let world: MemoryWorld = files.collect();
    let options = Options {
        python: Some(python.clone()),
        ..Options::default()
    };
    let plan = read.and_then(|scenario| {
        let program = program(application);
        Plan::new(scenario, program, options, &world, &mut sources, &mut found)
    });
    plan.unwrap_or_else(|| panic!("{found:?}"))
}

impl Desk {
    /// A script whose input gets the pictures of a camera with 10 a second.
    pub(crate) fn behind_camera(source: &str) -> Self {
        let source = Json::from(source);
        Self::of(
            &format!(
                "[nodes.cam]\ntype = \"ColorCamera\"\nfps = 10\n[nodes.script]\ntype = \"Script\"\ncode = {source}\n\
                 inputs.in = \"cam.preview\"\n"
            ),
            0,
        )
    }

    /// The camera of an application.
    pub(crate) fn of(text: &str, seed: u64) -> Self {
        Self::with_options(text, seed, |_| {})
    }

    /// A camera with one script, and changed options.
    pub(crate) fn with(source: &str, change: impl FnOnce(&mut Options)) -> Self {
        Self::with_options(&application(source, "LEON_CSS"), 0, change)
    }

    fn with_options(text: &str, seed: u64, change: impl FnOnce(&mut Options)) -> Self {
        let mut options = Options {
            python: Some(Interpreter::find().unwrap()),
            seed,
            limits: Limits {
                computing: Duration::from_secs(1),
                ..Limits::default()
            },
            ..Options::default()
        };
        change(&mut options);
        let program = program(text);
        Self {
            camera: Camera::new(&program, &options, Choices::seeded(seed), Unconnected),
            seen: Vec::new(),
        }
    }
}
