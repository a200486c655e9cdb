//! What can be wrong with links. Found while the graph is built, so these rules have no check of
//! their own; `check::rules` lists them with the others.

use oakc_diag::{Rule, Severity};

/// A link from a node that does not exist.
pub static UNKNOWN_NODE: Rule = Rule {
    code: "OAK017",
    name: "unknown-node",
    level: Severity::Error,
    summary: "A link from a node that the application does not have.",
    docs: "Links are written at the input: `inputs.NAME = \"node.output\"`.\n",
};

/// A port that the node's kind does not have.
pub static UNKNOWN_PORT: Rule = Rule {
    code: "OAK018",
    name: "unknown-port",
    level: Severity::Error,
    summary: "An input or output that the node's kind does not have.",
    docs: "\
Ports are called as on the device. The host library's attribute `input` is the port `in` on
NeuralNetwork, the detection networks, VideoEncoder and others.
",
};

/// Message types that do not fit.
pub static INCOMPATIBLE_LINK: Rule = Rule {
    code: "OAK019",
    name: "incompatible-link",
    level: Severity::Error,
    summary: "A link between ports whose message types do not fit.",
    docs: "\
The host library refuses such a link, too. An input takes a message type, or that type and all
that derive from it; every type derives from Buffer.
",
};

/// The same link twice.
pub static DUPLICATE_LINK: Rule = Rule {
    code: "OAK020",
    name: "duplicate-link",
    level: Severity::Error,
    summary: "One output is linked to the same input twice.",
    docs: "The host library refuses the second link. Each message would arrive twice.\n",
};

/// Two ports of one name.
pub static PORT_COLLISION: Rule = Rule {
    code: "OAK021",
    name: "port-collision",
    level: Severity::Error,
    summary: "Two ports of a node have one name.",
    docs: "\
A Script's inputs and outputs share one set of names on the device: `node.io['x']` is either an
input or an output. The host library refuses to serialise a Script that has both.
",
};

/// Two nodes of one id.
pub static DUPLICATE_ID: Rule = Rule {
    code: "OAK022",
    name: "duplicate-id",
    level: Severity::Error,
    summary: "Two nodes are pinned to one id, or an id is negative.",
    docs: "\
Nodes get the ids 0, 1, 2 … in the order of the file; `id` pins one, for an application whose ids
must stay as they were.
",
};

/// A reference that is none.
pub static MALFORMED_REFERENCE: Rule = Rule {
    code: "OAK023",
    name: "malformed-reference",
    level: Severity::Error,
    summary: "Text that does not name an output of a node.",
    docs: "\
A link is written `node.output`, or `node.group[name]` for an entry of a map of outputs.
",
};
