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

    /// The tensor as an image; `None` where its storage order does not name width, height and channels.
    ///
    /// A network that was trained on interleaved images (NHWC) and compiled without being told so has
    /// its sizes in the right order, but under the letters of a planar image: `1x144x256x3` becomes
    /// `[3, 256, 144, 1]` (W, H, C, N). That is how OpenVINO 2021.4 compiles such a network, and the
    /// host library repeats it. Read by the letters it would be an image 3 pixels wide, with 144
    /// channels; its bytes are those of an interleaved image of 256x144.
    pub fn image(&self) -> Option<ImageTensor> {
        let (width, height) = (self.extent(Axis::Width)?, self.extent(Axis::Height)?);
        let channels = self.extent(Axis::Channels)?;
        let image = |width, height, channels, layout| ImageTensor {
            width,
            height,
            channels,
            layout,
        };
        Some(match self.order {
            StorageOrder::NCHW | StorageOrder::CHW if is_unlabelled(width, height, channels) => {
                image(height, channels, width, Layout::UnlabelledInterleaved)
            }
            StorageOrder::NCHW | StorageOrder::CHW => {
                image(width, height, channels, Layout::Planar)
            }
            StorageOrder::NHWC | StorageOrder::HWC => {
                image(width, height, channels, Layout::Interleaved)
            }
            _ => image(width, height, channels, Layout::Other),
        })
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

/// Whether the sizes under the letters of a planar image are those of an interleaved one: one or three
/// values per pixel, and more of everything else than an image has channels.
fn is_unlabelled(width: u32, height: u32, channels: u32) -> bool {
    const MOST_CHANNELS: u32 = 4;
    matches!(width, 1 | 3) && height > MOST_CHANNELS && channels > MOST_CHANNELS
}

/// What a tensor is as an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageTensor {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Values per pixel.
    pub channels: u32,
    /// Where the values of a pixel lie.
    pub layout: Layout,
}

/// Where the values of one pixel of an image lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// One plane for each channel.
    Planar,
    /// Side by side.
    Interleaved,
    /// Side by side, in a tensor whose storage order says that it is planar: the device reads another
    /// size from it.
    UnlabelledInterleaved,
    /// Any other order.
    Other,
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

    /// `[dims]` in `order` as an image: width, height, channels, layout.
    fn image(order: StorageOrder, dims: &[u32]) -> Option<(u32, u32, u32, Layout)> {
        let tensor = Tensor {
            name: "data".into(),
            data_type: DataType::U8f,
            order,
            dims: dims.to_vec(),
            offset: 0,
        };
        let image = tensor.image()?;
        Some((image.width, image.height, image.channels, image.layout))
    }

    #[test]
    fn an_image_has_its_size_in_every_layout_that_a_compiler_writes() {
        // Dimensions and orders as OpenVINO 2021.4 wrote them for these networks of 256x144.
        let planar = image(StorageOrder::NCHW, &[256, 144, 3, 1]);
        assert_eq!(planar, Some((256, 144, 3, Layout::Planar)));
        let interleaved = image(StorageOrder::NHWC, &[3, 256, 144, 1]);
        assert_eq!(interleaved, Some((256, 144, 3, Layout::Interleaved)));
        let unlabelled = Some((256, 144, 3, Layout::UnlabelledInterleaved));
        assert_eq!(image(StorageOrder::NCHW, &[3, 256, 144, 1]), unlabelled);
        assert_eq!(image(StorageOrder::CHW, &[3, 256, 144]), unlabelled);
        let grey = image(StorageOrder::NCHW, &[1, 256, 144, 1]);
        assert_eq!(grey, Some((256, 144, 1, Layout::UnlabelledInterleaved)));
    }

    #[test]
    fn narrow_planar_images_and_vectors_are_left_as_they_are_labelled() {
        let planar = |width, height, channels| Some((width, height, channels, Layout::Planar));
        for (width, height, channels) in [(3, 3, 3), (3, 256, 1), (1, 1, 1000), (2, 640, 640)] {
            let dims = [width, height, channels, 1];
            assert_eq!(
                image(StorageOrder::NCHW, &dims),
                planar(width, height, channels)
            );
        }
        assert_eq!(image(StorageOrder::NC, &[1000, 1]), None);
        assert_eq!(
            image(StorageOrder::NHCW, &[256, 3, 144, 1]),
            Some((256, 144, 3, Layout::Other))
        );
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
