//! The colour cameras by socket: depth can be aligned to one that no link leads from.

use std::collections::BTreeMap;

use oakc_runtime_schema::camera::CameraBoardSocket;
use oakc_runtime_schema::nodes::color_camera::ColorCameraProperties;

use super::{Facts, Flow};
use crate::graph::{Graph, NodeRef};

/// The processed image of each colour camera.
#[derive(Debug, Default)]
pub(super) struct Views {
    by_socket: BTreeMap<CameraBoardSocket, Flow>,
    /// Whether there may be a camera whose socket is not known.
    more: bool,
}

/// What is known of the colour camera on a socket.
pub enum View<'a> {
    /// There is one, with this processed image.
    Camera(&'a Flow),
    /// There is none.
    Absent,
    /// There may be one.
    Unknown,
}

impl Views {
    pub(super) fn of(graph: &Graph, facts: &Facts) -> Self {
        let mut views = Self {
            by_socket: BTreeMap::new(),
            more: !graph.is_complete(),
        };
        let mut automatic = Vec::new();
        for camera in graph.node_refs().filter(|node| node.has_output("isp")) {
            let isp = facts.output(&camera, "isp");
            match &isp.socket {
                Some(socket) => drop(views.by_socket.insert(socket.value, isp.clone())),
                None if is_automatic(&camera) => automatic.push(isp),
                None => views.more = true,
            }
        }
        views.place(&automatic);
        views
    }

    /// The device puts the first colour camera without a socket on the first socket.
    fn place(&mut self, automatic: &[&Flow]) {
        let first = CameraBoardSocket::CAM_A;
        match automatic {
            [] => {}
            [isp] if !self.by_socket.contains_key(&first) => {
                self.by_socket.insert(first, (*isp).clone());
            }
            _ => self.more = true,
        }
    }

    pub(super) fn of_socket(&self, socket: CameraBoardSocket) -> View<'_> {
        match self.by_socket.get(&socket) {
            Some(isp) => View::Camera(isp),
            None if self.more => View::Unknown,
            None => View::Absent,
        }
    }
}

fn is_automatic(node: &NodeRef<'_>) -> bool {
    let camera = node.properties::<ColorCameraProperties>();
    camera.is_some_and(|camera| camera.camera_name.is_empty())
}
