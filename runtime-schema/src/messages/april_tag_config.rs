//! Configuration of the `AprilTag` node: which tags it looks for and with how much effort.

use crate::reflect::Reflect;

/// What the detector looks for. It runs on the device's processor, so each improvement in detection
/// lowers the frame rate.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawAprilTagConfig")]
pub struct AprilTagConfig {
    /// The set of tags that are recognised; tags of other families are ignored.
    pub family: Family,
    /// Factor by which the frame is reduced before the search for squares. Larger is faster, but
    /// misses small tags and locates corners less exactly; the code itself is always read at full
    /// size.
    #[reflect(default = 4)]
    pub quad_decimate: i32,
    /// Standard deviation in pixels of a blur before the search; 0 means no blur. About 0.8 helps
    /// with very noisy frames.
    pub quad_sigma: f32,
    /// Move the edges of a square to strong gradients nearby: cheap, and it compensates for much of
    /// what `quad_decimate` loses. Has no effect if that is 1.
    #[reflect(default = true)]
    pub refine_edges: bool,
    /// How much the code is sharpened before it is read. More helps with small tags, but can make
    /// things worse in poor light.
    #[reflect(default = 0.25)]
    pub decode_sharpening: f32,
    /// How many wrong bits are corrected, 0 to 3. Each additional one leads to many more false
    /// tags; 3 also needs a lot of memory.
    #[reflect(default = 1)]
    pub max_hamming_distance: i32,
    /// Which groups of pixels count as a square.
    pub quad_thresholds: QuadThresholds,
}

/// A family of tags: bits per tag, then the minimum distance in bits between two tags.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[reflect(name = "RawAprilTagConfig::Family")]
#[repr(i32)]
pub enum Family {
    /// 36 bits, distance 11: 587 tags, the usual choice.
    #[default]
    TAG_36H11 = 0,
    /// 36 bits, distance 10: more tags than 36h11 and slightly more false detections.
    TAG_36H10 = 1,
    /// 25 bits, distance 9: 35 tags that can be seen from farther away.
    TAG_25H9 = 2,
    /// 16 bits, distance 5: 30 tags that can be seen from farthest away, but with frequent false
    /// detections.
    TAG_16H5 = 3,
    /// Round tags with 21 bits, distance 7.
    TAG_CIR21H7 = 4,
    /// 41 bits, some of them outside the border, distance 12: compact for the number of bits.
    TAG_STAND41H12 = 5,
}

/// When a group of pixels is accepted as the square around a tag.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "RawAprilTagConfig::QuadThresholds")]
pub struct QuadThresholds {
    /// Minimum number of pixels in a group.
    #[reflect(default = 5)]
    pub min_cluster_pixels: i32,
    /// Maximum number of corner candidates that are tried per group.
    #[reflect(default = 10)]
    pub max_nmaxima: i32,
    /// Degrees: squares with an angle closer than this to 0 or 180 are dropped. 0 keeps all.
    #[reflect(default = 10.0)]
    pub critical_degree: f32,
    /// Maximum mean squared error, in square pixels, of a line fitted to an edge.
    #[reflect(default = 10.0)]
    pub max_line_fit_mse: f32,
    /// How much brighter white must be than black, in pixel values from 0 to 255.
    #[reflect(default = 5)]
    pub min_white_black_diff: i32,
    /// Remove single stray pixels after thresholding; only useful for very noisy frames.
    pub deglitch: bool,
}
