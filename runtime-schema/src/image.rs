//! Image formats and how images are resampled, filtered and coloured.

use crate::reflect::Reflect;

/// The pixel format of a frame. A `p` at the end means planar, an `i` interleaved.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "RawImgFrame::Type")]
#[repr(i32)]
pub enum FrameType {
    /// Interleaved YUV, chroma halved horizontally, 8 bits.
    #[default]
    YUV422i = 0,
    /// Planar YUV at full chroma, 8 bits.
    YUV444p = 1,
    /// Planar YUV, chroma halved both ways, 8 bits; what the `isp` output of a camera sends.
    YUV420p = 2,
    /// Planar YUV, chroma halved horizontally, 8 bits.
    YUV422p = 3,
    /// Brightness only, 8 bits.
    YUV400p = 4,
    /// Interleaved red, green, blue, alpha, 8 bits each.
    RGBA8888 = 5,
    /// Planar red, green, blue, 16 bits each.
    RGB161616 = 6,
    /// Planar red, green, blue, 8 bits each.
    RGB888p = 7,
    /// Planar blue, green, red, 8 bits each; what most networks want.
    BGR888p = 8,
    /// Interleaved red, green, blue, 8 bits each.
    RGB888i = 9,
    /// Interleaved blue, green, red, 8 bits each.
    BGR888i = 10,
    /// Indices into a colour table, 1 bit per pixel.
    LUT2 = 11,
    /// Indices into a colour table, 2 bits per pixel.
    LUT4 = 12,
    /// Indices into a colour table, 4 bits per pixel.
    LUT16 = 13,
    /// Sensor values or depth, 16 bits per pixel.
    RAW16 = 14,
    /// Sensor values of 14 bits, each in 16.
    RAW14 = 15,
    /// Sensor values of 12 bits, each in 16.
    RAW12 = 16,
    /// Sensor values of 10 bits, each in 16.
    RAW10 = 17,
    /// Sensor values or brightness, 8 bits per pixel; what a mono camera sends.
    RAW8 = 18,
    /// Sensor values of 10 bits, packed.
    PACK10 = 19,
    /// Sensor values of 12 bits, packed.
    PACK12 = 20,
    /// Interleaved YUV at full chroma, 8 bits.
    YUV444i = 21,
    /// Brightness plane, then interleaved U and V at half size both ways; what encoders want.
    NV12 = 22,
    /// As NV12 with V before U.
    NV21 = 23,
    /// Encoded video or JPEG.
    BITSTREAM = 24,
    /// High dynamic range data of a sensor.
    HDR = 25,
    /// Planar red, green, blue, half-precision floats.
    RGBF16F16F16p = 26,
    /// Planar blue, green, red, half-precision floats.
    BGRF16F16F16p = 27,
    /// Interleaved red, green, blue, half-precision floats.
    RGBF16F16F16i = 28,
    /// Interleaved blue, green, red, half-precision floats.
    BGRF16F16F16i = 29,
    /// Brightness only, 8 bits.
    GRAY8 = 30,
    /// Brightness only, half-precision floats.
    GRAYF16 = 31,
    /// No format; as a setting, the format of the input.
    NONE = 32,
}

/// How values between pixels are interpolated.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i32)]
pub enum Interpolation {
    /// The device chooses.
    AUTO = -1,
    /// Weighted mean of the four nearest pixels.
    #[default]
    BILINEAR = 0,
    /// Computed from sixteen neighbours; sharper and slower.
    #[reflect(alias = "DEFAULT")]
    BICUBIC = 1,
    /// The nearest pixel, unchanged; for labels and depth, where a mean makes no sense.
    #[reflect(alias = "BYPASS", alias = "DEFAULT_DISPARITY_DEPTH")]
    NEAREST_NEIGHBOR = 2,
}

/// Size of a median filter on disparities. The device skips the filter if disparities exceed 1024.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i32)]
pub enum MedianFilter {
    /// No filter.
    #[default]
    MEDIAN_OFF = 0,
    /// 3 x 3 pixels.
    KERNEL_3x3 = 3,
    /// 5 x 5 pixels.
    KERNEL_5x5 = 5,
    /// 7 x 7 pixels.
    KERNEL_7x7 = 7,
}

/// Colours that represent brightness or disparity.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i32)]
pub enum Colormap {
    /// No colours.
    #[default]
    NONE = 0,
    /// Blue through green to red, with even steps in brightness.
    TURBO = 1,
    /// Blue through green to red, the classic map.
    JET = 2,
    /// TURBO, for disparity and depth images.
    STEREO_TURBO = 3,
    /// JET, for disparity and depth images.
    STEREO_JET = 4,
}
