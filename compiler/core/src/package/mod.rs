//! Packages: a [`Lowered`] application and facts about its firmware in, the sections of a `.dap`
//! out; and, in [`inspect`], the way back.
//!
//! The firmware is far larger than all the rest, so its bytes never pass through here: the caller
//! says what the section will hold ([`FirmwareSection`]) and writes it at [`Sections::firmware`].

mod firmware;
pub mod inspect;

use oakc_runtime_schema::nop;
use oakc_runtime_schema::preboot;
use oakc_runtime_schema::reflect::Mismatch;
use oakc_runtime_schema::sbr::{self, Compression, Flags, Header, SbrError, Section, SectionName};
use oakc_runtime_schema::text;

use crate::lower::Lowered;
pub use firmware::PackagedFirmware;

/// What the `__firmware` section will hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirmwareSection {
    /// Bytes as stored, preboot header included.
    pub size: u64,
    /// SBR checksum of those bytes.
    pub checksum: u32,
    /// How they are stored.
    pub compression: Compression,
    /// Whether the bootloader checks the checksum at every boot.
    pub check_checksum: bool,
}

/// The preboot header of an application: what stands before the firmware image in its section.
pub fn preboot_header(lowered: &Lowered) -> Result<Vec<u8>, PackageError> {
    preboot::encode(lowered.board()).map_err(|e| PackageError::Internal(e.to_string()))
}

/// Why packaging failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackageError {
    /// The sections do not make a container.
    #[error(transparent)]
    Container(#[from] SbrError),
    /// oakc made something that it cannot encode.
    #[error("a checked application cannot be packaged: {0}")]
    Internal(String),
}

impl From<Mismatch> for PackageError {
    fn from(mismatch: Mismatch) -> Self {
        Self::Internal(mismatch.to_string())
    }
}

/// A package without its firmware: where everything goes, and what it is.
#[derive(Debug)]
pub struct Sections {
    header: Header,
    contents: Vec<Vec<u8>>,
}

impl Sections {
    /// Lays the sections out as the host library does. Takes the application with it: its assets
    /// may be large.
    ///
    /// # Errors
    /// When the package would be larger than 4 GiB.
    pub fn new(
        lowered: Lowered,
        firmware: &FirmwareSection,
        firmware_commit: &str,
    ) -> Result<Self, PackageError> {
        let contents = vec![
            nop::to_bytes(lowered.pipeline())?,
            nop::to_bytes(lowered.assets())?,
            lowered.storage,
            firmware_commit.as_bytes().to_vec(),
            text::to_bytes(&lowered.app_name).into_owned(),
        ];
        let sizes = contents.iter().map(|bytes| bytes.len() as u64);
        let sizes: Vec<_> = std::iter::once(firmware.size).chain(sizes).collect();
        let offsets = sbr::layout(&sizes)?;
        let checksums = contents.iter().map(|bytes| sbr::checksum(bytes));
        let checksums = std::iter::once(firmware.checksum).chain(checksums);
        let places = sbr::PACKAGE_SECTIONS.iter().zip(offsets).zip(sizes);
        let mut sections = Vec::new();
        for (((name, offset), size), checksum) in places.zip(checksums) {
            sections.push(Section {
                name: SectionName::new(name)?,
                size: u32::try_from(size).map_err(|_| SbrError::TooLarge)?,
                offset,
                checksum,
                kind: 0,
                flags: flags(name, firmware),
            });
        }
        let header = Header::new(sections)?;
        Ok(Self { header, contents })
    }

    /// The table of sections.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Where the firmware goes.
    pub fn firmware(&self) -> Option<&Section> {
        self.header.find(sbr::FIRMWARE)
    }

    /// The other sections in file order, each with its bytes.
    pub fn others(&self) -> impl Iterator<Item = (&Section, &[u8])> {
        let sections = self.header.sections().iter().skip(1);
        sections.zip(self.contents.iter().map(Vec::as_slice))
    }

    /// Bytes of the whole package.
    pub fn file_size(&self) -> u64 {
        self.header.file_size()
    }
}

fn flags(name: &str, firmware: &FirmwareSection) -> Flags {
    if name != sbr::FIRMWARE {
        return Flags::NONE;
    }
    Flags::NONE
        .with_bootable(true)
        .with_ignore_checksum(!firmware.check_checksum)
        .with_compression(firmware.compression)
}
