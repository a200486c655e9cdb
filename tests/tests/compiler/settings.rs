//! Advice that names a setting: applied to the application, it ends the finding that gave it.

use std::fmt::Write as _;

use oakc_check::compile;
use oakc_core::Source;
use oakc_core::config::Levels;
use oakc_core::syntax::Language;
use oakc_core::world::MemoryWorld;
use oakc_diag::{Diagnostic, Diagnostics, SourceMap};
use oakc_tests::models::model;

/// A case: the rule, the node that the advice changes, and the application.
const CASES: [(&str, &str, &str); 11] = [
    ("unsupported-frame-type", "cam", TRACKER),
    (
        "unsupported-frame-type",
        "cam",
        "color_order = \"RGB\"\ninterleaved = false",
    ),
    (
        "unsupported-frame-type",
        "cam",
        "color_order = \"RGB\"\nfp16 = true",
    ),
    ("network-input-layout", "cam", "color_order = \"RGB\""),
    (
        "network-input-layout",
        "cam",
        "interleaved = false\nfp16 = true",
    ),
    ("shave-budget", "net", "num_threads = 3"),
    ("shave-budget", "net", "num_inference_threads = 4"),
    (
        "inference-threads",
        "net",
        "num_frames = 1\nnum_threads = 2",
    ),
    ("inference-threads", "net", "num_pool_frames = 1"),
    (
        "inference-threads",
        "net",
        "num_threads = 2\nnum_nce_per_thread = 2",
    ),
    (
        "inference-threads",
        "net",
        "num_threads = 3\nnum_nce_per_thread = 1",
    ),
];

/// The camera as it is by default.
const TRACKER: &str = "interleaved = true";

/// A camera, a network and a tracker, with settings on one of the nodes.
fn application(node: &str, settings: &str) -> String {
    let mut text = String::new();
    let nodes = [
        ("cam", "ColorCamera", ""),
        (
            "net",
            "NeuralNetwork",
            "model = \"ssd-300x300-6shave.blob\"\ninputs.in = \"cam.preview\"",
        ),
        (
            "tracker",
            "ObjectTracker",
            "inputs.inputTrackerFrame = \"cam.preview\"",
        ),
        (
            "taker",
            "Script",
            "code = \"node.io['out'].get()\"\ninputs.out = \"net.out\"",
        ),
    ];
    for (name, kind, fixed) in nodes {
        let own = if name == node { settings } else { "" };
        writeln!(text, "[nodes.{name}]\ntype = \"{kind}\"\n{own}\n{fixed}").unwrap();
    }
    text
}

fn findings(text: &str, rule: &str) -> Vec<Diagnostic> {
    let levels = Levels::default();
    let source = Source {
        name: "app.toml",
        text,
        language: Language::Toml,
        profile: None,
        params: &[],
        overrides: &[],
        levels: &levels,
    };
    let name = "ssd-300x300-6shave.blob";
    let world = MemoryWorld::from_iter([(name, model(name).unwrap())]);
    let (mut sources, mut found) = (SourceMap::new(), Diagnostics::new());
    compile(&source, &world, &mut sources, &mut found);
    let found = found.into_iter();
    found.filter(|found| found.rule.name == rule).collect()
}

/// The settings in a help: what stands between backquotes and has an equals sign, in the first
/// alternative.
fn settings(help: &str) -> Vec<(String, String)> {
    let first = help.split(", or ").next().unwrap_or_default();
    let quoted = first.split('`').skip(1).step_by(2);
    let pairs = quoted.filter_map(|quoted| quoted.split_once(" = "));
    pairs
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

#[test]
fn a_setting_that_a_finding_advises_ends_the_finding() {
    for (rule, node, written) in CASES {
        let before = findings(&application(node, written), rule);
        let [found] = before.as_slice() else {
            panic!("{rule} with {written}: {before:#?}");
        };
        let help = found.help.as_deref().unwrap();
        let advised = settings(help);
        assert!(!advised.is_empty(), "{rule} with {written}: {help}");
        let kept = written.lines().filter(|line| {
            let key = line.split(" = ").next().unwrap_or_default();
            !advised.iter().any(|(advised, _)| advised == key)
        });
        let new = advised
            .iter()
            .map(|(key, value)| format!("{key} = {value}"));
        let lines: Vec<_> = kept.map(str::to_owned).chain(new).collect();
        for line in written.lines() {
            assert!(!help.contains(&format!("`{line}`")), "already so: {help}");
        }
        let after = findings(&application(node, &lines.join("\n")), rule);
        assert!(after.is_empty(), "{rule} with {lines:?}: {after:#?}");
    }
}
