//! `oakc device`: what is asked of one camera, and done to it.

use oakc_runtime_schema::bootloader::Version;
use oakc_tests::reference::{python, shared_object};

use super::*;

#[test]
#[cfg(target_os = "linux")]
fn a_memory_larger_than_ram_is_read_into_a_file() {
    const SIZE: u64 = 500_000_000;
    let mut bench = Bench::new(1000);
    bench.config.flash.file = None;
    bench.config.flash.size = 1 << 30;
    let _camera = bench.camera();
    let (ip, size) = (bench.ip(), SIZE.to_string());
    let mut read = vec!["device", "read", "-o", "all.bin", "--offset", "0"];
    read.extend(["--size", &size, "--memory", "flash", "--device", &ip]);
    let mut command = bench.app.command_with_limits(300, 300, &read);
    let ran: Ran = command.output().unwrap().into();
    ran.exits(0);
    let written = std::fs::metadata(bench.app.path("all.bin")).unwrap();
    assert_eq!(written.len(), SIZE);
    let names = std::fs::read_dir(bench.app.path("")).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(!names.into_iter().any(|name| name.starts_with(".oakc-")));
}

#[test]
fn every_device_command_takes_the_camera_without_an_option() {
    let bench = Bench::new(1000);
    let _camera = bench.camera();
    let ip = bench.ip();
    bench.run(&["flash", "out/app.dap", "--no-boot"]).exits(0);
    let run = |arguments: &str| {
        let arguments = arguments.replace("IP", &ip);
        bench.app.run(&arguments.split(' ').collect::<Vec<_>>())
    };
    for command in [
        "info IP",
        "boot IP",
        "read IP -o read.dap",
        "config get IP",
        "config set IP --network-timeout 1000",
        "config clear IP --yes",
        "clear IP --yes",
        "recover IP --yes",
        "recover IP out/app.dap --yes",
        "recover out/app.dap --device IP --yes",
    ] {
        run(&format!("device {command}")).exits(0);
    }
    for (twice, says) in [
        ("info IP --device IP", "cannot be used with"),
        ("recover IP --device IP --yes", "named twice"),
        ("recover IP IP --yes", "one camera and one package"),
        ("recover a.dap b.dap --yes", "one camera and one package"),
    ] {
        run(&format!("device {twice}")).exits(2).says(says);
    }
    run("device bootloader flash 127.255.0.9 --timeout 1 --yes").exits(3);
    run("device factory-reset 127.255.0.9 --timeout 1 --yes").exits(3);
}

#[test]
fn settings_are_checked_stored_and_shown() {
    let bench = Bench::new(1000);
    let _camera = bench.camera();
    let set = |arguments: &[&str]| bench.run(&[&["device", "config", "set"], arguments].concat());
    set(&["--ip", "192.168.1.50/24", "--gateway", "192.168.2.1"])
        .exits(1)
        .says("gateway");
    set(&["--ip", "192.168.1.50"]).exits(1).says("--mask");
    set(&[]).exits(1).says("nothing to set");
    set(&["--mac", "nonsense"]).exits(2);
    set(&["--ip", "169.254.1.50"])
        .exits(1)
        .says("169.254.1.50/16");
    set(&["--ip", "169.254.1.50/16"]).exits(0);
    set(&["--ip", "192.168.1.50/24", "--gateway", "192.168.1.1"]).exits(0);
    // Mask and gateway stay as they are stored.
    set(&["--ip", "169.254.1.50"])
        .exits(1)
        .says("gateway 192.168.1.1 is not in the network of 169.254.1.50");
    set(&["--ip", "10.0.0.5/24", "--gateway", "10.0.0.5"])
        .exits(1)
        .says("own address");
    for option in ["--network-timeout", "--usb-timeout"] {
        set(&[option, "0"]).exits(2).says("cannot be reached");
        set(&[option, "0", "--yes"]).exits(0);
        set(&[option, "5000"]).exits(0);
    }
    set(&["--network-timeout", "-1", "--dns", "1.1.1.1"]).exits(0);
    let ran = bench
        .run(&["device", "config", "get", "--format", "json"])
        .exits(0);
    let stored: Value = serde_json::from_str(&ran.stdout).unwrap();
    let expected = json!({
        "ipv4": "192.168.1.50", "ipv4Mask": "255.255.255.0", "ipv4Gateway": "192.168.1.1",
        "staticIpv4": true, "timeoutMs": -1, "ipv4Dns": "1.1.1.1",
    });
    assert_eq!(stored["network"], expected);
    let ran = bench.run(&["device", "config", "get"]).exits(0);
    assert!(
        ran.stdout.contains("192.168.1.50 mask 255.255.255.0"),
        "{ran:?}"
    );
    bench
        .run(&["device", "config", "clear"])
        .exits(2)
        .says("--yes");
    bench.run(&["device", "config", "clear", "--yes"]).exits(0);
    let ran = bench.run(&["device", "config", "get"]).exits(0);
    assert!(ran.stdout.contains("no settings are stored"), "{ran:?}");
}

