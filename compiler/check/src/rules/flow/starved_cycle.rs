//! Cycles in which every node waits for another.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::needs::needed_inputs;
use crate::{Check, Context};
use oakc_core::graph::{LinkRef, NodeRef};

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
        diagnostics.extend(cycles.iter().map(|cycle| finding(context, cycle)));
    }
}

/// Nodes that wait for each other's first message.
pub(super) struct StarvedCycle<'a> {
    pub(super) members: Vec<NodeRef<'a>>,
    /// The links on which they wait.
    links: Vec<LinkRef<'a>>,
}

/// The cycles that no message ever enters. A cycle after another one is not included.
pub(super) fn starved_cycles<'a>(context: &Context<'a>) -> Vec<StarvedCycle<'a>> {
    let ways = Ways::of(context);
    let mut cycles = Vec::new();
    let mut sent = vec![false; ways.list.len()];
    loop {
        ways.propagate(&mut sent);
        let Some(cycle) = ways.first_cycle(&sent) else {
            break;
        };
        // What waits for a reported cycle is not reported itself.
        for way in &cycle {
            sent[*way] = true;
        }
        cycles.push(ways.describe(&cycle));
    }
    cycles
}

/// The linked outputs, each with what has to arrive before a message leaves it.
struct Ways<'a> {
    list: Vec<Way<'a>>,
}

struct Way<'a> {
    node: NodeRef<'a>,
    /// For each input that is needed and linked: the ways that lead there.
    needs: Vec<Vec<(usize, LinkRef<'a>)>>,
}

impl<'a> Ways<'a> {
    fn of(context: &Context<'a>) -> Self {
        let nodes: Vec<NodeRef<'a>> = context.graph.node_refs().collect();
        let mut numbers = BTreeMap::new();
        let mut outputs = Vec::new();
        for node in &nodes {
            for link in node.outgoing() {
                let output = (node.index.index(), link.link.output);
                numbers.entry(output).or_insert_with(|| {
                    outputs.push((*node, link.output.name.as_str()));
                    outputs.len().saturating_sub(1)
                });
            }
        }
        let number =
            |link: &LinkRef<'a>| numbers.get(&(link.from.config, link.link.output)).copied();
        let list = outputs.iter().map(|(node, output)| {
            let needed = awaited_inputs(context, node, output).into_iter();
            let sources = needed.map(|position| {
                let links = node.links_into(position);
                let sources = links.filter_map(|link| Some((number(&link)?, link)));
                sources.collect::<Vec<_>>()
            });
            Way {
                node: *node,
                // An input without any source is reported by another rule.
                needs: sources.filter(|sources| !sources.is_empty()).collect(),
            }
        });
        let list = list.collect();
        Self { list }
    }

    /// Marks everything that can be sent, given what is.
    fn propagate(&self, sent: &mut [bool]) {
        let mut users: Vec<Vec<usize>> = vec![Vec::new(); self.list.len()];
        for (number, way) in self.list.iter().enumerate() {
            for (source, _) in way.needs.iter().flatten() {
                users[*source].push(number);
            }
        }
        let mut waiting: Vec<usize> = (0..self.list.len()).collect();
        while let Some(number) = waiting.pop() {
            let given = |sources: &Vec<(usize, LinkRef<'_>)>| {
                let mut sources = sources.iter();
                sources.any(|(source, _)| sent[*source])
            };
            if sent[number] {
                continue;
            }
            if self.list[number].needs.iter().all(given) {
                sent[number] = true;
                waiting.extend(&users[number]);
            }
        }
    }

    /// The first cycle among what is not sent that waits for nothing but itself.
    fn first_cycle(&self, sent: &[bool]) -> Option<Vec<usize>> {
        let mut waits: DiGraph<(), ()> = DiGraph::new();
        for _ in &self.list {
            waits.add_node(());
        }
        for (number, way) in self.list.iter().enumerate() {
            for (source, _) in way.needs.iter().flatten() {
                if !sent[number] && !sent[*source] {
                    waits.add_edge(NodeIndex::new(number), NodeIndex::new(*source), ());
                }
            }
        }
        // What is waited for comes before what waits.
        let mut components = kosaraju_scc(&waits).into_iter();
        let cycle = components.find(|component| match component[..] {
            [one] => waits.contains_edge(one, one),
            _ => true,
        })?;
        let mut cycle: Vec<usize> = cycle.into_iter().map(NodeIndex::index).collect();
        cycle.sort_unstable();
        Some(cycle)
    }

