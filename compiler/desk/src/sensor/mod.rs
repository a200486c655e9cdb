//! What cameras are shown, and what their outputs make of it.
//!
//! In: a [`Scene`], the size and type of each output. Out: frames. The scene fills the sensor: it is scaled, and what
//! stands over is cut off. Never: noise, distortion, exposure or focus; a picture is as sharp and as bright as it is.

mod pattern;
mod sequence;

use std::collections::VecDeque;
use std::fmt::Debug;
use std::sync::Arc;

use oakc_runtime_schema::camera::CameraImageOrientation;
use oakc_runtime_schema::image::FrameType;
use oakc_runtime_schema::nodes::Kind;
use oakc_vision::Image;
use oakc_vision::manip::Outline;
use oakc_vision::raw::{Sees, is_raw, raw};
use oakc_vision::warp::{Border, Map, Sampling};
use serde_json::Value as Json;

use crate::message::Content;
use crate::program::Properties;
use crate::time::Time;

pub use pattern::{Pattern, PatternKind};
pub use sequence::{Encoded, Ending, Mjpeg, Stored, Y4m, number_at};

/// What a camera is shown.
pub trait Scene: Debug + Send + Sync {
    /// What is to be seen when the picture with this number is taken, at this time. `size` is that of the sensor's
    /// picture, for scenes that have none of their own. What is the same picture again is the same [`Arc`].
    ///
    /// # Errors
    /// Why there is nothing to be seen, in a sentence.
    fn shown(&self, number: i64, at: Time, size: Size) -> Result<Arc<Image>, String>;

    /// How many different pictures it shows before it begins again; it pays to keep what was made of few.
    fn repeats_after(&self) -> Option<usize> {
        None
    }
}

/// Width and height in pixels.
pub type Size = (usize, usize);

/// The sensor of a camera that is shown something.
#[derive(Debug)]
pub(crate) struct Sensor {
    scene: Arc<dyn Scene>,
    /// The size of what the image signal processor makes.
    size: Size,
    view: View,
    /// The picture that was shown last, and in the size of the sensor.
    seen: Option<(Arc<Image>, Arc<Image>)>,
    /// Frames that were made, by output.
    made: VecDeque<(Arc<Image>, String, Arc<Content>)>,
}

/// How outputs are cut out of the sensor's picture.
#[derive(Clone, Copy, Debug)]
struct View {
    /// Where the crop begins, in parts of the picture; in the middle without it.
    crop: Option<(f64, f64)>,
    keeps_aspect: bool,
    orientation: CameraImageOrientation,
    /// The size of `video`.
    video: Size,
    socket: i64,
    /// What the pixels of `raw` are.
    sees: Sees,
}

/// The most bytes of frames that are kept for scenes that repeat themselves.
const KEPT: usize = 160 << 20;

/// A part of a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Part {
    x: usize,
    y: usize,
    width: usize,
    height: usize,
}

impl Sensor {
    /// The sensor of a camera node. `outline` tells what is known of an output's frames.
    pub(crate) fn new(
        scene: Arc<dyn Scene>,
        kind: Kind,
        properties: &Properties,
        outline: impl Fn(&str) -> Option<Size>,
    ) -> Self {
        let whole = if kind == Kind::MonoCamera {
            "out"
        } else {
            "isp"
        };
        let size = outline(whole).or_else(|| {
            // The mode is the device's choice: the smallest that has room for all.
            let outputs = ["video", "still", "preview"]
                .into_iter()
                .filter_map(&outline);
            outputs.reduce(|(a, b), (c, d)| (a.max(c), b.max(d)))
        });
        let size = size.unwrap_or((1920, 1080));
        let part = |name: &str| {
            properties
                .number(name)
                .filter(|part| (0.0..=1.0).contains(part))
        };
        let video = outline("video").unwrap_or(size);
        Self {
            scene,
            size,
            view: View {
                crop: part("sensor_crop_x").zip(part("sensor_crop_y")),
                keeps_aspect: properties
                    .value("preview_keep_aspect_ratio")
                    .unwrap_or(true),
                orientation: properties.value("image_orientation").unwrap_or_default(),
                video,
                socket: properties.int("board_socket").unwrap_or(0),
                sees: if kind == Kind::MonoCamera {
                    Sees::Brightness
                } else {
                    Sees::Colours
                },
            },
            seen: None,
            made: VecDeque::new(),
        }
    }

