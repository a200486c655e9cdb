//! What a program does.
//!
//! In: a program. Out: the facts that the checks of an application ask for, with positions in bytes
//! of the script as it was given. Never: a fact that is only possible and does not say so.

mod buffers;
mod connections;
mod device;
mod files;
mod hoards;
mod hosts;
mod imports;
mod loops;
mod network;
mod order;
pub(crate) mod params;
mod ports;
mod reach;
mod streams;
mod waiting;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

pub use buffers::{Overflow, Unmeasured};
pub use connections::{Connections, NetworkCall, Send};
pub use device::DeviceUse;
pub use files::OpenedFile;
pub use hoards::Hoard;
pub use hosts::{HostKind, HostUse, Lookup, Purpose};
pub use imports::{Import, ImportedName};
pub use order::FirstSend;
pub use ports::{Method, PortName, PortUse};
pub use streams::RtspStream;

use crate::margin::Dedented;
use crate::program::Program;

/// What a script does.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Every import.
    pub imports: Vec<Import>,
    /// Every use of `node.io[…]`.
    pub ports: Vec<PortUse>,
    /// Whether `node.io` is passed on as a whole, so that any port may be used in any way.
    pub ports_escape: bool,
    /// What the script waits for before it first sends to each output; empty where that is not certain.
    pub first_sends: Vec<FirstSend>,
    /// Whether the script may open a connection: it uses a module for that, or one that is not known.
    pub uses_network: bool,
    /// Every constant that is used as a host.
    pub hosts: Vec<HostUse>,
    /// What the script does so that its sockets take names.
    pub lookup: Lookup,
    /// The heads of loops that never end and never wait while there is nothing to do.
    pub busy_loops: Vec<Range<usize>>,
    /// Messages that are given more bytes than they have room for.
    pub overflows: Vec<Overflow>,
    /// Messages of a fixed size that are given text of any length.
    pub unmeasured: Vec<Unmeasured>,
    /// What is done with TCP connections.
    pub connections: Connections,
    /// Streams of servers of `oakc.rtsp`.
    pub streams: Vec<RtspStream>,
    /// Absolute paths that are opened.
    pub opened: Vec<OpenedFile>,
    /// Containers that keep the messages of an input.
    pub hoards: Vec<Hoard>,
    /// Uses of the camera's own interfaces: `GPIO.setup`, `Device.readCalibration2`…
    pub device: Vec<DeviceUse>,
    /// Constants that are absolute paths of the camera's file system.
    pub paths: Vec<(String, Range<usize>)>,
    /// Calls that write to the log: `node.warn`, `print`…
    pub logs: Vec<Range<usize>>,
    /// The parameters of the application that it takes from `oakc.params`, and where.
    pub params: Vec<(String, Range<usize>)>,
    /// Whether the script does anything besides logging: it sends messages, opens files, uses modules
    /// that communicate… or does something that is not understood.
    pub has_effects: bool,
}

impl Facts {
    /// Collects the facts about a program.
    pub(crate) fn new(program: &Program<'_>, text: &Dedented<'_>) -> Self {
        let (ports, ports_escape) = ports::uses(program, text);
        let imports = imports::all(program, text);
        let has_effects = ports_escape
            || ports.iter().any(PortUse::may_send)
            || device::has_effects(program, &imports);
        Self {
            uses_network: network::is_used(program),
            hosts: hosts::uses(program, text),
            lookup: hosts::lookup(program),
            busy_loops: loops::busy(program, text),
            overflows: buffers::overflows(program, text),
            unmeasured: buffers::unmeasured(program, text),
            connections: connections::uses(program, text),
            streams: streams::made(program, text),
            opened: files::opened(program, text),
            hoards: hoards::all(program, text),
            device: device::uses(program, text),
            paths: device::paths(program, text),
            logs: device::logs(program, text),
            first_sends: if ports_escape {
                Vec::new()
            } else {
                order::first_sends(program, text, &ports, &imports)
            },
            params: Vec::new(),
            has_effects,
            imports,
            ports,
            ports_escape,
        }
    }

    /// The names of the ports that the script may use, in whatever way; `None` if those are any.
    pub fn usable_ports(&self) -> Option<BTreeSet<&str>> {
        if self.ports_escape || self.ports.iter().any(|used| used.computed) {
            return None;
        }
        let names = self.ports.iter().flat_map(|used| &used.names);
        Some(names.map(|name| name.name.as_str()).collect())
    }

    /// The inputs on which the script certainly waits before it first sends to an output, and where.
    pub fn awaited_before(&self, output: &str) -> BTreeMap<&str, &Range<usize>> {
        // They are sorted by output: the one whose name is computed, which may be any, is the first.
        let computed = self.first_sends.first();
        let computed = computed.filter(|send| send.output.is_none());
        let place = self
            .first_sends
            .binary_search_by(|send| send.output.as_deref().cmp(&Some(output)));
        let named = place.ok().and_then(|place| self.first_sends.get(place));
        let mut here = computed.into_iter().chain(named);
        let Some(first) = here.next() else {
            return BTreeMap::new();
        };
        let other = here.next();
        let awaited = first.awaited.iter();
        let awaited = awaited
            .filter(|(input, _)| other.is_none_or(|other| other.awaited.contains_key(*input)));
        awaited
            .map(|(input, range)| (input.as_str(), range))
            .collect()
    }
}
