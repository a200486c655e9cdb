//! Programs that serve a stream, in an example and in what `oakc import --serve` writes. Each is one
//! self-contained file, so they repeat some code. The copies have to be identical, so that a fix to one
//! of them cannot be forgotten in the others.

use std::fs;
use std::path::Path;

const HTTP: &str = "compiler/import/src/serve/http.py";
const TCP: &str = "compiler/import/src/serve/tcp.py";
const STREAM: &str = "examples/tcp-streaming/stream.py";

/// The first words of each shared statement, and the files that contain it.
const COMMON: &[(&str, &[&str])] = &[
    ("def box(", &[HTTP, TCP]),
    ("def track(", &[HTTP, TCP]),
    ("    def offer(", &[TCP, STREAM]),
    ("    def fileno(", &[TCP, STREAM]),
];

/// The statement that begins with `head`, including its body.
fn statement(program: &str, head: &str) -> String {
    let text = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(program),
    );
    let text = text.unwrap();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut lines = text.lines().skip_while(|line| !line.starts_with(head));
    let first = lines
        .next()
        .unwrap_or_else(|| panic!("no `{head}` in {program}"));
    let body = lines.take_while(|line| line.is_empty() || indent(line) > indent(first));
    let all: Vec<_> = std::iter::once(first).chain(body).collect();
    all.join("\n").trim_end().to_owned()
}

#[test]
fn code_that_serving_programs_share_is_identical() {
    for (head, programs) in COMMON {
        let (first, others) = programs.split_first().unwrap();
        for other in others {
            assert_eq!(
                statement(other, head),
                statement(first, head),
                "{other}, {first}"
            );
        }
    }
}
