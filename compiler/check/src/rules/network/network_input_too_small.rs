//! Images with too few bytes for a model.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use super::frames::{Fault, Misfit, misfits};
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
    let found = misfits(context).into_iter();
    let found = found.filter(|misfit| misfit.fault == Fault::TooFewBytes);
    diagnostics.extend(found.map(|misfit| finding(&misfit)));
}

fn finding(misfit: &Misfit<'_>) -> Diagnostic {
    let wanted = &misfit.wanted;
    let given = misfit.frame_type.value;
    let diagnostic = Diagnostic::new(
        &RULE,
        format!(
            "images for `{}` have {} bytes, its model takes {}",
            misfit.network, misfit.bytes, wanted.bytes
        ),
    )
    .label(misfit.link.span, "skipped: there is never a result");
    let diagnostic = if misfit.size.value == wanted.size {
        misfit.frame_type.explain(diagnostic, format!("{given:?}"))
    } else {
        misfit.size.explain(diagnostic, misfit.size.value)
    };
    diagnostic.help(format!(
        "make the images {} with {} x {} bits a pixel; now they are {} and {given:?}",
        wanted.size, wanted.channels, wanted.depth, misfit.size.value
    ))
}
