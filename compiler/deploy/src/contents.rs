//! What goes onto a camera, for whoever asks later: a package, or what it is built from, in; its digest,
//! application, parameters and firmware out. Never: a secret.

use std::collections::BTreeMap;
use std::path::Path;

use oakc_core::config::Config;
use oakc_core::package::inspect;
use oakc_device::flash::Package;
use oakc_digest::sha256;
use oakc_pack::{Assembly, Origin, StoredFirmware};
use serde_json::{Value, json};

/// What is in a package, as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Contents {
    /// Bytes of the package.
    pub size: u64,
    /// The SHA-256 of the package; `None` where it is not built yet.
    pub sha256: Option<String>,
    /// The application's name; may be empty.
    pub name: String,
    /// The application's version. A package does not hold it.
    pub version: Option<String>,
    /// The values of its parameters, without secrets. A package does not hold them.
    pub params: Option<BTreeMap<String, Value>>,
    /// The release that the firmware is of; `None` where it is not of a known one.
    pub release: Option<String>,
    /// The commit that the firmware was built from.
    pub commit: String,
    /// Which of the release's images the firmware is, or `custom`.
    pub variant: String,
}

/// What the variant of an image is called that is in no release.
const CUSTOM: &str = "custom";

impl Contents {
    /// Those of a package that is not there before it is asked for. The application's configuration is at
    /// `path`.
    pub(crate) fn of_assembly(
        assembly: &Assembly<StoredFirmware>,
        config: &Config,
        path: &Path,
    ) -> Self {
        let origin = Origin::of(config, path, assembly.firmware());
        Self {
            size: assembly.size(),
            sha256: None,
            name: origin.name,
            version: origin.version,
            params: Some(origin.params),
            release: Some(origin.firmware.release),
            commit: origin.firmware.commit,
            variant: origin.firmware.variant,
        }
    }

    /// Those of a package that is there already.
    pub(crate) fn of_package(package: &Package) -> Self {
        let inside = inspect::Package::parse(package.bytes()).ok();
        let release = inside.as_ref().and_then(|inside| inside.release);
        let image = inside.as_ref().and_then(|it| it.firmware.as_ref().ok());
        let variant = release.zip(image);
        let variant = variant.and_then(|(release, image)| release.variant_of(&sha256(image)));
        Self {
            size: package.bytes().len() as u64,
            sha256: Some(sha256(package.bytes())),
            name: package.app_name(),
            version: None,
            params: None,
            release: release.map(|release| release.version.to_owned()),
            commit: package.firmware_version(),
            variant: variant.map_or(CUSTOM, |it| it.name()).to_owned(),
        }
    }

    /// The same, of the bytes that were built.
    pub(crate) fn with_bytes(self, bytes: &[u8]) -> Self {
        Self {
            sha256: Some(sha256(bytes)),
            ..self
        }
    }

    /// All of it, for programs: an object.
    pub fn json(&self) -> Value {
        json!({
            "package": { "size": self.size, "sha256": self.sha256 },
            "application": { "name": self.name, "version": self.version },
            "params": self.params,
            "firmware": {
                "release": self.release,
                "commit": self.commit,
                "variant": self.variant,
            },
        })
    }
}
