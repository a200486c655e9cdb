//! ObjectTracker: detections in, objects with a number out.

use oakc_runtime_schema::datatype::Datatype;
use oakc_runtime_schema::messages::Point3f;
use oakc_runtime_schema::nodes::object_tracker::ObjectTrackerProperties;
use oakc_vision::detect::Detection;
use oakc_vision::track::{Sighted, Tracker, Tracklet};
use serde_json::{Value as Json, json};

use super::detection_parser::said;
use super::picture::after;
use super::spatial::point;
use super::{Compute, Made, Taken};
use crate::message::Content;
use crate::program::ProgramNode;

#[derive(Debug)]
pub(super) struct ObjectTracker(Tracker);

impl ObjectTracker {
    pub(super) fn new(node: &ProgramNode) -> Option<Self> {
        let properties: ObjectTrackerProperties = node.properties.typed()?;
        Some(Self(Tracker::new(properties)))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the library has single precision"
)]
fn number(of: &Json, name: &str) -> f32 {
    of.get(name).and_then(Json::as_f64).unwrap_or(0.0) as f32
}

/// The detections of ImgDetections or SpatialImgDetections.
fn sighted(content: &Content) -> Vec<Sighted> {
    let detections = content.fields.get("detections").and_then(Json::as_array);
    let detections = detections.into_iter().flatten().map(|it| {
        let label = it.get("label").and_then(Json::as_u64);
        let coordinates = it.get("spatialCoordinates").unwrap_or(&Json::Null);
        Sighted {
            detection: Detection {
                label: label
                    .and_then(|label| u32::try_from(label).ok())
                    .unwrap_or(0),
                confidence: number(it, "confidence"),
                xmin: number(it, "xmin"),
                ymin: number(it, "ymin"),
                xmax: number(it, "xmax"),
                ymax: number(it, "ymax"),
            },
            coordinates: Point3f {
                x: number(coordinates, "x"),
                y: number(coordinates, "y"),
                z: number(coordinates, "z"),
            },
        }
    });
    detections.collect()
}

fn tracklet(tracklet: &Tracklet) -> Json {
    let detection = &tracklet.sighted.detection;
    json!({
        "roi": {
            "x": detection.xmin,
            "y": detection.ymin,
            "width": detection.xmax - detection.xmin,
            "height": detection.ymax - detection.ymin,
        },
        "id": tracklet.id,
        "label": detection.label,
        "age": tracklet.age,
        "status": tracklet.status.name(),
        "srcImgDetection": said(detection),
        "spatialCoordinates": point(&tracklet.sighted.coordinates),
    })
}

impl Compute for ObjectTracker {
    fn outputs(&self) -> &'static [&'static str] {
        &["out"]
    }

    fn reads(&self) -> &'static [&'static str] {
        &["inputDetections"]
    }

    fn compute(&mut self, taken: &Taken<'_>) -> Made {
        if let Some(config) = taken.get("inputConfig") {
            let ids = config.content.fields.get("trackletIdsToRemove");
            let ids = ids.and_then(Json::as_array).into_iter().flatten();
            let ids = ids.filter_map(|id| u32::try_from(id.as_u64()?).ok());
            self.0.remove(&ids.collect::<Vec<_>>());
        }
        let Some(detections) = taken.get("inputDetections") else {
            return Made::default();
        };
        let told = self.0.update(&sighted(&detections.content));
        let mut content = Content::new(Datatype::Tracklets);
        let told: Vec<_> = told.iter().map(tracklet).collect();
        content.fields.insert("tracklets".to_owned(), told.into());
        let frame = taken.get("inputTrackerFrame").unwrap_or(detections);
        Made::message("out", after(content, frame))
    }
}
