//! `oakc build`: checks an application and writes its package.

use std::path::{Path, PathBuf};

use oakc_check::budget::Budget;
use oakc_core::CheckedGraph;
use oakc_core::config::Levels;
use oakc_core::lower::{Lowered, lower};

use crate::application::{Assignment, Findings};
use crate::failure::Failure;
use crate::firmware::store;
use crate::lock::Lock;
use crate::package::{Options, Package, PackageWriter};
use crate::terminal::{Format, Terminal, result};
use crate::{manifest, summary};

/// Check an application, then write its package.
#[derive(clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are flags of the command line"
)]
pub(crate) struct Args {
    /// The application (.toml, .yaml).
    file: PathBuf,

    /// Where to write the package; default: beside FILE, with the ending .dap.
    #[arg(long, short, value_name = "OUT.dap")]
    output: Option<PathBuf>,

    /// Compress the firmware: 10.7 MB instead of 28.5 MB, at the price of a slower boot.
    #[arg(long)]
    compress: bool,

    /// Let the bootloader check the firmware's checksum at every boot.
    #[arg(long)]
    checksum: bool,

    /// A value for a parameter of the application.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    overrides: Vec<Assignment>,

    /// Package this firmware image instead of the release's own.
    #[arg(long, value_name = "FILE.cmd")]
    firmware: Option<PathBuf>,

    /// Fail if firmware or inputs are not those that oakc.lock pins.
    #[arg(long)]
    locked: bool,

    /// Also write OUT.dap.manifest.json: what the package was made of.
    #[arg(long)]
    manifest: bool,

    /// How to print what the checks found.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let mut findings = Findings::default();
    let checked = findings.load(&args.file, &args.overrides, &Levels::default())?;
    terminal.diagnostics(args.format, &findings)?;
    let checked = checked.ok_or(Failure::Reported)?;
    let package = build(args, &checked, terminal)?;
    if args.format == Format::Human {
        result(&summary::text(&package, &Budget::of_checked(&checked)))?;
    }
    Ok(())
}

fn build(args: &Args, checked: &CheckedGraph, terminal: &Terminal) -> Result<Package, Failure> {
    let lowered = lower(checked)?;
    let output = args
        .output
        .clone()
        .unwrap_or_else(|| args.file.with_extension("dap"));
    refuse_overwriting(args, &output, checked)?;
    let writer = writer(args, checked, &lowered, terminal)?;
    let lock = Lock::of(checked.graph().config(), writer.image());
    if args.locked {
        lock.compare(&args.file)?;
    } else {
        Lock::check(&args.file)?;
    }
    let package = writer.write(lowered, &output)?;
    if args.manifest {
        manifest::write(&package, &lock)?;
    }
    if !args.locked {
        lock.update(&args.file)?;
    }
    Ok(package)
}

fn writer(
    args: &Args,
    checked: &CheckedGraph,
    lowered: &Lowered,
    terminal: &Terminal,
) -> Result<PackageWriter, Failure> {
    let options = Options {
        compress: args.compress,
        check_checksum: args.checksum,
    };
    let release = checked.graph().config().app.depthai.as_deref();
    let image = args.firmware.as_deref();
    PackageWriter::new(
        &store()?,
        release,
        lowered.openvino(),
        image,
        options,
        terminal,
    )
}

/// A slip of the hand must not cost anybody a script.
fn refuse_overwriting(args: &Args, output: &Path, checked: &CheckedGraph) -> Result<(), Failure> {
    // A file that is not there yet is none of the inputs.
    let Ok(output_file) = output.canonicalize() else {
        return Ok(());
    };
    let directory = args.file.parent().unwrap_or(Path::new(""));
    let named = checked.graph().config().files.keys();
    let named = named.map(|path| directory.join(path));
    let inputs = named
        .chain([args.file.clone()])
        .chain(args.firmware.clone());
    let is_output = |input: PathBuf| input.canonicalize().is_ok_and(|path| path == output_file);
    if inputs.into_iter().any(is_output) {
        return Err(Failure::input(
            output,
            "the package would replace a file that it is built from",
        ));
    }
    Ok(())
}
