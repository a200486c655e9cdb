//! Empty groups.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::node::Fed;

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
        let (kind, name) = (node.kind(), node.name());
        let (sends, gets) = (node.outgoing().next(), node.incoming().next());
        let lacks_input = kind.start.inputs == Fed::Any && node.node.inputs.is_empty();
        let lacks_output =
            kind.start.consumer && kind.output_map.is_some() && node.node.outputs.is_empty();
        let (message, help) = if lacks_input && sends.is_some() {
            (
                format!("`{name}` has no inputs to group"),
                format!(
                    "add {} to `{name}` for each member",
                    node.language().setting("inputs.NAME", "node.output")
                ),
            )
        } else if lacks_output && gets.is_some() {
            (
                format!("no output of `{name}` is linked"),
                format!("link `{name}.NAME`, with the name that the member has in its Sync"),
            )
        } else {
            continue;
        };
        let diagnostic = Diagnostic::new(&RULE, message);
        let diagnostic = diagnostic.label(node.config.kind_span, "the node refuses to start");
        diagnostics.push(diagnostic.help(help));
    }
}
