//! More SHAVEs than the device has.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use super::mark_largest;
use crate::budget::processors::{self, SHAVES};
use crate::{Check, Context};
use oakc_core::config::ModelUse;
use oakc_core::graph::Network;

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

static RULE: Rule = Rule {
    code: "OAK186",
    name: "shave-budget",
    level: Severity::Error,
    adjustable: true,
    constraints: &["S20", "N3", "N5", "TF5", "F6", "1.21", "3.1"],
    summary: "A model, or the other nodes, need more SHAVEs than the device has.",
    docs: include_str!("shave_budget.md"),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let own = processors::own_shaves(context.graph);
    let taken = own.total();
    if taken > SHAVES {
        let message = format!("the nodes use {taken} SHAVEs, but there are only {SHAVES}");
        let diagnostic = Diagnostic::new(&RULE, message)
            .help("give StereoDepth, FeatureTracker, ImageAlign or ToF fewer");
        diagnostics.push(mark_largest(diagnostic, &own));
        return;
    }
    let slices = processors::slices(context.graph, context.facts).total();
    let budget = Remaining {
        certain: SHAVES - taken,
        probable: SHAVES.saturating_sub(slices.max(taken)),
    };
    for node in context.nodes() {
        let network = Network::of(&node).zip(node.config.model.as_ref());
        diagnostics.extend(network.and_then(|(network, model)| budget.exceeded(&network, model)));
    }
}

/// SHAVEs that remain for networks.
struct Remaining {
    /// The maximum according to the SHAVEs that nodes use.
    certain: u64,
    /// The maximum that also considers memory slices, whose numbers were only observed.
    probable: u64,
}

impl Remaining {
    fn exceeded(&self, network: &Network<'_>, model: &ModelUse) -> Option<Diagnostic> {
        let name = network.node.name();
        let shaves = u64::from(model.blob.shaves);
        let threads = u64::from(network.num_threads.max(1));
        let needed = shaves.saturating_mul(threads);
        if shaves > SHAVES {
            // No camera has this many: that is a problem of the model, and reported as one.
            return None;
        }
        let (left, severity, verb) = if needed > self.certain {
            (self.certain, Severity::Error, "are")
        } else if shaves > self.probable {
            (self.probable, Severity::Warning, "are probably")
        } else {
            return None;
        };
        let message = if threads > 1 && shaves <= left {
            format!("`{name}` needs {threads} times {shaves} SHAVEs, but {left} {verb} left")
        } else {
            format!("the model of `{name}` needs {shaves} SHAVEs, but {left} {verb} left")
        };
        let mut diagnostic = Diagnostic::new(&RULE, message).severity(severity);
        diagnostic = match network.node.written(&THREAD_KEYS) {
            Some(span) if shaves <= left => diagnostic
                .label(span, "each thread needs its own SHAVEs")
                .secondary(model.span, format!("compiled for {shaves}")),
            _ => diagnostic.label(model.span, format!("compiled for {shaves}")),
        };
        let most = if severity == Severity::Error {
            left / threads
        } else {
            left
        };
        Some(diagnostic.help(format!("use a model compiled for at most {most} SHAVEs")))
    }
}

const THREAD_KEYS: [&str; 2] = ["num_inference_threads", "num_threads"];
