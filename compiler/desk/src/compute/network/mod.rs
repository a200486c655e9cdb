//! NeuralNetwork and the detection networks: pictures or tensors in, what a stand-in of the model makes of them out.
//!
//! A network gets the bytes of a message as they are: as many as its input has numbers, or twice as many for half-precision
//! floats. The same happens on the device, so a picture of the wrong size or order is the wrong input here as well.

pub(crate) mod worker;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use oakc_runtime_schema::datatype::Datatype;
use oakc_runtime_schema::messages::{Rect, SpatialLocationCalculatorConfigData};
use oakc_runtime_schema::nodes::detection_network::DetectionNetworkProperties;
use oakc_runtime_schema::nodes::detection_parser::DetectionParserOptions;
use oakc_runtime_schema::nodes::spatial_detection_network::SpatialDetectionNetworkProperties;
use oakc_vision::detect::{self, Detection};
use oakc_vision::spatial::{Location, locate};
use oakc_vision::tensor::Tensor;
use serde_json::json;

use super::picture::after;
use super::spatial::{depth, point, region};
use super::{Compute, Made, Taken, detection_parser, spatial, tensors};
use crate::message::{Content, Message};
use crate::observation::Level;
use crate::program::ProgramNode;
use crate::standin::StandIn;
use worker::{Fed, Worker};

#[derive(Debug)]
pub(super) struct Network {
    worker: Arc<Mutex<Worker>>,
    model: StandIn,
    inputs: Vec<Input>,
    task: Task,
    /// The outputs that have whole numbers.
    whole: BTreeSet<String>,
    /// Whether the model failed, which is told once.
    has_failed: bool,
}

/// An input of the blob.
#[derive(Debug)]
struct Input {
    name: String,
    dims: Vec<usize>,
}

/// What becomes of the tensors.
#[derive(Debug)]
enum Task {
    Tensors,
    Detections(DetectionParserOptions),
    Positions(Box<SpatialDetectionNetworkProperties>),
}

impl Network {
    /// None where there is no stand-in, or nothing is known of the blob.
    pub(super) fn new(node: &ProgramNode, worker: &Arc<Mutex<Worker>>) -> Option<Self> {
        let model = node.stand_in.clone()?;
        let size = |dim: &u32| usize::try_from(*dim).unwrap_or(usize::MAX);
        let inputs = node.blob_inputs.iter().map(|input| Input {
            name: input.name.clone(),
            dims: input.dims.iter().rev().map(size).collect(),
        });
        // Each has properties of its own shape.
        let spatial = node.properties.typed::<SpatialDetectionNetworkProperties>();
        let detecting = node.properties.typed::<DetectionNetworkProperties>();
        let task = match (spatial, detecting) {
            (Some(properties), _) => Task::Positions(Box::new(properties)),
            (None, Some(properties)) => Task::Detections(properties.parser),
            (None, None) => Task::Tensors,
        };
        Some(Self {
            worker: Arc::clone(worker),
            model,
            inputs: inputs.collect(),
            task,
            whole: BTreeSet::new(),
            has_failed: false,
        })
    }

    /// What each input is fed.
    fn fed<'a>(&'a self, taken: &Taken<'a>) -> Result<Vec<Fed<'a>>, String> {
        let mut fed = Vec::new();
        for input in &self.inputs {
            let message = match self.inputs.len() {
                1 => taken
                    .get("in")
                    .or_else(|| taken.of_group("inputs", &input.name)),
                _ => taken.of_group("inputs", &input.name),
            };
            let message = message.or_else(|| taken.get("in"));
            let message = message.ok_or_else(|| format!("nothing came for `{}`", input.name))?;
            fed.push(input.of(&message.content)?);
        }
        Ok(fed)
    }

    fn infer(&mut self, taken: &Taken<'_>) -> Result<Vec<Tensor>, (Level, String)> {
        let fed = self.fed(taken).map_err(|problem| (Level::Warn, problem))?;
        let mut worker = self
            .worker
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let inferred = worker.infer(&self.model, &fed);
        drop(worker);
        let inferred = inferred.map(|(tensors, whole)| {
            self.whole = whole;
            tensors
        });
        inferred.map_err(|problem| {
            self.has_failed = true;
            let name = &self.model.name;
            (
                Level::Error,
                format!("the stand-in of the model `{name}` does not run: {problem}"),
            )
        })
    }

    /// The size of the pictures that it takes.
    fn size(&self) -> (usize, usize) {
        match self.inputs.first().map(|input| input.dims.as_slice()) {
            Some([.., height, width]) => (*width, *height),
            _ => (0, 0),
        }
    }

