//! What the interpreter will raise: [`Fault`]s, and where they are in the script.

use std::ops::Range;

/// Something that the interpreter of the camera raises an exception for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What.
    pub kind: FaultKind,
    /// Where, in bytes of the script.
    pub range: Range<usize>,
    /// It ends the script once this place is reached. Else the place may never be reached, or what is
    /// raised is caught.
    pub certain: bool,
}

/// What is raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// A `NameError`: nothing has this name.
    UndefinedName {
        /// The name.
        name: String,
        /// A name that there is, or the same one as a module to import.
        hint: Option<NameHint>,
    },
    /// A `NameError`: the name is used before anything has it.
    UnboundName {
        /// The name.
        name: String,
        /// It is a variable of a function, though the module has one of this name.
        shadows: bool,
    },
    /// An `AttributeError`.
    UnknownAttribute {
        /// What has no such attribute, for instance `` `ImgFrame` ``.
        owner: String,
        /// The attribute.
        name: String,
        /// One that there is.
        near: Option<String>,
        /// The library has it; the camera does not.
        on_host: bool,
        /// It is of DepthAI v3, and `near` is what it is called on the camera.
        of_version_3: bool,
        /// The attribute is assigned.
        assigned: bool,
    },
    /// An `ImportError`: a module that is there has nothing of this name.
    UnknownImport {
        /// The module.
        module: String,
        /// What it lacks.
        name: String,
        /// A name that it has.
        near: Option<String>,
    },
    /// A `TypeError`: a call with arguments that its function does not take.
    WrongArguments {
        /// The function.
        function: String,
        /// A phrase about it: `takes 2 arguments, not 3`.
        problem: String,
    },
    /// A `TypeError`: something that this kind of thing cannot do.
    WrongOperation {
        /// A phrase: `None` cannot be called.
        problem: String,
    },
    /// A message that no receiver of the port takes.
    WrongMessage {
        /// The port.
        port: String,
        /// The class of the message.
        sent: String,
        /// The classes that one of the receivers takes.
        wanted: Vec<String>,
    },
    /// An `AttributeError` if no message has arrived yet.
    UncheckedNone {
        /// What is used, for instance `frame`.
        name: String,
    },
    /// Nothing: `__name__` is never `__main__`, so what is guarded by that never runs.
    MainGuard,
    /// `node.inputs["…"]`, which is the way of DepthAI v3.
    PortsOfVersion3 {
        /// `inputs` or `outputs`.
        name: String,
    },
}

/// What may help with an undefined name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameHint {
    /// A name that there is.
    Near(String),
    /// A module of this name that was not imported.
    Import(String),
    /// The library has the class; programs on the camera cannot use it.
    OnHost,
    /// The class is of DepthAI v3; what it is called on the camera, if there is one.
    Version3(Option<String>),
    /// The name of the library on the computer: the classes are there without it.
    Library {
        /// What is taken out of it.
        member: Option<String>,
        /// What that is on the camera, if it is there.
        here: Option<String>,
    },
}
