//! `MonoCamera`.
//!
//! In: the node's properties and the mode of its sensor. Out: grey and raw frames of that size and
//! rate. Never: a mode other than that in which the sensor really runs.

use oakc_runtime_schema::image::FrameType;
use oakc_runtime_schema::nodes::mono_camera::{MonoCameraProperties, SensorResolution};

use super::sensor;
use crate::hardware::outcome;
use crate::infer::{Fact, Flow, Inference, Size};

pub(super) fn infer(inference: &mut Inference<'_, '_>) {
    let node = inference.node;
    let Some(camera) = node.properties::<MonoCameraProperties>() else {
        return;
    };
    let kind = node.config.kind_span;
    let outcome = outcome::mono(inference.camera, &camera);
    let mode = outcome.resolution(camera.resolution);
    let resolution = node.span(&["resolution"]);
    let out = Flow {
        frame_type: Some(Fact::new(FrameType::RAW8, kind, "a mono camera")),
        size: mode.map(|mode| Fact::new(size(mode), resolution, "the sensor's resolution")),
        fps: sensor::fps(node, camera.fps, outcome.max_fps()),
        socket: sensor::socket(node, camera.board_socket, &camera.camera_name),
        pool: sensor::pool(node, camera.num_frames_pool, &["num_frames_pool"]),
        ..Flow::default()
    };
    let raw = Flow {
        frame_type: Some(sensor::raw_type(node, camera.raw_packed)),
        pool: sensor::pool(
            node,
            camera.num_frames_pool_raw,
            &["num_frames_pool_raw", "raw_num_frames_pool"],
        ),
        ..out.clone()
    };
    inference.output("out", out.with_frame_bytes());
    inference.output("raw", raw.with_frame_bytes());
}

/// The frames of a resolution, in pixels.
pub fn size(resolution: SensorResolution) -> Size {
    match resolution {
        SensorResolution::THE_720_P => Size::new(1280, 720),
        SensorResolution::THE_800_P => Size::new(1280, 800),
        SensorResolution::THE_400_P => Size::new(640, 400),
        SensorResolution::THE_480_P => Size::new(640, 480),
        SensorResolution::THE_1200_P => Size::new(1920, 1200),
    }
}
