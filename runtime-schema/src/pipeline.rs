//! The `pipeline` section: nodes, ports, links and the properties of the pipeline as a whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::eeprom::EepromData;
use crate::reflect::{Bytes, Effects, File, Reflect, Setter, Shape, StructShape, With, from_json};

/// Properties of the pipeline as a whole.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(setters = SETTERS)]
pub struct GlobalProperties {
    /// Clock of the processor LEON_CSS in hertz.
    #[reflect(default = 700_000_000.0)]
    pub leon_css_frequency_hz: f64,
    /// Clock of the processor LEON_MSS in hertz.
    #[reflect(default = 700_000_000.0)]
    pub leon_mss_frequency_hz: f64,
    /// A name for the pipeline; it is not used.
    pub pipeline_name: Option<String>,
    /// A version for the pipeline; it is not used.
    pub pipeline_version: Option<String>,
    /// Size in bytes of the asset in `camera_tuning_blob_uri`. The shorthand `camera_tuning` sets
    /// both.
    pub camera_tuning_blob_size: Option<u32>,
    /// The asset that tunes the image sensors: `asset:KEY`.
    pub camera_tuning_blob_uri: String,
    /// Calibration that replaces the camera's own. The shorthand `calibration` reads it from a
    /// file.
    pub calib_data: Option<EepromData>,
    /// Size in bytes of the chunks in which messages are sent to a host; 0 disables splitting, a
    /// negative value lets the device choose (64 KiB).
    #[reflect(default = -1)]
    pub xlink_chunk_size: i32,
    /// Bytes of fast memory for the hardware filters (ISP, warp, median…), a multiple of 64; 0 uses
    /// 256 KiB of slow memory instead. The device logs a message if it is too small.
    #[reflect(default = 18_432)]
    pub sipp_buffer_size: u32,
    /// Bytes of fast memory for the transfers of the hardware filters, a multiple of 64 and not 0.
    #[reflect(default = 16_384)]
    pub sipp_dma_buffer_size: u32,
}

/// A node in the schema.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct NodeObjInfo {
    /// Its ID, the same as its key in `nodes`.
    #[reflect(default = -1)]
    pub id: i64,
    /// The device's name for its kind.
    pub name: String,
    /// Its properties, encoded separately.
    pub properties: Bytes,
    /// Its ports, by group and name.
    pub io_info: BTreeMap<(String, String), NodeIoInfo>,
}

/// A port in the schema.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct NodeIoInfo {
    /// The port map it belongs to; empty for a separate port.
    pub group: String,
    /// Its name.
    pub name: String,
    /// Whether it sends or receives.
    #[reflect(default = IoType::SReceiver)]
    pub r#type: IoType,
    /// Whether a full queue stops the sender (true) or drops the oldest message (false).
    #[reflect(default = true)]
    pub blocking: bool,
    /// Messages that the queue holds.
    #[reflect(default = 8)]
    pub queue_size: i32,
    /// Whether the node waits for a message here before it goes on.
    pub wait_for_message: bool,
    /// A number that is unique among the ports of the pipeline.
    pub id: u32,
}

/// A link in the schema.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct NodeConnectionSchema {
    /// The sending node.
    #[reflect(default = -1)]
    pub node1_id: i64,
    /// The port map of the output; empty for none.
    pub node1_output_group: String,
    /// The output.
    pub node1_output: String,
    /// The receiving node.
    #[reflect(default = -1)]
    pub node2_id: i64,
    /// The port map of the input; empty for none.
    pub node2_input_group: String,
    /// The input.
    pub node2_input: String,
}

/// The `pipeline` section of a package.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct PipelineSchema {
    /// The links; their order does not matter.
    pub connections: Vec<NodeConnectionSchema>,
    /// The properties of the pipeline as a whole.
    pub global_properties: GlobalProperties,
    /// The nodes, by ID.
    pub nodes: BTreeMap<i64, NodeObjInfo>,
}

/// The direction of a port and the kind of sender or receiver that it is: an M sender is linked to
/// an S receiver, and the other way round.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "NodeIoInfo::Type")]
#[repr(i32)]
pub enum IoType {
    /// Every output of the library's nodes.
    #[default]
    MSender = 0,
    /// Not used by the library.
    SSender = 1,
    /// Not used by the library.
    MReceiver = 2,
    /// Every input of the library's nodes.
    SReceiver = 3,
}

static SETTERS: &[Setter] = &[
    Setter {
        key: "camera_tuning",
        methods: &["setCameraTuningBlobPath"],
        doc: "A tuning file for the image sensors; it replaces the tuning in the firmware.",
        apply: &With(tune),
    },
    Setter {
        key: "camera_tuning_blob_path",
        methods: &["setCameraTuningBlobPath"],
        doc: "The same as `camera_tuning`.",
        apply: &With(tune),
    },
    Setter {
        key: "calibration",
        methods: &["setCalibrationData"],
        doc: "A calibration in JSON, as written by the library, that replaces the camera's own.",
        apply: &With(calibrate),
    },
    Setter {
        key: "calibration_data",
        methods: &["setCalibrationData"],
        doc: "The same as `calibration`.",
        apply: &With(calibrate),
    },
];

