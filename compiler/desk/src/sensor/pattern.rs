//! Generated pictures: colour bars, noise, a clock.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use oakc_runtime_schema::image::FrameType;
use oakc_vision::Image;

use super::{Scene, Size};
use crate::choices::Random;
use crate::time::Time;

/// Pictures that are generated in the size of the sensor.
#[derive(Debug)]
pub struct Pattern {
    kind: PatternKind,
    /// What was generated, by size and number.
    made: Mutex<BTreeMap<(Size, u64), Arc<Image>>>,
}

/// What is generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatternKind {
    /// Eight bars of colour, and a white mark that wanders below them.
    Bars,
    /// Every pixel is something else.
    Noise,
    /// The time since the camera started, in tenths of a second.
    Clock,
}

impl PatternKind {
    /// All, with their names.
    pub const ALL: [(&'static str, Self); 3] = [
        ("bars", Self::Bars),
        ("noise", Self::Noise),
        ("clock", Self::Clock),
    ];

    /// After how many different pictures it begins again.
    const fn period(self) -> Option<u64> {
        match self {
            Self::Bars => Some(16),
            Self::Noise => Some(8),
            Self::Clock => None,
        }
    }
}

impl Pattern {
    /// A pattern.
    pub fn new(kind: PatternKind) -> Self {
        Self {
            kind,
            made: Mutex::default(),
        }
    }
}

impl Scene for Pattern {
    fn shown(&self, number: i64, at: Time, size: Size) -> Result<Arc<Image>, String> {
        let number = match self.kind.period() {
            Some(period) => u64::try_from(number).unwrap_or(0) % period,
            None => at.as_nanos() / 100_000_000,
        };
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(image) = made.get(&(size, number)) {
            return Ok(Arc::clone(image));
        }
        let image = Arc::new(self.kind.draw(number, size)?);
        if self.kind.period().is_none() {
            made.clear();
        }
        made.insert((size, number), Arc::clone(&image));
        Ok(image)
    }

    fn repeats_after(&self) -> Option<usize> {
        self.kind
            .period()
            .and_then(|period| usize::try_from(period).ok())
    }
}

impl PatternKind {
    fn draw(self, number: u64, (width, height): Size) -> Result<Image, String> {
        let mut canvas = Canvas {
            width,
            height,
            pixels: vec![[0; 3]; width * height],
        };
        match self {
            Self::Bars => canvas.bars(number),
            Self::Noise => canvas.noise(number),
            Self::Clock => canvas.clock(number),
        }
        canvas.image().map_err(|error| error.to_string())
    }
}

/// The bars, from the left.
const BARS: [[u8; 3]; 8] = [
    [255, 255, 255],
    [255, 255, 0],
    [0, 255, 255],
    [0, 255, 0],
    [255, 0, 255],
    [255, 0, 0],
    [0, 0, 255],
    [0, 0, 0],
];

struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<[u8; 3]>,
}

impl Canvas {
    /// As a camera keeps it, where the size allows that.
    fn image(self) -> Result<Image, oakc_vision::ImageError> {
        let (width, height) = (self.width, self.height);
        let data = self.pixels.into_flattened();
        let image = Image::new(FrameType::RGB888i, width, height, data)?;
        if width.is_multiple_of(2) && height.is_multiple_of(2) {
            return image.converted(FrameType::NV12);
        }
        Ok(image)
    }

    fn fill(&mut self, x: usize, y: usize, width: usize, height: usize, colour: [u8; 3]) {
        let end = (x + width).min(self.width);
        for row in self.pixels.chunks_mut(self.width).skip(y).take(height) {
            if let Some(part) = row.get_mut(x.min(end)..end) {
                part.fill(colour);
            }
        }
    }

    fn bars(&mut self, number: u64) {
        let (width, height) = (self.width, self.height);
        let bars = height * 3 / 4;
        for (index, colour) in BARS.into_iter().enumerate() {
            let (from, to) = (index * width / 8, (index + 1) * width / 8);
            self.fill(from, 0, to - from, bars, colour);
        }
        self.fill(0, bars, width, height - bars, [64, 64, 64]);
        let step = usize::try_from(number).unwrap_or(0);
        self.fill(step * width / 16, bars, width / 16, height - bars, [255; 3]);
    }

    fn noise(&mut self, number: u64) {
        let mut random = Random::new(number);
        for pixel in &mut self.pixels {
            let [red, green, blue, ..] = random.draw().to_le_bytes();
            *pixel = [red, green, blue];
        }
    }

    /// Minutes, seconds and tenths, drawn with seven segments each.
    fn clock(&mut self, tenths: u64) {
        self.pixels.fill([24, 32, 48]);
        let (minutes, seconds) = (tenths / 600 % 100, tenths / 10 % 60);
        let digits = [
            minutes / 10,
            minutes % 10,
            seconds / 10,
            seconds % 10,
            tenths % 10,
        ];
        // Five digits with a gap behind minutes and seconds.
        let unit = (self.width / 34).min(self.height / 12).max(1);
        let top = self.height.saturating_sub(11 * unit) / 2;
        let mut left = self.width.saturating_sub(34 * unit) / 2 + unit;
        for (index, digit) in digits.into_iter().enumerate() {
            self.digit(digit, left, top, unit);
            left += 6 * unit;
            if index == 1 || index == 3 {
                let colour = [200, 160, 60];
                self.fill(left, top + 8 * unit, unit, unit, colour);
                left += 2 * unit;
            }
        }
    }

    fn digit(&mut self, digit: u64, x: usize, y: usize, unit: usize) {
        // Top, upper left, upper right, middle, lower left, lower right, bottom.
        const SEGMENTS: [u8; 10] = [
            0b111_0111, 0b001_0010, 0b101_1101, 0b101_1011, 0b011_1010, 0b110_1011, 0b110_1111,
            0b101_0010, 0b111_1111, 0b111_1011,
        ];
        const PLACES: [(usize, usize, usize, usize); 7] = [
            (0, 0, 5, 1),
            (0, 0, 1, 5),
            (4, 0, 1, 5),
            (0, 4, 5, 1),
            (0, 4, 1, 5),
            (4, 4, 1, 5),
            (0, 8, 5, 1),
        ];
        let index = usize::try_from(digit).unwrap_or(0);
        let lit = SEGMENTS.get(index).copied().unwrap_or(0);
        for (bit, (across, down, width, height)) in PLACES.into_iter().enumerate() {
            if lit >> (6 - bit) & 1 == 1 {
                let (x, y) = (x + across * unit, y + down * unit);
                self.fill(x, y, width * unit, height * unit, [240, 240, 240]);
            }
        }
    }
}
