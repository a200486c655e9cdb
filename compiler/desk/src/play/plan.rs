//! From what a scenario says to what is done with a camera: names become ports, files become messages.
//!
//! In: a scenario, the program, the files beside it. Out: a [`Plan`]; or diagnostics, all at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use oakc_core::config::Suggestion;
use oakc_core::config::rules::{UNREADABLE_FILE, WRONG_TYPE};
use oakc_core::world::{ReadError, World};
use oakc_diag::{Diagnostic, Diagnostics, SourceMap, Span};

use crate::camera::{Camera, Lack, Options};
use crate::choices::Choices;
use crate::lan::{Lan, Station};
use crate::network::Unconnected;
use crate::observation::PortName;
use crate::peer;
use crate::program::Program;
use crate::recording::{self, Reader, Recorded};
use crate::scenario::{
    At, Expected, Feed, FeedSource, INVALID_SCENARIO, Lookout, Scenario, StepKind,
};
use crate::script::setup::Clocks;
use crate::sensor::Scene;
use crate::standin::try_out;

/// What is done with a camera.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The scenario.
    pub scenario: Scenario,
    /// What runs.
    pub program: Program,
    pub(super) options: Options,
    pub(super) feeds: Vec<PlannedFeed>,
    /// Ports by the names that steps use.
    pub(super) outputs: BTreeMap<String, PortName>,
    pub(super) inputs: BTreeMap<String, PortName>,
    /// Outputs whose messages are looked at.
    pub(super) watched: BTreeSet<PortName>,
    /// Messages that steps feed, by the number of the step.
    pub(super) fed: BTreeMap<usize, Vec<Recorded>>,
    /// What golden files contain, by their names; nothing if there is none.
    pub(super) goldens: BTreeMap<String, String>,
}

/// A feed with its messages.
#[derive(Clone, Debug)]
pub(super) struct PlannedFeed {
    pub(super) output: PortName,
    pub(super) messages: Vec<Recorded>,
    pub(super) repeat: Option<Duration>,
}

impl Plan {
    /// Plans a scenario. Files are read through `world`, whose paths are relative to the scenario; `sources`
    /// gets the texts of recordings. `None` means that `diagnostics` has at least one error.
    pub fn new(
        scenario: Scenario,
        program: Program,
        options: Options,
        world: &dyn World,
        sources: &mut SourceMap,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let before = diagnostics.counts().errors;
        let mut scenario = scenario;
        read_pictures(&mut scenario, world, diagnostics);
        let mut planner = Planner {
            scenario: &scenario,
            program: &program,
            world,
            sources,
            diagnostics,
            outputs: BTreeMap::new(),
            inputs: BTreeMap::new(),
            watched: BTreeSet::new(),
            watched_through: BTreeSet::new(),
            goldens: BTreeMap::new(),
            scenes: &options.scenes,
        };
        let feeds = planner.feeds();
        let fed = planner.steps();
        let latencies = planner.latencies();
        planner.check_unfed(&feeds, &fed);
        let Planner {
            outputs,
            inputs,
            watched,
            goldens,
            ..
        } = planner;
        let mut options = options;
        options.latencies.extend(latencies);
        (diagnostics.counts().errors == before).then_some(Self {
            scenario,
            program,
            options,
            feeds,
            outputs,
            inputs,
            watched,
            fed,
            goldens,
        })
    }

    /// The network of the scenario.
    pub(super) fn lan(&self, seed: u64) -> Lan {
        // The peers' clocks show what those of scripts do.
        let epoch = Duration::from_nanos(Clocks::of_seed(seed).epoch).as_secs_f64();
        let stations = self.scenario.peers.iter().map(|described| {
            let name = &described.name.value;
            let peer = peer::of_scenario(described, epoch);
            Station::new(name, described.host, described.latency, peer)
        });
        Lan::new(stations.collect(), seed)
    }
}

