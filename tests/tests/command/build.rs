//! `oakc build`: what is written, and what is left alone.

use super::*;

#[test]
fn equal_inputs_give_equal_bytes_wherever_the_output_goes() {
    let app = with_files();
    app.build().exits(0);
    let first = app.read("out/app.dap");
    app.build().exits(0);
    assert!(first == app.read("out/app.dap"));
    app.run(&["build", "--firmware", "fw.cmd", "app.toml"])
        .exits(0);
    assert!(first == app.read("app.dap"));
    let elsewhere = app.path("elsewhere.dap");
    let absolute = app.path("app.toml");
    let arguments = [
        "build",
        "--firmware",
        "fw.cmd",
        absolute.to_str().unwrap(),
        "-o",
        elsewhere.to_str().unwrap(),
    ];
    app.command(&arguments)
        .current_dir("/")
        .output()
        .map(Ran::from)
        .unwrap()
        .exits(3);
    let firmware = app.path("fw.cmd");
    let mut arguments = arguments;
    arguments[2] = firmware.to_str().unwrap();
    app.command(&arguments)
        .current_dir("/")
        .output()
        .map(Ran::from)
        .unwrap()
        .exits(0);
    assert!(first == fs::read(elsewhere).unwrap());
}

#[test]
fn the_summary_names_the_package_by_its_digest() {
    let app = with_files();
    let ran = app.build().exits(0);
    let package = app.read("out/app.dap");
    assert!(ran.stdout.contains(&sha256(&package)), "{}", ran.stdout);
    let again = app.build().exits(0);
    assert_eq!(ran.stdout, again.stdout);
    assert_eq!(ran.stderr, "");
}

#[test]
fn a_parameter_set_on_the_command_line_changes_the_package() {
    let app = App::new();
    let text = SMALL.replace("fps = 10", "fps = \"${fps}\"") + "[params]\nfps = 10\n";
    app.file("app.toml", text);
    app.build().exits(0);
    let ten = app.read("out/app.dap");
    let mut arguments = BUILD.to_vec();
    arguments.extend(["--set", "fps=20"]);
    app.run(&arguments).exits(0);
    assert!(ten != app.read("out/app.dap"));
    arguments.extend(["--set", "fps=10"]);
    app.run(&arguments).exits(0);
    assert!(ten == app.read("out/app.dap"), "the last --set wins");
}

#[test]
fn a_build_replaces_the_old_package_and_a_failed_one_leaves_it() {
    let app = with_files();
    app.file("out/app.dap", "old");
    app.file("scripts/s.py", "");
    fs::rename(app.path("table.bin"), app.path("away")).unwrap();
    app.build().exits(1);
    assert_eq!(app.read("out/app.dap"), b"old");
    fs::rename(app.path("away"), app.path("table.bin")).unwrap();
    app.build().exits(0);
    assert!(Header::parse_file(&app.read("out/app.dap")).is_ok());
}

/// Packages are made of 40 MiB of firmware here, so that digests are computed in many pieces.
#[test]
fn the_digest_is_that_of_what_was_written_whatever_the_cache_says() {
    let app = App::small();
    app.file("fw.cmd", vec![0x5A; 40 << 20]);
    for flags in [&["--manifest"][..], &["--manifest", "--compress"]] {
        for _ in 0..2 {
            let ran = app.run(&[BUILD, flags].concat()).exits(0);
            let package = app.read("out/app.dap");
            assert!(ran.stdout.contains(&sha256(&package)), "{}", ran.stdout);
            let text = String::from_utf8(app.read("out/app.dap.manifest.json")).unwrap();
            assert_eq!(json(&text)["package"]["sha256"], sha256(&package));
        }
    }
    assert!(!app.path("cache/package-digests").exists());
}

#[test]
fn a_compressed_image_of_something_else_is_found_and_the_next_run_repairs_it() {
    let app = App::small();
    let build = [BUILD, &["--compress"]].concat();
    app.run(&build).exits(0);
    let whole = app.read("out/app.dap");
    let kept = |app: &App| {
        let mut entries = fs::read_dir(app.path("cache/custom")).unwrap();
        entries.next().unwrap().unwrap().path()
    };
    let path = kept(&app);
    let other = App::small();
    other.file("fw.cmd", [0xA6; 3000]);
    other.run(&build).exits(0);
    let forged = fs::read(kept(&other)).unwrap();
    let (data, _) = forged.split_at(forged.len() - 64);
    let forged = [data, sha256(&app.read("fw.cmd")).as_bytes()].concat();
    fs::write(&path, &forged).unwrap();
    app.run(&["firmware", "verify"]).exits(3);
    app.run(&build).exits(3).says("is damaged");
    assert!(app.read("out/app.dap") == whole);
    app.run(&build).exits(0);
    assert!(app.read("out/app.dap") == whole);
    app.run(&["firmware", "verify"]).exits(0);
}

