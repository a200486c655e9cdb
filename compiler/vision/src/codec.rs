//! JPEG and PNG: files in, pictures out, and the way back.
//!
//! Files are whatever somebody has: a picture with more than [`MOST_PIXELS`] is refused before anything is decoded.

use jpeg_encoder::{ColorType, Encoder, ImageBuffer, JpegColorType, SamplingFactor};
use oakc_runtime_schema::image::FrameType;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::convert::is_gray;
use crate::image::{Image, ImageError, LONGEST};

/// The most pixels of a file.
pub const MOST_PIXELS: usize = 64 << 20;

impl Image {
    /// Reads a JPEG or a PNG: RGB888i, GRAY8, or RAW16 for a PNG with 16 bits of gray.
    ///
    /// # Errors
    /// Where it is neither, broken or too large.
    pub fn decode(file: &[u8]) -> Result<Self, ImageError> {
        if file.starts_with(&[0xff, 0xd8]) {
            decode_jpeg(file)
        } else if file.starts_with(b"\x89PNG") {
            decode_png(file)
        } else {
            Err(broken("neither JPEG nor PNG"))
        }
    }

    /// Writes a JPEG, with chroma halved both ways unless the picture is gray. `quality` is 1 to 100.
    ///
    /// # Errors
    /// Where its format is not computed with.
    pub fn encode_jpeg(&self, quality: u8) -> Result<Vec<u8>, ImageError> {
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, quality.clamp(1, 100));
        let side = |length: usize| u16::try_from(length).unwrap_or(u16::MAX);
        let (width, height) = (side(self.width()), side(self.height()));
        let written = if is_gray(self.kind()) {
            encoder.encode(self.data(), width, height, ColorType::Luma)
        } else {
            encoder.set_sampling_factor(SamplingFactor::F_2_2);
            match self.kind() {
                FrameType::NV12 | FrameType::YUV420p => encoder.encode_image(Halved::new(self)),
                FrameType::BGR888i => encoder.encode(self.data(), width, height, ColorType::Bgr),
                _ => encoder.encode(&self.rgb()?, width, height, ColorType::Rgb),
            }
        };
        written.map_err(|error| ImageError::File(error.to_string()))?;
        Ok(file)
    }

    /// Writes a PNG.
    ///
    /// # Errors
    /// Where its format is not computed with.
    pub fn encode_png(&self) -> Result<Vec<u8>, ImageError> {
        let (color, depth, data) = match self.kind() {
            kind if is_gray(kind) => (
                png::ColorType::Grayscale,
                png::BitDepth::Eight,
                self.data().to_vec(),
            ),
            FrameType::RAW16 | FrameType::RAW14 | FrameType::RAW12 | FrameType::RAW10 => {
                let (numbers, _) = self.data().as_chunks::<2>();
                let data = numbers.iter().flat_map(|[low, high]| [*high, *low]);
                (
                    png::ColorType::Grayscale,
                    png::BitDepth::Sixteen,
                    data.collect(),
                )
            }
            _ => (png::ColorType::Rgb, png::BitDepth::Eight, self.rgb()?),
        };
        let side = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, side(self.width()), side(self.height()));
        encoder.set_color(color);
        encoder.set_depth(depth);
        let written = encoder.write_header().and_then(|mut writer| {
            writer.write_image_data(&data)?;
            writer.finish()
        });
        written.map_err(|error| ImageError::File(error.to_string()))?;
        Ok(file)
    }
}

fn broken(why: &(impl ToString + ?Sized)) -> ImageError {
    ImageError::File(why.to_string())
}

fn fits(width: usize, height: usize) -> Result<(), ImageError> {
    let pixels = width.checked_mul(height);
    if width > LONGEST || height > LONGEST || pixels.is_none_or(|pixels| pixels > MOST_PIXELS) {
        return Err(ImageError::Size(width, height));
    }
    Ok(())
}

fn decode_jpeg(file: &[u8]) -> Result<Image, ImageError> {
    let options = DecoderOptions::default()
        .set_max_width(LONGEST)
        .set_max_height(LONGEST);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(file), options);
    decoder.decode_headers().map_err(|error| broken(&error))?;
    let info = decoder
        .info()
        .ok_or_else(|| broken("a JPEG without a size"))?;
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    fits(width, height)?;
    let (kind, space) = if info.components == 1 {
        (FrameType::GRAY8, ColorSpace::Luma)
    } else {
        (FrameType::RGB888i, ColorSpace::RGB)
    };
    decoder.set_options(options.jpeg_set_out_colorspace(space));
    let data = decoder.decode().map_err(|error| broken(&error))?;
    Image::new(kind, width, height, data)
}

fn decode_png(file: &[u8]) -> Result<Image, ImageError> {
    let limits = png::Limits {
        bytes: MOST_PIXELS * 8,
    };
    let mut decoder = png::Decoder::new_with_limits(std::io::Cursor::new(file), limits);
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().map_err(|error| broken(&error))?;
    let side = |length: u32| usize::try_from(length).unwrap_or(usize::MAX);
    let (width, height) = (side(reader.info().width), side(reader.info().height));
    fits(width, height)?;
    let length = reader.output_buffer_size();
    let mut data = vec![0; length.ok_or(ImageError::Size(width, height))?];
    let frame = reader
        .next_frame(&mut data)
        .map_err(|error| broken(&error))?;
    let is_wide = frame.bit_depth == png::BitDepth::Sixteen;
    let channels = frame.color_type.samples();
    if is_wide && channels == 1 {
        let (numbers, _) = data.as_chunks::<2>();
        let data = numbers.iter().flat_map(|[high, low]| [*low, *high]);
        return Image::new(FrameType::RAW16, width, height, data.collect::<Vec<_>>());
    }
    if is_wide {
        data = data.into_iter().step_by(2).collect();
    }
    // What is transparent is shown as it is stored.
    match channels {
        1 => Image::new(FrameType::GRAY8, width, height, data),
        2 => {
            let gray = data.into_iter().step_by(2).collect::<Vec<_>>();
            Image::new(FrameType::GRAY8, width, height, gray)
        }
        3 => Image::new(FrameType::RGB888i, width, height, data),
        _ => {
            let (pixels, _) = data.as_chunks::<4>();
            let rgb = pixels.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]);
            Image::new(FrameType::RGB888i, width, height, rgb.collect::<Vec<_>>())
        }
    }
}

