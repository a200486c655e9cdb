//! Models compiled for more than any camera has.

use crate::{Check, Context};
use oakc_core::config::ModelUse;
use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK191",
    name: "model-resources",
    level: Severity::Error,
    adjustable: true,
    constraints: &["N3", "3.1"],
    summary: "A model compiled for more SHAVEs or memory slices than the chip has.",
    docs: include_str!("model_resources.md"),
};

/// What the chip has of each.
const AVAILABLE: u32 = 16;

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    diagnostics.extend(context.models().filter_map(finding));
}

fn finding(model: &ModelUse) -> Option<Diagnostic> {
    let wanted = [
        (model.blob.shaves, "SHAVEs"),
        (model.blob.slices, "CMX slices"),
    ];
    let (number, what) = wanted.into_iter().find(|(number, _)| *number > AVAILABLE)?;
    Some(
        Diagnostic::new(
            &RULE,
            format!(
                "`{}` is compiled for {number} {what}, but the chip has {AVAILABLE}",
                model.name
            ),
        )
        .label(model.span, "the node refuses to start")
        .help("compile it for fewer; 6 SHAVEs leave room for the rest of the pipeline"),
    )
}
