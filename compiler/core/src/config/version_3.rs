//! What DepthAI v3 calls things. Its programs are what people find first today.
//!
//! In: a name that the configuration does not know. Out: a sentence that says what to write instead, if
//! the name is one of v3's. Never: a guess about another name.

use oakc_runtime_schema::nodes::Kind;

/// Node classes of v3 in lower case, and what does the same here.
const KINDS: &[(&str, &str)] = &[
    ("imagemanipv2", "`ImageManip`"),
    (
        "detectionnetwork",
        "`MobileNetDetectionNetwork` or `YoloDetectionNetwork`",
    ),
    (
        "spatialdetectionnetwork",
        "`MobileNetSpatialDetectionNetwork` or `YoloSpatialDetectionNetwork`",
    ),
    ("parsingneuralnetwork", "`NeuralNetwork`"),
    ("xlinkinhost", "`XLinkIn`"),
    ("xlinkouthost", "`XLinkOut`"),
];

/// Node classes of v3 in lower case for which there is nothing here.
const KINDS_WITHOUT_COUNTERPART: &[&str] = &[
    "autocalibration",
    "basaltvio",
    "benchmarkin",
    "benchmarkout",
    "dynamiccalibration",
    "gate",
    "hostnode",
    "imagefilters",
    "neuralassistedstereo",
    "neuraldepth",
    "rgbd",
    "rtabmapslam",
    "rtabmapvio",
    "recordmetadataonly",
    "recordvideo",
    "rectification",
    "replaymetadataonly",
    "replayvideo",
    "thermal",
    "threadedhostnode",
    "tofdepthconfidencefilter",
    "vpp",
];

/// Methods and properties of nodes of v3, as keys in lower case, and the keys for them here.
const KEYS: &[(&str, &str)] = &[
    ("addcrop", "crop_rect"),
    ("addcroprotatedrect", "crop_rotated_rect"),
    ("addfliphorizontal", "horizontal_flip"),
    ("addflipvertical", "vertical_flip"),
    ("addresize", "resize"),
    ("addrotatedeg", "rotation_degrees"),
    ("addrotaterad", "rotation_radians"),
    ("build", "board_socket"),
    ("build", "model"),
    ("frommodelzoo", "model"),
    ("modeldescription", "model"),
    ("nnarchive", "model"),
    ("outputsize", "resize"),
    ("requestfullresolutionoutput", "resolution"),
    ("requestoutput", "preview_size"),
    ("requestoutput", "resolution"),
];

/// What to write instead of a node class.
pub(super) fn kind(name: &str) -> Option<String> {
    let plain = name.to_lowercase();
    if let Some((_, here)) = KINDS.iter().find(|(known, _)| *known == plain) {
        return Some(format!("`{name}` is from DepthAI v3; here it is {here}"));
    }
    let known = KINDS_WITHOUT_COUNTERPART.contains(&plain.as_str());
    known.then(|| format!("`{name}` is from DepthAI v3; this camera's firmware has no such node"))
}

/// What to write instead of a key, if that is one of those that are `known` there.
pub(super) fn key(name: &str, known: &[&str]) -> Option<String> {
    let plain = name.replace(['_', '-'], "").to_lowercase();
    let mut names = KEYS.iter().filter(|(other, _)| *other == plain);
    let (_, here) = names.find(|(_, here)| known.contains(here))?;
    Some(format!("`{name}` is from DepthAI v3; here it is `{here}`"))
}

/// What to link instead of an output that v3 makes on request.
pub(crate) fn output(kind: Kind, node: &str, name: &str) -> Option<String> {
    let whole = name.starts_with("requestFullResolutionOutput");
    if !whole && !name.starts_with("requestOutput") {
        return None;
    }
    let main = kind.main_output()?.name;
    let keys: Vec<_> = kind.setters.iter().map(|setter| setter.key).collect();
    let key = ["preview_size", "resolution"];
    let key = key
        .into_iter()
        .find(|key| keys.contains(key))
        .unwrap_or("resolution");
    let method = if whole {
        "requestFullResolutionOutput"
    } else {
        "requestOutput"
    };
    Some(if whole && kind.output("isp").is_some() {
        format!("`{method}` is from DepthAI v3; here the whole picture is `{node}.isp`")
    } else {
        format!(
            "`{method}` is from DepthAI v3; here it is `{node}.{main}`, and `{key}` sets its size"
        )
    })
}
