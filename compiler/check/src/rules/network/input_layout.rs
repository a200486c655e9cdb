//! Images that store their colours in another way than the model.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use super::frames::{Fault, Misfit, is_planar, misfits};
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check {
    rule: &RULE,
    adjustable: true,
    check,
};

static RULE: Rule = Rule {
    code: "OAK103",
    name: "network-input-layout",
    level: Severity::Warning,
    summary: "Images that store their colours in another way than the model takes them.",
    docs: "\
# What
A model takes its image planar (all of one colour, then all of the next: NCHW) or interleaved (the
colours of a pixel side by side: NHWC). The images it gets are the other way round, or have more bytes
for each pixel.

# Why on the device
The node does not convert. It takes the bytes as they are, and the results mean nothing. It only
logs it, where nobody reads the log.

# Example
Interleaved is the default of a ColorCamera's preview, planar that of converted models:
```toml
[nodes.cam]
type = \"ColorCamera\"
preview_size = [300, 300]
```

# Use instead
```toml
interleaved = false
```
or an ImageManip with `initial_config.frame_type = \"BGR888p\"` between.

# Source
constraints N9: message of the firmware of DepthAI 2.33.
",
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let found = misfits(context).into_iter();
    let found = found.filter(|misfit| misfit.fault == Fault::Layout);
    diagnostics.extend(found.map(|misfit| finding(&misfit)));
}

fn finding(misfit: &Misfit<'_>) -> Diagnostic {
    let given = misfit.frame_type.value;
    // Where the order of the colours is right, the numbers are not.
    let wanted = misfit.wanted.is_planar();
    let (taken, help) = match wanted.filter(|_| wanted != is_planar(given)) {
        Some(true) => (
            "planar ones",
            "write `interleaved = false` at the camera, or `frame_type = \"BGR888p\"` at the ImageManip",
        ),
        Some(false) => (
            "interleaved ones",
            "write `interleaved = true` at the camera, or `frame_type = \"BGR888i\"` at the ImageManip",
        ),
        None => (
            "another type",
            "convert them with an ImageManip, or compile the model for this type of image",
        ),
    };
    let diagnostic = Diagnostic::new(
        &RULE,
        format!(
            "images for `{}` are {given:?}, its model takes {taken}",
            misfit.network
        ),
    )
    .label(
        misfit.link.span,
        "read as if they were stored in the model's way",
    )
    .help(help);
    misfit.frame_type.explain(diagnostic, format!("{given:?}"))
}
