//! What of a package belongs to others, for whoever passes it on: the firmware, what oakc adds to scripts, the models.
//! Licences are those that publishers declare; where nobody has said one, none is guessed.

use oakc_core::config::Config;
use serde_json::{Value, json};

use crate::firmware::StoredFirmware;

/// What the package `depthai` declares, of which the firmware is a part.
const FIRMWARE: &str = "MIT";

/// What is in the package of this application with this firmware.
pub(crate) fn notices(config: &Config, firmware: &StoredFirmware) -> Vec<Value> {
    let models = config.credits.iter();
    let models = models.map(|(name, credit)| {
        json!({
            "part": format!("model {name}"),
            "name": credit.from,
            "version": null,
            "license": credit.license,
        })
    });
    let library = has_library(config).then(library);
    [of_firmware(firmware)]
        .into_iter()
        .chain(library)
        .chain(models)
        .collect()
}

fn of_firmware(firmware: &StoredFirmware) -> Value {
    let image = &firmware.image;
    let is_published = image.variant().is_some();
    json!({
        "part": "firmware",
        "name": if is_published { "depthai" } else { "custom" },
        "version": image.release_version(),
        "license": is_published.then_some(FIRMWARE),
    })
}

/// Whether scripts contain something of oakc: modules are loaded by it, and logs are sent by it.
fn has_library(config: &Config) -> bool {
    config.logging.is_some() || config.nodes.iter().any(|node| node.modules.is_some())
}

fn library() -> Value {
    json!({
        "part": "scripts",
        "name": "oakc",
        "version": env!("CARGO_PKG_VERSION"),
        "license": env!("CARGO_PKG_LICENSE"),
    })
}
