//! `oakc inspect`, also on untrusted packages.

use oakc_blob::synthetic::BlobBuilder;
use oakc_tests::snapshot::Snapshots;

use super::*;

fn inspect(app: &App, name: &str) -> Ran {
    app.run(&["inspect", "--format", "json", name])
}

#[test]
fn a_package_is_shown_as_it_was_built() {
    for flags in [&[][..], &["--compress", "--checksum"]] {
        let app = with_files();
        app.run(&[BUILD, flags].concat()).exits(0);
        let package = app.read("out/app.dap");
        let shown = json(&inspect(&app, "out/app.dap").exits(0).stdout);
        assert_eq!(shown["sha256"], sha256(&package));
        assert_eq!(shown["app_name"], "with-files");
        assert_eq!(
            shown["firmware"]["image_sha256"],
            sha256(&app.read("fw.cmd"))
        );
        assert_eq!(shown["firmware"]["release"], "2.33.0.0");
        let sections = shown["sections"].as_array().unwrap();
        assert!(
            sections
                .iter()
                .all(|section| section["checksum_ok"] == true),
            "{shown:#}"
        );
        let names: Vec<_> = sections
            .iter()
            .map(|s| s["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, sbr::PACKAGE_SECTIONS);
        let nodes = shown["pipeline"]["nodes"].as_array().unwrap();
        assert_eq!(nodes.len(), 2);
        assert_eq!(nodes[1]["name"], "Script");
        assert!(nodes.iter().all(|node| node["properties_error"].is_null()));
        assert_eq!(shown["pipeline"]["connections"][0]["node1Output"], "video");
        let assets: BTreeSet<_> = shown["assets"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect();
        assert_eq!(
            assets.iter().map(String::as_str).collect::<Vec<_>>(),
            ["/node/1/__script", "/node/1/dir/table", "/pipeline/shared"]
        );
        let human = app.run(&["inspect", "out/app.dap"]).exits(0).stdout;
        for word in [
            "with-files",
            "Script",
            "0.video -> 1.io[frames]",
            "/pipeline/shared",
            "2.33.0.0",
        ] {
            assert!(human.contains(word), "no {word} in\n{human}");
        }
    }
}

/// Small models, compiled; see the README beside them.
const MODELS: [(&str, &[u8]); 3] = [
    (
        "planar",
        include_bytes!("../../../compiler/blob/tests/compiled/planar.blob"),
    ),
    (
        "interleaved",
        include_bytes!("../../../compiler/blob/tests/compiled/interleaved.blob"),
    ),
    (
        "unlabelled",
        include_bytes!("../../../compiler/blob/tests/compiled/unlabelled.blob"),
    ),
];

#[test]
fn a_compiled_model_is_shown_with_its_inputs_outputs_and_needs() {
    let app = App::new();
    let mut snapshots = Snapshots::of("inspect");
    for (name, bytes) in MODELS {
        app.file("model.blob", bytes);
        let text = app.run(&["inspect", "model.blob"]).exits(0).stdout;
        snapshots.check(&format!("{name}.txt"), &text);
        let shown = inspect(&app, "model.blob").exits(0).stdout;
        snapshots.check(&format!("{name}.json"), &shown);
        let shown = json(&shown);
        assert_eq!(shown["sha256"], sha256(bytes));
        let image = &shown["inputs"][0]["image"];
        assert_eq!(
            (&image["width"], &image["height"]),
            (&json!(256), &json!(144))
        );
    }
    // For an old release there is no firmware; the model is shown all the same.
    app.file(
        "model.blob",
        BlobBuilder::detector(300, 300).version(5, 0).build(),
    );
    let text = app.run(&["inspect", "model.blob"]).exits(0).stdout;
    snapshots.check("old.txt", &text);
    snapshots.finish();
}

#[test]
fn extracted_files_equal_the_sections() {
    let app = with_files();
    app.build().exits(0);
    app.run(&["inspect", "out/app.dap", "--extract", "parts/deep"])
        .exits(0);
    let package = app.read("out/app.dap");
    let header = Header::parse_file(&package).unwrap();
    for section in header.sections() {
        let part = app.read(&format!("parts/deep/{}.bin", section.name.as_str()));
        assert!(
            part == section.bytes(&package).unwrap(),
            "{}",
            section.name.as_str()
        );
    }
    assert_eq!(app.read("parts/deep/firmware.cmd"), app.read("fw.cmd"));
    assert_eq!(app.read("parts/deep/assets/node/1/dir/table"), [1, 2, 3, 4]);
    assert_eq!(
        app.read("parts/deep/assets/node/1/__script"),
        app.read("scripts/s.py")
    );
    assert_eq!(app.read("parts/deep/assets/pipeline/shared"), [1, 2, 3, 4]);
    let pipeline = json(&String::from_utf8(app.read("parts/deep/pipeline.json")).unwrap());
    let shown = json(&inspect(&app, "out/app.dap").stdout);
    assert_eq!(pipeline, shown["pipeline"]);
}

#[test]
fn a_package_truncated_anywhere_is_refused_by_section() {
    let app = with_files();
    app.build().exits(0);
    let package = app.read("out/app.dap");
    let header = Header::parse_file(&package).unwrap();
    let mut cuts = vec![0, 1, 2, 511, 512];
    for section in header.sections() {
        cuts.extend([section.offset as usize, section.offset as usize + 1]);
        cuts.push((section.offset + section.size) as usize - 1);
    }
    for cut in cuts {
        app.file("cut.dap", &package[..cut]);
        let ran = inspect(&app, "cut.dap").exits(1);
        let told =
            ran.stderr.contains("truncated") || ran.stderr.contains("not an application package");
        assert!(told && ran.stdout.is_empty(), "{cut}: {}", ran.stderr);
    }
}

#[test]
fn a_damaged_package_is_refused_unless_checksums_are_ignored() {
    let app = with_files();
    app.build().exits(0);
    let mut package = app.read("out/app.dap");
    let header = Header::parse_file(&package).unwrap();
    let place = header.find(sbr::ASSET_STORAGE).unwrap().offset as usize;
    package[place] ^= 1;
    app.file("bad.dap", &package);
    for refusing in [
        &["inspect", "bad.dap"][..],
        &["import", "bad.dap", "-o", "imported"],
        &["graph", "bad.dap"],
        &["diff", "bad.dap", "out/app.dap"],
    ] {
        let ran = app.run(refusing).exits(1);
        assert!(ran.stdout.is_empty());
        ran.says("the checksum of `asset_storage` is wrong")
            .says("`--ignore-checksums` reads it as it is");
        app.run(&[refusing, &["--ignore-checksums"]].concat())
            .exits(0);
    }
    let inspect =
        |app: &App, file| app.run(&["inspect", file, "--format", "json", "--ignore-checksums"]);
    let human = app.run(&["inspect", "bad.dap", "--ignore-checksums"]);
    let human = human.exits(0).stdout;
    let marked: Vec<_> = human
        .lines()
        .filter(|line| line.contains("CHECKSUM WRONG"))
        .collect();
    assert_eq!(marked.len(), 1, "{human}");
    assert!(marked[0].contains("asset_storage"));
    let place = header.find(sbr::PIPELINE).unwrap().offset as usize;
    package[place + 3] ^= 0x40;
    app.file("bad.dap", &package);
    let shown = json(&inspect(&app, "bad.dap").exits(0).stdout);
    assert!(shown["pipeline"].is_null());
    let reason = shown["pipeline_error"].as_str().unwrap();
    assert!(
        reason.contains("not in the layout of DepthAI 2.33"),
        "{reason}"
    );
    assert!(shown["assets"].is_object());
}

#[test]
fn any_change_to_the_section_table_is_survived() {
    let app = App::small();
    app.build().exits(0);
    let package = app.read("out/app.dap");
    for place in (0..240).step_by(3) {
        let mut mutated = package.clone();
        mutated[place] ^= 0xFF;
        app.file("bad.dap", &mutated);
        let ran = inspect(&app, "bad.dap");
        assert!(matches!(ran.code, Some(0 | 1)), "{place}: {ran:?}");
    }
}

/// The package with its asset map and firmware replaced; the sections after them stay where they are.
fn with_assets(package: &[u8], uris: &[&str]) -> Vec<u8> {
    let mut map = oakc_runtime_schema::assets::AssetMap::default();
    for uri in uris {
        let entry = oakc_runtime_schema::assets::AssetEntry {
            offset: 0,
            size: 4,
            alignment: 1,
        };
        map.map.insert((*uri).to_owned(), entry);
    }
    let bytes = oakc_runtime_schema::nop::to_bytes(&map).unwrap();
    let header = Header::parse_file(package).unwrap();
    let mut sections = header.sections().to_vec();
    let mut package = package.to_vec();
    for section in &mut sections {
        if section.name.as_str() == sbr::ASSETS {
            let start = section.offset as usize;
            package[start..start + bytes.len()].copy_from_slice(&bytes);
            section.size = u32::try_from(bytes.len()).unwrap();
            section.checksum = sbr::checksum(&bytes);
        }
    }
    let table = Header::new(sections).unwrap().to_bytes();
    package[..table.len()].copy_from_slice(&table);
    package
}

#[test]
fn no_asset_name_can_write_outside_the_directory() {
    let app = with_files();
    app.build().exits(0);
    let names = [
        "../../x",
        "/etc/x",
        "a/../../../x",
        "..",
        ".",
        "",
        "a\\..\\x",
        "C:\\x",
        "nul\0x",
        "a//b",
        "ä",
    ];
    let hostile = with_assets(&app.read("out/app.dap"), &names);
    app.file("bad.dap", hostile);
    let before: BTreeSet<_> = app.files().into_iter().collect();
    app.run(&["inspect", "bad.dap", "--extract", "deep/parts"]);
    let after: BTreeSet<_> = app.files().into_iter().collect();
    let made: Vec<_> = after.difference(&before).collect();
    assert!(
        made.iter().all(|path| path.starts_with("deep/parts/")),
        "{made:?}"
    );
    assert!(!Path::new("/etc/x").exists());
}

#[test]
fn no_planted_link_leads_out_of_the_directory() {
    use std::os::unix::fs::symlink;
    let app = with_files();
    app.build().exits(0);
    fs::create_dir(app.path("elsewhere")).unwrap();
    app.file("elsewhere/victim", "untouched");
    fs::create_dir(app.path("parts")).unwrap();
    symlink("../elsewhere", app.path("parts/assets")).unwrap();
    symlink("../elsewhere/victim", app.path("parts/package.json")).unwrap();
    symlink("parts", app.path("link")).unwrap();
    for directory in ["parts", "link"] {
        app.run(&["inspect", "out/app.dap", "--extract", directory])
            .exits(3)
            .says("it is a symbolic link");
    }
    fs::remove_file(app.path("parts/assets")).unwrap();
    app.run(&["inspect", "out/app.dap", "--extract", "parts"])
        .exits(0);
    assert!(!app.path("parts/package.json").is_symlink());
    fs::create_dir(app.path("empty")).unwrap();
    fs::remove_file(app.path("link")).unwrap();
    symlink("empty", app.path("link")).unwrap();
    for force in [&[][..], &["--force"]] {
        let import = ["import", "out/app.dap", "-o", "link"];
        app.run(&[&import[..], force].concat())
            .exits(3)
            .says("it is a symbolic link");
    }
    assert_eq!(app.read("elsewhere/victim"), b"untouched");
    assert_eq!(fs::read_dir(app.path("elsewhere")).unwrap().count(), 1);
    assert_eq!(fs::read_dir(app.path("empty")).unwrap().count(), 0);
}

#[test]
fn an_asset_outside_the_storage_is_reported() {
    let app = App::small();
    app.build().exits(0);
    app.file(
        "bad.dap",
        with_assets(&app.read("out/app.dap"), &["/pipeline/a"]),
    );
    app.run(&["inspect", "bad.dap"]).exits(0);
    app.run(&["inspect", "bad.dap", "--extract", "parts"])
        .exits(1)
        .says("asset `/pipeline/a` points outside the asset storage");
}

#[test]
fn firmware_that_never_stops_unpacking_is_stopped() {
    let app = App::new();
    app.file("app.toml", SMALL);
    let file = fs::File::create(app.path("fw.cmd")).unwrap();
    file.set_len(256 << 20).unwrap();
    app.run(&[BUILD, &["--compress"]].concat()).exits(0);
    assert!(app.read("out/app.dap").len() < 4 << 20);
    let ran = app
        .command_with_limits(1200, 60, &["inspect", "out/app.dap"])
        .output()
        .unwrap();
    let ran = Ran::from(ran).exits(0);
    assert!(
        ran.stdout.contains("unpacks to more than 256 MiB"),
        "{}",
        ran.stdout
    );
}

#[test]
fn an_empty_section_table_is_shown_as_empty() {
    let app = App::new();
    app.file("empty.dap", Header::new(Vec::new()).unwrap().to_bytes());
    let ran = app.run(&["inspect", "empty.dap"]).exits(0);
    assert!(
        ran.stdout.contains("the firmware section is missing"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("section `pipeline` is missing"),
        "{}",
        ran.stdout
    );
}
