//! `oakc.lock` and the manifest: what a package was made of.

use super::*;

fn locked(app: &App) -> Ran {
    let mut arguments = BUILD.to_vec();
    arguments.push("--locked");
    app.run(&arguments)
}

#[test]
fn the_lock_file_is_written_once_and_holds_until_something_changes() {
    let app = with_files();
    app.build().exits(0);
    let lock = app.read("oakc.lock");
    app.build().exits(0);
    assert_eq!(app.read("oakc.lock"), lock);
    locked(&app).exits(0);

    app.file("scripts/s.py", "pass");
    let package = app.read("out/app.dap");
    locked(&app).exits(1).says("scripts/s.py:");
    assert!(app.read("out/app.dap") == package, "nothing is built");
    assert_eq!(app.read("oakc.lock"), lock, "--locked never writes");
    app.build().exits(0);
    assert_ne!(app.read("oakc.lock"), lock);
    locked(&app).exits(0);

    app.file("fw.cmd", [1; 100]);
    locked(&app).exits(1).says("firmware: 2.33.0.0");
    app.build().exits(0);
    app.file("app.toml", SMALL);
    locked(&app)
        .exits(1)
        .says("table.bin: pinned, but no longer used");
}

#[test]
fn a_changed_model_breaks_the_lock() {
    let app = App::new();
    app.file(
        "app.toml",
        "[nodes.n]\ntype = \"NeuralNetwork\"\nmodel = \"m.blob\"\n",
    );
    let blob = oakc_blob::synthetic::BlobBuilder::detector(300, 300);
    app.file("m.blob", blob.clone().build());
    app.build().exits(0);
    locked(&app).exits(0);
    app.file("m.blob", blob.shaves(8).build());
    locked(&app)
        .exits(1)
        .says("m.blob:")
        .says("build without --locked");
}

#[test]
fn without_a_lock_file_nothing_is_locked() {
    let app = with_files();
    locked(&app)
        .exits(1)
        .says("oakc.lock: it pins nothing for this application");
    assert!(!app.path("out/app.dap").exists());
    app.build().exits(0);
    fs::remove_file(app.path("oakc.lock")).unwrap();
    locked(&app).exits(1).says("build once without --locked");
}

#[test]
fn two_configurations_share_the_lock_file_of_their_directory() {
    let app = with_files();
    app.file("other.yaml", "nodes: {cam: {type: ColorCamera}}\n");
    let other = [
        "build",
        "--firmware",
        "fw.cmd",
        "other.yaml",
        "-o",
        "out/other.dap",
    ];
    app.build().exits(0);
    app.run(&other).exits(0);
    locked(&app).exits(0);
    let mut arguments = other.to_vec();
    arguments.push("--locked");
    app.run(&arguments).exits(0);
    let lock = String::from_utf8(app.read("oakc.lock")).unwrap();
    assert!(
        lock.contains("app.toml") && lock.contains("other.yaml"),
        "{lock}"
    );
}

#[test]
fn the_manifest_lists_what_the_package_is_made_of() {
    let app = with_files();
    let mut arguments = BUILD.to_vec();
    arguments.push("--manifest");
    app.run(&arguments).exits(0);
    let manifest = json(&String::from_utf8(app.read("out/app.dap.manifest.json")).unwrap());
    let package = app.read("out/app.dap");
    assert_eq!(manifest["package"]["sha256"], sha256(&package));
    assert_eq!(manifest["package"]["size"], package.len());
    assert_eq!(manifest["firmware"]["sha256"], sha256(&app.read("fw.cmd")));
    assert_eq!(manifest["firmware"]["variant"], "custom");
    let inputs = manifest["inputs"].as_object().unwrap();
    assert_eq!(inputs.len(), 2);
    for (path, digest) in inputs {
        assert_eq!(*digest, sha256(&app.read(path)), "{path}");
    }
    let header = Header::parse_file(&package).unwrap();
    let sections = manifest["sections"].as_array().unwrap();
    assert_eq!(sections.len(), header.sections().len());
    for (section, told) in header.sections().iter().zip(sections) {
        assert_eq!(told["name"], section.name.as_str());
        assert_eq!(told["sha256"], sha256(section.bytes(&package).unwrap()));
        assert_eq!(told["checksum"], section.checksum);
        assert_eq!(told["offset"], section.offset);
    }
}

