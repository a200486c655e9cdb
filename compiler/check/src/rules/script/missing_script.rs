//! Script nodes without a program.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::script::ScriptProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check {
    rule: &RULE,
    adjustable: true,
    check,
};

static RULE: Rule = Rule {
    code: "OAK201",
    name: "missing-script",
    level: Severity::Error,
    summary: "A Script node without a program.",
    docs: "\
# What
A Script node has neither `source` nor `code`.

# Why on the device
The device logs `No script is loaded`, and the node does nothing. Its inputs fill up, and those that block stop the
nodes before it.

# Example
```toml
[nodes.report]
type = \"Script\"
inputs.detections = \"detect.out\"
```

# Use instead
```toml
[nodes.report]
type = \"Script\"
source = \"report.py\"
inputs.detections = \"detect.out\"
```

# Source
constraints SC1: a message of the firmware.
",
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, properties) in context.each::<ScriptProperties>() {
        if properties.script_uri.is_empty() {
            let message = format!("`{}` has no script", node.name());
            let diagnostic = Diagnostic::new(&RULE, message)
                .label(node.config.kind_span, "has nothing to run")
                .help("add `source` with the path of a Python file, or `code` with the program itself");
            diagnostics.push(diagnostic);
        }
    }
}
