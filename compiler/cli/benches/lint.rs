//! How long the whole of `oakc lint` takes, as a process: `cargo bench -p oakc --bench lint`.
//!
//! docs/performance.md says what is promised and what was measured.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark that cannot run has nothing to measure"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use criterion::Criterion;

/// Nodes of the large application, a tenth of them Scripts.
const NODES: usize = 1000;
/// Lines of each of its programs, about.
const LINES: usize = 500;
/// Applications of the many.
const FILES: usize = 200;

fn main() {
    let mut criterion = Criterion::default().configure_from_args().sample_size(20);
    let folder = tempfile::tempdir().unwrap();
    let large = large_application(folder.path());
    let name = format!(
        "lint {NODES} nodes with {} programs of {LINES} lines",
        NODES / 10
    );
    criterion.bench_function(&name, |bencher| {
        bencher.iter(|| lint(folder.path(), &[&large]));
    });
    let many = many_applications(folder.path());
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    criterion.bench_function(&format!("lint {FILES} files"), |bencher| {
        bencher.iter(|| lint(folder.path(), &many));
    });
    criterion.final_summary();
}

/// Everything is well-formed and linked, so nothing is cut short by an error.
fn lint(folder: &Path, files: &[&str]) {
    let oakc = env!("CARGO_BIN_EXE_oakc");
    let mut command = Command::new(oakc);
    command.args(["lint", "--quiet"]).args(files);
    let status = command.current_dir(folder).stderr(Stdio::null()).status();
    let status = status.unwrap();
    assert!(status.code() == Some(0), "{status}");
}

/// Groups of a camera, a program of its own for each, and eight nodes behind it.
fn large_application(folder: &Path) -> String {
    let mut text = String::from("[lint]\nallow = [\"shared-socket\", \"memory-budget\"]\n");
    for group in 0..NODES / 10 {
        let script = format!("program{group}.py");
        fs::write(folder.join(&script), program(group)).unwrap();
        _ = write!(text, "{}", group_of_nodes(group, &script));
    }
    fs::write(folder.join("large.toml"), text).unwrap();
    "large.toml".to_owned()
}

fn group_of_nodes(group: usize, script: &str) -> String {
    let mut text = format!(
        "[nodes.cam{group}]\ntype = \"MonoCamera\"\nresolution = \"400p\"\nfps = 10\n
[nodes.report{group}]\ntype = \"Script\"\nsource = \"{script}\"\nprocessor = \"LEON_CSS\"\n"
    );
    for number in 0..8 {
        _ = writeln!(
            text,
            "inputs.in{number} = \"edge{group}_{number}.outputImage\""
        );
    }
    for number in 0..8 {
        _ = write!(
            text,
            "\n[nodes.edge{group}_{number}]\ntype = \"EdgeDetector\"
inputs.inputImage = {{ from = \"cam{group}.out\", queue_size = 1, blocking = false }}\n"
        );
    }
    text
}

/// A program like those people write: functions, branches, network, every input read.
fn program(group: usize) -> String {
    let mut text = String::from(
        "import json\nimport socket\nimport time\n\nSERVER = (\"192.168.1.20\", 4000)\n",
    );
    text.push_str("udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n\n");
    let mut number = 0;
    while text.lines().count() < LINES - 20 {
        _ = write!(
            text,
            "\ndef step{number}(frame, limit={number}):
    \"\"\"Looks at a frame.\"\"\"
    if frame is None:
        return None
    values = [value * {group} for value in frame.getData()[:limit] if value > {number}]
    result = {{\"sum\": sum(values), \"count\": len(values), \"name\": f\"step {{limit}}\"}}
    for key, value in result.items():
        if value == {number}:
            node.warn(f\"{{key}} is {{value}}\")
    return json.dumps(result)\n\n"
        );
        number += 1;
    }
    text.push_str("\nwhile True:\n");
    for input in 0..8 {
        _ = write!(
            text,
            "    frame = node.io[\"in{input}\"].get()\n    udp.sendto((step{input}(frame) or \"\").encode(), SERVER)\n"
        );
    }
    text.push_str("    time.sleep(0.01)\n");
    text
}

fn many_applications(folder: &Path) -> Vec<String> {
    let write = |number: usize| {
        let name = format!("app{number}.toml");
        let script = format!("program{}.py", number % (NODES / 10));
        fs::write(folder.join(&name), group_of_nodes(number, &script)).unwrap();
        name
    };
    (0..FILES).map(write).collect()
}
