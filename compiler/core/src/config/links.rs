//! References to ports: `"cam.preview"`, `"hub.outputs[left]"`, and the keys below `inputs`.

use oakc_diag::Span;

use crate::syntax::{Node, NodeValue};

/// A port as written: its name, and the group where one is named outright.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortName {
    /// `outputs` in `outputs[left]`.
    pub group: Option<String>,
    /// `left` in `outputs[left]`; `preview` in `preview`.
    pub name: String,
}

impl PortName {
    /// Splits `group[name]`; anything else is a bare name. A name in brackets may stand in double quotes:
    /// an empty one has to.
    pub fn parse(text: &str) -> Self {
        let grouped = text
            .strip_suffix(']')
            .and_then(|text| text.split_once('['))
            .filter(|(group, name)| !group.is_empty() && !name.is_empty());
        match grouped {
            Some((group, name)) => Self {
                group: Some(group.to_owned()),
                name: unquoted(name).unwrap_or(name).to_owned(),
            },
            None => Self {
                group: None,
                name: text.to_owned(),
            },
        }
    }
}

/// What stands in a pair of quotes. Within them, nothing means anything else, not even a quote.
fn unquoted(name: &str) -> Option<&str> {
    name.strip_prefix('"')?.strip_suffix('"')
}

impl std::fmt::Display for PortName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = &self.name;
        match &self.group {
            Some(group) if name.is_empty() || unquoted(name).is_some() => {
                write!(f, "{group}[\"{name}\"]")
            }
            Some(group) => write!(f, "{group}[{name}]"),
            None => f.write_str(name),
        }
    }
}

/// Splits `node.port`. A node's name may itself contain dots: the longest name that exists wins,
/// else the first dot separates.
pub fn split_reference(
    reference: &str,
    is_node: impl Fn(&str) -> bool,
) -> Option<(&str, PortName)> {
    let at_dot = |(index, _)| Some((reference.get(..index)?, reference.get(index + 1..)?));
    let splits: Vec<_> = reference.match_indices('.').filter_map(at_dot).collect();
    let known = splits.iter().rev().find(|(node, _)| is_node(node));
    let (node, port) = known.or(splits.first())?;
    (!node.is_empty() && !port.is_empty()).then(|| (*node, PortName::parse(port)))
}

/// The references behind `inputs.NAME` and where each stands; nothing where the value has another
/// form (which was reported when it was read).
pub(super) fn sources(value: &Node) -> Vec<(String, Span)> {
    match &value.value {
        NodeValue::Str(text) => vec![(text.clone(), value.span)],
        NodeValue::List(items) => items.iter().flat_map(sources).collect(),
        NodeValue::Table(table) => table.get("from").map(sources).unwrap_or_default(),
        _ => Vec::new(),
    }
}
