//! Messages that are no groups, in front of what takes groups apart.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK152",
    name: "ungrouped-input",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["SY3"],
    summary: "A MessageDemux that gets something other than groups.",
    docs: include_str!("ungrouped_input.md"),
};

/// What may send groups: a Script and another program send what they like.
const SENDERS: [&str; 5] = ["Sync", "Script", "MessageDemux", "SPIIn", "XLinkIn"];

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let demuxes = context.nodes().filter(|node| node.kind() == "MessageDemux");
    for demux in demuxes {
        for link in demux.links_to("input") {
            let source = context.graph.config_of(link.from);
            let Some(source) = source.filter(|source| !SENDERS.contains(&source.kind.name()))
            else {
                continue;
            };
            let message = format!(
                "`{}` takes groups apart, but `{}.{}` sends none",
                demux.name(),
                source.name,
                link.output.name
            );
            diagnostics.push(
                Diagnostic::new(&RULE, message)
                    .label(link.span, "single messages stop the node")
                    .help("link the `out` of a Sync"),
            );
        }
    }
}
