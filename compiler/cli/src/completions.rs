//! `oakc completions`: the name of a shell in, a script for it out; and what the script asks for: the words of a command
//! line in, those that may come next out.
//!
//! The script asks oakc itself, with [`VARIABLE`] set, so that it knows what this version knows: rules, node kinds,
//! and the cameras that were seen last. Completing never runs a command.

use std::ffi::OsStr;

use clap::builder::{StyledStr, ValueHint};
use clap::{Arg, Command};
use clap_complete::env::{Bash, EnvCompleter, Fish, Powershell, Zsh};
use clap_complete::{ArgValueCandidates, ArgValueCompleter, CompleteEnv, CompletionCandidate};
use oakc_check::rules;
use oakc_deploy::Roster;
use oakc_diag::Rule;

use crate::explain;
use crate::failure::Failure;
use crate::firmware::cache;
use crate::flash::ROSTER;
use crate::terminal::document;

/// The variable that makes oakc complete instead of run.
const VARIABLE: &str = "OAKC_COMPLETE";

/// Print the script that completes command lines in a shell
///
/// bash: echo 'source <(oakc completions bash)' >> ~/.bashrc.
/// zsh: echo 'source <(oakc completions zsh)' >> ~/.zshrc, after compinit.
/// fish: oakc completions fish > ~/.config/fish/completions/oakc.fish.
/// PowerShell: add 'oakc completions powershell | Out-String | Invoke-Expression' to $PROFILE.
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The shell.
    #[arg(value_enum)]
    shell: ShellName,
}

/// A shell whose command lines can be completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum ShellName {
    Bash,
    Zsh,
    Fish,
    #[value(name = "powershell", alias = "pwsh")]
    PowerShell,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let shell: &dyn EnvCompleter = match args.shell {
        ShellName::Bash => &Bash,
        ShellName::Zsh => &Zsh,
        ShellName::Fish => &Fish,
        ShellName::PowerShell => &Powershell,
    };
    let mut script = Vec::new();
    shell
        .write_registration(VARIABLE, "oakc", "oakc", "oakc", &mut script)
        .map_err(Failure::world)?;
    document(&String::from_utf8_lossy(&script))
}

/// Completes, if that is what oakc was started for.
pub(crate) fn complete(command: fn() -> Command) -> clap::error::Result<bool> {
    let folder = std::env::current_dir().ok();
    let complete = CompleteEnv::with_factory(|| with_values(command())).var(VARIABLE);
    complete.try_complete(std::env::args_os(), folder.as_deref())
}

/// The command with what its values can be.
fn with_values(command: Command) -> Command {
    let names: Vec<_> = command
        .get_subcommands()
        .map(|it| it.get_name().to_owned())
        .collect();
    let command = command.mut_args(with_value);
    names.iter().fold(command, |command, name| {
        command.mut_subcommand(name, with_values)
    })
}

/// What a value can be follows from what it is called.
fn with_value(argument: Arg) -> Arg {
    let name = argument.get_value_names().and_then(<[_]>::first);
    match name.map(clap::builder::Str::as_str) {
        Some("RULE") => argument.add(ArgValueCandidates::new(|| of_rules(false))),
        Some("RULE|warnings") => argument.add(ArgValueCandidates::new(|| of_rules(true))),
        Some("TOPIC") => argument.add(ArgValueCompleter::new(of_topics)),
        Some(name) if name.contains("MXID") => argument.add(ArgValueCandidates::new(of_cameras)),
        Some("FILE") if argument.get_value_hint() == ValueHint::Unknown => {
            argument.value_hint(ValueHint::AnyPath)
        }
        _ => argument,
    }
}

fn of_rules(and_warnings: bool) -> Vec<CompletionCandidate> {
    let rule = |rule: &Rule| candidate(rule.name, rule.summary);
    let warnings = and_warnings.then(|| candidate("warnings", "all warnings"));
    rules::all().map(rule).chain(warnings).collect()
}

/// Names, and behind a dot the keys and ports.
fn of_topics(typed: &OsStr) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    if let Some((owner, _)) = typed.split_once('.') {
        let names = explain::names_below(owner).into_iter();
        let names = names.filter(|name| name.starts_with(&*typed));
        return names.map(CompletionCandidate::new).collect();
    }
    let names = explain::names().into_iter();
    let names = names.filter(|(name, _)| name.starts_with(&*typed));
    names.map(|(name, what)| candidate(&name, what)).collect()
}

/// The cameras that were there when cameras were flashed last.
fn of_cameras() -> Vec<CompletionCandidate> {
    let Ok(cache) = cache() else {
        return Vec::new();
    };
    let cameras = Roster::open(cache.join(ROSTER)).here().into_iter();
    let camera = |camera: oakc_device::Target| {
        let mxid = camera.mxid.map(|mxid| mxid.as_str().to_owned());
        candidate(&camera.address.to_string(), &mxid.unwrap_or_default())
    };
    cameras.map(camera).collect()
}

fn candidate(value: &str, help: &str) -> CompletionCandidate {
    let help = help.lines().next().unwrap_or_default().to_owned();
    CompletionCandidate::new(value).help(Some(StyledStr::from(help)))
}
