//! What a compiled model is, for programs and for people.
//!
//! In: the bytes of a `.blob`. Out: its inputs and outputs, what it was compiled for, and its size. Never: the
//! question whether an application can use it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use oakc_blob::{Blob, BlobError, FirmwareVariant, ImageTensor, Layout, Tensor};
use oakc_diag::render::Page;
use oakc_digest::sha256;
use serde_json::{Value, json};

use crate::grouped;

/// A file is marked as a compiled model, and cannot be read as one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {reason}", path = path.display())]
pub struct InvalidModel {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub reason: BlobError,
}

/// A compiled model in a file.
#[derive(Debug)]
pub struct Model<'a> {
    path: &'a Path,
    bytes: &'a [u8],
    blob: Blob,
}

impl<'a> Model<'a> {
    /// Reads the model in `bytes`, the content of the file at `path`; `None` if they are not marked as a
    /// model.
    ///
    /// # Errors
    /// Where it is damaged, or of a version that no firmware runs.
    pub fn read(path: &'a Path, bytes: &'a [u8]) -> Result<Option<Self>, InvalidModel> {
        if !Blob::is_marked(bytes) {
            return Ok(None);
        }
        let blob = Blob::parse(bytes).map_err(|reason| InvalidModel {
            path: path.to_owned(),
            reason,
        })?;
        Ok(Some(Self { path, bytes, blob }))
    }

    /// For programs.
    pub fn describe(&self) -> Value {
        let blob = &self.blob;
        json!({
            "kind": "model",
            "size": self.bytes.len(),
            "sha256": sha256(self.bytes),
            "version": self.version(),
            "openvino": blob.openvino.name(),
            "firmware": firmware(blob.openvino.firmware_variant()),
            "shaves": blob.shaves,
            "cmx_slices": blob.slices,
            "stages": blob.stages,
            "inputs": blob.inputs.iter().map(input_json).collect::<Vec<_>>(),
            "outputs": blob.outputs.iter().map(tensor_json).collect::<Vec<_>>(),
        })
    }

    /// For people.
    pub fn page(&self) -> Page {
        let blob = &self.blob;
        let mut page = Page::new();
        page.line(format_args!(
            "{}  compiled model (RVC2)",
            self.path.display()
        ));
        let (size, digest) = (grouped(self.bytes.len() as u64), sha256(self.bytes));
        page.line(format_args!("  {size} bytes, sha256 {digest}"));
        page.line(format_args!(
            "  blob version {}, taken for OpenVINO {}{}",
            self.version(),
            blob.openvino,
            match blob.openvino.firmware_variant() {
                FirmwareVariant::Universal => "",
                FirmwareVariant::Patched => ", whose firmware is deprecated",
                FirmwareVariant::Unavailable => ", for which there is no longer any firmware",
            }
        ));
        page.line(format_args!(
            "  compiled for {} and {}, {}",
            count(blob.shaves, "SHAVE"),
            count(blob.slices, "CMX slice"),
            count(blob.stages, "stage")
        ));
        add_tensors(&mut page, "inputs", &blob.inputs, picture);
        add_tensors(&mut page, "outputs", &blob.outputs, |_| None);
        page
    }

    fn version(&self) -> String {
        format!("{}.{}", self.blob.version_major, self.blob.version_minor)
    }
}

fn count(number: u32, what: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {what}{s}")
}

fn firmware(variant: FirmwareVariant) -> &'static str {
    match variant {
        FirmwareVariant::Universal => "universal",
        FirmwareVariant::Patched => "deprecated",
        FirmwareVariant::Unavailable => "none",
    }
}

fn layout(image: ImageTensor) -> &'static str {
    match image.layout {
        Layout::Planar => "planar",
        Layout::Interleaved => "interleaved",
        Layout::UnlabelledInterleaved => "interleaved, whatever its layout says",
        Layout::Other => "neither planar nor interleaved",
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

fn input_json(tensor: &Tensor) -> Value {
    let image = picture(tensor).map(|image| {
        json!({
            "width": image.width,
            "height": image.height,
            "channels": image.channels,
            "interleaved": matches!(image.layout, Layout::Interleaved | Layout::UnlabelledInterleaved),
        })
    });
    let mut json = tensor_json(tensor);
    json["image"] = json!(image);
    json
}

fn tensor_json(tensor: &Tensor) -> Value {
    json!({
        "name": tensor.name,
        "type": tensor.data_type.to_string(),
        "shape": shape(tensor),
        "layout": tensor.order.to_string(),
        "bytes": tensor.packed_size(),
    })
}

/// Adds one line for each tensor; `picture` says which of them are images.
fn add_tensors(
    page: &mut Page,
    title: &str,
    tensors: &[Tensor],
    picture: fn(&Tensor) -> Option<ImageTensor>,
) {
    page.heading(title);
    if tensors.is_empty() {
        page.line("  none");
    }
    let names = tensors.iter().map(|tensor| tensor.name.chars().count());
    let width = names.max().unwrap_or_default();
    for tensor in tensors {
        let shape: Vec<_> = shape(tensor).iter().map(u32::to_string).collect();
        let (name, data_type) = (&tensor.name, tensor.data_type.to_string());
        let (shape, order) = (shape.join("x"), tensor.order);
        let mut line = format!("  {name:<width$}  {data_type:<4}  {shape} {order}");
        if let Some(bytes) = tensor.packed_size() {
            let _ = write!(line, ", {} bytes", grouped(bytes));
        }
        if let Some(image) = picture(tensor) {
            let (width, height) = (image.width, image.height);
            let _ = write!(line, ": an image of {width}x{height}, {}", layout(image));
        }
        page.line(line);
    }
}
