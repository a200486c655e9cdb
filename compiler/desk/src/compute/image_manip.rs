//! ImageManip: a picture, and settings that may come with it, in; the picture cropped, resized and converted out.

use oakc_runtime_schema::messages::ImageManipConfig;
use oakc_runtime_schema::nodes::image_manip::ImageManipProperties;
use oakc_vision::manip::{ManipError, Outline, manipulate, outline, sampling};
use oakc_vision::mesh::Mesh;
use oakc_vision::warp::Border;
use serde_json::Value as Json;

use super::config::settings;
use super::picture::after;
use super::{Compute, Made, Taken};
use crate::message::{Content, Message};
use crate::program::ProgramNode;

/// What a mesh shows beyond the edges of the picture.
const BLACK: Border = Border::Fill([0; 3]);

/// The most pixels in a row, as the firmware says.
const WIDEST: usize = 4056;

#[derive(Debug)]
pub(super) struct ImageManip {
    config: ImageManipConfig,
    /// What it warps pictures with.
    mesh: Option<Mesh>,
    most_bytes: usize,
    /// The picture that was taken last, for settings that ask for it again.
    previous: Option<Message>,
}

impl ImageManip {
    pub(super) fn new(node: &ProgramNode) -> Option<Self> {
        let properties: ImageManipProperties = node.properties.typed()?;
        let config = properties.initial_config;
        let has_mesh = !properties.mesh_uri.is_empty();
        if has_mesh && (node.mesh.is_none() || changes_shape(&config)) {
            return None;
        }
        Some(Self {
            config,
            mesh: node.mesh.clone(),
            most_bytes: usize::try_from(properties.output_frame_size).unwrap_or(0),
            previous: None,
        })
    }

    fn result(&self, picture: &Content) -> Result<Content, ManipError> {
        if self.mesh.is_some() && changes_shape(&self.config) {
            return Err(ManipError::Settings(
                "a mesh together with a crop or a size is not computed here",
            ));
        }
        if picture.is_blank {
            let from = picture
                .outline()
                .ok_or(ManipError::Settings("the size of the picture is not known"))?;
            return Ok(Content::blank(&self.fits(outline(from, &self.config)?)?));
        }
        let image = picture.image().map_err(oakc_vision::ImageError::File)?;
        let image = match &self.mesh {
            Some(mesh) => {
                let size = (image.width(), image.height());
                image.remapped(size, mesh, sampling(image.kind(), &self.config), BLACK)?
            }
            None => image,
        };
        self.fits(outline(Outline::of(&image), &self.config)?)?;
        Ok(Content::of_image(&manipulate(&image, &self.config)?))
    }

    /// A result that the device would send.
    fn fits(&self, result: Outline) -> Result<Outline, ManipError> {
        if result.width > WIDEST {
            return Err(ManipError::TooWide(result.width, WIDEST));
        }
        match result.bytes() {
            Some(bytes) if bytes > self.most_bytes => {
                Err(ManipError::TooLarge(bytes, self.most_bytes))
            }
            _ => Ok(result),
        }
    }
}

/// Whether something is cropped or resized. What comes first where there is a mesh as well is not known.
fn changes_shape(config: &ImageManipConfig) -> bool {
    config.enable_crop || config.enable_resize
}

fn asks(settings: &Message, what: &str) -> bool {
    settings.content.fields.get(what) == Some(&Json::Bool(true))
}

impl Compute for ImageManip {
    fn outputs(&self) -> &'static [&'static str] {
        &["out"]
    }

    fn reads(&self) -> &'static [&'static str] {
        &["inputImage"]
    }

    fn takes_blank(&self) -> bool {
        true
    }

    fn leaves(&self, input: &str, settings: &Message) -> bool {
        input == "inputImage"
            && self.previous.is_some()
            && asks(settings, "reusePreviousImage")
            && !asks(settings, "skipCurrentImage")
    }

    fn compute(&mut self, taken: &Taken<'_>) -> Made {
        if let Some(message) = taken.get("inputConfig") {
            match settings(&message.content.fields) {
                Ok(config) => self.config = config,
                Err(problem) => return Made::nothing(format!("Invalid configuration: {problem}")),
            }
            if asks(message, "skipCurrentImage") {
                return Made::default();
            }
        }
        let picture = taken.get("inputImage").or(self.previous.as_ref());
        let Some(picture) = picture.cloned() else {
            return Made::default();
        };
        // It keeps no place of a pool.
        self.previous = Some(picture.copied());
        match self.result(&picture.content) {
            Ok(content) => Made::message("out", after(content, &picture)),
            Err(error) => Made::nothing(format!("{error} - skipping frame")),
        }
    }
}
