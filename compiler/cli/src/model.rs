//! `oakc model`: models, before they are in an application.

mod info;

use crate::failure::Failure;

/// Work with models.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Show what a model takes and makes, and how an application uses it.
    Info(info::Args),
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    match &args.command {
        Command::Info(args) => info::run(args),
    }
}
