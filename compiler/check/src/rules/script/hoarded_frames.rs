//! Frames that a script keeps until their sender has none left.

use oakc_diag::{Diagnostics, Rule, Severity};

use super::programs::programs;
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::scripts(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK231",
    name: "hoarded-frames",
    level: Severity::Warning,
    adjustable: true,
    constraints: &[],
    summary: "A script keeps as many frames as their sender has.",
    docs: include_str!("hoarded_frames.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for program in programs(context) {
        for hoard in &program.facts.hoards {
            for link in program.node.links_to(&hoard.port) {
                let Some(pool) = context.facts.of(&link).pool.as_ref() else {
                    continue;
                };
                if hoard.most.is_some_and(|most| most < pool.value) {
                    continue;
                }
                let kept = match hoard.most {
                    Some(most) => format!("{most} frames"),
                    None => "every frame".to_owned(),
                };
                let message = format!(
                    "`{}` keeps {kept} of a pool of {}",
                    hoard.container, pool.value
                );
                let label = "once the pool is empty, no frame comes any more";
                program.report(&RULE, &hoard.range, message, label, diagnostics, |found| {
                    let found = found.secondary(link.span, "frames come from here");
                    let found = pool.explain(found, pool.value);
                    found.help(format!(
                        "keep fewer than {}, for instance with `collections.deque(maxlen=…)`; or keep copies, \
                         `bytes(frame.getData())`",
                        pool.value
                    ))
                });
            }
        }
    }
}
