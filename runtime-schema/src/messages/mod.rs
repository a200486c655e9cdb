//! Messages and configuration objects that node properties contain.

mod april_tag_config;
mod camera_control;
mod edge_detector_config;
mod feature_tracker_config;
mod geometry;
mod image_align_config;
mod image_manip_config;
mod point_cloud_config;
mod spatial_location_calculator_config;
mod stereo_depth_config;
mod tensor_info;
mod tof_config;

pub use april_tag_config::{AprilTagConfig, Family, QuadThresholds};
pub use camera_control::{
    AntiBandingMode, AutoFocusMode, AutoWhiteBalanceMode, CameraControl, CaptureIntent,
    ControlMode, EffectMode, ExternalTrigger, FrameSyncMode, ImageRegion, LensRange,
    ManualExposure, ManualExposureParams, MiscControl, RegionParams, SceneMode, StrobeConfig,
    StrobeExternal, StrobeTimings,
};
pub use edge_detector_config::{EdgeDetectorConfig, EdgeDetectorConfigData};
pub use feature_tracker_config::{
    CornerDetector, CornerDetectorType, FeatureMaintainer, FeatureTrackerConfig, MotionEstimator,
    MotionEstimatorType, OpticalFlow, Thresholds,
};
pub use geometry::{Point2f, Point3f, Rect, RotatedRect, Size2f};
pub use image_align_config::ImageAlignConfig;
pub use image_manip_config::{
    CenterCrop, ColorRange, ColorTop, CropConfig, CropRect, FormatConfig, FourPointWarp,
    ImageManipConfig, ResizeConfig, RotatedCrop, SizedThumbnail, Thumbnail,
};
pub use point_cloud_config::PointCloudConfig;
pub use spatial_location_calculator_config::{
    SpatialLocationCalculatorAlgorithm, SpatialLocationCalculatorConfig,
    SpatialLocationCalculatorConfigData, SpatialLocationCalculatorConfigThresholds,
};
pub use stereo_depth_config::{
    AlgorithmControl, BrightnessFilter, CensusTransform, CostAggregation, CostMatching,
    DecimationFilter, DecimationMode, DepthAlign, DepthUnit, DisparityWidth, Filter, KernelSize,
    LinearEquationParameters, PersistencyMode, PostProcessing, SpatialFilter, SpeckleFilter,
    StereoDepthConfig, TemporalFilter, ThresholdFilter,
};
pub use tensor_info::{StorageOrder, TensorDataType, TensorInfo};
pub use tof_config::ToFConfig;
