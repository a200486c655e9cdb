//! What some tests need besides Rust: a program, a package from the network, a privilege. On a machine
//! without it, the test is skipped by name on stderr; in continuous integration (`CI=true`) it fails.

use std::io::Write;
use std::process::{Command, Stdio};

/// Says that the running test cannot go on without `what`. The caller then returns from the test.
///
/// # Panics
/// If `CI` is `true`: a machine that checks changes has to be able to run every test.
#[expect(clippy::disallowed_methods, reason = "a test writes, and not oakc")]
#[track_caller]
pub fn missing(what: &str) {
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("a test");
    let in_ci = std::env::var_os("CI").is_some_and(|value| value == "true");
    assert!(!in_ci, "{test} needs {what}, and nothing is skipped in CI");
    // Not `eprintln`: the test harness captures it and hides it if the test passes.
    let mut stderr = std::io::stderr();
    writeln!(stderr, "skipped: {test} needs {what}").unwrap();
}

/// Whether `program` can be started; if not, the running test [needs it](missing).
#[track_caller]
pub fn has_program(program: &str) -> bool {
    let mut trial = Command::new(program);
    trial.arg("--version").stdin(Stdio::null());
    trial.stdout(Stdio::null()).stderr(Stdio::null());
    let starts = trial.status().is_ok();
    if !starts {
        missing(program);
    }
    starts
}
