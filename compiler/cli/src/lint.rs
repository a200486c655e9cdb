//! `oakc lint`: checks applications and reports, without building anything.

use std::path::PathBuf;

use crate::application::{Assignment, Findings};
use crate::failure::Failure;
use crate::terminal::{Format, Terminal};

/// Check applications.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The applications (.toml, .yaml).
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// How to print what was found.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,

    /// Treat warnings as errors.
    #[arg(long, value_name = "warnings", value_parser = ["warnings"])]
    deny: Option<String>,

    /// A value for a parameter of the application.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    overrides: Vec<Assignment>,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let mut findings = Findings::default();
    for file in &args.files {
        findings.load(file, &args.overrides)?;
    }
    terminal.diagnostics(args.format, &findings)?;
    let found = &findings.diagnostics;
    let denied = args.deny.is_some() && found.counts().warnings > 0;
    if found.has_errors() || denied {
        return Err(Failure::Reported);
    }
    Ok(())
}
