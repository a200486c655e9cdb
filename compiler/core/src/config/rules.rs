//! What can be wrong with a configuration before there is a graph. Found while reading, so these
//! rules have no check of their own; `check::rules` lists them with the others.

use oakc_diag::{Rule, Severity};

/// A key that nothing has.
pub static UNKNOWN_KEY: Rule = Rule {
    code: "OAK003",
    name: "unknown-key",
    level: Severity::Error,
    summary: "A key that this part of the configuration does not have.",
    docs: "\
A misspelt key would silently leave the setting at its default, and the camera would run with
something else than its author wrote.

A node takes the properties of its kind in snake_case (`preview_width`), the setters of the host
library without `set` (`preview_size` for `setPreviewSize`), and `type`, `id`, `inputs`, `assets`.
",
};

/// A value of another kind than the key takes.
pub static WRONG_TYPE: Rule = Rule {
    code: "OAK004",
    name: "wrong-type",
    level: Severity::Error,
    summary: "A value of another kind than its key takes.",
    docs: "\
The device holds every setting in a fixed type. Text where a number is needed, a list of the wrong
length or a lone value where a list is needed cannot be turned into it without guessing.
",
};

/// A number that does not fit its field.
pub static OUT_OF_RANGE: Rule = Rule {
    code: "OAK005",
    name: "out-of-range",
    level: Severity::Error,
    summary: "A number that the device's field cannot hold.",
    docs: "\
Each number has a width on the device. A larger one would be cut to something else on the way.
",
};

/// A name that an enumeration does not have.
pub static UNKNOWN_ENUMERATOR: Rule = Rule {
    code: "OAK006",
    name: "unknown-enumerator",
    level: Severity::Error,
    summary: "A name that this enumeration does not have.",
    docs: "\
Enumerations take the names of the host library in any case, with or without the word that all of
them share: `THE_1080_P`, `1080_P` and `1080p` are the same resolution.
",
};

/// Something that must be there is not.
pub static MISSING_KEY: Rule = Rule {
    code: "OAK007",
    name: "missing-key",
    level: Severity::Error,
    summary: "Something without which there is no application is not written.",
    docs: "\
An application has at least one node, every node has a `type`, and every model and asset has a
`path`.
",
};

/// A value that the host library would refuse.
pub static REFUSED_VALUE: Rule = Rule {
    code: "OAK008",
    name: "refused-value",
    level: Severity::Error,
    summary: "A value that the host library refuses, too.",
    docs: "\
Some setters of the host library check their argument. oakc checks the same, and says so here
instead of with an exception.
",
};

/// A file that is named cannot be had.
pub static UNREADABLE_FILE: Rule = Rule {
    code: "OAK009",
    name: "unreadable-file",
    level: Severity::Error,
    summary: "A file that the configuration names cannot be read.",
    docs: "\
Scripts, models and other assets travel in the package, so they must be there when it is built.
Paths are relative to the directory of the configuration.
",
};

/// A parameter that is not declared.
pub static UNKNOWN_PARAMETER: Rule = Rule {
    code: "OAK010",
    name: "unknown-parameter",
    level: Severity::Error,
    summary: "A parameter that `[params]` does not declare.",
    docs: "\
`${name}` stands for a value under `[params]`, which `--set name=value` can replace. A parameter
that nobody declared would leave `${name}` itself in an address or a script.
",
};

/// Parameters that define each other.
pub static CYCLIC_PARAMETER: Rule = Rule {
    code: "OAK011",
    name: "cyclic-parameter",
    level: Severity::Error,
    summary: "Parameters that are defined by each other.",
    docs: "A parameter may refer to others, but not to itself by way of them.\n",
};

/// A node type that the library does not have.
pub static UNKNOWN_NODE_KIND: Rule = Rule {
    code: "OAK013",
    name: "unknown-node-kind",
    level: Severity::Error,
    summary: "A node type that DepthAI 2.33 does not have.",
    docs: "`type` is the name of a node class of the host library, such as `ColorCamera`.\n",
};

/// A model that is not there by that name.
pub static UNKNOWN_MODEL: Rule = Rule {
    code: "OAK014",
    name: "unknown-model",
    level: Severity::Error,
    summary: "A node refers to a model that `[models]` does not have.",
    docs: "`model` is a name under `[models]`, or the path of a `.blob` file.\n",
};

/// A file that is no blob.
pub static INVALID_MODEL: Rule = Rule {
    code: "OAK015",
    name: "invalid-model",
    level: Severity::Error,
    summary: "A model file that is not a blob for this chip.",
    docs: "\
The camera runs networks that were compiled for its chip into a `.blob`. It does not tell what is
wrong with another file: the node just never sends a result.
",
};

/// A model that differs from its pin.
pub static MODEL_MISMATCH: Rule = Rule {
    code: "OAK016",
    name: "model-mismatch",
    level: Severity::Error,
    summary: "A model file whose SHA-256 is not the pinned one.",
    docs: "\
`sha256` under `[models.NAME]` says which file is meant, so that a camera does not get an older or
a foreign network under the same file name.
",
};
