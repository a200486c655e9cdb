//! The nodes that run a model, whatever their kind: a [`NodeRef`] in, what they have in common out.

use oakc_blob::Blob;
use oakc_runtime_schema::nodes::detection_network::DetectionNetworkProperties;
use oakc_runtime_schema::nodes::neural_network::{NeuralNetworkProperties, RunsModel};
use oakc_runtime_schema::nodes::spatial_detection_network::SpatialDetectionNetworkProperties;

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
    /// What `node` is, if it is one.
    pub fn of(node: &NodeRef<'a>) -> Option<Self> {
        Self::with::<NeuralNetworkProperties>(node)
            .or_else(|| Self::with::<DetectionNetworkProperties>(node))
            .or_else(|| Self::with::<SpatialDetectionNetworkProperties>(node))
    }

    /// What `node` is, if it has these properties.
    fn with<P: RunsModel>(node: &NodeRef<'a>) -> Option<Self> {
        let mut properties = node.properties::<P>()?;
        let inference = properties.inference();
        Some(Self {
            node: *node,
            blob: node.config.model.as_ref().map(|model| model.blob.as_ref()),
            blob_uri: std::mem::take(inference.blob_uri),
            num_frames: *inference.num_frames,
            num_threads: *inference.num_threads,
            num_nce_per_thread: *inference.num_nce_per_thread,
        })
    }
}
