//! What is fed to outputs: recorded messages and their times in, messages that nodes get out.

use std::sync::Arc;
use std::time::Duration;

use super::{Camera, Due, Sender};
use crate::latency::varied;
use crate::message::{Content, Message};
use crate::network::Network;
use crate::observation::PortName;
use crate::time::Time;

/// By how much the seed may delay what is fed, in parts of 100 of what its node takes.
const FEED_DELAY: u32 = 20;

impl<N: Network> Camera<N> {
    /// Says that an output is fed: its node computes nothing for it. False if there is no such output.
    pub fn mark_fed(&mut self, output: &PortName) -> bool {
        let found = self.outputs.iter().position(|o| *o.name == *output);
        found.is_some_and(|output| self.mark(output))
    }

    /// The same by its position.
    fn mark(&mut self, output: usize) -> bool {
        let Some(output) = self.outputs.get_mut(output) else {
            return false;
        };
        if !std::mem::replace(&mut output.is_fed, true) {
            self.forget_remote();
        }
        true
    }

    /// Whether an output is fed.
    pub fn is_fed(&self, output: &PortName) -> bool {
        let found = self.outputs.iter().find(|o| *o.name == *output);
        found.is_some_and(|output| output.is_fed)
    }

    /// Feeds a message to an output, at a time that is not past. Its timestamp is that time; it is numbered on from
    /// the one before unless its fields have a `sequenceNum`. The newest member of a group has that time, too. False if
    /// there is no such output.
    pub fn feed(&mut self, output: &PortName, at: Time, content: impl Into<Arc<Content>>) -> bool {
        let Some(index) = self.outputs.iter().position(|o| *o.name == *output) else {
            return false;
        };
        self.mark(index);
        let Some(output) = self.outputs.get_mut(index) else {
            return false;
        };
        let at = at.max(self.schedule.now());
        let mut content = content.into();
        let mut number = None;
        if content.fields.contains_key("sequenceNum") {
            let fields = &mut Arc::make_mut(&mut content).fields;
            number = fields
                .shift_remove("sequenceNum")
                .and_then(|it| it.as_i64());
        }
        if !content.members.is_empty() {
            Arc::make_mut(&mut content).date_members(at);
        }
        let sequence = number.unwrap_or(output.sequence);
        output.sequence = sequence.saturating_add(1);
        let message = Message::new(content, sequence, at);
        self.schedule_due(at, Due::Fed(index, message));
        true
    }

    /// The seed may let a recorded message be late; those after it do not overtake it.
    pub(super) fn delay_feed(&mut self, output: usize, message: Message) {
        let now = self.schedule.now();
        let node = self.outputs.get(output).map(|output| output.node);
        let node = node.and_then(|node| self.nodes.get(node));
        let work = node.map(|node| node.latency).unwrap_or_default();
        let delay = varied(work, FEED_DELAY, &mut self.choices).saturating_sub(work);
        let Some(fed) = self.outputs.get_mut(output) else {
            return;
        };
        let earliest = if fed.late_until > now {
            fed.late_until + Duration::from_nanos(1)
        } else {
            now
        };
        let at = earliest.max(now + delay);
        if at > now {
            fed.late_until = at;
            self.schedule_due(at, Due::Late(output, message));
        } else {
            self.receive_feed(output, &message);
        }
    }

    pub(super) fn receive_feed(&mut self, output: usize, message: &Message) {
        let deliveries = self.send(output, message);
        if let Some(fed) = self.outputs.get_mut(output) {
            fed.feeding.extend(deliveries);
        }
        self.deliver_feed(output);
    }

    pub(super) fn deliver_feed(&mut self, output: usize) {
        let Some(fed) = self.outputs.get_mut(output) else {
            return;
        };
        let mut feeding = std::mem::take(&mut fed.feeding);
        self.deliver(&mut feeding, Sender::Feed(output));
        if let Some(fed) = self.outputs.get_mut(output) {
            fed.feeding = feeding;
        }
    }
}
