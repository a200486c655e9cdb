//! More SHAVEs than the device has.

use oakc_diag::{Diagnostic, Diagnostics, Fix, Rule, Severity};

use super::mark_largest;
use crate::budget::processors::{self, SHAVES};
use crate::{Check, Context};
use oakc_core::config::{ModelUse, ShavesBy};
use oakc_core::graph::Network;
use oakc_core::processors::Remaining;
use oakc_runtime_schema::node::Share;

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
        let diagnostic = Diagnostic::new(&RULE, message).help(fewer_for_nodes(context));
        diagnostics.push(mark_largest(diagnostic, &own));
        return;
    }
    let budget = Remaining::in_graph(context.graph, context.facts);
    for node in context.nodes() {
        let network = Network::of(&node).zip(context.model(&node));
        diagnostics.extend(network.and_then(|(network, model)| exceeded(budget, &network, model)));
    }
}

/// The nodes that can do with fewer, as a command.
fn fewer_for_nodes(context: &Context<'_>) -> String {
    let adjustable = context.nodes().filter(|node| {
        matches!(node.kind().processors.shaves, Share::Set(read, _)
            if read(&node.config.properties).is_some_and(|shaves| shaves > 1))
    });
    let names: Vec<_> = adjustable
        .map(|node| format!("`{}`", node.name()))
        .collect();
    match names.as_slice() {
        [] => "remove nodes that need SHAVEs".to_owned(),
        [only] => format!("give {only} fewer"),
        [others @ .., last] => format!("give {} or {last} fewer", others.join(", ")),
    }
}

fn exceeded(budget: Remaining, network: &Network<'_>, model: &ModelUse) -> Option<Diagnostic> {
    let name = network.node.name();
    let shaves = u64::from(model.blob.shaves);
    let threads = u64::from(network.num_threads.max(1));
    let needed = shaves.saturating_mul(threads);
    if shaves > SHAVES {
        // No camera has this many: that is a problem of the model, and reported as one.
        return None;
    }
    let (left, severity, verb) = if needed > budget.certain {
        (budget.certain, Severity::Error, "are")
    } else if shaves > budget.probable {
        (budget.probable, Severity::Warning, "are probably")
    } else {
        return None;
    };
    let mut diagnostic = if threads > 1 && shaves <= left {
        let message =
            format!("`{name}` needs {threads} times {shaves} SHAVEs, but {left} {verb} left");
        Diagnostic::new(&RULE, message).help(fewer_threads(network, left / shaves))
    } else {
        let message =
            format!("the model of `{name}` needs {shaves} SHAVEs, but {left} {verb} left");
        let each = each(threads, left, severity);
        let diagnostic = Diagnostic::new(&RULE, message);
        fewer_shaves(diagnostic, network, model.shaves, (threads, left, each))
    };
    diagnostic = match network.node.written(&THREAD_KEYS) {
        Some(span) if shaves <= left => diagnostic
            .label(span, "each thread needs its own SHAVEs")
            .secondary(model.span, format!("compiled for {shaves}")),
        _ => diagnostic.label(model.span, format!("compiled for {shaves}")),
    };
    Some(diagnostic.severity(severity))
}

/// The model fits, but not as often as it is to run at once. `most` is at least 1.
fn fewer_threads(network: &Network<'_>, most: u64) -> String {
    let node = &network.node;
    let written = node.counting(&THREAD_KEYS);
    let key = written.map_or(THREAD_KEYS[0], |(key, _)| key);
    let setting = node.language().setting(key, most);
    format!("write {setting}, or remove the key: the device then starts as many as fit")
}

/// How many SHAVEs a model can have.
fn each(threads: u64, left: u64, severity: Severity) -> u64 {
    if severity == Severity::Error {
        left / threads
    } else {
        left
    }
}

/// The model does not fit even once. `each` is how many SHAVEs would.
fn fewer_shaves(
    diagnostic: Diagnostic,
    network: &Network<'_>,
    by: ShavesBy,
    (threads, left, each): (u64, u64, u64),
) -> Diagnostic {
    let setting = network.node.language().setting("shaves", each);
    match by {
        ShavesBy::Written(place) if each > 0 => diagnostic
            .help(format!("write {setting} for the model"))
            .fix(Fix::suggested(format!("write {each}")).edit(place, each.to_string())),
        ShavesBy::Default if each > 0 => {
            diagnostic.help(format!("add {setting} to the model in `[models]`"))
        }
        _ => diagnostic.help(smaller_model(threads, left, each)),
    }
}

/// What another file would have to be.
fn smaller_model(threads: u64, left: u64, each: u64) -> String {
    match (each, threads) {
        (0, 1) => "give the other nodes fewer SHAVEs".to_owned(),
        (0, _) => format!("use one thread, and a model compiled for at most {left} SHAVEs"),
        (_, 1) => format!("use a model compiled for at most {each} SHAVEs"),
        _ => {
            format!("use a model compiled for at most {each} SHAVEs, for each of {threads} threads")
        }
    }
}

const THREAD_KEYS: [&str; 2] = ["num_inference_threads", "num_threads"];
