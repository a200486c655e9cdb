//! The real library's client against `oakc emulate`: everything that can be done with a camera's
//! bootloader. The Python side is `reference/bootloader_client.py`.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use oakc_tests::namespace::in_own_network;
use oakc_tests::process::oakc;
use oakc_tests::reference::{folder, python};
use serde_json::{Value, json};

/// The offset of the application in a memory.
const APPLICATION: usize = 0x0080_0000;

/// What the library saw in a scenario; `None` if it cannot be run here.
fn play(scenario: &str, work: &Path) -> Option<Value> {
    let mut command = in_own_network(&python()?)?;
    command.arg("-B").arg(folder().join("bootloader_client.py"));
    command.arg(scenario).arg("--oakc").arg(oakc());
    command.arg("--folder").arg(work);
    let output = command.stderr(Stdio::piped()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{scenario}: {said}");
    // Preceded by what the library prints.
    let text = String::from_utf8(output.stdout).unwrap();
    Some(serde_json::from_str(text.lines().last().unwrap()).unwrap())
}

/// Like [`play`], in a temporary folder.
fn seen(scenario: &str) -> Option<Value> {
    play(scenario, tempfile::tempdir().unwrap().path())
}

#[test]
fn the_library_finds_the_camera_and_reads_its_details() {
    let Some(seen) = seen("questions") else {
        return;
    };
    let mxid = "0AC07F0000010AC000";
    let expected = json!({
        "line": format!("listening on 127.0.0.1:11490 mxid={mxid}"),
        "found": [["127.0.0.1", mxid, "X_LINK_BOOTLOADER"]],
        "version": "0.0.28", "flashed": "0.0.28", "type": "NETWORK",
        "embedded": false, "may_flash_bootloader": false,
        "user_supported": true, "user": false,
        "memory": [
            {"available": true, "size": 32 << 20},
            {"available": false, "size": 0},
            {"available": true, "size": 32 << 20},
        ],
        "application": {"has": false, "name": "", "firmware": ""},
        "config": "no configuration is stored",
        "beyond": "this is beyond the end of the memory",
        "erased": [0xFF, 0xFF, 0xFF, 0xFF],
    });
    assert_eq!(seen, expected);
}

#[test]
fn a_package_flashed_by_the_library_runs_and_survives_a_restart() {
    let work = tempfile::tempdir().unwrap();
    let Some(seen) = play("flash", work.path()) else {
        return;
    };
    let firmware = "6632d3a2dbdfbede61251ad5a448a8faa8dc18b9";
    let application = json!({"has": true, "name": "demo", "firmware": firmware});
    assert_eq!(seen["flashed"], json!([true, ""]));
    let progress = seen["progress"].as_array().unwrap();
    let progress: Vec<_> = progress.iter().map(|part| part.as_f64().unwrap()).collect();
    assert!(progress.len() > 3 && progress.is_sorted() && progress[0] > 0.0);
    assert_eq!(seen["application"], application);
    assert_eq!(
        (&seen["same"], &seen["app_memory"]),
        (&json!(true), &json!(0))
    );
    assert_eq!((&seen["runs"], &seen["exit"]), (&json!(true), &json!(0)));
    assert_eq!(seen["still_runs"], true);
    assert_eq!(seen["again"], application);
    assert_eq!(seen["cleared"], json!([true, ""]));
    assert_eq!(seen["after_clear"]["has"], false);
    assert_eq!(seen["in_the_end"], "X_LINK_BOOTLOADER");
    // Clearing erases the section table only.
    let image = fs::read(work.path().join("nor.img")).unwrap();
    let package = fs::read(work.path().join("made.dap")).unwrap();
    assert!(image[APPLICATION + 512..] == package[512..]);
    assert!(image[APPLICATION..APPLICATION + 512] == [0xFF; 512]);
}

#[test]
fn the_configuration_chooses_the_memory_that_the_application_runs_from() {
    let Some(seen) = seen("emmc") else { return };
    let expected = json!({
        "memory": {"available": true, "size": 16_u64 << 30},
        "flashed": [true, ""], "app_memory": 1, "same": true, "in_flash": false, "runs": true,
        "to_flash": true, "configured": [true, ""], "cleared": true, "runs_from_flash": true,
    });
    assert_eq!(seen, expected);
}

#[test]
fn the_library_stores_and_reads_a_static_address_and_unknown_keys() {
    let Some(seen) = seen("config") else { return };
    let expected = json!({
        "stored": [true, ""],
        "address": ["192.168.1.50", "255.255.255.0", "192.168.1.200", true],
        "dns": ["1.1.1.1", "8.8.8.8"],
        "mac": "02:00:00:00:00:FE",
        "unknown_stored": [true, ""], "same": true, "same_after_reset": true,
        "cleared": [true, ""], "then": "no configuration is stored",
    });
    assert_eq!(seen, expected);
}

#[test]
fn the_library_flashes_its_bootloader_as_user_and_as_factory_bootloader() {
    let Some(seen) = seen("bootloaders") else {
        return;
    };
    let refused = seen["refused"].as_str().unwrap();
    assert!(refused.contains("allowFlashingBootloader"), "{refused}");
    assert_eq!(seen["factory"], "0.0.26");
    assert_eq!(seen["user_flashed"], json!([true, ""]));
    assert_eq!(seen["user"], json!([true, "0.0.29"]));
    assert_eq!(seen["cleared"], json!([true, ""]));
    assert_eq!(
        seen["sent"],
        json!(["0.0.26", "0.0.29"]),
        "flashed, running"
    );
    assert_eq!(seen["embedded"], true);
    assert_eq!(seen["flashed"], json!([true, ""]));
    assert_eq!(seen["progress"], true);
    assert_eq!(seen["then"], json!([false, "0.0.29"]));
    assert_eq!(seen["no_longer_embedded"], false);
}

#[test]
fn an_old_bootloader_lacks_later_features() {
    let Some(seen) = seen("old_bootloader") else {
        return;
    };
    let says = |key: &str, text: &str| {
        let said = seen[key].as_str().unwrap();
        assert!(said.contains(text), "{key}: {said}");
    };
    // Later versions append the commit.
    assert_eq!(seen["version"], "0.0.13");
    assert_eq!(seen["type"], "NETWORK");
    assert_eq!(seen["custom"], json!([true, ""]));
    says("flash", "0.0.14 or higher");
    says("read", "0.0.19 required");
}

#[test]
fn the_library_recognises_a_usb_bootloader() {
    let Some(seen) = seen("usb_bootloader") else {
        return;
    };
    let expected = json!({
        "type": "USB",
        "memory": [{"available": true, "size": 128 << 20}, {"available": false, "size": 0}],
        "user_supported": false,
        "user_flashed": "Flashing User Bootloader is only available for NETWORK bootloaders",
        "flashed": [true, ""], "application": "demo", "same": true, "app_memory": 0, "runs": true,
        "sent": ["0.0.28", "0.0.29"], "bootloader": [true, ""], "cleared": [true, ""],
        "then": ["USB", "0.0.29"], "in_the_end": false,
    });
    assert_eq!(seen, expected);
}

#[test]
fn what_the_library_flashes_runs_until_something_else_is_flashed() {
    let Some(seen) = seen("run") else { return };
    let expected = json!({
        "first_flashed": true, "first_state": true, "first": 240,
        "second_flashed": true, "second_state": true, "second": 180,
        "exit": 0,
    });
    assert_eq!(seen, expected);
}

#[test]
fn a_file_that_is_not_a_package_is_refused_and_a_damaged_package_never_runs() {
    let Some(seen) = seen("damaged_package") else {
        return;
    };
    let expected = json!({
        "good": [true, ""],
        "no_package": [false, "this is not an application"], "kept": "demo",
        "wrong_sum": [false, "section app_name: wrong checksum"],
        "lost": {"has": false, "name": "", "firmware": ""},
        "state": "X_LINK_BOOTLOADER",
    });
    assert_eq!(seen, expected);
}

#[test]
fn a_package_larger_than_the_memory_is_refused() {
    let Some(seen) = seen("too_large") else {
        return;
    };
    let refused = seen["refused"][1].as_str().unwrap();
    assert!(
        refused.starts_with("not enough space: 524288 for "),
        "{refused}"
    );
    assert_eq!(seen["refused"][0], false);
    assert_eq!(seen["then"]["has"], false);
}

#[test]
fn the_library_meets_one_fault_after_the_other_and_then_succeeds() {
    let Some(seen) = seen("faults") else { return };
    let attempts = json!(["lost", "lost", "different", "same"]);
    assert_eq!(seen, json!({ "attempts": attempts, "runs": true }));
}

#[test]
fn each_camera_of_a_fleet_is_found_and_has_its_own_memory() {
    let Some(seen) = seen("fleet") else { return };
    let line = "listening on 127.0.1.1:11490 to 127.0.1.16:11490 cameras=16";
    assert_eq!(seen["line"], line);
    let mut addresses: Vec<_> = (1..=16).map(|host| format!("127.0.1.{host}")).collect();
    addresses.sort();
    assert_eq!(seen["found"], json!(addresses));
    assert_eq!(seen["names"], 16);
    assert_eq!(seen["flashed"], json!([true, ""]));
    assert_eq!(seen["written"], json!(["nor-127.0.1.7.img"]));
    assert_eq!(seen["exit"], 0);
}
