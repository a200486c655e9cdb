//! Cycles in which every node waits for another.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use petgraph::algo::kosaraju_scc;

use super::needs::needed_inputs;
use crate::{Check, Context};
use oakc_core::graph::NodeRef;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK172",
    name: "starved-cycle",
    level: Severity::Error,
    adjustable: true,
    constraints: &[],
    summary: "A cycle in which each node waits for a message from another.",
    docs: include_str!("starved_cycle.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    if context.graph.is_complete() {
        let cycles = starved_cycles(context);
        diagnostics.extend(cycles.iter().map(|members| finding(members)));
    }
}

/// The cycles that no message ever enters. A cycle after another one is not included.
pub(super) fn starved_cycles<'a>(context: &Context<'a>) -> Vec<Vec<NodeRef<'a>>> {
    let nodes: Vec<_> = context.graph.node_refs().collect();
    let mut starts = vec![false; nodes.len()];
    let mut cycles = Vec::new();
    // Upstream nodes come first, so that only within a cycle a start has to be propagated.
    for component in kosaraju_scc(context.graph.petgraph()).iter().rev() {
        let members = component
            .iter()
            .filter_map(|i| nodes.get(i.index()).copied());
        let mut members: Vec<_> = members.collect();
        members.sort_by_key(|node| node.index);
        let mut waiting = members.clone();
        while let Some(node) = waiting.pop() {
            let index = node.index.index();
            if !starts[index] && can_start(&node, &starts) {
                starts[index] = true;
                let next = node.outgoing().filter_map(|link| nodes.get(link.to.config));
                waiting.extend(next.copied());
            }
        }
        let starved = members.iter().all(|node| !starts[node.index.index()]);
        // Nodes that wait for a reported cycle are not reported themselves.
        for node in &members {
            starts[node.index.index()] = true;
        }
        if starved {
            cycles.push(members);
        }
    }
    cycles
}

/// Whether every input that the node needs has a source that can send; one without any source is
/// reported by another rule.
fn can_start(node: &NodeRef<'_>, starts: &[bool]) -> bool {
    needed_inputs(node).all(|(position, _)| {
        let mut sources = node
            .incoming()
            .filter(|link| link.link.input == position)
            .map(|link| starts.get(link.from.config) == Some(&true))
            .peekable();
        sources.peek().is_none() || sources.any(|sends| sends)
    })
}

fn finding(members: &[NodeRef<'_>]) -> Diagnostic {
    let names: Vec<_> = members.iter().map(|n| format!("`{}`", n.name())).collect();
    let message = match names.as_slice() {
        [one] => format!("{one} waits for its own message"),
        many => format!("{} wait for each other", many.join(", ")),
    };
    let inside = |index: usize| members.iter().any(|node| node.index.index() == index);
    let mut diagnostic = Diagnostic::new(&RULE, message);
    let links = members.iter().flat_map(NodeRef::incoming);
    let links = links.filter(|link| inside(link.from.config));
    for (number, link) in links.take(8).enumerate() {
        diagnostic = if number == 0 {
            diagnostic.label(link.span, "never gets a first message")
        } else {
            diagnostic.secondary(link.span, "and neither does this")
        };
    }
    diagnostic.help("add a Script to the cycle that sends the first message, or break the cycle")
}
