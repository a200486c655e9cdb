//! The camera node whose frames a ToF node decodes.

use oakc_runtime_schema::camera::{CameraBoardSocket, CameraImageOrientation};
use oakc_runtime_schema::nodes::camera::CameraProperties;
use oakc_runtime_schema::nodes::color_camera::ColorCameraProperties;

use crate::Context;
use oakc_core::graph::{LinkRef, NodeRef};

/// How such a node selects its sensor.
pub(super) struct TofCamera<'a> {
    pub(super) node: NodeRef<'a>,
    pub(super) socket: CameraBoardSocket,
    pub(super) name: String,
    pub(super) orientation: CameraImageOrientation,
}

impl<'a> TofCamera<'a> {
    /// The sender of a link; `None` if it is not a camera.
    pub(super) fn of(context: &Context<'a>, link: &LinkRef<'_>) -> Option<Self> {
        let node = context.graph.node_ref(link.from)?;
        if let Some(camera) = node.properties::<CameraProperties>() {
            return Some(Self {
                node,
                socket: camera.board_socket,
                name: camera.camera_name,
                orientation: camera.image_orientation,
            });
        }
        let camera = node.properties::<ColorCameraProperties>()?;
        Some(Self {
            node,
            socket: camera.board_socket,
            name: camera.camera_name,
            orientation: camera.image_orientation,
        })
    }
}
