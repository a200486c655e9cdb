//! OpenVINO releases as depthai 2.33 knows them: names, blob versions, compatibility, firmware.
//!
//! In: a name, or the version pair in a blob, from which the release is guessed. Out: an
//! [`OpenVinoVersion`]. Never: anything that depends on the machine; all rules are those of `dai::OpenVINO`
//! and of the firmware choice in 2.33.

use std::fmt;
use std::str::FromStr;

/// An OpenVINO release that a blob may have been compiled with, in the library's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OpenVinoVersion {
    /// 2020.3: its firmware is no longer shipped.
    V2020_3,
    /// 2020.4
    V2020_4,
    /// 2021.1
    V2021_1,
    /// 2021.2
    V2021_2,
    /// 2021.3
    V2021_3,
    /// 2021.4
    V2021_4,
    /// 2022.1: also represents every later release.
    V2022_1,
    /// No release in particular: what a pipeline without a network needs.
    Universal,
}

/// Which device firmware a pipeline of some OpenVINO release is packaged with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FirmwareVariant {
    /// The universal image as it is shipped.
    Universal,
    /// The universal image with the bsdiff patch of the release. The library warns that the
    /// release is deprecated.
    Patched,
    /// No image: the library refuses to make a package.
    Unavailable,
}

/// The text is not the name of an OpenVINO release that depthai 2.33 knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown OpenVINO version `{text}`: it is one of 2020.3, 2020.4, 2021.1, 2021.2, 2021.3, 2021.4, 2022.1, universal"
)]
pub struct UnknownVersionName {
    /// What was given.
    pub text: String,
}

impl OpenVinoVersion {
    /// All of them, in the order of the library's enum (whose first value is 0).
    pub const ALL: [Self; 8] = [
        Self::V2020_3,
        Self::V2020_4,
        Self::V2021_1,
        Self::V2021_2,
        Self::V2021_3,
        Self::V2021_4,
        Self::V2022_1,
        Self::Universal,
    ];

    /// What the library calls its default release.
    pub const DEFAULT: Self = Self::V2022_1;

    /// The library's name: `2022.1`, `universal`.
    pub fn name(self) -> &'static str {
        match self {
            Self::V2020_3 => "2020.3",
            Self::V2020_4 => "2020.4",
            Self::V2021_1 => "2021.1",
            Self::V2021_2 => "2021.2",
            Self::V2021_3 => "2021.3",
            Self::V2021_4 => "2021.4",
            Self::V2022_1 => "2022.1",
            Self::Universal => "universal",
        }
    }

    /// Reads a name as people write it: `2022.1`, `2022_1` or `VERSION_2022_1`, in any case.
    ///
    /// # Errors
    /// [`UnknownVersionName`] for everything else, patch levels such as `2021.4.2` included.
    pub fn parse(text: &str) -> Result<Self, UnknownVersionName> {
        let lower = text.trim().to_ascii_lowercase().replace('_', ".");
        let name = lower.strip_prefix("version.").unwrap_or(&lower);
        Self::ALL
            .into_iter()
            .find(|version| version.name() == name)
            .ok_or_else(|| UnknownVersionName {
                text: text.to_owned(),
            })
    }

    /// The release that the library takes a blob to be from, by the version pair in its header.
    ///
    /// It is a guess: releases 2020.4 to 2022.1 and later all may write (6, 0), for which 2022.1 is
    /// assumed. `None` for a pair that the library refuses.
    pub fn from_blob(major: u32, minor: u32) -> Option<Self> {
        match (major, minor) {
            (5, 0) | (2020, 3) => Some(Self::V2020_3),
            (2020, 4) => Some(Self::V2020_4),
            (2021, 1) => Some(Self::V2021_1),
            (2021, 2) => Some(Self::V2021_2),
            (2021, 3) => Some(Self::V2021_3),
            (2021, 4) => Some(Self::V2021_4),
            (6, 0) | (2022, 1) => Some(Self::V2022_1),
            _ => None,
        }
    }

    /// The firmware that a pipeline of this release is packaged with.
    pub fn firmware_variant(self) -> FirmwareVariant {
        match self {
            Self::V2020_3 => FirmwareVariant::Unavailable,
            Self::V2020_4 | Self::V2021_1 | Self::V2021_2 | Self::V2021_3 => {
                FirmwareVariant::Patched
            }
            Self::V2021_4 | Self::V2022_1 | Self::Universal => FirmwareVariant::Universal,
        }
    }

    /// Whether a package can be made for this release.
    pub fn is_packagable(self) -> bool {
        self.firmware_variant() != FirmwareVariant::Unavailable
    }

    /// Whether the library warns that this release is deprecated.
    pub fn is_deprecated(self) -> bool {
        self.firmware_variant() == FirmwareVariant::Patched
    }
}

impl fmt::Display for OpenVinoVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for OpenVinoVersion {
    type Err = UnknownVersionName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// Whether one firmware can run blobs of both releases.
///
/// 2020.3 goes only with itself; all later ones go with each other; universal goes with all.
pub fn are_blob_compatible(a: OpenVinoVersion, b: OpenVinoVersion) -> bool {
    use OpenVinoVersion::{Universal, V2020_3};
    a == Universal || b == Universal || (a == V2020_3) == (b == V2020_3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_release_is_understood() {
        for version in OpenVinoVersion::ALL {
            let underscored = version.name().replace('.', "_");
            assert_eq!(OpenVinoVersion::parse(version.name()), Ok(version));
            assert_eq!(OpenVinoVersion::parse(&underscored), Ok(version));
            assert_eq!(
                format!("VERSION_{}", underscored.to_uppercase()).parse(),
                Ok(version)
            );
        }
    }

    #[test]
    fn a_release_the_library_does_not_know_is_refused_with_the_list() {
        for text in ["", "2021.4.2", "2023.0", "version", "2022", "VERSION_"] {
            let error = OpenVinoVersion::parse(text).expect_err(text);
            assert!(error.to_string().contains("2021.4, 2022.1"), "{error}");
        }
    }

    #[test]
    fn blobs_of_2020_3_are_the_only_ones_that_cannot_be_packaged() {
        let refused: Vec<_> = OpenVinoVersion::ALL
            .into_iter()
            .filter(|version| !version.is_packagable())
            .collect();
        assert_eq!(refused, [OpenVinoVersion::V2020_3]);
    }

    #[test]
    fn four_releases_need_patched_firmware() {
        let patched: Vec<_> = OpenVinoVersion::ALL
            .into_iter()
            .filter(|version| version.is_deprecated())
            .map(OpenVinoVersion::name)
            .collect();
        assert_eq!(patched, ["2020.4", "2021.1", "2021.2", "2021.3"]);
    }
}
