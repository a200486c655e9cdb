//! A blocking queue that ImageAlign does not allow.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::image_align::ImageAlignProperties;

use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK090",
    name: "blocking-align-to",
    level: Severity::Error,
    adjustable: true,
    constraints: &["1.21"],
    summary: "An ImageAlign with a blocking queue on `inputAlignTo`.",
    docs: include_str!("blocking_align_to.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (node, _) in context.each::<ImageAlignProperties>() {
        let mut inputs = node.node.inputs.iter();
        let Some(port) = inputs.find(|port| port.name == "inputAlignTo" && port.blocking) else {
            continue;
        };
        diagnostics.push(
            Diagnostic::new(&RULE, format!("`{}.inputAlignTo` blocks", node.name()))
                .label(
                    port.span.unwrap_or(node.config.kind_span),
                    "the node refuses to start with it",
                )
                .help(format!(
                    "remove {}",
                    node.language().setting("blocking", true)
                )),
        );
    }
}
