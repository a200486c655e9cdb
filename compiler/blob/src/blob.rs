//! Compiled models.
//!
//! In: the bytes of a `.blob` file. Out: a [`Blob`], or the reason for refusing it. Never: anything
//! repaired or guessed, or more memory than a small multiple of the file's size, whatever it claims.
//!
//! The format is the one that the host library reads (its BlobReader, which follows Intel's plugin): 52
//! bytes that look like an ELF header and that nobody checks, then twenty 32-bit numbers, then sections
//! that these point to; all little-endian. What the library refuses is refused here; only
//! [`MAX_DIMENSIONS`] is stricter.

use std::collections::BTreeMap;

use crate::cursor::Cursor;
use crate::error::{BlobError, Direction, Part};
use crate::lookalike::Lookalike;
use crate::openvino::OpenVinoVersion;
use crate::tensor::{DataType, StorageOrder, Tensor};

/// Bytes before the blob's own header: a stunted ELF header.
pub(crate) const ELF_HEADER_SIZE: u32 = 52;
/// Bytes up to the end of the blob's own header.
pub(crate) const HEADER_SIZE: usize = 132;
/// The number at byte 52 by which a blob is known.
pub(crate) const MAGIC: u32 = 9709;

/// Dimensions of a tensor beyond which a blob is taken to be damaged.
///
/// An order code has room for eight; the library has no limit and reads until the file ends.
pub const MAX_DIMENSIONS: u32 = 32;

/// Bytes that an entry of the tensor list takes at least: eight numbers. The two numbers on
/// strides behind them may be missing from the last entry of a file, since nobody reads them.
const MIN_ENTRY_SIZE: u64 = 32;
/// Bytes of the two numbers on strides, which are passed over.
const STRIDES_SIZE: usize = 8;

/// Facts about a compiled model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// Bytes that the header says the file has. The file itself may be longer.
    pub file_size: u32,
    /// Format version, first number.
    pub version_major: u32,
    /// Format version, second number.
    pub version_minor: u32,
    /// The OpenVINO release that the library derives from the format version.
    pub openvino: OpenVinoVersion,
    /// SHAVE cores that the model was compiled for. A camera has 16, and other nodes take some.
    pub shaves: u32,
    /// CMX memory slices that the model was compiled for.
    pub slices: u32,
    /// Stages (layers, roughly) of the compiled network.
    pub stages: u32,
    /// Inputs in the order of the file, without `@shape` helpers.
    pub inputs: Vec<Tensor>,
    /// Outputs in the order of the file, without `@shape` helpers.
    pub outputs: Vec<Tensor>,
}

impl Blob {
    /// Whether a file is marked as a blob, sound or not.
    pub fn is_marked(bytes: &[u8]) -> bool {
        let mut cursor = Cursor::new(bytes, ELF_HEADER_SIZE, Part::Header);
        cursor.u32().is_ok_and(|magic| magic == MAGIC)
    }

    /// Reads the facts from the bytes of a whole file.
    ///
    /// Where two tensors of one list share a name, the later replaces the earlier, as it
    /// does in the library.
    ///
    /// # Errors
    /// [`BlobError`] for everything that the library refuses, and for damaged dimension counts.
    pub fn parse(bytes: &[u8]) -> Result<Self, BlobError> {
        let header = Header::parse(bytes)?;
        let openvino = OpenVinoVersion::from_blob(header.version_major, header.version_minor)
            .ok_or(BlobError::UnknownVersion {
                major: header.version_major,
                minor: header.version_minor,
            })?;
        Ok(Self {
            file_size: header.file_size,
            version_major: header.version_major,
            version_minor: header.version_minor,
            openvino,
            shaves: header.shaves,
            slices: header.slices,
            stages: header.stages,
            inputs: header.tensors(bytes, Direction::Input)?,
            outputs: header.tensors(bytes, Direction::Output)?,
        })
    }
}

/// The numbers of the header that matter to anybody.
struct Header {
    file_size: u32,
    version_major: u32,
    version_minor: u32,
    input_count: u32,
    output_count: u32,
    stages: u32,
    slices: u32,
    shaves: u32,
    input_offset: u32,
    output_offset: u32,
    const_offset: u32,
}

impl Header {
    /// Reads it and checks what can be checked without looking further into the file.
    fn parse(bytes: &[u8]) -> Result<Self, BlobError> {
        if bytes.len() < HEADER_SIZE {
            let found = Lookalike::recognise(bytes);
            return Err(BlobError::TooShort {
                actual: bytes.len(),
                found,
            });
        }
        let mut cursor = Cursor::new(bytes, ELF_HEADER_SIZE, Part::Header);
        let magic = cursor.u32()?;
        if magic != MAGIC {
            let found = Lookalike::recognise(bytes);
            return Err(BlobError::WrongMagic { magic, found });
        }
        let header = Self::read(&mut cursor)?;
        let complete = usize::try_from(header.file_size).is_ok_and(|size| size <= bytes.len());
        if !complete {
            return Err(BlobError::Truncated {
                expected: header.file_size,
                actual: bytes.len(),
            });
        }
        Ok(header)
    }