/// Reads the pictures that steps expect.
fn read_pictures(scenario: &mut Scenario, world: &dyn World, diagnostics: &mut Diagnostics) {
    for step in &mut scenario.steps {
        let StepKind::Expect(expect) = &mut step.kind else {
            continue;
        };
        let Expected::Message { matcher, .. } = &mut expect.what else {
            continue;
        };
        let Some(picture) = &mut matcher.picture else {
            continue;
        };
        if let Err(problem) = picture.read(world) {
            let diagnostic = Diagnostic::new(&UNREADABLE_FILE, problem);
            diagnostics.push(diagnostic.label(picture.span, "named here"));
        }
    }
}

struct Planner<'a> {
    scenario: &'a Scenario,
    program: &'a Program,
    world: &'a dyn World,
    sources: &'a mut SourceMap,
    diagnostics: &'a mut Diagnostics,
    outputs: BTreeMap<String, PortName>,
    inputs: BTreeMap<String, PortName>,
    watched: BTreeSet<PortName>,
    /// Outputs whose messages are looked at where they arrive.
    watched_through: BTreeSet<PortName>,
    goldens: BTreeMap<String, String>,
    /// What cameras are shown.
    scenes: &'a BTreeMap<String, Arc<dyn Scene>>,
}

impl Planner<'_> {
    fn feeds(&mut self) -> Vec<PlannedFeed> {
        let feeds = self.scenario.feeds.iter();
        feeds.filter_map(|feed| self.feed(feed)).collect()
    }

    fn feed(&mut self, feed: &Feed) -> Option<PlannedFeed> {
        let is_node = self.node(&feed.node);
        let Some(output) = &feed.output else {
            let cameras = self.program.cameras();
            if is_node && !cameras.contains(&feed.node.value.as_str()) {
                let name = &feed.node.value;
                let message =
                    format!("`{name}` is not a camera: it has no sensor to show pictures to");
                self.unknown(&message, name, feed.node.span, &cameras);
            }
            return None;
        };
        let port = is_node.then(|| self.output(&feed.node.value, &output.value, output.span))??;
        let messages = self.messages(&feed.from);
        Some(PlannedFeed {
            output: port,
            messages,
            repeat: feed.repeat.filter(|repeat| !repeat.is_zero()),
        })
    }

    fn messages(&mut self, from: &FeedSource) -> Vec<Recorded> {
        match from {
            FeedSource::Messages(messages) => {
                Reader::new(self.world, self.diagnostics).messages(messages)
            }
            FeedSource::Recording(name) | FeedSource::Pictures(name) => {
                let Some(text) = self.text(name) else {
                    return Vec::new();
                };
                let file = self.sources.add(self.shown(&name.value), text.as_str());
                let folder = recording::folder(&name.value);
                Reader::new(self.world, self.diagnostics).recording(file, &text, folder)
            }
        }
    }

    /// The path of a file beside the scenario, as people know it.
    fn shown(&self, name: &str) -> String {
        let scenario = self.sources.get(self.scenario.file);
        let folder = scenario.map_or("", |file| recording::folder(file.name()));
        recording::beside(folder, name)
    }

    /// The text of a file beside the scenario.
    fn text(&mut self, name: &At<String>) -> Option<String> {
        let problem = match self.world.read(&name.value) {
            Ok(bytes) => match String::from_utf8(bytes.to_vec()) {
                Ok(text) => return Some(text),
                Err(_) => "it is not UTF-8 text".to_owned(),
            },
            Err(error) => error.to_string(),
        };
        let message = format!("`{}` cannot be read: {problem}", name.value);
        let diagnostic = Diagnostic::new(&UNREADABLE_FILE, message);
        self.diagnostics
            .push(diagnostic.label(name.span, "named here"));
        None
    }

    fn steps(&mut self) -> BTreeMap<usize, Vec<Recorded>> {
        let mut fed = BTreeMap::new();
        for (number, step) in self.scenario.steps.iter().enumerate() {
            match &step.kind {
                StepKind::Feed(feeding) => {
                    self.named(&feeding.output);
                    fed.insert(number, self.messages(&feeding.from));
                }
                StepKind::Expect(expect) => self.expected(&expect.what),
                StepKind::Advance(_) | StepKind::Send(_) | StepKind::Fault(_) => {}
            }
        }
        fed
    }

    fn expected(&mut self, expected: &Expected) {
        match expected {
            Expected::Message { at, .. } => self.look_out(at),
            Expected::Golden { at, file } => {
                self.look_out(at);
                match self.world.read(&file.value) {
                    Err(ReadError::NotFound) => {}
                    _ => {
                        if let Some(text) = self.text(file) {
                            self.goldens.insert(file.value.clone(), text);
                        }
                    }
                }
            }
            Expected::Log { node, .. } => {
                if let Some(node) = node {
                    self.script(node);
                }
            }
            Expected::Ended { node, .. } => self.script(node),
        }
    }

    fn look_out(&mut self, at: &Lookout) {
        match at {
            Lookout::Peer(_) => {}
            Lookout::Output(output) => {
                if let Some(port) = self.named(output) {
                    self.watched.insert(port);
                }
            }
            Lookout::Input(input) => {
                let inputs = self.program.inputs();
                let Some(port) = self.port(input, "input", &inputs) else {
                    return;
                };
                // What comes there has to be known, so whatever sends it has to be.
                let links = self.program.links();
                let senders = links.into_iter().filter(|(_, to)| *to == port);
                self.watched_through.extend(senders.map(|(from, _)| from));
                self.inputs.insert(input.value.clone(), port);
            }
        }
    }

    /// The output that a step names.
    fn named(&mut self, output: &At<String>) -> Option<PortName> {
        let found = self.port(output, "output", &self.program.outputs())?;
        self.outputs.insert(output.value.clone(), found.clone());
        Some(found)
    }

    /// The port of this kind that a step names, of those that there are.
    fn port(&mut self, name: &At<String>, kind: &str, ports: &[PortName]) -> Option<PortName> {
        let (node, port) = name.value.split_once('.')?;
        let node = At {
            value: node.to_owned(),
            span: name.span,
        };
        let is_node = self.node(&node);
        is_node.then(|| self.port_of(&node.value, port, name.span, kind, ports))?
    }

    fn output(&mut self, node: &str, port: &str, span: Span) -> Option<PortName> {
        self.port_of(node, port, span, "output", &self.program.outputs())
    }

    fn port_of(
        &mut self,
        node: &str,
        port: &str,
        span: Span,
        kind: &str,
        ports: &[PortName],
    ) -> Option<PortName> {
        if let Some(found) = ports.iter().find(|name| name.is_meant_by(node, port)) {
            return Some(found.clone());
        }
        let known = ports.iter().filter(|name| name.node == node);
        let known: Vec<_> = known.map(|name| name.port.as_str()).collect();
        self.unknown(
            &format!("`{node}` has no {kind} `{port}`"),
            port,
            span,
            &known,
        );
        None
    }

    fn node(&mut self, node: &At<String>) -> bool {
        let known: Vec<_> = self.program.nodes().collect();
        if known.contains(&node.value.as_str()) {
            return true;
        }
        let message = format!("there is no node `{}`", node.value);
        self.unknown(&message, &node.value, node.span, &known);
        false
    }

    fn script(&mut self, node: &At<String>) {
        let scripts = self.program.scripts();
        if self.node(node) && !scripts.contains(&node.value.as_str()) {
            let message = format!("`{}` is not a script", node.value);
            self.unknown(&message, &node.value, node.span, &scripts);
        }
    }

    fn unknown(&mut self, message: &str, name: &str, span: Span, known: &[&str]) {
        let diagnostic = Diagnostic::new(&INVALID_SCENARIO, message).label(span, "named here");
        let suggestion = Suggestion::of(name, known.iter().copied());
        let diagnostic = suggestion.or_help(diagnostic, || match known {
            [] => "it has none".to_owned(),
            known => format!("there are: {}", known.join(", ")),
        });
        self.diagnostics.push(diagnostic);
    }

    fn latencies(&mut self) -> BTreeMap<String, Duration> {
        let mut latencies = BTreeMap::new();
        for (node, latency) in &self.scenario.latencies {
            if self.program.scripts().contains(&node.value.as_str()) {
                self.diagnostics.push(
                    Diagnostic::new(&WRONG_TYPE, "a script takes as long as what it does")
                        .label(node.span, "this is a script")
                        .help("`[latency]` is for nodes that run no script"),
                );
            } else if self.node(node) {
                latencies.insert(node.value.clone(), *latency);
            }
        }
        latencies
    }

    /// Reports outputs that are neither computed nor fed.
    fn check_unfed(&mut self, feeds: &[PlannedFeed], fed: &BTreeMap<usize, Vec<Recorded>>) {
        let options = Options {
            scenes: self.scenes.clone(),
            ..Options::default()
        };
        let mut camera = Camera::new(self.program, &options, Choices::nominal(), Unconnected);
        for feed in feeds {
            camera.mark_fed(&feed.output);
        }
        for number in fed.keys() {
            if let Some(StepKind::Feed(feeding)) =
                self.scenario.steps.get(*number).map(|step| &step.kind)
                && let Some(port) = self.outputs.get(&feeding.output.value)
            {
                camera.mark_fed(port);
            }
        }
        let looked_at = &self.watched | &self.watched_through;
        self.check_stand_ins(&camera, &looked_at);
        for unfed in camera.unfed() {
            let is_fed = |output: &PortName| camera.is_fed(output);
            if !(self.program).is_needed(&unfed.output, &looked_at, &is_fed) {
                continue;
            }
            // What could not be read of its feed was reported.
            let is_tried = self.scenario.feeds.iter().any(|feed| {
                let output = feed.output.as_ref().map_or("", |output| &output.value);
                unfed.output.is_meant_by(&feed.node.value, output)
            });
            if is_tried {
                continue;
            }
            let output = &unfed.output;
            let example = match &unfed.lack {
                // What an application calls a model may be a path.
                Lack::Model(Some(model)) if !model.contains(['/', '.', '\\']) => {
                    let language = self.scenario.language;
                    let table = language.table(&["models", model]);
                    let setting = language.setting("desk", "….onnx");
                    let example = feed_example(self.scenario, output);
                    format!(
                        "{example}\nor name the same model as ONNX or OpenVINO IR in {table} of the application: {setting}"
                    )
                }
                Lack::Model(_) | Lack::Computation(_) | Lack::Pictures(_) | Lack::Program(_) => {
                    feed_example(self.scenario, output)
                }
            };
            self.diagnostics.push(
                Diagnostic::new(&INVALID_SCENARIO, unfed.to_string())
                    .label(Span::new(self.scenario.file, 0, 0), "in this scenario")
                    .help(format!(
                        "feed it with a recording, or with nothing:\n{example}"
                    )),
            );
        }
    }
}

