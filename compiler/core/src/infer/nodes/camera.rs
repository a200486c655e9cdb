//! `Camera`.
//!
//! In: the node's properties. Out: what its outputs send, as far as sizes and rate are configured.
//! Never: the size of `raw` and `isp`: the device chooses the mode of the sensor.

use oakc_runtime_schema::nodes::camera::{CameraProperties, ColorOrder};

use super::processed::{Auto, Pools, Processing};
use super::sensor;
use crate::infer::{Inference, PreviewFormat};

pub(super) fn infer(inference: &mut Inference<'_, '_>) {
    let node = inference.node;
    let Some(camera) = node.properties::<CameraProperties>() else {
        return;
    };
    let processing = Processing {
        node,
        raw: None,
        isp: None,
        auto_video: Auto::Unknown,
        auto_still: Auto::Unknown,
        fps: sensor::fps(node, camera.fps, None),
        socket: camera.board_socket,
        camera_name: &camera.camera_name,
        preview: [camera.preview_width, camera.preview_height],
        video: [camera.video_width, camera.video_height],
        still: [camera.still_width, camera.still_height],
        format: PreviewFormat {
            rgb: camera.color_order == ColorOrder::RGB,
            interleaved: camera.interleaved,
            fp16: camera.fp16,
        },
        // Left open, it depends on the sensor.
        raw_type: camera
            .raw_packed
            .map(|_| sensor::raw_type(node, camera.raw_packed)),
        pools: Pools {
            raw: camera.num_frames_pool_raw,
            isp: camera.num_frames_pool_isp,
            video: camera.num_frames_pool_video,
            still: camera.num_frames_pool_still,
            preview: camera.num_frames_pool_preview,
        },
    };
    processing.infer(inference);
}
