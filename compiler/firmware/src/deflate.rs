//! Compressed firmware, compressed once for all packages.
//!
//! In: an image and a path in the cache. Out: [`CompressedFirmware`], which gives the zlib stream of
//! any small header followed by the image without compressing again: the header goes into a stored
//! block, the DEFLATE data of the image follows as it is in the cache, and the Adler-32 of the whole
//! is computed from those of its parts. Never: a stream that decompresses to anything else: the data is
//! inflated, and the result compared by SHA-256, whenever it is written.
//!
//! The cache file is the DEFLATE data (level 9) and a trailer, in one file so that both always
//! belong together. Trailer, little-endian: magic (8 bytes), length of the data (u64), length of
//! the image (u64), Adler-32 of the image (u32), linear checksum of the data (u32), SHA-256 of
//! the image (64 hex digits).

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use oakc_runtime_schema::release::LARGEST_IMAGE;
use oakc_runtime_schema::sbr::LinearChecksum;

use crate::adler;
use crate::cache::write_file;
use crate::content::{Content, FileState};
use crate::error::{Damage, Error, Result};
use crate::image::FirmwareImage;
use crate::progress::{Progress, ProgressFn};
use crate::proof::{Deflated, Proof, ZLIB_HEADER};

const MAGIC: &[u8; 8] = b"OAKCDFL1";
const TRAILER: usize = 8 + 8 + 8 + 4 + 4 + 64;
/// Most bytes a stored block holds.
const STORED_BLOCK: usize = 0xffff;

/// The DEFLATE data of an image, in the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompressedFirmware {
    content: Content,
    adler32: u32,
    image_size: u64,
}

impl CompressedFirmware {
    /// Opens the file at `path`, which is written first if it is missing or that of another image. If the
    /// cache does not take it, it stays in memory.
    pub(crate) fn open_or_create(
        image: &FirmwareImage,
        path: &Path,
        progress: ProgressFn<'_>,
    ) -> Result<Self> {
        if let Some(ready) = Self::open(image, path) {
            return Ok(ready);
        }
        progress(Progress::Compressing {
            path: image.path().to_owned(),
        });
        match create(image, path) {
            Ok(()) => Self::open(image, path).ok_or_else(|| Error::Damaged {
                path: path.to_owned(),
                damage: Damage::Rewritten,
            }),
            Err(Error::Cache { .. }) => Self::in_memory(image, path),
            Err(other) => Err(other),
        }
    }

    fn open(image: &FirmwareImage, path: &Path) -> Option<Self> {
        let trailer = Trailer::read(path).ok()?;
        if trailer.sha256 != image.sha256() || trailer.image_size != image.size() {
            return None;
        }
        Some(Self {
            content: trailer.content(path).ok()?,
            adler32: trailer.adler32,
            image_size: trailer.image_size,
        })
    }

    fn in_memory(image: &FirmwareImage, path: &Path) -> Result<Self> {
        let mut data = Vec::new();
        let trailer = deflate(image, &mut data)?;
        Ok(Self {
            content: Content::in_memory(path.to_owned(), data, trailer.proof()),
            adler32: trailer.adler32,
            image_size: trailer.image_size,
        })
    }

    /// Adler-32 of the image.
    pub fn adler32(&self) -> u32 {
        self.adler32
    }

    /// Size of the image in bytes, before compression.
    pub fn image_size(&self) -> u64 {
        self.image_size
    }

    /// The cache file; its first [`Self::data`] bytes are the DEFLATE data.
    pub fn path(&self) -> &Path {
        self.content.path()
    }

    /// Length and linear checksum of the DEFLATE data.
    pub fn data(&self) -> LinearChecksum {
        self.content.checksum()
    }

    /// The zlib stream of `header` followed by the image.
    pub fn zlib_stream(&self, header: &[u8]) -> ZlibStream<'_> {
        let mut prefix = ZLIB_HEADER.to_vec();
        for block in header.chunks(STORED_BLOCK) {
            push_stored_block(&mut prefix, block);
        }
        let adler32 = adler::concat(adler::of(header), self.adler32, self.image_size);
        ZlibStream {
            prefix,
            body: &self.content,
            suffix: adler32.to_be_bytes(),
        }
    }
}

