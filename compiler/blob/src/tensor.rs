//! The inputs and outputs of a model.
//!
//! In: the numbers in a blob. Out: [`Tensor`]s. Never: a model refused for an unknown code; the host
//! library ignores them, so they are kept as they are.

use std::fmt;

/// One input or output of a model: what the host library calls `TensorInfo`.
///
/// The library's `numDimensions` is the length of [`dims`](Self::dims). Its `strides` is always
/// empty for a blob read from a file, so there is no such field here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tensor {
    /// The name by which NNData and links to the network know it. Bytes that are not UTF-8 appear
    /// as U+FFFD.
    pub name: String,
    /// The type of one element.
    pub data_type: DataType,
    /// How the elements lie in memory.
    pub order: StorageOrder,
    /// Number of elements along each axis, innermost axis first: a `1x3x300x300` NCHW image is
    /// `[300, 300, 3, 1]` (W, H, C, N).
    pub dims: Vec<u32>,
    /// Offset in bytes from the start of the buffer that holds all inputs (or all outputs).
    pub offset: u32,
}

impl Tensor {
    /// Number of elements along `axis`; `None` where the tensor has no such axis or its storage
    /// order is not one that names its axes.
    pub fn extent(&self, axis: Axis) -> Option<u32> {
        let position = self.order.axes().iter().position(|&found| found == axis)?;
        self.dims.get(position).copied()
    }

    /// Size in bytes when packed without gaps; `None` for an unknown element type or a size
    /// beyond 64 bits.
    pub fn packed_size(&self) -> Option<u64> {
        let element = u64::from(self.data_type.size()?);
        self.dims
            .iter()
            .try_fold(element, |size, &dim| size.checked_mul(u64::from(dim)))
    }
}

/// An axis of a tensor, as the letters of a storage order name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Axis {
    /// W
    Width,
    /// H
    Height,
    /// C
    Channels,
    /// N
    Batch,
}

impl Axis {
    fn from_digit(digit: u32) -> Option<Self> {
        match digit {
            1 => Some(Self::Width),
            2 => Some(Self::Height),
            3 => Some(Self::Channels),
            4 => Some(Self::Batch),
            _ => None,
        }
    }
}

/// The one list of types: name of the variant, code in a blob, bytes of an element, name in the host
/// library.
macro_rules! data_types {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $size:literal, $name:literal;)+) => {
        /// The type of one tensor element.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum DataType {
            $($(#[$doc])* $variant,)+
            /// A code that the host library has no name for.
            Unknown(i32),
        }

        impl DataType {
            /// The type for a code from a blob.
            pub fn from_code(code: i32) -> Self {
                match code {
                    $($code => Self::$variant,)+
                    other => Self::Unknown(other),
                }
            }

            /// The number that stands for this type in a blob.
            pub fn code(self) -> i32 {
                match self {
                    $(Self::$variant => $code,)+
                    Self::Unknown(code) => code,
                }
            }

            /// Bytes of one element, where known.
            pub fn size(self) -> Option<u32> {
                match self {
                    $(Self::$variant => Some($size),)+
                    Self::Unknown(_) => None,
                }
            }
        }

        impl fmt::Display for DataType {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$variant => f.write_str($name),)+
                    Self::Unknown(code) => write!(f, "type {code}"),
                }
            }
        }
    };
}

data_types! {
    /// Half precision floating point.
    Fp16 = 0, 2, "FP16";
    /// Unsigned byte.
    U8f = 1, 1, "U8F";
    /// Signed integer.
    Int = 2, 4, "INT";
    /// Single precision floating point.
    Fp32 = 3, 4, "FP32";
    /// Signed byte.
    I8 = 4, 1, "I8";
}

/// How tensor elements lie in memory: the code from the blob, one hexadecimal digit an axis
/// (1 W, 2 H, 3 C, 4 N), the lowest digit being the innermost axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StorageOrder(pub u32);

