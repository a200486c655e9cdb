//! What flows over the links: a [`Graph`] in, and for every output a [`Flow`]: image type, size,
//! rate, bytes, and where each of them comes from.
//!
//! Each node kind has a function in [`nodes`] that says what it makes of what it gets. Unknown
//! stays unknown: a Script, a message that another program makes, a node that could not be read, a
//! cycle that nothing outside decides. What the device would refuse is unknown as well, so that one
//! fault is found once, where it is made, and not again behind every link.

mod fact;
mod flow;
pub mod nodes;
mod preview_format;
mod refusal;
mod views;

use oakc_runtime_schema::camera::CameraBoardSocket;
use petgraph::algo::kosaraju_scc;

use crate::graph::{Graph, GraphNode, LinkRef, NodeRef};
use crate::hardware::Camera;
pub use fact::{Fact, Origin};
pub use flow::{Flow, Size, bits_per_pixel, frame_bytes};
pub use preview_format::PreviewFormat;
pub use refusal::Refusal;
pub use views::View;
use views::Views;

/// What is known of every output of a graph.
#[derive(Debug)]
pub struct Facts {
    /// By node, then by position of the output.
    flows: Vec<Vec<Flow>>,
    views: Views,
}

fn is_camera(node: &NodeRef<'_>) -> bool {
    node.kind().is_camera()
}

static UNKNOWN: Flow = Flow {
    frame_type: None,
    size: None,
    fps: None,
    bytes: None,
    socket: None,
    pool: None,
    refused: None,
};

impl Facts {
    /// Infers everything that follows from the graph and, where it is known, the camera.
    pub fn infer(graph: &Graph, camera: Option<&'static Camera>) -> Self {
        let outputs = |node: &GraphNode| vec![UNKNOWN.clone(); node.outputs.len()];
        let mut facts = Self {
            flows: graph.petgraph().node_weights().map(outputs).collect(),
            views: Views::default(),
        };
        let nodes: Vec<_> = graph.node_refs().collect();
        // Cameras come first: depth can be aligned to one that no link leads from.
        for node in nodes.iter().filter(|node| is_camera(node)) {
            facts.infer_node(node, camera);
        }
        facts.views = Views::of(graph, &facts);
        // What is behind is listed before what is in front. Unlike Tarjan's algorithm, Kosaraju's
        // does not recurse: a chain may be long.
        for component in kosaraju_scc(graph.petgraph()).iter().rev() {
            let nodes = component
                .iter()
                .filter_map(|index| nodes.get(index.index()));
            for node in nodes.filter(|node| !is_camera(node)) {
                facts.infer_node(node, camera);
            }
        }
        facts
    }

    /// In a cycle, the outputs of a node that has not been visited yet are unknown.
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

    /// The colour camera on a socket, wherever it is in the graph.
    pub fn view(&self, socket: CameraBoardSocket) -> View<'_> {
        self.views.of_socket(socket)
    }

    /// The messages that a link carries. Nothing is known where the device refuses to make them.
    pub fn of(&self, link: &LinkRef<'_>) -> &Flow {
        let flows = self.flows.get(link.from.config);
        flows
            .and_then(|flows| flows.get(link.link.output))
            .filter(|flow| flow.refused.is_none())
            .unwrap_or(&UNKNOWN)
    }

    /// The messages of a node's output, or what they would be if the device did not refuse them.
    pub fn output(&self, node: &NodeRef<'_>, name: &str) -> &Flow {
        let position = node.node.outputs.called(name).first().copied();
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

/// The inference of one node: its inputs, and the outputs to fill in.
pub struct Inference<'a, 'g> {
    /// The node whose outputs are inferred.
    pub node: &'a NodeRef<'g>,
    /// The product, where the configuration names one.
    pub camera: Option<&'static Camera>,
    facts: &'a Facts,
    outputs: &'a mut [Flow],
}

impl Inference<'_, '_> {
    /// What arrives at an input.
    pub fn input(&self, name: &str) -> Flow {
        self.facts.input(self.node, name)
    }

    /// What arrives at an input of another node, which must have been visited before.
    pub fn input_of(&self, node: &NodeRef<'_>, name: &str) -> Flow {
        self.facts.input(node, name)
    }

    /// The colour camera on a socket, wherever it is in the graph.
    pub fn view(&self, socket: CameraBoardSocket) -> View<'_> {
        self.facts.view(socket)
    }

    /// Sets what an output sends.
    pub fn output(&mut self, name: &str, flow: Flow) {
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

#[cfg(test)]
mod tests;
