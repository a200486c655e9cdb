//! The area of a memory where the bootloader keeps its configuration.
//!
//! How the real one lays it out is not known beyond that a checksum and a size come with the data.
//! Here: size and checksum, 32 bits each, then the document.

use oakc_runtime_schema::bootloader::Config;
use oakc_runtime_schema::sbr;

use super::image::Image;

const HEAD: usize = 8;

/// Reads the document that is stored.
pub(super) fn read(memory: &mut Image, offset: u64, area: u32) -> Result<Vec<u8>, String> {
    let none = || "no configuration is stored".to_owned();
    let failed = |_| "the configuration cannot be read".to_owned();
    if !memory.holds(offset, area.into()) {
        return Err(none());
    }
    let head = memory.read(offset, HEAD).map_err(failed)?;
    let Ok([s0, s1, s2, s3, c0, c1, c2, c3]) = <[u8; HEAD]>::try_from(head) else {
        return Err(none());
    };
    let size = u32::from_le_bytes([s0, s1, s2, s3]);
    let size = usize::try_from(size).map_err(|_| none())?;
    if size == 0 || size > room(area) {
        return Err(none());
    }
    let document = memory.read(offset.saturating_add(HEAD as u64), size);
    let document = document.map_err(failed)?;
    if sbr::checksum(&document) == u32::from_le_bytes([c0, c1, c2, c3]) {
        Ok(document)
    } else {
        Err("the configuration's checksum is wrong".to_owned())
    }
}

/// Stores a document. One that is not a configuration is refused, and what was stored stays.
pub(super) fn write(
    memory: &mut Image,
    offset: u64,
    area: u32,
    document: &[u8],
) -> Result<(), String> {
    if Config::from_bson(document).is_err() {
        return Err("this is not a configuration".to_owned());
    }
    if document.len() > room(area) || !memory.holds(offset, area.into()) {
        return Err("the configuration is too large".to_owned());
    }
    let size = u32::try_from(document.len()).unwrap_or(u32::MAX);
    let head = [size, sbr::checksum(document)].map(u32::to_le_bytes);
    let bytes = [head.as_flattened(), document].concat();
    let written = memory.write(offset, &bytes);
    written.map_err(|_| "the configuration cannot be written".to_owned())
}

/// Removes what is stored.
pub(super) fn clear(memory: &mut Image, offset: u64, area: u32) -> Result<(), String> {
    if !memory.holds(offset, area.into()) {
        return Err("no configuration is stored".to_owned());
    }
    let size = usize::try_from(area).unwrap_or(HEAD);
    let cleared = memory.erase(offset, size);
    cleared.map_err(|_| "the configuration cannot be written".to_owned())
}

/// Bytes for the document.
fn room(area: u32) -> usize {
    usize::try_from(area).unwrap_or(0).saturating_sub(HEAD)
}
