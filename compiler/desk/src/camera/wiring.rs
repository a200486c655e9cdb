//! From a program to the nodes, queues and outputs of a camera, all at their positions in three lists.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use oakc_runtime_schema::datatype::Datatype;
use oakc_runtime_schema::nodes::Kind;

use super::native::{Behaviour, Node, Origin};
use super::scripts::ScriptRun;
use super::{Clocks, Input, Options, Output};
use crate::compute::network::worker::Worker;
use crate::compute::{self, system_logger};
use crate::latency;
use crate::message::{Content, Pool};
use crate::network::ScriptId;
use crate::observation::PortName;
use crate::program::{Program, ProgramNode, Properties};
use crate::queue::Queue;
use crate::script::setup::Setup;
use crate::sensor::{self, Sensor};
use crate::time::Time;

/// The parts of a camera.
pub(super) struct Wired {
    pub(super) nodes: Vec<Node>,
    pub(super) inputs: Vec<Input>,
    pub(super) outputs: Vec<Output>,
    /// What runs the stand-ins of models.
    worker: Arc<Mutex<Worker>>,
}

/// Puts the parts of a camera together.
pub(super) fn wire(program: &Program, options: &Options) -> Wired {
    let mut wired = Wired {
        nodes: Vec::new(),
        inputs: Vec::new(),
        outputs: Vec::new(),
        worker: Arc::default(),
    };
    for node in &program.nodes {
        wired.add(program, node, options);
    }
    for link in &program.links {
        let to = wired.input(&link.to);
        if let (Some(to), Some(from)) = (to, wired.output(&link.from)) {
            from.receivers.push(to);
        }
    }
    let receivers: Vec<_> = (wired.outputs.iter())
        .flat_map(|output| output.receivers.clone())
        .collect();
    for receiver in receivers {
        if let Some(input) = wired.inputs.get_mut(receiver) {
            input.is_linked = true;
        }
    }
    wired
}

/// The scripts of a program.
pub(super) fn scripts(
    program: &Program,
    options: &Options,
    wired: &Wired,
    is_live: bool,
) -> Vec<ScriptRun> {
    let clocks = if is_live {
        Clocks::of_machine()
    } else {
        Clocks::of_seed(options.seed)
    };
    let mut scripts = Vec::new();
    for (node, place) in program.nodes.iter().zip(&wired.nodes) {
        let Some(script) = &node.script else { continue };
        let inputs: Vec<_> = node.inputs.iter().map(|it| it.name.clone()).collect();
        let outputs: Vec<_> = node.outputs.iter().map(|(_, it)| it.clone()).collect();
        let folders = options.folders.get(&node.name);
        scripts.push(ScriptRun {
            id: ScriptId(node.id),
            name: node.name.clone(),
            process: None,
            inputs: inputs.iter().cloned().zip(place.inputs.clone()).collect(),
            outputs: outputs.iter().cloned().zip(place.outputs.clone()).collect(),
            threads: BTreeMap::new(),
            held: BTreeMap::new(),
            last_held: 0,
            parked: BTreeMap::new(),
            written: 0,
            setup: Setup {
                name: script.name.clone(),
                source: script.source.clone(),
                processor: script.processor,
                inputs,
                outputs,
                folders: folders.cloned().unwrap_or_default(),
                clocks,
                limits: options.limits,
                place: is_live.then(|| options.place.clone()),
            },
        });
    }
    scripts
}

type PortRef = (usize, String, String);

