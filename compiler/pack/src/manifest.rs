//! `OUT.dap.manifest.json`: what a package was made of, for whoever finds it in a year. What a build tells
//! programs is the same without the digests of single sections.

use std::path::PathBuf;

use oakc_digest::sha256;
use oakc_project::Output;
use oakc_runtime_schema::sbr::Section;
use serde_json::{Value, json};

use crate::Error;
use crate::build::Package;
use crate::lock::Lock;

/// Writes the manifest, which is to lie beside the package.
pub(crate) fn prepare(package: &Package, lock: &Lock) -> Result<Output, Error> {
    let text = format!("{:#}\n", manifest(package, lock));
    Ok(Output::of(&path(package), text.as_bytes())?)
}

fn path(package: &Package) -> PathBuf {
    let mut name = package.path.clone().into_os_string();
    name.push(".manifest.json");
    name.into()
}

fn manifest(package: &Package, lock: &Lock) -> Value {
    let mut manifest = json!({
        "oakc": env!("CARGO_PKG_VERSION"),
        "app_name": package.assembly.app_name(),
    });
    add(&mut manifest, package.origin.json());
    add(
        &mut manifest,
        json!({
            "build": package.build,
            "inputs": lock.inputs,
            "notices": package.notices,
            "sections": sections(package),
            "package": {
                "size": package.assembly.size(),
                "sha256": package.digests.package,
            },
        }),
    );
    manifest
}

/// Puts the keys of an object behind those of another one.
fn add(object: &mut Value, more: Value) {
    if let (Value::Object(object), Value::Object(more)) = (object, more) {
        object.extend(more);
    }
}

fn sections(package: &Package) -> Vec<Value> {
    let with_digest = |section: &Section, digest: Option<String>| {
        let mut entry = section_json(section);
        add(&mut entry, json!({ "sha256": digest }));
        entry
    };
    let sections = package.assembly.sections();
    let firmware = sections.firmware().into_iter();
    let firmware = firmware.map(|it| with_digest(it, package.digests.firmware.clone()));
    let others = sections.others();
    let others = others.map(|(section, bytes)| with_digest(section, Some(sha256(bytes))));
    firmware.chain(others).collect()
}

fn section_json(section: &Section) -> Value {
    json!({
        "name": section.name.as_str(),
        "offset": section.offset,
        "size": section.size,
        "checksum": section.checksum,
    })
}

impl Package {
    /// What was built, for programs.
    pub fn json(&self) -> Value {
        let sections = self.assembly.sections().header();
        let sections = sections.sections().iter().map(section_json);
        let mut json = json!({
            "path": self.path.to_string_lossy(),
            "size": self.assembly.size(),
            "sha256": self.digests.package,
        });
        add(&mut json, self.origin.json());
        add(
            &mut json,
            json!({ "build": self.build, "sections": sections.collect::<Vec<_>>() }),
        );
        json
    }
}
