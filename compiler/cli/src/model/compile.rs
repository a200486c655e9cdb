//! `oakc model compile`: an ONNX file or OpenVINO IR in, a blob out.

use std::path::{Path, PathBuf};

use oakc_core::workshop::weights_of;
use oakc_project::{Limit, Output, read};
use oakc_toolchain::{Blobs, Precision, Settings, Setup, Shape, Source, SourceError};

use crate::failure::Failure;
use crate::firmware::cache;
use crate::summary::grouped;
use crate::terminal::{ResultFormat, Terminal, json, result};

/// Compile a model for the camera.
///
/// ONNX (.onnx) or OpenVINO IR (.xml, with its .bin) becomes a blob.
///
/// The compiler is that of OpenVINO 2021.4.2, in a CPython from 3.6 to 3.9. The first use installs it with pip; after
/// that, everything works offline. Equal models and settings give equal bytes.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The model (.onnx, .xml).
    file: PathBuf,

    /// Where to write the blob.
    #[arg(long, short, value_name = "OUT.blob")]
    output: PathBuf,

    /// For how many SHAVEs, from 1 to 16.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=16))]
    shaves: u32,

    /// What to subtract from each channel, in the order of the model's channels: one value, or one for each.
    #[arg(
        long,
        value_name = "M,M,M",
        value_delimiter = ',',
        allow_negative_numbers = true
    )]
    mean: Vec<f32>,

    /// What to divide each channel by after that.
    #[arg(
        long,
        value_name = "S,S,S",
        value_delimiter = ',',
        allow_negative_numbers = true
    )]
    scale: Vec<f32>,

    /// Swap red and blue first: the camera sends BGR, and the model wants RGB.
    #[arg(long)]
    reverse_channels: bool,

    /// The type of the inputs: U8 for images, FP16 or FP32.
    #[arg(long, value_name = "TYPE", default_value_t = Precision::U8)]
    input_precision: Precision,

    /// The type of the outputs: FP16 or FP32. Whole numbers, such as indices, stay what they are.
    #[arg(long, value_name = "TYPE", default_value_t = Precision::Fp16)]
    output_precision: Precision,

    /// Another shape for an input, e.g. 1,3,320,320. Can be repeated.
    #[arg(long, value_name = "[INPUT=]SHAPE")]
    reshape: Vec<Shape>,

    /// Where the model is to end, instead of at its outputs.
    #[arg(long, value_name = "LAYER,LAYER", value_delimiter = ',')]
    outputs: Vec<String>,

    #[command(flatten)]
    tools: Tools,

    /// How to print the result.
    #[arg(long, value_enum, default_value_t = ResultFormat::Human)]
    format: ResultFormat,
}

/// Options for what the compiler runs in.
#[derive(clap::Args)]
pub(crate) struct Tools {
    /// The CPython, from 3.6 to 3.9, to run the compiler for models in; default: OAKC_MODEL_PYTHON, or the newest that is found.
    #[arg(long, value_name = "PROGRAM")]
    python: Option<PathBuf>,

    /// Install that compiler from this wheel, instead of downloading it. Can be repeated, for numpy's.
    #[arg(long, value_name = "FILE.whl")]
    wheel: Vec<PathBuf>,
}

/// Options for making all models of an application.
#[derive(clap::Args)]
pub(crate) struct Making {
    /// Run the scripts that make models (`prepare`) without asking; what runs is shown in any case.
    #[arg(long)]
    pub(crate) yes: bool,

    #[command(flatten)]
    pub(crate) tools: Tools,
}

impl Tools {
    /// The same for the library.
    pub(crate) fn setup(&self) -> Setup {
        Setup {
            python: self.python.clone(),
            wheels: self.wheel.clone(),
        }
    }
}

pub(crate) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    let name = args.file.display().to_string();
    let model = read(&args.file, Limit::INPUT)?;
    let weights = weights_of(&name).map(|weights| weights_beside(&name, weights));
    let source = Source::new(&name, model.into(), weights.transpose()?.map(Into::into));
    let source = source.map_err(oakc_toolchain::Error::from)?;
    // Nobody should wait for a compiler to learn that there is no such folder.
    let mut output = Output::create(&args.output)?;
    let made = Blobs::new(cache()?).make(
        &source,
        &args.settings(),
        &args.tools.setup(),
        &mut |step| terminal.progress(step),
    )?;
    let written = std::io::Write::write_all(output.file(), &made.bytes);
    written.map_err(|error| output.failed(error))?;
    output.rename()?;
    tell(args, &made.bytes)
}

/// The second file of OpenVINO IR.
fn weights_beside(name: &str, weights: String) -> Result<Vec<u8>, Failure> {
    if Path::new(&weights).exists() {
        return Ok(read(weights.as_ref(), Limit::INPUT)?);
    }
    let name = name.to_owned();
    Err(oakc_toolchain::Error::from(SourceError::NoWeights { name, weights }).into())
}

fn tell(args: &Args, blob: &[u8]) -> Result<(), Failure> {
    let sha256 = oakc_digest::sha256(blob);
    let path = args.output.display();
    match args.format {
        ResultFormat::Human => result(format!(
            "{path}  {} bytes, {} SHAVEs, sha256 {sha256}",
            grouped(blob.len() as u64),
            args.shaves
        )),
        ResultFormat::Json => json(&serde_json::json!({
            "model": {
                "path": path.to_string(),
                "size": blob.len(),
                "sha256": sha256,
                "shaves": args.shaves,
                "tool": oakc_toolchain::TOOL,
            }
        })),
    }
}

impl Args {
    fn settings(&self) -> Settings {
        let shapes = self.reshape.iter().cloned();
        Settings {
            mean: self.mean.clone(),
            scale: self.scale.clone(),
            reverse_channels: self.reverse_channels,
            input_precision: self.input_precision,
            output_precision: self.output_precision,
            reshape: shapes.map(|shape| (shape.input, shape.sizes)).collect(),
            outputs: self.outputs.clone(),
            ..Settings::new(self.shaves)
        }
    }
}