impl Planner<'_> {
    /// Reports stand-ins that are needed and cannot be run.
    fn check_stand_ins(&mut self, camera: &Camera<Unconnected>, looked_at: &BTreeSet<PortName>) {
        let mut known = BTreeSet::new();
        for output in self.program.outputs() {
            let is_fed = |output: &PortName| camera.is_fed(output);
            let stand_in = self.program.stand_in(&output.node);
            let needed = stand_in.filter(|_| {
                camera.computes(&output)
                    && !is_fed(&output)
                    && self.program.is_needed(&output, looked_at, &is_fed)
            });
            let Some(stand_in) = needed.filter(|it| known.insert(it.name.clone())) else {
                continue;
            };
            if let Err(problem) = try_out(stand_in) {
                let name = &stand_in.name;
                let message = format!(
                    "what runs in place of the model `{name}` cannot be run here: {problem}"
                );
                self.diagnostics.push(
                    Diagnostic::new(&INVALID_SCENARIO, message)
                        .label(stand_in.named, "named here")
                        .help(
                            "models run in the Python that `OAKC_PYTHON` names, else in `python3`; \
                             or feed the outputs of the network with recordings",
                        ),
                );
            }
        }
    }
}

/// How to feed an output.
fn feed_example(scenario: &Scenario, output: &PortName) -> String {
    let language = scenario.language;
    let (node, port) = (&output.node, &output.port);
    match language {
        oakc_core::syntax::Language::Toml => {
            let table = language.table(&["feed", node]);
            let table = table.trim_matches('`');
            format!(
                "{table}\n{} = \"recording.jsonl\"  # or []",
                language.key(port)
            )
        }
        oakc_core::syntax::Language::Yaml => {
            format!("feed: {{ {node}: {{ {port}: recording.jsonl }} }}  # or []")
        }
    }
}
