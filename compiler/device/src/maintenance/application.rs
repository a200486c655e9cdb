//! The application on a camera: a connected bootloader in, where the application lies out; or the
//! application taken away. Nothing else in a memory is ever changed.

use oakc_runtime_schema::bootloader::{Config, Memory};
use oakc_runtime_schema::sbr::{HEADER_SIZE, Header};

use super::info::memories_of;
use crate::bootloader::{Bootloader, LARGE_PACKETS};
use crate::error::{Error, Result};

/// What erased memory holds.
const ERASED: u8 = 0xFF;

/// Takes the application away: erases its table of sections, as the host library does, so that the
/// camera stays in its bootloader. [`Memory::Auto`] means all memories that the camera has.
/// Returns those that were cleared.
///
/// # Errors
/// Where the connection ends, or the bootloader cannot.
pub fn clear_application(bootloader: &mut Bootloader, memory: Memory) -> Result<Vec<Memory>> {
    let mut memories = Vec::new();
    match memory {
        Memory::Auto => {
            for known in memories_of(bootloader) {
                if bootloader.memory(known)?.is_some() {
                    memories.push(known);
                }
            }
            if memories.is_empty() {
                memories.push(Memory::Auto);
            }
        }
        chosen => memories.push(chosen),
    }
    let offset = bootloader.layout().application;
    for memory in &memories {
        let no_table = [ERASED; HEADER_SIZE];
        bootloader.write_at((*memory, offset), &no_table, LARGE_PACKETS, &mut |_| ())?;
    }
    Ok(memories)
}

/// The memory that a camera starts its application from.
///
/// # Errors
/// Where the connection ends, or an answer cannot be read.
pub fn application_memory(bootloader: &mut Bootloader) -> Result<Memory> {
    let config = bootloader.config_if_known()?.unwrap_or_default();
    let configured = Config::app_memory(&config).filter(|memory| *memory != Memory::Auto);
    Ok(configured.unwrap_or(Memory::Flash))
}

/// The stretch of a memory that its application package takes, as its table says.
///
/// # Errors
/// Where there is no application, the connection ends, or the bootloader cannot.
pub fn application_extent(bootloader: &mut Bootloader, memory: Memory) -> Result<(u32, u32)> {
    let offset = bootloader.layout().application;
    let table_size = u32::try_from(HEADER_SIZE).unwrap_or_default();
    let mut table = Vec::new();
    bootloader.read((memory, offset), table_size, &mut |piece| {
        table.extend_from_slice(piece);
        Ok(())
    })?;
    let nothing = |reason: String| Error::NoApplication { memory, reason };
    let header = Header::parse(&table).map_err(|error| nothing(error.to_string()))?;
    let size = u32::try_from(header.file_size()).ok();
    let known = bootloader.memory(memory)?.map(|details| details.size);
    let end = size.and_then(|size| i64::from(offset).checked_add(i64::from(size)));
    match size {
        Some(size) if end <= known => Ok((offset, size)),
        _ => Err(nothing(
            "its table points beyond the end of the memory".to_owned(),
        )),
    }
}
