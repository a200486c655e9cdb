//! `oakc.lock` and the manifest: what a package was made of.

use super::*;

fn locked(app: &App) -> Ran {
    let mut arguments = BUILD.to_vec();
    arguments.push("--locked");
    app.run(&arguments)
}

#[test]
fn the_lock_file_is_written_once_and_holds_until_something_changes() {
    let app = with_files();
    app.build().exits(0);
    let lock = app.read("oakc.lock");
    app.build().exits(0);
    assert_eq!(app.read("oakc.lock"), lock);
    locked(&app).exits(0);

    app.file("scripts/s.py", "pass");
    let package = app.read("out/app.dap");
    locked(&app).exits(1).says("scripts/s.py:");
    assert!(app.read("out/app.dap") == package, "nothing is built");
    assert_eq!(app.read("oakc.lock"), lock, "--locked never writes");
    app.build().exits(0);
    assert_ne!(app.read("oakc.lock"), lock);
    locked(&app).exits(0);

    app.file("fw.cmd", [1; 100]);
    locked(&app).exits(1).says("firmware: 2.33.0.0");
    app.build().exits(0);
    app.file("app.toml", SMALL);
    locked(&app)
        .exits(1)
        .says("table.bin: pinned, but no longer used");
}

#[test]
fn a_changed_model_breaks_the_lock() {
    let app = App::new();
    app.file(
        "app.toml",
        "[nodes.n]\ntype = \"NeuralNetwork\"\nmodel = \"m.blob\"\n",
    );
    let blob = oakc_blob::synthetic::BlobBuilder::detector(300, 300);
    app.file("m.blob", blob.clone().build());
    app.build().exits(0);
    locked(&app).exits(0);
    app.file("m.blob", blob.shaves(8).build());
    locked(&app)
        .exits(1)
        .says("m.blob:")
        .says("build without --locked");
}

#[test]
fn without_a_lock_file_nothing_is_locked() {
    let app = with_files();
    locked(&app)
        .exits(1)
        .says("oakc.lock: it pins nothing for this application");
    assert!(!app.path("out/app.dap").exists());
    app.build().exits(0);
    fs::remove_file(app.path("oakc.lock")).unwrap();
    locked(&app).exits(1).says("build once without --locked");
}

#[test]
fn two_configurations_share_the_lock_file_of_their_directory() {
    let app = with_files();
    app.file("other.yaml", "nodes: {cam: {type: ColorCamera}}\n");
    let other = [
        "build",
        "--firmware",
        "fw.cmd",
        "other.yaml",
        "-o",
        "out/other.dap",
    ];
    app.build().exits(0);
    app.run(&other).exits(0);
    locked(&app).exits(0);
    let mut arguments = other.to_vec();
    arguments.push("--locked");
    app.run(&arguments).exits(0);
    let lock = String::from_utf8(app.read("oakc.lock")).unwrap();
    assert!(
        lock.contains("app.toml") && lock.contains("other.yaml"),
        "{lock}"
    );
}

#[test]
fn the_manifest_lists_what_the_package_is_made_of() {
    let app = with_files();
    let mut arguments = BUILD.to_vec();
    arguments.push("--manifest");
    app.run(&arguments).exits(0);
    let manifest = json(&String::from_utf8(app.read("out/app.dap.manifest.json")).unwrap());
    let package = app.read("out/app.dap");
    assert_eq!(manifest["package"]["sha256"], sha256(&package));
    assert_eq!(manifest["package"]["size"], package.len());
    assert_eq!(manifest["firmware"]["sha256"], sha256(&app.read("fw.cmd")));
    assert_eq!(manifest["firmware"]["variant"], "custom");
    let inputs = manifest["inputs"].as_object().unwrap();
    assert_eq!(inputs.len(), 2);
    for (path, digest) in inputs {
        assert_eq!(*digest, sha256(&app.read(path)), "{path}");
    }
    let header = Header::parse_file(&package).unwrap();
    let sections = manifest["sections"].as_array().unwrap();
    assert_eq!(sections.len(), header.sections().len());
    for (section, told) in header.sections().iter().zip(sections) {
        assert_eq!(told["name"], section.name.as_str());
        assert_eq!(told["sha256"], sha256(section.bytes(&package).unwrap()));
        assert_eq!(told["checksum"], section.checksum);
        assert_eq!(told["offset"], section.offset);
    }
}