    fn made(
        &self,
        tensors: &[Tensor],
        taken: &Taken<'_>,
        source: &Message,
    ) -> Result<Made, String> {
        let mut made = Made::default();
        let mut send = |output, content| made.messages.push((output, after(content, source)));
        match &self.task {
            Task::Tensors => send("out", tensors::write(tensors, &self.whole)),
            Task::Detections(options) => {
                let found = detect::detections(tensors, options, self.size())?;
                send("out", detection_parser::message(&found));
                send("outNetwork", tensors::write(tensors, &self.whole));
            }
            Task::Positions(properties) => {
                let found = detect::detections(tensors, &properties.parser, self.size())?;
                let frame = taken.get("inputDepth").ok_or("no depth came")?;
                let depth = depth(&frame.content)?;
                let regions = found.iter().map(|detection| config(properties, detection));
                let regions: Vec<_> = regions.collect();
                let located: Vec<_> = regions
                    .iter()
                    .map(|region| locate(&depth, region))
                    .collect();
                send("out", positions(&found, &located));
                send("outNetwork", tensors::write(tensors, &self.whole));
                send(
                    "spatialLocationCalculatorOutput",
                    spatial::message(&located),
                );
                send("boundingBoxMapping", mapping(&regions));
            }
        }
        Ok(made)
    }
}

impl Input {
    fn of<'a>(&'a self, content: &'a Content) -> Result<Fed<'a>, String> {
        let count = self
            .dims
            .iter()
            .try_fold(1_usize, |all, dim| all.checked_mul(*dim));
        let count = count.unwrap_or(usize::MAX);
        // A message may have the tensors of several inputs.
        let bytes = tensors::bytes_of(content, &self.name).unwrap_or(&content.data);
        let (name, given) = (&self.name, bytes.len());
        let is_half = given == count.saturating_mul(2);
        if given != count && !is_half {
            return Err(match (content.outline(), self.dims.as_slice()) {
                (Some(outline), [.., height, width]) => format!(
                    "Input image ({}x{}) does not match NN ({width}x{height}): {given} bytes came \
                     for `{name}`, which takes {count} numbers - skipping frame",
                    outline.width, outline.height
                ),
                _ => format!("{given} bytes came for `{name}`, which takes {count} numbers"),
            });
        }
        Ok(Fed {
            name,
            dims: &self.dims,
            bytes,
            is_half,
        })
    }
}

/// The part of the depth map that a detection stands for.
fn config(
    properties: &SpatialDetectionNetworkProperties,
    detection: &Detection,
) -> SpatialLocationCalculatorConfigData {
    let factor = properties.detected_bb_scale_factor;
    let (width, height) = (
        detection.xmax - detection.xmin,
        detection.ymax - detection.ymin,
    );
    let middle = |first: f32, last: f32| f32::midpoint(first, last);
    let (x, y) = (
        middle(detection.xmin, detection.xmax) - width * factor / 2.0,
        middle(detection.ymin, detection.ymax) - height * factor / 2.0,
    );
    SpatialLocationCalculatorConfigData {
        roi: Rect {
            x,
            y,
            width: width * factor,
            height: height * factor,
        },
        depth_thresholds: properties.depth_thresholds.clone(),
        calculation_algorithm: properties.calculation_algorithm,
        step_size: properties.step_size,
    }
}

/// SpatialImgDetections.
fn positions(found: &[Detection], located: &[Location]) -> Content {
    let mut content = Content::new(Datatype::SpatialImgDetections);
    let said = found.iter().zip(located).map(|(detection, location)| {
        let mut said = detection_parser::said(detection);
        if let Some(said) = said.as_object_mut() {
            let coordinates = point(&location.coordinates);
            said.insert("spatialCoordinates".to_owned(), coordinates);
            said.insert("boundingBoxMapping".to_owned(), region(&location.config));
        }
        said
    });
    let said: Vec<_> = said.collect();
    content.fields.insert("detections".to_owned(), said.into());
    content
}

/// SpatialLocationCalculatorConfig with the parts of the depth map that were looked at.
fn mapping(regions: &[SpatialLocationCalculatorConfigData]) -> Content {
    let mut content = Content::new(Datatype::SpatialLocationCalculatorConfig);
    let said: Vec<_> = regions.iter().map(region).collect();
    content.fields.insert("config".to_owned(), json!(said));
    content
}

impl Compute for Network {
    fn outputs(&self) -> &'static [&'static str] {
        match self.task {
            Task::Tensors => &["out"],
            Task::Detections(_) => &["out", "outNetwork"],
            Task::Positions(_) => &[
                "out",
                "outNetwork",
                "spatialLocationCalculatorOutput",
                "boundingBoxMapping",
            ],
        }
    }

    fn reads(&self) -> &'static [&'static str] {
        // The entries of `inputs` have the names of tensors; a picture of a camera comes to `in`.
        &["in", "inputDepth"]
    }

    fn compute(&mut self, taken: &Taken<'_>) -> Made {
        let Some(source) = taken.get("in").or_else(|| taken.first()) else {
            return Made::default();
        };
        if self.has_failed {
            return Made::default();
        }
        let tensors = match self.infer(taken) {
            Ok(tensors) => tensors,
            Err((level, problem)) => {
                return Made {
                    lines: vec![(level, problem)],
                    ..Made::default()
                };
            }
        };
        self.made(&tensors, taken, source)
            .unwrap_or_else(Made::nothing)
    }
}
