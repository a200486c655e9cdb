//! Networks without a model.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::nodes::detection_parser::DetectionParserProperties;

use super::networks::networks;
use crate::{Check, Context};
use oakc_core::graph::NodeRef;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK100",
    name: "missing-model",
    level: Severity::Error,
    adjustable: true,
    constraints: &["N1", "D6"],
    summary: "A node that runs a model or decodes its results, but has no model.",
    docs: include_str!("missing_model.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let networks = networks(context).filter(|network| network.blob_uri.is_empty());
    let parsers = context.each::<DetectionParserProperties>();
    let parsers = parsers.filter(|(_, parser)| parser.network_inputs.is_empty());
    let nodes = networks.map(|network| network.node);
    let nodes = nodes.chain(parsers.map(|(node, _)| node));
    // A node without any links is unused.
    let linked = |node: &NodeRef<'_>| node.incoming().chain(node.outgoing()).next().is_some();
    diagnostics.extend(nodes.filter(linked).map(|node| finding(&node)));
}

fn finding(node: &NodeRef<'_>) -> Diagnostic {
    let (why, help) = if node.kind() == Kind::DetectionParser {
        (
            "the node does not know which tensors to read",
            "add `model` with the model of the network whose results it decodes".to_owned(),
        )
    } else {
        (
            "refuses to start",
            format!(
                "add `model` with the path of a `.blob` or a name from {}",
                node.language().table(&["models"])
            ),
        )
    };
    Diagnostic::new(&RULE, format!("`{}` has no model", node.name()))
        .label(node.config.kind_span, why)
        .help(help)
}
