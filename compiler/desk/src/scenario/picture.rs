//! Pictures that are expected: a file, and by how much what comes may differ from it.

use oakc_core::world::{ReadError, World};
use oakc_diag::Span;
use oakc_runtime_schema::datatype::Datatype;
use oakc_runtime_schema::image::FrameType;
use oakc_vision::Image;
use oakc_vision::convert::is_gray;
use serde_json::Value;

use crate::message::{Content, class_name};
use crate::sighting::Sighting;

/// The file that a picture is compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// A PNG or JPEG, relative to the scenario.
    pub file: String,
    /// Where it is named.
    pub span: Span,
    /// By how much a number of a pixel may differ, of 255; of 65535 in depth.
    pub tolerance: u16,
    /// What the file shows; none if there is no file yet.
    pub image: Option<Image>,
}

/// By how much a number of a pixel may differ, unless a scenario says otherwise.
pub(super) const TOLERANCE: u16 = 2;

impl Wanted {
    /// Reads the file.
    ///
    /// # Errors
    /// Why it cannot be read, in a sentence.
    pub(crate) fn read(&mut self, world: &dyn World) -> Result<(), String> {
        let bytes = match world.read(&self.file) {
            Ok(bytes) => bytes,
            Err(ReadError::NotFound) => return Ok(()),
            Err(error) => return Err(format!("`{}` cannot be read: {error}", self.file)),
        };
        let image = Image::decode(&bytes);
        let image = image.map_err(|error| format!("`{}` cannot be read: {error}", self.file))?;
        self.image = Some(image);
        Ok(())
    }

    /// Whether what came shows the same.
    ///
    /// # Errors
    /// What is different.
    pub(crate) fn check(&self, seen: &Sighting) -> Result<(), String> {
        let found = shown(seen)?;
        let Some(wanted) = &self.image else {
            return Err(format!("there is no `{}` yet", self.file));
        };
        let (width, height) = (found.width(), found.height());
        if (width, height) != (wanted.width(), wanted.height()) {
            let (other_width, other_height) = (wanted.width(), wanted.height());
            return Err(format!(
                "it has {width} x {height} pixels, not {other_width} x {other_height}"
            ));
        }
        if is_wide(&found) != is_wide(wanted) {
            let bits = |image: &Image| if is_wide(image) { 16 } else { 8 };
            return Err(format!(
                "its numbers have {} bits, and those of the file {}",
                bits(&found),
                bits(wanted)
            ));
        }
        let (most, at) = difference(&found, wanted);
        if most <= self.tolerance {
            return Ok(());
        }
        let (x, y) = (at % width, at / width);
        Err(format!(
            "it differs by up to {most} at pixel ({x}, {y}), and by {} at most it may",
            self.tolerance
        ))
    }

    /// What the file has to be for what came; none if that is not a picture.
    pub(crate) fn of(seen: &Sighting) -> Option<Vec<u8>> {
        shown(seen).ok()?.encode_png().ok()
    }
}

/// The picture in a message: of an ImgFrame, or a JPEG or PNG file.
fn shown(seen: &Sighting) -> Result<Image, String> {
    let is_file = seen.body.starts_with(&[0xff, 0xd8]) || seen.body.starts_with(b"\x89PNG");
    if is_file {
        return Image::decode(&seen.body).map_err(|error| error.to_string());
    }
    let Some(Value::Object(fields)) = &seen.fields else {
        return Err("it is not a picture".to_owned());
    };
    let content = Content::from_json(fields.clone(), seen.body.as_slice().into())?;
    if content.datatype != Datatype::ImgFrame {
        return Err(format!(
            "it is of class {}, which is not a picture",
            class_name(content.datatype)
        ));
    }
    if seen.body.is_empty() {
        return Err("it has no pixels".to_owned());
    }
    content.image()
}

/// Whether each number of a picture has 16 bits, as depth does.
fn is_wide(image: &Image) -> bool {
    use FrameType as F;
    matches!(image.kind(), F::RAW16 | F::RAW14 | F::RAW12 | F::RAW10)
}

/// The largest difference of two pictures of one size, and the pixel where it is.
fn difference(one: &Image, other: &Image) -> (u16, usize) {
    let (one, channels) = numbers(one);
    let (other, others) = numbers(other);
    let (one, other, channels) = match (channels, others) {
        (3, 1) => (one, other.iter().flat_map(|it| [*it; 3]).collect(), 3),
        (1, 3) => (one.iter().flat_map(|it| [*it; 3]).collect(), other, 3),
        _ => (one, other, channels),
    };
    let differences = one.iter().zip(&other).map(|(a, b)| a.abs_diff(*b));
    let most = differences
        .enumerate()
        .max_by_key(|(at, most)| (*most, usize::MAX - at));
    most.map_or((0, 0), |(at, most)| (most, at / channels))
}

/// The numbers of a picture, and how many each pixel has.
fn numbers(image: &Image) -> (Vec<u16>, usize) {
    if is_gray(image.kind()) {
        return (
            image.data().iter().map(|byte| u16::from(*byte)).collect(),
            1,
        );
    }
    if let Ok(rgb) = image.rgb() {
        return (rgb.into_iter().map(u16::from).collect(), 3);
    }
    let numbers = image.data().as_chunks::<2>().0.iter();
    (
        numbers.map(|number| u16::from_le_bytes(*number)).collect(),
        1,
    )
}
