//! Pictures one after the other: in files of their own, in a Motion JPEG file, in a Y4M file.

use std::fmt::Debug;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use oakc_runtime_schema::image::FrameType;
use oakc_vision::Image;

use super::{Scene, Size};
use crate::time::Time;

/// Bytes that are read piece by piece: of a file, or in memory.
pub trait Stored: Debug + Send + Sync {
    /// How many there are.
    fn size(&self) -> u64;

    /// A number of bytes from an offset on.
    ///
    /// # Errors
    /// Where they cannot be read, or there are fewer.
    fn read(&self, offset: u64, size: usize) -> io::Result<Vec<u8>>;
}

impl Stored for Arc<[u8]> {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn read(&self, offset: u64, size: usize) -> io::Result<Vec<u8>> {
        let start = usize::try_from(offset).map_err(|_| io::ErrorKind::UnexpectedEof)?;
        let part = start.checked_add(size).and_then(|end| self.get(start..end));
        part.map(<[u8]>::to_vec)
            .ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

/// What is shown after the last picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The last one stays.
    Stays,
    /// It begins again.
    Repeats,
}

impl Ending {
    /// Which of `count` pictures is shown as the one with this number.
    fn index(self, number: u64, count: usize) -> usize {
        let (number, count) = (usize::try_from(number).unwrap_or(usize::MAX), count.max(1));
        match self {
            Self::Stays => number.min(count - 1),
            Self::Repeats => number % count,
        }
    }
}

/// The picture that was decoded last, and its index.
#[derive(Debug, Default)]
struct Last(Mutex<Option<(usize, Arc<Image>)>>);

impl Last {
    fn get(
        &self,
        index: usize,
        decode: impl FnOnce() -> Result<Image, String>,
    ) -> Result<Arc<Image>, String> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, image)) = &*last
            && *of == index
        {
            return Ok(Arc::clone(image));
        }
        let image = Arc::new(decode()?);
        *last = Some((index, Arc::clone(&image)));
        Ok(image)
    }
}

/// Pictures in files of their own, one for each that the camera takes.
#[derive(Debug)]
pub struct Encoded {
    files: Vec<(String, Arc<dyn Stored>)>,
    ending: Ending,
    last: Last,
}

/// The largest file of a picture, in bytes.
const LARGEST: u64 = 256 << 20;

impl Encoded {
    /// These files, with their names; at least one.
    pub fn new(files: Vec<(String, Arc<dyn Stored>)>, ending: Ending) -> Self {
        Self {
            files,
            ending,
            last: Last::default(),
        }
    }
}

impl Scene for Encoded {
    fn shown(&self, number: i64, _: Time, _: Size) -> Result<Arc<Image>, String> {
        let number = u64::try_from(number).unwrap_or(0);
        let index = self.ending.index(number, self.files.len());
        self.last.get(index, || {
            let (name, file) = self.files.get(index).ok_or("there are no pictures")?;
            let size = usize::try_from(file.size().min(LARGEST)).unwrap_or(0);
            let bytes = file.read(0, size);
            let bytes = bytes.map_err(|error| format!("`{name}` cannot be read: {error}"))?;
            Image::decode(&bytes).map_err(|error| format!("`{name}`: {error}"))
        })
    }

    fn repeats_after(&self) -> Option<usize> {
        (self.files.len() == 1).then_some(1)
    }
}

/// JPEGs one after the other in a file, one for each picture that the camera takes.
#[derive(Debug)]
pub struct Mjpeg {
    file: Arc<dyn Stored>,
    /// Where each begins, and its size.
    places: Vec<(u64, usize)>,
    ending: Ending,
    last: Last,
}

