//! Messages as pictures, and pictures as messages.

use oakc_runtime_schema::datatype::Datatype;
use oakc_runtime_schema::image::FrameType;
use oakc_runtime_schema::reflect::{Reflect, Shape};
use oakc_vision::manip::Outline;
use oakc_vision::{Image, ImageError};
use serde_json::Value as Json;

use crate::message::{Content, Message};

impl Content {
    /// A picture as an ImgFrame.
    pub fn of_image(image: &Image) -> Self {
        Self {
            data: image.data().clone(),
            is_blank: false,
            ..Self::blank(&Outline::of(image))
        }
    }

    /// An ImgFrame with a size and without pixels.
    pub(crate) fn blank(outline: &Outline) -> Self {
        let mut content = Self {
            is_blank: true,
            ..Self::new(Datatype::ImgFrame)
        };
        let fields = &mut content.fields;
        fields.insert("width".to_owned(), outline.width.into());
        fields.insert("height".to_owned(), outline.height.into());
        let kind = format!("{:?}", outline.kind);
        fields.insert("frameType".to_owned(), kind.into());
        content
    }

    /// The picture that it carries. A JPEG or PNG without a `frameType` is decoded.
    ///
    /// # Errors
    /// Why it carries none, in a sentence.
    pub fn image(&self) -> Result<Image, String> {
        if self.is_blank {
            return Err("the picture has no pixels: its camera is shown nothing".to_owned());
        }
        let said = ImageError::to_string;
        match frame_type(self) {
            None | Some(FrameType::NONE) if !self.data.is_empty() => {
                Image::decode(&self.data).map_err(|error| said(&error))
            }
            None | Some(FrameType::NONE) => Err("the frame has no type".to_owned()),
            Some(kind) => {
                let (width, height) = (side(self, "width"), side(self, "height"));
                Image::new(kind, width, height, self.data.clone()).map_err(|error| said(&error))
            }
        }
    }

    /// Its format and size, as far as it says.
    pub fn outline(&self) -> Option<Outline> {
        Some(Outline {
            kind: frame_type(self)?,
            width: side(self, "width"),
            height: side(self, "height"),
        })
    }
}

fn side(content: &Content, name: &str) -> usize {
    let side = content.fields.get(name).and_then(Json::as_u64);
    side.and_then(|side| usize::try_from(side).ok())
        .unwrap_or(0)
}

/// The format that a frame says it has, by its name or number.
pub(crate) fn frame_type(content: &Content) -> Option<FrameType> {
    let said = content.fields.get("frameType")?;
    let Shape::Enum(_) = &FrameType::SHAPE else {
        return None;
    };
    let value = oakc_runtime_schema::reflect::from_json(&FrameType::SHAPE, said).ok()?;
    FrameType::from_value(&value).ok()
}

/// A message with this content that has the number and time of another.
pub(crate) fn after(content: Content, source: &Message) -> Message {
    let mut content = content;
    for carried in ["instanceNum", "category"] {
        if let Some(value) = source.content.fields.get(carried)
            && content.datatype == Datatype::ImgFrame
        {
            content.fields.insert(carried.to_owned(), value.clone());
        }
    }
    Message::new(content, source.sequence, source.timestamp)
}
