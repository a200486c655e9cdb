//! The inputs that a node needs: a node in, those of its inputs out that must receive messages
//! before it sends any.

use oakc_runtime_schema::node::Role;
use oakc_runtime_schema::nodes::april_tag::AprilTagProperties;

use oakc_core::graph::{InputPort, NodeRef};

/// The inputs of `node` that must receive messages before it sends any, with their positions.
///
/// A Script decides for itself what it waits for. Configuration and control messages are needed
/// only if the node is set to wait for them.
pub(in crate::rules) fn needed_inputs<'a>(
    node: &NodeRef<'a>,
) -> impl Iterator<Item = (usize, &'a InputPort)> + use<'a> {
    let script = node.kind().role == Role::Program;
    let waits_for_config = node
        .properties::<AprilTagProperties>()
        .is_some_and(|tags| tags.input_config_sync);
    // A network receives its tensors on `in`, or each on its own input.
    let has_own_inputs = node.node.inputs.iter().any(|port| !port.group.is_empty());
    let is_needed = move |port: &InputPort| match port.name.as_str() {
        _ if script => false,
        "inputConfig" | "inputControl" => port.wait_for_message || waits_for_config,
        "in" if port.group.is_empty() => !has_own_inputs,
        _ => true,
    };
    let ports = node.node.inputs.iter().enumerate();
    ports.filter(move |(_, port)| is_needed(port))
}
