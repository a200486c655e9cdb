//! The nodes that read image sensors, as all rules about sockets see them.

use oakc_runtime_schema::camera::CameraBoardSocket;
use oakc_runtime_schema::reflect::{Reflect, Shape, Value};

use crate::Context;
use oakc_core::graph::NodeRef;

/// The keys with which a node selects its sensor.
pub(super) const PLACE_KEYS: &[&str] = &["board_socket", "cam_id", "camera", "camera_name"];

/// A node that reads an image sensor.
pub(super) struct Reader<'a> {
    pub node: NodeRef<'a>,
    /// The socket as written.
    pub socket: CameraBoardSocket,
    /// The name of the camera as written; empty for none.
    pub name: String,
    /// The socket that it gets, if that is certain.
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

/// The socket and the name in its properties, which every kind that reads a sensor has.
fn asked(node: &NodeRef<'_>) -> Option<(CameraBoardSocket, String)> {
    let reads = node.kind().is_camera() && node.config.sound;
    let field = |key| property(node, key);
    let socket = CameraBoardSocket::from_value(field("board_socket").filter(|_| reads)?);
    let name = String::from_value(field("camera_name")?);
    socket.ok().zip(name.ok())
}

fn property<'a>(node: &NodeRef<'a>, key: &str) -> Option<&'a Value> {
    match (&node.kind().properties, &node.config.properties) {
        (Shape::Struct(of), Value::Struct(fields)) => fields.get(of.field(key)?.0),
        _ => None,
    }
}
