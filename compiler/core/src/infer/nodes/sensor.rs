//! What all nodes that read an image sensor have in common: rate, socket, pools.
//!
//! In: a node and its properties. Out: facts, each with the place in the configuration it comes
//! from. Never: a rate above the limit of the sensor, or a socket that the device chooses.

use oakc_runtime_schema::camera::CameraBoardSocket;
use oakc_runtime_schema::image::FrameType;

use crate::graph::NodeRef;
use crate::infer::Fact;

/// The rate that is asked for, as far as the sensor can do it. A rate that no sensor can have says
/// nothing.
pub(super) fn fps(node: &NodeRef<'_>, fps: f32, max_fps: Option<f64>) -> Option<Fact<f64>> {
    // Single precision holds about seven digits; the rest would show in messages.
    let fps = (f64::from(fps) * 1e4).round() / 1e4;
    if fps <= 0.0 || !fps.is_finite() {
        return None;
    }
    let span = node.span(&["fps"]);
    Some(match max_fps {
        Some(max_fps) if max_fps < fps => Fact::new(max_fps, span, "the sensor's limit"),
        _ => Fact::new(fps, span, "the camera's rate"),
    })
}

/// The socket that is asked for. Where the device chooses, nothing is known.
pub(super) fn socket(
    node: &NodeRef<'_>,
    socket: CameraBoardSocket,
    camera_name: &str,
) -> Option<Fact<CameraBoardSocket>> {
    let chosen = socket != CameraBoardSocket::AUTO && camera_name.is_empty();
    let span = || node.span(&["board_socket", "cam_id"]);
    chosen.then(|| Fact::new(socket, span(), "the camera's socket"))
}

/// Frames of a pool; `keys` are the ways to write it.
pub(super) fn pool(node: &NodeRef<'_>, frames: i32, keys: &[&str]) -> Option<Fact<u64>> {
    let frames = u64::try_from(frames).ok()?;
    Some(Fact::new(frames, node.span(keys), "the pool's frames"))
}

/// How `raw` frames are stored.
pub(super) fn raw_type(node: &NodeRef<'_>, packed: Option<bool>) -> Fact<FrameType> {
    let frame_type = match packed {
        Some(false) => FrameType::RAW10,
        _ => FrameType::PACK10,
    };
    let span = node.span(&["raw_packed", "raw_output_packed"]);
    Fact::new(frame_type, span, "how raw frames are stored")
}
