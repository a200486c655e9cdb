//! Message types and which derives from which.
//!
//! Only the host checks them when it links ports; they never reach the device.

/// A message type; the number is the library's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(
    missing_docs,
    reason = "the names are the library's and explain themselves"
)]
pub enum Datatype {
    Buffer = 0,
    ImgFrame = 1,
    EncodedFrame = 2,
    NNData = 3,
    ImageManipConfig = 4,
    CameraControl = 5,
    ImgDetections = 6,
    SpatialImgDetections = 7,
    SystemInformation = 8,
    SpatialLocationCalculatorConfig = 9,
    SpatialLocationCalculatorData = 10,
    EdgeDetectorConfig = 11,
    AprilTagConfig = 12,
    AprilTags = 13,
    Tracklets = 14,
    IMUData = 15,
    StereoDepthConfig = 16,
    FeatureTrackerConfig = 17,
    ImageAlignConfig = 18,
    ToFConfig = 19,
    PointCloudConfig = 20,
    PointCloudData = 21,
    TrackedFeatures = 22,
    MessageGroup = 23,
    ObjectTrackerConfig = 24,
}

impl Datatype {
    /// All message types.
    pub const ALL: [Self; 25] = [
        Self::Buffer,
        Self::ImgFrame,
        Self::EncodedFrame,
        Self::NNData,
        Self::ImageManipConfig,
        Self::CameraControl,
        Self::ImgDetections,
        Self::SpatialImgDetections,
        Self::SystemInformation,
        Self::SpatialLocationCalculatorConfig,
        Self::SpatialLocationCalculatorData,
        Self::EdgeDetectorConfig,
        Self::AprilTagConfig,
        Self::AprilTags,
        Self::Tracklets,
        Self::IMUData,
        Self::StereoDepthConfig,
        Self::FeatureTrackerConfig,
        Self::ImageAlignConfig,
        Self::ToFConfig,
        Self::PointCloudConfig,
        Self::PointCloudData,
        Self::TrackedFeatures,
        Self::MessageGroup,
        Self::ObjectTrackerConfig,
    ];

    /// Its name in the library.
    pub fn name(self) -> String {
        format!("{self:?}")
    }

    /// Whether `self` is below `ancestor`. Everything is below `Buffer`, and
    /// `SpatialImgDetections` is below `ImgDetections`; there is no other relation.
    pub fn derives_from(self, ancestor: Self) -> bool {
        match ancestor {
            Self::Buffer => self != Self::Buffer,
            Self::ImgDetections => self == Self::SpatialImgDetections,
            _ => false,
        }
    }
}