/// What the file at `path` turns out to be, which should hold the image with this SHA-256, and size if that
/// is known.
pub(crate) fn state_of(path: &Path, sha256: &str, size: Option<u64>) -> FileState {
    let trailer = match Trailer::read(path) {
        Ok(trailer) => trailer,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return FileState::Missing,
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            return FileState::Damaged(Damage::Deflate);
        }
        Err(error) => return FileState::Damaged(Damage::Unreadable(error.to_string())),
    };
    let is_of_image = trailer.sha256 == sha256
        && trailer.image_size <= LARGEST_IMAGE
        && size.is_none_or(|size| size == trailer.image_size);
    if !is_of_image {
        return FileState::Damaged(Damage::Deflate);
    }
    let content = trailer.content(path);
    match content.and_then(|content| content.check()) {
        Ok(()) => FileState::Intact,
        Err(Error::Damaged { damage, .. }) => FileState::Damaged(damage),
        Err(error) => FileState::Damaged(Damage::Unreadable(error.to_string())),
    }
}

/// A stored block that is not the last one. It starts on a byte boundary (after the zlib header or
/// another stored block), so its three bits of type and the padding are one zero byte.
fn push_stored_block(stream: &mut Vec<u8>, block: &[u8]) {
    let len = u16::try_from(block.len()).unwrap_or(u16::MAX);
    stream.push(0);
    stream.extend(len.to_le_bytes());
    stream.extend((!len).to_le_bytes());
    stream.extend(block);
}

/// A zlib stream in three pieces, of which the long one is in the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZlibStream<'a> {
    prefix: Vec<u8>,
    body: &'a Content,
    suffix: [u8; 4],
}

impl ZlibStream<'_> {
    /// Length and SBR checksum of the whole stream, known without reading the long piece.
    pub fn checksum(&self) -> LinearChecksum {
        LinearChecksum::of(&self.prefix)
            .concat(self.body.checksum())
            .concat(LinearChecksum::of(&self.suffix))
    }

    /// Length of the whole stream in bytes.
    pub fn size(&self) -> u64 {
        self.checksum().len
    }

    /// The bytes before the DEFLATE data of the image.
    pub fn prefix(&self) -> &[u8] {
        &self.prefix
    }

    /// The bytes after it.
    pub fn suffix(&self) -> [u8; 4] {
        self.suffix
    }

    /// Writes the whole stream and checks the cached piece in the same pass. After an error, what was
    /// written must be discarded.
    pub fn write_to(&self, output: &mut dyn Write) -> Result<()> {
        output.write_all(&self.prefix).map_err(Error::Output)?;
        self.body.write_to(output)?;
        output.write_all(&self.suffix).map_err(Error::Output)
    }
}

fn create(image: &FirmwareImage, path: &Path) -> Result<()> {
    let mut unreadable = None;
    let written = write_file(path, |file| {
        let mut output = io::BufWriter::new(file);
        let trailer = match deflate(image, &mut output) {
            Ok(trailer) => trailer,
            Err(Error::Output(error)) => return Err(error),
            Err(error) => {
                unreadable = Some(error);
                return Err(io::Error::other("the image cannot be read"));
            }
        };
        output.write_all(&trailer.encode())?;
        output.flush()
    });
    unreadable.map_or(written, Err)
}

/// Writes the DEFLATE data of an image; what belongs behind it.
fn deflate(image: &FirmwareImage, output: impl Write) -> Result<Trailer> {
    let output = Summing {
        inner: output,
        checksum: LinearChecksum::default(),
    };
    let mut input = Encoding {
        encoder: DeflateEncoder::new(output, Compression::best()),
        adler32: adler::of(&[]),
    };
    image.write_to(&mut input)?;
    let output = input.encoder.finish().map_err(Error::Output)?;
    Ok(Trailer {
        data: output.checksum,
        image_size: image.size(),
        adler32: input.adler32,
        sha256: image.sha256().to_owned(),
    })
}

/// Computes the checksum of what is written to the file.
struct Summing<W> {
    inner: W,
    checksum: LinearChecksum,
}

