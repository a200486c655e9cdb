//! Firmware images: what goes into packages.

use std::io::Write;

use oakc_firmware::{CompressedFirmware, FirmwareImage};
use oakc_runtime_schema::sbr::{Compression, LinearChecksum};

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

/// Any bytes in place of a firmware image.
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
