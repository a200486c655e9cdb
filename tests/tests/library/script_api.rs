//! The table of what programs on the camera can use is what the real library and its firmware say.

use std::process::{Command, Stdio};

use oakc_tests::reference::{folder, python};

#[test]
fn the_classes_of_the_script_engine_are_those_of_the_library_that_its_firmware_names() {
    let Some(python) = python() else { return };
    let mut command = Command::new(python);
    command.arg("-B").arg(folder().join("script_api.py"));
    let output = command
        .arg("device")
        .stderr(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success());
    let found = String::from_utf8(output.stdout).unwrap();
    let table = include_str!("../../../compiler/script/src/api/device.txt");
    for (number, (found, known)) in found.lines().zip(table.lines()).enumerate() {
        assert_eq!(found, known, "line {} of device.txt", number + 1);
    }
    assert_eq!(found.lines().count(), table.lines().count());
}
