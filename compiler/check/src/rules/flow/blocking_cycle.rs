//! Cycles of full queues.

use std::collections::BTreeSet;

use oakc_core::syntax::Sample;
use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::node::Role;
use petgraph::Direction;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::needs::needed_inputs;
use super::starved_cycle::starved_cycles;
use crate::{Check, Context};
use oakc_core::graph::{LinkRef, NodeRef};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK173",
    name: "blocking-cycle",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["3.3"],
    summary: "A cycle of inputs that all block when they are full.",
    docs: include_str!("blocking_cycle.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let nodes: Vec<_> = context.graph.node_refs().collect();
    let mut blocking: DiGraph<(), LinkRef<'_>> = DiGraph::new();
    for _ in &nodes {
        blocking.add_node(());
    }
    let starved = starved_cycles(context);
    let starved: BTreeSet<_> = starved
        .iter()
        .flat_map(|cycle| &cycle.members)
        .map(|node| node.index)
        .collect();
    let live = nodes.iter().filter(|node| !starved.contains(&node.index));
    for link in live.flat_map(can_fill) {
        let (from, to) = (link.from.config, link.to.config);
        blocking.add_edge(NodeIndex::new(from), NodeIndex::new(to), link);
    }
    for component in kosaraju_scc(&blocking) {
        let component: BTreeSet<_> = component.into_iter().collect();
        let inside = |link: &&LinkRef<'_>| component.contains(&NodeIndex::new(link.from.config));
        let links = |index: &NodeIndex| {
            let edges = blocking.edges_directed(*index, Direction::Incoming);
            edges.map(|edge| edge.weight()).collect::<Vec<_>>()
        };
        let mut links: Vec<_> = component.iter().flat_map(links).filter(inside).collect();
        links.sort_by_key(|link| link.span.start);
        let script = component.iter().any(|index| {
            nodes
                .get(index.index())
                .is_some_and(|n| n.kind().role == Role::Program)
        });
        diagnostics.extend(finding(context, &links, script));
    }
}

/// The links into a node that stop the sender when they are full. Configuration that a node does
/// not wait for is consumed immediately.
fn can_fill<'a>(node: &NodeRef<'a>) -> Vec<LinkRef<'a>> {
    let needed: Vec<_> = needed_inputs(node).map(|(position, _)| position).collect();
    let script = node.kind().role == Role::Program;
    node.incoming()
        .filter(|link| link.input.blocking && (script || needed.contains(&link.link.input)))
        .collect()
}

fn finding(context: &Context<'_>, links: &[&LinkRef<'_>], script: bool) -> Option<Diagnostic> {
    let (first, others) = links.split_first()?;
    let name = |link: &LinkRef<'_>| {
        let to = context.graph.node_ref(link.to)?;
        Some(format!("`{}.{}`", to.name(), link.input.name))
    };
    let names: Vec<_> = links.iter().filter_map(|link| name(link)).collect();
    let mut diagnostic = Diagnostic::new(
        &RULE,
        format!(
            "messages go around a cycle through {}, which block when they are full",
            names.join(", ")
        ),
    )
    .label(
        first.span,
        "stops forever once all queues of the cycle are full",
    );
    for link in others.iter().take(8) {
        diagnostic = diagnostic.secondary(link.span, "in turn waits for the next one");
    }
    if script {
        diagnostic = diagnostic.severity(Severity::Info);
    }
    let newest = Sample::table([
        ("from", "…".into()),
        ("queue_size", 1.into()),
        ("blocking", false.into()),
    ]);
    Some(diagnostic.help(format!(
        "let one of them drop old messages: {}",
        context.language().value(newest)
    )))
}
