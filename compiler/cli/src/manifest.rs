//! `OUT.dap.manifest.json`: what a package was made of, for whoever finds it in a year.

use oakc_core::digest::sha256;
use serde_json::{Value, json};

use crate::digest;
use crate::failure::Failure;
use crate::files;
use crate::lock::Lock;
use crate::package::Package;

/// Writes the manifest beside the package.
pub(crate) fn write(package: &Package, lock: &Lock) -> Result<(), Failure> {
    let mut name = package.path.clone().into_os_string();
    name.push(".manifest.json");
    let text = format!("{:#}\n", manifest(package, lock)?);
    files::write(name.as_ref(), text.as_bytes())
}

fn manifest(package: &Package, lock: &Lock) -> Result<Value, Failure> {
    Ok(json!({
        "oakc": env!("CARGO_PKG_VERSION"),
        "app_name": package.app_name,
        "firmware": {
            "release": lock.firmware.release,
            "commit": package.firmware.image.commit(),
            "variant": lock.firmware.variant,
            "sha256": lock.firmware.sha256,
            "compressed": package.firmware.compressed.is_some(),
        },
        "inputs": lock.inputs,
        "sections": sections(package)?,
        "package": {
            "size": package.size,
            "sha256": package.sha256,
        },
    }))
}

fn sections(package: &Package) -> Result<Vec<Value>, Failure> {
    let entry = |section: &oakc_runtime_schema::sbr::Section, sha256: String| {
        json!({
            "name": section.name.as_str(),
            "offset": section.offset,
            "size": section.size,
            "checksum": section.checksum,
            "sha256": sha256,
        })
    };
    let firmware = digest::of_written(|to| package.firmware.write_to(to, &package.preboot))?;
    let first = package
        .sections
        .firmware()
        .map(|section| entry(section, firmware));
    let others = package.sections.others();
    let others = others.map(|(section, bytes)| entry(section, sha256(bytes)));
    Ok(first.into_iter().chain(others).collect())
}
