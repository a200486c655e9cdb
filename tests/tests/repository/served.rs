//! Programs that serve a stream, in examples and in what import writes: each stands alone, so some of
//! it is written several times. It has to be the same each time, or what one of them learnt about
//! cameras the others would miss.

use std::fs;
use std::path::Path;

const HTTP: &str = "compiler/import/src/serve/http.py";
const TCP: &str = "compiler/import/src/serve/tcp.py";
const MJPEG: &str = "examples/http-mjpeg/server.py";
const STREAM: &str = "examples/tcp-streaming/stream.py";
const GUARD: &str = "examples/stereo-guard/guard.py";

/// The heads of what is common, and where it stands.
const COMMON: &[(&str, &[&str])] = &[
    ("class Server(", &[HTTP, MJPEG, GUARD]),
    ("def serve(", &[HTTP, MJPEG, GUARD]),
    ("    def reply(", &[HTTP, MJPEG]),
    ("    def log_message(", &[HTTP, MJPEG, GUARD]),
    ("threading.Thread(", &[HTTP, MJPEG, GUARD]),
    ("def box(", &[HTTP, TCP]),
    ("def track(", &[HTTP, TCP]),
    ("    def offer(", &[TCP, STREAM]),
    ("    def fileno(", &[TCP, STREAM]),
];

/// The statement that begins with `head`, with its body.
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
fn what_serving_programs_have_in_common_is_the_same_in_each() {
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
