//! Releases of the host library that oakc cannot package for.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::RELEASES;

use crate::{Check, Context};

pub(super) const CHECK: Check = Check {
    rule: &RULE,
    adjustable: false,
    check,
};

static RULE: Rule = Rule {
    code: "OAK028",
    name: "unsupported-release",
    level: Severity::Error,
    summary: "`app.depthai` names a release whose packages oakc cannot make.",
    docs: "\
# What
`depthai` under `[app]` names the release of the host library whose firmware is packaged. oakc knows
the layout of the releases that its tests compare with the real library.

# Why on the device
The firmware of another release may lay the pipeline out differently. It would refuse it at boot,
or read other settings than those written.

# Example
```toml
[app]
depthai = \"2.20.0.0\"
```

# Use instead
Leave `depthai` out to get the newest supported release. To package a firmware image of your own
that takes the same layout, use `oakc build --firmware FILE.cmd`.

# Source
Layouts of the properties differ between releases of depthai-shared.
",
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let graph = context.graph;
    let config = graph.config();
    let Some(version) = config.app.depthai.as_deref() else {
        return;
    };
    if RELEASES.contains(&version) {
        return;
    }
    let diagnostic = Diagnostic::new(
        &RULE,
        format!("oakc cannot make packages of depthai {version}"),
    )
    .help(format!(
        "supported: {}; leave `depthai` out for the newest",
        RELEASES.join(", ")
    ));
    diagnostics.push(diagnostic.label(config.span("app.depthai"), "not a release that oakc knows"));
}
