//! What the desk does in place of each kind of node: a kind in, a row of the table in docs/simulation.md out.
//!
//! A new kind has no row until somebody writes one; a test holds what a row says against what a camera does.

use oakc_runtime_schema::nodes::Kind;

/// What the desk does in place of a kind of node.
#[derive(Clone, Copy, Debug)]
pub struct OnTheDesk {
    /// Where what it sends comes from.
    pub how: How,
    /// Outputs that have to be fed all the same.
    pub fed: &'static [&'static str],
    /// The case in which all of it has to be fed all the same; empty if there is none.
    pub except: &'static str,
    /// What it agrees with, and by how much it may differ from that.
    pub agrees: &'static str,
    /// How it differs from the device.
    pub differs: &'static str,
}

/// Where what a node sends comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It takes pictures of what it is shown.
    Pictures,
    /// It computes.
    Computed,
    /// A stand-in of its model runs.
    StandIn,
    /// It is what came in, as it came.
    Moved,
    /// A program runs.
    Script,
    /// It is always the same.
    Constant,
    /// It sends nothing; a step can look at what comes in.
    Sink,
    /// From a recording.
    Fed,
}

impl How {
    /// The cell of the table.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Pictures => "from pictures",
            Self::Computed => "computed",
            Self::StandIn => "by a stand-in of the model, else fed",
            Self::Moved => "moved",
            Self::Script => "run",
            Self::Constant => "always the same",
            Self::Sink => "kept",
            Self::Fed => "fed",
        }
    }
}

/// The row of a kind.
#[expect(clippy::too_many_lines, reason = "a row for each kind")]
pub const fn on_the_desk(kind: Kind) -> OnTheDesk {
    use How as H;
    match kind {
        Kind::AprilTag | Kind::FeatureTracker => {
            fed("`passthroughInputImage` is the picture that came in")
        }
        Kind::Camera | Kind::ColorCamera => OnTheDesk {
            fed: &["frameEvent"],
            ..row(
                H::Pictures,
                "",
                "no noise, distortion, undistortion, rolling shutter, exposure or focus; `raw` begins with a red pixel",
            )
        },
        Kind::MonoCamera => OnTheDesk {
            fed: &["frameEvent"],
            ..row(
                H::Pictures,
                "",
                "no noise, distortion, exposure or focus; brightness of what it is shown",
            )
        },
        Kind::Cast => row(H::Computed, "", ""),
        Kind::DetectionParser => row(
            H::Computed,
            "NumPy and OpenCV's non-maximum suppression: 0.0001 of the picture",
            "which YOLO it is, is told by the names of layers; boxes of different classes do not suppress each other; \
             edges stay in the picture",
        ),
        Kind::EdgeDetector => row(H::Computed, "OpenCV: 1", "the edge of the picture repeats"),
        Kind::IMU | Kind::SPIIn | Kind::ToF | Kind::XLinkIn => fed(""),
        Kind::ImageAlign => fed("`passthroughInput` is the picture that came in"),
        Kind::ImageManip => OnTheDesk {
            except: "a warp mesh together with a crop or a size",
            ..row(
                H::Computed,
                "OpenCV: crops and flips 0, sizes 1, turned and warped 3; colour maps: JET 4, TURBO 32",
                "one sampling for crop and resize; parts begin at the nearest whole pixel (an even one with halved \
                 chroma); a turned picture is fitted by what it covers; TURBO is a polynomial, off the most at 0",
            )
        },
        Kind::MessageDemux => row(H::Moved, "", ""),
        Kind::MobileNetDetectionNetwork | Kind::YoloDetectionNetwork => {
            network("as NeuralNetwork and DetectionParser")
        }
        Kind::MobileNetSpatialDetectionNetwork | Kind::YoloSpatialDetectionNetwork => {
            network("as NeuralNetwork, DetectionParser and SpatialLocationCalculator")
        }
        Kind::NeuralNetwork => {
            network("floats of 32 bits instead of 16; the time from [the table](desk.md#time)")
        }
        Kind::ObjectTracker => row(
            H::Computed,
            "",
            "no picture is looked at: all methods associate by overlap and distance, the short-term ones extrapolate",
        ),
        Kind::PointCloud => fed("`passthroughDepth` is the depth that came in"),
        Kind::SPIOut | Kind::UVC | Kind::XLinkOut => row(
            H::Sink,
            "",
            "nobody reads it; a step looks at it with `expect = { input = \"NODE.in\" }`",
        ),
        Kind::Script => row(H::Script, "", "see [the desk camera](desk.md#scripts)"),
        Kind::SpatialLocationCalculator => row(
            H::Computed,
            "the formula of Luxonis' example for hosts: 1 part in 10,000",
            "from depth without a calibration: a lens of 71.9 degrees without distortion",
        ),
        Kind::StereoDepth => fed("`syncedLeft` and `syncedRight` are the pictures that came in"),
        Kind::Sync => row(
            H::Moved,
            "",
            "see [the desk camera](desk.md#queues-and-pools)",
        ),
        Kind::SystemLogger => row(H::Constant, "", "half of everything is used, at 45 °C"),
        Kind::VideoEncoder => row(
            H::Computed,
            "MJPEG: read by OpenCV as the picture it was made of, within 12 at quality 95",
            "another encoder, so other sizes; `lossless` MJPEG is quality 100. H.264 and H.265 through `ffmpeg`, else fed: \
             a picture comes out when the next one goes in; rate control is that of x264 and x265; no B-frames",
        ),
        Kind::Warp => OnTheDesk {
            except: "a Warp without a mesh",
            ..row(
                H::Computed,
                "OpenCV's `remap`: 3",
                "black beyond the edges; points of the mesh are spread evenly from edge to edge",
            )
        },
    }
}