impl Wired {
    fn add(&mut self, program: &Program, node: &ProgramNode, options: &Options) {
        let index = self.nodes.len();
        let port = |group: &str, port: &str| {
            Arc::new(PortName {
                node: node.name.clone(),
                group: group.to_owned(),
                port: port.to_owned(),
            })
        };
        let first_input = self.inputs.len();
        for input in &node.inputs {
            self.inputs.push(Input {
                name: port(&input.group, &input.name),
                node: index,
                queue: Queue::new(input.queue_size, input.blocking),
                wait_for_message: input.wait_for_message,
                is_linked: false,
                is_watched: false,
                stopped: VecDeque::new(),
                readers: Vec::new(),
            });
        }
        let first_output = self.outputs.len();
        for (group, name) in &node.outputs {
            let picture = picture(program, node, name, options);
            self.outputs.push(Output {
                name: port(group, name),
                node: index,
                receivers: Vec::new(),
                pool: pool(node.kind, name, &node.properties),
                is_fed: false,
                is_watched: false,
                late_until: Time::START,
                sequence: 0,
                picture,
                feeding: VecDeque::new(),
            });
        }
        let inputs = first_input..self.inputs.len();
        let outputs = first_output..self.outputs.len();
        let compute = compute::of(node, &self.worker);
        let computed = compute
            .as_ref()
            .map_or(&[][..], |compute| compute.outputs());
        let origins = outputs.clone().filter_map(|output| {
            let name = &self.outputs.get(output)?.name;
            let is_computed = name.group.is_empty() && computed.contains(&name.port.as_str());
            let origin = if is_computed {
                Origin::Computed
            } else {
                self.origin(node.kind, name, inputs.clone())?
            };
            Some((output, origin))
        });
        let origins = origins.collect();
        let latency = options.latencies.get(&node.name);
        self.nodes.push(Node {
            name: node.name.clone(),
            kind: node.kind,
            behaviour: behaviour(node),
            model: node.model.clone(),
            latency: latency
                .copied()
                .unwrap_or_else(|| latency::estimate(node.kind)),
            inputs,
            outputs,
            origins,
            compute,
            work: None,
            sending: VecDeque::new(),
            pictures: 0,
            picture_at: Time::START,
            still: false,
            is_stopped: false,
            sensor: sensor(program, node, options),
            blinded: None,
        });
    }

    fn output(&mut self, (node, group, name): &PortRef) -> Option<&mut Output> {
        let outputs = self.nodes.get(*node)?.outputs.clone();
        let mut outputs = self.outputs.get_mut(outputs)?.iter_mut();
        outputs.find(|output| output.name.group == *group && output.name.port == *name)
    }

    fn input(&self, (node, group, name): &PortRef) -> Option<usize> {
        let inputs = self.nodes.get(*node)?.inputs.clone();
        self.find_input(inputs, group, name)
    }

    fn find_input(
        &self,
        mut inputs: std::ops::Range<usize>,
        group: &str,
        name: &str,
    ) -> Option<usize> {
        inputs.find(|index| {
            let input = self.inputs.get(*index);
            input.is_some_and(|input| input.name.group == group && input.name.port == name)
        })
    }

    /// Where the messages of an output come from, if that can be computed.
    fn origin(
        &self,
        kind: Kind,
        output: &PortName,
        inputs: std::ops::Range<usize>,
    ) -> Option<Origin> {
        let name = output.port.as_str();
        let passed_on = |group: &str, input: &str| {
            let input = self.find_input(inputs.clone(), group, input);
            input.map(Origin::Input)
        };
        match (kind, name) {
            (Kind::Script, _) => Some(Origin::Script),
            (Kind::Sync, _) => Some(Origin::Group),
            (Kind::MessageDemux, _) => Some(Origin::Member(name.to_owned())),
            (
                Kind::ColorCamera | Kind::Camera | Kind::MonoCamera,
                "raw" | "isp" | "preview" | "video" | "still" | "out",
            )
            | (Kind::SystemLogger, "out") => Some(Origin::Picture),
            (Kind::StereoDepth, "syncedLeft") => passed_on("", "left"),
            (Kind::StereoDepth, "syncedRight") => passed_on("", "right"),
            _ if output.group == "passthroughs" => passed_on("inputs", name),
            (_, "passthrough") => passed_on("", "in"),
            _ => match name.strip_prefix("passthrough")? {
                "Input" => passed_on("", "input"),
                "InputImage" => passed_on("", "inputImage"),
                rest => passed_on("", &format!("input{rest}")),
            },
        }
    }
}

