//! What can be wrong with links. Found while the graph is built, so these rules have no check of
//! their own; `oakc_check::rules` lists them with the others.

use oakc_diag::{Rule, Severity};

/// A link from a node that does not exist.
pub static UNKNOWN_NODE: Rule = Rule {
    code: "OAK017",
    name: "unknown-node",
    level: Severity::Error,
    summary: "A link from a node that the application does not have.",
    docs: "\
# What
A link from a node that the application does not have. Links are written at the input:
`inputs.NAME = \"node.output\"`.

# Why on the device
The input would never get a message.

# Example
```toml
[nodes.enc]
type = \"VideoEncoder\"
inputs.in = \"camera.video\"
```

# Use instead
```toml
[nodes.cam]
type = \"ColorCamera\"

[nodes.enc]
type = \"VideoEncoder\"
inputs.in = \"cam.video\"
```

# Source
The configuration language of oakc.
",
};

/// A port that the node's kind does not have.
pub static UNKNOWN_PORT: Rule = Rule {
    code: "OAK018",
    name: "unknown-port",
    level: Severity::Error,
    summary: "An input or output that the node's kind does not have.",
    docs: "\
# What
An input or output that the node's kind does not have. Ports are called as on the device: the host
library's attribute `input` is the port `in` on NeuralNetwork, the detection networks, VideoEncoder
and others.

# Why on the device
The firmware refuses a pipeline with a link to a port that is not there.

# Example
```toml
[nodes.enc]
type = \"VideoEncoder\"
inputs.input = \"cam.video\"
```

# Use instead
```toml
[nodes.enc]
type = \"VideoEncoder\"
inputs.in = \"cam.video\"
```

# Source
Ports of DepthAI 2.33, by introspection; docs/nodes.md lists them.
",
};

/// Message types that do not fit.
pub static INCOMPATIBLE_LINK: Rule = Rule {
    code: "OAK019",
    name: "incompatible-link",
    level: Severity::Error,
    summary: "A link between ports whose message types do not fit.",
    docs: "\
# What
A link between ports whose message types do not fit. An input takes a message type, or that type and
all that derive from it; every type derives from Buffer.

# Why on the device
The node behind the link cannot read what arrives. The host library refuses the link as well.

# Example
```toml
[nodes.enc]
type = \"VideoEncoder\"
inputs.in = \"detect.out\"
```

# Use instead
```toml
[nodes.enc]
type = \"VideoEncoder\"
inputs.in = \"cam.video\"
```

# Source
The link check of DepthAI 2.33.0.0; compared with the library in the tests.
",
};

/// The same link twice.
pub static DUPLICATE_LINK: Rule = Rule {
    code: "OAK020",
    name: "duplicate-link",
    level: Severity::Error,
    summary: "One output is linked to the same input twice.",
    docs: "\
# What
One output is linked to the same input twice.

# Why on the device
Each message would arrive twice. The host library refuses the second link.

# Example
```toml
[nodes.enc]
type = \"VideoEncoder\"
inputs.in = [\"cam.video\", \"cam.video\"]
```

# Use instead
```toml
[nodes.enc]
type = \"VideoEncoder\"
inputs.in = \"cam.video\"
```

# Source
The link check of DepthAI 2.33.0.0.
",
};

/// Two ports of one name.
pub static PORT_COLLISION: Rule = Rule {
    code: "OAK021",
    name: "port-collision",
    level: Severity::Error,
    summary: "Two ports of a node have one name.",
    docs: "\
# What
Two ports of a node have one name; or one input is written twice.

# Why on the device
A Script's inputs and outputs share one set of names on the device: `node.io['x']` is either an input
or an output. The host library refuses to serialise a Script that has both.

# Example
```toml
[nodes.s]
type = \"Script\"
source = \"s.py\"
inputs.frame = \"cam.video\"

[nodes.enc]
type = \"VideoEncoder\"
inputs.in = \"s.frame\"
```

# Use instead
```toml
[nodes.s]
type = \"Script\"
source = \"s.py\"
inputs.frame = \"cam.video\"

[nodes.enc]
type = \"VideoEncoder\"
inputs.in = \"s.chosen\"
```

# Source
Serialisation of DepthAI 2.33.0.0.
",
};

/// Two nodes of one id.
pub static DUPLICATE_ID: Rule = Rule {
    code: "OAK022",
    name: "duplicate-id",
    level: Severity::Error,
    summary: "Two nodes are pinned to one id, or an id is negative.",
    docs: "\
# What
Two nodes are pinned to one id, or an id is negative. Nodes get the ids 0, 1, 2 … in the order of the file; `id`
pins one, for an application whose ids must stay as they were.

# Why on the device
Links name nodes by id. With two nodes of one id, some of them lead to the wrong node.

# Example
```toml
[nodes.left]
type = \"MonoCamera\"
id = 0

[nodes.right]
type = \"MonoCamera\"
id = 0
```

# Use instead
```toml
[nodes.left]
type = \"MonoCamera\"

[nodes.right]
type = \"MonoCamera\"
```

# Source
The pipeline schema of DepthAI 2.33.
",
};

/// A reference that is none.
pub static MALFORMED_REFERENCE: Rule = Rule {
    code: "OAK023",
    name: "malformed-reference",
    level: Severity::Error,
    summary: "Text that does not name an output of a node.",
    docs: "\
# What
Text that does not name an output of a node. A link is written `node.output`, or `node.group[name]` for
an entry of a map of outputs.

# Why on the device
The input would never get a message.

# Example
```toml
[nodes.enc]
type = \"VideoEncoder\"
inputs.in = \"cam\"
```

# Use instead
```toml
[nodes.enc]
type = \"VideoEncoder\"
inputs.in = \"cam.video\"
```

# Source
The configuration language of oakc.
",
};
