//! What oakc knows about published releases: one table, newest supported release first.
//!
//! Goes in: nothing. Comes out: for each release the digests of everything that is taken from its
//! wheel. Never: a value that was not measured on the real wheel and, for the images, compared
//! with what the host library of that release writes into a package.

use std::fmt;

use crate::checksum::LinearChecksum;

/// Size and digests of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pin {
    /// Size in bytes.
    pub size: u64,
    /// SHA-256, 64 lower-case hex digits.
    pub sha256: &'static str,
    /// The sum of [`LinearChecksum`] over the bytes: the SBR checksum started from 0.
    pub sum: u32,
}

impl Pin {
    /// The checksum a packager can join with that of the header before the file.
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
    /// Which image the patch makes.
    pub variant: Variant,
    /// The bsdiff patch as it lies in the wheel.
    pub patch: Pin,
    /// The image after patching.
    pub image: Pin,
}

/// One release of the host library and the files in its wheel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Release {
    /// Version on the package index, such as `2.33.0.0`.
    pub version: &'static str,
    /// Firmware commit, 40 hex digits: names the files in the wheel and is what the library
    /// writes into the `__fw_version` section, also for custom images.
    pub commit: &'static str,
    /// Version of both bootloader images.
    pub bootloader_version: &'static str,
    /// The image that is used as it is.
    pub universal: Pin,
    /// The images made by patching.
    pub patched: &'static [Patched],
    /// Bootloader for USB cameras.
    pub bootloader_usb: Pin,
    /// Bootloader for network cameras.
    pub bootloader_network: Pin,
}

/// A firmware image, named by the OpenVINO release its blobs need.
///
/// OpenVINO 2021.4 and 2022.1 run on [`Variant::Universal`]; 2020.3 is not offered by any release
/// listed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Variant {
    /// The image for everything current.
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
    /// The image that blobs of this OpenVINO release run on. Releases without an image of their own
    /// run on the universal one.
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

    /// Name of the image in the cache.
    pub(crate) fn image_file(self) -> String {
        match self {
            Self::Universal => "universal.cmd".to_owned(),
            other => format!("openvino-{}.cmd", other.name()),
        }
    }

    /// Name of the patch in the cache; the universal image has none and never asks for it.
    pub(crate) fn patch_file(self) -> String {
        format!("openvino-{}.patch", self.name())
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Which bootloader image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bootloader {
    /// For cameras that boot over USB.
    Usb,
    /// For cameras on a network (PoE).
    Network,
}

impl Bootloader {
    /// Both images.
    pub const ALL: [Self; 2] = [Self::Usb, Self::Network];

    /// Name of the image in the cache.
    pub(crate) fn file(self) -> &'static str {
        match self {
            Self::Usb => "bootloader-usb.cmd",
            Self::Network => "bootloader-eth.cmd",
        }
    }

    /// Name of the image inside the wheel's archive.
    fn member(self) -> &'static str {
        match self {
            Self::Usb => "depthai-bootloader-usb.cmd",
            Self::Network => "depthai-bootloader-eth.cmd",
        }
    }
}

/// One file to take out of a wheel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Name inside the archive.
    pub(crate) member: String,
    /// Name in the cache.
    pub(crate) file: String,
    /// What the bytes must be.
    pub(crate) pin: Pin,
}

impl Release {
    /// What the image of a variant must be; `None` where the release has no such image.
    pub fn image(&self, variant: Variant) -> Option<Pin> {
        if variant == Variant::Universal {
            return Some(self.universal);
        }
        self.patched(variant).map(|patched| patched.image)
    }

    /// What a bootloader image must be.
    pub fn bootloader(&self, kind: Bootloader) -> Pin {
        match kind {
            Bootloader::Usb => self.bootloader_usb,
            Bootloader::Network => self.bootloader_network,
        }
    }

    /// The variant whose image has this SHA-256.
    pub fn variant_of(&self, image_sha256: &str) -> Option<Variant> {
        let has = |variant: &Variant| {
            self.image(*variant)
                .is_some_and(|pin| pin.sha256 == image_sha256)
        };
        Variant::ALL.into_iter().find(has)
    }

    pub(crate) fn patched(&self, variant: Variant) -> Option<Patched> {
        self.patched
            .iter()
            .copied()
            .find(|patched| patched.variant == variant)
    }

    pub(crate) fn universal_member(&self) -> String {
        format!("{UNIVERSAL_PREFIX}{}.cmd", self.commit)
    }

    /// Everything an installation takes from a wheel, the universal image first.
    pub(crate) fn wanted(&self) -> Vec<Wanted> {
        let mut wanted = vec![Wanted {
            member: self.universal_member(),
            file: Variant::Universal.image_file(),
            pin: self.universal,
        }];
        wanted.extend(self.patched.iter().map(|patched| Wanted {
            member: format!(
                "depthai-device-openvino-{}-{}.patch",
                patched.variant, self.commit
            ),
            file: patched.variant.patch_file(),
            pin: patched.patch,
        }));
        wanted.extend(Bootloader::ALL.map(|kind| Wanted {
            member: kind.member().to_owned(),
            file: kind.file().to_owned(),
            pin: self.bootloader(kind),
        }));
        wanted
    }
}

/// How the name of a universal image begins in any release's archive; the commit follows.
pub(crate) const UNIVERSAL_PREFIX: &str = "depthai-device-openvino-universal-";

/// All releases oakc supports, newest first.
pub fn releases() -> &'static [Release] {
    RELEASES
}

/// The newest supported release: what an application gets that names none.
pub fn latest() -> &'static Release {
    &V2_33_0_0
}

/// The release of that exact version, if oakc supports it.
pub fn find(version: &str) -> Option<&'static Release> {
    RELEASES.iter().find(|release| release.version == version)
}

/// The release that this firmware commit belongs to, if oakc knows it.
pub fn of_commit(commit: &str) -> Option<&'static Release> {
    RELEASES.iter().find(|release| release.commit == commit)
}

static RELEASES: &[Release] = &[V2_33_0_0];

/// Measured on the wheels for Linux (x86-64, Arm), macOS (Arm) and Windows, which hold the same
/// bytes; the images compared with the `__firmware` sections that the library wrote for each
/// OpenVINO version.
const V2_33_0_0: Release = Release {
    version: "2.33.0.0",
    commit: "6632d3a2dbdfbede61251ad5a448a8faa8dc18b9",
    bootloader_version: "0.0.29",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_release_is_the_first_of_the_list_and_found_by_its_version() {
        assert_eq!(releases().first(), Some(latest()));
        assert_eq!(find("2.33.0.0"), Some(latest()));
        assert_eq!(find("2.33.0"), None);
    }

    #[test]
    fn every_release_pins_every_image_with_a_whole_digest() {
        for release in releases() {
            assert_eq!(release.commit.len(), 40, "{}", release.version);
            for variant in Variant::ALL {
                assert!(
                    release.image(variant).is_some(),
                    "{} {variant}",
                    release.version
                );
            }
            for wanted in release.wanted() {
                assert_eq!(wanted.pin.sha256.len(), 64, "{}", wanted.member);
            }
        }
    }
}
