//! The description of an input or output of a neural network.

use crate::reflect::Reflect;

/// Layout and element type of a tensor.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct TensorInfo {
    /// The meaning of the dimensions, outermost first.
    #[reflect(default = StorageOrder::NCHW)]
    pub order: StorageOrder,
    /// The type of the elements.
    pub data_type: TensorDataType,
    /// The number of dimensions.
    pub num_dimensions: u32,
    /// The size of each dimension, in elements.
    pub dims: Vec<u32>,
    /// The distance from one element to the next in each dimension, in bytes.
    pub strides: Vec<u32>,
    /// The name of the layer.
    pub name: String,
    /// Offset of the tensor, in bytes from the start of the data.
    pub offset: u32,
}

/// Order of the dimensions batch (N), channel (C), row (H) and column (W), outermost first. On the
/// wire each nibble is one dimension.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "TensorInfo::StorageOrder")]
#[repr(i32)]
pub enum StorageOrder {
    /// Batch of interleaved images.
    #[default]
    NHWC = 16915,
    /// Batch of images with channels interleaved row by row.
    NHCW = 16945,
    /// Batch of planar images.
    NCHW = 17185,
    /// Interleaved image.
    HWC = 531,
    /// Planar image.
    CHW = 801,
    /// Columns, rows, channels.
    WHC = 291,
    /// Channels interleaved row by row.
    HCW = 561,
    /// Columns, channels, rows.
    WCH = 306,
    /// Channels, columns, rows.
    CWH = 786,
    /// Batch of vectors.
    NC = 67,
    /// Vectors across a batch.
    CN = 52,
    /// One vector of channels.
    C = 3,
    /// One column.
    H = 2,
    /// One row.
    W = 1,
}

/// Type of the elements of a tensor.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "TensorInfo::DataType")]
#[repr(i32)]
pub enum TensorDataType {
    /// Half-precision float, 2 bytes.
    #[default]
    FP16 = 0,
    /// Unsigned byte.
    U8F = 1,
    /// Signed integer, 4 bytes.
    INT = 2,
    /// Single-precision float, 4 bytes.
    FP32 = 3,
    /// Signed byte.
    I8 = 4,
}
