//! `oakc model`: models, before they are in an application.

mod compile;
mod fetch;
mod info;
mod uncompiled;

pub(crate) use compile::{Making, Tools};
pub(crate) use info::show_uncompiled;

use crate::failure::Failure;
use crate::terminal::Terminal;

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
    Compile(Box<compile::Args>),
    /// Fetch and compile the models of an application.
    Fetch(Box<fetch::Args>),
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    match &args.command {
        Command::Info(args) => info::run(args),
        Command::Compile(args) => compile::run(args, terminal),
        Command::Fetch(args) => fetch::run(args, terminal),
    }
}
