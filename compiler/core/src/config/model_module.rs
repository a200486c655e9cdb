//! `from oakc import models`: the models that nodes use in, the text of a Python module out, in which each is a name with
//! the labels of its classes and the size of its image.

use std::fmt::Write as _;

use oakc_blob::{Blob, Tensor};
use oakc_diag::Diagnostics;
use oakc_model::Description;

use super::param_module::{is_name, quoted};
use super::reader::Reader;
use crate::syntax::{Entry, Node, NodeValue};

/// What the module is called behind `oakc.`.
const NAME: &str = "models";

/// The keys of a node that name its model.
const MODEL_KEYS: [&str; 3] = ["model", "blob", "blob_path"];

const HEAD: &str = "\
class Model:
    def __init__(self, labels, size):
        self.labels = labels
        self.size = size

";

/// Provides the module to scripts, with all models of `[models]` that are used in `nodes` and whose name is one in Python.
pub(super) fn provide(reader: &mut Reader<'_>, nodes: Option<&Node>) {
    let mut models = std::mem::take(&mut reader.models);
    let used: Vec<_> = used(nodes).collect();
    let names: Vec<_> = models.names().map(str::to_owned).collect();
    let mut text = HEAD.to_owned();
    for name in names.iter().filter(|name| is_name(name)) {
        let Some(node) = used
            .iter()
            .find(|(used, _)| used == name)
            .map(|(_, node)| *node)
        else {
            continue;
        };
        // What is wrong with a model is reported where a node reads it, which is not sound then.
        let mut found = Diagnostics::new();
        let model = reader.reporting_to(&mut found, |r| models.find(r, name, node.span));
        if !found.is_empty() {
            models.forget(name);
        }
        let Some(found) = model else { continue };
        let model = python(&found.blob, found.description.as_deref());
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{name} = {model}");
    }
    reader.models = models;
    reader.library.insert(NAME, text);
}

/// The models that nodes name.
fn used(nodes: Option<&Node>) -> impl Iterator<Item = (&str, &Node)> {
    let nodes = nodes.map(entries).unwrap_or_default().iter();
    let keys = nodes.flat_map(|node| entries(&node.value));
    let keys = keys.filter(|entry| MODEL_KEYS.contains(&entry.key.as_str()));
    keys.filter_map(|entry| match &entry.value.value {
        NodeValue::Str(name) => Some((name.as_str(), &entry.value)),
        _ => None,
    })
}

fn entries(node: &Node) -> &[Entry] {
    match &node.value {
        NodeValue::Table(table) => &table.entries,
        _ => &[],
    }
}

/// A model as it is written in Python.
fn python(blob: &Blob, description: Option<&Description>) -> String {
    let labels = description
        .map(|it| it.labels.as_slice())
        .unwrap_or_default();
    let labels: Vec<_> = labels.iter().map(|label| quoted(label)).collect();
    let image = blob.inputs.first().and_then(Tensor::image);
    let size = match image {
        Some(image) => format!("({}, {})", image.width, image.height),
        None => "None".to_owned(),
    };
    format!("Model([{}], {size})", labels.join(", "))
}
