//! What the programs of Script nodes will raise.
//!
//! In: the programs, and the links of their nodes. Out: the faults of each program. Never: a
//! program that runs.

use std::collections::BTreeMap;

use oakc_core::graph::{Graph, NodeRef};
use oakc_core::scripts::Scripts;
use oakc_runtime_schema::datatype::Datatype;
use oakc_runtime_schema::node::Accepts;
use oakc_runtime_schema::nodes::script::ScriptProperties;
use oakc_script::{Fault, Ports, Script};

/// What the program of each node will raise.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    by_node: BTreeMap<i64, Vec<Fault>>,
}

impl Faults {
    /// Looks at every program once.
    pub(crate) fn find(graph: &Graph, scripts: &Scripts) -> Self {
        let mut by_node = BTreeMap::new();
        for node in graph.node_refs() {
            if node.properties::<ScriptProperties>().is_none() {
                continue;
            }
            let source = scripts.of(&node);
            if let Some(text) = source.and_then(|source| source.text.as_ref().ok()) {
                by_node.insert(node.node.id, Script::faults(text, &ports(&node)));
            }
        }
        Self { by_node }
    }

    /// Those of a node.
    pub(crate) fn of(&self, node: &NodeRef<'_>) -> &[Fault] {
        let faults = self.by_node.get(&node.node.id);
        faults.map(Vec::as_slice).unwrap_or_default()
    }
}

/// The types of messages at the ports of a node, as far as the links say them.
fn ports(node: &NodeRef<'_>) -> Ports {
    let mut ports = Ports::default();
    // A link that is missing may bring anything.
    if !node.graph().is_complete() {
        return ports;
    }
    for input in &node.node.inputs {
        let links = node.links_to(&input.name);
        let classes: Option<Vec<_>> = links.map(|link| sent(link.output.datatypes)).collect();
        let classes: Vec<String> = classes.unwrap_or_default().into_iter().flatten().collect();
        if !classes.is_empty() {
            ports.inputs.insert(input.name.clone(), classes);
        }
    }
    for output in &node.node.outputs {
        let links = node.links_from(&output.name);
        let taken = links.map(|link| {
            let each = link.input.datatypes.iter();
            each.map(|accepted| accepted.datatype.name()).collect()
        });
        ports.outputs.insert(output.name.clone(), taken.collect());
    }
    ports
}

/// The classes of the messages that an output sends; none where they may be any.
fn sent(datatypes: &[Accepts]) -> Option<Vec<String>> {
    let any = |sent: &Accepts| sent.datatype == Datatype::Buffer && sent.descendants;
    if datatypes.is_empty() || datatypes.iter().any(any) {
        return None;
    }
    let each = datatypes.iter().flat_map(|sent| {
        let below = Datatype::ALL.into_iter();
        let below = below.filter(|other| sent.descendants && other.derives_from(sent.datatype));
        std::iter::once(sent.datatype).chain(below)
    });
    Some(each.map(Datatype::name).collect())
}
