//! The application in a memory: a memory in, what it holds and whether the bootloader can start it out.
//! Nothing is ever changed.

use oakc_runtime_schema::sbr::{self, APP_NAME, FIRMWARE, FIRMWARE_VERSION, Header, Section};

use super::image::Image;

/// Bytes that are looked at in one go.
const PIECE: usize = 1024 * 1024;
/// Longest text that is taken from a section.
const MAX_TEXT: u32 = 4096;

/// An SBR container at some offset of a memory.
#[derive(Debug)]
pub(super) struct Application {
    header: Header,
    offset: u64,
}

/// Why there is no application, or not one that starts; in a few words, as they travel in 64 bytes.
pub(super) type Reason = String;

impl Application {
    /// Looks for an application.
    pub(super) fn find(memory: &mut Image, offset: u64) -> Result<Self, Reason> {
        let header = read(memory, offset, sbr::HEADER_SIZE)?;
        let header =
            Header::parse(&header).map_err(|_| "no application: no SBR table".to_owned())?;
        Ok(Self { header, offset })
    }

    /// Whether the bootloader would start it.
    pub(super) fn check(&self, memory: &mut Image) -> Result<(), Reason> {
        let firmware = bootable(&self.header).ok_or("no section can be started")?;
        if !memory.holds(self.at(firmware), firmware.size.into()) {
            return Err("the firmware extends beyond the end of the memory".to_owned());
        }
        if firmware.flags.ignores_checksum() {
            return Ok(());
        }
        let mut state = sbr::INITIAL_CHECKSUM;
        let (mut offset, end) = (
            self.at(firmware),
            self.offset.saturating_add(firmware.end()),
        );
        while offset < end {
            let piece = usize::try_from(end.saturating_sub(offset)).unwrap_or(PIECE);
            let bytes = read(memory, offset, piece.min(PIECE))?;
            state = sbr::checksum_from(state, &bytes);
            offset = offset.saturating_add(bytes.len() as u64);
        }
        if state == firmware.checksum {
            Ok(())
        } else {
            Err("the firmware's checksum is wrong".to_owned())
        }
    }

    /// All of it, as it was packaged.
    pub(super) fn package(&self, memory: &mut Image) -> Result<Vec<u8>, Reason> {
        let ends = self.header.sections().iter().map(Section::end);
        let size = ends.max().unwrap_or(0).max(sbr::HEADER_SIZE as u64);
        if !memory.holds(self.offset, size) {
            return Err("the application extends beyond the end of the memory".to_owned());
        }
        let mut package = Vec::new();
        while (package.len() as u64) < size {
            let offset = self.offset.saturating_add(package.len() as u64);
            let left = size.saturating_sub(package.len() as u64);
            let piece = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
            package.extend(read(memory, offset, piece)?);
        }
        Ok(package)
    }

    /// The commit of the firmware.
    pub(super) fn firmware_version(&self, memory: &mut Image) -> Option<String> {
        self.text(memory, FIRMWARE_VERSION)
    }

    /// The name of the application.
    pub(super) fn name(&self, memory: &mut Image) -> Option<String> {
        self.text(memory, APP_NAME)
    }

    fn text(&self, memory: &mut Image, section: &str) -> Option<String> {
        let section = self.header.find(section)?;
        let size = usize::try_from(section.size.min(MAX_TEXT)).ok()?;
        let bytes = read(memory, self.at(section), size).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn at(&self, section: &Section) -> u64 {
        self.offset.saturating_add(section.offset.into())
    }
}

/// The section that the bootloader starts: the firmware, else the first that says it can be.
pub(super) fn bootable(header: &Header) -> Option<&Section> {
    let mut bootable = header
        .sections()
        .iter()
        .filter(|section| section.flags.is_bootable());
    let named = bootable
        .clone()
        .find(|section| section.name.as_str() == FIRMWARE);
    named.or_else(|| bootable.next())
}

fn read(memory: &mut Image, offset: u64, size: usize) -> Result<Vec<u8>, Reason> {
    if !memory.holds(offset, size as u64) {
        return Err("no application: its offset is beyond the end of the memory".to_owned());
    }
    memory
        .read(offset, size)
        .map_err(|error| format!("cannot read: {error}"))
}
