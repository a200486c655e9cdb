//! More pixels from sensors than the device can process.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use super::mark_largest;
use crate::budget::throughput;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK188",
    name: "isp-throughput",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["C26"],
    summary: "All cameras together read more pixels than the image processor can process.",
    docs: include_str!("isp_throughput.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let account = throughput::image_processor(context.graph, context.facts);
    let total = account.total();
    if account.available.is_none_or(|available| total <= available) {
        return;
    }
    let message = format!(
        "the cameras read {}, more than the image processor can process",
        account.unit.amount(total)
    );
    let diagnostic = Diagnostic::new(&RULE, message)
        .help("lower `fps` of the cameras, or use lower resolutions");
    diagnostics.push(mark_largest(diagnostic, &account));
}
