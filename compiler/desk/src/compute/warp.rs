//! Warp: a picture in, the same through a mesh out.

use oakc_runtime_schema::image::{FrameType, Interpolation};
use oakc_runtime_schema::nodes::warp::WarpProperties;
use oakc_vision::manip::Outline;
use oakc_vision::mesh::Mesh;
use oakc_vision::warp::{Border, Sampling};

use super::picture::after;
use super::{Compute, Made, Taken};
use crate::message::Content;
use crate::program::ProgramNode;

/// What is seen beyond the edges of the picture.
const BLACK: Border = Border::Fill([0; 3]);

#[derive(Debug)]
pub(super) struct Warp {
    mesh: Mesh,
    size: (usize, usize),
    most_bytes: usize,
    sampling: Sampling,
}

impl Warp {
    /// None without a mesh that can be read.
    pub(super) fn new(node: &ProgramNode) -> Option<Self> {
        let properties: WarpProperties = node.properties.typed()?;
        let side = |side: i32| usize::try_from(side).unwrap_or(0);
        Some(Self {
            mesh: node.mesh.clone()?,
            size: (
                side(properties.output_width),
                side(properties.output_height),
            ),
            most_bytes: usize::try_from(properties.output_frame_size).unwrap_or(0),
            sampling: match properties.interpolation {
                Interpolation::BICUBIC => Sampling::Bicubic,
                Interpolation::NEAREST_NEIGHBOR => Sampling::Nearest,
                Interpolation::BILINEAR | Interpolation::AUTO => Sampling::Bilinear,
            },
        })
    }

    fn result(&self, picture: &Content) -> Result<Content, String> {
        let kind = picture.outline().map_or(FrameType::NONE, |it| it.kind);
        if !is_taken(kind) {
            return Err(
                "Unsupported input frame type. Supported: RAW8, GRAY8, RAW16, GRAYF16, RGB/BGR \
                 planar and YUV420p"
                    .to_owned(),
            );
        }
        let (width, height) = self.size;
        if width == 0 || height == 0 {
            return Err("the size of what it sends is not set: `output_size`".to_owned());
        }
        let outline = Outline {
            kind,
            width,
            height,
        };
        if let Some(bytes) = outline.bytes().filter(|bytes| *bytes > self.most_bytes) {
            let most = self.most_bytes;
            return Err(format!(
                "a picture of {bytes} bytes is larger than `max_output_frame_size`, {most}: it is not sent"
            ));
        }
        if picture.is_blank {
            return Ok(Content::blank(&outline));
        }
        let image = picture.image()?;
        let warped = image.remapped(self.size, &self.mesh, self.sampling, BLACK);
        let warped = warped.map_err(|error| error.to_string())?;
        Ok(Content::of_image(&warped))
    }
}

/// Whether the device warps pictures of this format.
const fn is_taken(kind: FrameType) -> bool {
    use FrameType as F;
    matches!(
        kind,
        F::RAW8 | F::GRAY8 | F::RAW16 | F::GRAYF16 | F::RGB888p | F::BGR888p | F::YUV420p
    )
}

impl Compute for Warp {
    fn outputs(&self) -> &'static [&'static str] {
        &["out"]
    }

    fn reads(&self) -> &'static [&'static str] {
        &["inputImage"]
    }

    fn takes_blank(&self) -> bool {
        true
    }

    fn compute(&mut self, taken: &Taken<'_>) -> Made {
        let Some(picture) = taken.get("inputImage") else {
            return Made::default();
        };
        match self.result(&picture.content) {
            Ok(content) => Made::message("out", after(content, picture)),
            Err(error) => Made::nothing(error),
        }
    }
}
