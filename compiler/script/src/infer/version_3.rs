//! What DepthAI v3 calls classes and methods of messages.
//!
//! In: a name that the camera does not have. Out: whether it is one of v3's, and what it is called on the
//! camera. Never: a guess about another name.

use super::faults::NameHint;
use crate::api::API;

/// Classes of messages that only v3 has.
const CLASSES: &[&str] = &[
    "BenchmarkReport",
    "CalibrationQuality",
    "CoverageData",
    "DynamicCalibrationControl",
    "DynamicCalibrationResult",
    "ImageFiltersConfig",
    "ImgAnnotation",
    "ImgAnnotations",
    "NNArchive",
    "ObjectTrackerConfig",
    "PipelineEvent",
    "PipelineState",
    "RGBDData",
    "ThermalConfig",
    "ToFDepthConfidenceFilterConfig",
    "TransformData",
];

/// Methods of v3: the class, the method, and the one that does it on the camera.
const METHODS: &[(&str, &str, &str)] = &[
    ("ImageManipConfig", "addCrop", "setCropRect"),
    (
        "ImageManipConfig",
        "addCropRotatedRect",
        "setCropRotatedRect",
    ),
    ("ImageManipConfig", "addFlipHorizontal", "setHorizontalFlip"),
    ("ImageManipConfig", "addFlipVertical", "setVerticalFlip"),
    ("ImageManipConfig", "addResize", "setResize"),
    ("ImageManipConfig", "addRotateDeg", "setRotationDegrees"),
    ("ImageManipConfig", "addRotateRad", "setRotationRadians"),
    (
        "ImageManipConfig",
        "addTransformFourPoints",
        "setWarpTransformFourPoints",
    ),
    (
        "ImageManipConfig",
        "addTransformPerspective",
        "setWarpTransformMatrix3x3",
    ),
    ("ImageManipConfig", "setOutputSize", "setResize"),
    ("NNData", "addTensor", "setLayer"),
    ("NNData", "getFirstTensor", "getFirstLayerFp16"),
    ("NNData", "getTensor", "getLayerFp16"),
];

/// If a class is one of v3's: that it is, and what it is called on the camera.
pub(super) fn hint(name: &str) -> Option<NameHint> {
    let older = name.strip_suffix("V2");
    if let Some(older) = older.filter(|older| API.injected(older).is_some()) {
        return Some(NameHint::Version3(Some(older.to_owned())));
    }
    CLASSES.contains(&name).then_some(NameHint::Version3(None))
}

/// What a method of v3 is called on the camera.
pub(super) fn method(class: &str, name: &str) -> Option<&'static str> {
    let mut known = METHODS.iter();
    let known = known.find(|(owner, method, _)| *owner == class && *method == name);
    known.map(|(_, _, here)| *here)
}
