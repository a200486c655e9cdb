//! Groups of nothing.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::Kind;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK150",
    name: "empty-group",
    level: Severity::Error,
    adjustable: true,
    constraints: &["SY1", "SY2"],
    summary: "A Sync without inputs, or a MessageDemux without outputs.",
    docs: include_str!("empty_group.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    if !context.graph.is_complete() {
        return;
    }
    for node in context.nodes() {
        let (sends, gets) = (node.outgoing().next(), node.incoming().next());
        let name = node.name();
        let (is_sync, is_demux) = (node.kind() == Kind::Sync, node.kind() == Kind::MessageDemux);
        let (message, help) = if is_sync && sends.is_some() && node.node.inputs.is_empty() {
            (
                format!("`{name}` has no inputs to group"),
                format!("add `inputs.NAME = \"node.output\"` to `{name}` for each member"),
            )
        } else if is_demux && gets.is_some() && node.node.outputs.is_empty() {
            (
                format!("no output of `{name}` is linked"),
                format!("link `{name}.NAME`, with the name that the member has in its Sync"),
            )
        } else {
            continue;
        };
        let diagnostic = Diagnostic::new(&RULE, message);
        let diagnostic = diagnostic.label(node.config.kind_span, "refuses to start");
        diagnostics.push(diagnostic.help(help));
    }
}