#[test]
fn an_application_can_be_read_cleared_and_started() {
    let bench = Bench::new(50_000);
    let _camera = bench.camera();
    bench.run(&["flash", "out/app.dap", "--no-boot"]).exits(0);
    bench.run(&["device", "boot"]).exits(0);
    bench.run(&["device", "read", "-o", "read.dap"]).exits(0);
    assert!(bench.app.read("read.dap") == bench.app.read("out/app.dap"));
    let part = [
        "device", "read", "-o", "part", "--offset", "8388608", "--size", "2",
    ];
    bench.run(&part).exits(0);
    assert_eq!(bench.app.read("part"), b"BR");
    let info = bench.run(&["device", "info"]).exits(0);
    assert!(info.stdout.contains("application small"), "{info:?}");
    bench.run(&["device", "clear"]).exits(2).says("--yes");
    let ran = bench.run(&["device", "clear", "--yes"]).exits(0);
    assert!(
        ran.stdout
            .ends_with("no longer an application in its flash\n"),
        "{ran:?}"
    );
    bench
        .run(&["device", "boot"])
        .exits(3)
        .says("could not start the application");
    let read = bench.run(&["device", "read", "-o", "read.dap"]).exits(3);
    read.says("there is no application in the camera's flash");
    bench
        .run(&["device", "recover", "out/app.dap", "--yes"])
        .exits(0);
    assert!(bench.holds_the_package());
}

#[test]
fn a_bootloader_of_another_type_is_never_written() {
    let bench = Bench::new(1000);
    let _camera = bench.camera();
    let flash = ["device", "bootloader", "flash"];
    bench.run(&flash).exits(2).says("--yes");
    let usb = [&flash[..], &["--type", "usb", "--yes"]].concat();
    bench.run(&usb).exits(1).says("unreachable");
    let reset = ["device", "factory-reset", "--type", "usb", "--yes"];
    bench.run(&reset).exits(1).says("unreachable");
}

/// An image that the virtual camera accepts as a bootloader.
fn bootloader_image(version: &str) -> Vec<u8> {
    let mut image = b"MA2x".to_vec();
    image.resize(100_000, 1);
    image.extend(format!("depthai-bootloader-eth.elf\0{version}\0").bytes());
    image
}

#[test]
fn bootloaders_are_replaced_and_report_their_version() {
    let bench = Bench::new(1000);
    let _camera = bench.camera();
    bench.app.file("boot.bin", bootloader_image("0.0.31"));
    bench.app.file("user.bin", bootloader_image("0.0.33"));
    let flash = ["device", "bootloader", "flash", "--yes"];
    let ran = bench.run(&[&flash[..], &["--file", "boot.bin"]].concat());
    let ran = ran.exits(0).says("reading it back");
    assert!(ran.stdout.ends_with("runs bootloader 0.0.31\n"), "{ran:?}");
    let told = |what: &str| {
        let ran = bench.run(&["device", "info", "--format", "json"]).exits(0);
        let told: Value = serde_json::from_str(&ran.stdout).unwrap();
        told["bootloader"][what].clone()
    };
    assert_eq!(told("version"), "0.0.31");
    assert_eq!(told("flashed"), "0.0.31");
    let ran = bench.run(&[&flash[..], &["--file", "user.bin", "--user"]].concat());
    let ran = ran.exits(0);
    assert!(
        ran.stdout.ends_with("runs bootloader 0.0.33 (user)\n"),
        "{ran:?}"
    );
    assert_eq!(told("version"), "0.0.33");
    // Only the bootloader that runs can be asked.
    assert_eq!(told("flashed"), Value::Null);
    let ran = bench.run(&[&flash[..], &["--file", "boot.bin"]].concat());
    let ran = ran.exits(0);
    let still = "the factory bootloader was replaced; still runs bootloader 0.0.33 (user)\n";
    assert!(ran.stdout.ends_with(still), "{ran:?}");
    bench.app.file("nonsense.bin", b"nonsense");
    let nonsense = [&flash[..], &["--file", "nonsense.bin"]].concat();
    bench.run(&nonsense).exits(1).says("not a bootloader");
    assert_eq!(told("version"), "0.0.33");
}

#[test]
fn a_factory_reset_leaves_the_newest_bootloader_and_nothing_else() {
    let Some(python) = python() else {
        return;
    };
    let mut bench = Bench::new(1000);
    bench.config.version = Version::new(0, 0, 24);
    let _camera = bench.camera();
    let library = shared_object(&python);
    let install = ["firmware", "install", "--from", library.to_str().unwrap()];
    bench.app.run(&install).exits(0);
    let set = ["device", "config", "set", "--ip", "192.168.1.50/24"];
    bench.run(&set).exits(0);
    bench.run(&["flash", "out/app.dap"]).exits(0);
    bench.app.file("user.bin", bootloader_image("0.0.33"));
    let user = ["--user", "--file", "user.bin", "--yes"];
    bench
        .run(&[&["device", "bootloader", "flash"], &user[..]].concat())
        .exits(0);
    let ran = bench.run(&["device", "factory-reset", "--yes"]).exits(0);
    assert!(
        ran.stdout.ends_with("reset, runs bootloader 0.0.29\n"),
        "{ran:?}"
    );
    let ran = bench.run(&["device", "info", "--format", "json"]).exits(0);
    let told: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(told["bootloader"]["flashed"], "0.0.29");
    assert_eq!(told["application"], Value::Null);
    assert_eq!(told["config"], Value::Null);
}
