//! Messages that are given more bytes than they were made for.

use oakc_diag::{Diagnostics, Rule, Severity};

use super::programs::programs;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check {
    rule: &RULE,
    adjustable: true,
    check,
};

static RULE: Rule = Rule {
    code: "OAK213",
    name: "buffer-overflow",
    level: Severity::Error,
    summary: "A message gets more bytes than it was made for.",
    docs: "\
# What
`Buffer(SIZE)` or `NNData(SIZE)` makes a message of that many bytes, and `setData` gives it more.

# Why on the device
The call raises `Buffer size (…) too small to set specified data (…)`, and the script ends there.

# Example
```python
message = Buffer(2)
message.setData(b\"abc\")
```

# Use instead
```python
data = b\"abc\"
message = Buffer(len(data))
message.setData(data)
```

# Source
constraints SC9: a message of the firmware.
",
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for program in programs(context) {
        for found in &program.facts.overflows {
            let message = format!(
                "{} bytes do not fit into a message of {}",
                found.bytes, found.size
            );
            let label = format!("{} bytes", found.bytes);
            let made = program.span(&found.made);
            program.report(
                &RULE,
                &found.data,
                message,
                label,
                diagnostics,
                |diagnostic| {
                    diagnostic
                        .secondary(made, format!("made for {}", found.size))
                        .help("make the message with the length of its data")
                },
            );
        }
    }
}
