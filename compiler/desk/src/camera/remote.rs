//! Which nodes are remote: no script, and nobody who looks on, notices what they do.
//!
//! Messages go along links, and who waits for room waits against them; so whatever is linked to a script, directly or
//! by others, in any direction, may matter to it. What is fed to an output comes from the scenario instead of the node:
//! there a link ends. So the pictures of a camera whose detections are fed are remote, and a script that sleeps and polls
//! is asked only when something happens that could matter to it.

use super::native::{Behaviour, Node};
use super::scripts::ALONE;
use super::{Camera, Input, Output};
use crate::network::Network;
use crate::time::Time;

/// Which nodes, and which feeds, are remote.
#[derive(Debug)]
pub(super) struct Remote {
    nodes: Vec<bool>,
    feeds: Vec<bool>,
}

impl Remote {
    pub(super) fn of(nodes: &[Node], inputs: &[Input], outputs: &[Output]) -> Self {
        let mut groups = Groups::new(nodes.len() + outputs.len());
        let sender = |index: usize, output: &Output| {
            if output.is_fed {
                nodes.len() + index
            } else {
                output.node
            }
        };
        for (index, output) in outputs.iter().enumerate() {
            let receivers = output.receivers.iter().filter_map(|to| inputs.get(*to));
            for receiver in receivers {
                groups.join(sender(index, output), receiver.node);
            }
        }
        // What computes may write to the log, and somebody may look for that.
        let heard = nodes.iter().enumerate().filter(|(_, node)| {
            matches!(node.behaviour, Behaviour::Script) || node.has_to_compute(outputs)
        });
        let watched = outputs.iter().enumerate().filter(|(_, it)| it.is_watched);
        let reached = inputs.iter().filter(|input| input.is_watched);
        let near: Vec<_> = heard
            .map(|(index, _)| index)
            .chain(reached.map(|input| input.node))
            .chain(watched.map(|(index, output)| sender(index, output)))
            .map(|member| groups.of(member))
            .collect();
        let mut all = (0..nodes.len() + outputs.len()).map(|it| !near.contains(&groups.of(it)));
        Self {
            nodes: all.by_ref().take(nodes.len()).collect(),
            feeds: all.collect(),
        }
    }
}

/// Members of groups, by a member that stands for each.
struct Groups(Vec<usize>);

impl Groups {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn of(&self, mut member: usize) -> usize {
        while let Some(next) = self.0.get(member).filter(|next| **next != member) {
            member = *next;
        }
        member
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.of(one), self.of(other));
        if let Some(group) = self.0.get_mut(one.max(other)) {
            *group = one.min(other);
        }
    }
}

impl<N: Network> Camera<N> {
    /// Finds out what is remote, if that is not known.
    pub(super) fn know_remote(&mut self) {
        if self.remote.is_none() {
            self.remote = Some(Remote::of(&self.nodes, &self.inputs, &self.outputs));
        }
    }

    /// Something else is fed or looked at from now on.
    pub(super) fn forget_remote(&mut self) {
        self.remote = None;
        self.schedule.draw_near();
    }

    pub(super) fn is_remote(&self, node: usize) -> bool {
        let nodes = self.remote.as_ref().map(|remote| &remote.nodes);
        nodes.is_some_and(|nodes| nodes.get(node).is_some_and(|it| *it))
    }

    pub(super) fn is_remote_feed(&self, output: usize) -> bool {
        let feeds = self.remote.as_ref().map(|remote| &remote.feeds);
        feeds.is_some_and(|feeds| feeds.get(output).is_some_and(|it| *it))
    }

    /// Goes to this time, if nothing happens before that a script or somebody who looks on notices.
    pub(super) fn reach(&mut self, time: Time) -> bool {
        let horizon = self.horizon.min(self.schedule.now() + ALONE);
        let is_idle = time <= horizon && self.schedule.next_near().is_none_or(|next| next > time);
        if is_idle {
            while self.schedule.next_time().is_some_and(|next| next <= time) {
                self.happen();
            }
            self.schedule.advance(time);
        }
        is_idle
    }
}
