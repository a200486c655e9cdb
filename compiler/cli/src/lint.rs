//! `oakc lint`: checks applications and reports, without building anything.

use std::path::{Path, PathBuf};

use oakc_check::rules;
use oakc_core::config::Levels;
use oakc_deploy::{Fleet, Parameters, Sets};
use oakc_project::{
    Checked, Findings, LoadError, PatternError, Settings, check_affected, check_all, fix,
    matching_files,
};

use crate::application::{Access, Variation};
use crate::budget::{self, Estimate};
use crate::explain;
use crate::failure::Failure;
use crate::terminal::{Format, Terminal};

/// Check applications.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The applications (.toml, .yaml); `*`, `?`, `[…]` and `**` work in quotes, too.
    #[arg(required_unless_present = "fleet", value_name = "FILE")]
    files: Vec<String>,

    /// Check this fleet file as well, and the applications with the parameters of each of its cameras.
    #[arg(long, value_name = "FLEET.toml", conflicts_with_all = ["fix", "changed"])]
    fleet: Option<PathBuf>,

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

    /// FILE are files that changed, of any kind: check the applications among them, and those that use one of
    /// them, e.g. a script or a model.
    #[arg(long, conflicts_with = "fix")]
    changed: bool,

    /// With --changed: where the applications are; default: every app.toml, app.yaml and app.yml below
    /// this directory. Can be repeated.
    #[arg(long, value_name = "PATTERN", requires = "changed")]
    among: Vec<String>,

    /// Also estimate the resources that the application needs: memory, SHAVEs, encoders, links.
    #[arg(long)]
    budget: bool,

    #[command(flatten)]
    access: Access,

    #[command(flatten)]
    variation: Variation,
}

/// Where applications are unless something else is said.
const EVERY_APPLICATION: [&str; 3] = ["**/app.toml", "**/app.yaml", "**/app.yml"];

/// Instead of a rule: whatever is a warning.
const WARNINGS: &str = "warnings";

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let levels = levels(args);
    let allowed = args.access.looking(terminal)?;
    let settings = Settings {
        levels: Some(&levels),
        ..args.variation.settings(&allowed)?
    };
    let files = applications(args)?;
    let mut failure = None;
    if args.fix {
        for file in &files {
            failure = failure.or(repair(file, settings, terminal).err());
        }
    }
    let mut all = Findings::default();
    let fleet = args.fleet.as_deref();
    let fleet = fleet.and_then(|path| match Fleet::open(path, &mut all) {
        Ok(fleet) => fleet,
        Err(error) => {
            failure = failure.take().or(Some(error.into()));
            None
        }
    });
    let mut estimates = Vec::new();
    for (file, checked) in check(args, files, settings, fleet.as_ref()) {
        match checked {
            Ok((findings, checked)) => {
                all.merge(findings);
                if args.budget {
                    estimates.push(Estimate::of(&file, checked.as_ref()));
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

/// The applications that may have to be checked.
fn applications(args: &Args) -> Result<Vec<PathBuf>, Failure> {
    if !args.changed {
        return Ok(matching_files(&args.files)?);
    }
    if !args.among.is_empty() {
        return Ok(matching_files(&args.among)?);
    }
    let mut found = Vec::new();
    for pattern in EVERY_APPLICATION {
        match matching_files(&[pattern.to_owned()]) {
            Ok(files) => found.extend(files),
            Err(PatternError::NoMatch(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(found)
}

/// Checks them, with each set of parameters of a fleet, or only those that changed files have to do with.
fn check(
    args: &Args,
    files: Vec<PathBuf>,
    settings: Settings<'_>,
    fleet: Option<&Fleet>,
) -> Vec<(PathBuf, Result<Checked, LoadError>)> {
    if let Some(fleet) = fleet {
        let parameters = Parameters::of_each(fleet, &fleet.members);
        let checked = files.into_iter().map(|file| {
            let sets = Sets::check(&file, settings, &parameters);
            let first = |sets: Sets| (sets.findings, sets.checked.into_iter().next().flatten());
            (file, sets.map(first))
        });
        return checked.collect();
    }
    if !args.changed {
        let checked = check_all(&files, settings);
        return files.into_iter().zip(checked).collect();
    }
    let changed: Vec<_> = args.files.iter().map(PathBuf::from).collect();
    let checked = check_affected(&files, &changed, settings);
    let checked = files.into_iter().zip(checked);
    checked.filter_map(|(file, it)| Some((file, it?))).collect()
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
