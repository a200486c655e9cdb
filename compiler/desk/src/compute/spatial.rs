//! SpatialLocationCalculator: a depth map, and regions that may come with it, in; where they are out.

use oakc_runtime_schema::datatype::Datatype;
use oakc_runtime_schema::image::FrameType;
use oakc_runtime_schema::messages::{
    Point3f, SpatialLocationCalculatorConfig, SpatialLocationCalculatorConfigData,
};
use oakc_runtime_schema::nodes::spatial_location_calculator::SpatialLocationCalculatorProperties;
use oakc_runtime_schema::reflect::{EnumStyle, Reflect, to_json};
use oakc_vision::Image;
use oakc_vision::spatial::{Location, locate};
use serde_json::{Value as Json, json};

use super::config::settings;
use super::picture::after;
use super::{Compute, Made, Taken};
use crate::message::Content;
use crate::program::ProgramNode;

#[derive(Debug)]
pub(super) struct SpatialLocationCalculator {
    regions: Vec<SpatialLocationCalculatorConfigData>,
}

impl SpatialLocationCalculator {
    pub(super) fn new(node: &ProgramNode) -> Option<Self> {
        let properties: SpatialLocationCalculatorProperties = node.properties.typed()?;
        Some(Self {
            regions: properties.roi_config.config,
        })
    }
}

/// The depth map that a frame carries.
pub(super) fn depth(content: &Content) -> Result<Image, String> {
    let image = content.image()?;
    if image.kind() == FrameType::RAW16 {
        return Ok(image);
    }
    Err(format!("depth comes in RAW16, not in {:?}", image.kind()))
}

/// A position as the library has it.
pub(super) fn point(point: &Point3f) -> Json {
    json!({ "x": point.x, "y": point.y, "z": point.z })
}

/// Settings of a region as the library has them.
pub(super) fn region(config: &SpatialLocationCalculatorConfigData) -> Json {
    let shape = SpatialLocationCalculatorConfigData::SHAPE;
    to_json(&shape, &config.to_value(), EnumStyle::Names)
}

/// A region with its position as the library has it.
pub(super) fn location(location: &Location) -> Json {
    json!({
        "config": region(&location.config),
        "depthAverage": location.average,
        "depthMode": location.mode,
        "depthMedian": location.median,
        "depthAveragePixelCount": location.count,
        "depthMin": location.min,
        "depthMax": location.max,
        "spatialCoordinates": point(&location.coordinates),
    })
}

/// SpatialLocationCalculatorData with these.
pub(super) fn message(locations: &[Location]) -> Content {
    let mut content = Content::new(Datatype::SpatialLocationCalculatorData);
    let said: Vec<_> = locations.iter().map(location).collect();
    content
        .fields
        .insert("spatialLocations".to_owned(), said.into());
    content
}

impl Compute for SpatialLocationCalculator {
    fn outputs(&self) -> &'static [&'static str] {
        &["out"]
    }

    fn reads(&self) -> &'static [&'static str] {
        &["inputDepth"]
    }

    fn compute(&mut self, taken: &Taken<'_>) -> Made {
        if let Some(message) = taken.get("inputConfig") {
            match settings::<SpatialLocationCalculatorConfig>(&message.content.fields) {
                Ok(config) => self.regions = config.config,
                Err(problem) => return Made::nothing(format!("Invalid configuration: {problem}")),
            }
        }
        let Some(frame) = taken.get("inputDepth") else {
            return Made::default();
        };
        // Without regions the device sends nothing.
        if self.regions.is_empty() {
            return Made::default();
        }
        match depth(&frame.content) {
            Ok(depth) => {
                let regions = self.regions.iter();
                let locations: Vec<_> = regions.map(|region| locate(&depth, region)).collect();
                Made::message("out", after(message(&locations), frame))
            }
            Err(problem) => Made::nothing(problem),
        }
    }
}
