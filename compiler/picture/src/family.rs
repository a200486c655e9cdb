//! Families: node kinds that do the same kind of work share a colour.
//!
//! In: a node kind. Out: its family, with name and colours. Never: a kind without a family.

use oakc_runtime_schema::nodes::Kind;

/// A kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Produces messages from the outside world: image sensors, motion sensors, the camera's own state.
    Source,
    /// Turns images into other images.
    Image,
    /// Runs a neural network or reads its output.
    Network,
    /// Finds where something is: depth, tracking, markers.
    Spatial,
    /// Runs a program, or sorts messages.
    Script,
    /// Encodes a video stream.
    Encoder,
    /// Leads out of the camera, or into it.
    Port,
}

impl Family {
    /// All families, in the order of a legend.
    pub const ALL: [Self; 7] = [
        Self::Source,
        Self::Image,
        Self::Network,
        Self::Spatial,
        Self::Encoder,
        Self::Script,
        Self::Port,
    ];

    /// The family of a node kind.
    pub fn of(kind: Kind) -> Self {
        match kind {
            Kind::Camera
            | Kind::ColorCamera
            | Kind::MonoCamera
            | Kind::ToF
            | Kind::IMU
            | Kind::SystemLogger => Self::Source,
            Kind::ImageManip | Kind::ImageAlign | Kind::Warp | Kind::Cast | Kind::EdgeDetector => {
                Self::Image
            }
            Kind::NeuralNetwork
            | Kind::MobileNetDetectionNetwork
            | Kind::MobileNetSpatialDetectionNetwork
            | Kind::YoloDetectionNetwork
            | Kind::YoloSpatialDetectionNetwork
            | Kind::DetectionParser => Self::Network,
            Kind::StereoDepth
            | Kind::PointCloud
            | Kind::SpatialLocationCalculator
            | Kind::ObjectTracker
            | Kind::FeatureTracker
            | Kind::AprilTag => Self::Spatial,
            Kind::VideoEncoder => Self::Encoder,
            Kind::Script | Kind::Sync | Kind::MessageDemux => Self::Script,
            Kind::SPIIn | Kind::SPIOut | Kind::UVC | Kind::XLinkIn | Kind::XLinkOut => Self::Port,
        }
    }

    /// Its name: a word that is also a valid identifier in CSS, DOT and Mermaid.
    pub fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Image => "image",
            Self::Network => "network",
            Self::Spatial => "spatial",
            Self::Script => "script",
            Self::Encoder => "encoder",
            Self::Port => "port",
        }
    }

    /// Its title in a legend.
    pub fn title(self) -> &'static str {
        match self {
            Self::Source => "sensors",
            Self::Image => "image processing",
            Self::Network => "networks",
            Self::Spatial => "depth, tracking",
            Self::Script => "scripts, message flow",
            Self::Encoder => "encoders",
            Self::Port => "input and output",
        }
    }

    /// Colours on a light background: that of the area, and that of its border and title.
    pub fn light(self) -> (&'static str, &'static str) {
        match self {
            Self::Source => ("#e3f4ea", "#1a7f4b"),
            Self::Image => ("#e2effc", "#1f6feb"),
            Self::Network => ("#efe7fd", "#7a45d6"),
            Self::Spatial => ("#def4f6", "#0b7a8a"),
            Self::Script => ("#fdf1d7", "#9a6400"),
            Self::Encoder => ("#fde8e0", "#bc4c1b"),
            Self::Port => ("#eceff3", "#57606a"),
        }
    }

    /// The same on a dark background.
    pub fn dark(self) -> (&'static str, &'static str) {
        match self {
            Self::Source => ("#12301f", "#56d68f"),
            Self::Image => ("#11284a", "#79b8ff"),
            Self::Network => ("#2a1d4a", "#bd9cff"),
            Self::Spatial => ("#0d2f36", "#5fd4e3"),
            Self::Script => ("#382a0c", "#e9b949"),
            Self::Encoder => ("#3c1f14", "#ff9b73"),
            Self::Port => ("#262c34", "#adbac7"),
        }
    }
}