/// The sensor of a camera that is shown something.
fn sensor(program: &Program, node: &ProgramNode, options: &Options) -> Option<Sensor> {
    let scene = options.scenes.get(&node.name)?;
    let outline = |port: &str| {
        let port = (node.name.clone(), port.to_owned());
        sensor::size_of(program.pictures.get(&port)?)
    };
    node.kind
        .is_camera()
        .then(|| Sensor::new(Arc::clone(scene), node.kind, &node.properties, outline))
}

/// What the pictures of an output are like; what a SystemLogger reports.
fn picture(program: &Program, node: &ProgramNode, port: &str, options: &Options) -> Arc<Content> {
    if node.kind == Kind::SystemLogger {
        return Arc::new(system_logger::report());
    }
    let known = program.pictures.get(&(node.name.clone(), port.to_owned()));
    let picture = known.cloned().unwrap_or_else(blank);
    if options.scenes.contains_key(&node.name) {
        // One that is shown something has pixels.
        return Arc::new(Content {
            is_blank: false,
            ..Content::clone(&picture)
        });
    }
    picture
}

/// A picture of which nothing is known.
fn blank() -> Arc<Content> {
    Arc::new(Content {
        is_blank: true,
        ..Content::new(Datatype::ImgFrame)
    })
}

fn behaviour(node: &ProgramNode) -> Behaviour {
    let properties = &node.properties;
    match node.kind {
        Kind::ColorCamera | Kind::Camera | Kind::MonoCamera => {
            let rate = properties.number("fps").filter(|rate| *rate > 0.001);
            Behaviour::Camera {
                period: Duration::from_secs_f64(1.0 / rate.unwrap_or(30.0)),
            }
        }
        Kind::SystemLogger => {
            let rate = properties.number("rate_hz").filter(|rate| *rate > 0.001);
            Behaviour::Camera {
                period: Duration::from_secs_f64(1.0 / rate.unwrap_or(1.0)),
            }
        }
        Kind::Sync => Behaviour::Sync {
            threshold: Duration::from_nanos(
                u64::try_from(properties.int("sync_threshold_ns").unwrap_or(0)).unwrap_or(0),
            ),
            attempts: properties.int("sync_attempts").unwrap_or(-1),
            tried: 0,
        },
        Kind::Script => Behaviour::Script,
        Kind::AprilTag
        | Kind::Cast
        | Kind::DetectionParser
        | Kind::EdgeDetector
        | Kind::FeatureTracker
        | Kind::IMU
        | Kind::ImageAlign
        | Kind::ImageManip
        | Kind::MessageDemux
        | Kind::MobileNetDetectionNetwork
        | Kind::MobileNetSpatialDetectionNetwork
        | Kind::NeuralNetwork
        | Kind::ObjectTracker
        | Kind::PointCloud
        | Kind::SPIIn
        | Kind::SPIOut
        | Kind::SpatialLocationCalculator
        | Kind::StereoDepth
        | Kind::ToF
        | Kind::UVC
        | Kind::VideoEncoder
        | Kind::Warp
        | Kind::XLinkIn
        | Kind::XLinkOut
        | Kind::YoloDetectionNetwork
        | Kind::YoloSpatialDetectionNetwork => Behaviour::Transform,
    }
}

/// The pool that the messages of an output come from. Nodes with several outputs are taken to have as many places
/// for each.
fn pool(kind: Kind, output: &str, properties: &Properties) -> Option<Pool> {
    if output.starts_with("passthrough") || output.starts_with("synced") {
        return None;
    }
    let key = match (kind, output) {
        (Kind::ColorCamera | Kind::Camera, port) => format!("num_frames_pool_{port}"),
        (Kind::MonoCamera, "raw") => "num_frames_pool_raw".to_owned(),
        (
            Kind::NeuralNetwork
            | Kind::MobileNetDetectionNetwork
            | Kind::MobileNetSpatialDetectionNetwork
            | Kind::YoloDetectionNetwork
            | Kind::YoloSpatialDetectionNetwork,
            _,
        ) => "num_frames".to_owned(),
        _ => "num_frames_pool".to_owned(),
    };
    let size = usize::try_from(properties.int(&key)?).ok()?;
    // 0 leaves it to the device.
    Some(Pool::new(if size == 0 { 4 } else { size }))
}