impl Mjpeg {
    /// Looks for the pictures.
    ///
    /// # Errors
    /// Where there are none, or the file cannot be read.
    pub fn new(file: Arc<dyn Stored>, ending: Ending) -> Result<Self, String> {
        let places = jpegs(&*file).map_err(|error| format!("it cannot be read: {error}"))?;
        if places.is_empty() {
            return Err("there is no JPEG in it".to_owned());
        }
        Ok(Self {
            file,
            places,
            ending,
            last: Last::default(),
        })
    }
}

impl Scene for Mjpeg {
    fn shown(&self, number: i64, _: Time, _: Size) -> Result<Arc<Image>, String> {
        let number = u64::try_from(number).unwrap_or(0);
        let index = self.ending.index(number, self.places.len());
        self.last.get(index, || {
            let (offset, size) = self.places.get(index).copied().unwrap_or_default();
            let bytes = self.file.read(offset, size);
            let bytes = bytes.map_err(|error| format!("it cannot be read: {error}"))?;
            Image::decode(&bytes).map_err(|error| format!("picture {}: {error}", index + 1))
        })
    }
}

/// How much of a file is looked at at once.
const PIECE: usize = 1 << 20;

/// Where JPEGs lie in a file. What they carry besides, such as a preview, is passed over.
fn jpegs(file: &dyn Stored) -> io::Result<Vec<(u64, usize)>> {
    let mut bytes = Window {
        file,
        start: 0,
        piece: Vec::new(),
    };
    let (mut places, mut at) = (Vec::new(), 0);
    while let Some(begin) = bytes.find(at, &[0xd8])? {
        let Some(end) = jpeg_end(&mut bytes, begin + 2)? else {
            break;
        };
        places.push((begin, usize::try_from(end - begin).unwrap_or(usize::MAX)));
        at = end;
    }
    Ok(places)
}

/// Where a JPEG ends whose segments begin at `at`.
fn jpeg_end(bytes: &mut Window<'_>, mut at: u64) -> io::Result<Option<u64>> {
    loop {
        let Some([mark, kind]) = bytes.pair(at)? else {
            return Ok(None);
        };
        match (mark, kind) {
            (0xff, 0xd9) => return Ok(Some(at + 2)),
            (0xff, 0x01 | 0xd0..=0xd7) => at += 2,
            (0xff, 0xff) => at += 1,
            (0xff, _) => {
                let Some([high, low]) = bytes.pair(at + 2)? else {
                    return Ok(None);
                };
                at += 2 + u64::from(u16::from_be_bytes([high, low])).max(2);
                if kind == 0xda {
                    // What follows are the pixels: up to the next marker that is not one of theirs.
                    let Some(next) = bytes.marker(at)? else {
                        return Ok(None);
                    };
                    at = next;
                }
            }
            _ => return Ok(None),
        }
    }
}

/// A part of a file that moves along it.
struct Window<'a> {
    file: &'a dyn Stored,
    start: u64,
    piece: Vec<u8>,
}

impl Window<'_> {
    fn pair(&mut self, at: u64) -> io::Result<Option<[u8; 2]>> {
        if at.checked_add(2).is_none_or(|end| end > self.file.size()) {
            return Ok(None);
        }
        let inside = |start: u64, length: usize| at >= start && at + 2 <= start + length as u64;
        if !inside(self.start, self.piece.len()) {
            let left = usize::try_from(self.file.size() - at).unwrap_or(usize::MAX);
            self.piece = self.file.read(at, left.min(PIECE))?;
            self.start = at;
        }
        let index = usize::try_from(at - self.start).unwrap_or(usize::MAX);
        let pair = self.piece.get(index..).and_then(|rest| rest.first_chunk());
        Ok(pair.copied())
    }

    /// The next marker of one of these kinds.
    fn find(&mut self, mut at: u64, kinds: &[u8]) -> io::Result<Option<u64>> {
        while let Some([mark, kind]) = self.pair(at)? {
            if mark == 0xff && kinds.contains(&kind) {
                return Ok(Some(at));
            }
            at += 1;
        }
        Ok(None)
    }

    /// The next marker that ends pixels.
    fn marker(&mut self, mut at: u64) -> io::Result<Option<u64>> {
        while let Some([mark, kind]) = self.pair(at)? {
            if mark == 0xff && !matches!(kind, 0 | 0xff | 0xd0..=0xd7) {
                return Ok(Some(at));
            }
            at += 1;
        }
        Ok(None)
    }
}

