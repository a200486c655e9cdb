//! How the time of a check grows with what there is a lot of: `cargo bench -p oakc-check --bench growth`. Each kind
//! of text is checked in one size and in four times that; the time should not grow by much more.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot run has nothing to measure"
)]

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion};
use oakc_check::examine;
use oakc_core::Source;
use oakc_core::config::Levels;
use oakc_core::syntax::Language;
use oakc_core::world::MemoryWorld;
use oakc_diag::render::{HumanOptions, human};
use oakc_diag::{Diagnostics, SourceMap};

/// The smaller size.
const SMALL: usize = 2_000;

/// A text of some size.
type Kind = (&'static str, fn(usize) -> String);

const KINDS: &[Kind] = &[
    ("inputs of one Script", inputs),
    ("outputs of one Script", outputs),
    ("global statements", globals),
    ("links to unknown nodes", unknown_nodes),
    ("members of one Sync", members),
    ("functions that call each other", functions),
    ("problems in one line", problems),
];

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for (name, text) in KINDS {
        let mut group = criterion.benchmark_group(*name);
        group.sample_size(10);
        for count in [SMALL, 4 * SMALL] {
            let text = text(count);
            group.bench_function(BenchmarkId::from_parameter(count), |bencher| {
                bencher.iter(|| checked(black_box(&text)));
            });
        }
        group.finish();
    }
    criterion.final_summary();
}

/// The findings as people get them.
fn checked(text: &str) -> String {
    let source = Source {
        name: "app",
        text,
        language: Language::Toml,
        overrides: &[],
        levels: &Levels::default(),
    };
    let (mut sources, mut diagnostics) = (SourceMap::default(), Diagnostics::new());
    let world = MemoryWorld::default();
    examine(&source, &world, &mut sources, &mut diagnostics).unwrap();
    human(&diagnostics, &sources, HumanOptions::default())
}

const CAMERA: &str = "[nodes.c]\ntype = \"ColorCamera\"\n";

fn each(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, number| {
        text.write_str(&line(number)).unwrap();
        text
    })
}

fn script(name: &str, program: &str) -> String {
    format!("[nodes.{name}]\ntype = \"Script\"\ncode = '''\n{program}'''\n")
}

fn inputs(count: usize) -> String {
    let reads = each(count, |n| format!("    node.io['a{n}'].get()\n"));
    let links = each(count, |n| format!("inputs.a{n} = \"c.video\"\n"));
    CAMERA.to_owned() + &script("s", &format!("while True:\n{reads}")) + &links
}

fn outputs(count: usize) -> String {
    let sends = each(count, |n| format!("    node.io['a{n}'].send(b)\n"));
    let links = each(count, |n| format!("inputs.i{n} = \"s.a{n}\"\n"));
    let program = format!("b = Buffer(1)\nwhile True:\n    node.io['i0'].get()\n{sends}");
    script("s", &program) + &script("t", "while True:\n    node.io['i0'].get()\n") + &links
}

fn globals(count: usize) -> String {
    let lines = each(count, |n| format!("    global a{n}\n    a{n} = {n}\n"));
    let program = format!("def f():\n{lines}while True:\n    node.io['a'].get()\n    f()\n");
    CAMERA.to_owned() + &script("s", &program) + "inputs.a = \"c.video\"\n"
}

fn unknown_nodes(count: usize) -> String {
    each(count, |n| {
        format!("[nodes.n{n}]\ntype = \"VideoEncoder\"\ninputs.in = \"x{n}.video\"\n")
    })
}

fn members(count: usize) -> String {
    let links = each(count, |n| format!("inputs.a{n} = \"c.video\"\n"));
    let encoders = each(count, |n| {
        format!("[nodes.e{n}]\ntype = \"VideoEncoder\"\ninputs.in = \"d.a{n}\"\n")
    });
    let demux = "[nodes.d]\ntype = \"MessageDemux\"\ninputs.input = \"y.out\"\n";
    format!("{CAMERA}[nodes.y]\ntype = \"Sync\"\n{links}{demux}{encoders}")
}

fn functions(count: usize) -> String {
    let functions = each(count, |n| format!("def f{n}():\n    f{}()\n", n + 1));
    let last = format!("def f{count}():\n    pass\n");
    let end = "while True:\n    node.io['a'].get()\n    f0()\n";
    CAMERA.to_owned() + &script("s", &(functions + &last + end)) + "inputs.a = \"c.video\"\n"
}

fn problems(count: usize) -> String {
    let nodes = each(count, |n| format!("n{n} = {{ type = \"ColorCamra\" }}, "));
    format!("nodes = {{ {} }}\n", nodes.trim_end_matches(", "))
}
