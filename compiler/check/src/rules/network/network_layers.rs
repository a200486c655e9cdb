//! Inputs of a node that its model does not have, and inputs of the model that are not linked.

use std::collections::BTreeSet;

use oakc_blob::Blob;
use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use super::networks::networks;
use crate::{Check, Context};
use oakc_core::config::Suggestion;
use oakc_core::graph::{InputPort, NodeRef};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK105",
    name: "network-layers",
    level: Severity::Error,
    adjustable: true,
    constraints: &["N12"],
    summary: "Inputs of a network node that do not match those of its model.",
    docs: include_str!("network_layers.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for network in networks(context) {
        let (node, Some(blob)) = (&network.node, network.blob) else {
            continue;
        };
        let ports = node.node.inputs.iter();
        let own: Vec<_> = ports.filter(|port| port.group == "inputs").collect();
        let known: BTreeSet<_> = blob.inputs.iter().map(|tensor| &tensor.name).collect();
        let unknown = own.iter().filter(|port| !known.contains(&port.name));
        let before = diagnostics.len();
        diagnostics.extend(unknown.map(|port| unknown_layer(node, port, blob)));
        // A misspelt input is also missing under its correct name.
        if diagnostics.len() == before && context.graph.is_complete() {
            diagnostics.extend(missing_layers(node, &own, blob));
        }
    }
}

fn unknown_layer(node: &NodeRef<'_>, port: &InputPort, blob: &Blob) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        &RULE,
        format!(
            "the model of `{}` has no input `{}`",
            node.name(),
            port.name
        ),
    )
    .label(
        port.span.unwrap_or(node.config.kind_span),
        "the node cannot create this input",
    );
    // The library's attribute is `input` where the port is called `in`.
    if let Some(meant) = node.kind().meant_input(&port.name)
        && blob.inputs.len() == 1
    {
        return diagnostic.help(format!("did you mean `{}`?", meant.name));
    }
    let names = blob.inputs.iter().map(|tensor| tensor.name.as_str());
    Suggestion::of(&port.name, names.clone()).or_help(diagnostic, || {
        let names: Vec<_> = names.take(8).map(|name| format!("`{name}`")).collect();
        format!("its inputs: {}", names.join(", "))
    })
}

fn missing_layers(node: &NodeRef<'_>, own: &[&InputPort], blob: &Blob) -> Option<Diagnostic> {
    // Messages on `in` may contain tensors for all inputs.
    if own.is_empty() || node.links_to("in").next().is_some() {
        return None;
    }
    let given: BTreeSet<_> = own.iter().map(|port| &port.name).collect();
    let missing = blob
        .inputs
        .iter()
        .filter(|tensor| !given.contains(&tensor.name));
    let missing: Vec<_> = missing.take(8).map(|tensor| tensor.name.as_str()).collect();
    let first = missing.first()?;
    let names: Vec<_> = missing.iter().map(|name| format!("`{name}`")).collect();
    let place = node.config.model.as_ref().map(|model| model.span);
    Some(
        Diagnostic::new(
            &RULE,
            format!(
                "nothing is linked to {} of the model of `{}`",
                names.join(", "),
                node.name()
            ),
        )
        .label(
            place.unwrap_or(node.config.kind_span),
            "every inference is skipped",
        )
        .help(format!("add {}", node.link_setting(first))),
    )
}
