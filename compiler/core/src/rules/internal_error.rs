//! Failures of oakc itself: a panic while something was examined in, a finding about it out.

use oakc_diag::{Diagnostic, Rule, Severity};
use oakc_workers::Panicked;

/// oakc failed at something, whatever is wrong with that.
pub static INTERNAL_ERROR: Rule = Rule {
    code: "OAK042",
    name: "internal-error",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "oakc itself failed while it examined a file.",
    docs: include_str!("internal_error.md"),
};

/// That oakc failed at `what`, a file or a node. Nothing is known about it.
pub fn internal_error(what: &str, panicked: &Panicked) -> Diagnostic {
    Diagnostic::new(
        &INTERNAL_ERROR,
        format!("{what} could not be examined: {panicked}"),
    )
    .help("this is a bug in oakc; please report it, with the file that shows it")
}
