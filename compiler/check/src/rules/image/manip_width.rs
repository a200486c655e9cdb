//! Results of an ImageManip that are too wide for it.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::image_manip::ImageManipProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check {
    rule: &RULE,
    adjustable: true,
    check,
};

static RULE: Rule = Rule {
    code: "OAK083",
    name: "manip-too-wide",
    level: Severity::Error,
    summary: "An ImageManip that makes frames wider than it can.",
    docs: "\
# What
The result of an ImageManip is at most 4056 pixels wide.

# Why on the device
Wider frames are skipped: the output stays silent.

# Example
```toml
resize = [4208, 3120]
```

# Use instead
```toml
resize = [4032, 3024]
```

# Source
constraints M2: message of the firmware of DepthAI 2.33; the number is of the documentation.
",
};

/// Pixels.
const MAX_WIDTH: u64 = 4056;

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, _) in context.each::<ImageManipProperties>() {
        let Some(size) = &context.facts.output(&node, "out").size else {
            continue;
        };
        if size.value.width > MAX_WIDTH {
            let message = format!(
                "`{}` cannot make frames {} pixels wide",
                node.name(),
                size.value.width
            );
            diagnostics.push(
                Diagnostic::new(&RULE, message)
                    .label(size.origin.span, format!("skipped: wider than {MAX_WIDTH}"))
                    .help(format!("resize or crop to at most {MAX_WIDTH} pixels")),
            );
        }
    }
}
