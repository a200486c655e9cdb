//! More than one webcam.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check {
    rule: &RULE,
    adjustable: true,
    check,
};

static RULE: Rule = Rule {
    code: "OAK167",
    name: "second-uvc",
    level: Severity::Warning,
    summary: "A pipeline with more than one UVC node.",
    docs: "\
# What
The camera shows itself to a computer as one webcam.

# Why on the device
The frames of all UVC nodes go to the same webcam, in turns.

# Example
```toml
[nodes.color]
type = \"UVC\"

[nodes.depth]
type = \"UVC\"
```

# Use instead
One UVC node; a Script or an ImageManip before it can choose what is shown.

# Source
constraints 1.23: message of the firmware of DepthAI 2.33.
",
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let mut nodes = context
        .graph
        .node_refs()
        .filter(|node| node.kind() == "UVC");
    let Some(first) = nodes.next() else {
        return;
    };
    for node in nodes {
        diagnostics.push(
            Diagnostic::new(&RULE, format!("`{}` is a second webcam", node.name()))
                .label(
                    node.config.kind_span,
                    "its frames mix with those of the first",
                )
                .secondary(first.config.kind_span, "the first")
                .help("keep one UVC node"),
        );
    }
}
