//! What can be wrong with a configuration before there is a graph. Found while reading, so these
//! rules have no check of their own; `oakc_check::rules` lists them with the others.

use oakc_diag::{Rule, Severity};

/// A key that nothing has.
pub static UNKNOWN_KEY: Rule = Rule {
    code: "OAK003",
    name: "unknown-key",
    level: Severity::Error,
    summary: "A key that this part of the configuration does not have.",
    docs: "\
# What
A section, node or struct has no key of this name. A node takes the properties of its kind in snake_case
(`preview_width`), the setters of the host library without `set` (`preview_size` for
`setPreviewSize`), and `type`, `id`, `inputs`, `assets`.

# Why on the device
A misspelt key would silently leave the setting at its default, and the camera would run with
something else than its author wrote.

# Example
```toml
[nodes.cam]
type = \"ColorCamera\"
preview_widht = 300
```

# Use instead
```toml
[nodes.cam]
type = \"ColorCamera\"
preview_width = 300
```

# Source
docs/nodes.md and docs/setters.md list the keys of each kind.
",
};

/// A value of another kind than the key takes.
pub static WRONG_TYPE: Rule = Rule {
    code: "OAK004",
    name: "wrong-type",
    level: Severity::Error,
    summary: "A value of another kind than its key takes.",
    docs: "\
# What
A value of another kind than its key takes: text where a number is needed, a list of the wrong length, a lone
value where a list is needed.

# Why on the device
The device holds every setting in a fixed type. What does not fit cannot be turned into it without
guessing.

# Example
```toml
[nodes.cam]
type = \"ColorCamera\"
fps = \"fast\"
```

# Use instead
```toml
[nodes.cam]
type = \"ColorCamera\"
fps = 30
```

# Source
Types of the properties of DepthAI 2.33, as its own schema declares them.
",
};

/// A number that does not fit its field.
pub static OUT_OF_RANGE: Rule = Rule {
    code: "OAK005",
    name: "out-of-range",
    level: Severity::Error,
    summary: "A number that the device's field cannot hold.",
    docs: "\
# What
A number that its field on the device cannot hold.

# Why on the device
Each number has a width on the device. The host library cuts a larger one to something else on the
way, without a word.

# Example
```toml
[nodes.cam]
type = \"ColorCamera\"
preview_width = -1
```

# Use instead
```toml
[nodes.cam]
type = \"ColorCamera\"
preview_width = 300
```

# Source
Widths of the fields of DepthAI 2.33; the wrapping was observed with the library.
",
};

/// A name that an enumeration does not have.
pub static UNKNOWN_ENUMERATOR: Rule = Rule {
    code: "OAK006",
    name: "unknown-enumerator",
    level: Severity::Error,
    summary: "A name that this enumeration does not have.",
    docs: "\
# What
An enumeration has no such name. Enumerations take the names of the host library in any case, with or
without the word that all of them share: `THE_1080_P`, `1080_P` and `1080p` are the same
resolution.

# Why on the device
The device knows enumerators by number. A wrong name has none.

# Example
```toml
[nodes.cam]
type = \"ColorCamera\"
resolution = \"1081p\"
```

# Use instead
```toml
[nodes.cam]
type = \"ColorCamera\"
resolution = \"1080p\"
```

# Source
Enumerations of DepthAI 2.33, by introspection.
",
};

/// Something that must be there is not.
pub static MISSING_KEY: Rule = Rule {
    code: "OAK007",
    name: "missing-key",
    level: Severity::Error,
    summary: "Something without which there is no application is not written.",
    docs: "\
# What
Something without which there is no application is not written: at least one node, a `type` for every
node, a `path` for every model and asset.

# Why on the device
There is nothing that could be packaged in its place.

# Example
```toml
[nodes.cam]
fps = 10
```

# Use instead
```toml
[nodes.cam]
type = \"ColorCamera\"
fps = 10
```

# Source
The configuration language of oakc.
",
};

/// A value that the host library would refuse.
pub static REFUSED_VALUE: Rule = Rule {
    code: "OAK008",
    name: "refused-value",
    level: Severity::Error,
    summary: "A value that the host library refuses, too.",
    docs: "\
# What
A value that the host library's setter refuses, too; or two keys that say the same thing twice.

# Why on the device
The library throws an exception while the pipeline is built. oakc says so here, with the place.

# Example
```toml
[nodes.cam]
type = \"ColorCamera\"
sensor_crop = [1.5, 0.0]
```

# Use instead
```toml
[nodes.cam]
type = \"ColorCamera\"
sensor_crop = [0.5, 0.0]
```

# Source
Checks in the setters of DepthAI 2.33.0.0; each is compared with the library in the tests.
",
};

