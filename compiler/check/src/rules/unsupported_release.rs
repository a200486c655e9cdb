//! Releases of the host library that oakc cannot package for.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::release::{self, Supported};

use crate::{Check, Context};

pub(super) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK028",
    name: "unsupported-release",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "`app.depthai` names a release that oakc cannot make packages for.",
    docs: include_str!("unsupported_release.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let graph = context.graph;
    let config = graph.config();
    let Some(version) = config.app.depthai.as_deref() else {
        return;
    };
    if release::find(version).is_some() {
        return;
    }
    let supported: Vec<_> = release::supported().map(Supported::version).collect();
    let diagnostic = Diagnostic::new(
        &RULE,
        format!("oakc cannot make packages for depthai {version}"),
    )
    .help(format!(
        "supported: {}; remove `depthai` to use the newest",
        supported.join(", ")
    ));
    diagnostics.push(diagnostic.label(config.span("app.depthai"), "not a release that oakc knows"));
}
