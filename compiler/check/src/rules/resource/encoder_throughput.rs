//! More video than the device can encode.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use super::mark_largest;
use crate::budget::{Account, throughput};
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK187",
    name: "encoder-throughput",
    level: Severity::Error,
    adjustable: true,
    constraints: &["V6"],
    summary: "All encoders together have to encode more than the device can.",
    docs: include_str!("encoder_throughput.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let video = throughput::video(context.graph, context.facts);
    let tolerated = video.total() <= throughput::VIDEO_TOLERATED;
    diagnostics.extend(exceeded(&video, "H.26x", Severity::Error).filter(|_| !tolerated));
    let jpeg = throughput::jpeg(context.graph, context.facts);
    diagnostics.extend(exceeded(&jpeg, "JPEG", Severity::Warning));
}

fn exceeded(account: &Account, what: &str, severity: Severity) -> Option<Diagnostic> {
    let (total, available) = (account.total(), account.available?);
    if total <= available {
        return None;
    }
    let message = format!(
        "the {what} encoders would have to encode {}, but the limit is {}",
        account.unit.amount(total),
        account.unit.amount(available)
    );
    let diagnostic = Diagnostic::new(&RULE, message)
        .severity(severity)
        .help("lower `frame_rate`, encode smaller images, or encode fewer streams");
    Some(mark_largest(diagnostic, account))
}
