//! VideoEncoder: pictures in, a JPEG for each out, or H.264 and H.265 where there is an `ffmpeg`.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use oakc_runtime_schema::datatype::Datatype;
use oakc_runtime_schema::image::FrameType;
use oakc_runtime_schema::nodes::video_encoder::{Profile, VideoEncoderProperties};
use oakc_vision::Image;
use serde_json::Value as Json;

use super::ffmpeg::{self, Ffmpeg};
use super::picture::after;
use super::{Compute, Made, Taken};
use crate::message::{Content, Message};
use crate::program::ProgramNode;

#[derive(Debug)]
pub(super) struct VideoEncoder {
    properties: VideoEncoderProperties,
    /// The process that encodes, with the size of its pictures.
    ffmpeg: Option<(Ffmpeg, (usize, usize))>,
    /// Pictures that it holds back, without their pixels.
    waiting: VecDeque<Message>,
    /// Whether it failed, which is told once.
    has_failed: bool,
    /// JPEGs of the latest pictures, with the pixels that they were made of: what a camera sees may repeat itself.
    made: VecDeque<(Pixels, Jpeg)>,
}

/// Of how many bytes of pixels the JPEGs are kept.
const KEPT: usize = 64 << 20;

type Pixels = Arc<[u8]>;
type Jpeg = Arc<[u8]>;

/// An encoded picture.
struct Encoded {
    data: Arc<[u8]>,
    kind: &'static str,
}

impl VideoEncoder {
    pub(super) fn new(node: &ProgramNode) -> Option<Self> {
        let properties: VideoEncoderProperties = node.properties.typed()?;
        Some(Self {
            properties,
            ffmpeg: None,
            waiting: VecDeque::new(),
            has_failed: false,
            made: VecDeque::new(),
        })
    }

    fn quality(&self) -> u8 {
        // Lossless JPEG is another standard, which nothing here writes: the best there is comes close.
        if self.properties.lossless {
            return 100;
        }
        u8::try_from(self.properties.quality.clamp(1, 100)).unwrap_or(100)
    }

    fn jpeg(&mut self, image: &Image) -> Result<Arc<[u8]>, String> {
        let pixels = image.data();
        let mut made = self.made.iter();
        if let Some((_, jpeg)) = made.find(|(of, _)| Arc::ptr_eq(of, pixels)) {
            return Ok(Arc::clone(jpeg));
        }
        let jpeg = image.encode_jpeg(self.quality());
        let jpeg: Arc<[u8]> = jpeg.map_err(|error| error.to_string())?.into();
        let most = KEPT / pixels.len().max(1);
        while self.made.len() >= most.max(1) {
            self.made.pop_front();
        }
        self.made.push_back((Arc::clone(pixels), Arc::clone(&jpeg)));
        Ok(jpeg)
    }

    fn video(&mut self, image: &Image) -> io::Result<Option<Encoded>> {
        let size = (image.width(), image.height());
        if self.ffmpeg.as_ref().is_none_or(|(_, own)| *own != size) {
            let pixels = if image.kind() == FrameType::NV12 {
                "nv12"
            } else {
                "gray"
            };
            self.waiting.drain(..self.waiting.len().saturating_sub(1));
            self.ffmpeg = Some((Ffmpeg::start(&self.properties, pixels, size)?, size));
        }
        let Some((ffmpeg, _)) = &mut self.ffmpeg else {
            return Ok(None);
        };
        let encoded = ffmpeg.encode(image.data())?;
        Ok(encoded.map(|(data, is_key)| Encoded {
            data: data.into(),
            kind: if is_key { "I" } else { "P" },
        }))
    }

    /// The messages of both outputs, for an encoded picture.
    fn messages(&self, encoded: Encoded, picture: &Message) -> Made {
        let mut bitstream = Content {
            data: encoded.data,
            ..Content::new(Datatype::ImgFrame)
        };
        for side in ["width", "height"] {
            if let Some(value) = picture.content.fields.get(side) {
                bitstream.fields.insert(side.to_owned(), value.clone());
            }
        }
        let mut frame = Content {
            datatype: Datatype::EncodedFrame,
            ..bitstream.clone()
        };
        bitstream
            .fields
            .insert("frameType".to_owned(), "BITSTREAM".into());
        let profile = match self.properties.profile {
            Profile::MJPEG => "JPEG",
            Profile::H265_MAIN => "HEVC",
            Profile::H264_BASELINE | Profile::H264_HIGH | Profile::H264_MAIN => "AVC",
        };
        let said: [(&str, Json); 5] = [
            ("quality", self.quality().into()),
            ("bitrate", self.properties.bitrate.into()),
            ("lossless", self.properties.lossless.into()),
            ("profile", profile.into()),
            ("frameType", encoded.kind.into()),
        ];
        for (name, value) in said {
            frame.fields.insert(name.to_owned(), value);
        }
        Made {
            messages: vec![
                ("bitstream", after(bitstream, picture)),
                ("out", after(frame, picture)),
            ],
            lines: Vec::new(),
        }
    }

    fn encode(&mut self, picture: &Message) -> Result<Made, String> {
        let image = picture.content.image()?;
        match image.kind() {
            FrameType::NV12 | FrameType::GRAY8 | FrameType::RAW8 | FrameType::YUV400p => {}
            other => return Err(format!("{other:?} frames cannot be encoded")),
        }
        if self.properties.profile == Profile::MJPEG {
            let data = self.jpeg(&image)?;
            let kind = "I";
            return Ok(self.messages(Encoded { data, kind }, picture));
        }
        self.waiting.push_back(picture.without_data());
        match self.video(&image) {
            Ok(None) => Ok(Made::default()),
            Ok(Some(encoded)) => {
                let picture = self.waiting.pop_front();
                Ok(picture.map_or_else(Made::default, |of| self.messages(encoded, &of)))
            }
            Err(error) => {
                self.has_failed = true;
                let said = self
                    .ffmpeg
                    .take()
                    .map(|(ffmpeg, _)| ffmpeg.post_mortem(&error));
                let said = said.unwrap_or_else(|| error.to_string());
                Err(format!("ffmpeg does not encode: {said}"))
            }
        }
    }
}

impl Compute for VideoEncoder {
    fn outputs(&self) -> &'static [&'static str] {
        &["bitstream", "out"]
    }

    fn reads(&self) -> &'static [&'static str] {
        &["in"]
    }

    fn lacks(&self) -> Option<&'static str> {
        let is_jpeg = self.properties.profile == Profile::MJPEG;
        (!is_jpeg && !ffmpeg::is_there()).then_some("ffmpeg")
    }

    fn compute(&mut self, taken: &Taken<'_>) -> Made {
        let Some(picture) = taken.get("in").filter(|_| !self.has_failed) else {
            return Made::default();
        };
        self.encode(picture).unwrap_or_else(Made::nothing)
    }
}
