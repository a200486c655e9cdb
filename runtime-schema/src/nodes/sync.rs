//! `Sync`: messages from several sources in, groups of those that belong together out.

use crate::datatype::Datatype;
use crate::node::{
    Accepts, Fed, Input, InputMap, ModelRole, NodeKind, Output, Processors, Role, Start,
};
use crate::processor::ProcessorType;
use crate::reflect::{Nanos, Reflect, Setter, With};

/// Properties of `Sync`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct SyncProperties {
    /// How far apart the timestamps of a group's members may be, in nanoseconds. The shorthand
    /// `sync_threshold` accepts a unit.
    #[reflect(default = 10_000_000)]
    pub sync_threshold_ns: u64,
    /// Number of messages replaced while searching for a match before the group is sent as it is;
    /// -1 means no limit.
    #[reflect(default = -1)]
    pub sync_attempts: i32,
    /// The processor that runs the node.
    pub processor: ProcessorType,
}

/// The node kind `Sync`.
pub static KIND: NodeKind = NodeKind {
    schema_name: "Sync",
    doc: "Groups messages whose timestamps are close together, one from each input. A group waits \
          until every input has a match.",
    role: Role::Transform,
    model: ModelRole::None,
    processors: Processors::NONE,
    start: Start {
        inputs: Fed::Any,
        consumer: false,
    },
    properties: SyncProperties::SHAPE,
    default_properties: || SyncProperties::default().to_value(),
    setters: SETTERS,
    inputs: &[],
    outputs: &[Output::new(
        "out",
        &[Accepts::exactly(Datatype::MessageGroup)],
    )],
    input_map: Some(InputMap {
        group: "inputs",
        entry: Input::blocking("", 8, &[Accepts::family(Datatype::Buffer)]),
    }),
    output_map: None,
};

static SETTERS: &[Setter] = &[Setter {
    key: "sync_threshold",
    methods: &["setSyncThreshold"],
    doc: "How far apart the timestamps of a group's members may be, such as `\"10ms\"`.",
    apply: &With(|sync: &mut SyncProperties, threshold: Nanos, _| {
        sync.sync_threshold_ns =
            u64::try_from(threshold.0).map_err(|_| "a threshold cannot be negative")?;
        Ok(())
    }),
}];
