//! A package of the real library with one node of every kind: its sections decode, encode to the same
//! bytes, and contain what the library's own JSON says.

use std::path::Path;
use std::process::Command;

use oakc_core::package::inspect::Package;
use oakc_runtime_schema::assets::AssetMap;
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::nop::{decode, encode, from_bytes, to_bytes};
use oakc_runtime_schema::pipeline::PipelineSchema;
use oakc_runtime_schema::reflect::{EnumStyle, Value, to_json};
use oakc_runtime_schema::sbr;
use oakc_tests::reference::python;

/// What the reference builds: one node of every kind, some settings, a few links.
const REFERENCE: &str = r#"
import json, sys
import depthai as dai

pipeline = dai.Pipeline()
pipeline.setXLinkChunkSize(300)
pipeline.setSippBufferSize(18 * 1024 + 64)
nodes = {name: pipeline.create(getattr(dai.node, name)) for name in sys.argv[2].split(",")}
nodes["ColorCamera"].setPreviewSize(300, 301)
nodes["ColorCamera"].setVideoSize(300, 302)
nodes["ColorCamera"].initialControl.setManualExposure(20000, 400)
nodes["ColorCamera"].initialControl.setMisc("a", 0.5)
nodes["ImageManip"].initialConfig.setResize(300, 300)
nodes["ImageManip"].initialConfig.setWarpBorderFillColor(255, 127, 128)
nodes["IMU"].enableIMUSensor([dai.IMUSensor.ACCELEROMETER_RAW, dai.IMUSensor.GYROSCOPE_RAW], 400)
nodes["YoloDetectionNetwork"].setAnchors([10, 14, 23.5, 27])
nodes["YoloDetectionNetwork"].setAnchorMasks({"side26": [1, 2, 3]})
nodes["EdgeDetector"].initialConfig.setSobelFilterKernels(
    [[1, 0, -1], [2, 0, -2], [1, 0, -1]], [[1, 2, 1], [0, 0, 0], [-1, -2, -1]])
nodes["Script"].setScript("pass", "name")
nodes["ColorCamera"].preview.link(nodes["ImageManip"].inputImage)
nodes["ImageManip"].out.link(nodes["YoloDetectionNetwork"].input)
nodes["YoloDetectionNetwork"].out.link(nodes["Script"].inputs["detections"])
dai.DeviceBootloader.saveDepthaiApplicationPackage(sys.argv[1], pipeline)
schema = pipeline.serializeToJson()["pipeline"]
# Real stdout is for this line alone.
print("\n" + json.dumps(schema))
"#;

fn reference_package(python: &Path, path: &Path) -> serde_json::Value {
    let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
    let output = Command::new(python)
        .args(["-c", REFERENCE])
        .arg(path)
        .arg(kinds.join(","))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the reference failed:\n{errors}");
    let printed = String::from_utf8(output.stdout).unwrap();
    serde_json::from_str(printed.lines().last().unwrap()).unwrap()
}

/// The order of a map in the library's bytes is arbitrary, so maps of several entries cannot be compared
/// as bytes.
fn has_map_of_several(value: &Value) -> bool {
    match value {
        Value::Map(entries) => {
            entries.len() > 1 || entries.iter().any(|(_, value)| has_map_of_several(value))
        }
        Value::Struct(parts) | Value::List(parts) => parts.iter().any(has_map_of_several),
        Value::Optional(Some(inner)) => has_map_of_several(inner),
        _ => false,
    }
}

#[test]
fn a_package_of_the_real_library_decodes_and_encodes_to_the_same_bytes() {
    let Some(python) = python() else { return };
    let file = tempfile::NamedTempFile::new().unwrap();
    let json = reference_package(&python, file.path());
    let bytes = std::fs::read(file.path()).unwrap();
    let package = Package::parse(&bytes).unwrap();

    let bytes = package.section(sbr::PIPELINE).unwrap();
    let schema: PipelineSchema = from_bytes(bytes).unwrap();
    assert_eq!(to_bytes(&schema).unwrap().len(), bytes.len());
    assert_eq!(schema.nodes.len(), Kind::ALL.len());
    assert_eq!(schema.connections.len(), 3);
    assert_eq!(schema.global_properties.xlink_chunk_size, 300);
    from_bytes::<AssetMap>(package.section(sbr::ASSETS).unwrap()).unwrap();

    for (id, node) in &schema.nodes {
        let kind = Kind::ALL[usize::try_from(*id).unwrap()];
        assert_eq!(node.name, kind.schema_name);
        let value = decode(&kind.properties, &node.properties.0).unwrap();
        let encoded = encode(&kind.properties, &value).unwrap();
        assert_eq!(encoded.len(), node.properties.0.len(), "{}", kind.name());
        if !has_map_of_several(&value) {
            assert_eq!(encoded, node.properties.0, "{}", kind.name());
        }
        check_json(
            kind.name(),
            &to_json(&kind.properties, &value, EnumStyle::Numbers),
            &json,
            *id,
        );
    }
}

/// Every scalar that the library shows in its JSON is the one that was decoded; floats as f32.
fn check_json(name: &str, ours: &serde_json::Value, schema: &serde_json::Value, id: i64) {
    let nodes = schema["nodes"].as_array().unwrap();
    let node = nodes.iter().find(|entry| entry[0] == id).unwrap();
    let theirs = &node[1]["properties"];
    assert!(!theirs.is_null(), "{name} has no properties in the JSON");
    same(name, ours, theirs);
}

#[expect(clippy::cast_possible_truncation, reason = "the wire has 32 bits")]
fn same(path: &str, ours: &serde_json::Value, theirs: &serde_json::Value) {
    use serde_json::Value as Json;
    match (ours, theirs) {
        (Json::Object(a), Json::Object(b)) => {
            assert_eq!(a.len(), b.len(), "members of {path}");
            a.iter()
                .for_each(|(key, value)| same(&format!("{path}.{key}"), value, &theirs[key]));
        }
        (Json::Array(a), Json::Array(b)) => {
            assert_eq!(a.len(), b.len(), "length of {path}");
            a.iter().zip(b).for_each(|(a, b)| same(path, a, b));
        }
        (Json::Number(a), Json::Number(b)) => {
            let bits = |x: f64| (x as f32).to_bits();
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            // A C++ char is signed in JSON and unsigned in the bytes.
            let is_char = path.contains(".bg") && bits(a) == bits(b + 256.0);
            assert!(bits(a) == bits(b) || is_char, "{path}: {a} and {b}");
        }
        _ => assert_eq!(ours, theirs, "{path}"),
    }
}
