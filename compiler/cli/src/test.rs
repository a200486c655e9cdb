//! `oakc test`: plays scenarios of applications in virtual time.

use std::path::PathBuf;
use std::time::Duration;

use oakc_desk::choices::Deviations;
use oakc_project::Findings;
use oakc_python::{Interpreter, NoInterpreter};
use oakc_suite::{Case, Suite, find, report, write_goldens};

use crate::application::{Access, Variation};
use crate::failure::Failure;
use crate::terminal::{Format, Terminal, document, json, result};

/// Play scenarios of applications in virtual time.
///
/// Scenarios are `tests/*.toml` or `tests/*.yaml` beside an application. They say what the camera sees and who is on
/// its network, and what the application has to do. The scripts of the application run on this machine, each in a
/// process of its own, with your rights.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Scenarios, applications, or folders with applications at any depth.
    #[arg(default_value = ".", value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// How to print what became of them.
    #[arg(long, value_enum, default_value_t = TestFormat::Human)]
    format: TestFormat,

    /// What decides the order of things that happen at the same time, and how long things take; default: that of the
    /// scenario, else 0, with which everything happens in its usual order.
    #[arg(long, value_name = "S")]
    seed: Option<u64>,

    /// Try this many seeds; of the first that fails, show the shortest change of the usual order that still fails.
    #[arg(long, value_name = "N", default_value_t = 1, hide_default_value = true,
        value_parser = clap::value_parser!(u64).range(1..=1_000_000), conflicts_with_all = ["replay", "update"])]
    seeds: u64,

    /// Show the first seed that fails as it is: to find a shorter change takes up to two hundred tries.
    #[arg(long, requires = "seeds")]
    no_shrink: bool,

    /// Change the usual order exactly like this, as printed for a failure.
    #[arg(long, value_name = "QUESTION=ANSWER,…", value_parser = replay, conflicts_with = "update")]
    replay: Option<Replay>,

    /// Write the golden files of scenarios instead of comparing with them.
    #[arg(long)]
    update: bool,

    /// How long a scenario may take each time that it is played, by a real clock.
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    timeout: u64,

    /// Keep the processes of scripts off the network of this machine, where the system can do that (Linux). Their sockets
    /// are those of the scenario in any case.
    #[arg(long)]
    no_network: bool,

    #[command(flatten)]
    variation: Variation,

    #[command(flatten)]
    access: Access,
}

/// Changes of the usual order.
#[derive(Clone, Debug)]
struct Replay(Deviations);

/// How to print what became of scenarios.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum TestFormat {
    /// For people.
    Human,
    /// One JSON object.
    Json,
    /// JUnit XML, for build servers.
    Junit,
}

fn replay(text: &str) -> Result<Replay, String> {
    let deviations = report::replay_of(text).map(Replay);
    deviations.ok_or_else(|| "expected pairs such as 12=1,30=2".to_owned())
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let paths = find(&args.paths)?;
    let mut cases = play(args, &paths, terminal)?;
    if args.update {
        for path in write_goldens(&cases)? {
            terminal.progress(format_args!("wrote {}", path.display()));
        }
    }
    print(args.format, &mut cases, terminal)?;
    verdict(cases)
}

fn play(args: &Args, paths: &[PathBuf], terminal: &Terminal) -> Result<Vec<Case>, Failure> {
    let allowed = args.access.allowed(terminal)?;
    let looking = args.access.looking(terminal)?;
    let say_once = || {
        terminal.notice("scripts run on this machine, with your rights");
    };
    let python = python(args, terminal);
    let suite = Suite {
        seed: args.seed,
        seeds: args.seeds,
        shrinks: !args.no_shrink,
        replay: args.replay.clone().map(|Replay(deviations)| deviations),
        update: args.update,
        patience: Duration::from_secs(args.timeout),
        settings: args.variation.settings(&allowed)?,
        allowed: &allowed,
        looking: &looking,
        python: &python,
        before_scripts: &say_once,
    };
    // A signal ends oakc at once, and the scripts with it.
    Ok(suite.play(paths, &|| false))
}

/// What scripts run in.
fn python(args: &Args, terminal: &Terminal) -> Result<Interpreter, NoInterpreter> {
    let found = Interpreter::find()?;
    if !args.no_network {
        return Ok(found);
    }
    let offline = found.without_network();
    if offline.is_none() {
        terminal.warning("this system cannot keep scripts off its network");
    }
    Ok(offline.unwrap_or(found))
}

fn print(format: TestFormat, cases: &mut [Case], terminal: &Terminal) -> Result<(), Failure> {
    match format {
        TestFormat::Human => {
            let mut all = Findings::default();
            for case in cases.iter_mut() {
                all.merge(std::mem::take(&mut case.findings));
            }
            terminal.diagnostics(Format::Human, &all)?;
            result(report::page(cases))
        }
        TestFormat::Json => json(&report::json(cases)),
        TestFormat::Junit => document(&report::junit(cases)),
    }
}

/// What went wrong outside of the scenarios counts more than a scenario that failed.
fn verdict(cases: Vec<Case>) -> Result<(), Failure> {
    let all_passed = cases.iter().all(Case::has_passed);
    for case in cases {
        if let Some(broken) = case.broken {
            return Err(broken.into());
        }
    }
    if all_passed {
        return Ok(());
    }
    Err(Failure::Reported)
}