/// A Y4M file: pictures without compression, at a rate of their own.
#[derive(Debug)]
pub struct Y4m {
    file: Arc<dyn Stored>,
    header: Header,
    ending: Ending,
    last: Last,
}

#[derive(Clone, Debug, PartialEq)]
struct Header {
    size: Size,
    kind: FrameType,
    /// Pictures a second.
    rate: f64,
    /// Where the first picture begins, and how many bytes one has with its mark.
    first: u64,
    stride: u64,
    count: usize,
}

/// What precedes a picture of a Y4M file.
const FRAME: &[u8] = b"FRAME\n";

impl Y4m {
    /// Reads the header.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(file: Arc<dyn Stored>, ending: Ending) -> Result<Self, String> {
        let start = usize::try_from(file.size().min(512)).unwrap_or(0);
        let start = file.read(0, start);
        let start = start.map_err(|error| format!("it cannot be read: {error}"))?;
        let header = Header::read(&start, file.size())?;
        Ok(Self {
            file,
            header,
            ending,
            last: Last::default(),
        })
    }
}

impl Header {
    fn read(start: &[u8], size: u64) -> Result<Self, String> {
        let end = start.iter().position(|byte| *byte == b'\n');
        let line = end.and_then(|end| start.get(..end));
        let line = line.and_then(|line| std::str::from_utf8(line).ok());
        let line = line.ok_or("it has no Y4M header")?;
        let mut words = line.split(' ');
        if words.next() != Some("YUV4MPEG2") {
            return Err("it has no Y4M header".to_owned());
        }
        let (mut width, mut height, mut rate, mut kind) = (0, 0, 30.0, FrameType::YUV420p);
        for word in words {
            let rest = word.get(1..).unwrap_or_default();
            match word.as_bytes().first() {
                Some(b'W') => width = rest.parse().unwrap_or(0),
                Some(b'H') => height = rest.parse().unwrap_or(0),
                Some(b'F') => rate = fraction(rest).ok_or("its frame rate is none")?,
                Some(b'C') => kind = format(rest)?,
                _ => {}
            }
        }
        let bytes = oakc_vision::image::size(kind, width, height).map_err(|e| e.to_string())?;
        let first = line.len() as u64 + 1;
        let stride = (bytes + FRAME.len()) as u64;
        let count = usize::try_from(size.saturating_sub(first) / stride).unwrap_or(usize::MAX);
        if count == 0 {
            return Err("it has no picture".to_owned());
        }
        Ok(Self {
            size: (width, height),
            kind,
            rate,
            first,
            stride,
            count,
        })
    }
}

/// `30000:1001`.
fn fraction(text: &str) -> Option<f64> {
    let (above, below) = text.split_once(':')?;
    let (above, below): (f64, f64) = (above.parse().ok()?, below.parse().ok()?);
    let rate = above / below;
    (rate.is_finite() && rate > 0.0 && rate <= 10_000.0).then_some(rate)
}

fn format(name: &str) -> Result<FrameType, String> {
    match name {
        "420" | "420jpeg" | "420mpeg2" | "420paldv" => Ok(FrameType::YUV420p),
        "422" => Ok(FrameType::YUV422p),
        "444" => Ok(FrameType::YUV444p),
        "mono" => Ok(FrameType::GRAY8),
        other => Err(format!(
            "its colours are {other}; 420, 422, 444 and mono with 8 bits can be read"
        )),
    }
}

/// Which picture of a video is shown at a time.
pub fn number_at(at: Time, rate: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number of pictures, which saturates"
    )]
    let number = (at.as_secs_f64() * rate + 1e-6).floor() as u64;
    number
}

