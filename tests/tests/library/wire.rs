//! What oakc sends to a camera, beside what the real library's client sends for the same purpose, byte by
//! byte: both through a relay to a virtual camera. The Python side is `reference/wire_comparison.py`,
//! which says what is left out because it cannot be equal.
//!
//! What the library sends was used on many cameras; nothing else was. Each deviation stands here, and in
//! docs/flashing.md.

use std::process::Stdio;

use oakc_tests::namespace::in_own_network;
use oakc_tests::process::oakc;
use oakc_tests::reference::{folder, python};
use serde_json::Value;

/// What both sent in a scenario; `None` if the library cannot be run here.
fn sent(scenario: &str) -> Option<[Value; 2]> {
    let work = tempfile::tempdir().unwrap();
    let mut command = in_own_network(&python()?)?;
    command.arg("-B").arg(folder().join("wire_comparison.py"));
    command.arg(scenario).arg("--oakc").arg(oakc());
    command.arg("--folder").arg(work.path());
    let output = command.stderr(Stdio::piped()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{scenario}: {said}");
    let text = String::from_utf8(output.stdout).unwrap();
    let seen: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    Some(["library", "oakc"].map(|player| seen[player].clone()))
}

/// Fails unless oakc sends exactly what the library does.
fn are_equal(scenario: &str) {
    if let Some([library, oakc]) = sent(scenario) {
        assert_eq!(library, oakc, "{scenario}");
    }
}

#[test]
fn a_flash_is_what_the_library_sends_for_both_memories_details_the_flash_and_reading_back() {
    are_equal("flash");
}

#[test]
fn so_is_that_of_a_compressed_package_with_a_name_that_is_not_read_back() {
    are_equal("flash_compressed");
}

#[test]
fn so_is_that_of_a_camera_that_runs_an_application() {
    are_equal("flash_running");
}

#[test]
fn so_it_is_where_the_camera_has_an_emmc_and_where_a_memory_is_chosen() {
    are_equal("flash_emmc");
    are_equal("flash_chosen");
}

#[test]
fn settings_are_read_stored_and_cleared_as_the_library_does_it() {
    are_equal("config");
    are_equal("config_clear");
    are_equal("config_get");
}

#[test]
fn a_memory_is_read_and_an_application_cleared_as_the_library_does_it() {
    are_equal("read");
    are_equal("clear");
}

/// The requests of all sessions, without the beginning and the end of each.
fn requests(sent: &Value) -> Vec<String> {
    let sessions = sent["sessions"].as_array().unwrap().iter();
    let events = sessions.flat_map(|session| session["sent"].as_array().unwrap());
    let events = events.map(|event| event.as_str().unwrap().to_owned());
    let housekeeping = |event: &String| {
        let kinds = ["PING", "OPEN", "RESET", "watchdog"];
        kinds.iter().any(|kind| event.starts_with(kind))
    };
    events.filter(|event| !housekeeping(event)).collect()
}

/// Fails unless oakc sends what the library does, in its order, and besides only these requests.
fn differ_only_in(scenario: &str, more: &[&str]) {
    let Some([library, oakc]) = sent(scenario) else {
        return;
    };
    let (library, oakc) = (requests(&library), requests(&oakc));
    let mut left = library.iter().peekable();
    let mut others = Vec::new();
    for request in &oakc {
        match left.next_if(|next| *next == request) {
            Some(_) => {}
            None => others.push(request.split(' ').next().unwrap()),
        }
    }
    assert_eq!(left.next(), None, "{scenario}: {library:#?}\n{oakc:#?}");
    assert_eq!(others, more, "{scenario}");
}

#[test]
fn a_bootloader_is_written_as_the_library_does_it_and_read_back_besides() {
    // The type of the camera is asked for before an image is chosen, in a session of its own, and of the
    // bootloader that was started from memory; afterwards the camera is asked what it runs.
    let identity = [
        "GET_BOOTLOADER_VERSION",
        "GET_BOOTLOADER_COMMIT",
        "GET_BOOTLOADER_TYPE",
    ];
    let more = [
        &identity[..],
        &["GET_BOOTLOADER_TYPE", "GET_MEMORY_DETAILS", "READ_FLASH"],
        &identity[..],
        &["IS_USER_BOOTLOADER"],
    ];
    differ_only_in("bootloader", &more.concat());
    let more = [
        &identity[..],
        &["READ_FLASH"],
        &identity[..],
        &["IS_USER_BOOTLOADER"],
    ];
    differ_only_in("user_bootloader", &more.concat());
}
