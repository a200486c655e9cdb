//! OpenVINO releases whose firmware Luxonis no longer maintains.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use crate::{Check, Context};
use oakc_core::openvino;

pub(super) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK027",
    name: "openvino-deprecated",
    level: Severity::Warning,
    adjustable: true,
    constraints: &[],
    summary: "The pipeline gets a firmware variant that is deprecated.",
    docs: include_str!("openvino_deprecated.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let graph = context.graph;
    let Some(version) = openvino::pipeline_version(graph).filter(|v| v.is_deprecated()) else {
        return;
    };
    let diagnostic = Diagnostic::new(
        &RULE,
        format!("the firmware for OpenVINO {} is deprecated", version.name()),
    )
    .help("compile the model for OpenVINO 2022.1; the universal firmware runs it");
    let needs = openvino::requirements(graph);
    let forced = graph
        .config()
        .openvino
        .and(graph.config().span("pipeline.openvino"));
    let span = forced.or_else(|| needs.first().map(|(_, model)| model.span));
    diagnostics.push(diagnostic.label(span, "needs this firmware"));
}
