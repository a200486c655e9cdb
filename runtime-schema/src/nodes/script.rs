//! `Script`: a Python program that runs on the camera, with its own inputs and outputs.

use std::sync::Arc;

use crate::datatype::Datatype;
use crate::node::{
    Accepts, Input, InputMap, ModelRole, NodeKind, Output, OutputMap, Processors, Role, Start,
};
use crate::processor::ProcessorType;
use crate::reflect::{Bytes, Effects, Either, File, Reflect, Setter, With};

/// Properties of `Script`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct ScriptProperties {
    /// The asset that contains the program: `asset:KEY`. `source` and `code` set it.
    pub script_uri: String,
    /// The name of the program in the device's log; by default the path of `source`.
    #[reflect(default = "<script>".to_owned())]
    pub script_name: String,
    /// The processor that runs it. Networking, GPIO and several modules (`socket`, `http`,
    /// `random`…) exist only on `LEON_CSS`.
    #[reflect(default = ProcessorType::LEON_MSS)]
    pub processor: ProcessorType,
}

/// The node kind `Script`.
pub static KIND: NodeKind = NodeKind {
    schema_name: "Script",
    doc: "Runs a Python 3.9 program on the camera: network servers and clients, GPIO, any logic \
          between nodes. The application names its inputs and outputs; the program accesses them \
          as `node.io[\"NAME\"]`.",
    role: Role::Program,
    model: ModelRole::None,
    processors: Processors::NONE,
    start: Start::ALWAYS,
    properties: ScriptProperties::SHAPE,
    default_properties: || ScriptProperties::default().to_value(),
    setters: SETTERS,
    inputs: &[],
    outputs: &[],
    input_map: Some(InputMap {
        group: "io",
        entry: Input::blocking("", 8, &[Accepts::family(Datatype::Buffer)]),
    }),
    output_map: Some(OutputMap {
        group: "io",
        entry: Output::new("", &[Accepts::family(Datatype::Buffer)]),
    }),
};

static SETTERS: &[Setter] = &[
    Setter {
        key: "source",
        methods: &["setScriptPath"],
        doc: "The Python file, relative to this file; or `{ path, name }` with a name for the log.",
        apply: &With(load),
    },
    Setter {
        key: "script_path",
        methods: &["setScriptPath"],
        doc: "The same as `source`.",
        apply: &With(load),
    },
    Setter {
        key: "code",
        methods: &["setScript"],
        doc: "The program itself, as text or bytes; or `{ script, name }` with a name for the log.",
        apply: &With(embed),
    },
    Setter {
        key: "script",
        methods: &["setScript"],
        doc: "The same as `code`.",
        apply: &With(embed),
    },
    Setter {
        key: "modules",
        methods: &[],
        doc: "Folders, relative to this file, in which the script's own modules are looked for, besides the script's own \
              folder. What it imports from there goes into the package with it.",
        apply: &With(look_in),
    },
    Setter {
        key: "template",
        methods: &[],
        doc: "Whether `${NAME}` in the file of `source` stands for a parameter, as text; `$${` is a plain `${`.",
        apply: &With(fill),
    },
];

/// A program in a file, as `setScriptPath` takes it.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct ScriptFile {
    /// The file.
    #[reflect(default = Arc::new(File { path: String::new(), bytes: Arc::new([]) }))]
    pub path: Arc<File>,
    /// Its name in the log; empty for its path.
    pub name: String,
}

/// A program, as `setScript` takes it.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct ScriptText {
    /// The program, as text or bytes.
    #[reflect(default = Either::A(String::new()))]
    pub script: Either<String, Bytes>,
    /// Its name in the log; empty for `<script>`.
    pub name: String,
}

#[expect(clippy::unnecessary_wraps, reason = "the signature that `With` takes")]
fn load(
    node: &mut ScriptProperties,
    source: Either<Arc<File>, ScriptFile>,
    effects: &mut Effects,
) -> Result<(), String> {
    let source = match source {
        Either::A(path) => ScriptFile {
            path,
            name: String::new(),
        },
        Either::B(source) => source,
    };
    node.script_name = or(source.name, &source.path.path);
    attach(node, Arc::clone(&source.path.bytes), effects);
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "the signature that `With` takes")]
fn embed(
    node: &mut ScriptProperties,
    code: Either<Either<String, Bytes>, ScriptText>,
    effects: &mut Effects,
) -> Result<(), String> {
    let code = match code {
        Either::A(script) => ScriptText {
            script,
            name: String::new(),
        },
        Either::B(code) => code,
    };
    let bytes = match code.script {
        Either::A(text) => text.into_bytes(),
        Either::B(bytes) => bytes.0,
    };
    node.script_name = or(code.name, "<script>");
    attach(node, bytes.into(), effects);
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "the signature that `With` takes")]
fn look_in(
    _: &mut ScriptProperties,
    folders: Vec<String>,
    effects: &mut Effects,
) -> Result<(), String> {
    effects.module_folders = folders;
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "the signature that `With` takes")]
fn fill(_: &mut ScriptProperties, is_template: bool, effects: &mut Effects) -> Result<(), String> {
    effects.is_template = is_template;
    Ok(())
}

fn or(name: String, fallback: &str) -> String {
    if name.is_empty() {
        fallback.to_owned()
    } else {
        name
    }
}

/// The bytes are stored in the package unchanged: the library does not convert line endings either.
fn attach(node: &mut ScriptProperties, bytes: Arc<[u8]>, effects: &mut Effects) {
    node.script_uri = effects.asset("__script", bytes);
}
