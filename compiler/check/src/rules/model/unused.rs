//! Models that no node runs.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use std::collections::BTreeSet;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check {
    rule: &RULE,
    adjustable: true,
    check,
};

static RULE: Rule = Rule {
    code: "OAK190",
    name: "unused-model",
    level: Severity::Warning,
    summary: "A model of `[models]` that no node uses.",
    docs: "\
# What
`[models]` names a model, and no node refers to it.

# Why on the device
It is not in the package, so it harms nothing; but the node that was to use it has another one, or
none.

# Example
```toml
[models.person]
path = \"person.blob\"

[nodes.detect]
type = \"MobileNetDetectionNetwork\"
model = \"old/person.blob\"
```

# Use instead
```toml
model = \"person\"
```

# Source
Follows from the configuration.
",
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let config = context.config();
    // A node that could not be read may have named it.
    if !config.broken_nodes.is_empty() || config.nodes.iter().any(|node| !node.sound) {
        return;
    }
    let used = config.nodes.iter().filter_map(|node| node.model.as_ref());
    let used: BTreeSet<_> = used.map(|model| model.name.as_str()).collect();
    for (name, span) in &config.models {
        if !used.contains(name.as_str()) {
            diagnostics.push(
                Diagnostic::new(&RULE, format!("no node uses the model `{name}`"))
                    .label(*span, "not in the package")
                    .help(format!(
                        "write `model = \"{name}\"` at a node, or remove it"
                    )),
            );
        }
    }
}
