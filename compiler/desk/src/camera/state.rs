//! The state of a camera, as a failure shows it.

use super::{Camera, Sender, Unfed};
use crate::network::Network;
use crate::observation::{PoolState, QueueState};

impl<N: Network> Camera<N> {
    /// The queues of all inputs that something is linked to.
    pub fn queues(&self) -> Vec<QueueState> {
        let linked = self.inputs.iter().filter(|input| input.is_linked);
        linked
            .map(|input| QueueState {
                input: input.name.clone(),
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
                output: output.name.clone(),
                size: pool.size(),
                taken: pool.taken(),
            })
            .collect()
    }

    /// Outputs that lead somewhere, and are neither computed nor fed.
    pub fn unfed(&self) -> Vec<Unfed> {
        let open = self.outputs.iter().enumerate();
        let open = open.filter(|(_, output)| !output.receivers.is_empty() && !output.is_fed);
        open.filter_map(|(index, output)| {
            let node = self.nodes.get(output.node)?;
            let unfed = Unfed {
                output: output.name.clone(),
                kind: node.kind.name(),
            };
            (!node.computes(index)).then_some(unfed)
        })
        .collect()
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
