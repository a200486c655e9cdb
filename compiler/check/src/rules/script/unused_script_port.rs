//! Linked inputs that the program never reads.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use super::programs::programs;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check {
    rule: &RULE,
    adjustable: true,
    check,
};

static RULE: Rule = Rule {
    code: "OAK208",
    name: "unused-script-port",
    level: Severity::Warning,
    summary: "A blocking input of a Script that its program never reads.",
    docs: "\
# What
Something is linked to an input of a Script, the input blocks when it is full, and nothing in the program reads it.

# Why on the device
After as many messages as the queue holds, the sender has to wait, for ever: it stops, and so does everything that
shares its frames.

# Example
```toml
[nodes.report]
type = \"Script\"
inputs.frames = \"encoder.bitstream\"
code = \"node.io['detections'].get()\"
```

# Use instead
Read it, do not link it, or let it drop what nobody takes:
```toml
inputs.frames = { from = \"encoder.bitstream\", queue_size = 1, blocking = false }
```

# Source
constraints 3.3: queues that block, and pools that they hold.
",
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    if !context.graph.is_complete() {
        return;
    }
    for program in programs(context) {
        for link in context.graph.incoming(program.node.index) {
            let port = link.input;
            if !port.blocking || program.facts.may_use_port(&port.name) {
                continue;
            }
            let name = format!("{}.{}", program.node.name(), port.name);
            let diagnostic =
                Diagnostic::new(&RULE, format!("nothing in the script reads `{name}`"))
                    .label(
                        link.span,
                        format!("stops after {} messages", port.queue_size),
                    )
                    .help("read it, remove the link, or set `blocking = false`");
            diagnostics.push(diagnostic);
        }
    }
}
