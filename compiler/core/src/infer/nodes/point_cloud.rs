//! `PointCloud`.
//!
//! In: the depth image. Out: three 32-bit floats for each of its pixels.

use oakc_runtime_schema::nodes::point_cloud::PointCloudProperties;

use super::sensor;
use crate::infer::{Flow, Inference, Size};

/// Bytes of a point: x, y and z as 32-bit floats.
const POINT_BYTES: u64 = 12;

pub(super) fn infer(inference: &mut Inference<'_, '_>) {
    let node = inference.node;
    let Some(cloud) = node.properties::<PointCloudProperties>() else {
        return;
    };
    let depth = inference.input("inputDepth");
    let bytes = |size: &Size| size.pixels().saturating_mul(POINT_BYTES);
    let points = Flow {
        bytes: depth.size.as_ref().map(|size| size.map(bytes)),
        pool: sensor::pool(node, cloud.num_frames_pool, &["num_frames_pool"]),
        ..depth.derived()
    };
    inference.output("outputPointCloud", points);
    inference.output("passthroughDepth", depth);
}
