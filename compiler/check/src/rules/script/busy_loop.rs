//! Loops that never wait.

use oakc_diag::{Diagnostics, Rule, Severity};

use super::programs::programs;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check {
    rule: &RULE,
    adjustable: true,
    check,
};

static RULE: Rule = Rule {
    code: "OAK212",
    name: "busy-loop",
    level: Severity::Warning,
    summary: "An endless loop that never waits.",
    docs: "\
# What
A loop without end goes round without waiting while no message has arrived: no `get()`, no `time.sleep`, nothing that
waits for a socket. What may wait, or is not understood, is believed to wait.

# Why on the device
The interpreter never lets go of its processor. On `LEON_MSS` it competes with the pipeline itself, on `LEON_CSS` with
the network and the camera control; other threads of the script hardly run.

# Example
```python
while True:
    frame = node.io[\"frames\"].tryGet()
    if frame is not None:
        send(frame)
```

# Use instead
```python
while True:
    frame = node.io[\"frames\"].tryGet()
    if frame is None:
        time.sleep(0.005)
    else:
        send(frame)
```
Or `get()`, which waits by itself.

# Source
constraints SC12.
",
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for program in programs(context) {
        for head in &program.facts.busy_loops {
            let message = "this loop never waits";
            let label = "takes its processor from everything else";
            program.report(&RULE, head, message, label, diagnostics, |found| {
                found.help(
                    "use `get()`, which waits, or `time.sleep(0.005)` when there is nothing to do",
                )
            });
        }
    }
}
