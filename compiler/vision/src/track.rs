//! Objects with a number: detections of each picture in, what is tracked out.
//!
//! An object is found again in the detection of its label that overlaps the place where it is expected by more than [`LEAST`],
//! the best pair first; else in the one nearest to it, if that is within the object's own size. The zero-term methods expect
//! an object where it was; the short-term ones where it would be had it gone on as before. Colours are not looked at, and nothing
//! is tracked in pictures without detections.

use oakc_runtime_schema::messages::Point3f;
use oakc_runtime_schema::nodes::object_tracker::{
    ObjectTrackerProperties, TrackerIdAssignmentPolicy, TrackerType,
};

use crate::detect::Detection;

/// The least overlap, as a part of what both cover.
pub const LEAST: f32 = 0.1;

/// What a detection brings with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sighted {
    /// The detection.
    pub detection: Detection,
    /// Its position in space; 0 where there is none.
    pub coordinates: Point3f,
}

/// What is known of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It has not been seen often enough.
    New,
    /// It was seen now.
    Tracked,
    /// It was not seen now.
    Lost,
    /// It was not seen for too long, and is told for the last time.
    Removed,
}

impl Status {
    /// Its name in the library.
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "NEW",
            Self::Tracked => "TRACKED",
            Self::Lost => "LOST",
            Self::Removed => "REMOVED",
        }
    }
}

/// An object.
#[derive(Clone, Debug, PartialEq)]
pub struct Tracklet {
    /// Its number.
    pub id: u32,
    /// What is known of it.
    pub status: Status,
    /// In how many pictures it has been tracked.
    pub age: u32,
    /// What was seen of it last; its edges are where it is now.
    pub sighted: Sighted,
    /// In how many pictures on end it was seen.
    seen: u32,
    /// In how many on end it was not.
    missed: u32,
    /// How far it went from the last picture to this one.
    speed: (f32, f32),
}

/// The state of an ObjectTracker.
#[derive(Clone, Debug)]
pub struct Tracker {
    properties: ObjectTrackerProperties,
    tracklets: Vec<Tracklet>,
    next: u32,
}

impl Tracker {
    /// A tracker that has seen nothing.
    pub fn new(properties: ObjectTrackerProperties) -> Self {
        Self {
            properties,
            tracklets: Vec::new(),
            next: 0,
        }
    }

    /// Forgets objects; they are told as removed next time.
    pub fn remove(&mut self, ids: &[u32]) {
        for tracklet in &mut self.tracklets {
            if ids.contains(&tracklet.id) {
                tracklet.status = Status::Removed;
            }
        }
    }

    /// What is tracked after the detections of another picture.
    pub fn update(&mut self, sighted: &[Sighted]) -> Vec<Tracklet> {
        let removed = |tracklet: &Tracklet| tracklet.status == Status::Removed;
        let forgotten: Vec<_> = self.tracklets.extract_if(.., |it| removed(it)).collect();
        let wanted: Vec<_> = sighted.iter().filter(|it| self.is_wanted(it)).collect();
        let mut open: Vec<_> = (0..wanted.len()).collect();
        let pairs = self.pairs(&wanted);
        let mut found = vec![None; self.tracklets.len()];
        for (_, tracklet, detection) in pairs {
            let is_free = found.get(tracklet) == Some(&None) && open.contains(&detection);
            if let Some(place) = found.get_mut(tracklet).filter(|_| is_free) {
                *place = Some(detection);
                open.retain(|it| *it != detection);
            }
        }
        let birth = self.properties.tracklet_birth_threshold;
        let lifespan = self.properties.tracklet_max_lifespan.max(1);
        let extrapolates = self.extrapolates();
        for (tracklet, found) in self.tracklets.iter_mut().zip(found) {
            match found.and_then(|index: usize| wanted.get(index)) {
                Some(sighted) => tracklet.see(sighted, birth),
                None => tracklet.miss(lifespan, extrapolates),
            }
        }
        for sighted in open.into_iter().filter_map(|index| wanted.get(index)) {
            self.begin(sighted, birth);
        }
        self.drop_hidden();
        let mut told = forgotten;
        told.extend(self.tracklets.iter().cloned());
        self.tracklets.retain(|it| !removed(it));
        told
    }

    fn is_wanted(&self, sighted: &Sighted) -> bool {
        let labels = &self.properties.detection_labels_to_track;
        let threshold = self.properties.tracker_threshold;
        let detection = &sighted.detection;
        (labels.is_empty() || labels.contains(&detection.label))
            && (threshold <= 0.0 || detection.confidence > threshold)
    }

