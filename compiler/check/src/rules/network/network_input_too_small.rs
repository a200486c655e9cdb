//! Images with too few bytes for a model.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use super::frames::{Fault, Mismatch, mismatches};
use super::network_input_size::refit;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK104",
    name: "network-input-too-small",
    level: Severity::Error,
    adjustable: true,
    constraints: &["N10"],
    summary: "Images with fewer bytes than the model's input tensor.",
    docs: include_str!("network_input_too_small.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let found = mismatches(context).into_iter();
    let found = found.filter(|mismatch| mismatch.fault == Fault::TooFewBytes);
    diagnostics.extend(found.map(|mismatch| finding(context, &mismatch)));
}

fn finding(context: &Context<'_>, mismatch: &Mismatch<'_>) -> Diagnostic {
    let wanted = &mismatch.wanted;
    let given = mismatch.frame_type.value;
    let diagnostic = Diagnostic::new(
        &RULE,
        format!(
            "images for `{}` have {} bytes, but its model expects {}",
            mismatch.network, mismatch.bytes, wanted.bytes
        ),
    )
    .label(
        mismatch.link.span,
        "skipped: the model never produces a result",
    );
    let diagnostic = if mismatch.size.value == wanted.size {
        mismatch
            .frame_type
            .explain(diagnostic, format!("{given:?}"))
    } else {
        mismatch.size.explain(diagnostic, mismatch.size.value)
    };
    let diagnostic = diagnostic.help(format!(
        "make the images {} with {} x {} bits per pixel; now they are {} and {given:?}",
        wanted.size, wanted.channels, wanted.depth, mismatch.size.value
    ));
    refit(context, mismatch, &diagnostic).unwrap_or(diagnostic)
}
