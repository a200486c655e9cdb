//! What is known about a model beside its tensors.
//!
//! In: the `config.json` of an NN archive, or the JSON that goes with a blob of the YOLO tools or the SDK's zoo. Out: a
//! [`Description`]: what the model sees, and how its results are decoded. Never: a setting that the text does not have;
//! what follows from the blob alone is not here.

mod archive_config;
mod tools;

use std::collections::BTreeMap;
use std::fmt;

use oakc_blob::{Axis, Blob, Tensor};

use crate::json::{self, Item, JsonError};

pub(crate) use archive_config::model_path;

/// What is known about a model beside its tensors.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Description {
    /// The file that says so; within an archive, its path there.
    pub file: String,
    /// What the model is called.
    pub name: Option<String>,
    /// How its results are decoded, e.g. `YOLO` or `ClassificationParser`, as written.
    pub parser: Option<String>,
    /// The kind of YOLO, e.g. `yolov6r2`, as written.
    pub subtype: Option<String>,
    /// The images that it sees, by the name of the input where that is written.
    pub images: Vec<ImageDescription>,
    /// What its classes are called, in order.
    pub labels: Vec<String>,
    /// How many classes there are.
    pub classes: Option<u32>,
    /// Numbers that make a box.
    pub coordinates: Option<u32>,
    /// How much two boxes of one class may overlap.
    pub iou_threshold: Option<f32>,
    /// How sure the model has to be.
    pub confidence_threshold: Option<f32>,
    /// Anchors and which of them belong to which output.
    pub anchors: Anchors,
    /// The outputs that detections are decoded from, where they are named.
    pub outputs: Vec<String>,
    /// Pixels of the image for each cell of an output, where they are written.
    pub strides: Vec<u32>,
    /// The OpenVINO release that a zoo file asks for.
    pub openvino: Option<String>,
}

/// An image that a model sees.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImageDescription {
    /// The input; none where the text does not name it.
    pub input: Option<String>,
    /// Width and height in pixels.
    pub size: Option<(u32, u32)>,
    /// The order of the colours.
    pub colour: Option<Colour>,
    /// Whether the values of a pixel lie side by side.
    pub interleaved: Option<bool>,
    /// What was subtracted from each channel before the model saw it, in training.
    pub mean: Vec<f32>,
    /// What each channel was then divided by.
    pub scale: Vec<f32>,
}

/// The order of the colours of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Blue first.
    Bgr,
    /// Red first.
    Rgb,
    /// No colours.
    Grey,
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bgr => "BGR",
            Self::Rgb => "RGB",
            Self::Grey => "grey",
        })
    }
}

/// Anchors of a YOLO model.
#[derive(Clone, Debug, PartialEq)]
pub enum Anchors {
    /// As the device takes them: widths and heights in one list, and the indices of those that belong to each output.
    Flat {
        /// Widths and heights, alternating.
        anchors: Vec<f32>,
        /// By `side` and the width of the output's grid.
        masks: BTreeMap<String, Vec<i32>>,
    },
    /// For each output, in order.
    ByOutput(Vec<Vec<[f32; 2]>>),
}

impl Default for Anchors {
    fn default() -> Self {
        Self::Flat {
            anchors: Vec::new(),
            masks: BTreeMap::new(),
        }
    }
}

/// A family of detection models that the device decodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// YOLO, all versions.
    Yolo,
    /// MobileNet-SSD.
    MobileNet,
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Yolo => "YOLO",
            Self::MobileNet => "MobileNet-SSD",
        })
    }
}

/// How the device decodes detections; what is not known is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decoding {
    /// The family.
    pub family: Option<Family>,
    /// How many classes there are.
    pub classes: Option<u32>,
    /// Numbers that make a box.
    pub coordinates: Option<u32>,
    /// Widths and heights of the anchors, alternating.
    pub anchors: Option<Vec<f32>>,
    /// The anchors of each output, by `side` and the width of its grid.
    pub anchor_masks: Option<BTreeMap<String, Vec<i32>>>,
    /// How much two boxes of one class may overlap.
    pub iou_threshold: Option<f32>,
    /// How sure the model has to be.
    pub confidence_threshold: Option<f32>,
}

