//! Names for nodes.
//!
//! In: the kinds, settings and links of nodes. Out: names as a person would choose them (`cam`,
//! `left`, `stereo`, `left_encoder`). Never: two nodes of one name, or a name that needs quotes.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase as _;
use oakc_core::config::logging::RELAY_NODE;
use oakc_runtime_schema::camera::CameraBoardSocket;
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::nodes::image_manip::ImageManipProperties;
use oakc_runtime_schema::reflect::{Reflect, Value};

use super::logging;
use super::original::{Original, OriginalNode};

/// A name for each node, by id.
pub(super) fn names(original: &Original) -> BTreeMap<i64, String> {
    let plain: BTreeMap<i64, String> = original
        .nodes
        .iter()
        .map(|(id, node)| (*id, plain_name(node)))
        .collect();
    let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
    for name in plain.values() {
        *uses.entry(name).or_default() += 1;
    }
    let sources = sources(original);
    let relay = logging::relay(original);
    let mut taken = Taken::default();
    let mut names: BTreeMap<i64, String> = BTreeMap::new();
    for (id, name) in &plain {
        let is_shared = uses.get(name.as_str()).is_some_and(|count| *count > 1);
        let source = sources.get(id).and_then(|source| names.get(source));
        let wanted = match source {
            // Nodes are named in the order of their ids, and most come after what feeds them. In a
            // chain of one kind, where the source has the name in it, a number says more.
            Some(source) if is_shared && !source.contains(name.as_str()) => {
                format!("{source}_{name}")
            }
            _ => name.clone(),
        };
        let own = original.nodes.get(id).and_then(logging::name);
        let relay = (relay == Some(*id)).then(|| RELAY_NODE.to_owned());
        let wanted = relay.or(own).unwrap_or(wanted);
        names.insert(*id, taken.unique(&wanted));
    }
    names
}

/// For each node the one node that feeds it, where there is exactly one.
fn sources(original: &Original) -> BTreeMap<i64, i64> {
    let mut sources: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    for link in &original.links {
        sources
            .entry(link.node2_id)
            .or_default()
            .insert(link.node1_id);
    }
    let single = |(id, from): (i64, BTreeSet<i64>)| match from.len() {
        1 => from.first().map(|first| (id, *first)),
        _ => None,
    };
    sources.into_iter().filter_map(single).collect()
}

/// Names that are given away.
#[derive(Default)]
struct Taken {
    names: BTreeSet<String>,
    /// The last number that was put behind a name.
    numbers: BTreeMap<String, usize>,
}

impl Taken {
    fn unique(&mut self, wanted: &str) -> String {
        // A chain of nodes of one kind must not get longer names with each link.
        let wanted = wanted.get(..LONGEST).unwrap_or(wanted);
        if self.names.insert(wanted.to_owned()) {
            return wanted.to_owned();
        }
        let number = self.numbers.entry(wanted.to_owned()).or_insert(1);
        loop {
            *number += 1;
            let name = format!("{wanted}_{number}");
            if self.names.insert(name.clone()) {
                return name;
            }
        }
    }
}

/// Longest name before a number, in bytes; names are ASCII.
const LONGEST: usize = 32;

/// What the node would be called if it were the only one of its kind.
fn plain_name(node: &OriginalNode) -> String {
    let name = match node.kind {
        Kind::Script => return script(node),
        Kind::ImageManip => manip(node),
        Kind::ColorCamera | Kind::Camera => camera(node).unwrap_or("cam"),
        Kind::MonoCamera => camera(node).unwrap_or("mono"),
        Kind::MobileNetDetectionNetwork
        | Kind::MobileNetSpatialDetectionNetwork
        | Kind::YoloDetectionNetwork
        | Kind::YoloSpatialDetectionNetwork => "detect",
        Kind::AprilTag => "tags",
        Kind::Cast => "cast",
        Kind::DetectionParser => "parser",
        Kind::EdgeDetector => "edges",
        Kind::FeatureTracker => "features",
        Kind::IMU => "imu",
        Kind::ImageAlign => "align",
        Kind::MessageDemux => "demux",
        Kind::NeuralNetwork => "network",
        Kind::ObjectTracker => "tracker",
        Kind::PointCloud => "points",
        Kind::SPIIn => "spi_in",
        Kind::SPIOut => "spi_out",
        Kind::SpatialLocationCalculator => "locations",
        Kind::StereoDepth => "stereo",
        Kind::Sync => "sync",
        Kind::SystemLogger => "system",
        Kind::ToF => "tof",
        Kind::UVC => "uvc",
        Kind::VideoEncoder => "encoder",
        Kind::Warp => "warp",
        Kind::XLinkIn => "xlink_in",
        Kind::XLinkOut => "xlink_out",
    };
    name.to_owned()
}

/// What the camera looks at: `left` and `right` where the usual stereo pair is, or its own name.
fn camera(node: &OriginalNode) -> Option<&'static str> {
    let is_mono = node.kind == Kind::MonoCamera;
    let named = match node.property("camera_name") {
        Some(Value::Str(name)) => name.as_str(),
        _ => "",
    };
    let socket = node
        .property("board_socket")
        .map(CameraBoardSocket::from_value);
    match (named, socket) {
        ("left", _) => Some("left"),
        ("right", _) => Some("right"),
        ("", Some(Ok(CameraBoardSocket::CAM_B))) if is_mono => Some("left"),
        ("", Some(Ok(CameraBoardSocket::CAM_C))) if is_mono => Some("right"),
        _ => None,
    }
}

/// A script is called after its file, if that has a name.
fn script(node: &OriginalNode) -> String {
    let name = match node.property("script_name") {
        Some(Value::Str(name)) => name.as_str(),
        _ => "",
    };
    let file = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = file.strip_suffix(".py").unwrap_or_default();
    let name = snake_case(stem);
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic());
    if is_name { name } else { "script".to_owned() }
}

fn manip(node: &OriginalNode) -> &'static str {
    let Ok(manip) = ImageManipProperties::from_value(&node.properties) else {
        return "manip";
    };
    let config = manip.initial_config;
    if config.enable_crop {
        "crop"
    } else if config.enable_resize {
        "resize"
    } else if config.enable_format {
        "convert"
    } else {
        "manip"
    }
}

/// `SpatialLocation` and `spatial-location` as `spatial_location`; nothing but ASCII letters and
/// digits stays.
pub(super) fn snake_case(name: &str) -> String {
    let ascii = name.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    ascii.to_snake_case()
}
