//! The state of a camera, as a failure shows it.

use std::collections::BTreeSet;
use std::fmt;

use oakc_runtime_schema::node::ModelRole;
use oakc_runtime_schema::nodes::Kind;

use super::native::Origin;
use super::{Camera, Sender};
use crate::kinds::{why_not, with_article};
use crate::network::Network;
use crate::observation::{PoolState, PortName, QueueState};

/// An output that would have to be computed, and how to feed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfed {
    /// The output.
    pub output: PortName,
    /// The type of its node, with its article.
    pub kind: String,
    /// Why it is not computed.
    pub lack: Lack,
}

/// Why an output is not computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lack {
    /// Nobody computes here what such a node sends; said as a phrase.
    Computation(String),
    /// This program would compute it, and is not on this machine.
    Program(&'static str),
    /// The model with this name, if it has one, has nothing that runs in its place.
    Model(Option<String>),
    /// It would be computed from the pictures of the camera with this name, which is shown nothing.
    Pictures(String),
}

/// `nothing is fed to "stereo.depth", and what a StereoDepth sends is not computed here`
impl fmt::Display for Unfed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nothing is fed to `{}`, and ", self.output)?;
        match &self.lack {
            Lack::Computation(why) => f.write_str(why),
            Lack::Program(program) => {
                write!(f, "`{program}`, which would compute it, is not on the PATH")
            }
            Lack::Model(Some(model)) => {
                write!(f, "nothing runs here in place of the model `{model}`")
            }
            Lack::Model(None) => {
                write!(
                    f,
                    "nothing runs here in place of the model of {}",
                    self.kind
                )
            }
            Lack::Pictures(camera) => write!(
                f,
                "`{camera}`, whose pictures it is computed from, is shown nothing"
            ),
        }
    }
}

impl<N: Network> Camera<N> {
    /// The queues of all inputs that something is linked to.
    pub fn queues(&self) -> Vec<QueueState> {
        let linked = self.inputs.iter().filter(|input| input.is_linked);
        linked
            .map(|input| QueueState {
                input: PortName::clone(&input.name),
                length: input.queue.len(),
                size: input.queue.size,
                blocking: input.queue.blocking,
                received: input.queue.received(),
                dropped: input.queue.dropped(),
                stopped: input.stopped.iter().map(|s| self.sender_name(*s)).collect(),
            })
            .collect()
    }

    /// The pools of all outputs that have one.
    pub fn pools(&self) -> Vec<PoolState> {
        let outputs = self.outputs.iter();
        let pools = outputs.filter_map(|output| Some((output, output.pool.as_ref()?)));
        pools
            .map(|(output, pool)| PoolState {
                output: PortName::clone(&output.name),
                size: pool.size(),
                taken: pool.taken(),
            })
            .collect()
    }

    /// Whether what an output sends is computed by its node, and not only passed on.
    pub fn computes(&self, output: &PortName) -> bool {
        let outputs = self.outputs.iter().enumerate();
        let mut found = outputs.filter(|(_, it)| *it.name == *output);
        found.any(|(index, output)| {
            let node = self.nodes.get(output.node);
            node.is_some_and(|node| {
                let mut origins = node.origins.iter();
                origins.any(|(of, origin)| *of == index && matches!(origin, Origin::Computed))
            })
        })
    }

    /// Whether an output sends without being fed, if its node gets what it needs.
    #[cfg(test)]
    pub(crate) fn sends_by_itself(&self, output: &PortName) -> bool {
        let found = self.outputs.iter().position(|it| *it.name == *output);
        found.is_some_and(|index| self.nodes.iter().any(|node| node.computes(index)))
    }

    /// Outputs that lead somewhere, and are neither computed nor fed.
    pub fn unfed(&self) -> Vec<Unfed> {
        let open = self.outputs.iter().enumerate();
        let open = open.filter(|(_, output)| !output.receivers.is_empty() && !output.is_fed);
        open.filter_map(|(index, output)| {
            let node = self.nodes.get(output.node)?;
            let lack = if node.computes(index) {
                let unseen = self.unseen(index).and_then(|unseen| self.nodes.get(unseen));
                match unseen {
                    Some(camera) => Lack::Pictures(camera.name.clone()),
                    None => Lack::Program(node.compute.as_ref()?.lacks()?),
                }
            } else if is_network(node.kind) {
                Lack::Model(node.model.clone())
            } else {
                Lack::Computation(why_not(node.kind))
            };
            Some(Unfed {
                output: PortName::clone(&output.name),
                kind: with_article(node.kind),
                lack,
            })
        })
        .collect()
    }

    /// The camera that would have to be shown something before what an output sends can be computed.
    fn unseen(&self, output: usize) -> Option<usize> {
        let node = self.nodes.get(self.outputs.get(output)?.node)?;
        let (_, origin) = node.origins.iter().find(|(of, _)| *of == output)?;
        let takes_blank = node.compute.as_ref().is_some_and(|it| it.takes_blank());
        if !matches!(origin, Origin::Computed) || takes_blank {
            return None;
        }
        let (mut known, mut open) = (BTreeSet::new(), vec![output]);
        while let Some(output) = open.pop() {
            let Some(sending) = self.outputs.get(output).filter(|it| !it.is_fed) else {
                continue;
            };
            if !known.insert(output) {
                continue;
            }
            let node = self.nodes.get(sending.node)?;
            let origin = node.origins.iter().find(|(of, _)| *of == output);
            let read: Vec<usize> = match origin.map(|(_, origin)| origin) {
                Some(Origin::Picture) if sending.picture.is_blank => return Some(sending.node),
                Some(Origin::Input(input)) => vec![*input],
                Some(Origin::Group | Origin::Member(_)) => node.inputs.clone().collect(),
                Some(Origin::Computed) => {
                    let reads = node.compute.as_ref().map_or(&[][..], |it| it.reads());
                    let is_read = |input: &usize| {
                        let input = self.inputs.get(*input);
                        input.is_some_and(|input| reads.contains(&input.name.port.as_str()))
                    };
                    node.inputs.clone().filter(is_read).collect()
                }
                Some(Origin::Picture | Origin::Script) | None => Vec::new(),
            };
            let outputs = self.outputs.iter().enumerate();
            let senders = outputs.filter(|(_, o)| o.receivers.iter().any(|to| read.contains(to)));
            open.extend(senders.map(|(sender, _)| sender));
        }
        None
    }

    fn sender_name(&self, sender: Sender) -> String {
        let name = match sender {
            Sender::Node(node) => self.nodes.get(node).map(|node| node.name.clone()),
            Sender::Feed(output) => self.outputs.get(output).map(|o| o.name.to_string()),
            Sender::Thread(thread) => self.scripts.get(thread.script).map(|s| s.name.clone()),
        };
        name.unwrap_or_default()
    }
}

/// Whether a node runs a model.
fn is_network(kind: Kind) -> bool {
    matches!(kind.model, ModelRole::Runs(_))
}
