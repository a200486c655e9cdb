//! Scripts in the place of XLinkOut nodes.
//!
//! In: a stream that went to a host. Out: a Script node, with the id of the node it replaces, that
//! serves the stream over the network of the camera. Never: a program that needs another file.
//!
//! Each program is complete in itself, because people read it, and so are the programs of the
//! examples that serve pictures. What they share is the same to the letter, which a test enforces
//! (`tests/tests/repository/served.rs`).

use std::collections::BTreeMap;
use std::sync::Arc;

use oakc_runtime_schema::nodes::{Kind, script};
use oakc_runtime_schema::pipeline::{IoType, NodeIoInfo};
use oakc_runtime_schema::processor::ProcessorType;
use oakc_runtime_schema::reflect::{Asset, Reflect};

use super::names::snake_case;
use super::original::OriginalNode;

/// How a stream that went to a host is served instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Serve {
    /// Length and content of each message, on a port of its own from 5000 on.
    Tcp,
    /// A web server on a port of its own from 8080 on.
    Http,
}

/// The input by which a serving script gets its messages; its map on the wire.
pub(super) const INPUT: (&str, &str) = ("io", "stream");

impl Serve {
    /// The first port.
    const fn port(self) -> u16 {
        match self {
            Self::Tcp => 5000,
            Self::Http => 8080,
        }
    }

    const fn template(self) -> &'static str {
        match self {
            Self::Tcp => include_str!("tcp.py"),
            Self::Http => include_str!("http.py"),
        }
    }

    /// Where the `number`th stream is served, for a person.
    pub(super) fn address(self, number: u16) -> String {
        let port = self.port().saturating_add(number);
        match self {
            Self::Tcp => format!("TCP port {port}"),
            Self::Http => format!("http://CAMERA:{port}/"),
        }
    }

    /// The node that serves the `number`th stream.
    pub(super) fn node(self, stream: &str, number: u16) -> OriginalNode {
        let usual = format!("\nPORT = {}\n", self.port());
        let own = format!("\nPORT = {}\n", self.port().saturating_add(number));
        let program = self.template().replacen(&usual, &own, 1);
        let properties = script::ScriptProperties {
            script_uri: "asset:__script".to_owned(),
            script_name: format!("serve_{}.py", snake_case(stream)),
            processor: ProcessorType::LEON_CSS,
        };
        let asset = Asset {
            bytes: Arc::from(program.into_bytes()),
            alignment: 64,
        };
        let (group, name) = INPUT;
        let key = (group.to_owned(), name.to_owned());
        OriginalNode {
            kind: Kind::Script,
            properties: properties.to_value(),
            ports: BTreeMap::from([(key, input())]),
            assets: BTreeMap::from([("__script".to_owned(), asset)]),
        }
    }
}

/// Only the newest message counts: a slow client must never hold up the camera.
fn input() -> NodeIoInfo {
    let (group, name) = INPUT;
    NodeIoInfo {
        group: group.to_owned(),
        name: name.to_owned(),
        r#type: IoType::SReceiver,
        blocking: false,
        queue_size: 1,
        wait_for_message: false,
        id: 0,
    }
}
