//! The description of a node kind: its properties, its ports, its setters.
//!
//! The kinds themselves are in [`crate::nodes`], one file each.

use crate::datatype::Datatype;
use crate::nodes::neural_network::Inference;
use crate::reflect::{Setter, Shape, Value};

/// The device's definition of a node class of the host library; a [`Kind`](crate::nodes::Kind)
/// names it.
#[derive(Debug)]
pub struct NodeKind {
    /// Its name on the device. Two classes can share a schema name.
    pub schema_name: &'static str,
    /// What it does.
    pub doc: &'static str,
    /// Where its messages come from, and where they go.
    pub role: Role,
    /// What it does with a model.
    pub model: ModelRole,
    /// What it takes of the processors for itself.
    pub processors: Processors,
    /// What has to be linked before it starts.
    pub start: Start,
    /// The struct of its properties.
    pub properties: Shape,
    /// The properties of a new node, as set by the library's constructor.
    pub default_properties: fn() -> Value,
    /// Its shorthands, in the order in which they apply: presets first.
    pub setters: &'static [Setter],
    /// Its inputs.
    pub inputs: &'static [Input],
    /// Its outputs.
    pub outputs: &'static [Output],
    /// The map of inputs that exist once they are named, if it has one.
    pub input_map: Option<InputMap>,
    /// The map of outputs that exist once they are named, if it has one.
    pub output_map: Option<OutputMap>,
}

impl NodeKind {
    /// The static input with this name.
    pub fn input(&self, name: &str) -> Option<&'static Input> {
        self.inputs.iter().find(|input| input.name == name)
    }

    /// The static output with this name.
    pub fn output(&self, name: &str) -> Option<&'static Output> {
        self.outputs.iter().find(|output| output.name == name)
    }

    /// The output that is meant where none is named.
    pub fn main_output(&self) -> Option<&'static Output> {
        let main = self.outputs.iter().find(|output| output.main);
        main.or(self.outputs.first())
    }

    /// The input that is meant where none is named: the one for what the node works on.
    pub fn main_input(&self) -> Option<&'static Input> {
        let mut inputs = self
            .inputs
            .iter()
            .filter(|input| !matches!(input.name, "inputConfig" | "inputControl"));
        self.input("in").or_else(|| {
            let first = inputs.next();
            first.filter(|_| inputs.next().is_none())
        })
    }

    /// The input that is meant by a name that any input could have, or by a part of its name: `config`
    /// for `inputConfig`.
    pub fn meant_input(&self, written: &str) -> Option<&'static Input> {
        let part = |input: &&Input| {
            let part = input.name.strip_prefix("input");
            part.is_some_and(|part| !part.is_empty() && part.eq_ignore_ascii_case(written))
        };
        if let Some(input) = self.inputs.iter().find(part) {
            return Some(input);
        }
        let is_general = is_one_of(written, &["in", "input", "image", "frame"]);
        self.main_input().filter(|_| is_general)
    }

    /// The output that is meant by a name that any output could have.
    pub fn meant_output(&self, written: &str) -> Option<&'static Output> {
        let is_general = is_one_of(written, &["out", "output", "image", "frame"]);
        self.main_output().filter(|_| is_general)
    }

    /// Whether the node is useless without a program on a host.
    pub fn needs_host(&self) -> bool {
        matches!(
            self.role,
            Role::Receiver(Peer::Host) | Role::Sender(Peer::Host)
        )
    }

    /// Which image sensors it reads; `None` where it reads none.
    pub fn sensors(&self) -> Option<Sensors> {
        match self.role {
            Role::Camera(sensors) => Some(sensors),
            Role::Source
            | Role::Transform
            | Role::Program
            | Role::Receiver(_)
            | Role::Sender(_) => None,
        }
    }

    /// Whether it reads an image sensor.
    pub fn is_camera(&self) -> bool {
        self.sensors().is_some()
    }

    /// The shorthand with this config key.
    pub fn setter(&self, key: &str) -> Option<&'static Setter> {
        self.setters.iter().find(|setter| setter.key == key)
    }
}

/// Whether a word is among these, in singular or plural.
fn is_one_of(written: &str, words: &[&str]) -> bool {
    let written = written.to_ascii_lowercase();
    let singular = written.strip_suffix('s').unwrap_or(&written);
    words.contains(&singular)
}

/// Where the messages of a node come from, and where they go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It reads an image sensor.
    Camera(Sensors),
    /// It makes messages from something else in the camera: another sensor, or the device's own
    /// state.
    Source,
    /// It makes messages from those it receives, and none without them.
    Transform,
    /// It runs a program of the application, which may produce messages, consume them, or both.
    Program,
    /// It brings messages into the camera.
    Receiver(Peer),
    /// It takes messages out of the camera.
    Sender(Peer),
}

/// The image sensors that a node can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sensors {
    /// All of them.
    All,
    /// Those that make monochrome pictures.
    Monochrome,
    /// Those that make pictures, and not distances or temperatures.
    Pictures,
}

/// What a node exchanges messages with outside the camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// A program that uses the host library.
    Host,
    /// A computer that uses the camera as a webcam.
    UsbHost,
    /// A microcontroller on the same board.
    Microcontroller,
}

/// What a node does with a model.
#[derive(Clone, Copy, Debug)]
pub enum ModelRole {
    /// Nothing.
    None,
    /// It runs one; the function reads the details from its properties.
    Runs(fn(&Value) -> Option<Inference>),
    /// It reads the results of one that another node runs.
    ReadsResults,
}

impl ModelRole {
    /// Whether the node runs a model.
    pub const fn runs(&self) -> bool {
        matches!(self, Self::Runs(_))
    }
}

