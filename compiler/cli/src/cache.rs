//! `oakc cache`: what oakc keeps so that it works without a network, and its removal.

use oakc_diag::render::Page;
use oakc_toolchain::{Kept, Owner, list, remove};
use serde_json::json;

use crate::failure::Failure;
use crate::firmware::cache;
use crate::terminal::{ResultFormat, Terminal, json as print_json, result};

/// List and remove what oakc keeps: firmware, models, and environments that programs run in.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// List what is kept, with sizes.
    List {
        /// How to print the result.
        #[arg(long, value_enum, default_value_t = ResultFormat::Human)]
        format: ResultFormat,
    },
    /// Remove what is kept. What is needed again is downloaded or made again.
    Clean {
        /// What to remove; default: models and environments.
        #[arg(value_enum)]
        what: Vec<What>,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
        /// How to print the result.
        #[arg(long, value_enum, default_value_t = ResultFormat::Human)]
        format: ResultFormat,
    },
}

/// What can be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// Firmware and bootloaders.
    Firmware,
    /// Compiled and fetched models.
    Models,
    /// What the compiler for models and scripts that prepare models run in.
    Environments,
    /// All of these.
    All,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let root = cache()?;
    match &args.command {
        Command::List { format } => {
            let kept = list(&root)?;
            match format {
                ResultFormat::Json => {
                    print_json(&json!({ "path": root, "kept": kept, "bytes": total(&kept) }))
                }
                ResultFormat::Human if kept.is_empty() => {
                    result(format!("{} is empty", root.display()))
                }
                ResultFormat::Human => result(page(&kept)),
            }
        }
        Command::Clean { what, yes, format } => {
            let owners = owners(what);
            let kept = list(&root)?.into_iter();
            let doomed: Vec<_> = kept.filter(|kept| owners.contains(&kept.owner)).collect();
            if !doomed.is_empty() && !yes {
                terminal.notice_page(&page(&doomed));
                if !terminal.can_ask() {
                    return Err(Failure::Usage(
                        "to remove this, repeat the command with --yes".to_owned(),
                    ));
                }
                if !terminal.confirm("Remove this?")? {
                    return Ok(());
                }
            }
            remove(&doomed)?;
            match format {
                ResultFormat::Json => {
                    print_json(&json!({ "removed": doomed, "bytes": total(&doomed) }))
                }
                ResultFormat::Human => result(format!("removed {}", megabytes(total(&doomed)))),
            }
        }
    }
}

fn owners(what: &[What]) -> Vec<Owner> {
    let all = [Owner::Firmware, Owner::Models, Owner::Environments];
    if what.is_empty() {
        return vec![Owner::Models, Owner::Environments];
    }
    let is_meant = |owner: &Owner| {
        what.contains(&What::All)
            || what.contains(&match owner {
                Owner::Firmware => What::Firmware,
                Owner::Models => What::Models,
                Owner::Environments => What::Environments,
            })
    };
    all.into_iter().filter(is_meant).collect()
}

fn page(kept: &[Kept]) -> Page {
    let width = kept.iter().map(|it| it.name.chars().count()).max();
    let width = width.unwrap_or_default();
    let line = |it: &Kept| {
        format!(
            "{:<12}  {:<width$}  {:>10}  {}",
            it.owner,
            it.name,
            megabytes(it.bytes),
            it.path.display()
        )
    };
    let total = format!(
        "{:<12}  {:<width$}  {:>10}",
        "total",
        "",
        megabytes(total(kept))
    );
    kept.iter().map(line).chain([total]).collect()
}

fn total(kept: &[Kept]) -> u64 {
    kept.iter().map(|it| it.bytes).sum()
}

#[expect(clippy::cast_precision_loss, reason = "shown with one digit")]
fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