    /// A frame of an output; `like` has its size and type.
    pub(crate) fn frame(
        &mut self,
        port: &str,
        like: &Content,
        number: i64,
        at: Time,
    ) -> Result<Arc<Content>, String> {
        let shown = self.scene.shown(number, at, self.size)?;
        let mut made = self.made.iter();
        if let Some((_, _, frame)) =
            made.find(|(of, output, _)| Arc::ptr_eq(of, &shown) && output == port)
        {
            return Ok(Arc::clone(frame));
        }
        let whole = self.whole(&shown)?;
        let mut frame = self.output(&whole, port, like)?;
        frame
            .fields
            .insert("instanceNum".to_owned(), self.view.socket.into());
        let frame = Arc::new(frame);
        self.keep(shown, port, &frame);
        Ok(frame)
    }

    fn keep(&mut self, shown: Arc<Image>, port: &str, frame: &Arc<Content>) {
        let entry = (shown, port.to_owned(), Arc::clone(frame));
        self.made.push_back(entry);
        let most = if self.scene.repeats_after().is_some() {
            KEPT
        } else {
            0
        };
        let size = |frame: &Content| frame.data.len().max(1);
        let mut kept: usize = self.made.iter().map(|(_, _, frame)| size(frame)).sum();
        // What is made of one picture for several outputs is kept in any case.
        while kept > most
            && let Some((oldest, _, frame)) = self.made.front()
            && !self
                .made
                .back()
                .is_some_and(|(newest, ..)| Arc::ptr_eq(newest, oldest))
        {
            kept -= size(frame);
            self.made.pop_front();
        }
    }

    /// The scene in the size of the sensor's picture.
    fn whole(&mut self, shown: &Arc<Image>) -> Result<Arc<Image>, String> {
        if let Some((of, whole)) = &self.seen
            && Arc::ptr_eq(of, shown)
        {
            return Ok(Arc::clone(whole));
        }
        let whole = if (shown.width(), shown.height()) == self.size && !self.view.is_turned() {
            Arc::clone(shown)
        } else {
            Arc::new(self.fitted(shown).map_err(|error| error.to_string())?)
        };
        self.seen = Some((Arc::clone(shown), Arc::clone(&whole)));
        Ok(whole)
    }

    fn fitted(&self, shown: &Image) -> Result<Image, oakc_vision::ImageError> {
        let (width, height) = self.size;
        let part = centred((shown.width(), shown.height()), self.size);
        let scaled = if (part.width, part.height) == self.size {
            shown.cropped(part.x, part.y, width, height)?
        } else {
            let scale = Map::scaled(
                float(part.width) / float(width),
                float(part.height) / float(height),
            );
            let map = scale.then(&Map::moved(float(part.x), float(part.y)));
            // Chroma of half the size needs even sides, which a picture need not have.
            let even = width.is_multiple_of(2) && height.is_multiple_of(2);
            let image = if even {
                shown.clone()
            } else {
                shown.converted(FrameType::RGB888i)?
            };
            image.warped(width, height, &map, Sampling::Bilinear, Border::Replicate)?
        };
        match self.view.turned(width, height) {
            Some(map) => scaled.warped(width, height, &map, Sampling::Nearest, Border::Replicate),
            None => Ok(scaled),
        }
    }

    fn output(&self, whole: &Image, port: &str, like: &Content) -> Result<Content, String> {
        let said = |error: oakc_vision::ImageError| error.to_string();
        let cut = self.part(port, like);
        let outline = like.outline();
        let (size, kind) = match outline {
            Some(outline) if outline.width > 0 && outline.height > 0 => {
                ((outline.width, outline.height), outline.kind)
            }
            Some(outline) => ((cut.width, cut.height), outline.kind),
            None => ((cut.width, cut.height), whole.kind()),
        };
        let full = (0, 0, whole.width(), whole.height());
        let image = if (cut.x, cut.y, cut.width, cut.height) == full {
            whole.clone()
        } else {
            let image = fitting(whole, (cut.width, cut.height)).map_err(said)?;
            image
                .cropped(cut.x, cut.y, cut.width, cut.height)
                .map_err(said)?
        };
        let image = fitting(&image, size).map_err(said)?;
        let image = image
            .scaled(size.0, size.1, Sampling::Bilinear)
            .map_err(said)?;
        if port == "raw" && is_raw(kind) {
            let (width, height) = size;
            let data = raw(&image, kind, self.view.sees).map_err(said)?;
            return Ok(Content {
                data: data.into(),
                is_blank: false,
                ..Content::blank(&Outline {
                    kind,
                    width,
                    height,
                })
            });
        }
        let image = image.converted(kind).map_err(said)?;
        Ok(Content::of_image(&image))
    }

