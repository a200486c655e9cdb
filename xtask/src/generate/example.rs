//! Example values: the arguments that the catalogue tried a setter with, in the form that a shape
//! takes; where none fits, a value made up for the shape.

use oakc_runtime_schema::reflect::{EnumShape, Shape, StructShape, Value};
use oakc_schema::written;
use serde_json::{Map, Value as Json, json};

/// Arguments that say more than the catalogue's numbers, or that a camera takes: a method without
/// its object, and its arguments. The first fitting entry counts.
const BETTER: &[(&str, &str)] = &[
    ("setAutoExposureCompensation", "[1]"),
    ("setAutoExposureLimit", "[10000]"),
    ("setAutoFocusLensRange", "[80, 180]"),
    ("setBitrate", "[4000000]"),
    ("setBitrateKbps", "[4000]"),
    ("setBrightness", "[2]"),
    ("setBusId", "[0]"),
    ("setCamId", "[1]"),
    ("setChromaDenoise", "[1]"),
    ("setContrast", "[2]"),
    ("setConfidenceThreshold", "[200]"),
    ("setConfidenceThreshold", "[0.5]"),
    ("setCoordinateSize", "[4]"),
    ("setCornerDetector", "[\"HARRIS\"]"),
    ("setDefaultProfilePreset", "[10.0, \"MJPEG\"]"),
    ("setDefaultProfilePreset", "[1280, 720, 10.0, \"MJPEG\"]"),
    ("setDefaultProfilePreset", "[[1280, 720], 10.0, \"MJPEG\"]"),
    ("setDepthLowerThreshold", "[300]"),
    ("setDepthUpperThreshold", "[8000]"),
    ("setExternalTrigger", "[4, 1]"),
    ("setFps", "[10.0]"),
    ("setFrameEventFilter", "[[\"READOUT_START\"]]"),
    ("setFrameRate", "[10.0]"),
    ("setHardwareResources", "[2, 2]"),
    ("setHwIds", "[[0, 1]]"),
    ("setInputResolution", "[1280, 720]"),
    ("setInputResolution", "[[1280, 720]]"),
    ("setIouThreshold", "[0.5]"),
    ("setIsp3aFps", "[5]"),
    ("setIspScale", "[1, 2]"),
    ("setIspScale", "[[1, 2]]"),
    ("setIspScale", "[1, 2, 1, 3]"),
    ("setIspScale", "[[1, 2], [1, 3]]"),
    ("setKeyframeFrequency", "[30]"),
    ("setLeftRightCheckThreshold", "[5]"),
    ("setLumaDenoise", "[1]"),
    ("setManualExposure", "[20000, 800]"),
    ("setManualExposure", "[\"20ms\", 800]"),
    ("setManualFocusRaw", "[0.5]"),
    ("setManualWhiteBalance", "[5000]"),
    ("setMaxDataSize", "[1048576]"),
    ("setMaxOutputFrameSize", "[1048576]"),
    ("setMeshStep", "[16, 16]"),
    ("setMisc", "[\"control\", \"value\"]"),
    ("setMisc", "[\"control\", 1]"),
    ("setMisc", "[\"control\", 0.5]"),
    ("setNumBFrames", "[0]"),
    ("setNumClasses", "[80]"),
    ("setNumFrames", "[4]"),
    ("setNumFramesPool", "[4]"),
    ("setNumFramesPool", "[3, 3, 4, 4, 4]"),
    ("setNumInferenceThreads", "[2]"),
    ("setNumNCEPerInferenceThread", "[1]"),
    ("setNumPoolFrames", "[4]"),
    ("setNumShaves", "[2]"),
    ("setNumTargetFeatures", "[128]"),
    ("setOutputSize", "[640, 480]"),
    ("setOutputSize", "[[640, 480]]"),
    ("setPostProcessingHardwareResources", "[2, 2]"),
    ("setPreviewSize", "[300, 300]"),
    ("setPreviewSize", "[[300, 300]]"),
    ("setProfile", "[\"MJPEG\"]"),
    ("setQuality", "[85]"),
    ("setRate", "[1.0]"),
    ("setResize", "[640, 480]"),
    ("setResize", "[[640, 480]]"),
    ("setResolution", "[\"THE_720_P\"]"),
    ("setRotationDegrees", "[90.0]"),
    ("setSaturation", "[2]"),
    ("setScript", "[\"import time\", \"report\"]"),
    ("setScriptPath", "[\"report.py\", \"report\"]"),
    ("setSharpness", "[1]"),
    ("setSize", "[1280, 720]"),
    ("setSize", "[[1280, 720]]"),
    (
        "setSobelFilterKernels",
        "[[[1, 0, -1], [2, 0, -2], [1, 0, -1]], [[1, 2, 1], [0, 0, 0], [-1, -2, -1]]]",
    ),
    ("setStillSize", "[1920, 1080]"),
    ("setStillSize", "[[1920, 1080]]"),
    ("setStrobeExternal", "[44, 1]"),
    ("setStrobeSensor", "[1]"),
    ("setSubpixelFractionalBits", "[3]"),
    ("setVideoSize", "[1280, 720]"),
    ("setVideoSize", "[[1280, 720]]"),
    (
        "setWarpMesh",
        "[[[0.0, 0.0], [639.0, 0.0], [0.0, 479.0], [639.0, 479.0]], 2, 2]",
    ),
    (
        "setWarpTransformMatrix3x3",
        "[[1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]]",
    ),
    ("enableIMUSensor", "[\"ACCELEROMETER_RAW\", 100]"),
    (
        "enableIMUSensor",
        "[[\"ACCELEROMETER_RAW\", \"GYROSCOPE_RAW\"], 100]",
    ),
];

