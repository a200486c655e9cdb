//! Cameras that are named by their IP address.

use oakc_core::digest::sha256;
use oakc_core::syntax::Language;
use oakc_core::world::MemoryWorld;
use oakc_runtime_schema::bootloader::Version;
use oakc_runtime_schema::sbr::{self, Header};
use oakc_tests::package::build_unchecked;
use oakc_tests::reference::{python, shared_object};

use super::*;

#[test]
fn a_flashed_package_is_verified_and_runs_and_the_json_output_is_complete() {
    let bench = Bench::new(100_000);
    let _camera = bench.camera();
    let ran = bench
        .run(&["flash", "out/app.dap", "--format", "json"])
        .exits(0);
    let [camera] = &cameras(&ran)[..] else {
        panic!("one camera: {ran:?}");
    };
    let size = bench.app.read("out/app.dap").len();
    for (key, value) in [
        ("name", json!(bench.ip())),
        ("address", json!(bench.ip())),
        ("mxid", json!(bench.config.mxid.as_str())),
        ("result", json!("flashed")),
        ("error", Value::Null),
        ("state", json!("running")),
        ("attempts", json!(1)),
        ("memory", json!("flash")),
        (
            "bootloader",
            json!({"version": "0.0.28", "type": "NETWORK"}),
        ),
        ("size", json!(size)),
        ("written", json!(size)),
        (
            "package",
            json!({"size": size, "sha256": sha256(&bench.app.read("out/app.dap"))}),
        ),
        ("application", json!({"name": "small", "version": null})),
        ("params", Value::Null),
    ] {
        assert_eq!(camera[key], value, "{key}");
    }
    assert_eq!(camera["firmware"]["variant"], "custom");
    assert_eq!(camera["firmware"]["release"], "2.33.0.0");
    is_a_time(&camera["started"]);
    assert!(camera["seconds"].as_f64() > Some(3.0), "{camera}");
    assert!(bench.holds_the_package());
    assert!(ran.stderr.contains("writing 100 %") && ran.stderr.contains("verifying 100 %"));
}

/// Fails unless this is a point in time in UTC, as RFC 3339 has it.
fn is_a_time(text: &Value) {
    let text = text.as_str().unwrap();
    let shape = text
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c });
    assert_eq!(shape.collect::<String>(), "0000-00-00T00:00:00.000Z");
}

#[test]
fn what_went_where_is_known_afterwards_but_no_secret() {
    let bench = Bench::new(1000);
    let app = SMALL.replace(
        "name = \"small\"\n",
        "name = \"small\"\nversion = \"1.2\"\n",
    );
    let params = "\n[params]\nfps = 10\ndoor_password = \"\"\n";
    bench.app.file("app.toml", format!("{app}{params}"));
    let set = ["--set", "fps=15", "--set", "door_password=hunter2"];
    let flash = [
        "flash",
        "app.toml",
        "--firmware",
        "fw.cmd",
        "--format",
        "json",
    ];
    let absent = [&flash[..], &set, &["--timeout", "1"]].concat();
    let ran = bench.run(&absent).exits(3);
    // Nothing is known to go to a camera that is not there.
    assert_eq!(cameras(&ran)[0]["package"], Value::Null);
    let _camera = bench.camera();
    let ran = bench.run(&[&flash[..], &set].concat()).exits(0);
    let camera = &cameras(&ran)[0];
    assert_eq!(
        camera["application"],
        json!({"name": "small", "version": "1.2"})
    );
    assert_eq!(
        camera["params"],
        json!({"fps": 15, "door_password": "(hidden)"})
    );
    assert_eq!(camera["package"]["size"], camera["size"]);
    assert!(!ran.stdout.contains("hunter2"), "{ran:?}");
    is_a_time(&camera["started"]);
    bench.run(&["device", "read", "-o", "read.dap"]).exits(0);
    let read = sha256(&bench.app.read("read.dap"));
    assert_eq!(camera["package"]["sha256"], json!(read));
}

