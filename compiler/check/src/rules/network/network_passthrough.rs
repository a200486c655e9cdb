//! Passthrough outputs of inputs that nothing is linked to.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use super::networks::networks;
use crate::{Check, Context};
use oakc_core::graph::{LinkRef, NodeRef};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK106",
    name: "network-passthrough",
    level: Severity::Error,
    adjustable: true,
    constraints: &["N13"],
    summary: "A link from the passthrough of an input that nothing is linked to.",
    docs: include_str!("network_passthrough.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    if !context.graph.is_complete() {
        return;
    }
    for network in networks(context) {
        let node = &network.node;
        let passed = node
            .outgoing()
            .filter(|link| link.output.group == "passthroughs");
        let fed = |link: &LinkRef<'_>| {
            let mut inputs = node.links_to(&link.output.name);
            inputs.any(|input| input.input.group == "inputs")
        };
        diagnostics.extend(
            passed
                .filter(|link| !fed(link))
                .map(|link| finding(node, &link)),
        );
    }
}

fn finding(node: &NodeRef<'_>, link: &LinkRef<'_>) -> Diagnostic {
    let name = &link.output.name;
    let inputs = node.incoming().filter(|link| link.input.group == "inputs");
    let fed: Vec<_> = inputs
        .take(8)
        .map(|link| format!("`{}`", link.input.name))
        .collect();
    let diagnostic = Diagnostic::new(
        &RULE,
        format!(
            "nothing is linked to `{}.inputs[{name}]`, so nothing can be passed through",
            node.name()
        ),
    )
    .label(link.span, "nothing is ever sent over this link");
    if name.starts_with("out") {
        diagnostic.help(format!("did you mean `{}.out`?", node.name()))
    } else if fed.is_empty() {
        diagnostic.help(format!(
            "link `{}.passthrough`: it passes on the messages that arrive on `in`",
            node.name()
        ))
    } else {
        diagnostic.help(format!("the linked inputs: {}", fed.join(", ")))
    }
}
