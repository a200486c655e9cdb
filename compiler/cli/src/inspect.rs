//! `oakc inspect`: shows the contents of a package.

use std::path::PathBuf;

use oakc_pack::inspect::{describe, extract, page};
use oakc_project::PackageFile;

use crate::failure::Failure;
use crate::terminal::{ResultFormat, document, result};

/// Show the contents of a package.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The package.
    #[arg(value_name = "FILE.dap")]
    file: PathBuf,

    /// How to print it.
    #[arg(long, value_enum, default_value_t = ResultFormat::Human)]
    format: ResultFormat,

    /// Also write its parts into this directory: sections, firmware, assets, pipeline.json.
    #[arg(long, value_name = "DIR")]
    extract: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let file = PackageFile::read(&args.file)?;
    let package = file.package()?;
    let description = describe(&package, file.bytes());
    if let Some(directory) = &args.extract {
        extract(&package, &description, directory)?;
    }
    match args.format {
        ResultFormat::Json => document(&format!("{description:#}")),
        ResultFormat::Human => result(page(&package, &args.file, file.bytes())),
    }
}
