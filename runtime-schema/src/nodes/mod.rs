//! The node kinds of DepthAI 2.33, one file each (kinds that share their properties share a file).
//!
//! A file declares the properties in wire order, the ports and the setters of its kind; [`NODES`] is
//! the one list of all kinds.

pub mod april_tag;
pub mod camera;
pub mod cast;
pub mod color_camera;
pub mod detection_network;
pub mod detection_parser;
pub mod edge_detector;
pub mod feature_tracker;
pub mod image_align;
pub mod image_manip;
pub mod imu;
pub mod message_demux;
pub mod mono_camera;
pub mod neural_network;
pub mod object_tracker;
pub mod point_cloud;
pub mod script;
mod sensor;
pub mod spatial_detection_network;
pub mod spatial_location_calculator;
pub mod spi_in;
pub mod spi_out;
pub mod stereo_depth;
pub mod sync;
pub mod system_logger;
pub mod tof;
pub mod uvc;
pub mod video_encoder;
pub mod warp;
pub mod xlink_in;
pub mod xlink_out;

use crate::node::NodeKind;

/// All node kinds, by name.
pub static NODES: &[&NodeKind] = &[
    &april_tag::KIND,
    &camera::KIND,
    &cast::KIND,
    &color_camera::KIND,
    &detection_parser::KIND,
    &edge_detector::KIND,
    &feature_tracker::KIND,
    &imu::KIND,
    &image_align::KIND,
    &image_manip::KIND,
    &message_demux::KIND,
    &detection_network::MOBILENET_DETECTION_NETWORK,
    &spatial_detection_network::MOBILENET_SPATIAL_DETECTION_NETWORK,
    &mono_camera::KIND,
    &neural_network::KIND,
    &object_tracker::KIND,
    &point_cloud::KIND,
    &spi_in::KIND,
    &spi_out::KIND,
    &script::KIND,
    &spatial_location_calculator::KIND,
    &stereo_depth::KIND,
    &sync::KIND,
    &system_logger::KIND,
    &tof::KIND,
    &uvc::KIND,
    &video_encoder::KIND,
    &warp::KIND,
    &xlink_in::KIND,
    &xlink_out::KIND,
    &detection_network::YOLO_DETECTION_NETWORK,
    &spatial_detection_network::YOLO_SPATIAL_DETECTION_NETWORK,
];

/// The kind with this name.
pub fn find(name: &str) -> Option<&'static NodeKind> {
    NODES.iter().copied().find(|kind| kind.name == name)
}
