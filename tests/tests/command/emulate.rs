//! `oakc emulate` when it cannot start. What it does when it can: `library/virtual_camera.rs`.

use super::*;

fn emulate(arguments: &[&str]) -> Ran {
    App::new().run(&[&["emulate"], arguments].concat())
}

#[test]
fn an_unknown_fault_or_version_is_a_usage_error() {
    emulate(&["--fault", "cut"]).exits(2).says("is not a fault");
    emulate(&["--version", "1"])
        .exits(2)
        .says("is not a version");
    emulate(&["--flash-size", "32X"])
        .exits(2)
        .says("a number of bytes is needed");
    emulate(&["--emmc-size", "1G"])
        .exits(2)
        .says("--emmc <FILE>");
}

#[test]
fn an_address_of_another_machine_is_an_environment_error() {
    // An address reserved for documentation.
    emulate(&["--ip", "192.0.2.1"])
        .exits(3)
        .says("cannot emulate a camera at 192.0.2.1 (UDP port 11491, TCP port 11490)");
    emulate(&["--ip", "255.255.255.255", "--fleet", "2"]).exits(3);
}

#[test]
fn a_directory_as_memory_is_an_environment_error() {
    emulate(&["--ip", "127.76.0.1", "--flash", "."])
        .exits(3)
        .says("cannot use . as a memory");
}
