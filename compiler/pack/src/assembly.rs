//! A package before it is written: a lowered application and a firmware in, the bytes of a `.dap` out, to
//! a file or to memory.
//!
//! The gaps between sections are left to the file system, which reads them as zeros.

use std::fs::File;
use std::io::{Cursor, Seek, Write};

use oakc_core::lower::Lowered;
use oakc_core::package::{FirmwareSection, PackageError, Sections, preboot_header};
use oakc_runtime_schema::sbr::INITIAL_CHECKSUM;

use crate::digest::{Digesting, Digests};
use crate::firmware::Firmware;

/// A package that is laid out.
#[derive(Debug)]
pub struct Assembly<F> {
    sections: Sections,
    /// What stands before the firmware image.
    preboot: Vec<u8>,
    firmware: F,
    app_name: String,
}

impl<F: Firmware> Assembly<F> {
    /// Lays a package out. With `check_checksum` the bootloader checks the firmware at every boot.
    ///
    /// # Errors
    /// Where the package is larger than its format allows, or oakc has a bug.
    pub fn new(lowered: Lowered, firmware: F, check_checksum: bool) -> Result<Self, PackageError> {
        let preboot = preboot_header(&lowered)?;
        let app_name = lowered.app_name().to_owned();
        let sum = firmware.checksum(&preboot);
        let section = FirmwareSection {
            size: sum.len,
            checksum: sum.finish(INITIAL_CHECKSUM),
            compression: firmware.compression(),
            check_checksum,
        };
        let sections = Sections::new(lowered, &section, firmware.commit())?;
        Ok(Self {
            sections,
            preboot,
            firmware,
            app_name,
        })
    }

    /// Where everything goes.
    pub fn sections(&self) -> &Sections {
        &self.sections
    }

    /// The application's name; may be empty.
    pub fn app_name(&self) -> &str {
        &self.app_name
    }

    /// The firmware in it.
    pub fn firmware(&self) -> &F {
        &self.firmware
    }

    /// Bytes of the whole package.
    pub fn size(&self) -> u64 {
        self.sections.file_size()
    }

    /// Writes the package into an empty file. The digests are those of what was written; that of the firmware
    /// section takes time of its own, and is computed only if it is asked for.
    ///
    /// # Errors
    /// Where the firmware cannot be read, or the file takes no more.
    pub fn write_to(&self, file: &mut File, of_firmware: bool) -> oakc_firmware::Result<Digests> {
        let digests = self.write_sections(&mut *file, of_firmware)?;
        file.set_len(self.size())
            .map_err(oakc_firmware::Error::Output)?;
        Ok(digests)
    }

    /// The package in memory.
    ///
    /// # Errors
    /// Where the firmware cannot be read.
    pub fn to_bytes(&self) -> oakc_firmware::Result<Vec<u8>> {
        let size = usize::try_from(self.size()).unwrap_or(usize::MAX);
        let mut bytes = Cursor::new(Vec::with_capacity(size));
        self.write_sections(&mut bytes, false)?;
        let mut bytes = bytes.into_inner();
        bytes.resize(size, 0);
        Ok(bytes)
    }

    fn write_sections(
        &self,
        to: impl Write + Seek,
        of_firmware: bool,
    ) -> oakc_firmware::Result<Digests> {
        let failed = oakc_firmware::Error::Output;
        let mut to = Digesting::new(to);
        let table = self.sections.header().to_bytes();
        to.write_all(&table).map_err(failed)?;
        if of_firmware {
            to.begin_firmware();
        }
        self.firmware.write_to(&mut to, &self.preboot)?;
        let firmware = to.end_firmware();
        for (section, bytes) in self.sections.others() {
            to.skip_to(u64::from(section.offset)).map_err(failed)?;
            to.write_all(bytes).map_err(failed)?;
        }
        to.skip_to(self.size()).map_err(failed)?;
        let package = to.finish();
        Ok(Digests { package, firmware })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use oakc_core::package::inspect::Package;
    use oakc_core::syntax::Language;
    use oakc_core::world::MemoryWorld;
    use oakc_core::{CheckedGraph, Source};
    use oakc_diag::{Diagnostics, SourceMap};

    use super::*;
    use crate::firmware::MemoryFirmware;

    fn checked() -> CheckedGraph {
        let source = Source {
            name: "app.toml",
            text: "[app]\nname = \"small\"\n[nodes.cam]\ntype = \"ColorCamera\"\n",
            language: Language::Toml,
            profile: None,
            params: &[],
            overrides: &[],
            levels: &oakc_core::config::Levels::default(),
        };
        let (mut sources, mut found) = (SourceMap::new(), Diagnostics::new());
        let world = MemoryWorld::default();
        oakc_check::compile(&source, &world, &mut sources, &mut found).unwrap()
    }

    #[test]
    fn a_package_is_the_same_in_memory_and_on_disk_and_reads_back() {
        let lowered = oakc_core::lower::lower(&checked()).unwrap();
        let firmware = MemoryFirmware {
            image: b"an image",
            commit: "0123",
        };
        let assembly = Assembly::new(lowered, firmware, false).unwrap();
        let bytes = assembly.to_bytes().unwrap();
        assert_eq!(bytes.len() as u64, assembly.size());
        let mut file = tempfile::tempfile().unwrap();
        let digests = assembly.write_to(&mut file, true).unwrap();
        assert_eq!(digests.package, oakc_digest::sha256(&bytes));
        file.rewind().unwrap();
        let mut written = Vec::new();
        file.read_to_end(&mut written).unwrap();
        assert!(written == bytes);
        let package = Package::parse(&bytes).unwrap();
        let section = assembly.sections().firmware().unwrap();
        let section = section.bytes(&bytes).unwrap();
        assert_eq!(digests.firmware, Some(oakc_digest::sha256(section)));
        assert_eq!(package.app_name(), "small");
        assert_eq!(package.firmware.as_deref(), Ok(b"an image".as_slice()));
        for section in package.header().sections() {
            assert!(package.checksum_matches(section), "{section:?}");
        }
    }
}
