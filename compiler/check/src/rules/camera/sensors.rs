//! The nodes that read image sensors, as all rules about sockets see them.

use oakc_runtime_schema::camera::CameraBoardSocket;
use oakc_runtime_schema::nodes::camera::CameraProperties;
use oakc_runtime_schema::nodes::color_camera::ColorCameraProperties;
use oakc_runtime_schema::nodes::mono_camera::MonoCameraProperties;

use crate::Context;
use oakc_core::graph::NodeRef;

/// Where a node says which sensor it reads.
pub(super) const PLACE_KEYS: &[&str] = &["board_socket", "cam_id", "camera", "camera_name"];

/// A node that reads an image sensor.
pub(super) struct Reader<'a> {
    pub node: NodeRef<'a>,
    /// The socket as it is written.
    pub socket: CameraBoardSocket,
    /// The name of the camera as it is written; empty for none.
    pub name: String,
    /// The socket that it gets, where that is certain.
    pub place: Option<CameraBoardSocket>,
}

/// All of them, in the order of the configuration.
pub(super) fn readers<'a>(context: &Context<'a>) -> Vec<Reader<'a>> {
    let read = |node: NodeRef<'a>| {
        let (socket, name) = asked(&node)?;
        let named = || context.camera?.named(&name).map(|place| place.socket);
        let place = match socket {
            _ if !name.is_empty() => named(),
            CameraBoardSocket::AUTO => None,
            socket => Some(socket),
        };
        Some(Reader {
            node,
            socket,
            name,
            place,
        })
    };
    context.nodes().filter_map(read).collect()
}

fn asked(node: &NodeRef<'_>) -> Option<(CameraBoardSocket, String)> {
    if let Some(camera) = node.properties::<ColorCameraProperties>() {
        return Some((camera.board_socket, camera.camera_name));
    }
    if let Some(camera) = node.properties::<CameraProperties>() {
        return Some((camera.board_socket, camera.camera_name));
    }
    let camera = node.properties::<MonoCameraProperties>()?;
    Some((camera.board_socket, camera.camera_name))
}
