//! The three settings that decide the pixel format of a camera's preview, for both kinds of camera that
//! have one.
//!
//! In: a node. Out: its settings, and the format that any such settings make. Never: a size.

use oakc_runtime_schema::image::FrameType;
use oakc_runtime_schema::nodes::camera::{self, CameraProperties};
use oakc_runtime_schema::nodes::color_camera::{self, ColorCameraProperties};

use crate::graph::NodeRef;
use crate::syntax::Sample;

/// The settings that decide the format of a preview.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PreviewFormat {
    /// Whether the colours are in the order RGB, not BGR.
    pub rgb: bool,
    /// Whether the colours of a pixel lie side by side.
    pub interleaved: bool,
    /// Whether each colour is a 16-bit float.
    pub fp16: bool,
}

impl PreviewFormat {
    /// The settings of a node, if it is a camera that makes previews.
    pub fn of(node: &NodeRef<'_>) -> Option<Self> {
        let color = node.properties::<ColorCameraProperties>();
        let color = color.map(|camera| Self {
            rgb: camera.color_order == color_camera::ColorOrder::RGB,
            interleaved: camera.interleaved,
            fp16: camera.fp16,
        });
        color.or_else(|| {
            let camera = node.properties::<CameraProperties>()?;
            Some(Self {
                rgb: camera.color_order == camera::ColorOrder::RGB,
                interleaved: camera.interleaved,
                fp16: camera.fp16,
            })
        })
    }

    /// The format that they make.
    pub fn frame_type(self) -> FrameType {
        match (self.fp16, self.rgb, self.interleaved) {
            (false, false, true) => FrameType::BGR888i,
            (false, false, false) => FrameType::BGR888p,
            (false, true, true) => FrameType::RGB888i,
            (false, true, false) => FrameType::RGB888p,
            (true, false, true) => FrameType::BGRF16F16F16i,
            (true, false, false) => FrameType::BGRF16F16F16p,
            (true, true, true) => FrameType::RGBF16F16F16i,
            (true, true, false) => FrameType::RGBF16F16F16p,
        }
    }

    /// What has to be written to get the nearest format that is `wanted`, key by key: only settings that
    /// are not so already. `None` if no preview has such a format; empty if this one has.
    pub fn changes(
        self,
        wanted: impl Fn(FrameType) -> bool,
    ) -> Option<Vec<(&'static str, Sample)>> {
        let mut all = Vec::new();
        for rgb in [false, true] {
            for interleaved in [false, true] {
                for fp16 in [false, true] {
                    let other = Self {
                        rgb,
                        interleaved,
                        fp16,
                    };
                    if wanted(other.frame_type()) {
                        all.push(self.differences(other));
                    }
                }
            }
        }
        all.into_iter().min_by_key(Vec::len)
    }

    fn differences(self, other: Self) -> Vec<(&'static str, Sample)> {
        let mut differences = Vec::new();
        if self.interleaved != other.interleaved {
            differences.push(("interleaved", other.interleaved.into()));
        }
        if self.rgb != other.rgb {
            let order = if other.rgb { "RGB" } else { "BGR" };
            differences.push(("color_order", order.into()));
        }
        if self.fp16 != other.fp16 {
            differences.push(("fp16", other.fp16.into()));
        }
        differences
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::Language;

    #[test]
    fn only_what_is_not_so_already_is_to_be_written() {
        let format = |rgb, interleaved, fp16| PreviewFormat {
            rgb,
            interleaved,
            fp16,
        };
        let tracker = |format: PreviewFormat| format.changes(|sent| sent == FrameType::BGR888p);
        let (bgr, rgb) = (false, true);
        let changes = |format| {
            let changes = tracker(format).unwrap().into_iter();
            let changes = changes.map(|(key, value)| Language::Toml.setting(key, value));
            changes.collect::<Vec<_>>().join(", ").replace('`', "")
        };
        assert_eq!(changes(format(bgr, true, false)), "interleaved = false");
        assert_eq!(changes(format(rgb, false, false)), "color_order = \"BGR\"");
        assert_eq!(changes(format(bgr, false, true)), "fp16 = false");
        let all = "interleaved = false, color_order = \"BGR\", fp16 = false";
        assert_eq!(changes(format(rgb, true, true)), all);
        assert_eq!(changes(format(bgr, false, false)), "");
        let none = format(bgr, false, false).changes(|sent| sent == FrameType::NV12);
        assert_eq!(none, None);
    }
}
