//! What can be wrong with links. Found while the graph is built, so these rules have no check of their
//! own; the registry in `oakc_check::rules` lists them with the others.

use oakc_diag::{Rule, Severity};

/// A link from a node that does not exist.
pub static UNKNOWN_NODE: Rule = Rule {
    code: "OAK017",
    name: "unknown-node",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "A link refers to a node that does not exist.",
    docs: include_str!("rules/unknown_node.md"),
};

/// A port that the node's kind does not have.
pub static UNKNOWN_PORT: Rule = Rule {
    code: "OAK018",
    name: "unknown-port",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "A port does not exist on this type of node.",
    docs: include_str!("rules/unknown_port.md"),
};

/// Message types that do not fit.
pub static INCOMPATIBLE_LINK: Rule = Rule {
    code: "OAK019",
    name: "incompatible-link",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "A link connects ports with incompatible message types.",
    docs: include_str!("rules/incompatible_link.md"),
};

/// The same link twice.
pub static DUPLICATE_LINK: Rule = Rule {
    code: "OAK020",
    name: "duplicate-link",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "One output is linked to the same input twice.",
    docs: include_str!("rules/duplicate_link.md"),
};

/// Two ports of one name.
pub static PORT_COLLISION: Rule = Rule {
    code: "OAK021",
    name: "port-collision",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "Two ports of a node have the same name.",
    docs: include_str!("rules/port_collision.md"),
};

/// Two nodes of one id.
pub static DUPLICATE_ID: Rule = Rule {
    code: "OAK022",
    name: "duplicate-id",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "Two nodes are pinned to the same id, or an id is negative.",
    docs: include_str!("rules/duplicate_id.md"),
};

/// A reference that does not name an output.
pub static MALFORMED_REFERENCE: Rule = Rule {
    code: "OAK023",
    name: "malformed-reference",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "A reference does not name an output of a node.",
    docs: include_str!("rules/malformed_reference.md"),
};
