//! What a program gets from the host that runs it, and what it does as a host: its arguments and files, the
//! functions that somebody calls, and what it tells a camera.

use std::fs;

use oakc_tests::process::flat;
use oakc_tests::programs::{has, import, text};
use oakc_tests::reference::{folder, python};

#[test]
fn a_program_gets_its_arguments_and_finds_the_files_beside_it() {
    let Some(python) = python() else { return };
    let arguments = ["--", "--ip", "192.0.2.7", "--fps", "7"];
    let (directory, ran) = import(&python, "asks/program.py", &arguments);
    ran.exits(0)
        .says("`models/face.blob`, which was not found")
        .says("320 x 256 is assumed");
    let text = text(&directory);
    has(
        &text,
        &[
            "fps = 7",
            "preview_size = [320, 256]",
            "calibration = \"calibration.json\"",
            "openvino = \"2021.3\"",
            "# host:",
        ],
    );
    let script = fs::read_to_string(directory.path().join("script.py")).unwrap();
    assert_eq!(script, "LIMIT = 77");
    // It wrote to a file of that name.
    let best = fs::read_to_string(folder().join("programs/asks/best.json")).unwrap();
    assert!(best.contains("77"), "{best}");
    for place in ["programs", "programs/asks"] {
        assert!(!folder().join(place).join("never-written.txt").exists());
    }
}

#[test]
fn what_a_program_printed_is_quoted_when_nothing_comes_of_it() {
    let Some(python) = python() else { return };
    let (_directory, ran) = import(&python, "asks/program.py", &[]);
    ran.exits(1)
        .says("the following arguments are required: --ip")
        .says("oakc import … -- ARGS");
    let (_directory, ran) = import(&python, "wants.py", &[]);
    ran.exits(1).says("oakc import … -- ARGS");
    let (_directory, ran) = import(&python, "uncalled.py", &[]);
    let ran = ran.exits(1).says("nothing to do");
    assert!(!ran.stderr.contains("-- ARGS"), "{}", ran.stderr);
}

#[test]
fn functions_that_nobody_calls_are_offered() {
    let Some(python) = python() else { return };
    let (_directory, ran) = import(&python, "uncalled.py", &[]);
    let ran = ran.exits(1);
    for (call, line) in [
        ("Counter.build", 11),
        ("create_pipeline", 23),
        ("add_camera", 27),
        ("with_rate", 31),
        ("later", 41),
    ] {
        let offer = format!("--call {call}  (line {line})");
        assert!(ran.stderr.contains(&offer), "no {offer} in {}", ran.stderr);
    }
    assert!(!ran.stderr.contains("unrelated"), "{}", ran.stderr);
    // What calls another method of its class comes before it.
    let place = |call: &str| ran.stderr.find(&format!("--call {call}  (")).unwrap();
    assert!(place("Counter.built") < place("Counter.build"));
}

#[test]
fn functions_can_be_called_by_name() {
    let Some(python) = python() else { return };
    for (call, rate) in [
        ("create_pipeline", 12),
        ("create_pipeline(31)", 31),
        ("Counter.build", 5),
        ("Counter.built", 5),
        ("uncalled:Counter.build", 5),
        ("add_camera", 3),
        ("with_rate(rate=4)", 4),
        ("on_socket(dai.CameraBoardSocket.CAM_C)", 6),
        ("later", 9),
        ("opened", 11),
    ] {
        let (directory, ran) = import(&python, "uncalled.py", &["--call", call]);
        ran.exits(0);
        has(&text(&directory), &[&format!("fps = {rate}\n")]);
    }
}

#[test]
fn a_function_that_cannot_be_called_is_explained() {
    let Some(python) = python() else { return };
    for (call, says) in [
        ("with_rate", "--call 'with_rate(rate=…)'"),
        ("nothing", "there is no `nothing` in uncalled.py"),
        ("Counter.nothing", "there is no `nothing` in Counter"),
        ("nowhere:build", "there is no module `nowhere`"),
        ("with_rate(open('x'))", "not literals of Python"),
        ("with rate", "is not a function"),
    ] {
        let (_directory, ran) = import(&python, "uncalled.py", &["--call", call]);
        ran.exits(1).says(says);
    }
}

#[test]
fn what_a_device_is_configured_with_is_kept_and_what_it_is_told_is_noted() {
    let Some(python) = python() else { return };
    let (directory, ran) = import(&python, "tells.py", &[]);
    let ran = ran.exits(0);
    let text = text(&directory);
    has(&text, &["uart.3 = "]);
    let head: Vec<_> = text
        .lines()
        .take_while(|line| line.starts_with('#'))
        .map(|line| line.trim_start_matches('#').trim())
        .collect();
    let head = head.join(" ");
    for once in [
        "`device.setIrLaserDotProjectorIntensity(1.0)` (line 17), `device.setIrFloodLightBrightness(0)` (line 19)",
        "`device.setTimesync(True)`",
        "`device.setLogLevel(…)`",
        "a Script on the processor LEON_CSS can call the same method of `Device`",
        "`device.flashCalibration(…)` (line 22): lost without a host",
        "the CameraControl sent through `control` (line 27): lost without a host",
        "`initial_control`",
    ] {
        assert_eq!(head.matches(once).count(), 1, "{once} in {head}");
        let said = flat(&ran.stderr);
        assert_eq!(said.matches(once).count(), 1, "{once} in {said}");
    }
}

#[test]
fn an_application_keeps_the_name_that_it_is_flashed_or_packaged_under() {
    let Some(python) = python() else { return };
    let (_directory, ran) = import(&python, "packages.py", &[]);
    let ran = ran.exits(1);
    for (number, how) in (1..).zip([
        "flashed",
        "flashed",
        "flashed",
        "given to dai.Device",
        "packaged",
        "packaged",
        "packaged",
        "packaged",
        "packaged",
    ]) {
        let line = format!("--pipeline {number}: {how} as `door`: Script");
        assert!(ran.stderr.contains(&line), "no {line} in {}", ran.stderr);
    }
    let (directory, ran) = import(&python, "packages.py", &["--pipeline", "4"]);
    ran.exits(0);
    has(&text(&directory), &["name = \"door\""]);
    let outside = folder().join("programs/never-written.dap");
    assert!(!outside.exists(), "it would have replaced a real package");
}

#[test]
fn names_of_earlier_releases_still_mean_what_they_meant() {
    let Some(python) = python() else { return };
    let (directory, ran) = import(&python, "old_names.py", &[]);
    ran.exits(0)
        .says("`StereoDepth.loadCalibrationFile` (line 14): ignored; in depthai 2.33 it is `Pipeline.setCalibrationData`")
        .says("`StereoDepthProperties.enableSubpixel` (line 15): ignored; in depthai 2.33 it is `StereoDepth.setSubpixel`")
        .says("`ToFConfig.setFreqModUsed` (line 25): ignored, since");
    has(
        &text(&directory),
        &[
            "type = \"YoloDetectionNetwork\"",
            "confidence_threshold = 0.25",
            "SMALLEST_ID",
            "confidence_threshold = 123",
            "KERNEL_3x3",
            "max_speed = \"HIGH\"",
            "num_frames_pool = 4",
        ],
    );
}
