//! Firmware and bootloader images, as they are packaged and flashed.
//!
//! In: an image of the cache, or a file of the user. Out: [`FirmwareImage`], whose size and digests
//! are known before a byte of it is read, and [`BootloaderImage`]. Never: a look inside an image; a
//! custom one is taken as it is, as the host library does.

use std::fs;
use std::io::Write;
use std::path::Path;

use oakc_digest::sha256;
use oakc_runtime_schema::bootloader::{BootloaderType, Version};
use oakc_runtime_schema::release::{LARGEST_IMAGE, Pin, Supported, Variant};
use oakc_runtime_schema::sbr::LinearChecksum;

use crate::content::Content;
use crate::error::{Error, Result, Unusable};
use crate::proof::Proof;

/// A firmware image (`.cmd`), without the preboot header that a package puts before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirmwareImage {
    release: Supported,
    variant: Option<Variant>,
    content: Content,
    sha256: String,
}

impl FirmwareImage {
    /// An image of the cache. Its size is checked now, its bytes when they are read.
    pub(crate) fn cached(
        release: Supported,
        variant: Variant,
        path: &Path,
        pin: Pin,
    ) -> Result<Self> {
        let path = path.to_owned();
        let content = match variant {
            Variant::Universal => Content::cached(path, pin)?,
            _ => Content::made(path, pin)?,
        };
        Ok(Self::of_release(release, variant, content, pin))
    }

    /// An image that the cache could not take; `path` is where it would be.
    pub(crate) fn in_memory(
        release: Supported,
        variant: Variant,
        path: &Path,
        pin: Pin,
        bytes: Vec<u8>,
    ) -> Self {
        let proof = Proof::Digest(pin.sha256.to_owned());
        let content = Content::in_memory(path.to_owned(), bytes, proof);
        Self::of_release(release, variant, content, pin)
    }

    fn of_release(release: Supported, variant: Variant, content: Content, pin: Pin) -> Self {
        Self {
            release,
            variant: Some(variant),
            content,
            sha256: pin.sha256.to_owned(),
        }
    }

    /// A file of the user, read here once for its digests. The package will still name the firmware
    /// commit of `release`: the host library always writes that of its own, whatever it packages.
    pub fn custom(path: &Path, release: Supported) -> Result<Self> {
        let size = fs::metadata(path).map_err(Error::read(path))?.len();
        if size > LARGEST_IMAGE {
            return Err(Error::Unusable {
                path: path.to_owned(),
                reason: Unusable::TooLarge { size },
            });
        }
        let bytes = fs::read(path).map_err(Error::read(path))?;
        if bytes.is_empty() {
            return Err(Error::Unusable {
                path: path.to_owned(),
                reason: Unusable::Empty,
            });
        }
        let (sha256, checksum) = (sha256(&bytes), LinearChecksum::of(&bytes));
        Ok(Self {
            release,
            variant: None,
            content: Content::of_user(path.to_owned(), checksum, sha256.clone()),
            sha256,
        })
    }

    /// Version of the release that it belongs to; for a custom image, of the one it is packaged as.
    pub fn release_version(&self) -> &'static str {
        self.release.version()
    }

    /// What goes into the `__fw_version` section: 40 hex digits.
    pub fn commit(&self) -> &'static str {
        self.release.commit()
    }

    /// Which image of the release; `None` for a custom one.
    pub fn variant(&self) -> Option<Variant> {
        self.variant
    }

    /// Whether it is a file of the user.
    pub fn is_custom(&self) -> bool {
        self.variant.is_none()
    }

    /// SHA-256 of the image, 64 hex digits.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Size in bytes.
    pub fn size(&self) -> u64 {
        self.content.checksum().len
    }

    /// Its part of the SBR checksum of a section.
    pub fn checksum(&self) -> LinearChecksum {
        self.content.checksum()
    }

    /// The file.
    pub fn path(&self) -> &Path {
        self.content.path()
    }

    /// Writes the image to `output` and checks it in the same pass. After an error, what was written
    /// must be discarded.
    pub fn write_to(&self, output: &mut dyn Write) -> Result<()> {
        self.content.write_to(output)
    }

    /// The image in memory, checked like [`Self::write_to`].
    pub fn read(&self) -> Result<Vec<u8>> {
        self.content.read()
    }
}

/// A bootloader image of the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BootloaderImage {
    kind: BootloaderType,
    version: Version,
    sha256: &'static str,
    content: Content,
}

impl BootloaderImage {
    pub(crate) fn cached(release: Supported, kind: BootloaderType, path: &Path) -> Result<Self> {
        let pin = release.files().bootloader_image(kind);
        Ok(Self {
            kind,
            version: release.files().bootloader,
            sha256: pin.sha256,
            content: Content::cached(path.to_owned(), pin)?,
        })
    }

    /// What it talks through.
    pub fn kind(&self) -> BootloaderType {
        self.kind
    }

    /// Version of the bootloader, such as `0.0.29`.
    pub fn version(&self) -> Version {
        self.version
    }

    /// SHA-256 of the image, 64 hex digits.
    pub fn sha256(&self) -> &'static str {
        self.sha256
    }

    /// The file.
    pub fn path(&self) -> &Path {
        self.content.path()
    }

    /// Size and part of the SBR checksum.
    pub fn checksum(&self) -> LinearChecksum {
        self.content.checksum()
    }

    /// The image in memory, checked.
    pub fn read(&self) -> Result<Vec<u8>> {
        self.content.read()
    }
}

#[cfg(test)]
mod tests {
    use oakc_runtime_schema::release::latest;

    use super::*;
    use crate::error::Damage;

    #[test]
    fn a_custom_image_carries_the_commit_of_its_release_and_its_own_digests() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("mine.cmd");
        fs::write(&path, b"MA2x mine").unwrap();
        let image = FirmwareImage::custom(&path, latest()).unwrap();
        assert!(image.is_custom());
        assert_eq!(image.commit(), latest().commit());
        assert_eq!(image.sha256(), sha256(b"MA2x mine"));
        assert_eq!(image.read().unwrap(), b"MA2x mine");
    }

    #[test]
    fn a_custom_image_that_changed_after_it_was_opened_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("mine.cmd");
        fs::write(&path, b"MA2x mine").unwrap();
        let image = FirmwareImage::custom(&path, latest()).unwrap();
        fs::write(&path, b"MA2x mimi").unwrap();
        let error = image.read().unwrap_err();
        let reason = Unusable::Changed(Damage::Digest);
        assert!(matches!(error, Error::Unusable { reason: found, .. } if found == reason));
    }

    #[test]
    fn missing_empty_and_directory_images_are_refused() {
        let directory = tempfile::tempdir().unwrap();
        let empty = directory.path().join("empty.cmd");
        fs::write(&empty, b"").unwrap();
        let open = |path: &Path| FirmwareImage::custom(path, latest());
        assert!(matches!(open(&empty), Err(Error::Unusable { .. })));
        assert!(matches!(open(directory.path()), Err(Error::Read { .. })));
        assert!(matches!(
            open(&directory.path().join("no")),
            Err(Error::Read { .. })
        ));
    }
}
