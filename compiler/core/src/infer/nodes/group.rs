//! `Sync` and `MessageDemux`.
//!
//! In: the members of a group, or the only `Sync` that feeds the node. Out: the group, or its
//! members as they went in. Never: members of a group that more than one node may have made.

use oakc_runtime_schema::nodes::Kind;

use crate::infer::{Fact, Flow, Inference};

/// A group is as large as its members.
pub(super) fn sync(inference: &mut Inference<'_, '_>) {
    let ports = inference.node.node.inputs.iter();
    let members: Vec<_> = ports.map(|port| inference.input(&port.name)).collect();
    let Some((first, rest)) = members.split_first() else {
        return;
    };
    let add = |sum: u64, flow: &Flow| Some(sum.saturating_add(flow.bytes.as_ref()?.value));
    let bytes = members.iter().try_fold(0, add);
    let kind = inference.node.config.kind_span;
    let common = rest.iter().fold(first.clone(), Flow::agreeing);
    let group = Flow {
        bytes: bytes.map(|bytes| Fact::new(bytes, kind, "the members of the group")),
        fps: common.fps,
        ..Flow::default()
    };
    inference.output("out", group);
}

/// A member comes out as it went into the only `Sync` before.
pub(super) fn demux(inference: &mut Inference<'_, '_>) {
    let mut links = inference.node.links_to("input");
    let (Some(link), None) = (links.next(), links.next()) else {
        return;
    };
    let Some(sync) = inference.node.graph().node_ref(link.from) else {
        return;
    };
    if sync.kind() != Kind::Sync {
        return;
    }
    for port in &inference.node.node.outputs {
        let member = inference.input_of(&sync, &port.name);
        inference.output(&port.name, member.at_any_rate());
    }
}
