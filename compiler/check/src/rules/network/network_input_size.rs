//! Images of a different size from the model's.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use super::frames::{Fault, Mismatch, mismatches};
use crate::rules::image::between::offer;
use crate::rules::image::sender::resize;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK102",
    name: "network-input-size",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["N8"],
    summary: "Images of a different size from the one the model expects.",
    docs: include_str!("network_input_size.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let found = mismatches(context).into_iter();
    let found = found.filter(|mismatch| mismatch.fault == Fault::Size);
    diagnostics.extend(found.map(|mismatch| finding(context, &mismatch)));
}

/// The finding with what makes the images suit the model: another size of the preview, or else a node between.
pub(super) fn refit(
    context: &Context<'_>,
    mismatch: &Mismatch<'_>,
    diagnostic: &Diagnostic,
) -> Option<Diagnostic> {
    let (link, wanted) = (&mismatch.link, &mismatch.wanted);
    let is_size = mismatch.size.value != wanted.size;
    if let Some(fix) = resize(context, link, wanted.size).filter(|_| is_size) {
        return Some(diagnostic.clone().fix(fix));
    }
    let suits = |sent| wanted.takes(sent);
    offer(diagnostic.clone(), context, link, wanted.size, suits)
}

fn finding(context: &Context<'_>, mismatch: &Mismatch<'_>) -> Diagnostic {
    let (given, wanted) = (mismatch.size.value, mismatch.wanted.size);
    let diagnostic = Diagnostic::new(
        &RULE,
        format!(
            "images for `{}` are {given}, but its model expects {wanted}",
            mismatch.network
        ),
    )
    .label(mismatch.link.span, "read as if they had the model's size");
    let diagnostic = match refit(context, mismatch, &diagnostic) {
        Some(refitted) if refitted.help.is_some() => refitted,
        refitted => refitted.unwrap_or(diagnostic).help(format!(
            "make them {wanted}: use `preview_size` of a colour camera, or add an ImageManip"
        )),
    };
    mismatch.size.explain(diagnostic, given)
}
