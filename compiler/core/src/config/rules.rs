//! What can be wrong with a configuration before there is a graph. Found while reading, so these rules
//! have no check of their own; the registry in `oakc_check::rules` lists them with the others.

use oakc_diag::{Rule, Severity};

/// A key that nothing has.
pub static UNKNOWN_KEY: Rule = Rule {
    code: "OAK003",
    name: "unknown-key",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "A key is not known in this part of the configuration.",
    docs: include_str!("rules/unknown_key.md"),
};

/// A value of another kind than the key takes.
pub static WRONG_TYPE: Rule = Rule {
    code: "OAK004",
    name: "wrong-type",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "A value has the wrong type for its key.",
    docs: include_str!("rules/wrong_type.md"),
};

/// A number that does not fit its field.
pub static OUT_OF_RANGE: Rule = Rule {
    code: "OAK005",
    name: "out-of-range",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "A number is out of range for the device's field.",
    docs: include_str!("rules/out_of_range.md"),
};

/// A name that an enumeration does not have.
pub static UNKNOWN_ENUMERATOR: Rule = Rule {
    code: "OAK006",
    name: "unknown-enumerator",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "A name is not a value of this enumeration.",
    docs: include_str!("rules/unknown_enumerator.md"),
};

/// Something that must be there is not.
pub static MISSING_KEY: Rule = Rule {
    code: "OAK007",
    name: "missing-key",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "A required key is missing.",
    docs: include_str!("rules/missing_key.md"),
};

/// A value that the host library would refuse.
pub static REFUSED_VALUE: Rule = Rule {
    code: "OAK008",
    name: "refused-value",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "A value that the host library rejects as well.",
    docs: include_str!("rules/refused_value.md"),
};

/// A value that nothing documents, and that the library packages all the same.
pub static UNDOCUMENTED_VALUE: Rule = Rule {
    code: "OAK043",
    name: "undocumented-value",
    level: Severity::Error,
    adjustable: true,
    constraints: &[],
    summary: "A value is outside the documented range, but the library would package it.",
    docs: include_str!("rules/undocumented_value.md"),
};

/// A file that is named cannot be had.
pub static UNREADABLE_FILE: Rule = Rule {
    code: "OAK009",
    name: "unreadable-file",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "A file that the configuration names cannot be read.",
    docs: include_str!("rules/unreadable_file.md"),
};

/// A parameter that is not declared.
pub static UNKNOWN_PARAMETER: Rule = Rule {
    code: "OAK010",
    name: "unknown-parameter",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "A parameter is not declared in `[params]`.",
    docs: include_str!("rules/unknown_parameter.md"),
};

/// Parameters that define each other.
pub static CYCLIC_PARAMETER: Rule = Rule {
    code: "OAK011",
    name: "cyclic-parameter",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "Parameters are defined in terms of each other.",
    docs: include_str!("rules/cyclic_parameter.md"),
};

/// An environment variable that is not set.
pub static MISSING_VARIABLE: Rule = Rule {
    code: "OAK046",
    name: "missing-variable",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "An environment variable that a parameter is read from is not set.",
    docs: include_str!("rules/missing_variable.md"),
};

/// A node type that the library does not have.
pub static UNKNOWN_NODE_KIND: Rule = Rule {
    code: "OAK013",
    name: "unknown-node-kind",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "A node type does not exist in DepthAI 2.33.",
    docs: include_str!("rules/unknown_node_kind.md"),
};

/// A model that is not there by that name.
pub static UNKNOWN_MODEL: Rule = Rule {
    code: "OAK014",
    name: "unknown-model",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "A node refers to a model that is not declared in `[models]`.",
    docs: include_str!("rules/unknown_model.md"),
};

/// A model file that is not a blob.
pub static INVALID_MODEL: Rule = Rule {
    code: "OAK015",
    name: "invalid-model",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "A model file is not a blob for this chip.",
    docs: include_str!("rules/invalid_model.md"),
};

/// A model that differs from its pin.
pub static MODEL_MISMATCH: Rule = Rule {
    code: "OAK016",
    name: "model-mismatch",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "The SHA-256 of a model file does not match the pinned one.",
    docs: include_str!("rules/model_mismatch.md"),
};

/// A model that has to be compiled or fetched first.
pub static MODEL_NOT_MADE: Rule = Rule {
    code: "OAK050",
    name: "model-not-made",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "A model is still to be compiled or fetched, or that fails.",
    docs: include_str!("rules/model_not_made.md"),
};

/// An application that needs a newer oakc.
pub static OLDER_OAKC: Rule = Rule {
    code: "OAK051",
    name: "older-oakc",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "The application asks for a newer oakc than this one.",
    docs: include_str!("rules/older_oakc.md"),
};