    const fn extrapolates(&self) -> bool {
        matches!(
            self.properties.tracker_type,
            TrackerType::SHORT_TERM_KCF | TrackerType::SHORT_TERM_IMAGELESS
        )
    }

    /// Which object could be which detection, the most likely first.
    fn pairs(&self, wanted: &[&Sighted]) -> Vec<(f32, usize, usize)> {
        let mut pairs = Vec::new();
        for (index, tracklet) in self.tracklets.iter().enumerate() {
            let expected = tracklet.expected(self.extrapolates());
            for (number, sighted) in wanted.iter().enumerate() {
                let detection = &sighted.detection;
                let own = &tracklet.sighted.detection;
                if self.properties.tracking_per_class && own.label != detection.label {
                    continue;
                }
                let overlap = expected.overlap(detection);
                let likeness = if overlap > LEAST {
                    1.0 + overlap
                } else {
                    1.0 - distance(&expected, detection)
                };
                if likeness > 0.0 {
                    pairs.push((likeness, index, number));
                }
            }
        }
        pairs.sort_by(|one, other| other.0.total_cmp(&one.0));
        pairs
    }

    fn begin(&mut self, sighted: &Sighted, birth: u32) {
        let most = usize::try_from(self.properties.max_objects_to_track).unwrap_or(0);
        if self.tracklets.len() >= most {
            return;
        }
        let id = match self.properties.tracker_id_assignment_policy {
            TrackerIdAssignmentPolicy::UNIQUE_ID => {
                let id = self.next;
                self.next = id.wrapping_add(1);
                id
            }
            TrackerIdAssignmentPolicy::SMALLEST_ID => {
                let is_used = |id: &u32| self.tracklets.iter().any(|it| it.id == *id);
                (0..=u32::MAX).find(|id| !is_used(id)).unwrap_or_default()
            }
        };
        self.tracklets.push(Tracklet {
            id,
            status: if birth <= 1 {
                Status::Tracked
            } else {
                Status::New
            },
            age: 0,
            sighted: sighted.clone(),
            seen: 1,
            missed: 0,
            speed: (0.0, 0.0),
        });
    }

    /// Of objects that hide each other, the one that was found later is removed.
    fn drop_hidden(&mut self) {
        let most = self.properties.occlusion_ratio_threshold;
        for index in 1..self.tracklets.len() {
            let (before, rest) = self.tracklets.split_at_mut(index);
            let Some(tracklet) = rest.first_mut() else {
                break;
            };
            let is_hidden = before.iter().any(|other| {
                let is_other = self.properties.tracking_per_class
                    && other.sighted.detection.label != tracklet.sighted.detection.label;
                let overlap = other.sighted.detection.overlap(&tracklet.sighted.detection);
                !is_other && other.status != Status::Removed && overlap > most
            });
            if is_hidden {
                tracklet.status = Status::Removed;
            }
        }
    }
}

impl Tracklet {
    fn see(&mut self, sighted: &Sighted, birth: u32) {
        let (x, y) = middle(&self.sighted.detection);
        let (new_x, new_y) = middle(&sighted.detection);
        self.speed = (new_x - x, new_y - y);
        self.sighted = sighted.clone();
        self.seen = self.seen.saturating_add(1);
        self.missed = 0;
        self.age = self.age.saturating_add(1);
        if self.status != Status::New || self.seen >= birth {
            self.status = Status::Tracked;
        }
    }

    fn miss(&mut self, lifespan: u32, extrapolates: bool) {
        self.sighted.detection = self.expected(extrapolates);
        self.seen = 0;
        self.missed = self.missed.saturating_add(1);
        self.age = self.age.saturating_add(1);
        // What was never seen often enough was nothing.
        let is_over = self.missed >= lifespan || self.status == Status::New;
        self.status = if is_over {
            Status::Removed
        } else {
            Status::Lost
        };
    }

    /// Where it should be now.
    fn expected(&self, extrapolates: bool) -> Detection {
        let detection = self.sighted.detection;
        if !extrapolates {
            return detection;
        }
        let (x, y) = self.speed;
        let x = x.clamp(-detection.xmin, 1.0 - detection.xmax);
        let y = y.clamp(-detection.ymin, 1.0 - detection.ymax);
        Detection {
            xmin: detection.xmin + x,
            xmax: detection.xmax + x,
            ymin: detection.ymin + y,
            ymax: detection.ymax + y,
            ..detection
        }
    }
}

fn middle(detection: &Detection) -> (f32, f32) {
    (
        f32::midpoint(detection.xmin, detection.xmax),
        f32::midpoint(detection.ymin, detection.ymax),
    )
}