    /// What an output shows of the sensor's picture.
    fn part(&self, port: &str, like: &Content) -> Part {
        let (width, height) = self.size;
        let whole = Part {
            x: 0,
            y: 0,
            width,
            height,
        };
        let size = like
            .outline()
            .map(|outline| (outline.width, outline.height));
        let size = size.filter(|(width, height)| *width > 0 && *height > 0);
        match (port, size) {
            ("video" | "still", Some(size)) => self.view.cropped(self.size, size),
            ("preview", Some(size)) => {
                let video = self.view.cropped(self.size, self.view.video);
                if !self.view.keeps_aspect {
                    return video;
                }
                let inner = centred((video.width, video.height), size);
                Part {
                    x: video.x + inner.x,
                    y: video.y + inner.y,
                    ..inner
                }
            }
            _ => whole,
        }
    }
}

impl View {
    fn is_turned(&self) -> bool {
        !matches!(
            self.orientation,
            CameraImageOrientation::AUTO | CameraImageOrientation::NORMAL
        )
    }

    /// How the picture is turned; `None` where it is not.
    fn turned(&self, width: usize, height: usize) -> Option<Map> {
        let (width, height) = (float(width), float(height));
        let (x, y) = match self.orientation {
            CameraImageOrientation::AUTO | CameraImageOrientation::NORMAL => return None,
            CameraImageOrientation::HORIZONTAL_MIRROR => (true, false),
            CameraImageOrientation::VERTICAL_FLIP => (false, true),
            CameraImageOrientation::ROTATE_180_DEG => (true, true),
        };
        let side = |is_mirrored: bool| if is_mirrored { -1.0 } else { 1.0 };
        let moved = |is_mirrored: bool, length: f64| if is_mirrored { length } else { 0.0 };
        let mirror = Map::scaled(side(x), side(y));
        Some(mirror.then(&Map::moved(moved(x, width), moved(y, height))))
    }

    /// A crop of this size: in the middle, or where the camera was told to crop.
    fn cropped(&self, whole: Size, size: Size) -> Part {
        let (width, height) = (size.0.min(whole.0), size.1.min(whole.1));
        let place = |part: Option<f64>, whole: usize, length: usize| {
            let room = whole - length;
            let at = part.map_or(room / 2, |part| floor(part * float(whole)).min(room));
            // Chroma has half the size.
            at - at % 2
        };
        Part {
            x: place(self.crop.map(|(x, _)| x), whole.0, width),
            y: place(self.crop.map(|(_, y)| y), whole.1, height),
            width,
            height,
        }
    }
}

/// The largest part in the middle with the aspect of another size.
fn centred((width, height): Size, aspect: Size) -> Part {
    let (across, down) = (aspect.0.max(1), aspect.1.max(1));
    let (part_width, part_height) = if width * down > height * across {
        (height * across / down, height)
    } else {
        (width, width * down / across)
    };
    let (part_width, part_height) = (part_width.max(1), part_height.max(1));
    let even = |place: usize| place - place % 2;
    Part {
        x: even((width - part_width) / 2),
        y: even((height - part_height) / 2),
        width: part_width,
        height: part_height,
    }
}

/// The picture in a format that can have this size.
fn fitting(image: &Image, (width, height): Size) -> Result<Image, oakc_vision::ImageError> {
    let (across, down) = oakc_vision::image::subsampling(image.kind());
    if width.is_multiple_of(across) && height.is_multiple_of(down) {
        return Ok(image.clone());
    }
    image.converted(FrameType::RGB888i)
}

#[expect(clippy::cast_precision_loss, reason = "sides of pictures are short")]
fn float(length: usize) -> f64 {
    length as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a side of a picture, from 0 on"
)]
fn floor(length: f64) -> usize {
    length.max(0.0) as usize
}

/// The size that a frame without pixels has.
pub(crate) fn size_of(content: &Content) -> Option<Size> {
    let side = |name: &str| {
        let side = content.fields.get(name).and_then(Json::as_u64)?;
        usize::try_from(side).ok().filter(|side| *side > 0)
    };
    side("width").zip(side("height"))
}

#[cfg(test)]
mod tests;
