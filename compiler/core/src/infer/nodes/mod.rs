//! What each node kind makes of what it gets: one function a kind, one line in [`KINDS`].

mod camera;
mod cast;
pub mod color_camera;
mod edge_detector;
mod group;
mod image_align;
mod image_manip;
pub mod mono_camera;
mod network;
mod passthrough;
mod point_cloud;
mod processed;
mod sensor;
pub mod stereo_depth;
mod tof;
pub mod video_encoder;
mod warp;

use super::Inference;

/// A node kind, and what it makes of what it gets.
type Kind = (&'static str, fn(&mut Inference<'_, '_>));

/// The kinds whose outputs can be known.
static KINDS: &[Kind] = &[
    ("AprilTag", passthrough::infer),
    ("Camera", camera::infer),
    ("Cast", cast::infer),
    ("ColorCamera", color_camera::infer),
    ("EdgeDetector", edge_detector::infer),
    ("FeatureTracker", passthrough::infer),
    ("ImageAlign", image_align::infer),
    ("ImageManip", image_manip::infer),
    ("MessageDemux", group::demux),
    ("MobileNetDetectionNetwork", network::detection),
    ("MobileNetSpatialDetectionNetwork", network::spatial),
    ("MonoCamera", mono_camera::infer),
    ("NeuralNetwork", network::neural),
    ("ObjectTracker", passthrough::infer),
    ("PointCloud", point_cloud::infer),
    ("SpatialLocationCalculator", passthrough::infer),
    ("StereoDepth", stereo_depth::infer),
    ("Sync", group::sync),
    ("ToF", tof::infer),
    ("VideoEncoder", video_encoder::infer),
    ("Warp", warp::infer),
    ("YoloDetectionNetwork", network::detection),
    ("YoloSpatialDetectionNetwork", network::spatial),
];

/// Says what the outputs of a node send. Other kinds send what nobody can know.
pub(super) fn infer(turn: &mut Inference<'_, '_>) {
    let kind = turn.node.kind();
    if let Some((_, infer)) = KINDS.iter().find(|(name, _)| *name == kind) {
        infer(turn);
    }
}
