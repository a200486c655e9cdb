//! Node kinds in, families out: kinds that do the same sort of work have one colour.

/// A sort of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Makes messages from the world: image sensors, motion sensors, the camera's own state.
    Source,
    /// Makes images of images.
    Image,
    /// Runs a neural network or reads its output.
    Network,
    /// Says where something is: depth, tracking, markers.
    Spatial,
    /// Runs a program, or sorts messages.
    Script,
    /// Makes a video stream.
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
    pub fn of(kind: &str) -> Self {
        match kind {
            "Camera" | "ColorCamera" | "MonoCamera" | "ToF" | "IMU" | "SystemLogger" => {
                Self::Source
            }
            "ImageManip" | "ImageAlign" | "Warp" | "Cast" | "EdgeDetector" => Self::Image,
            "StereoDepth"
            | "PointCloud"
            | "SpatialLocationCalculator"
            | "ObjectTracker"
            | "FeatureTracker"
            | "AprilTag" => Self::Spatial,
            "VideoEncoder" => Self::Encoder,
            "Script" | "Sync" | "MessageDemux" => Self::Script,
            "DetectionParser" => Self::Network,
            network if network.ends_with("Network") => Self::Network,
            _ => Self::Port,
        }
    }

    /// What it is called, in a word that is also a plain name in CSS, DOT and Mermaid.
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

    /// What it is called in a legend.
    pub fn title(self) -> &'static str {
        match self {
            Self::Source => "sensors",
            Self::Image => "image processing",
            Self::Network => "networks",
            Self::Spatial => "depth, tracking",
            Self::Script => "scripts, message flow",
            Self::Encoder => "encoders",
            Self::Port => "ways in and out",
        }
    }

    /// Colours on a light background: of the area, and of its border and its title.
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

#[cfg(test)]
mod tests {
    use oakc_runtime_schema::nodes::NODES;

    use super::Family;

    #[test]
    fn only_kinds_that_lead_out_of_the_camera_are_in_the_family_of_ports() {
        let ports = NODES.iter().map(|kind| kind.name);
        let ports: Vec<_> = ports
            .filter(|kind| Family::of(kind) == Family::Port)
            .collect();
        assert_eq!(ports, ["SPIIn", "SPIOut", "UVC", "XLinkIn", "XLinkOut"]);
    }
}
