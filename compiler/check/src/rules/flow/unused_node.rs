//! Nodes without effect.

use std::collections::BTreeSet;

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::node::{Peer, Role};
use petgraph::algo::kosaraju_scc;
use petgraph::graph::NodeIndex;
use petgraph::visit::{Dfs, Reversed};

use crate::{Check, Context};
use oakc_core::graph::{LinkRef, NodeRef};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK170",
    name: "unused-node",
    level: Severity::Warning,
    adjustable: true,
    constraints: &[],
    summary: "A node whose work has no effect.",
    docs: include_str!("unused_node.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    if !context.graph.is_complete() {
        return;
    }
    let nodes: Vec<_> = context.graph.node_refs().collect();
    let useful = useful_nodes(context, &nodes);
    for component in kosaraju_scc(context.graph.petgraph()) {
        let component: BTreeSet<_> = component.into_iter().collect();
        let of = |index: &NodeIndex| nodes.get(index.index());
        let ends = component.iter().filter_map(of).all(|node| {
            let behind = |link: LinkRef<'_>| NodeIndex::new(link.to.config);
            !useful.contains(&node.index)
                && node.outgoing().map(behind).all(|i| component.contains(&i))
        });
        let last = component.first().and_then(of);
        diagnostics.extend(last.filter(|_| ends).and_then(finding));
    }
}

/// The nodes that send data out of the pipeline.
fn useful_nodes(context: &Context<'_>, nodes: &[NodeRef<'_>]) -> BTreeSet<NodeIndex> {
    let backwards = Reversed(context.graph.petgraph());
    let mut useful = BTreeSet::new();
    let mut search = Dfs::empty(backwards);
    for way_out in nodes.iter().filter(|node| leads_outside(node)) {
        search.move_to(way_out.index);
        while let Some(index) = search.next(backwards) {
            useful.insert(index);
        }
    }
    useful
}

fn leads_outside(node: &NodeRef<'_>) -> bool {
    match node.kind().role {
        Role::Program | Role::Sender(Peer::Host) => true,
        Role::Sender(Peer::UsbHost | Peer::Microcontroller) => node.incoming().next().is_some(),
        Role::Camera(_) | Role::Source | Role::Transform | Role::Receiver(_) => false,
    }
}

/// Nodes for which another rule reports more are left to that rule.
fn finding(node: &NodeRef<'_>) -> Option<Diagnostic> {
    let kind = node.kind();
    // Outputs that exist once they are named are missed only where something comes in.
    let starts = !kind.start.consumer
        || kind.output_map.is_some()
            && (!node.node.outputs.is_empty() || node.incoming().next().is_none());
    if kind.needs_host() || !starts || !node.config.sound {
        return None;
    }
    let finding = Diagnostic::new(&RULE, format!("nothing uses `{}`", node.name()))
        .label(node.config.kind_span, "its work has no effect");
    let named = node
        .node
        .outputs
        .iter()
        .next()
        .map(|port| port.name.as_str());
    let main = kind.main_output().map(|output| output.name);
    Some(match main.or(named) {
        Some(output) => finding.help(format!(
            "link its output (`{}.{output}`) to the node that needs it, or remove the node",
            node.name()
        )),
        None => finding.help("link its input, or remove it"),
    })
}
