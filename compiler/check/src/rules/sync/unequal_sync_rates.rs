//! Groups whose members arrive at different rates.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::sync::SyncProperties;

use crate::{Check, Context};
use oakc_core::graph::{LinkRef, NodeRef};
use oakc_core::infer::Fact;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK153",
    name: "unequal-sync-rates",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["SY4", "3.3"],
    summary: "Members of a group that arrive at different rates and too far apart.",
    docs: include_str!("unequal_sync_rates.md"),
};

/// Rates that differ by less than this fraction count as equal, because they are approximate.
const TOLERANCE: f64 = 0.01;

/// An input of a Sync whose rate is known.
struct Member<'a> {
    link: LinkRef<'a>,
    /// Messages per second, more than 0.
    fps: Fact<f64>,
}

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, sync) in context.each::<SyncProperties>() {
        let links = node.incoming();
        let mut members: Vec<_> = links.filter_map(|link| member(context, link)).collect();
        members.sort_by(|a, b| a.fps.value.total_cmp(&b.fps.value));
        // Without attempts, timestamps do not matter.
        if sync.sync_attempts != 0 {
            diagnostics.extend(finding(
                &node,
                milliseconds(sync.sync_threshold_ns),
                &members,
            ));
        }
    }
}

fn member<'a>(context: &Context<'a>, link: LinkRef<'a>) -> Option<Member<'a>> {
    let fps = context.facts.of(&link).fps.clone()?;
    (fps.value > 0.0).then_some(Member { link, fps })
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a threshold of years may be off by a microsecond"
)]
fn milliseconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1e6
}

/// A rate without its binary rounding error.
fn hundredths(fps: f64) -> f64 {
    (fps * 100.0).round() / 100.0
}

/// `members` are sorted by rate.
fn finding(node: &NodeRef<'_>, threshold: f64, members: &[Member<'_>]) -> Option<Diagnostic> {
    let slow = members.first()?;
    let above = slow.fps.value * (1.0 + TOLERANCE);
    let fast = members.iter().find(|member| member.fps.value > above)?;
    let apart = 1000.0 / fast.fps.value / 2.0;
    if threshold >= apart {
        return None;
    }
    let rate = |member: &Member<'_>| format!("{} fps", hundredths(member.fps.value));
    let message = format!(
        "`{}` groups `{}` at {} with `{}` at {}",
        node.name(),
        slow.link.input.name,
        rate(slow),
        fast.link.input.name,
        rate(fast)
    );
    let diagnostic = Diagnostic::new(&RULE, message)
        .label(
            fast.link.span,
            format!("up to {apart:.1} ms apart, but only {threshold} ms are allowed"),
        )
        .help(format!(
            "set the same `fps` for both, or write {}",
            node.language()
                .setting("sync_threshold", format!("{}ms", apart.ceil()))
        ));
    let diagnostic = slow.fps.explain(diagnostic, rate(slow));
    Some(fast.fps.explain(diagnostic, rate(fast)))
}