/// A file that is named cannot be had.
pub static UNREADABLE_FILE: Rule = Rule {
    code: "OAK009",
    name: "unreadable-file",
    level: Severity::Error,
    summary: "A file that the configuration names cannot be read.",
    docs: "\
# What
A file that the configuration names cannot be read. Paths are relative to the directory of the
configuration.

# Why on the device
Scripts, models and other assets travel in the package, so they must be there when it is built: a
camera in the field has nowhere to get them from.

# Example
```toml
[nodes.report]
type = \"Script\"
source = \"reprot.py\"
```

# Use instead
```toml
[nodes.report]
type = \"Script\"
source = \"report.py\"
```

# Source
The configuration language of oakc.
",
};

/// A parameter that is not declared.
pub static UNKNOWN_PARAMETER: Rule = Rule {
    code: "OAK010",
    name: "unknown-parameter",
    level: Severity::Error,
    summary: "A parameter that `[params]` does not declare.",
    docs: "\
# What
`${name}` stands for a value under `[params]`, which `--set name=value` can replace. This one is not declared
there.

# Why on the device
`${name}` itself would end up in an address or a script on the camera.

# Example
```toml
[params]
server = \"192.168.1.20\"

[app]
name = \"${sever}\"
```

# Use instead
```toml
[params]
server = \"192.168.1.20\"

[app]
name = \"${server}\"
```

# Source
The configuration language of oakc.
",
};

/// Parameters that define each other.
pub static CYCLIC_PARAMETER: Rule = Rule {
    code: "OAK011",
    name: "cyclic-parameter",
    level: Severity::Error,
    summary: "Parameters that are defined by each other.",
    docs: "\
# What
Parameters that are defined by each other. A parameter may refer to others, but not to itself by way of
them.

# Why on the device
There is no value that could be packaged.

# Example
```toml
[params]
a = \"${b}\"
b = \"${a}\"
```

# Use instead
```toml
[params]
a = \"${b}\"
b = \"10.0.0.7\"
```

# Source
The configuration language of oakc.
",
};

/// A node type that the library does not have.
pub static UNKNOWN_NODE_KIND: Rule = Rule {
    code: "OAK013",
    name: "unknown-node-kind",
    level: Severity::Error,
    summary: "A node type that DepthAI 2.33 does not have.",
    docs: "\
# What
`type` is the name of a node class of the host library, such as `ColorCamera`. There is no class of this
name in DepthAI 2.33.

# Why on the device
The firmware cannot build a node that it does not know, and starts nothing.

# Example
```toml
[nodes.cam]
type = \"ColourCamera\"
```

# Use instead
```toml
[nodes.cam]
type = \"ColorCamera\"
```

# Source
Node classes of DepthAI 2.33, by introspection.
",
};

/// A model that is not there by that name.
pub static UNKNOWN_MODEL: Rule = Rule {
    code: "OAK014",
    name: "unknown-model",
    level: Severity::Error,
    summary: "A node refers to a model that `[models]` does not have.",
    docs: "\
# What
`model` is a name under `[models]`, or the path of a `.blob` file. This is neither.

# Why on the device
A network node without a model never sends a result.

# Example
```toml
[nodes.detect]
type = \"MobileNetDetectionNetwork\"
model = \"persom\"
```

# Use instead
```toml
[models.person]
path = \"person.blob\"

[nodes.detect]
type = \"MobileNetDetectionNetwork\"
model = \"person\"
```

# Source
The configuration language of oakc.
",
};

/// A file that is no blob.
pub static INVALID_MODEL: Rule = Rule {
    code: "OAK015",
    name: "invalid-model",
    level: Severity::Error,
    summary: "A model file that is not a blob for this chip.",
    docs: "\
# What
A model file that is not a `.blob` compiled for the chip of these cameras: another format, another
platform, or a broken file.

# Why on the device
The camera does not tell what is wrong with it: the node just never sends a result.

# Example
```toml
[models.person]
path = \"person.onnx\"
```

# Use instead
The model compiled for the Myriad X (RVC2) with OpenVINO 2022.1.
```toml
[models.person]
path = \"person_6shave.blob\"
```

# Source
The format of blobs as DepthAI 2.33.0.0 reads it; compared with the library in the tests.
",
};

/// A model that differs from its pin.
pub static MODEL_MISMATCH: Rule = Rule {
    code: "OAK016",
    name: "model-mismatch",
    level: Severity::Error,
    summary: "A model file whose SHA-256 is not the pinned one.",
    docs: "\
# What
`sha256` under `[models.NAME]` says which file is meant. The file that is there is another one.

# Why on the device
The camera would run an older or a foreign network under the same file name.

# Example
```toml
[models.person]
path = \"person.blob\"
sha256 = \"0000000000000000000000000000000000000000000000000000000000000000\"
```

# Use instead
The file that was meant; or, after a change on purpose, its new digest (`sha256sum person.blob`).

# Source
The configuration language of oakc.
",
};
