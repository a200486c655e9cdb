//! Networks whose OpenVINO releases are incompatible.

use oakc_blob::{OpenVinoVersion, are_blob_compatible};
use oakc_core::syntax::Language;
use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use crate::{Check, Context};
use oakc_core::config::{ModelUse, NodeConfig};
use oakc_core::graph::Graph;
use oakc_core::openvino;

pub(super) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK026",
    name: "openvino-conflict",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "Models whose OpenVINO releases cannot be packaged together or at all.",
    docs: include_str!("openvino_conflict.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let graph = context.graph;
    let needs = openvino::requirements(graph);
    match graph.config().openvino {
        Some(forced) => needs
            .iter()
            .filter(|(_, model)| !are_blob_compatible(model.blob.openvino, forced))
            .for_each(|(node, model)| {
                diagnostics.push(against_forced(context.language(), node, model, forced));
            }),
        None => {
            if let Some((first, rest)) = needs.split_first() {
                rest.iter()
                    .filter(|(_, m)| !are_blob_compatible(first.1.blob.openvino, m.blob.openvino))
                    .for_each(|other| diagnostics.push(against_each_other(*first, *other)));
            }
        }
    }
    if let Some(version) = openvino::pipeline_version(graph).filter(|v| !v.is_packagable()) {
        diagnostics.push(unavailable(graph, version, needs.first().copied()));
    }
}

fn against_forced(
    language: Language,
    node: &NodeConfig,
    model: &ModelUse,
    forced: OpenVinoVersion,
) -> Diagnostic {
    let version = model.blob.openvino.name();
    Diagnostic::new(
        &RULE,
        format!(
            "the model of `{}` is compiled for OpenVINO {version}, but the pipeline is forced to {}",
            node.name,
            forced.name()
        ),
    )
    .label(model.span, format!("a blob for OpenVINO {version}"))
    .help(format!(
        "remove `openvino` from {}, or compile the model for the forced release",
        language.table(&["pipeline"])
    ))
}

fn against_each_other(
    (first, first_model): (&NodeConfig, &ModelUse),
    (other, other_model): (&NodeConfig, &ModelUse),
) -> Diagnostic {
    let version = |model: &ModelUse| model.blob.openvino.name();
    Diagnostic::new(
        &RULE,
        format!(
            "the models of `{}` and `{}` are compiled for OpenVINO {} and {}, which are incompatible",
            first.name,
            other.name,
            version(first_model),
            version(other_model)
        ),
    )
    .label(other_model.span, format!("a blob for OpenVINO {}", version(other_model)))
    .secondary(first_model.span, format!("a blob for OpenVINO {}", version(first_model)))
    .help("compile both models for OpenVINO 2022.1")
}

fn unavailable(
    graph: &Graph,
    version: OpenVinoVersion,
    needed_by: Option<(&NodeConfig, &ModelUse)>,
) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        &RULE,
        format!(
            "there is no longer any firmware for OpenVINO {}",
            version.name()
        ),
    )
    .help("compile the model for OpenVINO 2022.1");
    let forced = graph.config().span("pipeline.openvino");
    match (forced, needed_by) {
        (Some(span), _) if graph.config().openvino.is_some() => {
            diagnostic.label(span, "forced here")
        }
        (_, Some((_, model))) => diagnostic.label(model.span, "needed by this model"),
        _ => diagnostic,
    }
}
