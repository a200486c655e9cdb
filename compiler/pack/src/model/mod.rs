//! What a model is, for programs and for people.
//!
//! In: the bytes of a `.blob`, a `.superblob`, an NN archive or the zip file of the YOLO tools. Out: its inputs and outputs,
//! what it was compiled for, what is known about it beside that, and how an application uses it. Never: the question
//! whether an application can use it.

mod json;
mod page;
mod snippet;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use oakc_blob::{Blob, FirmwareVariant, ImageTensor, Layout, Lookalike, Tensor};
use oakc_model::{Description, Format, ModelError, Shaves};

pub use snippet::key;

/// A file should hold a model, and none can be read from it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {reason}", path = path.display())]
pub struct InvalidModel {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub reason: ModelError,
}

/// A model in a file.
#[derive(Debug)]
pub struct Model<'a> {
    path: &'a Path,
    bytes: &'a [u8],
    content: oakc_model::Model,
    blob: Blob,
    /// The file with the description, if that is not in the file itself.
    beside: Option<PathBuf>,
}

impl<'a> Model<'a> {
    /// Whether `bytes`, the content of the file at `path`, are in a format that models are in.
    pub fn is_likely(path: &Path, bytes: &[u8]) -> bool {
        const FORMATS: [Lookalike; 4] = [
            Lookalike::SuperBlob,
            Lookalike::Tar,
            Lookalike::CompressedTar,
            Lookalike::Zip,
        ];
        let found = Lookalike::recognise_file(&name(path), bytes);
        Blob::is_marked(bytes) || found.is_some_and(|found| FORMATS.contains(&found))
    }

    /// Reads the model in `bytes`, the content of the file at `path`.
    ///
    /// # Errors
    /// Where there is none in it, or none that the camera runs.
    pub fn read(path: &'a Path, bytes: &'a [u8]) -> Result<Self, InvalidModel> {
        let read = || {
            let model = oakc_model::Model::read(&name(path), &Arc::from(bytes))?;
            let blob = Blob::parse(&model.base())?;
            Ok((model, blob))
        };
        let read = read().map_err(|reason| InvalidModel {
            path: path.to_owned(),
            reason,
        });
        let (content, blob) = read?;
        Ok(Self {
            path,
            bytes,
            content,
            blob,
            beside: None,
        })
    }

    /// The same with the description in another file.
    ///
    /// # Errors
    /// Where the text is not a description.
    pub fn with_description(mut self, path: &Path, text: &[u8]) -> Result<Self, InvalidModel> {
        let described = self.content.with_description(&name(path), text);
        self.content = described.map_err(|reason| InvalidModel {
            path: self.path.to_owned(),
            reason,
        })?;
        self.beside = Some(path.to_owned());
        Ok(self)
    }

    fn description(&self) -> Option<&Description> {
        self.content.description()
    }

    fn version(&self) -> String {
        format!("{}.{}", self.blob.version_major, self.blob.version_minor)
    }

    /// Whether there are blobs for other numbers of SHAVEs.
    fn has_choice(&self) -> bool {
        self.content.shaves() == Shaves::Any
    }
}

fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn format_name(format: Format) -> &'static str {
    match format {
        Format::Blob => "blob",
        Format::SuperBlob => "superblob",
        Format::ArchivedBlob | Format::ArchivedSuperBlob => "nn-archive",
        Format::ToolsZip => "tools-zip",
    }
}

fn firmware(variant: FirmwareVariant) -> &'static str {
    match variant {
        FirmwareVariant::Universal => "universal",
        FirmwareVariant::Patched => "deprecated",
        FirmwareVariant::Unavailable => "none",
    }
}

/// Its sizes, outermost first, as people write them.
fn shape(tensor: &Tensor) -> Vec<u32> {
    tensor.dims.iter().rev().copied().collect()
}

/// An input as an image, if it looks like one: vectors have no width and height, and images one or three
/// colours.
fn picture(tensor: &Tensor) -> Option<ImageTensor> {
    let is_picture =
        |image: &ImageTensor| matches!(image.channels, 1 | 3) && image.width.min(image.height) > 1;
    tensor.image().filter(is_picture)
}

fn is_interleaved(image: ImageTensor) -> bool {
    matches!(
        image.layout,
        Layout::Interleaved | Layout::UnlabelledInterleaved
    )
}
