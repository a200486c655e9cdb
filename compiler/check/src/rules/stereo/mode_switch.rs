//! Messages that may not switch modes on.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::stereo_depth::StereoDepthProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check {
    rule: &RULE,
    adjustable: true,
    check,
};

static RULE: Rule = Rule {
    code: "OAK079",
    name: "stereo-mode-switch",
    level: Severity::Info,
    summary: "A StereoDepth that messages configure, but that cannot switch modes on.",
    docs: "\
# What
Memory for the left-right check, the extended range and subpixel mode is set aside at the start for
the modes that are on. A message on `inputConfig` can switch others on only with
`runtime_mode_switch`. Aligned to a camera, neither subpixel mode nor decimation can be changed at all.

# Why on the device
A message that switches a mode on is refused. Thresholds and filters can be changed all the same.

# Example
```toml
[nodes.depth]
type = \"StereoDepth\"
inputs.inputConfig = \"control.config\"
```

# Use instead
`runtime_mode_switch = true` where messages change modes; it takes the memory of all of them.

# Source
constraints S17, S18: messages of the firmware of DepthAI 2.33.
",
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, stereo) in context.each::<StereoDepthProperties>() {
        let control = &stereo.initial_config.algorithm_control;
        let all_on =
            control.enable_left_right_check && control.enable_extended && control.enable_subpixel;
        if stereo.enable_runtime_stereo_mode_switch || all_on {
            continue;
        }
        if let Some(link) = node.links_to("inputConfig").next() {
            let message = format!("messages cannot switch modes of `{}` on", node.name());
            diagnostics.push(
                Diagnostic::new(&RULE, message)
                    .label(link.span, "may change thresholds and filters only")
                    .help("if they do, add `runtime_mode_switch = true`"),
            );
        }
    }
}
