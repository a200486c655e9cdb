//! What the messages of one output look like. Each part is known or not; a part that is not known
//! never makes a finding.

use std::fmt;

use oakc_runtime_schema::camera::CameraBoardSocket;
use oakc_runtime_schema::image::FrameType;

use super::{Fact, Refusal};

/// The messages of an output.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flow {
    /// How pixels are stored.
    pub frame_type: Option<Fact<FrameType>>,
    /// Width and height.
    pub size: Option<Fact<Size>>,
    /// Messages per second.
    pub fps: Option<Fact<f64>>,
    /// Bytes of one message: the most it can have, where messages differ.
    pub bytes: Option<Fact<u64>>,
    /// The camera that the image shows, or that it is aligned to.
    pub socket: Option<Fact<CameraBoardSocket>>,
    /// How many messages of this output can exist at once.
    pub pool: Option<Fact<u64>>,
    /// Why the device refuses to make these messages, as far as it can be known. Then the rest says
    /// what they would be, for the rule that reports it; behind the output nothing is known.
    pub refused: Option<Refusal>,
}

/// Width and height of an image in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size {
    /// Pixels in a line.
    pub width: u64,
    /// Lines.
    pub height: u64,
}

impl Size {
    /// A size.
    pub const fn new(width: u64, height: u64) -> Self {
        Self { width, height }
    }

    /// A size as properties have it; none if it is not positive.
    pub fn of_pixels(width: i32, height: i32) -> Option<Self> {
        let (width, height) = (u64::try_from(width).ok()?, u64::try_from(height).ok()?);
        (width > 0 && height > 0).then_some(Self::new(width, height))
    }

    /// Whether it is at most as large as another, in both width and height.
    pub const fn fits_in(self, other: Self) -> bool {
        self.width <= other.width && self.height <= other.height
    }

    /// Number of pixels.
    pub const fn pixels(self) -> u64 {
        self.width.saturating_mul(self.height)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

impl Flow {
    /// An image whose bytes follow from type and size.
    #[must_use]
    pub fn with_frame_bytes(mut self) -> Self {
        self.bytes = self.frame_bytes();
        self
    }

    fn frame_bytes(&self) -> Option<Fact<u64>> {
        let (size, frame_type) = (self.size.as_ref()?, self.frame_type.as_ref()?);
        let bytes = frame_bytes(frame_type.value, size.value)?;
        Some(size.map(|_| bytes))
    }

    /// Refused if a frame has more bytes than the node's own limit.
    #[must_use]
    pub fn within(mut self, most_bytes: i32) -> Self {
        let most = u64::try_from(most_bytes).unwrap_or_default();
        let bytes = self.bytes.as_ref().map(|bytes| bytes.value);
        if let Some(bytes) = bytes.filter(|bytes| *bytes > most) {
            self.refused = Some(Refusal::TooManyBytes { bytes, most });
        }
        self
    }

    /// The same messages, as often as nobody knows.
    #[must_use]
    pub fn at_any_rate(self) -> Self {
        Self { fps: None, ..self }
    }

    /// The same images, but other messages: what they show, their size and their rate remain.
    #[must_use]
    pub fn derived(&self) -> Self {
        Self {
            size: self.size.clone(),
            fps: self.fps.clone(),
            socket: self.socket.clone(),
            ..Self::default()
        }
    }

    /// Bytes per second.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    pub fn bandwidth(&self) -> Option<f64> {
        Some(self.bytes.as_ref()?.value as f64 * self.fps.as_ref()?.value)
    }

    /// What is known of both: the parts in which they agree.
    #[must_use]
    pub fn agreeing(self, other: &Self) -> Self {
        Self {
            frame_type: agreed(self.frame_type, other.frame_type.as_ref()),
            size: agreed(self.size, other.size.as_ref()),
            fps: agreed(self.fps, other.fps.as_ref()),
            bytes: agreed(self.bytes, other.bytes.as_ref()),
            socket: agreed(self.socket, other.socket.as_ref()),
            pool: agreed(self.pool, other.pool.as_ref()),
            refused: self.refused.or_else(|| other.refused.clone()),
        }
    }
}

fn agreed<T: PartialEq>(one: Option<Fact<T>>, other: Option<&Fact<T>>) -> Option<Fact<T>> {
    one.filter(|one| other.is_some_and(|other| other.value == one.value))
}

/// Bits of a pixel in memory; none where it is not a fixed number. Observed: how
/// the firmware handles each type.
pub fn bits_per_pixel(frame_type: FrameType) -> Option<u64> {
    use FrameType as T;
    Some(match frame_type {
        T::YUV400p | T::RAW8 | T::GRAY8 => 8,
        T::PACK10 => 10,
        T::PACK12 | T::YUV420p | T::NV12 | T::NV21 => 12,
        T::YUV422i | T::YUV422p | T::RAW16 | T::RAW14 | T::RAW12 | T::RAW10 | T::GRAYF16 => 16,
        T::YUV444p | T::YUV444i | T::RGB888p | T::BGR888p | T::RGB888i | T::BGR888i => 24,
        T::RGBA8888 => 32,
        T::RGB161616
        | T::RGBF16F16F16p
        | T::BGRF16F16F16p
        | T::RGBF16F16F16i
        | T::BGRF16F16F16i => 48,
        T::LUT2 | T::LUT4 | T::LUT16 | T::BITSTREAM | T::HDR | T::NONE => return None,
    })
}

/// Bytes of an image without padding.
pub fn frame_bytes(frame_type: FrameType, size: Size) -> Option<u64> {
    let bits = bits_per_pixel(frame_type)?.checked_mul(size.pixels())?;
    Some(bits.div_ceil(8))
}
