//! Queues that cannot hold messages.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK175",
    name: "empty-queue",
    level: Severity::Error,
    adjustable: true,
    constraints: &[],
    summary: "An input's queue that has no room for messages.",
    docs: include_str!("empty_queue.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for node in context.nodes() {
        let written = node.node.inputs.iter().filter(|port| port.queue_size <= 0);
        for (port, place) in written.filter_map(|port| Some((port, port.span?))) {
            let key = format!("inputs.{}.queue_size", port.name);
            let place = node.written(&[&key]).unwrap_or(place);
            diagnostics.push(
                Diagnostic::new(
                    &RULE,
                    format!(
                        "the size of the queue of `{}.{}` is {}",
                        node.name(),
                        port.name,
                        port.queue_size
                    ),
                )
                .label(place, "lets no message through")
                .help(format!(
                    "write 1 or more; {} together with {} keeps the newest message",
                    context.language().setting("queue_size", 1),
                    context.language().setting("blocking", false)
                )),
            );
        }
    }
}
