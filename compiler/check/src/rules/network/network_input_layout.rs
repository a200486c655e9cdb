//! Images with a different colour layout from the model's.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use super::frames::{Fault, Mismatch, is_planar, mismatches};
use crate::rules::image::between::offer;
use crate::rules::image::sender::{fix, settings};
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK103",
    name: "network-input-layout",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["N9"],
    summary: "Images with a different colour layout from the one the model expects.",
    docs: include_str!("network_input_layout.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let found = mismatches(context).into_iter();
    let found = found.filter(|mismatch| mismatch.fault == Fault::Layout);
    diagnostics.extend(found.map(|mismatch| finding(context, &mismatch)));
}

fn finding(context: &Context<'_>, mismatch: &Mismatch<'_>) -> Diagnostic {
    let given = mismatch.frame_type.value;
    // If the layout of the colours is right, their number format is not.
    let planar = mismatch.wanted.is_planar();
    let between = |frame_type: &str| {
        let setting = context.language().setting("frame_type", frame_type);
        format!("put an ImageManip with {setting} between")
    };
    let (taken, convert) = match planar.filter(|_| planar != is_planar(given)) {
        Some(true) => ("planar images", between("BGR888p")),
        Some(false) => ("interleaved images", between("BGR888i")),
        None => (
            "another type",
            "convert them with an ImageManip, or compile the model for this type of image"
                .to_owned(),
        ),
    };
    let suits = |sent| mismatch.wanted.takes(sent);
    let diagnostic = Diagnostic::new(
        &RULE,
        format!(
            "images for `{}` are {given:?}, but its model expects {taken}",
            mismatch.network
        ),
    )
    .label(mismatch.link.span, "read as if they had the model's layout");
    let (link, size) = (&mismatch.link, mismatch.wanted.size);
    let diagnostic = match settings(context, link, suits) {
        Some(settings) => diagnostic.help(settings),
        None => offer(diagnostic.clone(), context, link, size, suits)
            .unwrap_or_else(|| diagnostic.help(convert)),
    };
    let diagnostic = match fix(context, link, suits) {
        Some(fix) => diagnostic.fix(fix),
        None => diagnostic,
    };
    mismatch
        .frame_type
        .explain(diagnostic, format!("{given:?}"))
}
