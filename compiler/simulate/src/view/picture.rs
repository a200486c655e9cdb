//! Messages as pictures for a browser.

use oakc_desk::Content;
use oakc_runtime_schema::datatype::Datatype;
use oakc_runtime_schema::image::FrameType;
use oakc_vision::Image;
use oakc_vision::warp::Sampling;

/// The longest side of a picture.
const LONGEST: usize = 640;
const QUALITY: u8 = 80;

/// Whether there is something to see.
pub(super) fn is_one(content: &Content) -> bool {
    let is_readable = || {
        let kind = content.outline().map(|outline| outline.kind);
        kind.is_some_and(|kind| oakc_vision::image::depth(kind).is_ok())
    };
    is_jpeg(content)
        || (content.datatype == Datatype::ImgFrame && !content.is_blank && is_readable())
}

fn is_jpeg(content: &Content) -> bool {
    content.data.starts_with(&[0xff, 0xd8, 0xff])
}

/// The type and the bytes of a picture.
pub(super) fn of(content: &Content) -> Result<(&'static str, Vec<u8>), String> {
    if is_jpeg(content) {
        return Ok(("image/jpeg", content.data.to_vec()));
    }
    if content.datatype != Datatype::ImgFrame {
        return Err("this message is not a picture".to_owned());
    }
    let image = visible(&content.image()?).map_err(|error| error.to_string())?;
    let jpeg = image
        .encode_jpeg(QUALITY)
        .map_err(|error| error.to_string())?;
    Ok(("image/jpeg", jpeg))
}

/// The picture as a browser can show it, no larger than it need be.
fn visible(image: &Image) -> Result<Image, oakc_vision::ImageError> {
    let image = match image.kind() {
        FrameType::RAW16 | FrameType::RAW14 | FrameType::RAW12 | FrameType::RAW10 => bright(image)?,
        FrameType::NV12 | FrameType::GRAY8 | FrameType::RAW8 => image.clone(),
        _ => image.converted(FrameType::RGB888i)?,
    };
    let (width, height) = (image.width(), image.height());
    let longest = width.max(height);
    if longest <= LONGEST {
        return Ok(image);
    }
    let even = |side: usize| (side * LONGEST / longest).max(2) / 2 * 2;
    image.scaled(even(width), even(height), Sampling::Nearest)
}

/// 16 bits for each pixel as 8: the largest number is white.
fn bright(image: &Image) -> Result<Image, oakc_vision::ImageError> {
    let (numbers, _) = image.data().as_chunks::<2>();
    let numbers = numbers
        .iter()
        .map(|number| u32::from(u16::from_le_bytes(*number)));
    let most = numbers.clone().max().unwrap_or(0).max(1);
    let data = numbers.map(|number| u8::try_from(number * 255 / most).unwrap_or(255));
    Image::new(
        FrameType::GRAY8,
        image.width(),
        image.height(),
        data.collect::<Vec<_>>(),
    )
}
