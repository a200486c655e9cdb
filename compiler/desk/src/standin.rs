//! Stand-ins of models: what runs on the desk where the camera runs a blob.
//!
//! A stand-in is the same model as ONNX or OpenVINO IR. What the blob does to its input inside (mean, scale, the order of
//! channels) is said beside it.

use std::collections::BTreeMap;
use std::sync::Arc;

use oakc_core::config::language::shapes;
use oakc_core::config::{DeskModel, NetworkFiles};
use oakc_core::world::World;
use oakc_diag::Span;

use crate::compute::network::worker::Worker;

/// A stand-in of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct StandIn {
    /// What the application calls the model.
    pub name: String,
    /// The format of the file.
    pub format: Format,
    /// The file.
    pub model: Arc<[u8]>,
    /// The weights of an IR, which lie in a file of their own.
    pub weights: Arc<[u8]>,
    /// What is subtracted from each channel; nothing where it is empty.
    pub mean: Vec<f32>,
    /// What each channel is then divided by; nothing where it is empty.
    pub scale: Vec<f32>,
    /// Where it is named.
    pub named: Span,
    /// Whether the model wants red first where the camera sends blue first, or the other way round.
    pub reverse_channels: bool,
    /// Other shapes, by the name of their input; without a name, that of the only one.
    pub reshape: BTreeMap<String, Vec<u32>>,
    /// The layers where it ends, if not at its outputs.
    pub outputs: Vec<String>,
}

/// The format of a stand-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// ONNX.
    Onnx,
    /// OpenVINO's intermediate representation.
    Ir,
}

impl StandIn {
    /// Reads a stand-in, whose path is relative to the application, unless it is what the blob was compiled from.
    ///
    /// # Errors
    /// Why it cannot be read, in a sentence.
    pub(crate) fn read(
        name: &str,
        (desk, named): (&DeskModel, Span),
        network: Option<&NetworkFiles>,
        world: &dyn World,
    ) -> Result<Self, String> {
        let path = &desk.path;
        let network = network.filter(|network| network.name == *path);
        let read = |path: &str| {
            let kept = network.and_then(|network| {
                if path == network.name {
                    Some(Arc::clone(&network.model))
                } else {
                    network.weights.clone()
                }
            });
            if let Some(bytes) = kept {
                return Ok(bytes);
            }
            let bytes = world.read(path);
            bytes.map_err(|error| format!("`{path}` cannot be read: {error}"))
        };
        let (format, weights) = match path.rsplit_once('.') {
            Some((_, "onnx")) => (Format::Onnx, Arc::default()),
            Some((stem, "xml")) => (Format::Ir, read(&format!("{stem}.bin"))?),
            _ => {
                return Err(format!(
                    "`{path}` is neither ONNX (.onnx) nor OpenVINO IR (.xml)"
                ));
            }
        };
        Ok(Self {
            name: name.to_owned(),
            format,
            model: read(path)?,
            weights,
            mean: desk.mean.clone(),
            scale: desk.scale.clone(),
            named,
            reverse_channels: desk.reverse_channels,
            reshape: shapes(desk.reshape.as_ref()),
            outputs: desk.outputs.clone(),
        })
    }
}

/// Whether a stand-in can be run.
///
/// # Errors
/// Why not, in a sentence.
pub(crate) fn try_out(model: &StandIn) -> Result<(), String> {
    Worker::default().load(model)
}
