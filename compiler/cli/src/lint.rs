//! `oakc lint`: checks applications and reports, without building anything.

use std::path::Path;

use oakc_check::rules;
use oakc_core::Override;
use oakc_core::config::Levels;
use oakc_project::{Findings, Settings, check_all, fix, matching_files};

use crate::budget::{self, Estimate};
use crate::explain;
use crate::failure::Failure;
use crate::terminal::{Format, Terminal};

/// Check applications.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The applications (.toml, .yaml); `*`, `?`, `[…]` and `**` work in quotes, too.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,

    /// How to print the findings.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,

    /// Do not report findings of this rule.
    #[arg(long, short = 'A', value_name = "RULE", value_parser = rule_name)]
    allow: Vec<String>,

    /// Report findings of this rule as warnings.
    #[arg(long, short = 'W', value_name = "RULE", value_parser = rule_name)]
    warn: Vec<String>,

    /// Report findings of this rule as errors; `warnings` means all warnings.
    #[arg(long, short = 'D', value_name = "RULE|warnings", value_parser = denied_name)]
    deny: Vec<String>,

    /// Apply the fixes that are certain to the files, then report the rest.
    #[arg(long)]
    fix: bool,

    /// Also estimate the resources that the application needs: memory, SHAVEs, encoders, links.
    #[arg(long)]
    budget: bool,

    /// A value for a parameter of the application.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    overrides: Vec<Override>,
}

/// Instead of a rule: whatever is a warning.
const WARNINGS: &str = "warnings";

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let levels = levels(args);
    let settings = Settings {
        overrides: &args.overrides,
        levels: Some(&levels),
    };
    let files = matching_files(&args.files)?;
    let mut failure = None;
    if args.fix {
        for file in &files {
            failure = failure.or(repair(file, settings, terminal).err());
        }
    }
    let mut all = Findings::default();
    let mut estimates = Vec::new();
    for (file, checked) in files.iter().zip(check_all(&files, settings)) {
        match checked {
            Ok((findings, checked)) => {
                all.merge(findings);
                if args.budget {
                    estimates.push(Estimate::of(file, checked.as_ref()));
                }
            }
            Err(error) => failure = failure.or(Some(error.into())),
        }
    }
    if args.budget {
        budget::print(args.format, &all, &estimates, terminal)?;
    } else {
        terminal.diagnostics(args.format, &all)?;
    }
    if let Some(failure) = failure {
        return Err(failure);
    }
    let found = &all.diagnostics;
    let deny_warnings = args.deny.iter().any(|name| name == WARNINGS);
    if found.has_errors() || (deny_warnings && found.counts().warnings > 0) {
        return Err(Failure::Reported);
    }
    Ok(())
}

/// Repairs what can be repaired for certain, and says so.
fn repair(file: &Path, settings: Settings<'_>, terminal: &Terminal) -> Result<(), Failure> {
    let fixes = fix(file, settings)?;
    fixes.write()?;
    for title in &fixes.made {
        terminal.progress(format_args!("fixed {}: {title}", file.display()));
    }
    Ok(())
}

fn levels(args: &Args) -> Levels {
    let denied = args.deny.iter().filter(|name| *name != WARNINGS);
    Levels {
        allow: args.allow.clone(),
        warn: args.warn.clone(),
        deny: denied.cloned().collect(),
    }
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
