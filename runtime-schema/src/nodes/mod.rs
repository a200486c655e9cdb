//! The node kinds of DepthAI 2.33, one file each (kinds that share their properties share a file).
//!
//! A file declares the properties in wire order, the ports, the setters and the role of its kind;
//! [`Kind`] is the one list of all kinds.

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
mod kind;
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

pub use kind::Kind;
