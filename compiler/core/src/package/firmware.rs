//! The firmware of a package: a package that was taken apart in, which firmware it is out.

use oakc_blob::OpenVinoVersion;
use oakc_digest::sha256;
use oakc_runtime_schema::release::{Release, Variant};
use oakc_runtime_schema::sbr::{self, Compression};

use super::inspect::Package;

/// The firmware that was found in a package, as far as oakc knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackagedFirmware {
    /// The commit that the package names.
    pub commit: String,
    /// The release of that commit.
    pub release: Option<&'static Release>,
    /// Which of the release's images it is; none where it is another.
    pub variant: Option<Variant>,
    /// The SHA-256 of the image, or of its stored bytes where they cannot be unpacked.
    pub image_sha256: Option<String>,
    /// How it is stored, and whether the bootloader checks it at every boot.
    pub stored: Option<(Compression, bool)>,
}

impl PackagedFirmware {
    /// Looks at the firmware of a package.
    pub fn of(package: &Package<'_>) -> Self {
        let commit = package.firmware_commit();
        let release = package.release;
        let unpacked = package.firmware.as_deref().ok();
        let image_sha256 = unpacked.or(package.section(sbr::FIRMWARE)).map(sha256);
        let known = release.zip(image_sha256.as_deref());
        let section = package.header().find(sbr::FIRMWARE);
        Self {
            release,
            variant: known.and_then(|(release, image)| release.variant_of(image)),
            stored: section.map(|section| {
                let flags = section.flags;
                (flags.compression(), !flags.ignores_checksum())
            }),
            commit,
            image_sha256,
        }
    }

    /// The OpenVINO release whose models it runs, where it is an image for a single one.
    pub fn openvino(&self) -> Option<OpenVinoVersion> {
        OpenVinoVersion::parse(self.variant?.name()).ok()
    }

    /// The release, unless it is known that the image is another: somebody packaged their own. Every
    /// image counts as one of a release whose images oakc does not know.
    pub fn image_release(&self) -> Option<&'static Release> {
        let release = self.release?;
        (self.variant.is_some() || release.files.is_none()).then_some(release)
    }
}

#[cfg(test)]
mod tests {
    use oakc_runtime_schema::release::{all, latest};

    use super::*;

    #[test]
    fn an_unknown_image_is_of_no_release_whose_images_are_known() {
        let mut found = PackagedFirmware {
            commit: String::new(),
            release: Some(latest().release()),
            variant: Some(Variant::Universal),
            image_sha256: None,
            stored: None,
        };
        assert_eq!(found.image_release(), found.release);
        found.variant = None;
        assert_eq!(found.image_release(), None);
        found.release = all().iter().find(|release| release.files.is_none());
        assert_eq!(found.image_release(), found.release);
    }
}
