//! Cameras that are named by their IP address.

use oakc_core::digest::sha256;
use oakc_core::syntax::Language;
use oakc_core::world::MemoryWorld;
use oakc_runtime_schema::sbr::{self, Header};
use oakc_tests::package::build_unchecked;

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
    assert_eq!(camera["params"], json!({"fps": 15, "door_password": "***"}));
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
