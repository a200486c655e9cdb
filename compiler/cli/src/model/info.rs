//! `oakc model info`: what a model takes and makes, and how an application uses it.

use std::path::PathBuf;

use oakc_pack::model::Model;
use oakc_project::PackageFile;

use crate::failure::Failure;
use crate::inspect::NotInspectable;
use crate::terminal::{ResultFormat, json_text, result};

/// Show what a model takes and makes, and how an application uses it.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// A compiled model (.blob).
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// How to print it.
    #[arg(long, value_enum, default_value_t = ResultFormat::Human)]
    format: ResultFormat,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let file = PackageFile::read(&args.file)?;
    let model = Model::read(&args.file, file.bytes()).map_err(NotInspectable::Model)?;
    let Some(model) = model else {
        return Err(Failure::input(&args.file, "not a compiled model"));
    };
    match args.format {
        ResultFormat::Json => json_text(&format!("{:#}", model.describe())),
        ResultFormat::Human => result(model.page()),
    }
}
