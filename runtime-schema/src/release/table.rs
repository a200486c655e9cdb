//! The table of releases.
//!
//! In: nothing. Out: one row for each release, newest first. Never: a value that was not taken from
//! the real release. Commits and members come from the sources, sizes and digests from the wheels;
//! the tests compare both with what the real libraries write.

use super::{Absent, Files, Patched, Pin, Release, Variant};
use crate::bootloader::Version;

/// The newest supported release.
pub(super) const LATEST: Release = Release {
    version: "2.33.0.0",
    commit: "6632d3a2dbdfbede61251ad5a448a8faa8dc18b9",
    absent: &[],
    files: Some(&LATEST_FILES),
};

/// All releases, newest first.
pub(super) static RELEASES: &[Release] = &[
    LATEST,
    Release {
        version: "2.32.0.0",
        commit: "0f6d2cc12723f414dce437d438d124f340f5789b",
        absent: &[],
        files: None,
    },
    Release {
        version: "2.31.0.0",
        commit: "f6083e8ec0afa948497100b39ec967a901ad57c4",
        absent: &[SYNC],
        files: None,
    },
    Release {
        version: "2.30.0.0",
        commit: "a62b2ccb0bc493c2fb41694cb81c08887be24c52",
        absent: &[SYNC, TRACKER],
        files: None,
    },
    Release {
        version: "2.29.0.0",
        commit: "4d360b5c56225f23e9a3d3a3999ce46c90cfdeaf",
        absent: &[SYNC, TRACKER],
        files: None,
    },
    Release {
        version: "2.28.0.0",
        commit: "9ed7c9ae4c232ff93a3500a585a6b1c00650e22c",
        absent: &[SYNC, TRACKER, CONTROL, FILTERS, SPECKLE],
        files: None,
    },
];

/// New in 2.32. (`MessageDemuxProperties` had a placeholder in place of its processor, always 0:
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

/// Measured on the wheels for Linux (x86-64, Arm), macOS (Arm) and Windows, which contain the same
/// bytes; the images were compared with the `__firmware` sections that the library wrote for each
/// OpenVINO version.
pub(super) const LATEST_FILES: Files = Files {
    bootloader: Version::new(0, 0, 29),
    universal: Pin {
        size: 28_067_832,
        sha256: "f925b96e8f037648074ff0f8416d14faae61353e58f004d66987011a1678b038",
        sum: 0x263e_5bdc,
    },
    patched: &[
        Patched {
            variant: Variant::OpenVino2020_4,
            patch: Pin {
                size: 263_584,
                sha256: "030586e579a61e95d95c228052c9bba6c7bcecbcaf174aeba2fa8612736948ac",
                sum: 0x775a_76b2,
            },
            image: Pin {
                size: 27_809_520,
                sha256: "fe963ecb82ac0c28f06c1bd66d7b3ff1b5da61a7c3070d308965c643913d3092",
                sum: 0x4f49_f639,
            },
        },
        Patched {
            variant: Variant::OpenVino2021_1,
            patch: Pin {
                size: 225_567,
                sha256: "22035e8900534ae2befc4cc3ce8ab2026c96eef597b499cd01d1afd11983fb87",
                sum: 0x2832_b103,
            },
            image: Pin {
                size: 27_989_960,
                sha256: "a56963c27d733eb547f0db745a32a395c98a8fdb76e6f1057410f50da1d95bb1",
                sum: 0x686d_90e1,
            },
        },
        Patched {
            variant: Variant::OpenVino2021_2,
            patch: Pin {
                size: 202_341,
                sha256: "2004af2bf008529f003b917c96979f7e916bc6135f76a7d136e6e639e2977d46",
                sum: 0x1b03_d08e,
            },
            image: Pin {
                size: 28_029_432,
                sha256: "6e946affe1673efec8f9b83cefcbbc766dc7b97944cb8ab053a6aad69602f628",
                sum: 0xe0f1_1cf6,
            },
        },
        Patched {
            variant: Variant::OpenVino2021_3,
            patch: Pin {
                size: 187_556,
                sha256: "ac3aef552dc808ae01f77cb529892219964c335c133363260c5bccb421e072b0",
                sum: 0x040d_ac02,
            },
            image: Pin {
                size: 28_053_536,
                sha256: "c06b80393ec0049fce50d3f62195d3eb955809a2ec8c5477cc255ca79f80c519",
                sum: 0x6250_22ee,
            },
        },
    ],
    bootloader_usb: Pin {
        size: 788_400,
        sha256: "ab0fe29ce16f0deb6d1ffdcfafdd6dbd3e15d70480a5ae3daeed8d2cb6772faf",
        sum: 0xa697_58a3,
    },
    bootloader_network: Pin {
        size: 3_825_968,
        sha256: "c51c3b960e49dc95b5ffaa3e12213bfecfe95620a83bb13bcf5fba50691369fc",
        sum: 0x21a2_1a5b,
    },
};
