//! What the programs of Script nodes will raise.
//!
//! In: the programs, and the links of their nodes. Out: the faults of each program. Never: a
//! program that runs.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread;

use oakc_core::graph::{Graph, NodeRef};
use oakc_core::scripts::Scripts;
use oakc_runtime_schema::datatype::Datatype;
use oakc_runtime_schema::node::Accepts;
use oakc_runtime_schema::nodes::script::ScriptProperties;
use oakc_script::{Fault, Ports, Script};

/// Fewer programs are not worth a thread.
const FEW: usize = 8;

/// The exceptions that the program of each node will raise.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    by_node: BTreeMap<i64, Vec<Fault>>,
}

impl Faults {
    /// Looks at every program once, several at a time.
    pub(crate) fn find(graph: &Graph, scripts: &Scripts) -> Self {
        let programs = graph.node_refs().filter_map(|node| {
            node.properties::<ScriptProperties>()?;
            let text = scripts.of(&node)?.text.as_ref().ok()?;
            Some((node.node.id, &**text, ports(&node)))
        });
        let programs: Vec<_> = programs.collect();
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let share = programs.len().div_ceil(threads).max(FEW);
        let faults = |programs: &[(i64, &str, Ports)]| {
            let faults = programs.iter();
            faults
                .map(|(id, text, ports)| (*id, Script::faults(text, ports)))
                .collect::<Vec<_>>()
        };
        if programs.len() <= share {
            let by_node = faults(&programs).into_iter().collect();
            return Self { by_node };
        }
        let by_node = thread::scope(|scope| {
            let shares = programs.chunks(share);
            let shares = shares.map(|programs| scope.spawn(move || faults(programs)));
            let shares: Vec<_> = shares.collect();
            // Findings must not get lost in silence.
            let found = shares
                .into_iter()
                .map(|share| share.join().unwrap_or_else(|panic| resume_unwind(panic)));
            found.flatten().collect()
        });
        Self { by_node }
    }

    /// The exceptions of a node.
    pub(crate) fn of(&self, node: &NodeRef<'_>) -> &[Fault] {
        let faults = self.by_node.get(&node.node.id);
        faults.map(Vec::as_slice).unwrap_or_default()
    }
}

/// The types of messages at the ports of a node, as far as they follow from the links.
fn ports(node: &NodeRef<'_>) -> Ports {
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