const fn row(how: How, agrees: &'static str, differs: &'static str) -> OnTheDesk {
    OnTheDesk {
        how,
        fed: &[],
        except: "",
        agrees,
        differs,
    }
}

const fn fed(differs: &'static str) -> OnTheDesk {
    row(How::Fed, "", differs)
}

const fn network(differs: &'static str) -> OnTheDesk {
    row(How::StandIn, "onnxruntime: 1 part in 1,000", differs)
}

/// Why what an output of a kind sends is not computed, as a phrase.
pub(crate) fn why_not(kind: Kind) -> String {
    let (row, name) = (on_the_desk(kind), with_article(kind));
    if !row.except.is_empty() {
        format!("{} is not computed here", row.except)
    } else if row.fed.is_empty() {
        format!("what {name} sends is not computed here")
    } else {
        format!("what {name} sends there is not computed here")
    }
}

/// A kind with its article: an IMU, a UVC.
pub(crate) fn with_article(kind: Kind) -> String {
    let name = kind.name();
    let is_spelled = name.chars().take(2).all(char::is_uppercase);
    let sounds = if is_spelled {
        ['A', 'E', 'F', 'H', 'I', 'L', 'M', 'N', 'O', 'R', 'S', 'X'].as_slice()
    } else {
        ['A', 'E', 'I', 'O', 'U'].as_slice()
    };
    let article = if name.starts_with(sounds) { "an" } else { "a" };
    format!("{article} {name}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use oakc_vision::mesh::Mesh;

    use super::*;
    use crate::camera::{Camera, Options};
    use crate::choices::Choices;
    use crate::network::Unconnected;
    use crate::observation::PortName;
    use crate::program::{Program, ProgramInput, ProgramNode, Properties};

    /// A program of one node as it is without any settings.
    fn program(kind: Kind) -> Program {
        let inputs = kind.inputs.iter().map(|input| ProgramInput {
            group: String::new(),
            name: input.name.to_owned(),
            blocking: true,
            queue_size: 4,
            wait_for_message: false,
        });
        let outputs = kind.outputs.iter();
        let outputs = outputs.map(|output| (String::new(), output.name.to_owned()));
        let node = ProgramNode {
            id: 0,
            name: "node".to_owned(),
            kind,
            properties: Properties::new(kind.properties, (kind.default_properties)()),
            inputs: inputs.collect(),
            outputs: outputs.collect(),
            script: None,
            blob_inputs: Vec::new(),
            mesh: Mesh::read(&[0; 32], 2, 2),
            model: None,
            stand_in: None,
        };
        Program {
            nodes: vec![node],
            links: Vec::new(),
            pictures: BTreeMap::new(),
            rates: BTreeMap::new(),
        }
    }

    #[test]
    fn a_row_says_where_the_messages_of_each_output_come_from() {
        for kind in Kind::ALL.iter().copied() {
            let row = on_the_desk(kind);
            let program = program(kind);
            let choices = Choices::nominal();
            let camera = Camera::new(&program, &Options::default(), choices, Unconnected);
            for output in kind.outputs {
                let name = PortName {
                    node: "node".to_owned(),
                    group: String::new(),
                    port: output.name.to_owned(),
                };
                let is_passed_on =
                    output.name.starts_with("passthrough") || output.name.starts_with("synced");
                let is_fed = match row.how {
                    How::Fed | How::StandIn => !is_passed_on,
                    How::Pictures | How::Computed | How::Moved | How::Script | How::Constant => {
                        row.fed.contains(&output.name)
                    }
                    How::Sink => panic!("{name} is the output of a sink"),
                };
                assert_eq!(
                    camera.sends_by_itself(&name),
                    !is_fed,
                    "{} {name}",
                    kind.name()
                );
            }
        }
    }

    #[test]
    fn kinds_have_the_article_that_they_are_spoken_with() {
        let spoken = [
            (Kind::IMU, "an IMU"),
            (Kind::UVC, "a UVC"),
            (Kind::SPIIn, "an SPIIn"),
            (Kind::XLinkIn, "an XLinkIn"),
            (Kind::ToF, "a ToF"),
            (Kind::AprilTag, "an AprilTag"),
            (Kind::StereoDepth, "a StereoDepth"),
        ];
        for (kind, text) in spoken {
            assert_eq!(with_article(kind), text);
        }
    }

    #[test]
    fn outputs_that_are_fed_are_outputs() {
        for kind in Kind::ALL.iter().copied() {
            for fed in on_the_desk(kind).fed {
                let mut outputs = kind.outputs.iter();
                assert!(outputs.any(|output| output.name == *fed), "{fed}");
            }
        }
    }
}
