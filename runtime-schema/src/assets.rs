//! The asset map of a package: which bytes of the asset storage belong to which URI.

use std::collections::BTreeMap;

use crate::reflect::{Asset, Reflect};

/// Where one asset is in the storage.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "Assets::AssetInternal")]
pub struct AssetEntry {
    /// Bytes from the start of the storage.
    pub offset: u32,
    /// Length in bytes.
    pub size: u32,
    /// The offset is a multiple of this; 0 and 1 mean no alignment.
    pub alignment: u32,
}

impl AssetEntry {
    /// The asset's bytes in the storage; `None` if the entry points outside it.
    pub fn bytes<'a>(&self, storage: &'a [u8]) -> Option<&'a [u8]> {
        let start = usize::try_from(self.offset).ok()?;
        let end = start.checked_add(usize::try_from(self.size).ok()?)?;
        storage.get(start..end)
    }
}

/// The `assets` section.
#[derive(Reflect, Clone, Debug, PartialEq)]
#[reflect(name = "Assets")]
pub struct AssetMap {
    /// Entries by URI: `/pipeline/KEY` or `/node/ID/KEY`.
    pub map: BTreeMap<String, AssetEntry>,
}

/// The storage is too large for 32-bit offsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the assets together are larger than 4 GiB")]
pub struct TooLarge;

/// Lays assets out one after another, each at a multiple of its alignment, padded with zeros
/// between them but not at the end, as the host library does.
#[derive(Debug, Default)]
pub struct Storage {
    map: AssetMap,
    bytes: Vec<u8>,
}

impl Storage {
    /// Appends an asset.
    ///
    /// # Errors
    /// If the storage would be larger than 4 GiB.
    pub fn add(&mut self, uri: String, asset: &Asset) -> Result<(), TooLarge> {
        let step = usize::try_from(asset.alignment.max(1)).map_err(|_| TooLarge)?;
        let start = self.bytes.len().next_multiple_of(step);
        let end = start.checked_add(asset.bytes.len()).ok_or(TooLarge)?;
        u32::try_from(end).map_err(|_| TooLarge)?;
        let entry = AssetEntry {
            offset: u32::try_from(start).map_err(|_| TooLarge)?,
            size: u32::try_from(asset.bytes.len()).map_err(|_| TooLarge)?,
            alignment: asset.alignment,
        };
        self.bytes.resize(start, 0);
        self.bytes.extend_from_slice(&asset.bytes);
        self.map.map.insert(uri, entry);
        Ok(())
    }

    /// The finished map and storage.
    pub fn finish(self) -> (AssetMap, Vec<u8>) {
        (self.map, self.bytes)
    }
}