#[test]
fn the_lock_pins_inline_code_and_defaults_of_parameters_but_not_comments() {
    let app = App::new();
    let text = "[params]\nfps = 10\n[nodes.s]\ntype = \"Script\"\ncode = \"node.warn('a')\"\n\
                [nodes.cam]\ntype = \"ColorCamera\"\nfps = \"${fps}\"\n[lint]\nallow = [\"unused-node\"]\n";
    app.file("app.toml", text);
    app.build().exits(0);
    locked(&app).exits(0);
    for changed in [
        text.replace("'a'", "'b'"),
        text.replace("fps = 10", "fps = 11"),
    ] {
        app.file("app.toml", changed);
        locked(&app).exits(1).says("app.toml: changed");
    }
    app.file("app.toml", format!("# A comment.\n{text}"));
    locked(&app).exits(0);
}

#[test]
fn the_lock_pins_the_options_that_change_the_package() {
    let app = App::small();
    app.build().exits(0);
    for flag in ["--compress", "--checksum"] {
        let ran = app.run(&[BUILD, &["--locked", flag]].concat()).exits(1);
        ran.says(&format!("built with {flag}, but pinned without"));
    }
    app.run(&[BUILD, &["--compress", "--checksum"]].concat())
        .exits(0);
    locked(&app)
        .exits(1)
        .says("built without --compress, but pinned with");
    app.run(&[BUILD, &["--compress", "--checksum", "--locked"]].concat())
        .exits(0);
}

#[test]
fn one_lock_serves_every_site_and_the_manifest_says_what_was_set() {
    let app = App::new();
    let text = SMALL.replace("fps = 10", "fps = \"${fps}\"")
        + "[params]\nfps = 10\nmqtt_password = \"hunter2\"\nbroker = \"mqtt://me:word@10.0.0.9\"\n";
    let text = text.replace("[app]", "[app]\nversion = \"1.4.0\"");
    app.file("app.toml", text);
    app.build().exits(0);
    let lock = app.read("oakc.lock");
    for fps in ["20", "30"] {
        let site = ["--locked", "--manifest", "--set", &format!("fps={fps}")];
        app.run(&[BUILD, &site].concat()).exits(0);
        let text = String::from_utf8(app.read("out/app.dap.manifest.json")).unwrap();
        let manifest = json(&text);
        assert_eq!(manifest["params"]["fps"].to_string(), fps);
        assert_eq!(manifest["params"]["mqtt_password"], "***");
        assert!(
            !text.contains("hunter2") && !text.contains("word@"),
            "{text}"
        );
        assert_eq!(manifest["application"]["version"], "1.4.0");
        assert_eq!(manifest["application"]["name"], "small");
        assert_eq!(manifest["application"]["configuration"], "app.toml");
        app.run(&[BUILD, &site[2..]].concat()).exits(0);
        assert!(
            app.read("oakc.lock") == lock,
            "a site's values are not pinned"
        );
    }
}

#[test]
fn a_lock_of_an_earlier_oakc_is_read_and_pins_too_little() {
    let app = App::small();
    app.build().exits(0);
    let lock = String::from_utf8(app.read("oakc.lock")).unwrap();
    let kept = lock.lines().filter(|line| {
        let new = ["configuration", "compressed", "checksum"];
        !new.iter().any(|key| line.starts_with(key))
    });
    let old: Vec<_> = kept.collect();
    app.file("oakc.lock", old.join("\n"));
    locked(&app).exits(1).says("app.toml: not pinned");
    app.build().exits(0);
    assert_eq!(String::from_utf8(app.read("oakc.lock")).unwrap(), lock);
}

#[test]
fn no_lock_neither_reads_nor_writes_one() {
    let app = App::small();
    app.run(&[BUILD, &["--no-lock"]].concat()).exits(0);
    assert!(!app.path("oakc.lock").exists());
    app.file("oakc.lock", "[[[");
    app.run(&[BUILD, &["--no-lock"]].concat()).exits(0);
    app.build().exits(1);
    app.run(&[BUILD, &["--no-lock", "--locked"]].concat())
        .exits(2);
}

#[test]
fn nothing_is_flashed_that_the_lock_does_not_pin() {
    let app = App::small();
    let flash = [
        "flash",
        "app.toml",
        "--firmware",
        "fw.cmd",
        "--locked",
        "--yes",
        "--dry-run",
        "--device",
        "127.0.0.9",
    ];
    app.run(&flash).exits(1).says("build once without --locked");
    app.build().exits(0);
    let ran = app.run(&flash);
    assert!(!ran.stderr.contains("lock"), "{ran:?}");
    app.file("app.toml", SMALL.replace("10", "20"));
    app.run(&flash).exits(1).says("app.toml: changed");
    let package = [
        "flash",
        "out/app.dap",
        "--locked",
        "--yes",
        "--device",
        "127.0.0.9",
    ];
    app.run(&package)
        .exits(2)
        .says("a package is already built");
}
