//! Images that store their colours in another way than the model.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use super::frames::{Fault, Mismatch, is_planar, mismatches};
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK103",
    name: "network-input-layout",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["N9"],
    summary: "Images that store their colours in another way than the model takes them.",
    docs: include_str!("network_input_layout.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let found = mismatches(context).into_iter();
    let found = found.filter(|mismatch| mismatch.fault == Fault::Layout);
    diagnostics.extend(found.map(|mismatch| finding(&mismatch)));
}

fn finding(mismatch: &Mismatch<'_>) -> Diagnostic {
    let given = mismatch.frame_type.value;
    // Where the order of the colours is right, the numbers are not.
    let wanted = mismatch.wanted.is_planar();
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
            mismatch.network
        ),
    )
    .label(
        mismatch.link.span,
        "read as if they were stored in the model's way",
    )
    .help(help);
    mismatch
        .frame_type
        .explain(diagnostic, format!("{given:?}"))
}