impl Scene for Y4m {
    fn shown(&self, _: i64, at: Time, _: Size) -> Result<Arc<Image>, String> {
        let header = &self.header;
        let index = self.ending.index(number_at(at, header.rate), header.count);
        self.last.get(index, || {
            let offset = header.first + index as u64 * header.stride;
            let size = usize::try_from(header.stride).unwrap_or(0);
            let frame = self.file.read(offset, size);
            let mut frame = frame.map_err(|error| format!("it cannot be read: {error}"))?;
            if !frame.starts_with(FRAME) {
                return Err(format!("picture {} does not begin with FRAME", index + 1));
            }
            frame.drain(..FRAME.len());
            let (width, height) = header.size;
            Image::new(header.kind, width, height, frame).map_err(|error| error.to_string())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jpeg(gray: u8) -> Vec<u8> {
        let image = Image::new(FrameType::GRAY8, 16, 16, vec![gray; 256]).unwrap();
        image.encode_jpeg(95).unwrap()
    }

    fn stored(bytes: Vec<u8>) -> Arc<dyn Stored> {
        Arc::new(Arc::<[u8]>::from(bytes))
    }

    fn brightness(scene: &dyn Scene, number: i64) -> u8 {
        let image = scene.shown(number, Time::START, (16, 16)).unwrap();
        image.data()[0]
    }

    #[test]
    fn each_jpeg_of_a_file_is_a_picture() {
        // One has another JPEG inside, as cameras put previews into theirs.
        let mut outer = jpeg(80);
        let preview = jpeg(250);
        let length = u16::try_from(preview.len() + 2).unwrap().to_be_bytes();
        let segment = [&[0xff, 0xe1][..], &length, &preview].concat();
        outer.splice(2..2, segment);
        let file = [&jpeg(20)[..], &outer, &jpeg(200)].concat();
        let scene = Mjpeg::new(stored(file), Ending::Repeats).unwrap();
        let all: Vec<_> = (0..4).map(|number| brightness(&scene, number)).collect();
        assert_eq!(all, [20, 80, 200, 20]);
    }

    #[test]
    fn the_last_picture_stays_where_nothing_repeats() {
        let files = [20, 200].map(|gray| (format!("{gray}.jpg"), stored(jpeg(gray))));
        let scene = Encoded::new(files.into(), Ending::Stays);
        let all: Vec<_> = (0..4).map(|number| brightness(&scene, number)).collect();
        assert_eq!(all, [20, 200, 200, 200]);
    }

    #[test]
    fn a_y4m_file_goes_by_its_own_rate() {
        let mut file = b"YUV4MPEG2 W4 H2 F10:1 Ip A1:1 Cmono\n".to_vec();
        for gray in [1, 2, 3] {
            file.extend(FRAME);
            file.extend([gray; 8]);
        }
        let scene = Y4m::new(stored(file), Ending::Repeats).unwrap();
        let at = |millis: u64| {
            let at = Time::from_nanos(millis * 1_000_000);
            scene.shown(99, at, (1, 1)).unwrap().data()[0]
        };
        assert_eq!([0, 99, 100, 299, 300].map(at), [1, 1, 2, 3, 1]);
    }

    #[test]
    fn what_cannot_be_shown_is_told() {
        let refused = |text: &str| Header::read(text.as_bytes(), 1_000).unwrap_err();
        assert_eq!(refused("RIFF\n"), "it has no Y4M header");
        assert_eq!(refused("YUV4MPEG2 W4 H2 F0:0\n"), "its frame rate is none");
        assert_eq!(
            refused("YUV4MPEG2 W4 H2 C420p10\n"),
            "its colours are 420p10; 420, 422, 444 and mono with 8 bits can be read"
        );
        assert!(Mjpeg::new(stored(vec![0xff, 0xd8, 0xff]), Ending::Stays).is_err());
    }
}
