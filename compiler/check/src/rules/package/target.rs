//! The target memory of a package, and the contents of the package.

use oakc_diag::Diagnostic;

use crate::Context;
use oakc_core::config::Config;
use oakc_core::flash::{FLASH_SIZES, FlashSize};
use oakc_core::hardware::{Camera, Flash};
use oakc_runtime_schema::bootloader::BootloaderType;

/// The sizes of flash that the camera may have; `None` if it has none for applications.
pub(super) fn flash_sizes(context: &Context<'_>) -> Option<Vec<FlashSize>> {
    if let Some(written) = context.config().device.flash.as_deref() {
        // An unreadable size is reported by another rule.
        return Some(FlashSize::parse(written).into_iter().collect());
    }
    match context.camera.map(|camera| camera.flash) {
        Some(Flash::None) => None,
        Some(Flash::Nor(sizes)) if !sizes.is_empty() => Some(sizes.to_vec()),
        // No camera has more than this.
        Some(Flash::Nor(_)) | None => Some(FLASH_SIZES.iter().max().copied().into_iter().collect()),
    }
}

/// The type of the camera's bootloader. An unknown camera is assumed to have Ethernet.
pub(super) fn bootloader(context: &Context<'_>) -> BootloaderType {
    let camera = context.camera;
    camera.map_or(BootloaderType::Network, Camera::bootloader)
}

/// Size of all assets in bytes.
pub(super) fn asset_bytes(config: &Config) -> u64 {
    let of_nodes = config.nodes.iter().flat_map(|node| node.assets.values());
    let assets = of_nodes.chain(config.assets.values());
    let sizes = assets.map(|asset| u64::try_from(asset.bytes.len()).unwrap_or(u64::MAX));
    sizes.fold(0, u64::saturating_add)
}

/// Labels the place where the camera is named.
pub(super) fn mark(config: &Config, diagnostic: Diagnostic) -> Diagnostic {
    let mut paths = ["device.flash", "device.model"].into_iter();
    let place = paths.find_map(|path| config.written(path));
    diagnostic.label(place, "for this camera")
}
