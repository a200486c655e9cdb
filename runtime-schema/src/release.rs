//! Releases of the host library: how their structs differ, and which files their wheels contain.
//!
//! In: a version, or the firmware commit in a package. Out: a [`Release`], a row of the one table.
//! Never: reading the bytes of a file; the table only says what they must be.
//!
//! Structs have only gained members, so the layout of an earlier release is the list of members
//! that it lacks; the decoder gives them their defaults. Packages of all these releases are read,
//! and only those of releases for which tests have compared oakc with the real library are written.

mod table;

use std::fmt;

use crate::bootloader::{BootloaderType, Version};
use crate::reflect::{Field, StructShape};
use crate::sbr::LinearChecksum;

use table::RELEASES;

/// A release of the host library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Release {
    /// Version on the package index, such as `2.33.0.0`.
    pub version: &'static str,
    /// Firmware commit, 40 hex digits: it names the files in the wheel, and the library writes it
    /// into the `__fw_version` section, even for custom images.
    pub commit: &'static str,
    /// The members that it lacks, by struct.
    pub absent: &'static [Absent],
    /// The files in its wheel; `None` if oakc reads its packages but cannot write them.
    pub files: Option<&'static Files>,
}

/// The name of a struct, and the members that it lacks.
pub type Absent = (&'static str, &'static [&'static str]);

/// The images in the wheel of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Files {
    /// Version of both bootloader images.
    pub bootloader: Version,
    /// The firmware image that is used without patching.
    pub universal: Pin,
    /// The firmware images made by patching.
    pub patched: &'static [Patched],
    /// Bootloader for USB cameras.
    pub bootloader_usb: Pin,
    /// Bootloader for network cameras.
    pub bootloader_network: Pin,
}

/// Largest firmware image that is read or unpacked, in bytes. The real ones have 28 MB; people may build
/// larger ones.
pub const LARGEST_IMAGE: u64 = 256 << 20;

/// Size and digests of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pin {
    /// Size in bytes.
    pub size: u64,
    /// SHA-256, 64 lower-case hex digits.
    pub sha256: &'static str,
    /// [`LinearChecksum::sum`] of the bytes.
    pub sum: u32,
}

impl Pin {
    /// The checksum, in a form that can be combined with that of the header before the file.
    pub fn checksum(&self) -> LinearChecksum {
        LinearChecksum {
            len: self.size,
            sum: self.sum,
        }
    }
}

/// A firmware image that the release ships as a patch of the universal image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patched {
    /// The image that the patch produces.
    pub variant: Variant,
    /// The bsdiff patch in the wheel.
    pub patch: Pin,
    /// The image after patching.
    pub image: Pin,
}

/// A firmware image, named after the OpenVINO release that its blobs need.
///
/// OpenVINO 2021.4 and 2022.1 run on [`Variant::Universal`]; 2020.3 is not supported by any release
/// listed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Variant {
    /// The image for all current OpenVINO releases.
    Universal,
    /// OpenVINO 2020.4 (deprecated by the library).
    OpenVino2020_4,
    /// OpenVINO 2021.1 (deprecated by the library).
    OpenVino2021_1,
    /// OpenVINO 2021.2 (deprecated by the library).
    OpenVino2021_2,
    /// OpenVINO 2021.3 (deprecated by the library).
    OpenVino2021_3,
}

impl Variant {
    /// The image that blobs of this OpenVINO release run on. Releases without their own image run
    /// on the universal one.
    pub fn for_openvino(release: &str) -> Self {
        let own = |variant: &Self| variant.name() == release;
        Self::ALL.into_iter().find(own).unwrap_or(Self::Universal)
    }

    /// All images, in the order of the OpenVINO releases.
    pub const ALL: [Self; 5] = [
        Self::Universal,
        Self::OpenVino2020_4,
        Self::OpenVino2021_1,
        Self::OpenVino2021_2,
        Self::OpenVino2021_3,
    ];

