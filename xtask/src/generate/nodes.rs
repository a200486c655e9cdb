//! docs/nodes.md: every node kind with its ports, properties and shorthands; then the tables and
//! the enumerations that their values are made of.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use oakc_runtime_schema::board_config::BoardConfig;
use oakc_runtime_schema::node::Accepts;
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::pipeline::GlobalProperties;
use oakc_runtime_schema::reflect::{EnumShape, Reflect, Setter, Shape, StructShape, Value};
use oakc_schema::{Named, default_text, type_name};

use super::cell;

const HEAD: &str = "\
# Nodes

<!-- Made by `cargo xtask gen` from the node kinds in the source. -->

Every node kind of DepthAI 2.33: ports, properties, and shorthands that stand for a setter of the
host library. A property is written under its key; a table may also be a list of all its values in
order. [setters.md](setters.md) goes the other way, from the library's setters to the keys.

";

pub(super) fn page() -> String {
    let mut page = HEAD.to_owned();
    let mut types = Types::default();
    for kind in Kind::ALL.iter().copied() {
        _ = writeln!(page, "- [{0}](#{1})", kind.name(), anchor(kind.name()));
    }
    for kind in Kind::ALL.iter().copied() {
        kind_section(&mut page, &mut types, kind);
    }
    page.push_str("\n# Beside the nodes\n");
    named_section(
        &mut page,
        &mut types,
        "[pipeline]",
        &GlobalProperties::SHAPE,
    );
    named_section(&mut page, &mut types, "[board]", &BoardConfig::SHAPE);
    types.sections(&mut page);
    page
}

fn kind_section(page: &mut String, types: &mut Types, kind: Kind) {
    _ = write!(page, "\n## {}\n\n{}\n", kind.name(), kind.doc.trim());
    if kind.schema_name != kind.name() {
        _ = write!(page, "\nThe device calls it `{}`.\n", kind.schema_name);
    }
    ports(page, kind);
    if let Shape::Struct(of) = kind.properties {
        keys(page, types, of, kind.setters, &(kind.default_properties)());
    }
}

fn named_section(page: &mut String, types: &mut Types, title: &str, shape: &Shape) {
    if let Shape::Struct(of) = shape {
        _ = write!(page, "\n## {title}\n\n{}\n", paragraph(of.doc));
        keys(page, types, of, &[], &(of.default)());
    }
}

fn ports(page: &mut String, kind: Kind) {
    let map = kind
        .input_map
        .iter()
        .map(|map| (format!("any (in `{}`)", map.group), &map.entry));
    let fixed = kind
        .inputs
        .iter()
        .map(|port| (format!("`{}`", port.name), port));
    let inputs: Vec<_> = fixed.chain(map).collect();
    if !inputs.is_empty() {
        page.push_str("\n| input | takes | queue | full queue | waits |\n|---|---|---|---|---|\n");
    }
    for (name, port) in inputs {
        let full = if port.blocking {
            "stops the sender"
        } else {
            "drops the oldest"
        };
        let waits = if port.wait_for_message { "yes" } else { "no" };
        let (takes, size) = (messages(port.datatypes), port.queue_size);
        _ = writeln!(page, "| {name} | {takes} | {size} | {full} | {waits} |");
    }
    let map = kind
        .output_map
        .iter()
        .map(|map| (format!("any (in `{}`)", map.group), &map.entry));
    let fixed = kind
        .outputs
        .iter()
        .map(|port| (format!("`{}`", port.name), port));
    let outputs: Vec<_> = fixed.chain(map).collect();
    if !outputs.is_empty() {
        page.push_str("\n| output | sends |\n|---|---|\n");
    }
    for (name, port) in outputs {
        let remark = if port.registered {
            ""
        } else {
            "; the device does not find it"
        };
        _ = writeln!(page, "| {name} | {}{remark} |", messages(port.datatypes));
    }
}

fn messages(datatypes: &[Accepts]) -> String {
    let name = |accepts: &Accepts| {
        let below = if accepts.descendants { " or below" } else { "" };
        accepts.datatype.name() + below
    };
    datatypes.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// The tables of properties and shorthands.
fn keys(page: &mut String, types: &mut Types, of: &StructShape, setters: &[Setter], fresh: &Value) {
    let none = Vec::new();
    let values = match fresh {
        Value::Struct(values) => values,
        _ => &none,
    };
    if !of.fields.is_empty() {
        page.push_str("\n| property | type | default | |\n|---|---|---|---|\n");
    }
    for (field, value) in of.fields.iter().zip(values) {
        let kind = types.name(&field.shape);
        let default = default_text(&field.shape, value).unwrap_or_default();
        _ = writeln!(
            page,
            "| `{}` | {kind} | {default} | {} |",
            field.key,
            cell(field.doc)
        );
    }
    let mut shorthands = setters.iter().chain(of.setters).peekable();
    if shorthands.peek().is_some() {
        page.push_str("\n| shorthand | takes | host library | |\n|---|---|---|---|\n");
    }
    for setter in shorthands {
        let kind = types.name(&setter.argument());
        let methods: Vec<_> = setter.methods.iter().map(|m| format!("`{m}`")).collect();
        let (methods, doc) = (methods.join(", "), cell(setter.doc));
        _ = writeln!(page, "| `{}` | {kind} | {methods} | {doc} |", setter.key);
    }
}

fn paragraph(doc: &str) -> String {
    let doc = doc.replace("[`", "`").replace("`]", "`");
    doc.trim().to_owned()
}

/// The tables and enumerations that were mentioned.
#[derive(Default)]
struct Types {
    structs: BTreeMap<String, &'static StructShape>,
    enums: BTreeMap<String, &'static EnumShape>,
}

impl Types {
    /// What a value of `shape` is called; tables and enumerations as links.
    fn name(&mut self, shape: &Shape) -> String {
        type_name(shape, &mut |named| match named {
            Named::Table(of) => self.mention(of),
            Named::Enumeration(of) => {
                self.enums.insert(named.name(), of);
                link(&named.name())
            }
        })
    }

    fn mention(&mut self, of: &'static StructShape) -> String {
        let name = dotted(of.name);
        if self.structs.insert(name.clone(), of).is_none() {
            // So that what its keys mention is known before the sections are written.
            for field in of.fields {
                self.name(&field.shape);
            }
            for setter in of.setters {
                self.name(&setter.argument());
            }
        }
        link(&name)
    }

    fn sections(mut self, page: &mut String) {
        page.push_str("\n# Tables\n");
        for (name, of) in self.structs.clone() {
            _ = write!(page, "\n## {name}\n\n{}\n", paragraph(of.doc));
            keys(page, &mut self, of, &[], &(of.default)());
        }
        page.push_str(
            "\n# Enumerations\n\nIn any case, and without the word that all names of one share.\n",
        );
        for (name, of) in &self.enums {
            _ = write!(page, "\n## {name}\n\n{}\n\n", paragraph(of.doc));
            page.push_str("| name | number | |\n|---|---|---|\n");
            for member in of.members {
                let names: Vec<_> = std::iter::once(&member.name)
                    .chain(member.aliases)
                    .collect();
                let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
                let (names, doc) = (names.join(", "), cell(member.doc));
                _ = writeln!(page, "| {names} | {} | {doc} |", member.value);
            }
        }
    }
}

fn dotted(name: &str) -> String {
    name.replace("::", ".")
}

fn link(name: &str) -> String {
    format!("[{name}](#{})", anchor(name))
}

/// The anchor that a heading of this name gets.
fn anchor(name: &str) -> String {
    let kept = name
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    kept.flat_map(char::to_lowercase).collect()
}
