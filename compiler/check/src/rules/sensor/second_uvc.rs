//! More than one webcam.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::Kind;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK167",
    name: "second-uvc",
    level: Severity::Warning,
    adjustable: true,
    constraints: &["1.23"],
    summary: "A pipeline with more than one UVC node.",
    docs: include_str!("second_uvc.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let mut nodes = context
        .graph
        .node_refs()
        .filter(|node| node.kind() == Kind::UVC);
    let Some(first) = nodes.next() else {
        return;
    };
    for node in nodes {
        diagnostics.push(
            Diagnostic::new(&RULE, format!("`{}` is a second webcam", node.name()))
                .label(
                    node.config.kind_span,
                    "its frames mix with those of the first",
                )
                .secondary(first.config.kind_span, "the first")
                .help("keep one UVC node"),
        );
    }
}
