//! Programs that need more than the library: a camera that answers, modules, processes, `depthai_sdk`. Each program
//! checks by itself what it gets, and has no pipeline if that is wrong.

use std::fs;
use std::path::Path;
use std::process::Command;

use oakc_tests::process::{Ran, oakc};
use oakc_tests::reference::{folder, python, sdk_python};
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
    // What was answered is not the calibration of any camera.
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

#[test]
fn modules_are_found_where_they_are_and_something_stands_in_for_the_others() {
    let Some(python) = python() else { return };
    // As the user sets it, from the folder in which oakc runs.
    let directory = TempDir::new().unwrap();
    let mut command = Command::new(oakc());
    command
        .current_dir(folder().join("programs/imports"))
        .env("PYTHONPATH", "elsewhere")
        .args(["import", "app/main.py", "--check", "--python"])
        .arg(&python)
        .arg("-o")
        .arg(directory.path());
    Ran::from(command.output().unwrap())
        .exits(0)
        .says("ran without: paho, torch, a_company, std_msgs, prometheus_client, nowhere_at_all, a_plugin")
        .says("got 1 instead: torch.cuda.device_count (main.py, line ");
    let text = text(&directory);
    // The values of modules that exist, and of no stand-in.
    for part in ["fps = 12", "num_frames_pool = 5", "raw_packed = true"] {
        assert!(text.contains(part), "no {part} in\n{text}");
    }
    assert!(text.contains("`left`"), "{text}");
}

#[test]
fn a_module_of_a_package_imports_from_its_package() {
    let Some(python) = python() else { return };
    let (directory, ran) = import(&python, "imports/package/sub/main.py", &[]);
    ran.exits(0);
    assert!(text(&directory).contains("fps = 7"));
    let (directory, ran) = import(&python, "imports/twin/twin.py", &["--call", "build"]);
    ran.exits(0);
    assert!(text(&directory).contains("fps = 8"));
}

#[test]
fn pipelines_of_other_processes_are_seen() {
    let Some(python) = python() else { return };
    let (_directory, ran) = import(&python, "processes.py", &[]);
    ran.exits(1).says("--pipeline 4");
    let (directory, ran) = import(&python, "processes.py", &["--pipeline", "3"]);
    ran.exits(0);
    assert!(text(&directory).contains("fps = 5"));
    let (_directory, ran) = import(&python, "failing_process.py", &[]);
    ran.exits(1)
        .says("no attribute 'setWhatNoCameraHas' (line 10), in the process camera");
    let (_directory, ran) = import(&python, "starter.py", &[]);
    ran.exits(1).says("it starts the_camera.py, so import that");
}

#[test]
fn depthai_sdk_is_used_and_where_it_is_missing_pip_is_told_what_works() {
    let Some(without) = python() else { return };
    let (_directory, ran) = import(&without, "sdk/visualize.py", &[]);
    ran.exits(3)
        .says("has no depthai_sdk")
        .says("-m pip install \"depthai<3\" \"depthai-sdk>=1.14,<1.16\"");
    let Some(python) = sdk_python("depthai-sdk>=1.14,<1.16") else {
        return;
    };
    let parts: [(&str, &[&str]); 3] = [
        ("visualize", &["type = \"ColorCamera\"", "preview_size"]),
        (
            "depth",
            &[
                "type = \"StereoDepth\"",
                "type = \"IMU\"",
                "resolution = \"12mp\"",
                "fps = 12",
            ],
        ),
        (
            "network",
            &[
                "mobilenet",
                "face-detection-retail-0004",
                "type = \"ObjectTracker\"",
            ],
        ),
    ];
    for (program, parts) in parts {
        let (directory, ran) = import(&python, &format!("sdk/{program}.py"), &[]);
        ran.exits(0);
        let text = text(&directory);
        for part in parts {
            assert!(text.contains(part), "no {part} in\n{text}");
        }
    }
}
