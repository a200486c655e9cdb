//! `oakc lint`: checks applications and reports, without building anything.

mod fixing;
mod input;
mod watch;

use std::path::PathBuf;

use oakc_check::rules;
use oakc_core::config::Levels;
use oakc_deploy::{Fleet, Parameters, Sets};
use oakc_diag::Applicability;
use oakc_project::{Checked, Findings, LoadError, Settings, check_affected, check_all};

use crate::application::{Access, Variation};
use crate::budget::{self, Estimate};
use crate::explain;
use crate::failure::Failure;
use crate::terminal::{Format, Terminal};
use input::Input;

/// Check applications.
#[derive(clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are flags of the command line"
)]
pub(crate) struct Args {
    /// The applications (.toml, .yaml); `*`, `?`, `[…]` and `**` work in quotes, too. A folder means every
    /// app.toml, app.yaml and app.yml in and below it, `-` standard input.
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

    /// What `-` is called in messages; its ending tells TOML from YAML, and files that it names are looked for
    /// beside it. Default: stdin.toml.
    #[arg(long, value_name = "FILE")]
    stdin_filename: Option<PathBuf>,

    /// Apply the fixes that are certain to the files, then report the rest. The text of standard input is
    /// printed instead.
    #[arg(long)]
    fix: bool,

    /// With --fix: show what would change, and change nothing; exit code 1 if there is anything.
    #[arg(long, requires = "fix")]
    diff: bool,

    /// With --fix: apply the fixes that are only likely to be meant, too, e.g. of misspelt names.
    #[arg(long, requires = "fix")]
    unsafe_fixes: bool,

    /// Check again whenever a file of the applications changes.
    #[arg(long, conflicts_with_all = ["fix", "changed"])]
    watch: bool,

    /// FILE are files that changed, of any kind: check the applications among them, and those that use one of
    /// them, e.g. a script or a model.
    #[arg(long, conflicts_with = "fix")]
    changed: bool,

    /// With --changed: where the applications are; default: this folder. Can be repeated.
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

/// Instead of a rule: whatever is a warning.
const WARNINGS: &str = "warnings";

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    if args.watch {
        return watch::run(args, terminal);
    }
    once(args, terminal)
}

/// Checks everything, and reports.
fn once(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let levels = levels(args);
    let allowed = args.access.looking(terminal)?;
    let variation = args.variation.again();
    let settings = Settings {
        levels: Some(&levels),
        ..variation.settings(&allowed)?
    };
    let mut input = Input::of(args)?;
    if args.diff {
        return fixing::show(&input, settings, args.applicability(), terminal);
    }
    let mut failure = None;
    if args.fix {
        args.has_room_for_text(&input)?;
        failure = fixing::repair(&mut input, settings, args.applicability(), terminal);
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
    let mut count = 0;
    for (file, checked) in check(args, input, settings, fleet.as_ref()) {
        count += 1;
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
    if found.is_empty() && args.format == Format::Human {
        terminal.progress(all_is_well(count));
    }
    let deny_warnings = args.deny.iter().any(|name| name == WARNINGS);
    if found.has_errors() || (deny_warnings && found.counts().warnings > 0) {
        return Err(Failure::Reported);
    }
    Ok(())
}

/// The last line where there is nothing else to say.
fn all_is_well(applications: usize) -> String {
    match applications {
        0 => "no application uses what changed".to_owned(),
        1 => "checked 1 application: nothing to report".to_owned(),
        many => format!("checked {many} applications: nothing to report"),
    }
}

/// Checks them, with each set of parameters of a fleet, or only those that changed files have to do with.
fn check(
    args: &Args,
    input: Input,
    settings: Settings<'_>,
    fleet: Option<&Fleet>,
) -> Vec<(PathBuf, Result<Checked, LoadError>)> {
    let Input { files, given } = input;
    if let Some(text) = given {
        let checked = files.into_iter().map(|file| {
            let mut findings = Findings::default();
            let checked = findings.load_given(&file, &text, settings);
            (file, checked.map(|checked| (findings, checked)))
        });
        return checked.collect();
    }
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

impl Args {
    /// The fixes that are wanted.
    fn applicability(&self) -> Applicability {
        if self.unsafe_fixes {
            Applicability::Unsafe
        } else {
            Applicability::Safe
        }
    }

    /// Refuses to print a repaired text among findings.
    fn has_room_for_text(&self, input: &Input) -> Result<(), Failure> {
        if input.given.is_none() || self.format == Format::Human {
            return Ok(());
        }
        let reason = "--fix prints the text of standard input, so that there is no room for --format on stdout";
        Err(Failure::Usage(reason.to_owned()))
    }
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
