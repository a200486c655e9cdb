//! All nodes that run a model.

use crate::Context;
pub(super) use oakc_core::graph::Network;

/// All nodes that run a model.
pub(super) fn networks<'a>(context: &Context<'a>) -> impl Iterator<Item = Network<'a>> + use<'a> {
    context.nodes().filter_map(|node| Network::of(&node))
}
