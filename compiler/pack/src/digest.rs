//! The SHA-256 of what is written, computed while it is written: bytes and gaps in, digests out. Never: a
//! digest of what should have been written, or one that was kept from another time.

use std::io::{self, Seek, SeekFrom, Write};

use oakc_digest::Sha256;

/// The digests of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digests {
    /// Of all of it.
    pub package: String,
    /// Of the firmware section, if that was asked for.
    pub firmware: Option<String>,
}

/// An output that hashes what goes through it.
pub(crate) struct Digesting<W> {
    to: W,
    package: Sha256,
    firmware: Option<Sha256>,
    position: u64,
}

impl<W: Write + Seek> Digesting<W> {
    /// Nothing is written yet.
    pub(crate) fn new(to: W) -> Self {
        Self {
            to,
            package: Sha256::new(),
            firmware: None,
            position: 0,
        }
    }

    /// What is written from here on is the firmware section, up to the next gap.
    pub(crate) fn begin_firmware(&mut self) {
        self.firmware = Some(Sha256::new());
    }

    /// Leaves a gap, which the file system reads as zeros.
    pub(crate) fn skip_to(&mut self, position: u64) -> io::Result<()> {
        const ZEROS: [u8; 4096] = [0; 4096];
        while let Some(gap) = position.checked_sub(self.position).filter(|gap| *gap > 0) {
            let length = usize::try_from(gap).unwrap_or(usize::MAX).min(ZEROS.len());
            self.package.update(ZEROS.get(..length).unwrap_or_default());
            self.position += length as u64;
        }
        self.to.seek(SeekFrom::Start(position)).map(drop)
    }

    /// The digest of the firmware section, which ends here.
    pub(crate) fn end_firmware(&mut self) -> Option<String> {
        self.firmware.take().map(Sha256::finish)
    }

    /// The digest of everything.
    pub(crate) fn finish(self) -> String {
        self.package.finish()
    }
}

impl<W: Write> Write for Digesting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.to.write(bytes)?;
        let written = bytes.get(..count).unwrap_or_default();
        self.package.update(written);
        if let Some(firmware) = &mut self.firmware {
            firmware.update(written);
        }
        self.position += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
