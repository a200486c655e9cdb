//! Cast: a tensor or a picture in, a picture of another format out.

use oakc_runtime_schema::datatype::Datatype;
use oakc_runtime_schema::image::FrameType;
use oakc_runtime_schema::nodes::cast::CastProperties;
use oakc_vision::Image;
use oakc_vision::tensor::halves;

use super::picture::after;
use super::tensors;
use super::{Compute, Made, Taken};
use crate::message::Content;
use crate::program::ProgramNode;

#[derive(Debug)]
pub(super) struct Cast {
    kind: FrameType,
    scale: f32,
    offset: f32,
}

impl Cast {
    pub(super) fn new(node: &ProgramNode) -> Option<Self> {
        let properties: CastProperties = node.properties.typed()?;
        Some(Self {
            kind: properties.output_type,
            scale: properties.scale.unwrap_or(1.0),
            offset: properties.offset.unwrap_or(0.0),
        })
    }

    fn result(&self, content: &Content) -> Result<Content, String> {
        let image = if content.datatype == Datatype::NNData {
            self.of_tensor(content)?
        } else {
            self.of_picture(&content.image()?)?
        };
        Ok(Content::of_image(&image))
    }

    /// The first tensor: rows and columns are its last dimensions, and three planes are blue, green and red.
    fn of_tensor(&self, content: &Content) -> Result<Image, String> {
        let tensors = tensors::read(content)?;
        let [tensor] = tensors.as_slice() else {
            return Err(format!(
                "one tensor is cast, and there are {}",
                tensors.len()
            ));
        };
        let [height, width] = *tensor
            .dims
            .last_chunk()
            .ok_or("a tensor needs rows and columns")?;
        let planes = tensor.values.len().checked_div(width * height).unwrap_or(0);
        let kind = match planes {
            1 => FrameType::GRAYF16,
            3 => FrameType::BGRF16F16F16p,
            _ => return Err(format!("a picture has one plane or three, not {planes}")),
        };
        let values = tensor
            .values
            .iter()
            .map(|value| value * self.scale + self.offset);
        let data = halves(&values.collect::<Vec<_>>());
        let image = Image::new(kind, width, height, data).map_err(|error| error.to_string())?;
        image
            .converted(self.kind)
            .map_err(|error| error.to_string())
    }

    fn of_picture(&self, image: &Image) -> Result<Image, String> {
        let said = |error: oakc_vision::ImageError| error.to_string();
        let image = image.converted(self.kind).map_err(said)?;
        let is_same = self.scale.to_bits() == 1.0_f32.to_bits() && self.offset.abs() < f32::EPSILON;
        if is_same || oakc_vision::image::depth(self.kind).map_err(said)? != 1 {
            return Ok(image);
        }
        let data = image.data().iter();
        let data = data.map(|byte| round(f32::from(*byte) * self.scale + self.offset));
        let data: Vec<_> = data.collect();
        Image::new(self.kind, image.width(), image.height(), data).map_err(said)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float becomes the nearest byte"
)]
fn round(value: f32) -> u8 {
    (value + 0.5) as u8
}

impl Compute for Cast {
    fn outputs(&self) -> &'static [&'static str] {
        &["output"]
    }

    fn reads(&self) -> &'static [&'static str] {
        &["input"]
    }

    fn compute(&mut self, taken: &Taken<'_>) -> Made {
        let Some(source) = taken.get("input") else {
            return Made::default();
        };
        match self.result(&source.content) {
            Ok(content) => Made::message("output", after(content, source)),
            Err(problem) => Made::nothing(problem),
        }
    }
}
