//! Complete packages with the real firmware, built by the binary and by the real library: examples,
//! compression, firmware variants, and what both refuse.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use oakc_blob::synthetic::BlobBuilder;
use oakc_core::bundle::Bundle;
use oakc_core::package::inspect::Package;
use oakc_runtime_schema::sbr;
use oakc_tests::compare::differences;
use oakc_tests::comparison::{Comparison, LANGUAGES, assert_none};
use oakc_tests::config_text;
use oakc_tests::description::translate;
use oakc_tests::examples::{PREPARED, example, with_synthetic_models};
use oakc_tests::models::VERSIONS;
use oakc_tests::process::oakc;
use oakc_tests::reference::{Reference, python, shared_object, target};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A cache with the real firmware, taken from the library in the virtual environment.
pub(crate) fn cache(python: &Path) -> &'static Path {
    static CACHE: OnceLock<PathBuf> = OnceLock::new();
    CACHE.get_or_init(|| {
        let cache = target().join("oakc-test-cache");
        let library = shared_object(python);
        let mut install = Command::new(oakc());
        install
            .env("OAKC_CACHE", &cache)
            .args(["firmware", "install", "--from"]);
        assert!(install.arg(library).status().unwrap().success());
        cache
    })
}

/// Runs `oakc build` with the real firmware.
pub(crate) fn build(python: &Path, application: &Path, more: &[&str]) -> Result<Vec<u8>, String> {
    let directory = TempDir::new().unwrap();
    let package = directory.path().join("out.dap");
    let mut command = Command::new(oakc());
    command
        .env("OAKC_CACHE", cache(python))
        .arg("build")
        .arg(application)
        // The library and oakc share models, which lie beside no application.
        .arg("--allow-outside")
        .arg(std::env::temp_dir());
    let output = command.arg("-o").arg(&package).args(more).output().unwrap();
    if output.status.success() {
        Ok(fs::read(package).unwrap())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

#[test]
fn examples_are_packaged_as_the_library_packages_them() {
    let Some(python) = python() else { return };
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let folders = fs::read_dir(examples)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut compared = 0;
    for folder in folders.filter(|path| path.is_dir()) {
        compare_example(&python, &folder);
        compared += 1;
    }
    assert!(compared >= 6, "only {compared} examples");
}

fn compare_example(python: &Path, folder: &Path) {
    // A copy, so that models and lock files do not end up in the source tree.
    let name = folder.file_name().unwrap().to_str().unwrap();
    let prepared = PREPARED.into_iter().find(|(example, _)| *example == name);
    // What is locked are the networks themselves.
    let locked: &[&str] = if prepared.is_some() {
        &[]
    } else {
        &["--locked"]
    };
    let app = match prepared {
        Some(example) => with_synthetic_models(example),
        None => example(name),
    };
    if prepared.is_none() {
        fs::copy(folder.join("oakc.lock"), app.path("oakc.lock")).unwrap();
    }
    let copy = &app.path("");
    if folder.ends_with("hand-detector") {
        fetch_palm_model(python, copy);
    }
    let theirs = copy.join("library.dap");
    let mut command = Command::new(python);
    command
        .arg("-B")
        .arg("reference.py")
        .arg(&theirs)
        .current_dir(copy);
    assert!(command.status().unwrap().success(), "{}", folder.display());
    let names = ["app.toml", "app.yaml"].map(|name| copy.join(name));
    let application = names.iter().find(|path| path.exists()).unwrap();
    let ours = build(python, application, locked).unwrap();
    let library = theirs;
    let theirs = fs::read(&library).unwrap();
    assert_none(&differences(&theirs, &ours), 1);
    assert_eq!(
        section(&theirs, sbr::FIRMWARE),
        section(&ours, sbr::FIRMWARE),
        "{}: the firmware section is not the same to the byte",
        folder.display()
    );
    let is_toml = application
        .extension()
        .is_some_and(|ending| ending == "toml");
    let other = if is_toml { "--yaml" } else { "--toml" };
    // What the library wrote lacks the modules of a script.
    let (imported, built) = if has_modules(&ours) {
        (copy.join("app.dap"), &ours)
    } else {
        (library, &theirs)
    };
    fs::write(copy.join("app.dap"), &ours).unwrap();
    let again = import_and_build(python, &imported, other);
    assert_none(&differences(built, &again), 1);
}

/// Fetches the model of the hand detector, and puts it where its reference reads it.
fn fetch_palm_model(python: &Path, folder: &Path) {
    let mut command = Command::new(oakc());
    command.env("OAKC_CACHE", cache(python));
    command
        .args(["model", "fetch", "app.toml"])
        .current_dir(folder);
    assert!(command.status().unwrap().success());
    let palm = "4d45ecfddc68d8365fef3cb633d78b916612f25f7a48898f90f8a47d4b151aa5";
    let fetched = cache(python)
        .join("models/fetched")
        .join(palm)
        .join("model");
    fs::copy(fetched, folder.join("palm_detection_sh4.blob")).unwrap();
}

fn has_modules(package: &[u8]) -> bool {
    let package = Package::parse(package).unwrap();
    let mut assets = package.assets.as_ref().unwrap().map.values();
    assets.any(|entry| Bundle::of_asset(package.asset(entry).unwrap()).is_some())
}

/// Imports a package and builds the result.
fn import_and_build(python: &Path, package: &Path, flag: &str) -> Vec<u8> {
    let directory = TempDir::new().unwrap();
    let mut command = Command::new(oakc());
    command
        .arg("import")
        .arg(package)
        .args([flag, "--check", "-o"]);
    let output = command.arg(directory.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}", package.display());
    let name = format!("app.{}", flag.trim_start_matches('-'));
    build(python, &directory.path().join(name), &[]).unwrap()
}

fn section(package: &[u8], name: &str) -> Vec<u8> {
    Package::parse(package)
        .unwrap()
        .section(name)
        .unwrap()
        .to_vec()
}

/// An application on disk that is equivalent to `description`.
fn application(description: &Value) -> (TempDir, PathBuf) {
    let translation = translate(description);
    let directory = TempDir::new().unwrap();
    for (name, bytes) in translation.files.iter() {
        fs::write(directory.path().join(name), bytes).unwrap();
    }
    let path = directory.path().join("app.toml");
    fs::write(&path, config_text::toml(&translation.config)).unwrap();
    (directory, path)
}

#[test]
fn compressed_and_checked_packages_equal_those_of_the_library() {
    let Some(python) = python() else { return };
    let mut reference = Reference::start(&python);
    let description = json!({
        "app_name": "small",
        "board": { "network.mtu": 1400 },
        "nodes": [{ "class": "ColorCamera", "calls": [["setFps", [12.0]]] }],
    });
    let (_directory, application) = application(&description);
    for (compress, check) in [(false, true), (true, false), (true, true)] {
        let request = json!({ "firmware": "real", "compress": compress, "check_checksum": check });
        let theirs = reference.request(&description, &request).unwrap();
        let flags = [(compress, "--compress"), (check, "--checksum")];
        let flags: Vec<_> = flags
            .iter()
            .filter(|(on, _)| *on)
            .map(|(_, flag)| *flag)
            .collect();
        let ours = build(&python, &application, &flags).unwrap();
        let found = differences(&theirs, &ours);
        // Two compressors may turn the same bytes into streams of different sizes.
        let found: Vec<_> = found
            .into_iter()
            .filter(|text| !(compress && text.starts_with("size of __firmware")))
            .collect();
        assert_none(&found, 1);
    }
}

fn blob(directory: &Path, version: (u32, u32)) -> Value {
    let path = directory.join(format!("{}-{}.blob", version.0, version.1));
    let bytes = BlobBuilder::detector(32, 32)
        .version(version.0, version.1)
        .build();
    fs::write(&path, bytes).unwrap();
    json!({ "blob": path })
}

fn network(blob: &Value) -> Value {
    json!({ "class": "NeuralNetwork", "calls": [["setBlob", [blob]]] })
}

/// A complaint unless both build the same package or both refuse.
fn same_outcome(python: &Path, reference: &mut Reference, description: &Value) -> Option<String> {
    let theirs = reference.build(description, "real");
    let (_directory, application) = application(description);
    match (theirs, build(python, &application, &[])) {
        (Ok(theirs), Ok(ours)) => {
            let found = differences(&theirs, &ours);
            (!found.is_empty()).then(|| format!("{description}: {}", found.join("; ")))
        }
        (Err(_), Err(_)) => None,
        (theirs, ours) => {
            let (theirs, ours) = (theirs.err(), ours.err());
            Some(format!("{description}: library {theirs:?}, oakc {ours:?}"))
        }
    }
}

#[test]
fn each_openvino_release_gets_the_firmware_that_the_library_chooses() {
    let Some(python) = python() else { return };
    let mut reference = Reference::start(&python);
    let blobs = TempDir::new().unwrap();
    let mut cases: Vec<Value> = VERSIONS
        .iter()
        .map(|version| json!({ "nodes": [network(&blob(blobs.path(), *version))] }))
        .collect();
    for forced in ["2020_3", "2021_2", "2022_1"] {
        let call = json!([["setOpenVINOVersion", [{ "enum": format!("OpenVINO.Version.VERSION_{forced}") }]]]);
        cases.push(json!({ "pipeline": call, "nodes": [{ "class": "SystemLogger" }] }));
        for version in [(5, 0), (2021, 3)] {
            let nodes = [network(&blob(blobs.path(), version))];
            cases.push(json!({ "pipeline": call, "nodes": nodes }));
        }
    }
    let failed = cases
        .iter()
        .filter_map(|case| same_outcome(&python, &mut reference, case));
    assert_none(&failed.collect::<Vec<_>>(), cases.len());
}

#[test]
fn networks_of_several_releases_get_the_firmware_that_the_library_chooses() {
    let Some(python) = python() else { return };
    let mut reference = Reference::start(&python);
    let blobs = TempDir::new().unwrap();
    let versions = [(2021, 1), (2021, 2), (2021, 3), (2020, 4), (6, 0)];
    let blobs = versions.map(|version| blob(blobs.path(), version));
    let mut cases = Vec::new();
    for count in [2, 3, 5, 13, 14, 16, 29, 30, 40] {
        let node = |id: usize| match id % 3 {
            0 => network(&blobs[(id / 3 + count) % blobs.len()]),
            _ => json!({ "class": "SystemLogger" }),
        };
        cases.push(json!({ "nodes": (0..count).map(node).collect::<Vec<_>>() }));
    }
    let failed = cases
        .iter()
        .filter_map(|case| same_outcome(&python, &mut reference, case));
    assert_none(&failed.collect::<Vec<_>>(), cases.len());
}

/// What a setter refuses although its property can hold it is not among these: `undocumented-value` reports it
/// and can be allowed (tests/lint/undocumented-value).
#[test]
fn oakc_refuses_what_the_library_refuses() {
    let Some(python) = python() else { return };
    let mut reference = Reference::start(&python);
    let script = json!({ "class": "Script" });
    let camera = json!({ "class": "ColorCamera" });
    let encoder = json!({ "class": "VideoEncoder" });
    let call = |class: &str, method: &str, arguments: Value| json!({ "nodes": [{ "class": class, "calls": [[method, arguments]] }] });
    let directory = TempDir::new().unwrap();
    let broken = directory.path().join("broken.blob");
    fs::write(&broken, BlobBuilder::detector(8, 8).build().split_at(150).0).unwrap();
    let cases = [
        json!({ "nodes": [camera, camera], "links": [[0, "video", 1, "inputControl"]] }),
        json!({ "nodes": [camera, encoder], "links": [[0, "video", 1, "in"], [0, "video", 1, "in"]] }),
        json!({ "nodes": [script, script], "links": [
            { "from": [0, "outputs", "a"], "to": [1, "inputs", "a"] },
            { "from": [1, "outputs", "a"], "to": [0, "inputs", "b"] },
        ] }),
        call("ColorCamera", "setSensorCrop", json!([1.5, 0.0])),
        call("ColorCamera", "setCamId", json!([4])),
        call(
            "ImageManip",
            "initialConfig.setColormap",
            json!([{ "enum": "Colormap.JET" }, 0, 300]),
        ),
        call("NeuralNetwork", "setBlobPath", json!([broken])),
        call(
            "NeuralNetwork",
            "setBlobPath",
            json!([directory.path().join("none.blob")]),
        ),
        call(
            "Script",
            "setScriptPath",
            json!([directory.path().join("none.py"), ""]),
        ),
    ];
    for case in &cases {
        for language in LANGUAGES {
            let compared = Comparison::of(&mut reference, case, language);
            assert!(compared.library.is_err(), "the library takes {case}");
            assert!(compared.ours.is_err(), "oakc takes {case}");
        }
    }
}

#[test]
fn an_import_keeps_the_forced_openvino_release_of_a_compressed_package() {
    let Some(python) = python() else { return };
    let forced = json!([["setOpenVINOVersion", [{ "enum": "OpenVINO.Version.VERSION_2021_3" }]]]);
    let description = json!({
        "app_name": "forced",
        "board": { "network.mtu": 1400 },
        "pipeline": forced,
        "nodes": [{ "class": "SystemLogger" }],
    });
    let request = json!({ "firmware": "real", "compress": true });
    let theirs = Reference::start(&python).request(&description, &request);
    let directory = TempDir::new().unwrap();
    let package = directory.path().join("forced.dap");
    fs::write(&package, theirs.unwrap()).unwrap();
    let mut command = Command::new(oakc());
    command.arg("import").arg(&package).args(["--check", "-o"]);
    let status = command.arg(directory.path().join("out")).status().unwrap();
    assert!(status.success());
    let text = fs::read_to_string(directory.path().join("out/app.toml")).unwrap();
    for line in [
        "depthai = \"2.33.0.0\"",
        "network.mtu = 1400",
        "openvino = \"2021.3\"",
    ] {
        assert!(text.contains(line), "no {line:?} in\n{text}");
    }
}
