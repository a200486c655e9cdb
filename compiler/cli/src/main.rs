//! The binary `oakc`: arguments in, one subcommand run, an exit code out.
//!
//! Exit codes: 0 done; 1 the input is wrong; 2 the command line is wrong; 3 the world failed.
//! stdout carries results, stderr progress and diagnostics.

mod advice;
mod application;
mod budget;
mod build;
mod bundle;
mod cache;
mod changes;
mod completions;
mod config;
mod device;
mod devices;
mod diff;
mod doctor;
mod emulate;
mod explain;
mod failure;
mod firmware;
mod flash;
mod graph;
mod import;
mod init;
mod inspect;
mod interrupt;
mod lint;
mod logs;
mod lost;
mod man;
mod model;
mod run;
mod schema;
mod simulate;
mod summary;
mod terminal;
mod test;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use failure::Failure;
use terminal::{Color, Terminal};

/// Compiler for standalone OAK cameras.
///
/// Reads an application in TOML or YAML, checks it against what a camera without a host can run,
/// and writes a DepthAI Application Package (.dap).
#[derive(Parser)]
#[command(name = "oakc", version, max_term_width = 100)]
struct Cli {
    /// When to use colour.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    color: Color,

    /// Print only results and findings, no progress.
    #[arg(long, short, global = true)]
    quiet: bool,

    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Init(init::Args),
    /// Check an application, then write its package.
    Build(build::Args),
    /// Pack oakc and all that applications need, for a place without a network.
    Bundle(Box<bundle::Args>),
    /// Check applications.
    Lint(lint::Args),
    /// Show an application with all that it builds on, and the origin of each value.
    Config(config::Args),
    /// Explain a rule, a node kind, a key, a port, a message, a setter, a product or a sensor.
    Explain(explain::Args),
    Inspect(inspect::Args),
    /// Create an application from a package, a dump or a program.
    Import(import::Args),
    Emulate(emulate::Args),
    /// Show the differences between two packages or applications.
    Diff(diff::Args),
    Devices(devices::Args),
    Doctor(doctor::Args),
    /// Flash an application to cameras.
    Flash(flash::Args),
    /// Check, build and flash an application, and show its log.
    Run(Box<run::Args>),
    /// Manage a camera.
    Device(device::Args),
    Logs(logs::Args),
    /// Draw the pipeline of an application or a package.
    Graph(graph::Args),
    /// Work with models.
    Model(model::Args),
    /// List and remove what is kept for later.
    Cache(cache::Args),
    /// Install, list and verify device firmware.
    Firmware(firmware::Args),
    /// Print the JSON Schema of the configuration.
    Schema(schema::Args),
    Completions(completions::Args),
    /// Write the manual pages.
    Man(man::Args),
    Simulate(simulate::Args),
    Test(test::Args),
}

fn main() -> ExitCode {
    match completions::complete(Cli::command) {
        Ok(false) => {}
        Ok(true) => return ExitCode::SUCCESS,
        Err(error) => return unread(&error),
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return unread(&error),
    };
    let terminal = Terminal::new(cli.color, cli.quiet);
    let result = interrupt::watch().and_then(|()| run(&cli.command, &terminal));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.report(&terminal);
            failure.exit_code()
        }
    }
}

/// Help that was asked for, or why the command line cannot be read. That quotes arguments, which
/// may be names of files from anywhere.
fn unread(error: &clap::Error) -> ExitCode {
    if error.use_stderr() {
        terminal::usage(&error.render().to_string());
        return ExitCode::from(2);
    }
    // Where stdout is closed nobody reads the help.
    let _ = error.print();
    ExitCode::SUCCESS
}

fn run(command: &Command, terminal: &Terminal) -> Result<(), Failure> {
    match command {
        Command::Init(args) => init::run(args, terminal),
        Command::Build(args) => build::run(args, terminal),
        Command::Bundle(args) => bundle::run(args, terminal),
        Command::Lint(args) => lint::run(args, terminal),
        Command::Config(args) => config::run(args, terminal),
        Command::Explain(args) => explain::run(args),
        Command::Inspect(args) => inspect::run(args),
        Command::Import(args) => import::run(args, terminal),
        Command::Emulate(args) => emulate::run(args, terminal),
        Command::Diff(args) => diff::run(args, terminal),
        Command::Devices(args) => devices::run(args, terminal),
        Command::Doctor(args) => doctor::run(args, terminal),
        Command::Flash(args) => flash::run(args, terminal),
        Command::Device(args) => device::run(args, terminal),
        Command::Run(args) => run::run(args, terminal),
        Command::Logs(args) => logs::run(args, terminal),
        Command::Graph(args) => graph::run(args, terminal),
        Command::Model(args) => model::run(args, terminal),
        Command::Cache(args) => cache::run(args, terminal),
        Command::Firmware(args) => firmware::run(args, terminal),
        Command::Schema(args) => schema::run(args),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args, Cli::command(), terminal),
        Command::Simulate(args) => simulate::run(args, terminal),
        Command::Test(args) => test::run(args, terminal),
    }
}
