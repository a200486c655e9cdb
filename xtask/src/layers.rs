//! Which crate may use which: the workspace's packages in, forbidden dependencies out.

use std::io;
use std::path::Path;
use std::process::Command;

use serde_json::Value as Json;

/// Each package and the packages of this workspace that it may use. No package may use the binary.
const MAY_USE: &[(&str, &[&str])] = &[
    ("oakc-runtime-schema-derive", &[]),
    ("oakc-runtime-schema", &["oakc-runtime-schema-derive"]),
    ("oakc-diag", &[]),
    ("oakc-bsdiff", &[]),
    ("oakc-blob", &[]),
    ("oakc-model", &["oakc-blob", "oakc-bsdiff"]),
    ("oakc-script", &[]),
    ("oakc-digest", &[]),
    ("oakc-scratch", &[]),
    ("oakc-workers", &[]),
    ("oakc-subprocess", &[]),
    (
        "oakc-toolchain",
        &["oakc-digest", "oakc-scratch", "oakc-subprocess"],
    ),
    (
        "oakc-python",
        &["oakc-script", "oakc-scratch", "oakc-subprocess"],
    ),
    (
        "oakc-firmware",
        &[
            "oakc-runtime-schema",
            "oakc-bsdiff",
            "oakc-digest",
            "oakc-scratch",
            "oakc-subprocess",
        ],
    ),
    (
        "oakc-core",
        &[
            "oakc-runtime-schema",
            "oakc-diag",
            "oakc-digest",
            "oakc-blob",
            "oakc-model",
            "oakc-script",
            "oakc-workers",
        ],
    ),
    ("oakc-check", STAGES_BELOW),
    (
        "oakc-schema",
        &[
            "oakc-runtime-schema",
            "oakc-diag",
            "oakc-blob",
            "oakc-model",
            "oakc-core",
            "oakc-check",
        ],
    ),
    ("oakc-diff", STAGES_BELOW),
    ("oakc-picture", STAGES_BELOW),
    (
        "oakc-import",
        &[
            "oakc-runtime-schema",
            "oakc-diag",
            "oakc-digest",
            "oakc-blob",
            "oakc-model",
            "oakc-core",
            "oakc-diff",
        ],
    ),
    ("oakc-device", &["oakc-runtime-schema"]),
    (
        "oakc-project",
        &[
            "oakc-runtime-schema",
            "oakc-diag",
            "oakc-toolchain",
            "oakc-scratch",
            "oakc-blob",
            "oakc-model",
            "oakc-core",
            "oakc-check",
            "oakc-workers",
        ],
    ),
    (
        "oakc-pack",
        &[
            "oakc-runtime-schema",
            "oakc-diag",
            "oakc-blob",
            "oakc-model",
            "oakc-core",
            "oakc-digest",
            "oakc-scratch",
            "oakc-check",
            "oakc-firmware",
            "oakc-project",
        ],
    ),
    (
        "oakc-deploy",
        &[
            "oakc-runtime-schema",
            "oakc-diag",
            "oakc-digest",
            "oakc-core",
            "oakc-device",
            "oakc-firmware",
            "oakc-project",
            "oakc-pack",
            "oakc-workers",
        ],
    ),
    (
        "oakc-capture",
        &[
            "oakc-runtime-schema",
            "oakc-blob",
            "oakc-model",
            "oakc-scratch",
            "oakc-core",
            "oakc-import",
            "oakc-project",
            "oakc-subprocess",
        ],
    ),
    ("oakc-vision", &["oakc-runtime-schema"]),
    (
        "oakc-desk",
        &[
            "oakc-runtime-schema",
            "oakc-vision",
            "oakc-diag",
            "oakc-blob",
            "oakc-model",
            "oakc-script",
            "oakc-core",
            "oakc-python",
            "oakc-subprocess",
        ],
    ),
    (
        "oakc-doctor",
        &[
            "oakc-runtime-schema",
            "oakc-device",
            "oakc-subprocess",
            "oakc-workers",
        ],
    ),
    (
        "oakc-footage",
        &[
            "oakc-runtime-schema",
            "oakc-vision",
            "oakc-desk",
            "oakc-subprocess",
        ],
    ),
    (
        "oakc-simulate",
        &[
            "oakc-runtime-schema",
            "oakc-vision",
            "oakc-diag",
            "oakc-scratch",
            "oakc-core",
            "oakc-picture",
            "oakc-import",
            "oakc-project",
            "oakc-capture",
            "oakc-python",
            "oakc-desk",
            "oakc-footage",
        ],
    ),
    (
        "oakc-suite",
        &[
            "oakc-core",
            "oakc-desk",
            "oakc-footage",
            "oakc-diag",
            "oakc-project",
            "oakc-python",
            "oakc-workers",
        ],
    ),
    ("oakc-logs", &["oakc-diag"]),
    ("oakc", LIBRARIES),
    ("xtask", LIBRARIES),
    ("oakc-fuzz", LIBRARIES),
    (
        "oakc-tests",
        &[
            "oakc-runtime-schema",
            "oakc-diag",
            "oakc-digest",
            "oakc-blob",
            "oakc-model",
            "oakc-script",
            "oakc-toolchain",
            "oakc-firmware",
            "oakc-core",
            "oakc-check",
            "oakc-schema",
            "oakc-diff",
            "oakc-picture",
            "oakc-import",
            "oakc-desk",
            "oakc-vision",
            "oakc-device",
            "oakc-project",
            "oakc-pack",
            "oakc-python",
            "xtask",
        ],
    ),
];

