//! The node kinds as a value: [`Kind`], and for each the [`NodeKind`] that the device defines.
//!
//! In: a class name of the host library, or its name on the device. Out: a [`Kind`], which the
//! compiler's stages match without `_`, so that a new kind does not compile until every stage
//! handles it. The list at the end names all kinds.

use std::fmt;
use std::ops::Deref;

use crate::node::NodeKind;

macro_rules! kinds {
    ($($kind:ident => $module:ident::$node:ident),* $(,)?) => {
        /// A node class of the host library, by its name there. It dereferences to its [`NodeKind`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $(#[doc = concat!("`", stringify!($kind), "`.")] $kind,)*
        }

        impl Kind {
            /// All node kinds, by name.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            /// The class in the host library's API; the `type` of a node in the configuration.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => stringify!($kind),)* }
            }

            /// The device's definition of it.
            pub fn node(self) -> &'static NodeKind {
                match self { $(Self::$kind => &super::$module::$node,)* }
            }
        }
    };
}

impl Kind {
    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// The kinds with this name on the device; a node's settings distinguish them.
    pub fn with_schema_name(name: &str) -> impl Iterator<Item = Self> {
        let kinds = Self::ALL.iter().copied();
        kinds.filter(move |kind| kind.schema_name == name)
    }
}

impl Deref for Kind {
    type Target = NodeKind;

    fn deref(&self) -> &'static NodeKind {
        self.node()
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

kinds! {
    AprilTag => april_tag::KIND,
    Camera => camera::KIND,
    Cast => cast::KIND,
    ColorCamera => color_camera::KIND,
    DetectionParser => detection_parser::KIND,
    EdgeDetector => edge_detector::KIND,
    FeatureTracker => feature_tracker::KIND,
    IMU => imu::KIND,
    ImageAlign => image_align::KIND,
    ImageManip => image_manip::KIND,
    MessageDemux => message_demux::KIND,
    MobileNetDetectionNetwork => detection_network::MOBILENET_DETECTION_NETWORK,
    MobileNetSpatialDetectionNetwork => spatial_detection_network::MOBILENET_SPATIAL_DETECTION_NETWORK,
    MonoCamera => mono_camera::KIND,
    NeuralNetwork => neural_network::KIND,
    ObjectTracker => object_tracker::KIND,
    PointCloud => point_cloud::KIND,
    SPIIn => spi_in::KIND,
    SPIOut => spi_out::KIND,
    Script => script::KIND,
    SpatialLocationCalculator => spatial_location_calculator::KIND,
    StereoDepth => stereo_depth::KIND,
    Sync => sync::KIND,
    SystemLogger => system_logger::KIND,
    ToF => tof::KIND,
    UVC => uvc::KIND,
    VideoEncoder => video_encoder::KIND,
    Warp => warp::KIND,
    XLinkIn => xlink_in::KIND,
    XLinkOut => xlink_out::KIND,
    YoloDetectionNetwork => detection_network::YOLO_DETECTION_NETWORK,
    YoloSpatialDetectionNetwork => spatial_detection_network::YOLO_SPATIAL_DETECTION_NETWORK,
}
