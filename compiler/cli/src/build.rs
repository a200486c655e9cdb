//! `oakc build`: checks an application and writes its package.

use std::path::PathBuf;

use oakc_check::budget::Budget;
use oakc_core::Override;
use oakc_pack::Request;
use oakc_project::{Findings, Settings};

use crate::application::Packaging;
use crate::failure::Failure;
use crate::firmware::store;
use crate::summary;
use crate::terminal::{Format, Terminal, result};

/// Check an application, then write its package.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The application (.toml, .yaml).
    file: PathBuf,

    /// Where to write the package; default: next to FILE, with the extension .dap.
    #[arg(long, short, value_name = "OUT.dap")]
    output: Option<PathBuf>,

    #[command(flatten)]
    packaging: Packaging,

    /// A value for a parameter of the application.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    overrides: Vec<Override>,

    /// Fail if firmware or inputs differ from those pinned in oakc.lock.
    #[arg(long)]
    locked: bool,

    /// Also write OUT.dap.manifest.json: what the package was made from.
    #[arg(long)]
    manifest: bool,

    /// How to print the findings.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let mut findings = Findings::default();
    let checked = findings.load(&args.file, Settings::of(&args.overrides))?;
    terminal.diagnostics(args.format, &findings)?;
    let checked = checked.ok_or(Failure::Reported)?;
    let beside = || args.file.with_extension("dap");
    let request = Request {
        config: &args.file,
        output: &args.output.clone().unwrap_or_else(beside),
        options: &args.packaging.options(),
        locked: args.locked,
        manifest: args.manifest,
    };
    let progress = &mut |event| terminal.progress(event);
    let package = oakc_pack::build(&checked, &request, &store()?, progress)?;
    if args.format == Format::Human {
        result(summary::page(&package, &Budget::of_checked(&checked)))?;
    }
    Ok(())
}