/// The arguments of a catalogue entry, as a configuration writes them.
pub(super) fn arguments(entry: &Json) -> Vec<Json> {
    let list = |key| {
        entry
            .get(key)
            .and_then(Json::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default()
    };
    let method = entry
        .get("method")
        .and_then(Json::as_str)
        .unwrap_or_default();
    let method = method.rsplit('.').next().unwrap_or_default();
    let samples = list("sample");
    let better = BETTER.iter().filter(|(name, _)| *name == method);
    let better = better.filter_map(|(_, values)| serde_json::from_str::<Vec<Json>>(values).ok());
    let arguments = list("args");
    if let Some(values) = better
        .into_iter()
        .find(|values| alike(values, samples, arguments))
    {
        return values;
    }
    samples
        .iter()
        .zip(arguments)
        .map(|(sample, argument)| {
            let kind = argument
                .get("type")
                .and_then(Json::as_str)
                .unwrap_or_default();
            plain(sample, kind)
        })
        .collect()
}

/// Whether `values` could stand for the samples of an overload: as many, of the same kinds.
fn alike(values: &[Json], samples: &[Json], arguments: &[Json]) -> bool {
    let kind = |value: &Json| match value {
        Json::Number(number) if number.is_f64() => 'f',
        Json::Number(_) => 'i',
        Json::Array(_) => 'a',
        Json::String(_) => 's',
        _ => '-',
    };
    let is_value = |argument: &Json, sample: &Json| {
        // The catalogue writes structures and names as text, but a structure cannot stand for a name.
        let text = sample
            .as_str()
            .or_else(|| sample.get(0)?.as_str())
            .unwrap_or_default();
        !text.starts_with('<')
            || argument
                .get("type")
                .is_some_and(|t| t.as_str().is_some_and(|t| t.contains("Point2f")))
    };
    values.len() == samples.len()
        && values
            .iter()
            .zip(samples)
            .all(|(value, sample)| kind(value) == kind(sample))
        && arguments
            .iter()
            .zip(samples)
            .all(|(argument, sample)| is_value(argument, sample))
}

/// One sample: `Colormap.JET` becomes `JET`, placeholders become what a configuration has there.
fn plain(sample: &Json, kind: &str) -> Json {
    match sample {
        Json::String(text) if text == "<Blob>" => json!("model.blob"),
        Json::String(text) if text == "<Point2f>" => json!([0.25, 0.5]),
        Json::String(_) if kind == "Path" || kind == "buffer" => json!(path(kind)),
        Json::String(text) if kind == "datetime.timedelta" => json!(text.replace("0.007 s", "7ms")),
        Json::String(text) if kind != "str" && !text.starts_with('<') => {
            json!(text.rsplit('.').next())
        }
        Json::String(text) if text.starts_with('<') => Json::Null,
        Json::String(text) if text.starts_with("str") => json!("name"),
        Json::Array(items) => {
            // Structures that the catalogue does not show would all look the same.
            let hidden = items
                .first()
                .is_some_and(|item| *item != json!("<Point2f>") && starts_hidden(item));
            let shown = if hidden { 1 } else { 4 };
            items
                .iter()
                .take(shown)
                .map(|item| plain(item, kind))
                .collect()
        }
        other => other.clone(),
    }
}

fn starts_hidden(sample: &Json) -> bool {
    sample.as_str().is_some_and(|text| text.starts_with('<'))
}

fn path(kind: &str) -> &'static str {
    if kind == "Path" {
        "file.bin"
    } else {
        "mesh.bin"
    }
}

/// A value of `shape` that says `arguments`.
pub(super) fn value(shape: &Shape, arguments: &[Json]) -> Json {
    let whole = match arguments {
        [] => vec![json!(true)],
        [one] => vec![one.clone(), json!([one])],
        several => vec![json!(several), json!([several])],
    };
    let flat: Vec<Json> = arguments.iter().flat_map(flattened).collect();
    // The library overlooks the leading arguments of a few old overloads.
    let shorter = (1..arguments.len()).filter_map(|from| match arguments.get(from..)? {
        [one] => Some(one.clone()),
        several => Some(json!(several)),
    });
    let candidates = whole.into_iter().chain([json!(flat)]).chain(shorter);
    let mut fitting = candidates.filter(|candidate| fits(shape, candidate));
    match fitting.next() {
        Some(found) => named(shape, found),
        None => fresh(shape),
    }
}

