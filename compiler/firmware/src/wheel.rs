//! The files that a release consists of: their names in its wheel, and in the cache.
//!
//! In: a release, a variant, a type of bootloader. Out: names, and what the bytes must be. Never: a
//! path.

use oakc_runtime_schema::bootloader::BootloaderType;
use oakc_runtime_schema::release::{Pin, Supported, Variant};

/// How the name of a universal image begins in any release's archive; the commit follows.
pub(crate) const UNIVERSAL_PREFIX: &str = "depthai-device-openvino-universal-";

/// One file to take out of a wheel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Name inside the archive.
    pub(crate) member: String,
    /// Name in the cache.
    pub(crate) file: String,
    /// What the bytes must be.
    pub(crate) pin: Pin,
}

/// Everything that an installation takes from a wheel.
pub(crate) fn wanted(release: Supported) -> Vec<Wanted> {
    let (files, commit) = (release.files(), release.commit());
    let mut wanted = vec![universal(release)];
    wanted.extend(files.patched.iter().map(|patched| Wanted {
        member: format!("depthai-device-openvino-{}-{commit}.patch", patched.variant),
        file: patch_file(patched.variant),
        pin: patched.patch,
    }));
    wanted.extend(BootloaderType::ALL.map(|kind| Wanted {
        member: format!("{}.cmd", kind.image_name()),
        file: bootloader_file(kind).to_owned(),
        pin: files.bootloader_image(kind),
    }));
    wanted
}

/// The universal image.
pub(crate) fn universal(release: Supported) -> Wanted {
    Wanted {
        member: format!("{UNIVERSAL_PREFIX}{}.cmd", release.commit()),
        file: image_file(Variant::Universal),
        pin: release.files().universal,
    }
}

/// Name of an image in the cache.
pub(crate) fn image_file(variant: Variant) -> String {
    match variant {
        Variant::Universal => "universal.cmd".to_owned(),
        other => format!("openvino-{other}.cmd"),
    }
}

/// Name of a patch in the cache.
pub(crate) fn patch_file(variant: Variant) -> String {
    format!("openvino-{variant}.patch")
}

/// Name of a bootloader image in the cache.
pub(crate) fn bootloader_file(kind: BootloaderType) -> &'static str {
    match kind {
        BootloaderType::Usb => "bootloader-usb.cmd",
        BootloaderType::Network => "bootloader-eth.cmd",
    }
}