impl StorageOrder {
    /// Interleaved image with batch.
    pub const NHWC: Self = Self(0x4213);
    /// Rows interleaved by channel, with batch.
    pub const NHCW: Self = Self(0x4231);
    /// Planar image with batch.
    pub const NCHW: Self = Self(0x4321);
    /// Interleaved image.
    pub const HWC: Self = Self(0x213);
    /// Planar image.
    pub const CHW: Self = Self(0x321);
    /// Interleaved image, transposed.
    pub const WHC: Self = Self(0x123);
    /// Rows interleaved by channel.
    pub const HCW: Self = Self(0x231);
    /// Columns interleaved by channel.
    pub const WCH: Self = Self(0x132);
    /// Planar image, transposed.
    pub const CWH: Self = Self(0x312);
    /// Batch of vectors.
    pub const NC: Self = Self(0x43);
    /// Vectors interleaved over the batch.
    pub const CN: Self = Self(0x34);
    /// A vector of channels.
    pub const C: Self = Self(0x3);
    /// A vector along the height.
    pub const H: Self = Self(0x2);
    /// A vector along the width.
    pub const W: Self = Self(0x1);

    /// Every order that the host library has a name for.
    pub const NAMED: [(Self, &'static str); 14] = [
        (Self::NHWC, "NHWC"),
        (Self::NHCW, "NHCW"),
        (Self::NCHW, "NCHW"),
        (Self::HWC, "HWC"),
        (Self::CHW, "CHW"),
        (Self::WHC, "WHC"),
        (Self::HCW, "HCW"),
        (Self::WCH, "WCH"),
        (Self::CWH, "CWH"),
        (Self::NC, "NC"),
        (Self::CN, "CN"),
        (Self::C, "C"),
        (Self::H, "H"),
        (Self::W, "W"),
    ];

    /// The name of this order in the host library, if it has one.
    pub fn name(self) -> Option<&'static str> {
        Self::NAMED
            .iter()
            .find(|(order, _)| *order == self)
            .map(|(_, name)| *name)
    }

    /// The axes, innermost first; empty for an order without a name.
    pub fn axes(self) -> Vec<Axis> {
        let count = self.name().map_or(0, str::len);
        (0..8)
            .take(count)
            .filter_map(|digit| Axis::from_digit((self.0 >> (4 * digit)) & 0xF))
            .collect()
    }
}

impl fmt::Display for StorageOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "order {:#x}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_is_found_whatever_the_storage_order() {
        let mut image = Tensor {
            name: "in".into(),
            data_type: DataType::U8f,
            order: StorageOrder::NCHW,
            dims: vec![544, 320, 3, 1],
            offset: 0,
        };
        assert_eq!(image.extent(Axis::Width), Some(544));
        assert_eq!(image.extent(Axis::Height), Some(320));
        assert_eq!(image.extent(Axis::Channels), Some(3));
        image.order = StorageOrder::NHWC;
        image.dims = vec![3, 544, 320, 1];
        assert_eq!(image.extent(Axis::Width), Some(544));
        assert_eq!(image.extent(Axis::Batch), Some(1));
        image.order = StorageOrder(0x9999);
        assert_eq!(image.extent(Axis::Width), None);
    }

    #[test]
    fn the_letters_of_an_order_say_its_axes_outermost_first() {
        for (order, name) in StorageOrder::NAMED {
            let letters: String = order
                .axes()
                .iter()
                .rev()
                .map(|axis| match axis {
                    Axis::Width => 'W',
                    Axis::Height => 'H',
                    Axis::Channels => 'C',
                    Axis::Batch => 'N',
                })
                .collect();
            assert_eq!(letters, name);
        }
    }

    #[test]
    fn a_size_beyond_64_bits_is_not_invented() {
        let tensor = Tensor {
            name: String::new(),
            data_type: DataType::Fp32,
            order: StorageOrder::NCHW,
            dims: vec![u32::MAX; 4],
            offset: 0,
        };
        assert_eq!(tensor.packed_size(), None);
    }

    #[test]
    fn type_codes_survive_the_way_there_and_back() {
        for code in -2..8 {
            assert_eq!(DataType::from_code(code).code(), code);
        }
    }
}