/// What a node takes of the device's vector processors (SHAVEs) and of their memory (CMX slices).
///
/// What depends on a model or on the size of a sensor's images is not in it: the compiler adds that
/// up.
#[derive(Clone, Copy, Debug)]
pub struct Processors {
    /// SHAVEs.
    pub shaves: Share,
    /// CMX slices.
    pub slices: Share,
}

impl Processors {
    /// The node runs on the general processors or in hardware.
    pub const NONE: Self = Self {
        shaves: Share::None,
        slices: Share::None,
    };

    /// SHAVEs, and no slices.
    pub const fn shaves(shaves: Share) -> Self {
        Self {
            shaves,
            ..Self::NONE
        }
    }
}

/// How much a node takes of something that the device has a fixed number of, and for what.
#[derive(Clone, Copy, Debug)]
pub enum Share {
    /// Nothing.
    None,
    /// So many for each node.
    Each(u64, &'static str),
    /// One for all nodes that take it for this purpose.
    Common(&'static str),
    /// As many as the properties say; the function reads the number from them.
    Set(fn(&Value) -> Option<u64>, &'static str),
}

/// A number in the properties; one that the device chooses itself counts as nothing.
pub(crate) fn set_number(number: i32) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// What has to be linked to a node before it starts. A node that is not started sends nothing, and
/// takes nothing from its queues.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// The inputs that something has to feed.
    pub inputs: Fed,
    /// Whether one of its outputs has to lead somewhere.
    pub consumer: bool,
}

impl Start {
    /// It starts in any case.
    pub const ALWAYS: Self = Self {
        inputs: Fed::None,
        consumer: false,
    };
}

/// Inputs that something has to feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fed {
    /// None of them.
    None,
    /// One of them, whichever it is.
    Any,
    /// These.
    All(&'static [&'static str]),
}

impl Fed {
    /// Whether this input is among those that have to be fed.
    pub fn names(self, input: &str) -> bool {
        matches!(self, Self::All(names) if names.contains(&input))
    }
}

/// Messages that a port sends or accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepts {
    /// The message type.
    pub datatype: Datatype,
    /// Whether types derived from it are included.
    pub descendants: bool,
}

impl Accepts {
    /// This type only.
    pub const fn exactly(datatype: Datatype) -> Self {
        Self {
            datatype,
            descendants: false,
        }
    }

    /// This type and all that derive from it.
    pub const fn family(datatype: Datatype) -> Self {
        Self {
            datatype,
            descendants: true,
        }
    }
}

/// An input: a queue in front of a node.
#[derive(Clone, Copy, Debug)]
pub struct Input {
    /// Its name, unique among the node's ports.
    pub name: &'static str,
    /// Whether a full queue stops the sender; otherwise it drops the oldest message.
    pub blocking: bool,
    /// How many messages the queue holds.
    pub queue_size: i32,
    /// Whether the node waits for a message here before it goes on.
    pub wait_for_message: bool,
    /// What it accepts.
    pub datatypes: &'static [Accepts],
}

impl Input {
    /// An input whose full queue stops the sender.
    pub const fn blocking(name: &'static str, size: i32, datatypes: &'static [Accepts]) -> Self {
        Self {
            name,
            blocking: true,
            queue_size: size,
            wait_for_message: false,
            datatypes,
        }
    }

    /// An input whose full queue drops its oldest message.
    pub const fn dropping(name: &'static str, size: i32, datatypes: &'static [Accepts]) -> Self {
        Self {
            blocking: false,
            ..Self::blocking(name, size, datatypes)
        }
    }

    /// The node waits for a message here.
    #[must_use]
    pub const fn waiting(self) -> Self {
        Self {
            wait_for_message: true,
            ..self
        }
    }
}

/// An output.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    /// Its name, unique among the node's ports.
    pub name: &'static str,
    /// What it sends.
    pub datatypes: &'static [Accepts],
    /// Whether the library lists it in the schema. An unlisted one can still be linked: the
    /// library's own examples do so.
    pub registered: bool,
    /// Whether it is the one that is meant where none is named. Of a node that marks none it is the
    /// first.
    pub main: bool,
}

impl Output {
    /// An output that the schema lists.
    pub const fn new(name: &'static str, datatypes: &'static [Accepts]) -> Self {
        Self {
            name,
            datatypes,
            registered: true,
            main: false,
        }
    }

    /// The output that is meant where none is named.
    #[must_use]
    pub const fn main(self) -> Self {
        Self { main: true, ..self }
    }

    /// An output that the library forgets to list.
    #[must_use]
    pub const fn unregistered(self) -> Self {
        Self {
            registered: false,
            ..self
        }
    }
}

/// Inputs that exist once they are named.
#[derive(Clone, Copy, Debug)]
pub struct InputMap {
    /// Its name on the wire.
    pub group: &'static str,
    /// The template of an entry, with an empty name.
    pub entry: Input,
}

/// Outputs that exist once they are named.
#[derive(Clone, Copy, Debug)]
pub struct OutputMap {
    /// Its name on the wire.
    pub group: &'static str,
    /// The template of an entry, with an empty name.
    pub entry: Output,
}

/// Whether the host library lets `output` be linked to `input`: some pair of their types is equal,
/// or one side accepts descendants and the other's type is one.
pub fn can_connect(output: &[Accepts], input: &[Accepts]) -> bool {
    output.iter().any(|out| {
        input.iter().any(|inp| {
            out.datatype == inp.datatype
                || (out.descendants && inp.datatype.derives_from(out.datatype))
                || (inp.descendants && out.datatype.derives_from(inp.datatype))
        })
    })
}
