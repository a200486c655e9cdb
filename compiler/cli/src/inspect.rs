//! `oakc inspect`: shows the contents of a package, or a model.

use std::path::PathBuf;

use oakc_core::workshop::is_uncompiled;
use oakc_pack::inspect::{describe, extract, page};
use oakc_pack::model::{InvalidModel, Model};
use oakc_project::{FileKind, PackageFile};

use crate::application::Reading;
use crate::failure::Failure;
use crate::model::show_uncompiled;
use crate::terminal::{ResultFormat, json_text, result};

/// Show the contents of a package or a compiled model.
///
/// A model is shown as `oakc model info` shows it.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// A package (.dap) or a model (.blob, .superblob, an NN archive, the zip file of the YOLO tools, .onnx, .xml).
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// How to print it.
    #[arg(long, value_enum, default_value_t = ResultFormat::Human)]
    format: ResultFormat,

    #[command(flatten)]
    reading: Reading,

    /// Also write the parts of a package into this directory: sections, firmware, assets, pipeline.json.
    #[arg(long, value_name = "DIR")]
    extract: Option<PathBuf>,
}

/// There is nothing to show.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotInspectable {
    /// The model cannot be read.
    #[error(transparent)]
    Model(#[from] InvalidModel),
    /// It is neither a package nor a model.
    #[error("{path}: neither an application package nor a compiled model, but {found}", path = path.display())]
    Other {
        /// The file.
        path: PathBuf,
        /// What it is.
        found: FileKind,
    },
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let file = PackageFile::read(&args.file)?;
    if is_uncompiled(&args.file.to_string_lossy()) {
        refuse_extracting(args)?;
        return show_uncompiled(&args.file, file.bytes(), args.format);
    }
    if Model::is_likely(&args.file, file.bytes()) {
        let model = Model::read(&args.file, file.bytes()).map_err(NotInspectable::Model)?;
        return show_model(args, &model);
    }
    let package = file.package().map_err(|invalid| match invalid.found {
        Some(found) => Failure::from(NotInspectable::Other {
            path: invalid.path,
            found,
        }),
        None => invalid.into(),
    })?;
    file.verify(&package, args.reading.checksums())?;
    let description = describe(&package, file.bytes());
    if let Some(directory) = &args.extract {
        extract(&package, &description, directory)?;
    }
    match args.format {
        ResultFormat::Json => json_text(&format!("{description:#}")),
        ResultFormat::Human => result(page(&package, &args.file, file.bytes())),
    }
}

fn refuse_extracting(args: &Args) -> Result<(), Failure> {
    match args.extract {
        None => Ok(()),
        Some(_) => {
            let reason = "--extract is for packages: a model has no parts";
            Err(Failure::Usage(reason.to_owned()))
        }
    }
}

fn show_model(args: &Args, model: &Model<'_>) -> Result<(), Failure> {
    refuse_extracting(args)?;
    match args.format {
        ResultFormat::Json => json_text(&format!("{:#}", model.describe())),
        ResultFormat::Human => result(model.page()),
    }
}
