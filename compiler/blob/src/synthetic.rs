//! Blobs for tests.
//!
//! In: descriptions of tensors. Out: the bytes of a blob with those tensors, which the host library reads
//! and understands in the same way (a test compares both). Never: a network; a camera would refuse such a
//! blob, so it must not be used outside of tests. Committing blobs of others would need their permission.

use crate::blob::{ELF_HEADER_SIZE, HEADER_SIZE, MAGIC};
use crate::tensor::{DataType, StorageOrder, Tensor};

/// Sections and buffers start at multiples of this many bytes, as in blobs of the real compiler.
const ALIGNMENT: usize = 64;
/// Where the first section starts.
const FIRST_SECTION: usize = 192;
/// Names are padded with zeros to multiples of this many bytes.
const NAME_ALIGNMENT: usize = 16;
/// The memory in which dimensions and strides lie: the constants.
const LOCATION_BLOB: u32 = 3;
/// Bytes of an empty stage: its length, its type, its SHAVE cores.
const STAGE_SIZE: u32 = 12;

/// Makes a blob.
///
/// ```
/// use oakc_blob::{Blob, synthetic::BlobBuilder};
///
/// let bytes = BlobBuilder::detector(300, 300).shaves(6).build();
/// assert_eq!(Blob::parse(&bytes).unwrap().inputs[0].dims, [300, 300, 3, 1]);
/// ```
#[derive(Debug, Clone)]
pub struct BlobBuilder {
    version: (u32, u32),
    shaves: u32,
    slices: u32,
    stages: u32,
    inputs: Vec<Tensor>,
    outputs: Vec<Tensor>,
}

impl Default for BlobBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl BlobBuilder {
    /// A blob of version 6.0 for 6 SHAVE cores and 6 slices, without inputs and outputs.
    pub fn new() -> Self {
        Self {
            version: (6, 0),
            shaves: 6,
            slices: 6,
            stages: 1,
            inputs: Vec::new(),
            outputs: Vec::new(),
        }
    }

    /// A blob with the tensors of a MobileNet SSD detector: planar 8-bit colour image `data` of
    /// `width` x `height` pixels in, `detection_out` with 100 rows of 7 numbers out.
    pub fn detector(width: u32, height: u32) -> Self {
        Self::new()
            .input(
                "data",
                DataType::U8f,
                StorageOrder::NCHW,
                &[width, height, 3, 1],
            )
            .output(
                "detection_out",
                DataType::Fp16,
                StorageOrder::NCHW,
                &[7, 100, 1, 1],
            )
    }

    /// Sets the format version, which says for which OpenVINO release the blob is.
    #[must_use]
    pub fn version(mut self, major: u32, minor: u32) -> Self {
        self.version = (major, minor);
        self
    }

    /// Sets the number of SHAVE cores.
    #[must_use]
    pub fn shaves(mut self, shaves: u32) -> Self {
        self.shaves = shaves;
        self
    }

    /// Sets the number of CMX slices.
    #[must_use]
    pub fn slices(mut self, slices: u32) -> Self {
        self.slices = slices;
        self
    }

    /// Sets the number of stages, each of which takes 12 bytes.
    #[must_use]
    pub fn stages(mut self, stages: u32) -> Self {
        self.stages = stages;
        self
    }

    /// Adds an input; `dims` innermost first. Buffer offsets follow from the order of the calls.
    #[must_use]
    pub fn input(
        mut self,
        name: &str,
        data_type: DataType,
        order: StorageOrder,
        dims: &[u32],
    ) -> Self {
        push(&mut self.inputs, name, data_type, order, dims);
        self
    }

    /// Adds an output; `dims` innermost first. Buffer offsets follow from the order of the calls.
    #[must_use]
    pub fn output(
        mut self,
        name: &str,
        data_type: DataType,
        order: StorageOrder,
        dims: &[u32],
    ) -> Self {
        push(&mut self.outputs, name, data_type, order, dims);
        self
    }

