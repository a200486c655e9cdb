//! Releases before the one that this schema is of: the firmware by which their packages are known,
//! and how the structs in them differ.
//!
//! Structs have only gained members, so an earlier layout is the list of those it lacks; they get
//! their defaults. Facts: the serialised members and the firmware commits in the sources of the
//! releases, held against packages of their real libraries by the tests.

use crate::reflect::{Field, StructShape};

/// An earlier release.
#[derive(Debug)]
pub struct Earlier {
    /// Its version.
    pub version: &'static str,
    /// The commit of its firmware, which its packages name.
    pub commit: &'static str,
    /// The members that it did not have yet, by struct.
    absent: &'static [Absent],
}

/// A struct, and members that it did not have yet.
type Absent = (&'static str, &'static [&'static str]);

/// New in 2.32. (`MessageDemuxProperties` had a placeholder where its processor is now, always 0:
/// `LEON_CSS`, the default.)
const SYNC: Absent = ("SyncProperties", &["processor"]);
/// New in 2.31.
const TRACKER: Absent = (
    "ObjectTrackerProperties",
    &[
        "occlusionRatioThreshold",
        "trackletMaxLifespan",
        "trackletBirthThreshold",
    ],
);
/// New in 2.29.
const CONTROL: Absent = ("RawCameraControl", &["miscControls"]);
/// New in 2.29.
const FILTERS: Absent = ("RawStereoDepthConfig::PostProcessing", &["filteringOrder"]);
/// New in 2.29.
const SPECKLE: Absent = (
    "RawStereoDepthConfig::PostProcessing::SpeckleFilter",
    &["differenceThreshold"],
);

/// The earlier releases whose packages can be read, the newest first.
pub static EARLIER: &[Earlier] = &[
    Earlier {
        version: "2.32.0.0",
        commit: "0f6d2cc12723f414dce437d438d124f340f5789b",
        absent: &[],
    },
    Earlier {
        version: "2.31.0.0",
        commit: "f6083e8ec0afa948497100b39ec967a901ad57c4",
        absent: &[SYNC],
    },
    Earlier {
        version: "2.30.0.0",
        commit: "a62b2ccb0bc493c2fb41694cb81c08887be24c52",
        absent: &[SYNC, TRACKER],
    },
    Earlier {
        version: "2.29.0.0",
        commit: "4d360b5c56225f23e9a3d3a3999ce46c90cfdeaf",
        absent: &[SYNC, TRACKER],
    },
    Earlier {
        version: "2.28.0.0",
        commit: "9ed7c9ae4c232ff93a3500a585a6b1c00650e22c",
        absent: &[SYNC, TRACKER, CONTROL, FILTERS, SPECKLE],
    },
];

/// The release whose firmware has this commit.
pub fn of_commit(commit: &str) -> Option<&'static Earlier> {
    EARLIER.iter().find(|release| release.commit == commit)
}

impl Earlier {
    /// Whether a struct had this member.
    pub fn has(&self, of: &StructShape, field: &Field) -> bool {
        let mut absent = self.absent.iter();
        !absent.any(|(name, fields)| *name == of.name && fields.contains(&field.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nodes::Kind;
    use crate::reflect::Shape;

    fn structs(shape: &Shape, all: &mut Vec<&'static StructShape>) {
        match shape {
            Shape::Struct(of) => {
                all.push(of);
                of.fields
                    .iter()
                    .for_each(|field| structs(&field.shape, all));
            }
            Shape::List(inner) | Shape::Optional(inner) | Shape::Array { element: inner, .. } => {
                structs(inner, all);
            }
            Shape::Map { value, .. } => structs(value, all),
            _ => {}
        }
    }

    #[test]
    fn what_was_absent_is_there_now() {
        let mut all = Vec::new();
        for kind in Kind::ALL {
            structs(&kind.properties, &mut all);
        }
        for release in EARLIER {
            for (name, members) in release.absent {
                let of = all.iter().find(|of| of.name == *name).expect(name);
                for member in *members {
                    assert!(
                        of.fields.iter().any(|field| field.name == *member),
                        "{member}"
                    );
                }
            }
        }
    }
}