/// How far two are apart, in their diagonals.
fn distance(one: &Detection, other: &Detection) -> f32 {
    let ((x, y), (u, v)) = (middle(one), middle(other));
    let diagonal = (one.xmax - one.xmin).hypot(one.ymax - one.ymin).max(1e-6);
    (x - u).hypot(y - v) / diagonal
}

#[cfg(test)]
mod tests {
    use super::*;

    fn properties(change: impl FnOnce(&mut ObjectTrackerProperties)) -> ObjectTrackerProperties {
        let mut properties = ObjectTrackerProperties::default();
        change(&mut properties);
        properties
    }

    fn at(label: u32, x: f32) -> Sighted {
        Sighted {
            detection: Detection {
                label,
                confidence: 0.8,
                xmin: x,
                ymin: 0.4,
                xmax: x + 0.1,
                ymax: 0.6,
            },
            coordinates: Point3f::default(),
        }
    }

    /// Numbers and what is known, after each picture.
    fn track(
        properties: ObjectTrackerProperties,
        pictures: &[&[Sighted]],
    ) -> Vec<Vec<(u32, Status)>> {
        let mut tracker = Tracker::new(properties);
        let pictures = pictures.iter();
        let told = pictures.map(|sighted| tracker.update(sighted));
        told.map(|told| told.iter().map(|it| (it.id, it.status)).collect())
            .collect()
    }

    #[test]
    fn an_object_is_new_then_tracked_then_lost_then_removed() {
        let properties = properties(|it| {
            it.tracklet_birth_threshold = 2;
            it.tracklet_max_lifespan = 2;
        });
        let walk = [at(1, 0.1)];
        let told = track(properties, &[&walk, &walk, &[], &[], &[]]);
        let expected = [
            vec![(0, Status::New)],
            vec![(0, Status::Tracked)],
            vec![(0, Status::Lost)],
            vec![(0, Status::Removed)],
            vec![],
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn each_keeps_its_number_while_it_moves() {
        let mut tracker = Tracker::new(properties(|_| {}));
        for step in 0..6_u8 {
            let x = f32::from(step) * 0.05;
            let told = tracker.update(&[at(1, 0.6 - x), at(1, 0.1 + x)]);
            let places: Vec<_> = told
                .iter()
                .map(|it| (it.id, it.sighted.detection.xmin))
                .collect();
            assert_eq!(places, [(0, 0.6 - x), (1, 0.1 + x)], "{step}");
        }
    }

    #[test]
    fn numbers_are_new_or_the_smallest_free_one() {
        let run = |policy| {
            let properties = properties(|it| {
                it.tracker_id_assignment_policy = policy;
                it.tracklet_birth_threshold = 1;
                it.tracklet_max_lifespan = 1;
            });
            let told = track(properties, &[&[at(1, 0.1)], &[], &[at(1, 0.7)]]);
            told[2][0].0
        };
        assert_eq!(run(TrackerIdAssignmentPolicy::UNIQUE_ID), 1);
        assert_eq!(run(TrackerIdAssignmentPolicy::SMALLEST_ID), 0);
    }

    #[test]
    fn labels_thresholds_and_the_number_of_objects_are_heeded() {
        let some = [at(1, 0.1), at(2, 0.4), at(3, 0.7)];
        let count = |properties| track(properties, &[&some])[0].len();
        assert_eq!(count(properties(|_| {})), 3);
        assert_eq!(count(properties(|it| it.max_objects_to_track = 2)), 2);
        assert_eq!(
            count(properties(|it| it.detection_labels_to_track = vec![2])),
            1
        );
        assert_eq!(count(properties(|it| it.tracker_threshold = 0.8)), 0);
    }

    #[test]
    fn another_label_is_another_object_unless_told_otherwise() {
        let change: [&[Sighted]; 2] = [&[at(1, 0.1)], &[at(2, 0.1)]];
        let tracked = |per_class| {
            let properties = properties(|it| {
                it.tracking_per_class = per_class;
                it.tracklet_birth_threshold = 1;
            });
            track(properties, &change)[1].clone()
        };
        assert_eq!(tracked(true), [(0, Status::Lost), (1, Status::Tracked)]);
        assert_eq!(tracked(false), [(0, Status::Tracked)]);
    }

    #[test]
    fn of_two_that_hide_each_other_one_is_dropped() {
        let told = track(
            properties(|it| it.tracklet_birth_threshold = 1),
            &[&[at(1, 0.1), at(1, 0.12)]],
        );
        assert_eq!(told[0], [(0, Status::Tracked), (1, Status::Removed)]);
    }
}
