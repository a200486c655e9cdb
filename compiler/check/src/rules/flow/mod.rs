//! How messages move through the graph: which nodes need them, which wait for them, where they
//! stop.

pub(super) mod blocking_cycle;
pub(super) mod empty_queue;
pub(super) mod mixed_sources;
pub(in crate::rules) mod needs;
pub(super) mod starved_cycle;
pub(super) mod unfed_input;
pub(super) mod unused_node;
