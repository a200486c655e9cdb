//! Pictures that somebody sends, and settings of ImageManip from a script.

use oakc_runtime_schema::image::FrameType;
use oakc_runtime_schema::messages::ImageManipConfig;
use oakc_runtime_schema::nop;
use oakc_runtime_schema::reflect::Reflect;
use oakc_vision::Image;
use oakc_vision::manip::{Outline, manipulate, outline};

use crate::Outcome;

/// The largest result that is computed, in bytes, as the properties of a node have a limit.
const LARGEST: usize = 1 << 20;

/// The formats of pictures; the first byte of an input chooses one.
pub(crate) const KINDS: [FrameType; 8] = [
    FrameType::NV12,
    FrameType::BGR888p,
    FrameType::RGB888i,
    FrameType::GRAY8,
    FrameType::YUV420p,
    FrameType::RAW16,
    FrameType::RAW10,
    FrameType::GRAYF16,
];

/// Reads a file as a picture, and manipulates a picture by settings.
///
/// # Panics
/// When a result is not what was announced.
pub fn vision(input: &[u8]) -> Outcome {
    match Image::decode(input) {
        Ok(image) => {
            let again = image.encode_png().and_then(|file| Image::decode(&file));
            assert!(
                again.is_ok_and(|again| again.data() == image.data()),
                "a picture is another one after it was written"
            );
            "picture".to_owned()
        }
        Err(_) => manipulated(input).unwrap_or_else(|| "nothing".to_owned()),
    }
}

/// The first three bytes are format, width and height; the rest are settings as the device gets them.
fn manipulated(input: &[u8]) -> Option<Outcome> {
    let ([kind, width, height], settings) = input.split_first_chunk::<3>()?;
    let kind = *KINDS.get(usize::from(*kind) % KINDS.len())?;
    let (width, height) = (usize::from(*width), usize::from(*height));
    let size = oakc_vision::image::size(kind, width, height).ok()?;
    let pixels: Vec<u8> = (0_u8..=250).cycle().take(size).collect();
    let image = Image::new(kind, width, height, pixels).ok()?;
    let value = nop::decode(&ImageManipConfig::SHAPE, settings).ok()?;
    let config = ImageManipConfig::from_value(&value).ok()?;
    let announced = match outline(Outline::of(&image), &config) {
        Ok(announced) => announced,
        Err(error) => return Some(crate::bytes::words(&error.to_string())),
    };
    if announced.bytes().is_none_or(|bytes| bytes > LARGEST) {
        return Some("too large".to_owned());
    }
    Some(match manipulate(&image, &config) {
        Ok(made) => {
            assert_eq!(
                Outline::of(&made),
                announced,
                "another picture than announced"
            );
            format!("{:?}", made.kind())
        }
        Err(error) => crate::bytes::words(&error.to_string()),
    })
}
