//! The firmware image that a package will hold.
//!
//! Goes in: an image of the cache, or a file of the user. Comes out: [`FirmwareImage`], with
//! everything a packager writes about it known before a byte of it is read. Never: a look inside
//! the image; a custom one is taken as it is, as the host library does.

use std::fs;
use std::io::Write;
use std::path::Path;

use crate::checksum::LinearChecksum;
use crate::content::Content;
use crate::digest::sha256_hex;
use crate::error::{Error, Result};
use crate::release::{Pin, Release, Variant};

/// Largest custom image: no flash of a camera holds more.
const CUSTOM_LIMIT: u64 = 256 << 20;

/// A firmware image (`.cmd`), without the preboot header that a package puts before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirmwareImage {
    release: Release,
    variant: Option<Variant>,
    content: Content,
    sha256: String,
}

impl FirmwareImage {
    /// An image of the cache; its size is checked now, its bytes when they are read.
    pub(crate) fn cached(
        release: &Release,
        variant: Variant,
        path: &Path,
        pin: Pin,
    ) -> Result<Self> {
        Ok(Self {
            release: *release,
            variant: Some(variant),
            content: Content::cached(path.to_owned(), pin.checksum(), 0)?,
            sha256: pin.sha256.to_owned(),
        })
    }

    /// An image of the user's own, read once here for its digests. The package will still name
    /// the firmware commit of `release`: the host library always writes its own, whatever image
    /// it packs.
    pub fn custom(path: &Path, release: &Release) -> Result<Self> {
        let size = fs::metadata(path).map_err(Error::read(path))?.len();
        if size > CUSTOM_LIMIT {
            return Err(Error::Unusable {
                path: path.to_owned(),
                reason: format!("it has {size} bytes, more than the flash of any camera"),
            });
        }
        let bytes = fs::read(path).map_err(Error::read(path))?;
        if bytes.is_empty() {
            return Err(Error::Unusable {
                path: path.to_owned(),
                reason: "it is empty, and a camera cannot start from nothing".to_owned(),
            });
        }
        Ok(Self {
            release: *release,
            variant: None,
            content: Content::of_user(path.to_owned(), LinearChecksum::of(&bytes)),
            sha256: sha256_hex(&bytes),
        })
    }

    /// Version of the release it belongs to; of a custom image, the one it is packaged as.
    pub fn release_version(&self) -> &'static str {
        self.release.version
    }

    /// What goes into the `__fw_version` section: 40 hex digits.
    pub fn commit(&self) -> &'static str {
        self.release.commit
    }

    /// Which image of the release; `None` for a custom one.
    pub fn variant(&self) -> Option<Variant> {
        self.variant
    }

    /// Whether it is the user's own.
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

    /// Writes the image to `output` in one pass that checks it against [`Self::checksum`]. After
    /// an error, what was written must be dropped.
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
    version: &'static str,
    sha256: &'static str,
    content: Content,
}

impl BootloaderImage {
    pub(crate) fn cached(version: &'static str, path: &Path, pin: Pin) -> Result<Self> {
        Ok(Self {
            version,
            sha256: pin.sha256,
            content: Content::cached(path.to_owned(), pin.checksum(), 0)?,
        })
    }

    /// Version of the bootloader, such as `0.0.29`.
    pub fn version(&self) -> &'static str {
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
    use super::*;
    use crate::release::latest;

    #[test]
    fn a_custom_image_carries_the_commit_of_its_release_and_its_own_digests() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("mine.cmd");
        fs::write(&path, b"MA2x mine").unwrap();
        let image = FirmwareImage::custom(&path, latest()).unwrap();
        assert!(image.is_custom());
        assert_eq!(image.commit(), latest().commit);
        assert_eq!(image.sha256(), sha256_hex(b"MA2x mine"));
        assert_eq!(image.read().unwrap(), b"MA2x mine");
    }

    #[test]
    fn a_custom_image_that_changes_after_it_was_opened_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("mine.cmd");
        fs::write(&path, b"MA2x mine").unwrap();
        let image = FirmwareImage::custom(&path, latest()).unwrap();
        fs::write(&path, b"MA2x mimi").unwrap();
        let error = image.read().unwrap_err().to_string();
        assert!(error.contains("changed"), "{error}");
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