    fn describe(&self, cycle: &[usize]) -> StarvedCycle<'a> {
        let ways = || cycle.iter().filter_map(|number| self.list.get(*number));
        let mut members: Vec<NodeRef<'a>> = ways().map(|way| way.node).collect();
        members.dedup_by_key(|node| node.index);
        let links = ways().flat_map(|way| way.needs.iter().flatten());
        let links = links.filter(|(source, _)| cycle.contains(source));
        let mut seen = BTreeSet::new();
        let links = links.map(|(_, link)| *link);
        let mut links: Vec<_> = links.filter(|link| seen.insert(link.span.start)).collect();
        links.sort_by_key(|link| link.to.config);
        StarvedCycle { members, links }
    }
}

/// The positions of the inputs that have to receive a message before one leaves the output.
fn awaited_inputs(context: &Context<'_>, node: &NodeRef<'_>, output: &str) -> Vec<usize> {
    let awaited = awaited_by_script(context, node, output);
    if awaited.is_empty() {
        return needed_inputs(node).map(|(position, _)| position).collect();
    }
    let inputs = node.node.inputs.iter().enumerate();
    let inputs = inputs.filter(|(_, port)| awaited.contains_key(port.name.as_str()));
    inputs.map(|(position, _)| position).collect()
}

/// The inputs on which a Script waits before it sends to an output, and where.
fn awaited_by_script<'a>(
    context: &Context<'a>,
    node: &NodeRef<'_>,
    output: &str,
) -> BTreeMap<&'a str, &'a Range<usize>> {
    // Modules may send before the script itself does.
    let source = context
        .scripts
        .of(node)
        .filter(|source| source.modules.is_empty());
    let program = source.map(|source| &source.program);
    let program = program.filter(|program| program.syntax_errors.is_empty());
    let facts = program.and_then(|program| program.facts.as_ref());
    facts.map_or_else(BTreeMap::new, |facts| facts.awaited_before(output))
}

fn finding(context: &Context<'_>, cycle: &StarvedCycle<'_>) -> Diagnostic {
    let members = &cycle.members;
    let names: Vec<_> = members.iter().map(|n| format!("`{}`", n.name())).collect();
    let message = match names.as_slice() {
        [one] => format!("{one} waits for its own message"),
        many => format!("{} wait for each other", many.join(", ")),
    };
    let mut diagnostic = Diagnostic::new(&RULE, message);
    for (number, link) in cycle.links.iter().take(8).enumerate() {
        diagnostic = if number == 0 {
            diagnostic.label(link.span, "never gets a first message")
        } else {
            diagnostic.secondary(link.span, "and neither does this")
        };
    }
    let mut script = None;
    for node in members {
        let outputs = node.outgoing().map(|link| link.output.name.as_str());
        let waits = outputs.filter_map(|output| {
            let awaited = awaited_by_script(context, node, output).into_iter();
            let mut of_cycle = awaited.filter(|(input, _)| {
                let mut links = cycle.links.iter();
                links.any(|link| link.to.id == node.node.id && link.input.name == *input)
            });
            of_cycle.next()
        });
        let Some((input, range)) = waits.min_by_key(|(_, range)| range.start) else {
            continue;
        };
        if let Some(source) = context.scripts.of(node) {
            diagnostic = diagnostic.secondary(
                source.span(range),
                format!("`{}` waits here before it sends anything", node.name()),
            );
        }
        script.get_or_insert((node.name(), input));
    }
    diagnostic.help(match script {
        Some((name, input)) => format!(
            "let `{name}` send its first message before it waits for `{input}`, or read `{input}` \
             with `tryGet()`"
        ),
        None => {
            "add a Script to the cycle that sends the first message, or break the cycle".to_owned()
        }
    })
}