/// The tests run as root in some places, to whom no file is read-only: a file in the place of a directory
/// takes nothing from anybody.
#[test]
fn compressing_works_with_a_cache_that_takes_nothing() {
    let app = App::small();
    let build = [BUILD, &["--compress"]].concat();
    app.run(&build).exits(0);
    let whole = app.read("out/app.dap");
    fs::remove_dir_all(app.path("cache")).unwrap();
    app.file("cache", "not a directory");
    app.run(&build).exits(0);
    assert!(app.read("out/app.dap") == whole);
}

#[test]
fn nothing_is_written_before_it_is_known_that_all_of_it_can_be() {
    let app = App::small();
    app.build().exits(0);
    app.file("out/app.dap", "old");
    let arguments = [BUILD, &["--manifest"]].concat();
    // The lock cannot be read, the manifest cannot be replaced.
    app.file("oakc.lock", "[[[");
    app.run(&arguments).exits(1);
    assert_eq!(app.read("out/app.dap"), b"old");
    fs::remove_file(app.path("oakc.lock")).unwrap();
    fs::create_dir(app.path("out/app.dap.manifest.json")).unwrap();
    app.run(&arguments)
        .exits(3)
        .says("cannot write out/app.dap.manifest.json: it is a directory");
    assert_eq!(app.read("out/app.dap"), b"old");
    assert!(!app.path("oakc.lock").exists());
}

#[test]
fn messages_name_files_as_the_user_does() {
    let app = App::small();
    fs::create_dir(app.path("taken.dap")).unwrap();
    let ran = app.run(&[
        "build",
        "--firmware",
        "fw.cmd",
        "app.toml",
        "-o",
        "taken.dap",
    ]);
    let ran = ran.exits(3).says("cannot write taken.dap");
    assert!(!ran.stderr.contains(".oakc-"), "{}", ran.stderr);
    let limited = app
        .command(&[
            "build",
            "--firmware",
            "fw.cmd",
            "app.toml",
            "-o",
            "gone/app.dap",
        ])
        .output()
        .unwrap();
    let ran = Ran::from(limited)
        .exits(3)
        .says("cannot write gone/app.dap");
    assert!(!ran.stderr.contains(".oakc-"), "{}", ran.stderr);
}

#[test]
fn a_link_in_the_place_of_the_package_is_replaced_and_not_followed() {
    let app = App::small();
    app.file("victim", "untouched");
    std::os::unix::fs::symlink("../victim", app.path("out/app.dap")).unwrap();
    app.build().exits(0);
    assert_eq!(app.read("victim"), b"untouched");
    assert!(!app.path("out/app.dap").is_symlink());
}

#[test]
fn json_says_what_was_built_or_why_not_in_one_object() {
    let app = App::small();
    let arguments = [BUILD, &["--format", "json"]].concat();
    let ran = app.run(&arguments).exits(0);
    let built = json(&ran.stdout);
    let package = app.read("out/app.dap");
    assert_eq!(built["package"]["path"], "out/app.dap");
    assert_eq!(built["package"]["sha256"], sha256(&package));
    assert_eq!(built["package"]["size"], package.len());
    assert_eq!(built["package"]["application"]["name"], "small");
    assert_eq!(
        built["package"]["firmware"]["sha256"],
        sha256(&app.read("fw.cmd"))
    );
    let header = Header::parse_file(&package).unwrap();
    let sections = built["package"]["sections"].as_array().unwrap();
    assert_eq!(sections.len(), header.sections().len());
    assert!(built["error"].is_null());
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/diagnostics.schema.json");
    let schema = json(&fs::read_to_string(schema).unwrap());
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(validator.is_valid(&built), "{built:#}");

    app.file("app.toml", SMALL.replace("10", "20"));
    let failed = json(
        &app.run(&[&arguments[..], &["--locked"]].concat())
            .exits(1)
            .stdout,
    );
    assert!(
        failed["error"]
            .as_str()
            .unwrap()
            .contains("app.toml: changed"),
        "{failed:#}"
    );
    assert!(failed["package"].is_null());
    assert!(validator.is_valid(&failed), "{failed:#}");
    app.file("app.toml", "[nodes.cam]\n");
    let wrong = json(&app.run(&arguments).exits(1).stdout);
    assert!(
        wrong["error"].is_null() && wrong["summary"]["errors"] == 1,
        "{wrong:#}"
    );
    fs::remove_file(app.path("app.toml")).unwrap();
    let missing = json(&app.run(&arguments).exits(3).stdout);
    assert!(
        missing["error"].as_str().unwrap().contains("app.toml"),
        "{missing:#}"
    );
}
