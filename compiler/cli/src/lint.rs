//! `oakc lint`: checks applications and reports, without building anything.

use std::path::PathBuf;

use oakc_core::check::rules;
use oakc_core::config::Levels;

use crate::application::{Assignment, Findings};
use crate::explain;
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

    /// Do not report what this rule finds.
    #[arg(long, short = 'A', value_name = "RULE", value_parser = rule_name)]
    allow: Vec<String>,

    /// Make what this rule finds a warning.
    #[arg(long, short = 'W', value_name = "RULE", value_parser = rule_name)]
    warn: Vec<String>,

    /// Make what this rule finds an error; `warnings` means whatever is a warning.
    #[arg(long, short = 'D', value_name = "RULE|warnings", value_parser = denied_name)]
    deny: Vec<String>,

    /// A value for a parameter of the application.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    overrides: Vec<Assignment>,
}

/// Instead of a rule: whatever is a warning.
const WARNINGS: &str = "warnings";

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let mut findings = Findings::default();
    let levels = Levels {
        allow: args.allow.clone(),
        warn: args.warn.clone(),
        deny: args
            .deny
            .iter()
            .filter(|name| *name != WARNINGS)
            .cloned()
            .collect(),
    };
    for file in &args.files {
        findings.load(file, &args.overrides, &levels)?;
    }
    terminal.diagnostics(args.format, &findings)?;
    let found = &findings.diagnostics;
    let deny_warnings = args.deny.iter().any(|name| name == WARNINGS);
    if found.has_errors() || (deny_warnings && found.counts().warnings > 0) {
        return Err(Failure::Reported);
    }
    Ok(())
}

fn rule_name(text: &str) -> Result<String, String> {
    if rules::find(text).is_some() {
        return Ok(text.to_owned());
    }
    Err(explain::unknown_rule(text))
}

fn denied_name(text: &str) -> Result<String, String> {
    if text == WARNINGS {
        return Ok(text.to_owned());
    }
    rule_name(text)
}