    /// The OpenVINO release, or `universal`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Universal => "universal",
            Self::OpenVino2020_4 => "2020.4",
            Self::OpenVino2021_1 => "2021.1",
            Self::OpenVino2021_2 => "2021.2",
            Self::OpenVino2021_3 => "2021.3",
        }
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Release {
    /// Whether a struct has this member in this release.
    pub fn has(&self, of: &StructShape, field: &Field) -> bool {
        let mut absent = self.absent.iter();
        !absent.any(|(name, fields)| *name == of.name && fields.contains(&field.name))
    }

    /// The release with its files, if oakc can make packages for it.
    pub fn supported(&'static self) -> Option<Supported> {
        let files = self.files?;
        Some(Supported {
            release: self,
            files,
        })
    }

    /// The variant whose image has this SHA-256, if it is one of this release.
    pub fn variant_of(&self, image_sha256: &str) -> Option<Variant> {
        self.files?.variant_of(image_sha256)
    }
}

impl Files {
    /// The expected image of a variant; `None` if the release has no such image.
    pub fn image(&self, variant: Variant) -> Option<Pin> {
        if variant == Variant::Universal {
            return Some(self.universal);
        }
        self.patched(variant).map(|patched| patched.image)
    }

    /// The patch that produces the image of a variant, if it is made by a patch.
    pub fn patched(&self, variant: Variant) -> Option<Patched> {
        let mut patched = self.patched.iter().copied();
        patched.find(|patched| patched.variant == variant)
    }

    /// The expected bootloader image.
    pub fn bootloader_image(&self, kind: BootloaderType) -> Pin {
        match kind {
            BootloaderType::Usb => self.bootloader_usb,
            BootloaderType::Network => self.bootloader_network,
        }
    }

    fn variant_of(&self, image_sha256: &str) -> Option<Variant> {
        let has = |variant: &Variant| {
            let pin = self.image(*variant);
            pin.is_some_and(|pin| pin.sha256 == image_sha256)
        };
        Variant::ALL.into_iter().find(has)
    }
}

/// A release that oakc makes packages for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Supported {
    release: &'static Release,
    files: &'static Files,
}

impl Supported {
    /// Its row of the table.
    pub fn release(self) -> &'static Release {
        self.release
    }

    /// Its version, such as `2.33.0.0`.
    pub fn version(self) -> &'static str {
        self.release.version
    }

    /// Its firmware commit, 40 hex digits.
    pub fn commit(self) -> &'static str {
        self.release.commit
    }

    /// The files in its wheel.
    pub fn files(self) -> &'static Files {
        self.files
    }
}

/// All known releases, newest first.
pub fn all() -> &'static [Release] {
    RELEASES
}

/// The releases that oakc makes packages for, newest first.
pub fn supported() -> impl Iterator<Item = Supported> {
    RELEASES.iter().filter_map(Release::supported)
}

/// The newest supported release: the default for an application that does not name one.
pub fn latest() -> Supported {
    Supported {
        release: &table::LATEST,
        files: &table::LATEST_FILES,
    }
}

/// The supported release with exactly this version.
pub fn find(version: &str) -> Option<Supported> {
    supported().find(|release| release.version() == version)
}

/// The release whose firmware has this commit.
pub fn of_commit(commit: &str) -> Option<&'static Release> {
    RELEASES.iter().find(|release| release.commit == commit)
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
    fn the_latest_release_is_the_first_of_the_table_and_found_by_its_version() {
        assert_eq!(supported().next(), Some(latest()));
        assert_eq!(find("2.33.0.0"), Some(latest()));
        assert_eq!(find("2.33.0"), None);
        assert_eq!(find("2.32.0.0"), None);
        assert_eq!(of_commit(latest().commit()), Some(latest().release()));
    }

    #[test]
    fn every_row_names_its_commit_and_pins_every_image_with_a_whole_digest() {
        for release in all() {
            assert_eq!(release.commit.len(), 40, "{}", release.version);
        }
        for release in supported() {
            let files = release.files();
            let images = Variant::ALL.map(|variant| files.image(variant).unwrap());
            let bootloaders = BootloaderType::ALL.map(|kind| files.bootloader_image(kind));
            let patches = files.patched.iter().map(|patched| patched.patch);
            for pin in images.into_iter().chain(bootloaders).chain(patches) {
                assert_eq!(pin.sha256.len(), 64, "{}", release.version());
            }
        }
    }

    #[test]
    fn members_that_a_release_lacks_exist_now() {
        let mut known = Vec::new();
        for kind in Kind::ALL {
            structs(&kind.properties, &mut known);
        }
        for release in all() {
            for (name, members) in release.absent {
                let of = known.iter().find(|of| of.name == *name).expect(name);
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
