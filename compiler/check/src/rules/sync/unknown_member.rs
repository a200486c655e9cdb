//! Members that a group does not have.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::Kind;
use std::collections::BTreeSet;

use crate::{Check, Context};
use oakc_core::config::Suggestion;
use oakc_core::graph::NodeRef;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK151",
    name: "unknown-member",
    level: Severity::Error,
    adjustable: true,
    constraints: &["SY2"],
    summary: "An output of a MessageDemux without a member of that name in its group.",
    docs: include_str!("unknown_member.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    if !context.graph.is_complete() {
        return;
    }
    let demuxes = context
        .nodes()
        .filter(|node| node.kind() == Kind::MessageDemux);
    for demux in demuxes {
        let Some(members) = members(context, &demux) else {
            continue;
        };
        let unknown = demux.outgoing();
        let unknown = unknown.filter(|link| !members.contains(link.output.name.as_str()));
        for link in unknown {
            let name = &link.output.name;
            let diagnostic = Diagnostic::new(
                &RULE,
                format!(
                    "the group that `{}` gets has no member `{name}`",
                    demux.name()
                ),
            )
            .label(link.span, "nothing is ever sent over this link");
            let known = members.iter().copied();
            let suggestion = Suggestion::sparing(diagnostics, name, known);
            diagnostics.push(suggestion.or_help(diagnostic, || {
                let members = members.iter().take(8);
                let members: Vec<_> = members.map(|name| format!("`{name}`")).collect();
                format!("its members: {}", members.join(", "))
            }));
        }
    }
}

/// The members that groups from all sources have together; `None` if they are unknown for some
/// source.
fn members<'a>(context: &Context<'a>, demux: &NodeRef<'a>) -> Option<BTreeSet<&'a str>> {
    let mut members = BTreeSet::new();
    for link in demux.links_to("input") {
        let sync = context.graph.node_ref(link.from)?;
        if sync.kind() != Kind::Sync {
            return None;
        }
        members.extend(sync.node.inputs.iter().map(|port| port.name.as_str()));
    }
    // A group without members is reported by another rule.
    (!members.is_empty()).then_some(members)
}