impl<W: Write> Write for Summing<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(buffer)?;
        let written = buffer.get(..count).unwrap_or_default();
        self.checksum = self.checksum.concat(LinearChecksum::of(written));
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Computes the Adler-32 of what is written to the encoder.
struct Encoding<W: Write> {
    encoder: DeflateEncoder<W>,
    adler32: u32,
}

impl<W: Write> Write for Encoding<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let count = self.encoder.write(buffer)?;
        let taken = buffer.get(..count).unwrap_or_default();
        self.adler32 = adler::concat(self.adler32, adler::of(taken), count as u64);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.encoder.flush()
    }
}

/// What follows the DEFLATE data.
#[derive(Debug, PartialEq, Eq)]
struct Trailer {
    data: LinearChecksum,
    image_size: u64,
    adler32: u32,
    sha256: String,
}

impl Trailer {
    /// What the data has to be.
    fn proof(&self) -> Proof {
        Proof::Deflated(Deflated {
            data: self.data,
            size: self.image_size,
            sha256: self.sha256.clone(),
            adler32: self.adler32,
        })
    }

    /// The data before it.
    fn content(&self, path: &Path) -> Result<Content> {
        Content::before_trailer(path.to_owned(), TRAILER as u64, self.data, self.proof())
    }

    fn encode(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(self.data.len.to_le_bytes());
        bytes.extend(self.image_size.to_le_bytes());
        bytes.extend(self.adler32.to_le_bytes());
        bytes.extend(self.data.sum.to_le_bytes());
        bytes.extend(self.sha256.as_bytes());
        bytes
    }

