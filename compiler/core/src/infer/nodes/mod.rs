//! What each node kind makes of what it gets: the turn of a node in, what its outputs send out.
//! Nothing is said where nobody can know it.

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

use oakc_runtime_schema::nodes::Kind;

use super::Inference;

/// Says what the outputs of a node send.
pub(super) fn infer(turn: &mut Inference<'_, '_>) {
    match turn.node.config.kind {
        Kind::Camera => camera::infer(turn),
        Kind::Cast => cast::infer(turn),
        Kind::ColorCamera => color_camera::infer(turn),
        Kind::EdgeDetector => edge_detector::infer(turn),
        Kind::ImageAlign => image_align::infer(turn),
        Kind::ImageManip => image_manip::infer(turn),
        Kind::MessageDemux => group::demux(turn),
        Kind::MobileNetDetectionNetwork | Kind::YoloDetectionNetwork => network::detection(turn),
        Kind::MobileNetSpatialDetectionNetwork | Kind::YoloSpatialDetectionNetwork => {
            network::spatial(turn);
        }
        Kind::MonoCamera => mono_camera::infer(turn),
        Kind::NeuralNetwork => network::neural(turn),
        Kind::PointCloud => point_cloud::infer(turn),
        Kind::StereoDepth => stereo_depth::infer(turn),
        Kind::Sync => group::sync(turn),
        Kind::ToF => tof::infer(turn),
        Kind::VideoEncoder => video_encoder::infer(turn),
        Kind::Warp => warp::infer(turn),
        Kind::AprilTag | Kind::FeatureTracker => {
            passthrough::infer(turn, &[("passthroughInputImage", "inputImage")]);
        }
        Kind::ObjectTracker => passthrough::infer(turn, passthrough::TRACKER),
        Kind::SpatialLocationCalculator => {
            passthrough::infer(turn, &[("passthroughDepth", "inputDepth")]);
        }
        // They send no images, or what only a program, a host or a microcontroller knows; or
        // nothing at all.
        Kind::DetectionParser
        | Kind::IMU
        | Kind::SPIIn
        | Kind::SPIOut
        | Kind::Script
        | Kind::SystemLogger
        | Kind::UVC
        | Kind::XLinkIn
        | Kind::XLinkOut => {}
    }
}
