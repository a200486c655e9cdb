//! `oakc model info`: what a model takes and makes, and how an application uses it.

use std::path::{Path, PathBuf};

use oakc_core::workshop::is_uncompiled;
use oakc_pack::model::Model;
use oakc_project::PackageFile;

use super::uncompiled::Network;
use crate::failure::Failure;
use crate::inspect::NotInspectable;
use crate::terminal::{ResultFormat, json_text, result};

/// Show what a model takes and makes, and how an application uses it.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// A .blob, a .superblob, an NN archive (.tar.xz, .tar.gz, .tar), the zip file of the YOLO tools, or what is compiled: ONNX
    /// (.onnx) and OpenVINO IR (.xml).
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The JSON that stands beside a .blob and says what the model detects and how.
    #[arg(long, value_name = "JSON")]
    config: Option<PathBuf>,

    /// How to print it.
    #[arg(long, value_enum, default_value_t = ResultFormat::Human)]
    format: ResultFormat,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let file = PackageFile::read(&args.file)?;
    if is_uncompiled(&args.file.to_string_lossy()) {
        return uncompiled(args, file.bytes());
    }
    let mut model = Model::read(&args.file, file.bytes()).map_err(NotInspectable::Model)?;
    if let Some(path) = &args.config {
        let text = PackageFile::read(path)?;
        let described = model.with_description(path, text.bytes());
        model = described.map_err(NotInspectable::Model)?;
    }
    match args.format {
        ResultFormat::Json => json_text(&format!("{:#}", model.describe())),
        ResultFormat::Human => result(model.page()),
    }
}

fn uncompiled(args: &Args, bytes: &[u8]) -> Result<(), Failure> {
    if args.config.is_some() {
        let reason = "--config is for compiled models: for this one, name it with `config` in `[models.NAME]`";
        return Err(Failure::Usage(reason.to_owned()));
    }
    show_uncompiled(&args.file, bytes, args.format)
}

/// Shows a model that is still to be compiled.
pub(crate) fn show_uncompiled(
    path: &Path,
    bytes: &[u8],
    format: ResultFormat,
) -> Result<(), Failure> {
    let network = Network::read(path, bytes).map_err(oakc_toolchain::Error::from)?;
    match format {
        ResultFormat::Json => json_text(&format!("{:#}", network.describe())),
        ResultFormat::Human => result(network.page()),
    }
}
