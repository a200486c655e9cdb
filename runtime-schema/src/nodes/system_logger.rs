//! `SystemLogger`: reports on memory, temperature and load out.

use crate::datatype::Datatype;
use crate::node::{Accepts, ModelRole, NodeKind, Output, Processors, Role, Start};
use crate::reflect::{Reflect, Set, Setter};

/// Properties of `SystemLogger`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct SystemLoggerProperties {
    /// Reports per second; fractions are allowed.
    #[reflect(default = 1.0)]
    pub rate_hz: f32,
}

/// The node kind `SystemLogger`.
pub static KIND: NodeKind = NodeKind {
    schema_name: "SystemLogger",
    doc: "Reports memory, chip temperature and processor load at a steady rate.",
    role: Role::Source,
    model: ModelRole::None,
    processors: Processors::NONE,
    start: Start::ALWAYS,
    properties: SystemLoggerProperties::SHAPE,
    default_properties: || SystemLoggerProperties::default().to_value(),
    setters: SETTERS,
    inputs: &[],
    outputs: &[Output::new(
        "out",
        &[Accepts::exactly(Datatype::SystemInformation)],
    )],
    input_map: None,
    output_map: None,
};

static SETTERS: &[Setter] = &[Setter {
    key: "rate",
    methods: &["setRate"],
    doc: "Reports per second; the same as `rate_hz`.",
    apply: &Set(|logger: &mut SystemLoggerProperties, hz| logger.rate_hz = hz),
}];
