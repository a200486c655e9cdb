//! What each kind of node sends: one file for each kind, or for a few kinds that are alike.
//!
//! In: a node, with what its inputs receive. Out: what its outputs send. Never: a guess; what
//! cannot be known stays unknown.

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
pub(super) fn infer(inference: &mut Inference<'_, '_>) {
    match inference.node.kind() {
        Kind::Camera => camera::infer(inference),
        Kind::Cast => cast::infer(inference),
        Kind::ColorCamera => color_camera::infer(inference),
        Kind::EdgeDetector => edge_detector::infer(inference),
        Kind::ImageAlign => image_align::infer(inference),
        Kind::ImageManip => image_manip::infer(inference),
        Kind::MessageDemux => group::demux(inference),
        Kind::MobileNetDetectionNetwork | Kind::YoloDetectionNetwork => {
            network::detection(inference);
        }
        Kind::MobileNetSpatialDetectionNetwork | Kind::YoloSpatialDetectionNetwork => {
            network::spatial(inference);
        }
        Kind::MonoCamera => mono_camera::infer(inference),
        Kind::NeuralNetwork => network::neural(inference),
        Kind::PointCloud => point_cloud::infer(inference),
        Kind::StereoDepth => stereo_depth::infer(inference),
        Kind::Sync => group::sync(inference),
        Kind::ToF => tof::infer(inference),
        Kind::VideoEncoder => video_encoder::infer(inference),
        Kind::Warp => warp::infer(inference),
        Kind::AprilTag | Kind::FeatureTracker => {
            passthrough::infer(inference, &[("passthroughInputImage", "inputImage")]);
        }
        Kind::ObjectTracker => passthrough::infer(inference, passthrough::TRACKER),
        Kind::SpatialLocationCalculator => {
            passthrough::infer(inference, &[("passthroughDepth", "inputDepth")]);
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