    /// The bytes of the file.
    pub fn build(&self) -> Vec<u8> {
        let mut constants = Vec::new();
        let inputs = tensor_section(&self.inputs, &mut constants);
        let outputs = tensor_section(&self.outputs, &mut constants);
        let stages = self.stage_section();
        let input_offset = FIRST_SECTION;
        let output_offset = align(input_offset + inputs.len(), ALIGNMENT);
        let stage_offset = align(output_offset + outputs.len(), ALIGNMENT);
        let const_offset = align(stage_offset + stages.len(), ALIGNMENT);

        let offsets = [input_offset, output_offset, stage_offset, const_offset];
        let file_size = align(const_offset + constants.len(), ALIGNMENT);
        let mut file = elf_header();
        file.extend(self.header(file_size, offsets));
        debug_assert_eq!(file.len(), HEADER_SIZE);
        for (offset, section) in offsets
            .into_iter()
            .zip([inputs, outputs, stages, constants])
        {
            file.resize(offset, 0);
            file.extend(section);
        }
        file.resize(file_size, 0);
        file
    }

    fn header(&self, file_size: usize, offsets: [usize; 4]) -> Vec<u8> {
        let [inputs, outputs, stages, constants] = offsets.map(number);
        let numbers = [
            MAGIC,
            number(file_size),
            self.version.0,
            self.version.1,
            number(self.inputs.len()),
            number(self.outputs.len()),
            self.stages,
            buffer_size(&self.inputs),
            buffer_size(&self.outputs),
            1, // batch size
            0, // working memory
            self.slices,
            self.shaves,
            0, // no hardware stages
            1, // SHAVE stages
            0, // no DMA stages
            inputs,
            outputs,
            stages,
            constants,
        ];
        little_endian(&numbers)
    }

    fn stage_section(&self) -> Vec<u8> {
        let stage = [STAGE_SIZE, 0, self.shaves];
        (0..self.stages)
            .flat_map(|_| little_endian(&stage))
            .collect()
    }
}

/// The stunted ELF header, as the real compiler writes it.
fn elf_header() -> Vec<u8> {
    let mut header = b"\x7felf".to_vec();
    header.resize(16, 0);
    header.extend([1, 0, 2, 0, 2, 0, 0, 0]);
    header.resize(40, 0);
    header.extend([0xa0, 0x01]);
    header.resize(ELF_HEADER_SIZE as usize, 0);
    header
}

fn push(
    tensors: &mut Vec<Tensor>,
    name: &str,
    data_type: DataType,
    order: StorageOrder,
    dims: &[u32],
) {
    let offset = buffer_size(tensors);
    tensors.push(Tensor {
        name: name.to_owned(),
        data_type,
        order,
        dims: dims.to_vec(),
        offset,
    });
}

/// Bytes of the buffer that holds all of `tensors`.
fn buffer_size(tensors: &[Tensor]) -> u32 {
    let size = |tensor: &Tensor| u32::try_from(tensor.packed_size().unwrap_or(0)).unwrap_or(0);
    let end = |tensor: &Tensor| tensor.offset.saturating_add(size(tensor));
    tensors.last().map_or(0, |last| {
        end(last).checked_next_multiple_of(64).unwrap_or(0)
    })
}

/// The entries of `tensors`; their dimensions and strides are added to `constants`.
fn tensor_section(tensors: &[Tensor], constants: &mut Vec<u8>) -> Vec<u8> {
    let mut section = Vec::new();
    for (index, tensor) in tensors.iter().enumerate() {
        let dims_offset = number(constants.len());
        constants.extend(little_endian(&tensor.dims));
        let strides_offset = number(constants.len());
        constants.extend(little_endian(&strides(tensor)));

        let name_size = align(tensor.name.len() + 1, NAME_ALIGNMENT);
        section.extend(little_endian(&[
            number(index),
            tensor.offset,
            number(name_size),
        ]));
        let name_end = section.len() + name_size;
        section.extend(tensor.name.as_bytes());
        section.resize(name_end, 0);
        section.extend(little_endian(&[
            tensor.data_type.code().cast_unsigned(),
            tensor.order.0,
            number(tensor.dims.len()),
            LOCATION_BLOB,
            dims_offset,
            LOCATION_BLOB,
            strides_offset,
        ]));
    }
    section
}

/// Distance in bytes from one element to the next along each axis, innermost first.
fn strides(tensor: &Tensor) -> Vec<u32> {
    let mut step = tensor.data_type.size().unwrap_or(1);
    let mut strides = Vec::new();
    for &dim in &tensor.dims {
        strides.push(step);
        step = step.saturating_mul(dim);
    }
    strides
}

fn little_endian(numbers: &[u32]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect()
}

fn align(size: usize, alignment: usize) -> usize {
    size.next_multiple_of(alignment)
}

fn number(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}
