//! All nodes that run a model.

use crate::Context;
pub(super) use oakc_core::graph::Network;

/// All nodes that run a model.
pub(super) fn networks<'a>(context: &Context<'a>) -> impl Iterator<Item = Network<'a>> + use<'a> {
    let context = *context;
    context.nodes().filter_map(move |node| {
        let mut network = Network::of(&node)?;
        network.blob = context.model(&node).map(|model| model.blob.as_ref());
        Some(network)
    })
}
