//! `oakc lint`: checks applications and reports, without building anything.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;

use oakc_check::rules;
use oakc_core::config::Levels;
use oakc_core::{CheckedGraph, Override};
use oakc_project::{Findings, Settings, fix, on_each};

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
    let files = paths(&args.files)?;
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
            Err(error) => failure = failure.or(Some(error)),
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

/// The files that the arguments name, in their order. An argument that is the name of an existing
/// file is not a pattern.
fn paths(arguments: &[String]) -> Result<Vec<PathBuf>, Failure> {
    let mut paths = Vec::new();
    for argument in arguments {
        let path = PathBuf::from(argument);
        if path.exists() || !argument.contains(['*', '?', '[']) {
            paths.push(path);
            continue;
        }
        let found = matches(argument)?;
        if found.is_empty() {
            return Err(Failure::world(format!("no file matches `{argument}`")));
        }
        paths.extend(found);
    }
    Ok(paths)
}

fn matches(pattern: &str) -> Result<Vec<PathBuf>, Failure> {
    let found = glob::glob(pattern).map_err(|error| {
        Failure::Input(format!("`{pattern}` is not a valid pattern: {}", error.msg))
    })?;
    let mut paths = Vec::new();
    for path in found {
        let path = path.map_err(|error| Failure::file("read", error.path(), error.error()))?;
        if path.is_file() {
            paths.push(path);
        }
    }
    Ok(paths)
}

/// Checks each file on its own, several at a time. The results are in the order of the files.
fn check_all(
    files: &[PathBuf],
    settings: Settings<'_>,
) -> Vec<Result<(Findings, Option<CheckedGraph>), Failure>> {
    let at_once = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    on_each(files, at_once, |_, file| {
        let mut findings = Findings::default();
        let checked = findings.load(file, settings)?;
        Ok((findings, checked))
    })
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
