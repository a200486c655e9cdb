//! `OUT.dap.manifest.json`: what a package was made of, for whoever finds it in a year.

use oakc_digest::sha256;
use oakc_project::write as write_file;
use oakc_runtime_schema::sbr::Section;
use serde_json::{Value, json};

use crate::build::Package;
use crate::lock::Lock;
use crate::{Error, digest};

/// Writes the manifest beside the package.
pub(crate) fn write(package: &Package, lock: &Lock) -> Result<(), Error> {
    let text = format!("{:#}\n", manifest(package, lock)?);
    write_file(&package.beside(".manifest.json"), text.as_bytes())?;
    Ok(())
}

fn manifest(package: &Package, lock: &Lock) -> Result<Value, Error> {
    let firmware = package.assembly.firmware();
    Ok(json!({
        "oakc": env!("CARGO_PKG_VERSION"),
        "app_name": package.assembly.app_name(),
        "firmware": {
            "release": lock.firmware.release,
            "commit": firmware.image.commit(),
            "variant": lock.firmware.variant,
            "sha256": lock.firmware.sha256,
            "compressed": firmware.compressed.is_some(),
        },
        "inputs": lock.inputs,
        "sections": sections(package)?,
        "package": {
            "size": package.assembly.size(),
            "sha256": package.sha256,
        },
    }))
}

fn sections(package: &Package) -> Result<Vec<Value>, Error> {
    let entry = |section: &Section, sha256: String| {
        json!({
            "name": section.name.as_str(),
            "offset": section.offset,
            "size": section.size,
            "checksum": section.checksum,
            "sha256": sha256,
        })
    };
    let firmware = digest::of_written(|to| package.assembly.write_firmware(to))?;
    let sections = package.assembly.sections();
    let first = sections.firmware().map(|section| entry(section, firmware));
    let others = sections.others();
    let others = others.map(|(section, bytes)| entry(section, sha256(bytes)));
    Ok(first.into_iter().chain(others).collect())
}
