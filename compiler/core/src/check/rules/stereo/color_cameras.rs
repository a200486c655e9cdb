//! The colour cameras of an application by socket, and where a StereoDepth says to which of them
//! depth is aligned.

use std::collections::BTreeMap;

use oakc_runtime_schema::camera::CameraBoardSocket as Socket;
use oakc_runtime_schema::nodes::camera::CameraProperties;
use oakc_runtime_schema::nodes::color_camera::ColorCameraProperties;

use crate::check::Context;
use crate::graph::NodeRef;

/// Where the view of a StereoDepth is written.
pub(super) const ALIGN_KEYS: &[&str] = &[
    "depth_align",
    "depth_align_camera",
    "initial_config.depth_align",
    "initial_config.algorithm_control.depth_align",
];

/// The nodes whose frames have an `isp` size that depth can be aligned to.
pub(super) struct ColorCameras<'a> {
    by_socket: BTreeMap<Socket, NodeRef<'a>>,
    /// Whether there can be others: nodes that could not be read, or that name their camera
    /// otherwise.
    pub(super) complete: bool,
}

impl<'a> ColorCameras<'a> {
    pub(super) fn find(context: &Context<'a>) -> Self {
        let color = context
            .each::<ColorCameraProperties>()
            .map(|(node, camera)| (node, camera.board_socket, camera.camera_name));
        let any = context
            .each::<CameraProperties>()
            .map(|(node, camera)| (node, camera.board_socket, camera.camera_name));
        let mut found = Self {
            by_socket: BTreeMap::new(),
            complete: context.graph.is_complete()
                && context.graph.node_refs().all(|n| n.config.sound),
        };
        for (node, socket, name) in color.chain(any) {
            found.complete &= name.is_empty();
            // A camera without a socket takes that of the colour camera.
            let socket = if socket == Socket::AUTO {
                Socket::CAM_A
            } else {
                socket
            };
            found.by_socket.entry(socket).or_insert(node);
        }
        found
    }

    pub(super) fn on(&self, socket: Socket) -> Option<&NodeRef<'a>> {
        self.by_socket.get(&socket)
    }
}
