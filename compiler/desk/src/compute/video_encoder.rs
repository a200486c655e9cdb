//! VideoEncoder: pictures in, a JPEG for each out.
//!
//! H.264 and H.265 are not computed here.

use oakc_runtime_schema::datatype::Datatype;
use oakc_runtime_schema::image::FrameType;
use oakc_runtime_schema::nodes::video_encoder::{Profile, VideoEncoderProperties};

use super::picture::after;
use super::{Compute, Made, Taken};
use crate::message::Content;
use crate::program::ProgramNode;

#[derive(Debug)]
pub(super) struct VideoEncoder {
    quality: u8,
    is_lossless: bool,
}

impl VideoEncoder {
    pub(super) fn new(node: &ProgramNode) -> Option<Self> {
        let properties: VideoEncoderProperties = node.properties.typed()?;
        (properties.profile == Profile::MJPEG).then(|| Self {
            quality: u8::try_from(properties.quality.clamp(1, 100)).unwrap_or(100),
            is_lossless: properties.lossless,
        })
    }

    fn jpeg(&self, picture: &Content) -> Result<Vec<u8>, String> {
        let image = picture.image()?;
        match image.kind() {
            FrameType::NV12 | FrameType::GRAY8 | FrameType::RAW8 | FrameType::YUV400p => {}
            other => return Err(format!("{other:?} frames cannot be encoded")),
        }
        // Lossless JPEG is another standard, which nothing here writes: the best there is comes close.
        let quality = if self.is_lossless { 100 } else { self.quality };
        image
            .encode_jpeg(quality)
            .map_err(|error| error.to_string())
    }
}

impl Compute for VideoEncoder {
    fn outputs(&self) -> &'static [&'static str] {
        &["bitstream", "out"]
    }

    fn reads(&self) -> &'static [&'static str] {
        &["in"]
    }

    fn compute(&mut self, taken: &Taken<'_>) -> Made {
        let Some(picture) = taken.get("in") else {
            return Made::default();
        };
        let data = match self.jpeg(&picture.content) {
            Ok(data) => data.into(),
            Err(problem) => return Made::nothing(problem),
        };
        let sides = ["width", "height"];
        let mut bitstream = Content {
            data,
            ..Content::new(Datatype::ImgFrame)
        };
        for side in sides {
            if let Some(value) = picture.content.fields.get(side) {
                bitstream.fields.insert(side.to_owned(), value.clone());
            }
        }
        let mut encoded = Content {
            datatype: Datatype::EncodedFrame,
            ..bitstream.clone()
        };
        let kind = "BITSTREAM".into();
        bitstream.fields.insert("frameType".to_owned(), kind);
        let fields = &mut encoded.fields;
        fields.insert("quality".to_owned(), self.quality.into());
        fields.insert("lossless".to_owned(), self.is_lossless.into());
        fields.insert("profile".to_owned(), "JPEG".into());
        fields.insert("frameType".to_owned(), "I".into());
        Made {
            messages: vec![
                ("bitstream", after(bitstream, picture)),
                ("out", after(encoded, picture)),
            ],
            lines: Vec::new(),
        }
    }
}
