//! Nodes that run a model.
//!
//! In: a [`NodeRef`]. Out: what all nodes that run a model have in common. Never: a model that is
//! loaded; that happened when the configuration was read.

use oakc_blob::Blob;
use oakc_runtime_schema::node::ModelRole;
use oakc_runtime_schema::nodes::neural_network::Inference;

use super::NodeRef;

/// A node that runs a model.
pub struct Network<'a> {
    /// The node.
    pub node: NodeRef<'a>,
    /// What its model says; none if it has none, or one that was made without oakc's `model`.
    pub blob: Option<&'a Blob>,
    /// The asset with the blob; empty for none.
    pub blob_uri: String,
    /// Results in the pool.
    pub num_frames: u32,
    /// Inferences side by side; 0 for as many as the device likes.
    pub num_threads: u32,
    /// Neural compute engines for each of them; 0 for as many as the device likes.
    pub num_nce_per_thread: u32,
}

impl<'a> Network<'a> {
    /// What `node` is, if its kind runs a model and everything written about it could be read.
    pub fn of(node: &NodeRef<'a>) -> Option<Self> {
        let ModelRole::Runs(read) = node.kind().model else {
            return None;
        };
        if !node.config.sound {
            return None;
        }
        let Inference {
            blob_uri,
            num_frames,
            num_threads,
            num_nce_per_thread,
        } = read(&node.config.properties)?;
        Some(Self {
            node: *node,
            blob: node.config.model.as_ref().map(|model| model.blob.as_ref()),
            blob_uri,
            num_frames,
            num_threads,
            num_nce_per_thread,
        })
    }
}