    fn read(path: &Path) -> io::Result<Self> {
        // To open a pipe would wait for somebody who writes to it.
        if !fs::metadata(path)?.is_file() {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut file = File::open(path)?;
        let size = file.metadata()?.len();
        let start = size.checked_sub(TRAILER as u64);
        file.seek(SeekFrom::Start(start.ok_or(io::ErrorKind::InvalidData)?))?;
        let mut magic = [0; 8];
        file.read_exact(&mut magic)?;
        if magic != *MAGIC {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let len = read_u64(&mut file)?;
        let image_size = read_u64(&mut file)?;
        let adler32 = read_u32(&mut file)?;
        let sum = read_u32(&mut file)?;
        let mut sha256 = vec![0; 64];
        file.read_exact(&mut sha256)?;
        let sha256 = String::from_utf8(sha256).map_err(|_| io::ErrorKind::InvalidData)?;
        Ok(Self {
            data: LinearChecksum { len, sum },
            image_size,
            adler32,
            sha256,
        })
    }
}

fn read_u64(input: &mut impl Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    input.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

fn read_u32(input: &mut impl Read) -> io::Result<u32> {
    let mut bytes = [0; 4];
    input.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use flate2::read::ZlibDecoder;
    use oakc_runtime_schema::release::latest;

    use super::*;

    struct Files {
        _directory: tempfile::TempDir,
        image: FirmwareImage,
        bytes: Vec<u8>,
        compressed: std::path::PathBuf,
    }

    fn files() -> Files {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.cmd");
        let bytes: Vec<u8> = (0..200_000u32)
            .map(|n| (n / 7).wrapping_mul(n).to_be_bytes()[2])
            .collect();
        fs::write(&path, &bytes).unwrap();
        Files {
            image: FirmwareImage::custom(&path, latest()).unwrap(),
            bytes,
            compressed: directory.path().join("a.cmd.deflate"),
            _directory: directory,
        }
    }

    fn open(files: &Files) -> (CompressedFirmware, usize) {
        let mut compressions = 0;
        let compressed =
            CompressedFirmware::open_or_create(&files.image, &files.compressed, &mut |_| {
                compressions += 1;
            });
        (compressed.unwrap(), compressions)
    }

    #[test]
    fn the_stream_decompresses_to_the_header_and_the_image() {
        let files = files();
        let (compressed, _) = open(&files);
        for header_len in [0u32, 1, 107, 65_535, 65_536, 140_000] {
            let header: Vec<u8> = (0..header_len).map(|n| n.to_le_bytes()[0] % 253).collect();
            let stream = compressed.zlib_stream(&header);
            let mut bytes = Vec::new();
            stream.write_to(&mut bytes).unwrap();
            assert_eq!(LinearChecksum::of(&bytes), stream.checksum());
            let mut decompressed = Vec::new();
            ZlibDecoder::new(bytes.as_slice())
                .read_to_end(&mut decompressed)
                .unwrap();
            assert_eq!(decompressed, [header, files.bytes.clone()].concat());
        }
    }

    #[test]
    fn an_image_is_compressed_once() {
        let files = files();
        assert_eq!(open(&files).1, 1);
        assert_eq!(open(&files).1, 0);
    }

    #[test]
    fn a_truncated_file_and_that_of_another_image_are_replaced() {
        let files = files();
        open(&files);
        let whole = fs::read(&files.compressed).unwrap();
        fs::write(&files.compressed, &whole[1..]).unwrap();
        assert_eq!(open(&files).1, 1);
        let mut other = whole.clone();
        let at = other.len() - 1;
        other[at] ^= 1;
        fs::write(&files.compressed, &other).unwrap();
        assert_eq!(open(&files).1, 1);
        assert_eq!(fs::read(&files.compressed).unwrap(), whole);
        fs::write(&files.compressed, b"").unwrap();
        assert_eq!(open(&files).1, 1);
    }

    #[test]
    fn a_changed_byte_in_the_data_is_found_when_it_is_written_out_and_the_next_run_repairs_it() {
        let files = files();
        let (compressed, _) = open(&files);
        let mut bytes = fs::read(&files.compressed).unwrap();
        bytes[500] ^= 1;
        fs::write(&files.compressed, &bytes).unwrap();
        let outcome = compressed.zlib_stream(b"h").write_to(&mut io::sink());
        assert!(matches!(outcome, Err(Error::Damaged { .. })));
        let (compressed, compressions) = open(&files);
        assert_eq!(compressions, 1);
        compressed
            .zlib_stream(b"h")
            .write_to(&mut io::sink())
            .unwrap();
    }

    /// A file that says it is that of the image, with sums that all match its data, which is of another.
    fn forge(files: &Files) {
        let directory = files.compressed.parent().unwrap();
        let other = directory.join("other.cmd");
        let mut bytes = files.bytes.clone();
        bytes[1234] ^= 1;
        fs::write(&other, bytes).unwrap();
        let other = FirmwareImage::custom(&other, latest()).unwrap();
        let path = directory.join("other.deflate");
        CompressedFirmware::open_or_create(&other, &path, &mut |_| {}).unwrap();
        let forged = fs::read(&path).unwrap();
        let (data, _) = forged.split_at(forged.len() - 64);
        let forged = [data, files.image.sha256().as_bytes()].concat();
        fs::write(&files.compressed, forged).unwrap();
    }

    #[test]
    fn data_of_another_image_is_not_believed_whatever_its_trailer_says() {
        let files = files();
        forge(&files);
        let damaged = FileState::Damaged(Damage::Digest);
        assert_eq!(
            state_of(&files.compressed, files.image.sha256(), None),
            damaged
        );
        let (compressed, compressions) = open(&files);
        assert_eq!(compressions, 0, "the trailer fits");
        let outcome = compressed.zlib_stream(b"h").write_to(&mut io::sink());
        assert!(matches!(
            outcome,
            Err(Error::Damaged {
                damage: Damage::Digest,
                ..
            })
        ));
    }

    #[test]
    fn an_image_is_compressed_in_memory_where_the_cache_takes_nothing() {
        let files = files();
        let nowhere = Path::new("/no such directory/a.deflate");
        let compressed =
            CompressedFirmware::open_or_create(&files.image, nowhere, &mut |_| {}).unwrap();
        let mut stream = Vec::new();
        compressed.zlib_stream(b"h").write_to(&mut stream).unwrap();
        let (cached, _) = open(&files);
        let mut same = Vec::new();
        cached.zlib_stream(b"h").write_to(&mut same).unwrap();
        assert!(stream == same);
        assert_eq!(
            compressed.zlib_stream(b"h").checksum(),
            cached.zlib_stream(b"h").checksum()
        );
    }
}
