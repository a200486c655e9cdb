//! More memory than there is.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use super::mark_largest;
use crate::budget::memory::{self, AVAILABLE, INSTALLED};
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check {
    rule: &RULE,
    adjustable: true,
    check,
};

static RULE: Rule = Rule {
    code: "OAK185",
    name: "memory-budget",
    level: Severity::Warning,
    summary: "Frames that probably need more memory than there is.",
    docs: "\
# What
The pools of frames and messages, encoders, models and programs together need more than the 330 MiB or so
that the firmware leaves of its 512 MiB. It is an estimate; from 512 MiB on, it is an error.

# Why on the device
The pipeline does not start: the device is out of memory while it creates a pool.

# Example
```toml
[nodes.cam]
type = \"ColorCamera\"
resolution = \"5312x6000\"

[nodes.taker]
type = \"Script\"
source = \"taker.py\"
inputs.still = \"cam.still\"
```

# Use instead
Fewer frames in the pools, or a smaller resolution:
```toml
num_frames_pool = { raw = 2, isp = 2, preview = 1, video = 1, still = 1 }
```
`oakc lint --budget` shows who needs how much.

# Source
constraints C18, MC7, S33, V8, N14, P12, X4, SP7, 1.20 and section 3.2: messages of the firmware of
DepthAI 2.33 and pool sizes that it logs.
",
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let account = memory::account(context.graph, context.facts);
    let total = account.total();
    if total <= AVAILABLE {
        return;
    }
    let amount = account.unit.amount(total);
    let (severity, message) = if total > INSTALLED {
        let message = format!("the application needs {amount}, more memory than the device has");
        (Severity::Error, message)
    } else {
        let left = account.unit.amount(AVAILABLE);
        let message = format!("the application probably needs {amount} of memory; {left} are left");
        (Severity::Warning, message)
    };
    let diagnostic = Diagnostic::new(&RULE, message)
        .severity(severity)
        .help("use fewer frames in the pools or smaller images; see `oakc lint --budget`");
    diagnostics.push(mark_largest(diagnostic, &account));
}