fn tune(
    pipeline: &mut GlobalProperties,
    blob: Arc<File>,
    effects: &mut Effects,
) -> Result<(), String> {
    let size = u32::try_from(blob.bytes.len());
    pipeline.camera_tuning_blob_size = Some(size.map_err(|_| "the file is larger than 4 GiB")?);
    pipeline.camera_tuning_blob_uri = effects.asset("camTuning", Arc::clone(&blob.bytes));
    Ok(())
}

fn calibrate(
    pipeline: &mut GlobalProperties,
    calibration: Arc<File>,
    _: &mut Effects,
) -> Result<(), String> {
    pipeline.calib_data = Some(eeprom_from_json(&calibration.bytes)?);
    Ok(())
}

/// Reads a calibration file. Members that are missing at its top level keep their defaults; below
/// that nothing may be missing, as in the library.
fn eeprom_from_json(bytes: &[u8]) -> Result<EepromData, String> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let json: Json =
        serde_json::from_slice(bytes).map_err(|error| format!("not valid JSON: {error}"))?;
    let refused = |error: &dyn std::fmt::Display| format!("not a calibration: {error}");
    let value = from_json(&EepromData::SHAPE, &json).map_err(|error| refused(&error))?;
    if let (Shape::Struct(eeprom), Json::Object(object)) = (EepromData::SHAPE, &json) {
        for field in eeprom.fields {
            if let Some(json) = object.get(field.name) {
                complete(&field.shape, json).map_err(|missing| refused(&missing))?;
            }
        }
    }
    EepromData::from_value(&value).map_err(|error| refused(&error))
}

/// Refuses JSON in which a struct of `shape` lacks a member; the error names the member.
fn complete(shape: &Shape, json: &Json) -> Result<(), String> {
    match (shape, json) {
        (Shape::Struct(of), Json::Object(object)) => members(of, object),
        (Shape::Map { value, .. }, Json::Object(entries)) => {
            entries.values().try_for_each(|json| complete(value, json))
        }
        (Shape::Map { value, .. }, Json::Array(pairs)) => pairs
            .iter()
            .filter_map(|pair| pair.get(1))
            .try_for_each(|json| complete(value, json)),
        _ => Ok(()),
    }
}

fn members(of: &StructShape, object: &serde_json::Map<String, Json>) -> Result<(), String> {
    for field in of.fields {
        match object.get(field.name) {
            Some(json) => complete(&field.shape, json)?,
            None => return Err(format!("{} lacks `{}`", of.name, field.name)),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::CameraBoardSocket;

    const CAMERA: &str = r#"{"cameraType": 0, "width": 1280, "height": 800, "specHfovDeg": 71.5,
        "lensPosition": 0, "intrinsicMatrix": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        "distortionCoeff": [0.5], "extrinsics": {"rotationMatrix": [], "toCameraSocket": -1,
        "translation": {"x": 0, "y": 0, "z": 0}, "specTranslation": {"x": 0, "y": 0, "z": 0}}}"#;

    fn read(json: &str) -> Result<EepromData, String> {
        eeprom_from_json(json.as_bytes())
    }

    #[test]
    fn a_calibration_may_omit_members_at_its_top_level() {
        let data = read(&format!(
            r#"{{"version": 6, "cameraData": [[2, {CAMERA}]]}}"#
        ))
        .unwrap();
        assert_eq!(data.version, 6);
        assert!(data.stereo_use_spec_translation);
        assert_eq!(data.camera_data[&CameraBoardSocket::CAM_C].width, 1280);
    }

    #[test]
    fn a_calibration_with_a_gap_further_down_is_refused_by_name() {
        let camera = CAMERA.replace(r#""lensPosition": 0,"#, "");
        let error = read(&format!(r#"{{"cameraData": [[2, {camera}]]}}"#)).unwrap_err();
        assert_eq!(error, "not a calibration: CameraInfo lacks `lensPosition`");
    }

    #[test]
    fn a_calibration_with_a_wrong_type_is_refused_with_its_path() {
        let camera = CAMERA.replace("1280", "70000");
        let error = read(&format!(r#"{{"cameraData": [[2, {camera}]]}}"#)).unwrap_err();
        assert!(error.contains("from 0 to 65535"), "{error}");
        assert!(error.contains("width"), "{error}");
    }

    #[test]
    fn other_files_are_refused_as_calibrations() {
        for text in ["", "[]", "7", "\u{FEFF}{", r#"{"cameraData": [[99, {}]]}"#] {
            assert!(read(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn camera_tuning_becomes_an_asset_of_the_pipeline() {
        let mut effects = Effects::default();
        let mut pipeline = GlobalProperties::default();
        let file = File {
            path: "tuning.bin".to_owned(),
            bytes: Arc::new([1, 2, 3]),
        };
        tune(&mut pipeline, Arc::new(file), &mut effects).unwrap();
        assert_eq!(pipeline.camera_tuning_blob_uri, "asset:camTuning");
        assert_eq!(pipeline.camera_tuning_blob_size, Some(3));
        assert_eq!(effects.assets["camTuning"].alignment, 64);
    }
}
