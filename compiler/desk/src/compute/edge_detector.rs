//! EdgeDetector: pictures in, their edges out.

use oakc_runtime_schema::messages::{EdgeDetectorConfig, EdgeDetectorConfigData};
use oakc_runtime_schema::nodes::edge_detector::EdgeDetectorProperties;
use oakc_vision::edge::edges;

use super::config::settings;
use super::picture::after;
use super::{Compute, Made, Taken};
use crate::message::Content;
use crate::program::ProgramNode;

#[derive(Debug)]
pub(super) struct EdgeDetector {
    config: EdgeDetectorConfigData,
    most_bytes: usize,
}

impl EdgeDetector {
    pub(super) fn new(node: &ProgramNode) -> Option<Self> {
        let properties: EdgeDetectorProperties = node.properties.typed()?;
        Some(Self {
            config: properties.initial_config.config,
            most_bytes: usize::try_from(properties.output_frame_size).unwrap_or(0),
        })
    }

    fn result(&self, picture: &Content) -> Result<Content, String> {
        let result = edges(&picture.image()?, &self.config).map_err(|error| error.to_string())?;
        let (size, most) = (result.data().len(), self.most_bytes);
        if size > most {
            return Err(format!(
                "the result has {size} bytes, and a frame of the output {most}"
            ));
        }
        Ok(Content::of_image(&result))
    }
}

impl Compute for EdgeDetector {
    fn outputs(&self) -> &'static [&'static str] {
        &["outputImage"]
    }

    fn reads(&self) -> &'static [&'static str] {
        &["inputImage"]
    }

    fn compute(&mut self, taken: &Taken<'_>) -> Made {
        if let Some(message) = taken.get("inputConfig") {
            match settings::<EdgeDetectorConfig>(&message.content.fields) {
                Ok(config) => self.config = config.config,
                Err(problem) => return Made::nothing(format!("Invalid configuration: {problem}")),
            }
        }
        let Some(picture) = taken.get("inputImage") else {
            return Made::default();
        };
        match self.result(&picture.content) {
            Ok(content) => Made::message("outputImage", after(content, picture)),
            Err(problem) => Made::nothing(problem),
        }
    }
}