/// A picture with halved chroma, as the encoder asks for it: row by row in full size.
struct Halved<'a> {
    image: &'a Image,
    luma: &'a [u8],
    u: &'a [u8],
    v: &'a [u8],
    /// From one value to the next in `u` and `v`.
    step: usize,
}

impl<'a> Halved<'a> {
    fn new(image: &'a Image) -> Self {
        let planes = image.planes();
        let plane = |index: usize| planes.get(index).map_or(&[][..], |(_, bytes)| *bytes);
        let (u, v, step) = if image.kind() == FrameType::NV12 {
            (plane(1), plane(1).get(1..).unwrap_or_default(), 2)
        } else {
            (plane(1), plane(2), 1)
        };
        Self {
            image,
            luma: plane(0),
            u,
            v,
            step,
        }
    }
}

impl ImageBuffer for Halved<'_> {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        JpegColorType::Ycbcr
    }

    fn width(&self) -> u16 {
        u16::try_from(self.image.width()).unwrap_or(u16::MAX)
    }

    fn height(&self) -> u16 {
        u16::try_from(self.image.height()).unwrap_or(u16::MAX)
    }

    fn fill_buffers(&self, y: u16, buffers: &mut [Vec<u8>; 4]) {
        let (width, row) = (self.image.width(), usize::from(y));
        let [luma, u, v, _] = buffers;
        luma.extend_from_slice(
            self.luma
                .get(row * width..(row + 1) * width)
                .unwrap_or_default(),
        );
        let start = row / 2 * (width / 2) * self.step;
        for (buffer, plane) in [(u, self.u), (v, self.v)] {
            let values = plane.get(start..).unwrap_or_default().iter();
            let values = values.step_by(self.step).take(width / 2);
            buffer.extend(values.flat_map(|value| [*value; 2]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gradient(kind: FrameType) -> Image {
        let pixels = (0..64_u8).flat_map(|y| (0..64_u8).flat_map(move |x| [x * 4, y * 4, 128]));
        let data: Vec<_> = pixels.collect();
        let image = Image::new(FrameType::RGB888i, 64, 64, data).unwrap();
        image.converted(kind).unwrap()
    }

    fn most_different(one: &Image, other: &Image) -> u8 {
        let (one, other) = (one.rgb().unwrap(), other.rgb().unwrap());
        let pairs = one.iter().zip(&other);
        pairs.map(|(a, b)| a.abs_diff(*b)).max().unwrap()
    }

    #[test]
    fn a_picture_comes_out_of_a_jpeg_as_it_went_in() {
        use FrameType as F;
        for kind in [
            F::NV12,
            F::YUV420p,
            F::RGB888i,
            F::BGR888p,
            F::BGR888i,
            F::GRAY8,
        ] {
            let image = gradient(kind);
            let file = image.encode_jpeg(97).unwrap();
            let again = Image::decode(&file).unwrap();
            let most = most_different(&image, &again);
            assert!(most <= 8, "{kind:?}: {most}");
        }
    }

    #[test]
    fn quality_decides_the_size_of_a_jpeg() {
        let size = |quality| {
            gradient(FrameType::NV12)
                .encode_jpeg(quality)
                .unwrap()
                .len()
        };
        assert!(size(30) < size(80) && size(80) < size(100));
    }

    #[test]
    fn a_png_keeps_every_number() {
        let image = gradient(FrameType::RGB888i);
        assert_eq!(Image::decode(&image.encode_png().unwrap()).unwrap(), image);
        let depth: Vec<_> = (0..64_u16).flat_map(|n| (n * 100).to_le_bytes()).collect();
        let depth = Image::new(FrameType::RAW16, 8, 8, depth).unwrap();
        assert_eq!(Image::decode(&depth.encode_png().unwrap()).unwrap(), depth);
    }

    #[test]
    fn what_is_not_a_picture_is_refused() {
        for file in [&b""[..], b"hello", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"] {
            assert!(matches!(Image::decode(file), Err(ImageError::File(_))));
        }
        let mut file = gradient(FrameType::NV12).encode_jpeg(90).unwrap();
        file.truncate(200);
        assert!(Image::decode(&file).is_err());
    }

    proptest::proptest! {
        #[test]
        fn a_damaged_file_is_a_picture_or_an_error(
            at in proptest::collection::vec((0_usize..4_000, 0_u8..), 1..8), is_png: bool,
        ) {
            let image = gradient(FrameType::RGB888i);
            let file = if is_png { image.encode_png() } else { image.encode_jpeg(90) };
            let mut file = file.unwrap();
            for (place, byte) in at {
                let length = file.len();
                file[place % length] = byte;
            }
            if let Ok(image) = Image::decode(&file) {
                proptest::prop_assert!(image.width() * image.height() <= MOST_PIXELS);
            }
        }
    }
}
