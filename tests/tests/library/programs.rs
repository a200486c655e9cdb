//! Programs that use the real library, imported by the binary. They run without a camera and are
//! intercepted when they use their pipeline.

use std::fs;
use std::process::Command;

use oakc_tests::process::{Ran, oakc};
use oakc_tests::programs::{has, import, text};
use oakc_tests::reference::{folder, python};
use oakc_tests::requirement::has_program;
use tempfile::TempDir;

#[test]
fn a_program_with_a_host_becomes_a_standalone_application() {
    let Some(python) = python() else { return };
    let (directory, ran) = import(&python, "spatial.py", &["--serve", "http"]);
    ran.exits(0)
        .says("its own code is executed")
        .says("checked: building it again")
        .says("place it at `mobilenet-ssd_openvino_2021.4_6shave.blob`");
    let text = text(&directory);
    has(
        &text,
        &[
            "name = \"spatial\"",
            "[nodes.cam]",
            "[nodes.left]",
            "[nodes.right]",
            "depth_align_camera = \"CAM_A\"",
            "model = \"mobilenet-ssd_openvino_2021.4_6shave.blob\"",
            "depth_lower_threshold = 100",
            "detection_labels_to_track = [15]",
            "[nodes.serve_preview]",
            "[nodes.serve_tracklets]",
        ],
    );
    // The model does not exist: the application names it, and no file stands in for it.
    let names = fs::read_dir(directory.path()).unwrap();
    let mut names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(
        names,
        ["app.toml", "serve_preview.py", "serve_tracklets.py"]
    );
}

#[test]
fn a_program_that_polls_is_stopped_and_its_pipeline_is_kept() {
    let Some(python) = python() else { return };
    let (directory, ran) = import(&python, "control.py", &[]);
    ran.exits(0)
        .says("`control` (cam.inputControl) came from a host");
    let text = text(&directory);
    has(
        &text,
        &[
            "initial_control.manual_focus = 120",
            "outputs = [\"count\"]",
        ],
    );
    assert!(!text.contains("[nodes.encoder]"), "{text}");
}

#[test]
fn several_pipelines_are_offered_by_number() {
    let Some(python) = python() else { return };
    let (_, ran) = import(&python, "several.py", &[]);
    ran.exits(1)
        .says("--pipeline 1: given to dai.Device")
        .says("--pipeline 2: given to dai.Device")
        .says("a_module_that_nobody_has");
    let (directory, ran) = import(&python, "several.py", &["--pipeline", "2"]);
    ran.exits(0);
    has(&text(&directory), &["report_rate = 400"]);
    import(&python, "several.py", &["--pipeline", "3"])
        .1
        .exits(1);
}

#[test]
fn a_program_that_flashes_keeps_its_name_board_and_openvino_release() {
    let Some(python) = python() else { return };
    let (directory, ran) = import(&python, "flash.py", &[]);
    ran.exits(0);
    has(
        &text(&directory),
        &[
            "name = \"door-counter\"",
            "network.mtu = 1400",
            "openvino = \"2021.3\"",
            "source = \"report.py\"",
            "model = \"person.blob\"",
            "resize = [128, 128]",
        ],
    );
    let script = fs::read(directory.path().join("report.py")).unwrap();
    assert_eq!(
        script,
        fs::read(folder().join("programs/report.py")).unwrap()
    );
}

#[test]
fn an_endless_program_is_stopped_and_a_failing_one_is_explained() {
    let Some(python) = python() else { return };
    let (directory, ran) = import(&python, "endless.py", &["--timeout", "5"]);
    ran.exits(0).says("stopped after 5 s");
    has(&text(&directory), &["rate_hz = 2"]);
    let (directory, ran) = import(&python, "broken.py", &[]);
    ran.exits(1).says("no luck with depthai (line 4)");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[test]
fn a_python_without_the_library_is_told_how_to_get_it() {
    if !has_program("python3") {
        return;
    }
    let directory = TempDir::new().unwrap();
    let fake = directory.path().join("depthai");
    fs::create_dir(&fake).unwrap();
    fs::write(fake.join("__init__.py"), "raise ImportError('not here')\n").unwrap();
    let mut command = Command::new(oakc());
    command
        .arg("import")
        .arg(folder().join("programs/flash.py"));
    command.env("PYTHONPATH", directory.path());
    let output = command.arg("-o").arg(directory.path().join("out")).output();
    Ran::from(output.unwrap())
        .exits(3)
        .says("pip install \"depthai<3\"")
        .says("--python");
}

#[test]
fn a_pipeline_that_the_program_did_not_finish_is_a_failure() {
    let Some(python) = python() else { return };
    for more in [&[][..], &["--yaml"]] {
        let (directory, ran) = import(&python, "cut.py", more);
        ran.exits(1)
            .says("ended before its pipeline was complete")
            .says("No such file or directory: 'gone.py' (line 7)")
            .says("--partial");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
    }
    let (directory, ran) = import(&python, "cut.py", &["--partial"]);
    ran.exits(0);
    let text = text(&directory);
    let head: Vec<_> = text
        .lines()
        .take_while(|line| line.starts_with('#'))
        .collect();
    let head = head.join(" ");
    assert!(
        head.contains("NOT COMPLETE") && head.contains("gone.py"),
        "{text}"
    );
    has(&text, &["[nodes.cam]", "[nodes.script]"]);
}

#[test]
fn a_program_for_another_generation_of_the_library_is_called_one() {
    let Some(python) = python() else { return };
    for program in ["version3.py", "version3_elsewhere.py"] {
        let (_directory, ran) = import(&python, program, &[]);
        ran.exits(1)
            .says("written for DepthAI v3")
            .says("oakc init");
    }
}

#[test]
fn cameras_that_a_program_knows_are_there_and_get_their_pipeline_once() {
    let Some(python) = python() else { return };
    let (directory, ran) = import(&python, "fleet.py", &[]);
    ran.exits(0);
    has(&text(&directory), &["type = \"Script\""]);
}

#[test]
fn programs_that_cannot_be_run_are_named() {
    let directory = TempDir::new().unwrap();
    for (file, says) in [("a.ipynb", "nbconvert"), ("a.cpp", "serializeToJson")] {
        let path = directory.path().join(file);
        fs::write(&path, "{}").unwrap();
        let mut command = Command::new(oakc());
        command
            .arg("import")
            .arg(&path)
            .arg("-o")
            .arg(directory.path().join("out"));
        Ran::from(command.output().unwrap()).exits(1).says(says);
    }
}
