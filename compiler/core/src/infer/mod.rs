//! What flows over the links: a [`Graph`] in, and for every output a [`Flow`]: image type, size,
//! rate, bytes, and where each of them comes from.
//!
//! Each node kind has a function in [`nodes`] that says what it makes of what it gets. Unknown
//! stays unknown: a Script, a message that another program makes, a node that could not be read, a
//! cycle that nothing outside decides. What the device would refuse is unknown as well, so that one
//! fault is found once, where it is made, and not again behind every link.

mod fact;
mod flow;
mod nodes;

use petgraph::algo::tarjan_scc;

use crate::graph::{Graph, GraphNode, LinkRef, NodeRef};
use crate::hardware::Camera;
pub use fact::{Fact, Origin};
pub use flow::{Flow, Size, bits_per_pixel, frame_bytes};

/// What is known of every output of a graph.
#[derive(Debug)]
pub struct Facts {
    /// By node, then by position of the output.
    flows: Vec<Vec<Flow>>,
}

static UNKNOWN: Flow = Flow {
    frame_type: None,
    size: None,
    fps: None,
    bytes: None,
    socket: None,
    pool: None,
};

impl Facts {
    /// Infers everything that follows from the graph and, where it is known, the camera.
    pub fn infer(graph: &Graph, camera: Option<&'static Camera>) -> Self {
        let outputs = |node: &GraphNode| vec![UNKNOWN.clone(); node.outputs.len()];
        let mut facts = Self {
            flows: graph.petgraph().node_weights().map(outputs).collect(),
        };
        let nodes: Vec<_> = graph.node_refs().collect();
        // Tarjan's algorithm lists what is behind before what is in front.
        for component in tarjan_scc(graph.petgraph()).iter().rev() {
            for index in component {
                if let Some(node) = nodes.get(index.index()) {
                    facts.infer_node(node, camera);
                }
            }
        }
        facts
    }

    /// In a cycle, what comes from a node that had no turn yet is unknown.
    fn infer_node(&mut self, node: &NodeRef<'_>, camera: Option<&'static Camera>) {
        let mut outputs = std::mem::take(&mut self.flows[node.index.index()]);
        nodes::infer(&mut Inference {
            node,
            camera,
            facts: self,
            outputs: &mut outputs,
        });
        self.flows[node.index.index()] = outputs;
    }

    /// The messages that a link carries.
    pub fn of(&self, link: &LinkRef<'_>) -> &Flow {
        let flows = self.flows.get(link.from.config);
        flows
            .and_then(|flows| flows.get(link.link.output))
            .unwrap_or(&UNKNOWN)
    }

    /// The messages of a node's output.
    pub fn output(&self, node: &NodeRef<'_>, name: &str) -> &Flow {
        let position = node.node.outputs.iter().position(|port| port.name == name);
        let flows = self.flows.get(node.index.index());
        position
            .and_then(|position| flows?.get(position))
            .unwrap_or(&UNKNOWN)
    }

    /// The messages that arrive at a node's input: what all its sources have in common.
    pub fn input(&self, node: &NodeRef<'_>, name: &str) -> Flow {
        let mut flows = node.links_to(name).map(|link| self.of(&link));
        let first = flows.next().unwrap_or(&UNKNOWN).clone();
        flows.fold(first, Flow::agreeing)
    }
}

/// The turn of one node: what it gets, and what it is to say about its outputs.
#[expect(dead_code, reason = "the kinds that read it come next")]
pub(crate) struct Inference<'a, 'g> {
    pub(crate) node: &'a NodeRef<'g>,
    /// The product, where the configuration names one.
    pub(crate) camera: Option<&'static Camera>,
    facts: &'a Facts,
    outputs: &'a mut [Flow],
}

impl Inference<'_, '_> {
    /// What arrives at an input.
    #[expect(dead_code, reason = "the kinds that read it come next")]
    pub(crate) fn input(&self, name: &str) -> Flow {
        self.facts.input(self.node, name)
    }

    /// Says what an output sends.
    pub(crate) fn output(&mut self, name: &str, flow: Flow) {
        let ports = self.node.node.outputs.iter();
        let slots = ports.zip(self.outputs.iter_mut());
        for (port, slot) in slots {
            if port.name == name {
                *slot = flow;
                return;
            }
        }
    }
}