#[test]
fn a_log_says_what_happened_to_each_camera_and_keeps_what_it_held() {
    let bench = Bench::new(1000).with_fault("crash:700");
    bench.app.file("flash.log", "of yesterday\n");
    let flash = ["flash", "out/app.dap", "--log", "flash.log"];
    let camera = bench.camera();
    bench.run(&flash).exits(3);
    drop(camera);
    bench
        .run(&[&flash[..], &["--timeout", "1"]].concat())
        .exits(3);
    let text = String::from_utf8(bench.app.read("flash.log")).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("of yesterday"));
    let lines: Vec<Value> = lines.map(|it| serde_json::from_str(it).unwrap()).collect();
    for line in &lines {
        is_a_time(&line["time"]);
    }
    let events: Vec<_> = lines
        .iter()
        .map(|it| it["event"].as_str().unwrap())
        .collect();
    assert_eq!(events.iter().filter(|it| **it == "begin").count(), 2);
    assert_eq!(events.iter().filter(|it| **it == "end").count(), 2);
    for event in [
        "package",
        "connected",
        "writing",
        "verifying",
        "booting",
        "ended",
    ] {
        assert!(events.contains(&event), "no {event} in {text}");
    }
    assert_eq!(lines[0]["cameras"][0]["name"], json!(bench.ip()));
    let ended: Vec<_> = lines.iter().filter(|it| it["event"] == "ended").collect();
    assert_eq!(ended.len(), 2);
    assert_eq!(
        (&ended[0]["result"], &ended[0]["state"]),
        (&json!("failed"), &json!("verified"))
    );
    assert!(
        ended[0]["error"]
            .as_str()
            .unwrap()
            .contains("does not keep running")
    );
    // A log that cannot be written stops everything before a camera is touched.
    let nowhere = ["flash", "out/app.dap", "--log", "missing/flash.log"];
    bench
        .run(&nowhere)
        .exits(3)
        .says("cannot write missing/flash.log");
    bench
        .run(&["flash", "out/app.dap", "--log", "out"])
        .exits(3)
        .says("not a regular file");
}

#[test]
fn an_application_is_built_before_it_is_flashed_and_one_with_errors_is_not_flashed() {
    let bench = Bench::new(1000);
    let _camera = bench.camera();
    let flash = ["flash", "app.toml", "--firmware", "fw.cmd"];
    bench.run(&flash).exits(0);
    assert!(bench.holds_the_package());
    bench
        .app
        .file("app.toml", SMALL.replace("fps = 10", "fbs = 10"));
    bench.run(&flash).exits(1).says("fbs");
    bench
        .run(&["flash", "out/app.dap", "--set", "a=b"])
        .exits(1)
        .says("parameters");
}

#[test]
fn an_application_that_crashes_over_and_over_does_not_run() {
    let bench = Bench::new(1000).with_fault("crash:700");
    let _camera = bench.camera();
    let ran = bench
        .run(&["flash", "out/app.dap", "--format", "json"])
        .exits(3);
    let camera = &cameras(&ran)[0];
    let error = camera["error"].as_str().unwrap();
    let says = "the application does not keep running: the camera was back in its bootloader";
    assert!(error.contains(says), "{error}");
    assert_eq!(
        (&camera["result"], &camera["state"]),
        (&json!("failed"), &json!("verified"))
    );
    bench
        .run(&["device", "boot"])
        .exits(3)
        .says("does not keep running");
    // Nobody has watched for long enough.
    let ran = bench
        .run(&["flash", "out/app.dap", "--observe", "0"])
        .exits(0);
    assert!(ran.stdout.contains(" runs  "), "{ran:?}");
}