fn flattened(value: &Json) -> Vec<Json> {
    match value {
        Json::Array(items) => items.clone(),
        one => vec![one.clone()],
    }
}

/// A list that fills a table is easier to read with the keys of the table.
fn named(shape: &Shape, found: Json) -> Json {
    match (shape, &found) {
        (Shape::Struct(of), Json::Array(items)) => {
            let pairs = of.fields.iter().zip(items);
            let pairs = pairs
                .map(|(field, item)| (field.key.to_owned(), named(&field.shape, item.clone())));
            pairs.collect::<Map<_, _>>().into()
        }
        (Shape::Struct(of), Json::Null) => table(of),
        (Shape::List(element), Json::Array(items)) => items
            .iter()
            .map(|item| named(element, item.clone()))
            .collect(),
        (Shape::OneOf(shapes), _) => {
            let fitting = shapes.iter().find(|shape| fits(shape, &found));
            fitting.map_or(found.clone(), |shape| named(shape, found.clone()))
        }
        _ => found,
    }
}

/// Whether `value` has `shape`.
pub(super) fn fits(shape: &Shape, value: &Json) -> bool {
    match (shape, value) {
        // No value stands for a structure that the catalogue does not show: `named` makes one up.
        (Shape::Struct(_), Json::Null)
        | (Shape::Bool, Json::Bool(_))
        | (Shape::Str | Shape::File | Shape::Model, Json::String(_))
        | (Shape::F32 | Shape::F64, Json::Number(_)) => true,
        (Shape::Int(of), Json::Number(number)) => number
            .as_i64()
            .is_some_and(|number| (of.min()..=of.max()).contains(&i128::from(number))),
        (Shape::Duration, Json::String(text)) => text.ends_with('s'),
        (Shape::Enum(of), Json::String(text)) => of.member(text).is_some(),
        (Shape::Bytes, Json::Array(items)) => items.iter().all(Json::is_u64),
        (Shape::List(element), Json::Array(items)) => items.iter().all(|item| fits(element, item)),
        (Shape::Array { element, len }, Json::Array(items)) => {
            items.len() == *len && items.iter().all(|item| fits(element, item))
        }
        (Shape::Tuple(shapes), Json::Array(items)) => {
            shapes.len() == items.len() && shapes.iter().zip(items).all(|(s, item)| fits(s, item))
        }
        (Shape::Struct(of), Json::Array(items)) => {
            let mut pairs = of.fields.iter().zip(items);
            of.fields.len() == items.len() && pairs.all(|(f, item)| fits(&f.shape, item))
        }
        (Shape::Struct(of), Json::Object(entries)) => entries.iter().all(|(key, value)| {
            of.field(key)
                .is_some_and(|(_, field)| fits(&field.shape, value))
        }),
        (Shape::Map { value: of, .. }, Json::Object(entries)) => {
            entries.values().all(|value| fits(of, value))
        }
        (Shape::Optional(inner), value) => fits(inner, value),
        (Shape::OneOf(shapes), value) => shapes.iter().any(|shape| fits(shape, value)),
        _ => false,
    }
}

/// Some value of `shape`.
pub(super) fn fresh(shape: &Shape) -> Json {
    match shape {
        Shape::Bool => json!(true),
        Shape::Int(_) => json!(1),
        Shape::F32 | Shape::F64 => json!(0.5),
        Shape::Str => json!("name"),
        Shape::File => json!("file.bin"),
        Shape::Model => json!("model.blob"),
        Shape::Duration => json!("10ms"),
        Shape::Bytes => json!([0, 255]),
        Shape::Enum(of) => json!(last(of)),
        Shape::Struct(of) => table(of),
        Shape::List(element) => json!([fresh(element)]),
        Shape::Array { element, len } => (0..*len).map(|_| fresh(element)).collect(),
        Shape::Tuple(shapes) => shapes.iter().map(fresh).collect(),
        Shape::Map { key, value } => {
            let key = match fresh(key) {
                Json::String(text) => text,
                other => other.to_string(),
            };
            json!({ key: fresh(value) })
        }
        Shape::Optional(inner) => fresh(inner),
        Shape::OneOf(shapes) => shapes.first().map_or(Json::Null, fresh),
    }
}

fn last(of: &EnumShape) -> &'static str {
    of.members.last().map_or("", |member| member.name)
}

/// A table with one key, rather a choice than a number.
pub(super) fn table(of: &StructShape) -> Json {
    let Value::Struct(values) = (of.default)() else {
        return Json::Null;
    };
    let pairs = of.fields.iter().zip(&values);
    let shown = pairs.filter_map(|(field, value)| {
        let value = match field.shape {
            Shape::Struct(inner) => Some(table(inner)),
            shape => written(&shape, value),
        };
        Some((field, value?))
    });
    let shown: Vec<_> = shown.collect();
    let choice = shown
        .iter()
        .find(|(field, _)| matches!(field.shape, Shape::Enum(_) | Shape::Bool));
    match choice.or(shown.first()) {
        Some((field, value)) => json!({ field.key: value }),
        None => json!({}),
    }
}
