//! The nodes of all kinds that decode detections from tensors: a [`Context`] in, what they have in
//! common out.

use oakc_blob::{Axis, Blob};
use oakc_runtime_schema::nodes::detection_network::DetectionNetworkProperties;
use oakc_runtime_schema::nodes::detection_parser::{
    DetectionNetworkType, DetectionParserOptions, DetectionParserProperties,
};
use oakc_runtime_schema::nodes::spatial_detection_network::SpatialDetectionNetworkProperties;

use crate::Context;
use oakc_core::config::ModelUse;
use oakc_core::graph::NodeRef;

/// A node that decodes detections.
pub(in crate::rules) struct Detector<'a> {
    pub(in crate::rules) node: NodeRef<'a>,
    /// How it decodes them.
    pub(in crate::rules) options: DetectionParserOptions,
    /// Its model.
    pub(in crate::rules) model: Option<&'a ModelUse>,
    /// What the blob of that says.
    pub(in crate::rules) blob: Option<&'a Blob>,
}

/// An output of a YOLO model: numbers per cell of a grid over the image.
pub(in crate::rules) struct Grid {
    /// Cells in a row.
    pub(in crate::rules) width: u32,
    /// Numbers per cell.
    pub(in crate::rules) channels: u32,
}

/// All nodes that decode detections.
pub(in crate::rules) fn detectors<'a>(
    context: &Context<'a>,
) -> impl Iterator<Item = Detector<'a>> + use<'a> {
    let context = *context;
    context.nodes().filter_map(move |node| {
        let model = context.model(&node);
        Some(Detector {
            node,
            options: options(&node)?,
            model,
            blob: model.map(|model| model.blob.as_ref()),
        })
    })
}

fn options(node: &NodeRef<'_>) -> Option<DetectionParserOptions> {
    let network = node.properties::<DetectionNetworkProperties>();
    let spatial = || node.properties::<SpatialDetectionNetworkProperties>();
    let parser = || node.properties::<DetectionParserProperties>();
    let options = network.map(|p| p.parser);
    let options = options.or_else(|| Some(spatial()?.parser));
    options.or_else(|| Some(parser()?.parser))
}

impl Detector<'_> {
    /// Whether it decodes the results of a YOLO model.
    pub(in crate::rules) fn is_yolo(&self) -> bool {
        self.options.nn_family == DetectionNetworkType::YOLO
    }

    /// The grids of a YOLO model; empty if the outputs of the model are not grids.
    pub(in crate::rules) fn grids(&self) -> Vec<Grid> {
        let outputs = self.blob.into_iter().flat_map(|blob| &blob.outputs);
        let grids = outputs.map(|output| {
            let extent = |axis| output.extent(axis).filter(|cells| *cells > 1);
            let (width, _) = (extent(Axis::Width)?, extent(Axis::Height)?);
            let channels = extent(Axis::Channels)?;
            Some(Grid { width, channels })
        });
        grids.collect::<Option<_>>().unwrap_or_default()
    }
}