/// Crates on top of the compiler proper: rules, comparison and pictures do not use each other.
const STAGES_BELOW: &[&str] = &[
    "oakc-runtime-schema",
    "oakc-diag",
    "oakc-digest",
    "oakc-blob",
    "oakc-model",
    "oakc-script",
    "oakc-core",
];

const LIBRARIES: &[&str] = &[
    "oakc-check",
    "oakc-schema",
    "oakc-diff",
    "oakc-picture",
    "oakc-import",
    "oakc-runtime-schema",
    "oakc-diag",
    "oakc-digest",
    "oakc-workers",
    "oakc-bsdiff",
    "oakc-blob",
    "oakc-model",
    "oakc-script",
    "oakc-scratch",
    "oakc-firmware",
    "oakc-core",
    "oakc-device",
    "oakc-project",
    "oakc-pack",
    "oakc-deploy",
    "oakc-capture",
    "oakc-vision",
    "oakc-desk",
    "oakc-footage",
    "oakc-simulate",
    "oakc-suite",
    "oakc-logs",
    "oakc-doctor",
    "oakc-subprocess",
    "oakc-python",
    "oakc-toolchain",
];

/// Sentences about dependencies that the layers forbid.
///
/// # Errors
/// If cargo cannot describe the workspace.
pub fn violations(root: &Path) -> io::Result<Vec<String>> {
    let metadata = metadata(root)?;
    let packages = metadata.get("packages").and_then(Json::as_array);
    let packages = packages.map(Vec::as_slice).unwrap_or_default();
    Ok(in_packages(packages))
}

/// The same for packages as `cargo metadata` describes them.
pub fn in_packages(packages: &[Json]) -> Vec<String> {
    packages.iter().flat_map(of_package).collect()
}

fn of_package(package: &Json) -> Vec<String> {
    let name = text(package, "name");
    let Some((_, may_use)) = MAY_USE.iter().find(|(known, _)| *known == name) else {
        return vec![format!(
            "{name} has no place among the layers in xtask/src/layers.rs"
        )];
    };
    let uses = package.get("dependencies").and_then(Json::as_array);
    let uses = uses.into_iter().flatten();
    // Dependencies within the workspace have a path.
    let internal = uses.filter(|used| used.get("path").is_some_and(|path| !path.is_null()));
    // A package may name itself, to test with features that it does not ship with.
    let names = internal
        .map(|used| text(used, "name"))
        .filter(|used| *used != name);
    let forbidden = names.filter(|used| !may_use.contains(used));
    forbidden
        .map(|used| format!("{name} may not use {used}"))
        .collect()
}

fn text<'a>(object: &'a Json, key: &str) -> &'a str {
    object.get(key).and_then(Json::as_str).unwrap_or_default()
}

fn metadata(root: &Path) -> io::Result<Json> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
        ])
        .current_dir(root)
        .output()?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr);
        return Err(io::Error::other(format!("cargo metadata: {reason}")));
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
