//! What a node kind is: its properties, its ports, its setters.
//!
//! The kinds themselves are in [`crate::nodes`], one file each.

use crate::datatype::Datatype;
use crate::nodes::neural_network::Inference;
use crate::reflect::{Setter, Shape, Value};

/// What the device defines about a node class of the host library; a
/// [`Kind`](crate::nodes::Kind) names it.
#[derive(Debug)]
pub struct NodeKind {
    /// What the device calls it. Two classes can share a schema name.
    pub schema_name: &'static str,
    /// What it does.
    pub doc: &'static str,
    /// Where its messages come from, and where they go.
    pub role: Role,
    /// What it does with a model.
    pub model: ModelRole,
    /// The struct of its properties.
    pub properties: Shape,
    /// The properties of a fresh node, as the library's constructor leaves them.
    pub default_properties: fn() -> Value,
    /// Its shorthands, in the order in which they apply: presets first.
    pub setters: &'static [Setter],
    /// Its inputs.
    pub inputs: &'static [Input],
    /// Its outputs.
    pub outputs: &'static [Output],
    /// The map of inputs that exist once they are named, where it has one.
    pub input_map: Option<InputMap>,
    /// The map of outputs that exist once they are named, where it has one.
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

    /// Whether the node is of no use without a program on a host.
    pub fn needs_host(&self) -> bool {
        matches!(
            self.role,
            Role::Receiver(Peer::Host) | Role::Sender(Peer::Host)
        )
    }

    /// The shorthand with this config key.
    pub fn setter(&self, key: &str) -> Option<&'static Setter> {
        self.setters.iter().find(|setter| setter.key == key)
    }
}

/// Where the messages of a node come from, and where they go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It reads an image sensor.
    Camera,
    /// It makes messages of something else in the camera: another sensor, the device's own state.
    Source,
    /// It makes messages of those it gets, and none without them.
    Transform,
    /// It runs a program of the application, which may make messages, use them up, or both.
    Program,
    /// It brings messages into the camera.
    Receiver(Peer),
    /// It takes messages out of the camera.
    Sender(Peer),
}

/// With whom a node exchanges messages outside the camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// A program that uses the host library.
    Host,
    /// A computer that takes the camera for a webcam.
    UsbHost,
    /// A microcontroller on the same board.
    Microcontroller,
}

/// What a node does with a model.
#[derive(Clone, Copy, Debug)]
pub enum ModelRole {
    /// Nothing.
    None,
    /// It runs one; the function reads how from its properties.
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

/// Messages a port sends or takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepts {
    /// The message type.
    pub datatype: Datatype,
    /// Whether types derived from it count too.
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
    /// What a full queue does: stop the sender, or else drop the oldest message.
    pub blocking: bool,
    /// How many messages the queue holds.
    pub queue_size: i32,
    /// Whether the node waits for a message here before it goes on.
    pub wait_for_message: bool,
    /// What it takes.
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
    /// Whether the library lists it in the schema. One that it does not list can be linked all the
    /// same: the library's own examples do it.
    pub registered: bool,
}

impl Output {
    /// An output that the schema lists.
    pub const fn new(name: &'static str, datatypes: &'static [Accepts]) -> Self {
        Self {
            name,
            datatypes,
            registered: true,
        }
    }

    /// The library forgets to list it.
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
    /// What each entry is like, with an empty name.
    pub entry: Input,
}

/// Outputs that exist once they are named.
#[derive(Clone, Copy, Debug)]
pub struct OutputMap {
    /// Its name on the wire.
    pub group: &'static str,
    /// What each entry is like, with an empty name.
    pub entry: Output,
}

/// Whether the host library lets `output` be linked to `input`: some pair of their types is equal,
/// or one side takes descendants and the other's type is one.
pub fn can_connect(output: &[Accepts], input: &[Accepts]) -> bool {
    output.iter().any(|out| {
        input.iter().any(|inp| {
            out.datatype == inp.datatype
                || (out.descendants && inp.datatype.derives_from(out.datatype))
                || (inp.descendants && out.datatype.derives_from(inp.datatype))
        })
    })
}
