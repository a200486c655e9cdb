//! Packages on disk: a lowered application and a firmware image in, a `.dap` out.
//!
//! Nothing large is held in memory: the firmware goes from the cache to the output in pieces, and
//! the gaps between sections are left to the file system, which reads them as zeros.

use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::thread;

use oakc_blob::OpenVinoVersion;
use oakc_core::lower::Lowered;
use oakc_core::package::{FirmwareSection, Sections, preboot_header};
use oakc_firmware::{CompressedFirmware, FirmwareImage, Store};
use oakc_runtime_schema::release::{Variant, latest};
use oakc_runtime_schema::sbr::{Compression, INITIAL_CHECKSUM, LinearChecksum};

use crate::digest::{Digests, PackageKey};
use crate::failure::Failure;
use crate::files::Output;
use crate::terminal::Terminal;

/// How to package.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    /// Compress the firmware.
    pub(crate) compress: bool,
    /// Let the bootloader check the firmware at every boot.
    pub(crate) check_checksum: bool,
}

/// A firmware image in the form in which it is stored.
#[derive(Debug)]
pub(crate) struct StoredFirmware {
    pub(crate) image: FirmwareImage,
    pub(crate) compressed: Option<CompressedFirmware>,
}

/// A firmware image, ready to be package.
#[derive(Debug)]
pub(crate) struct PackageWriter {
    firmware: StoredFirmware,
    options: Options,
    digests: Digests,
}

/// A finished package.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) path: PathBuf,
    pub(crate) app_name: String,
    pub(crate) sections: Sections,
    /// What stands before the firmware image.
    pub(crate) preboot: Vec<u8>,
    pub(crate) size: u64,
    pub(crate) sha256: String,
    pub(crate) firmware: StoredFirmware,
}

impl StoredFirmware {
    /// Writes the firmware section: `preboot` and the image.
    pub(crate) fn write_to(&self, to: &mut dyn Write, preboot: &[u8]) -> oakc_firmware::Result<()> {
        if let Some(compressed) = &self.compressed {
            return compressed.zlib_stream(preboot).write_to(to);
        }
        to.write_all(preboot)
            .map_err(oakc_firmware::Error::Output)?;
        self.image.write_to(to)
    }

    /// Size and SBR checksum of what [`StoredFirmware::write_to`] writes.
    fn checksum(&self, preboot: &[u8]) -> LinearChecksum {
        match &self.compressed {
            Some(compressed) => compressed.zlib_stream(preboot).checksum(),
            None => LinearChecksum::of(preboot).concat(self.image.checksum()),
        }
    }
}

impl PackageWriter {
    /// Gets the firmware: `custom`, else the variant of `release` from the cache, which installs
    /// it first if it is not there.
    pub(crate) fn new(
        store: &Store,
        release: Option<&str>,
        openvino: OpenVinoVersion,
        custom: Option<&Path>,
        options: Options,
        terminal: &Terminal,
    ) -> Result<Self, Failure> {
        let progress = &mut |event| terminal.progress(event);
        let release = release.map_or(Ok(latest()), |version| store.release(version))?;
        let image = match custom {
            Some(path) => FirmwareImage::custom(path, release),
            None => store.image(
                release.version(),
                Variant::for_openvino(openvino.name()),
                progress,
            ),
        }?;
        let compressed = options
            .compress
            .then(|| store.compressed(&image, progress))
            .transpose()?;
        let digests = Digests::of(store);
        let firmware = StoredFirmware { image, compressed };
        Ok(Self {
            firmware,
            options,
            digests,
        })
    }

    /// The image that goes into packages.
    pub(crate) fn image(&self) -> &FirmwareImage {
        &self.firmware.image
    }

    /// Writes the package to `path`, whole or not at all.
    pub(crate) fn write(self, lowered: Lowered, path: &Path) -> Result<Package, Failure> {
        let preboot = preboot_header(&lowered)?;
        let app_name = lowered.app_name().to_owned();
        let section = self.section(&preboot);
        let image = self.image();
        let sections = Sections::new(lowered, &section, image.commit())?;
        let mut output = Output::create(path)?;
        let key = PackageKey::of(&sections, &preboot, image.sha256());
        let sha256 = match self.digests.recall(&key) {
            Some(known) => {
                self.write_sections(&mut output, &sections, &preboot)?;
                known
            }
            None => self.write_and_digest(&mut output, &sections, &preboot)?,
        };
        output.publish()?;
        self.digests.remember(&key, &sha256);
        Ok(Package {
            path: path.to_owned(),
            app_name,
            size: sections.file_size(),
            sections,
            preboot,
            sha256,
            firmware: self.firmware,
        })
    }

    fn section(&self, preboot: &[u8]) -> FirmwareSection {
        let sum = self.firmware.checksum(preboot);
        FirmwareSection {
            size: sum.len,
            checksum: sum.finish(INITIAL_CHECKSUM),
            compression: match self.firmware.compressed {
                Some(_) => Compression::Zlib,
                None => Compression::None,
            },
            check_checksum: self.options.check_checksum,
        }
    }

    fn write_sections(
        &self,
        output: &mut Output,
        sections: &Sections,
        preboot: &[u8],
    ) -> Result<(), Failure> {
        let table = sections.header().to_bytes();
        let written = output.file().write_all(&table);
        written.map_err(|error| output.failure(error))?;
        self.firmware
            .write_to(output.file(), preboot)
            .map_err(|error| match error {
                oakc_firmware::Error::Output(error) => output.failure(error),
                unreadable => unreadable.into(),
            })?;
        for (section, bytes) in sections.others() {
            let file = output.file();
            let written = file
                .seek(SeekFrom::Start(u64::from(section.offset)))
                .and_then(|_| file.write_all(bytes));
            written.map_err(|error| output.failure(error))?;
        }
        let sized = output.file().set_len(sections.file_size());
        sized.map_err(|error| output.failure(error))
    }

    /// Writes the package and computes its SHA-256 meanwhile, from the same parts.
    fn write_and_digest(
        &self,
        output: &mut Output,
        sections: &Sections,
        preboot: &[u8],
    ) -> Result<String, Failure> {
        let firmware = |to: &mut dyn Write| self.firmware.write_to(to, preboot);
        thread::scope(|scope| {
            let digest = scope.spawn(|| crate::digest::of_package(sections, firmware));
            self.write_sections(output, sections, preboot)?;
            match digest.join() {
                Ok(digest) => Ok(digest?),
                Err(_) => Err(Failure::world("the digest could not be computed")),
            }
        })
    }
}
