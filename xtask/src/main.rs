//! `cargo xtask CHORE`: runs a chore and prints its findings.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it talks to developers"
)]

use std::process::ExitCode;

use xtask::{book, generate, layers, root, words};

const USAGE: &str = "\
usage: cargo xtask CHORE

  gen           generates files from the source: schemas/, docs/, python/
  gen --check   lists generated files that are stale
  layers        lists dependencies that the layers forbid
  book          is called by mdBook, which builds docs/ as a book: mdbook build
  words PATH…   lists banned phrases in these files and folders, or in the checked ones";

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
        // mdBook asks whether a renderer is supported: all are.
        ["book", "supports", _] => Ok(Vec::new()),
        ["book"] => std::io::read_to_string(std::io::stdin())
            .and_then(|input| book::process(&input))
            .map(|book| {
                println!("{book}");
                Vec::new()
            }),
        ["layers"] => layers::violations(&root()),
        ["words"] => banned(&words::CHECKED),
        ["words", paths @ ..] => banned(paths),
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

fn banned(paths: &[&str]) -> std::io::Result<Vec<String>> {
    let found = paths.iter().map(|path| words::findings(&root(), path));
    Ok(found.collect::<Result<Vec<_>, _>>()?.concat())
}
