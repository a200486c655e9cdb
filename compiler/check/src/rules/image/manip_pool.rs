//! Pools that an ImageManip empties.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::image_manip::ImageManipProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check {
    rule: &RULE,
    adjustable: true,
    check,
};

static RULE: Rule = Rule {
    code: "OAK086",
    name: "manip-input-pool",
    level: Severity::Error,
    summary: "An ImageManip whose images come from a pool of a single frame.",
    docs: "\
# What
ImageManip holds the image before while it waits for the next; where the sender has memory for one
frame only, the next never comes.

# Why on the device
The pipeline freezes after the first frame.

# Example
```toml
[nodes.cam]
type = \"ColorCamera\"
num_frames_pool_preview = 1

[nodes.resize]
type = \"ImageManip\"
inputs.inputImage = \"cam.preview\"
```

# Use instead
```toml
num_frames_pool_preview = 2
```

# Source
constraints M8, C23: message of the firmware of DepthAI 2.33; depthai-core issue 564.
",
};

/// Frames.
const LEAST: u64 = 2;

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, _) in context.each::<ImageManipProperties>() {
        for link in node.links_to("inputImage") {
            let pool = context.facts.of(&link).pool.as_ref();
            let Some(pool) = pool.filter(|pool| pool.value < LEAST) else {
                continue;
            };
            let message = format!(
                "`{}` takes images from a pool of {}",
                node.name(),
                pool.value
            );
            let diagnostic = Diagnostic::new(&RULE, message)
                .label(link.span, "the pipeline freezes after the first image")
                .help(format!("give the sender a pool of at least {LEAST} frames"));
            diagnostics.push(pool.explain(diagnostic, pool.value));
        }
    }
}
