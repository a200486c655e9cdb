//! Flashing that is stopped or killed.

use std::process::{Child, Stdio};
use std::time::Instant;

use oakc_tests::process::is_heard;

use super::*;

/// A flash that takes several seconds and has already written some of the data.
fn half_way(bench: &Bench) -> Child {
    let ip = bench.ip();
    // One large packet would be in the memory at once.
    let arguments = [
        "flash",
        "out/app.dap",
        "--device",
        &ip,
        "--format",
        "json",
        "--packets",
        "medium",
    ];
    let mut command = bench.app.command(&arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let begun = Instant::now();
    while stored(&bench.app.path("nor.img"), &bench.app).len() < 200_000 {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "nothing is written"
        );
        thread::sleep(Duration::from_millis(20));
    }
    child
}

/// How a process ends after Ctrl-C, or SIGTERM where nobody hears that.
fn interrupted(child: Child) -> Ran {
    let signal = if is_heard(2) { "-INT" } else { "-TERM" };
    let mut kill = std::process::Command::new("kill");
    kill.args([signal, &child.id().to_string()]);
    assert!(kill.status().unwrap().success());
    child.wait_with_output().unwrap().into()
}

#[test]
fn the_next_run_repairs_a_camera_whose_flash_was_killed() {
    let mut bench = Bench::new(2 << 20).with_fault("slow:400K");
    let camera = bench.camera();
    let mut child = half_way(&bench);
    child.kill().unwrap();
    child.wait().unwrap();
    drop(camera);
    assert!(!bench.holds_the_package());
    let _camera = bench.camera_again();
    bench.run(&["flash", "out/app.dap"]).exits(0);
    assert!(bench.holds_the_package());
}

#[test]
#[cfg(unix)]
fn ctrl_c_ends_cleanly_and_says_what_the_camera_holds() {
    if !has_program("kill") {
        return;
    }
    let mut bench = Bench::new(2 << 20).with_fault("slow:400K");
    let camera = bench.camera();
    let child = half_way(&bench);
    let ran = interrupted(child).exits(3);
    let ran = ran.says(&format!("{}: stopped", bench.ip()));
    let camera_after = &cameras(&ran)[0];
    assert_eq!(camera_after["result"], "stopped");
    assert_eq!(camera_after["state"], "incomplete");
    drop(camera);
    let _camera = bench.camera_again();
    bench.run(&["flash", "out/app.dap"]).exits(0);
    assert!(bench.holds_the_package());
}

#[test]
#[cfg(unix)]
fn ctrl_c_during_discovery_is_not_reported_as_a_network_error() {
    if !has_program("kill") {
        return;
    }
    let bench = Bench::new(1000);
    let arguments = [
        "device",
        "recover",
        "--yes",
        "--timeout",
        "1",
        "--device",
        &bench.ip(),
    ];
    let mut command = bench.app.command(&arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    // Until the camera is looked for, a signal ends the command at once. One search takes two seconds, and it is repeated.
    thread::sleep(Duration::from_secs(3));
    let ran = interrupted(child).exits(3);
    assert!(ran.stderr.ends_with("error: stopped\n"), "{ran:?}");
}
