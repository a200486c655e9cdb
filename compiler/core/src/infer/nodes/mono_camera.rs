//! `MonoCamera`: brightness at the sensor's size and rate.

use oakc_runtime_schema::image::FrameType;
use oakc_runtime_schema::nodes::mono_camera::{MonoCameraProperties, SensorResolution};

use crate::infer::{Fact, Flow, Inference, Size};

pub(super) fn infer(turn: &mut Inference<'_, '_>) {
    let node = turn.node;
    let Some(camera) = node.properties::<MonoCameraProperties>() else {
        return;
    };
    let pool = |frames: i32, key| {
        let frames = u64::try_from(frames).ok()?;
        Some(Fact::new(frames, node.span(&[key]), "the pool's frames"))
    };
    let socket = node.span(&["board_socket", "cam_id"]);
    let resolution = node.span(&["resolution"]);
    let out = Flow {
        frame_type: Some(Fact::new(
            FrameType::RAW8,
            node.config.kind_span,
            "a mono camera",
        )),
        size: Some(Fact::new(
            size(camera.resolution),
            resolution,
            "the sensor's resolution",
        )),
        fps: Some(Fact::new(
            f64::from(camera.fps),
            node.span(&["fps"]),
            "the camera's rate",
        )),
        bytes: None,
        socket: Some(Fact::new(
            camera.board_socket,
            socket,
            "the camera's socket",
        )),
        pool: pool(camera.num_frames_pool, "num_frames_pool"),
    };
    let raw = Flow {
        frame_type: Some(Fact::new(
            FrameType::PACK10,
            node.config.kind_span,
            "raw frames",
        )),
        pool: pool(camera.num_frames_pool_raw, "num_frames_pool_raw"),
        ..out.clone()
    };
    turn.output("out", out.with_frame_bytes());
    turn.output("raw", raw.with_frame_bytes());
}

fn size(resolution: SensorResolution) -> Size {
    match resolution {
        SensorResolution::THE_720_P => Size::new(1280, 720),
        SensorResolution::THE_800_P => Size::new(1280, 800),
        SensorResolution::THE_400_P => Size::new(640, 400),
        SensorResolution::THE_480_P => Size::new(640, 480),
        SensorResolution::THE_1200_P => Size::new(1920, 1200),
    }
}