    /// Reads the numbers behind the magic, in their order.
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, BlobError> {
        let file_size = cursor.u32()?;
        let version_major = cursor.u32()?;
        let version_minor = cursor.u32()?;
        let input_count = cursor.u32()?;
        let output_count = cursor.u32()?;
        let stages = cursor.u32()?;
        // Input size, output size, batch size, working memory.
        cursor.skip(16);
        let slices = cursor.u32()?;
        let shaves = cursor.u32()?;
        // Whether there are hardware, SHAVE and DMA stages.
        cursor.skip(12);
        let input_offset = cursor.u32()?;
        let output_offset = cursor.u32()?;
        // Where the stages are.
        cursor.skip(4);
        let const_offset = cursor.u32()?;
        Ok(Self {
            file_size,
            version_major,
            version_minor,
            input_count,
            output_count,
            stages,
            slices,
            shaves,
            input_offset,
            output_offset,
            const_offset,
        })
    }

    /// Reads one of the two lists of tensors.
    fn tensors(&self, bytes: &[u8], direction: Direction) -> Result<Vec<Tensor>, BlobError> {
        let (count, offset) = match direction {
            Direction::Input => (self.input_count, self.input_offset),
            Direction::Output => (self.output_count, self.output_offset),
        };
        if u64::from(count).saturating_mul(MIN_ENTRY_SIZE) > bytes.len() as u64 {
            let actual = bytes.len();
            return Err(BlobError::TooManyTensors {
                direction,
                count,
                actual,
            });
        }
        let mut cursor = Cursor::new(bytes, offset, Part::Tensors(direction));
        let mut tensors = TensorList::default();
        for position in 0..count {
            let tensor = self.tensor(bytes, &mut cursor, direction, position)?;
            if !is_shape_helper(&tensor) {
                tensors.put(tensor);
            }
        }
        Ok(tensors.tensors)
    }

    /// Reads one entry of a list, and its dimensions, which lie elsewhere.
    fn tensor(
        &self,
        bytes: &[u8],
        cursor: &mut Cursor<'_>,
        direction: Direction,
        position: u32,
    ) -> Result<Tensor, BlobError> {
        let found = cursor.u32()?;
        if found != position {
            return Err(BlobError::WrongIndex {
                direction,
                position,
                found,
            });
        }
        let offset = cursor.u32()?;
        let name_size = cursor.u32()?;
        let name = text(cursor.take(usize::try_from(name_size).unwrap_or(usize::MAX))?);
        let data_type = DataType::from_code(cursor.i32()?);
        let order = StorageOrder(cursor.u32()?);
        let count = cursor.u32()?;
        if count > MAX_DIMENSIONS {
            return Err(BlobError::TooManyDimensions {
                direction,
                name,
                count,
            });
        }
        // Which memory the dimensions are in: always the constants.
        cursor.skip(4);
        // The library adds these two as 32-bit numbers, overflow and all, and so does the chip.
        let dims_offset = self.const_offset.wrapping_add(cursor.u32()?);
        cursor.skip(STRIDES_SIZE);
        let mut dims = Cursor::new(bytes, dims_offset, Part::Dimensions(direction));
        let dims = (0..count).map(|_| dims.u32()).collect::<Result<_, _>>()?;
        Ok(Tensor {
            name,
            data_type,
            order,
            dims,
            offset,
        })
    }
}

/// Tensors in file order, one for a name.
#[derive(Default)]
struct TensorList {
    tensors: Vec<Tensor>,
    indices: BTreeMap<String, usize>,
}

impl TensorList {
    fn put(&mut self, tensor: Tensor) {
        let index = self.indices.get(&tensor.name).copied();
        if let Some(earlier) = index.and_then(|index| self.tensors.get_mut(index)) {
            *earlier = tensor;
        } else {
            self.indices.insert(tensor.name.clone(), self.tensors.len());
            self.tensors.push(tensor);
        }
    }
}

/// A name as stored: padded with zeros, which end it.
fn text(padded: &[u8]) -> String {
    let name = padded.split(|&byte| byte == 0).next().unwrap_or_default();
    String::from_utf8_lossy(name).into_owned()
}

/// Networks with outputs of varying size have a second output that carries the size; the library
/// hides it.
fn is_shape_helper(tensor: &Tensor) -> bool {
    tensor.name.contains("@shape")
}
