//! What `ColorCamera` and `Camera` make of the image of a sensor: `isp`, and cut out of it `video`,
//! `still` and `preview`.
//!
//! In: [`Processing`], which holds what the two kinds have in common. Out: what each output sends,
//! or why the device refuses to make images of that size. Never: a size that is left to the device
//! and that nobody can know.

use oakc_runtime_schema::camera::CameraBoardSocket;
use oakc_runtime_schema::image::FrameType;

use super::sensor;
use crate::graph::NodeRef;
use crate::infer::{Fact, Flow, Inference, PreviewFormat, Refusal, Size};

/// The properties that decide, whichever of the two kinds they belong to.
pub(super) struct Processing<'a> {
    pub node: &'a NodeRef<'a>,
    /// Size of the sensor's image.
    pub raw: Option<Fact<Size>>,
    /// Size of the processed image.
    pub isp: Option<Fact<Size>>,
    /// `video` where its size is not written.
    pub auto_video: Auto,
    /// `still` where its size is not written.
    pub auto_still: Auto,
    pub fps: Option<Fact<f64>>,
    pub socket: CameraBoardSocket,
    pub camera_name: &'a str,
    pub preview: [u32; 2],
    pub video: [i32; 2],
    pub still: [i32; 2],
    pub format: PreviewFormat,
    pub raw_type: Option<Fact<FrameType>>,
    pub pools: Pools,
}

/// Frames in memory at once, by output.
pub(super) struct Pools {
    pub raw: i32,
    pub isp: i32,
    pub video: i32,
    pub still: i32,
    pub preview: i32,
}

/// The size of an output that is left to the device.
#[derive(Clone, Copy)]
pub(super) enum Auto {
    /// As the processed image.
    Processed,
    /// A size of its own.
    Fixed(Size),
    /// Nobody knows.
    Unknown,
}

/// A size, and why the device makes no images of it.
struct Cut {
    size: Option<Fact<Size>>,
    refused: Option<Refusal>,
}

/// Width and height of `video` and `still` have to be larger.
const LEAST_VIDEO: u64 = 32;
/// Width and height of `preview` have to be larger.
const LEAST_PREVIEW: u64 = 2;

impl Processing<'_> {
    /// Says what all outputs send.
    pub(super) fn infer(&self, inference: &mut Inference<'_, '_>) {
        let video = self.cut(self.video, self.auto_video, "video_size", "video_width");
        let still = self.cut(self.still, self.auto_still, "still_size", "still_width");
        let preview = self.preview_size(&video);
        inference.output("raw", self.raw_flow());
        inference.output("isp", self.isp_flow());
        inference.output("preview", self.preview_flow(preview));
        inference.output("video", self.nv12(video, self.pools.video, "video"));
        let still = self.nv12(still, self.pools.still, "still");
        // It sends when a message asks for it.
        inference.output("still", Flow { fps: None, ..still });
    }

    fn cut(&self, written: [i32; 2], auto: Auto, key: &'static str, width: &'static str) -> Cut {
        let span = self.node.span(&[key, width]);
        let [Ok(width), Ok(height)] = written.map(u64::try_from) else {
            return self.automatic(auto);
        };
        let size = Size::new(width, height);
        Cut {
            size: Some(Fact::new(size, span, "the size of this output")),
            refused: self
                .too_large(size)
                .or_else(|| too_small(size, LEAST_VIDEO)),
        }
    }

    fn too_large(&self, size: Size) -> Option<Refusal> {
        let processed = self.isp.clone()?;
        (!size.fits_in(processed.value)).then_some(Refusal::LargerThanProcessed { processed })
    }

    fn automatic(&self, auto: Auto) -> Cut {
        let size = match auto {
            Auto::Processed => self.isp.clone(),
            Auto::Fixed(size) => self.raw.as_ref().map(|raw| raw.map(|_| size)),
            Auto::Unknown => None,
        };
        Cut {
            size,
            refused: None,
        }
    }

    /// The preview is cut from the video and scaled down.
    fn preview_size(&self, video: &Cut) -> Cut {
        let [width, height] = self.preview.map(u64::from);
        let size = Size::new(width, height);
        let too_large = self.too_large(size);
        if too_large.is_some() && size == DEFAULT_PREVIEW {
            // The device makes the default smaller by itself.
            let (size, refused) = (None, None);
            return Cut { size, refused };
        }
        let refused = too_large
            .or_else(|| too_small(size, LEAST_PREVIEW))
            .or_else(|| not_in_video(size, video));
        let span = self.node.span(&["preview_size", "preview_width"]);
        Cut {
            size: Some(Fact::new(size, span, "the size of the preview")),
            refused,
        }
    }

    fn raw_flow(&self) -> Flow {
        let keys = [
            "num_frames_pool_raw",
            "raw_num_frames_pool",
            "num_frames_pool",
        ];
        Flow {
            frame_type: self.raw_type.clone(),
            size: self.raw.clone(),
            pool: sensor::pool(self.node, self.pools.raw, &keys),
            ..self.common()
        }
        .with_frame_bytes()
    }

    fn isp_flow(&self) -> Flow {
        let kind = self.node.config.kind_span;
        let keys = [
            "num_frames_pool_isp",
            "isp_num_frames_pool",
            "num_frames_pool",
        ];
        Flow {
            frame_type: Some(Fact::new(FrameType::YUV420p, kind, "the `isp` output")),
            size: self.isp.clone(),
            pool: sensor::pool(self.node, self.pools.isp, &keys),
            ..self.common()
        }
        .with_frame_bytes()
    }

    fn nv12(&self, cut: Cut, frames: i32, output: &str) -> Flow {
        let kind = self.node.config.kind_span;
        let [plain, setter] = [
            format!("num_frames_pool_{output}"),
            format!("{output}_num_frames_pool"),
        ];
        let keys = [plain.as_str(), setter.as_str(), "num_frames_pool"];
        Flow {
            frame_type: Some(Fact::new(FrameType::NV12, kind, "this output of a camera")),
            size: cut.size,
            pool: sensor::pool(self.node, frames, &keys),
            refused: cut.refused,
            ..self.common()
        }
        .with_frame_bytes()
    }

    fn preview_flow(&self, cut: Cut) -> Flow {
        let span = self.node.span(&["interleaved", "fp16", "color_order"]);
        let keys = [
            "num_frames_pool_preview",
            "preview_num_frames_pool",
            "num_frames_pool",
        ];
        Flow {
            frame_type: Some(Fact::new(
                self.format.frame_type(),
                span,
                "the preview's format",
            )),
            size: cut.size,
            pool: sensor::pool(self.node, self.pools.preview, &keys),
            refused: cut.refused,
            ..self.common()
        }
        .with_frame_bytes()
    }

    fn common(&self) -> Flow {
        Flow {
            fps: self.fps.clone(),
            socket: sensor::socket(self.node, self.socket, self.camera_name),
            ..Flow::default()
        }
    }
}

fn too_small(size: Size, least: u64) -> Option<Refusal> {
    (size.width <= least || size.height <= least).then_some(Refusal::TooSmall { least })
}

fn not_in_video(preview: Size, video: &Cut) -> Option<Refusal> {
    if video.refused.is_some() {
        return Some(Refusal::OfRefusedVideo);
    }
    let video = video.size.clone()?;
    (preview.width > video.value.width).then_some(Refusal::WiderThanVideo { video })
}

/// What `preview` is unless something is written.
const DEFAULT_PREVIEW: Size = Size::new(300, 300);
