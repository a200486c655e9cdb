//! DetectionParser: tensors in, detections out.

use oakc_runtime_schema::datatype::Datatype;
use oakc_runtime_schema::nodes::detection_parser::{
    DetectionParserOptions, DetectionParserProperties,
};
use oakc_vision::detect::{self, Detection};
use oakc_vision::tensor::Tensor;
use serde_json::{Value as Json, json};

use super::picture::after;
use super::tensors;
use super::{Compute, Made, Taken};
use crate::message::Content;
use crate::program::ProgramNode;

#[derive(Debug)]
pub(super) struct DetectionParser {
    options: DetectionParserOptions,
}

impl DetectionParser {
    pub(super) fn new(node: &ProgramNode) -> Option<Self> {
        let properties: DetectionParserProperties = node.properties.typed()?;
        Some(Self {
            options: properties.parser,
        })
    }
}

/// The side of a picture that a network gets, by the grids that it sends: the finest has cells of 8 pixels, unless it is one of
/// two, as in the tiny versions.
fn side(tensors: &[Tensor], axis: usize) -> usize {
    let sides = tensors.iter().filter_map(|tensor| {
        let from_end = tensor.dims.len().checked_sub(axis)?;
        tensor.dims.get(from_end).copied()
    });
    let cell = if tensors.len() < 3 { 16 } else { 8 };
    sides.max().unwrap_or(0) * cell
}

/// The detections that an NNData tells of, for a picture of this size; it follows from the tensors where it is not known.
pub(super) fn parse(
    content: &Content,
    options: &DetectionParserOptions,
    size: Option<(usize, usize)>,
) -> Result<Vec<Detection>, String> {
    let tensors = tensors::read(content)?;
    let size = size.unwrap_or_else(|| (side(&tensors, 1), side(&tensors, 2)));
    detect::detections(&tensors, options, size)
}

/// A detection as the library has it.
pub(super) fn said(detection: &Detection) -> Json {
    json!({
        "label": detection.label,
        "confidence": detection.confidence,
        "xmin": detection.xmin,
        "ymin": detection.ymin,
        "xmax": detection.xmax,
        "ymax": detection.ymax,
    })
}

/// ImgDetections with these.
pub(super) fn message(detections: &[Detection]) -> Content {
    let mut content = Content::new(Datatype::ImgDetections);
    let said: Vec<_> = detections.iter().map(said).collect();
    content.fields.insert("detections".to_owned(), said.into());
    content
}

impl Compute for DetectionParser {
    fn outputs(&self) -> &'static [&'static str] {
        &["out"]
    }

    fn reads(&self) -> &'static [&'static str] {
        &["in"]
    }

    fn compute(&mut self, taken: &Taken<'_>) -> Made {
        let Some(data) = taken.get("in") else {
            return Made::default();
        };
        match parse(&data.content, &self.options, None) {
            Ok(found) => Made::message("out", after(message(&found), data)),
            Err(problem) => Made::nothing(problem),
        }
    }
}
