//! More parallel inferences than there is room for.

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity};

use super::networks::{Network, networks};
use crate::{Check, Context};

pub(in crate::rules) const CHECK: Check = Check::graph(&RULE, check);

/// Neural compute engines of the chip.
const ENGINES: u32 = 2;

static RULE: Rule = Rule {
    code: "OAK101",
    name: "inference-threads",
    level: Severity::Error,
    adjustable: true,
    constraints: &["N6", "N7"],
    summary: "Threads of a network that have too few results or compute engines.",
    docs: include_str!("inference_threads.md"),
};

const FRAMES: [&str; 2] = ["num_pool_frames", "num_frames"];
const THREADS: [&str; 2] = ["num_inference_threads", "num_threads"];
const NCE: [&str; 2] = ["num_nce_per_inference_thread", "num_nce_per_thread"];

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for network in networks(context) {
        diagnostics.extend(too_few_frames(&network));
        diagnostics.extend(too_many_engines(&network));
    }
}

fn too_few_frames(network: &Network<'_>) -> Option<Diagnostic> {
    let (node, frames) = (&network.node, network.num_frames);
    // By default the device uses two.
    let chosen = network.num_threads > 0;
    let threads = if chosen { network.num_threads } else { 2 };
    if frames >= threads {
        return None;
    }
    let starts = !chosen && frames > 0;
    let why = if starts {
        "one of the two threads waits for the other's result"
    } else {
        "refuses to start with fewer results than threads"
    };
    let diagnostic = Diagnostic::new(
        &RULE,
        format!(
            "`{}` has {frames} results for {threads} threads",
            node.name()
        ),
    )
    .label(node.span(&FRAMES), why)
    .help(format!(
        "write {} or more; 8 is the default",
        node.language()
            .setting(written_key(network, &FRAMES), threads)
    ));
    let diagnostic = diagnostic.secondary(node.written(&THREADS), "the threads");
    Some(if starts {
        diagnostic.severity(Severity::Warning)
    } else {
        diagnostic
    })
}

fn too_many_engines(network: &Network<'_>) -> Option<Diagnostic> {
    let (node, each) = (&network.node, network.num_nce_per_thread);
    let threads = network.num_threads.max(1);
    let all = each.saturating_mul(threads);
    (all > ENGINES).then(|| {
        Diagnostic::new(
            &RULE,
            format!(
                "`{}` requests {all} neural compute engines, but the chip has {ENGINES}",
                node.name()
            ),
        )
        .label(
            node.span(&NCE),
            format!("{each} for each of the {threads} threads"),
        )
        .help(fewer_engines(network, threads))
    })
}

/// How the engines suffice: each thread needs at least one.
fn fewer_engines(network: &Network<'_>, threads: u32) -> String {
    let setting = |keys, number| {
        let language = network.node.language();
        language.setting(written_key(network, keys), number)
    };
    match ENGINES / threads {
        0 if network.num_nce_per_thread == 1 => format!("write {}", setting(&THREADS, ENGINES)),
        0 => format!(
            "write {} and {}",
            setting(&THREADS, ENGINES),
            setting(&NCE, 1)
        ),
        each => format!("write {}, or remove the key", setting(&NCE, each)),
    }
}

/// The spelling of a key that the application uses.
fn written_key(network: &Network<'_>, spellings: &[&'static str; 2]) -> &'static str {
    let written = network.node.counting(spellings);
    written.map_or(spellings[0], |(key, _)| key)
}
