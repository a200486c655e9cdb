//! `ObjectTracker`: frames and detections in, objects with a persistent ID out.

use crate::datatype::Datatype;
use crate::node::{Accepts, Input, ModelRole, NodeKind, Output, Processors, Role, Share, Start};
use crate::reflect::{Reflect, Setter, Value, With};

/// Properties of `ObjectTracker`.
#[derive(Reflect, Clone, Debug, PartialEq)]
pub struct ObjectTrackerProperties {
    /// Only detections above this confidence are tracked, 0 to 1; 0 tracks all detections.
    pub tracker_threshold: f32,
    /// Maximum number of objects tracked at once: up to 60 with `SHORT_TERM_KCF`, otherwise up to
    /// 1000.
    #[reflect(default = 60)]
    pub max_objects_to_track: i32,
    /// The labels that are tracked; empty for all.
    pub detection_labels_to_track: Vec<u32>,
    /// The method of tracking.
    #[reflect(default = TrackerType::ZERO_TERM_IMAGELESS)]
    pub tracker_type: TrackerType,
    /// The ID that a new object gets.
    pub tracker_id_assignment_policy: TrackerIdAssignmentPolicy,
    /// Whether an object keeps its label: a detection with another label is then another object.
    #[reflect(default = true)]
    pub tracking_per_class: bool,
    /// Of objects that overlap by more than this fraction (0 to 1), one is dropped.
    #[reflect(default = 0.4)]
    pub occlusion_ratio_threshold: f32,
    /// Frames after which a lost object is dropped, at least 1.
    #[reflect(default = 120)]
    pub tracklet_max_lifespan: u32,
    /// Consecutive frames in which an object must be seen before it is tracked, at least 1.
    #[reflect(default = 3)]
    pub tracklet_birth_threshold: u32,
}

/// A method of tracking.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i32)]
pub enum TrackerType {
    /// Correlation filter on the image: tracks an object between detections, on a SHAVE.
    #[default]
    SHORT_TERM_KCF = 1,
    /// Extrapolates positions between detections, without looking at the image.
    SHORT_TERM_IMAGELESS = 3,
    /// Associates detections by position, without looking at the image.
    ZERO_TERM_IMAGELESS = 5,
    /// Associates detections by position and colours.
    ZERO_TERM_COLOR_HISTOGRAM = 6,
}

/// The ID that a new object gets.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i32)]
pub enum TrackerIdAssignmentPolicy {
    /// An ID that has not been used before.
    #[default]
    UNIQUE_ID = 0,
    /// The smallest free ID.
    SMALLEST_ID = 1,
}

const PROCESSORS: Processors = Processors {
    shaves: Share::Set(correlates, "correlation filter"),
    slices: Share::Each(1, "tracking"),
};

/// One tracker only follows objects by what they look like.
fn correlates(properties: &Value) -> Option<u64> {
    let tracker = ObjectTrackerProperties::from_value(properties).ok()?;
    let correlates = tracker.tracker_type == TrackerType::SHORT_TERM_KCF;
    Some(u64::from(correlates))
}

/// The node kind `ObjectTracker`.
pub static KIND: NodeKind = NodeKind {
    schema_name: "ObjectTracker",
    doc: "Tracks detected objects from frame to frame and gives each an ID.",
    role: Role::Transform,
    model: ModelRole::None,
    processors: PROCESSORS,
    start: Start::ALWAYS,
    properties: ObjectTrackerProperties::SHAPE,
    default_properties: || ObjectTrackerProperties::default().to_value(),
    setters: SETTERS,
    inputs: &[
        Input::dropping(
            "inputConfig",
            4,
            &[Accepts::exactly(Datatype::ObjectTrackerConfig)],
        ),
        Input::dropping(
            "inputDetectionFrame",
            4,
            &[Accepts::exactly(Datatype::ImgFrame)],
        )
        .waiting(),
        Input::dropping(
            "inputDetections",
            4,
            &[Accepts::family(Datatype::ImgDetections)],
        )
        .waiting(),
        Input::dropping(
            "inputTrackerFrame",
            4,
            &[Accepts::exactly(Datatype::ImgFrame)],
        )
        .waiting(),
    ],
    outputs: &[
        Output::new("out", &[Accepts::exactly(Datatype::Tracklets)]),
        Output::new(
            "passthroughDetectionFrame",
            &[Accepts::exactly(Datatype::ImgFrame)],
        ),
        Output::new(
            "passthroughDetections",
            &[Accepts::family(Datatype::ImgDetections)],
        ),
        Output::new(
            "passthroughTrackerFrame",
            &[Accepts::exactly(Datatype::ImgFrame)],
        ),
    ],
    input_map: None,
    output_map: None,
};

static SETTERS: &[Setter] = &[
    Setter {
        key: "occlusion_ratio_threshold",
        methods: &["setOcclusionRatioThreshold"],
        doc: "Of objects that overlap by more than this fraction (0 to 1), one is dropped.",
        apply: &With(|tracker: &mut ObjectTrackerProperties, ratio: f32, _| {
            if !(0.0..=1.0).contains(&ratio) {
                return Err(format!("the ratio must be between 0 and 1, not {ratio}"));
            }
            tracker.occlusion_ratio_threshold = ratio;
            Ok(())
        }),
    },
    Setter {
        key: "tracklet_max_lifespan",
        methods: &["setTrackletMaxLifespan"],
        doc: "Frames after which a lost object is dropped, at least 1.",
        apply: &With(|tracker: &mut ObjectTrackerProperties, frames: u32, _| {
            if frames < 1 {
                return Err("the lifespan must be at least 1 frame".to_owned());
            }
            tracker.tracklet_max_lifespan = frames;
            Ok(())
        }),
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reflect::{Effects, Value};

    fn set(key: &str, argument: &Value) -> Result<Value, String> {
        let mut tracker = ObjectTrackerProperties::default().to_value();
        let setter = KIND.setter(key).expect(key);
        setter
            .apply
            .apply(&mut tracker, argument, &mut Effects::default())
            .map(|()| tracker)
    }

    #[test]
    fn an_occlusion_ratio_is_between_0_and_1() {
        for refused in [-0.1, 1.1, f64::NAN] {
            let outcome = set("occlusion_ratio_threshold", &Value::Float(refused));
            assert!(outcome.is_err(), "{refused}");
        }
        for taken in [0.0, 1.0] {
            let outcome = set("occlusion_ratio_threshold", &Value::Float(taken));
            assert!(outcome.is_ok(), "{taken}");
        }
    }

    #[test]
    fn a_lost_object_lives_for_at_least_one_frame() {
        assert!(set("tracklet_max_lifespan", &0_u32.to_value()).is_err());
        assert!(set("tracklet_max_lifespan", &1_u32.to_value()).is_ok());
    }
}
