//! `cargo xtask CHORE`: runs a chore and says what it found.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it talks to developers"
)]

use std::process::ExitCode;

use xtask::{generate, layers, root};

const USAGE: &str = "\
usage: cargo xtask CHORE

  gen           writes the files that are made from the source: schemas/, docs/
  gen --check   says which of them are stale
  layers        says which crates use crates that they may not use";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["gen"] => generate::write(&root()).map(|written| {
            for path in written {
                println!("wrote {path}");
            }
            Vec::new()
        }),
        ["gen", "--check"] => generate::stale(&root()).map(|stale| {
            let advice = |path| format!("{path} is stale: run `cargo xtask gen`");
            stale.into_iter().map(advice).collect()
        }),
        ["layers"] => layers::violations(&root()),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(findings) if findings.is_empty() => ExitCode::SUCCESS,
        Ok(findings) => {
            for finding in findings {
                eprintln!("{finding}");
            }
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(3)
        }
    }
}
