//! The tables of what programs on the camera can use are what the real library, its firmware and CPython 3.9
//! say.

use std::process::{Command, Stdio};

use oakc_script::modules::{Availability, availability};
use oakc_tests::python39::python39;
use oakc_tests::reference::{folder, python};

const DEVICE: &str = include_str!("../../../compiler/script/src/api/device.txt");
const STDLIB: &str = include_str!("../../../compiler/script/src/api/stdlib.txt");

/// Members that only some releases of CPython 3.9 have, or only some builds of it. The table has them all, so
/// that none of them is called unknown.
const VARYING: &[&str] = &[
    "AF_BLUETOOTH",
    "BDADDR_ANY",
    "BDADDR_LOCAL",
    "BTPROTO_HCI",
    "BTPROTO_L2CAP",
    "BTPROTO_RFCOMM",
    "BTPROTO_SCO",
    "HCI_DATA_DIR",
    "HCI_FILTER",
    "HCI_TIME_STAMP",
    "MAXAMOUNT",
    "SOL_HCI",
    "contextlib",
    "errno",
    "get_int_max_str_digits",
    "itertools",
    "partial",
    "set_int_max_str_digits",
];

#[test]
fn the_classes_of_the_script_engine_are_those_of_the_library_that_its_firmware_names() {
    let Some(python) = python() else { return };
    let mut command = Command::new(python);
    let found = table(command.arg("-B"), "device");
    compare(found.lines(), DEVICE.lines(), "device.txt");
}

#[test]
fn the_standard_library_is_that_of_cpython_3_9() {
    let Some(mut python) = python39() else { return };
    let found = table(&mut python, "stdlib");
    let constant = |line: &&str| {
        let member = line
            .strip_prefix("  ")
            .and_then(|line| line.split([':', '(']).next());
        member.is_none_or(|name| !VARYING.contains(&name))
    };
    compare(
        found.lines().filter(constant),
        STDLIB.lines().filter(constant),
        "stdlib.txt",
    );
}

#[test]
fn the_standard_library_has_modules_of_the_camera_only() {
    let modules = STDLIB
        .lines()
        .filter_map(|line| line.strip_prefix("module "));
    let on_camera = [Availability::Both, Availability::CssOnly];
    let missing = modules.filter(|module| !on_camera.contains(&availability(module)));
    assert_eq!(missing.collect::<Vec<_>>(), [""; 0]);
}

/// A table as it is written today.
fn table(python: &mut Command, name: &str) -> String {
    python.arg(folder().join("script_api.py")).arg(name);
    let output = python.stderr(Stdio::null()).output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

fn compare<'a>(
    found: impl Iterator<Item = &'a str>,
    known: impl Iterator<Item = &'a str>,
    table: &str,
) {
    let (found, known): (Vec<_>, Vec<_>) = (found.collect(), known.collect());
    for (number, (found, known)) in found.iter().zip(&known).enumerate() {
        assert_eq!(
            found,
            known,
            "line {} of {table}, of those compared",
            number + 1
        );
    }
    assert_eq!(found.len(), known.len(), "lines of {table}");
}
