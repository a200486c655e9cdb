//! Programs that ask a camera what it is before they build a pipeline, imported by the binary.

use std::fs;
use std::path::Path;
use std::process::Command;

use oakc_tests::process::{Ran, oakc};
use oakc_tests::reference::{folder, python};
use tempfile::TempDir;

fn import(python: &Path, program: &str, more: &[&str]) -> (TempDir, Ran) {
    let directory = TempDir::new().unwrap();
    let mut command = Command::new(oakc());
    command
        .arg("import")
        .arg(folder().join("programs").join(program));
    command
        .arg("--python")
        .arg(python)
        .arg("--check")
        .arg("-o")
        .arg(directory.path());
    let output = command.args(more).output().unwrap();
    (directory, output.into())
}

fn text(directory: &TempDir) -> String {
    fs::read_to_string(directory.path().join("app.toml")).unwrap()
}

#[test]
fn a_camera_is_answered_for_by_the_types_of_the_signatures_and_by_the_product() {
    let Some(python) = python() else { return };
    let (directory, ran) = import(&python, "camera.py", &[]);
    ran.exits(0)
        .says("calibration")
        .says("that of a typical OAK-D-POE");
    let text = text(&directory);
    assert!(text.contains("camera_name = \"left\""), "{text}");
    // What was answered is no calibration of any camera.
    assert!(!text.contains("calib"), "{text}");
}

#[test]
fn the_product_is_whichever_is_named() {
    let Some(python) = python() else { return };
    // The program expects another one.
    let (_directory, ran) = import(&python, "camera.py", &["--model", "oak-d-pro-w-poe"]);
    ran.exits(1).says("AssertionError: OAK-D-PRO-W-POE");
    let (_directory, ran) = import(&python, "camera.py", &["--model", "OAK-E"]);
    ran.exits(2).says("OAK-E");
}
