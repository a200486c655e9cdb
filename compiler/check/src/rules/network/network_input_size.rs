//! Images of another size than the model's.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use super::frames::{Fault, Misfit, misfits};
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK102",
    name: "network-input-size",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["N8"],
    summary: "Images of another size than the model takes.",
    docs: include_str!("network_input_size.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let found = misfits(context).into_iter();
    let found = found.filter(|misfit| misfit.fault == Fault::Size);
    diagnostics.extend(found.map(|misfit| finding(&misfit)));
}

fn finding(misfit: &Misfit<'_>) -> Diagnostic {
    let (given, wanted) = (misfit.size.value, misfit.wanted.size);
    let diagnostic = Diagnostic::new(
        &RULE,
        format!(
            "images for `{}` are {given}, its model takes {wanted}",
            misfit.network
        ),
    )
    .label(misfit.link.span, "read as if they had the model's size")
    .help(format!(
        "make them {wanted}: `preview_size` of a colour camera, or an ImageManip between"
    ));
    misfit.size.explain(diagnostic, given)
}
