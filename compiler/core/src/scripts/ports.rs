//! What is known of the ports of a Script node.
//!
//! In: the links of the node. Out: the classes of the messages that they carry. Never: a class for an input
//! that may get anything.

use oakc_runtime_schema::datatype::Datatype;
use oakc_runtime_schema::node::Accepts;
use oakc_script::Ports;

use crate::graph::NodeRef;

/// The types of messages at the ports of a node, as far as they follow from the links.
pub(super) fn of(node: &NodeRef<'_>) -> Ports {
    let mut ports = Ports::default();
    // A missing link may carry anything.
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

/// The classes of the messages that an output sends; `None` if they may be any.
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