impl Description {
    /// Reads a text of any of these kinds. `file` is what errors call it.
    ///
    /// # Errors
    /// Where it is none of them, or a value in it has the wrong type.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, JsonError> {
        let value = json::parse(file, bytes)?;
        let root = Item::root(file, &value);
        if root.get("nn_config").is_some() {
            tools::read(file, &root)
        } else if root.get("model").is_some() {
            archive_config::read(file, &root)
        } else {
            Err(root.error(
                "it has neither `nn_config` (YOLO tools, DepthAI SDK) nor `model` (NN archive)",
            ))
        }
    }

    /// The family of its detections, if it makes any that the device decodes.
    pub fn family(&self) -> Option<Family> {
        let parser = self.parser.as_deref()?.to_ascii_lowercase();
        match parser.as_str() {
            "yolo" | "yoloextendedparser" => Some(Family::Yolo),
            "mobilenet" | "ssd" => Some(Family::MobileNet),
            _ => None,
        }
    }

    /// How many labels there are, if that is not how many classes there are.
    pub fn unlabelled(&self) -> Option<(u32, usize)> {
        let classes = self.classes?;
        let labels = self.labels.len();
        (labels > 0 && labels != classes as usize).then_some((classes, labels))
    }

    /// How the device decodes what `blob` detects: for anchors by output, the widths of the outputs' grids have to be
    /// known, which are those in the blob.
    pub fn decoding(&self, blob: &Blob) -> Decoding {
        let family = self.family();
        if family.is_none() {
            return Decoding::default();
        }
        let mut decoding = Decoding {
            family,
            confidence_threshold: self.confidence_threshold,
            ..Decoding::default()
        };
        if family == Some(Family::Yolo) {
            decoding.classes = self.classes;
            decoding.coordinates = self.coordinates;
            decoding.iou_threshold = self.iou_threshold;
            let (anchors, masks) = self.flat_anchors(blob);
            decoding.anchors = Some(anchors);
            decoding.anchor_masks = masks;
        }
        decoding
    }

    fn flat_anchors(&self, blob: &Blob) -> (Vec<f32>, Option<BTreeMap<String, Vec<i32>>>) {
        match &self.anchors {
            Anchors::Flat { anchors, masks } => (anchors.clone(), Some(masks.clone())),
            Anchors::ByOutput(outputs) => {
                let flat = outputs.iter().flatten().flatten().copied().collect();
                let widths = self.grid_widths(blob, outputs.len());
                let mut first = 0;
                let mut masks = BTreeMap::new();
                for (anchors, width) in outputs.iter().zip(widths.iter().flatten()) {
                    let next = first + i32::try_from(anchors.len()).unwrap_or_default();
                    masks.insert(format!("side{width}"), (first..next).collect());
                    first = next;
                }
                (flat, widths.map(|_| masks))
            }
        }
    }

    /// The widths of the grids of the first `count` outputs that detections are decoded from.
    fn grid_widths(&self, blob: &Blob, count: usize) -> Option<Vec<u32>> {
        let named = self.outputs.iter().take(count).map(|name| {
            let output = blob.outputs.iter().find(|output| output.name == *name)?;
            output.extent(Axis::Width)
        });
        let named: Option<Vec<_>> = named.collect();
        if let Some(named) = named.filter(|named| named.len() == count) {
            return Some(named);
        }
        let image = blob.inputs.first().and_then(Tensor::image);
        let (width, _) = image
            .map(|image| (image.width, image.height))
            .or_else(|| self.images.first().and_then(|image| image.size))?;
        let usual = [8, 16, 32, 64];
        let strides = if self.strides.is_empty() {
            &usual
        } else {
            self.strides.as_slice()
        };
        let widths = strides.iter().take(count);
        let widths: Option<Vec<_>> = widths.map(|stride| width.checked_div(*stride)).collect();
        widths.filter(|widths| widths.len() == count)
    }
}