#[test]
fn an_application_that_keeps_running_was_watched_for_as_long_as_was_asked() {
    let bench = Bench::new(1000);
    let _camera = bench.camera();
    let ran = bench
        .run(&["flash", "out/app.dap", "--observe", "1", "--format", "json"])
        .exits(0);
    let observed = cameras(&ran)[0]["observed_seconds"].as_f64().unwrap();
    assert!((1.0..3.0).contains(&observed), "{observed}");
    assert!(ran.stderr.contains("watching it for 1 s"), "{ran:?}");
    let ran = bench.run(&["flash", "out/app.dap"]).exits(0);
    assert!(ran.stdout.contains("runs, watched for 3."), "{ran:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_memory_larger_than_ram_is_read_into_a_file() {
    const SIZE: u64 = 500_000_000;
    let mut bench = Bench::new(1000);
    bench.config.flash.file = None;
    bench.config.flash.size = 1 << 30;
    let _camera = bench.camera();
    let (ip, size) = (bench.ip(), SIZE.to_string());
    let mut command = std::process::Command::new("sh");
    let read = "ulimit -v 300000; exec \"$@\"";
    command.args(["-c", read, "sh"]).arg(oakc());
    command.args([
        "device", "read", "-o", "all.bin", "--offset", "0", "--size", &size,
    ]);
    command.args(["--memory", "flash", "--device", &ip]);
    let ran: Ran = command
        .current_dir(bench.app.path(""))
        .output()
        .unwrap()
        .into();
    ran.exits(0);
    let written = std::fs::metadata(bench.app.path("all.bin")).unwrap();
    assert_eq!(written.len(), SIZE);
    let names = std::fs::read_dir(bench.app.path("")).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(!names.into_iter().any(|name| name.starts_with(".oakc-")));
}

#[test]
fn with_delta_a_changed_script_is_written_in_parts() {
    let bench = Bench::new(4 << 20);
    let _camera = bench.camera();
    bench.run(&["flash", "out/app.dap"]).exits(0);
    bench
        .app
        .file("app.toml", SMALL.replace("fps = 10", "fps = 12"));
    bench.app.build().exits(0);
    let ran = bench
        .run(&["flash", "out/app.dap", "--delta", "--format", "json"])
        .exits(0);
    assert!(
        cameras(&ran)[0]["written"].as_u64().unwrap() < 1 << 20,
        "{ran:?}"
    );
    assert!(bench.holds_the_package());
}

#[test]
fn a_dry_run_says_what_would_happen_and_changes_nothing() {
    let bench = Bench::new(1000);
    let _camera = bench.camera();
    let ran = bench.run(&["flash", "out/app.dap", "--dry-run"]).exits(0);
    assert!(ran.stdout.contains("would get"), "{ran:?}");
    assert!(!bench.holds_the_package());
}

#[test]
fn a_package_that_does_not_fit_is_refused_with_advice() {
    let mut bench = Bench::new(10 << 20);
    bench.config.flash.size = 16 << 20;
    let _camera = bench.camera();
    let ran = bench.run(&["flash", "out/app.dap"]).exits(3);
    assert!(ran.stdout.contains("--compress") && ran.stdout.contains("nothing was changed"));
    let ran = bench
        .run(&["flash", "out/app.dap", "--memory", "emmc"])
        .exits(3);
    assert!(ran.stdout.contains("no eMMC"), "{ran:?}");
}

#[test]
fn a_file_that_is_not_a_package_is_an_input_error() {
    let bench = Bench::new(1000);
    let _camera = bench.camera();
    let mut damaged = bench.app.read("out/app.dap");
    damaged[600] ^= 1;
    bench.app.file("damaged.dap", damaged);
    bench
        .run(&["flash", "damaged.dap"])
        .exits(1)
        .says("damaged");
    bench.app.file("text.dap", "hello");
    bench
        .run(&["flash", "text.dap"])
        .exits(1)
        .says("not an application package");
    bench.run(&["flash", "missing.dap"]).exits(3);
}

/// The package with other bytes at the start of a section, and the checksum that belongs to them.
fn with_section(package: &[u8], name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut package = package.to_vec();
    let mut sections = Header::parse(&package).unwrap().sections().to_vec();
    let section = sections.iter_mut().find(|s| s.name.as_str() == name);
    let section = section.unwrap();
    let start = section.offset as usize;
    package[start..start + bytes.len()].copy_from_slice(bytes);
    section.checksum = sbr::checksum(section.bytes(&package).unwrap());
    let header = Header::new(sections).unwrap().to_bytes();
    package[..header.len()].copy_from_slice(&header);
    package
}

#[test]
fn a_package_whose_firmware_cannot_read_its_pipeline_is_refused() {
    let bench = Bench::new(1000);
    let _camera = bench.camera();
    let package = bench.app.read("out/app.dap");
    let broken = with_section(&package, sbr::PIPELINE, &[0xB9, 1, 0xFF]);
    bench.app.file("broken.dap", broken);
    bench.run(&["flash", "broken.dap"]).exits(1).says(
        "the pipeline is not in the form that the package's firmware, of depthai 2.33.0.0, expects",
    );
    let foreign = with_section(&package, sbr::FIRMWARE_VERSION, &[b'f'; 40]);
    bench.app.file("foreign.dap", foreign);
    bench
        .run(&["flash", "foreign.dap"])
        .exits(0)
        .says("(ffffffffffffffffffffffffffffffffffffffff) is of a release that oakc does not know");
    let for_a_host = "nodes.cam.type = 'ColorCamera'
        [nodes.video]
        type = 'XLinkOut'
        stream_name = 'video'
        inputs.in = 'cam.video'
    ";
    let for_a_host = build_unchecked(for_a_host, Language::Toml, &MemoryWorld::default()).unwrap();
    bench.app.file("host.dap", for_a_host);
    bench
        .run(&["flash", "host.dap"])
        .exits(0)
        .says("talks to a host (XLinkOut 1)");
}

#[test]
fn a_missing_camera_does_not_keep_another_from_being_flashed() {
    let bench = Bench::new(1000);
    let _camera = bench.camera();
    let missing = address().to_string();
    let arguments = [
        "flash",
        "out/app.dap",
        "--device",
        &missing,
        "--format",
        "json",
    ];
    let ran = bench.run(&arguments).exits(3).says("1 of 2 cameras failed");
    let mut results = cameras(&ran);
    results.sort_by_key(|camera| camera["name"] == json!(missing));
    assert_eq!(results[0]["result"], "flashed");
    assert_eq!(results[1]["result"], "failed");
    assert!(
        results[1]["error"]
            .as_str()
            .unwrap()
            .contains("no camera answers")
    );
    assert!(bench.holds_the_package());
}

#[test]
fn one_camera_named_in_two_ways_is_refused() {
    let bench = Bench::new(1000);
    let _camera = bench.camera();
    let mxid = bench.config.mxid.as_str();
    bench
        .run(&["flash", "out/app.dap", "--device", mxid])
        .exits(2)
        .says("the same camera");
    assert!(!bench.holds_the_package());
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

#[test]
fn a_usb_path_names_a_camera_and_is_never_taken_for_something_else() {
    let bench = Bench::new(1000);
    let at = |place: &str| {
        let arguments = ["flash", "out/app.dap", "--dry-run", "--device", place];
        bench.app.run(&arguments)
    };
    let ran = at("usb:99.7.7").exits(3);
    assert!(
        ran.stdout.contains("there is no camera at usb:99.7.7"),
        "{ran:?}"
    );
    at("usb:99").exits(2).says("USB path");
    at("usb:127.0.0.1.").exits(2).says("USB path");
}

#[test]
fn a_mistyped_address_is_not_looked_up_as_a_name() {
    let bench = Bench::new(1000);
    for typo in [
        "192.168.1.500",
        "192.168.1",
        "1.2.3.4.5",
        "1.2.3",
        "door.local",
    ] {
        let flash = ["flash", "out/app.dap", "--dry-run", "--device", typo];
        bench.app.run(&flash).exits(2).says("IPv4 address");
    }
}

#[test]
fn a_hostile_name_on_a_camera_is_shown_as_text() {
    let bench = Bench::new(1000);
    let name = "door\u{1b}[2J\u{202e}\n::error ::owned";
    bench.app.file(
        "app.toml",
        SMALL.replace("\"small\"", &json!(name).to_string()),
    );
    bench.app.build().exits(0);
    let _camera = bench.camera();
    let ip = bench.ip();
    let commands: [&[&str]; 3] = [
        &["flash", "out/app.dap", "--device", &ip, "--yes"],
        &["devices", &ip, "--restart"],
        &["device", "info", "--device", &ip, "--yes"],
    ];
    for arguments in commands {
        let ran = bench.app.run(arguments);
        for text in [&ran.stdout, &ran.stderr] {
            assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
            assert!(!text.lines().any(|line| line.starts_with("::")), "{text}");
        }
        if arguments[0] != "flash" {
            let mut lines = ran.stdout.lines();
            let shown = |line: &str| line.contains("door") && line.contains("::error ::owned");
            assert!(lines.any(shown), "{ran:?}");
        }
    }
}
