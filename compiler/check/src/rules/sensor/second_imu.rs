//! More than one IMU node.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::Kind;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK144",
    name: "second-imu",
    level: Severity::Error,
    adjustable: true,
    constraints: &["I1"],
    summary: "A pipeline with more than one IMU node.",
    docs: include_str!("second_imu.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let mut nodes = context
        .graph
        .node_refs()
        .filter(|node| node.kind() == Kind::IMU);
    let Some(first) = nodes.next() else {
        return;
    };
    for node in nodes {
        diagnostics.push(
            Diagnostic::new(&RULE, format!("`{}` is a second IMU node", node.name()))
                .label(node.config.kind_span, "a pipeline can have only one")
                .secondary(first.config.kind_span, "the first")
                .help(format!(
                    "read its sensors with `{}`, and link its output",
                    first.name()
                )),
        );
    }
}
