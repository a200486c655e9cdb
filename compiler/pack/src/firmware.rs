//! Firmware images: what goes into packages, and what is found in them.

use std::io::Write;

use oakc_core::package::inspect;
use oakc_digest::sha256;
use oakc_firmware::{CompressedFirmware, FirmwareImage};
use oakc_runtime_schema::release::{Release, Variant};
use oakc_runtime_schema::sbr::{self, Compression, LinearChecksum};

/// What can fill the firmware section of a package. `preboot` is what stands before the image.
pub trait Firmware: Sync {
    /// The commit that the image was built from, as packages name it.
    fn commit(&self) -> &str;

    /// How the section is stored.
    fn compression(&self) -> Compression;

    /// Size and checksum of what [`Firmware::write_to`] writes.
    fn checksum(&self, preboot: &[u8]) -> LinearChecksum;

    /// Writes the section.
    ///
    /// # Errors
    /// Where the image cannot be read, or the output takes no more.
    fn write_to(&self, to: &mut dyn Write, preboot: &[u8]) -> oakc_firmware::Result<()>;
}

/// A firmware image on disk, in the form in which it is packaged.
#[derive(Debug)]
pub struct StoredFirmware {
    /// The image.
    pub image: FirmwareImage,
    /// The same compressed, where packages hold it that way.
    pub compressed: Option<CompressedFirmware>,
}

impl Firmware for StoredFirmware {
    fn commit(&self) -> &str {
        self.image.commit()
    }

    fn compression(&self) -> Compression {
        match self.compressed {
            Some(_) => Compression::Zlib,
            None => Compression::None,
        }
    }

    fn checksum(&self, preboot: &[u8]) -> LinearChecksum {
        match &self.compressed {
            Some(compressed) => compressed.zlib_stream(preboot).checksum(),
            None => LinearChecksum::of(preboot).concat(self.image.checksum()),
        }
    }

    fn write_to(&self, to: &mut dyn Write, preboot: &[u8]) -> oakc_firmware::Result<()> {
        if let Some(compressed) = &self.compressed {
            return compressed.zlib_stream(preboot).write_to(to);
        }
        to.write_all(preboot)
            .map_err(oakc_firmware::Error::Output)?;
        self.image.write_to(to)
    }
}

/// Any bytes in the place of a firmware image.
#[derive(Clone, Copy, Debug)]
pub struct MemoryFirmware<'a> {
    /// The image.
    pub image: &'a [u8],
    /// What the package says that it was built from.
    pub commit: &'a str,
}

impl Firmware for MemoryFirmware<'_> {
    fn commit(&self) -> &str {
        self.commit
    }

    fn compression(&self) -> Compression {
        Compression::None
    }

    fn checksum(&self, preboot: &[u8]) -> LinearChecksum {
        LinearChecksum::of(preboot).concat(LinearChecksum::of(self.image))
    }

    fn write_to(&self, to: &mut dyn Write, preboot: &[u8]) -> oakc_firmware::Result<()> {
        let written = to
            .write_all(preboot)
            .and_then(|()| to.write_all(self.image));
        written.map_err(oakc_firmware::Error::Output)
    }
}

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
    pub fn of(package: &inspect::Package<'_>) -> Self {
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
