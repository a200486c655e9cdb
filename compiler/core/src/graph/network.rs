//! The nodes that run a model, whatever their kind: a [`NodeRef`] in, what they have in common out.

use oakc_blob::Blob;
use oakc_runtime_schema::nodes::detection_network::DetectionNetworkProperties;
use oakc_runtime_schema::nodes::neural_network::NeuralNetworkProperties;
use oakc_runtime_schema::nodes::spatial_detection_network::SpatialDetectionNetworkProperties;

use super::NodeRef;

/// A node that runs a model.
pub(crate) struct Network<'a> {
    pub(crate) node: NodeRef<'a>,
    /// What its model says; none if it has none, or one that was made without oakc's `model`.
    pub(crate) blob: Option<&'a Blob>,
    /// The asset with the blob; empty for none.
    pub(crate) blob_uri: String,
    /// Results in the pool.
    pub(crate) num_frames: u32,
    /// Inferences side by side; 0 for as many as the device likes.
    pub(crate) num_threads: u32,
    /// Neural compute engines for each of them; 0 for as many as the device likes.
    pub(crate) num_nce_per_thread: u32,
}

impl<'a> Network<'a> {
    /// What `node` is, if it is one.
    pub(crate) fn of(node: &NodeRef<'a>) -> Option<Self> {
        if let Some(p) = node.properties::<NeuralNetworkProperties>() {
            return Some(Self::new(
                node,
                p.blob_uri,
                p.num_frames,
                p.num_threads,
                p.num_nce_per_thread,
            ));
        }
        if let Some(p) = node.properties::<DetectionNetworkProperties>() {
            return Some(Self::new(
                node,
                p.blob_uri,
                p.num_frames,
                p.num_threads,
                p.num_nce_per_thread,
            ));
        }
        let p = node.properties::<SpatialDetectionNetworkProperties>()?;
        Some(Self::new(
            node,
            p.blob_uri,
            p.num_frames,
            p.num_threads,
            p.num_nce_per_thread,
        ))
    }

    fn new(
        node: &NodeRef<'a>,
        blob_uri: String,
        num_frames: u32,
        num_threads: u32,
        num_nce_per_thread: u32,
    ) -> Self {
        Self {
            node: *node,
            blob: node.config.model.as_ref().map(|model| model.blob.as_ref()),
            blob_uri,
            num_frames,
            num_threads,
            num_nce_per_thread,
        }
    }
}
