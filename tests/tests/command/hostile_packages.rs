//! Importing hostile packages: a clear message, no file outside the directory, no panic.

use std::io::Write;

use flate2::Compression as Level;
use flate2::write::ZlibEncoder;
use oakc_core::syntax::Language;
use oakc_core::world::MemoryWorld;
use oakc_runtime_schema::sbr::{self, Compression, Flags, Header, Section, SectionName};
use oakc_tests::comparison::{LANGUAGES, assert_none};
use oakc_tests::import::losses;
use oakc_tests::package::build_unchecked;
use oakc_tests::process::{App, Ran};
use serde_json::{Value, json};

fn package(text: &str, files: &[&str]) -> Vec<u8> {
    let files = files.iter().map(|name| (*name, name));
    build_unchecked(text, Language::Toml, &files.collect::<MemoryWorld>()).unwrap()
}

/// Keys and names that point outside the directory, or at files that oakc writes itself.
const ELSEWHERE: &str = r#"
[assets."../../x"]
path = "f"
[assets."/etc/cron.d/x"]
path = "g"
[nodes.s]
type = "Script"
code = { script = "pass", name = "../../../../tmp/owned.py" }
assets."..\\..\\y.bin" = "h"
assets."a/../../b" = "i"
assets.".." = "j"
assets."con.bin" = "k"
assets."" = "l"
[nodes.t]
type = "Script"
code = { script = "pass # 2", name = "app.toml" }
[nodes.u]
type = "Script"
code = { script = "pass # 3", name = "oakc.lock/x.py" }
"#;

#[test]
fn keys_cannot_write_outside_the_directory() {
    let package = package(ELSEWHERE, &["f", "g", "h", "i", "j", "k", "l"]);
    for language in LANGUAGES {
        assert_none(&losses(&package, language).1, 1);
    }
    let app = App::new();
    app.file("in.dap", &package);
    let before = app.files();
    app.run(&["import", "in.dap", "-o", "a/b/imported", "--check"])
        .exits(0);
    let written: Vec<_> = app
        .files()
        .into_iter()
        .filter(|path| !before.contains(path))
        .collect();
    assert_eq!(written.len(), 11, "{written:?}");
    for path in written {
        let name = path.strip_prefix("a/b/imported/").expect(&path);
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        assert!(name.chars().all(plain) && !name.starts_with('.'), "{path}");
    }
}

/// A pipeline in the form of `serializeToJson`, with texts that are hard to quote.
fn odd_texts() -> Value {
    let odd =
        "\"'\\\n\r\t\u{0} \u{7f}\u{85}\u{2028}\u{feff} # = : - [x] {y} ${z} $${z} 🦉 é \u{202e}";
    let long = "a".repeat(100_000);
    let ports: Vec<_> = [odd, "a.b", "a[b]", "null", "1", "-", "~", "in"]
        .iter()
        .map(|name| json!([["io", name], { "group": "io", "name": name, "type": 3, "queueSize": 3 }]))
        .collect();
    let outputs = [odd, "x.y", "inputs[z]"].map(|name| {
        json!([["io", format!("o{name}")], { "group": "io", "name": format!("o{name}"), "type": 0, "blocking": false }])
    });
    let link = |output: &str, input: &str| {
        json!({
            "node1Id": 0, "node1OutputGroup": "io", "node1Output": output,
            "node2Id": 0, "node2InputGroup": "io", "node2Input": input,
        })
    };
    json!({
        "assets": { "map": {} },
        "pipeline": {
            "connections": [link(&format!("o{odd}"), odd), link("ox.y", "a.b")],
            "globalProperties": { "pipelineName": odd, "pipelineVersion": long, "sippBufferSize": 64 },
            "nodes": [
                [0, {
                    "id": 0, "name": "Script",
                    "ioInfo": ports.into_iter().chain(outputs).collect::<Vec<_>>(),
                    "properties": { "scriptName": odd },
                }],
                [1, {
                    "id": 1, "name": "SPIOut", "ioInfo": [],
                    "properties": { "streamName": odd, "busId": 1 },
                }],
            ],
        },
    })
}

#[test]
fn texts_survive_whatever_they_contain() {
    let app = App::new();
    app.file("in.json", odd_texts().to_string());
    for (language, out) in [("--toml", "one"), ("--yaml", "two")] {
        app.run(&["import", "in.json", language, "-o", out, "--check"])
            .exits(0);
    }
}

#[test]
fn truncated_packages_and_other_files_are_refused_and_nothing_is_written() {
    let app = App::new();
    let whole = package("[nodes.cam]\ntype = \"ColorCamera\"\n", &[]);
    let dump = odd_texts().to_string();
    let mut cases: Vec<Vec<u8>> = [0, 1, 2, 100, 511, 512, 1000, whole.len() - 1]
        .iter()
        .map(|length| whole[..*length].to_vec())
        .collect();
    cases.push(dump.as_bytes()[..dump.len() / 2].to_vec());
    cases.extend(
        [
            &b"{}"[..],
            b"{\"pipeline\":{}}",
            b"{\"pipeline\":{\"nodes\":3}}",
            b"hello",
        ]
        .map(Vec::from),
    );
    for case in cases {
        app.file("in", &case);
        let ran = app.run(&["import", "in", "-o", "out2"]).exits(1);
        assert!(ran.stderr.starts_with("error: in: "), "{}", ran.stderr);
        assert!(!app.path("out2").exists());
    }
}

#[test]
fn parts_that_contradict_each_other_are_named() {
    let node = |id: i64, own: i64, name: &str| json!([id, { "id": own, "name": name, "ioInfo": [], "properties": {} }]);
    let app = App::new();
    let with_nodes = |nodes: Value| json!({ "pipeline": { "connections": [], "globalProperties": {}, "nodes": nodes } });
    let asset = json!({ "alignment": 64, "offset": 4_000_000_000_u32, "size": 4_000_000_000_u32 });
    let mut lost_asset = with_nodes(json!([node(0, 0, "Script")]));
    lost_asset["assets"] = json!({ "map": { "/node/0/__script": asset } });
    let mut foreign_asset = lost_asset.clone();
    foreign_asset["assets"] =
        json!({ "map": { "/node/7/x": { "alignment": 1, "offset": 0, "size": 0 } } });
    let many: Vec<_> = (0..100_000).map(|id| node(id, id, "Script")).collect();
    for (dump, word) in [
        (
            with_nodes(json!([node(3, 4, "Script")])),
            "node 3 cannot be read: its own record says 4",
        ),
        (
            with_nodes(json!([node(-1, -1, "Script")])),
            "node -1 cannot be read",
        ),
        (
            with_nodes(json!([node(0, 0, "Teleporter")])),
            "`Teleporter`",
        ),
        (lost_asset, "it points outside the asset storage"),
        (foreign_asset, "it belongs to no node"),
        (
            with_nodes(json!(many)),
            "100000 nodes are more than any camera can run",
        ),
    ] {
        app.file("in.json", dump.to_string());
        app.run(&["import", "in.json", "-o", "out2"])
            .exits(1)
            .says(word);
    }
    assert!(!app.path("out2").exists());
}

#[test]
fn dangling_links_and_loops_are_noted_and_not_followed() {
    let edge =
        |id: i64| json!([id, { "id": id, "name": "EdgeDetector", "ioInfo": [], "properties": {} }]);
    let link = |from: i64, to: i64, input: &str| {
        json!({
            "node1Id": from, "node1OutputGroup": "", "node1Output": "outputImage",
            "node2Id": to, "node2InputGroup": "", "node2Input": input,
        })
    };
    let dump = json!({ "pipeline": {
        "connections": [
            link(0, 1, "inputImage"), link(1, 0, "inputImage"), link(0, 1, "inputImage"),
            link(0, 9, "inputImage"), link(0, 1, "nowhere"),
        ],
        "globalProperties": {},
        "nodes": [edge(0), edge(1)],
    } });
    let app = App::new();
    app.file("in.json", dump.to_string());
    app.run(&["import", "in.json", "-o", "out2"])
        .exits(0)
        .says("it is listed twice")
        .says("to `inputImage` of node 9")
        .says("`nowhere`");
}

/// A package whose firmware unpacks to far more than any firmware has.
fn bomb() -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Level::best());
    let zeros = vec![0; 1 << 20];
    for _ in 0..400 {
        encoder.write_all(&zeros).unwrap();
    }
    let firmware = encoder.finish().unwrap();
    let flags = Flags::NONE
        .with_bootable(true)
        .with_compression(Compression::Zlib);
    let section = |name: &str, size: usize, offset: usize, flags| Section {
        name: SectionName::new(name).unwrap(),
        size: u32::try_from(size).unwrap(),
        offset: u32::try_from(offset).unwrap(),
        checksum: 0,
        kind: 0,
        flags,
    };
    let end = 512 + firmware.len();
    let mut sections = vec![section(sbr::FIRMWARE, firmware.len(), 512, flags)];
    sections.extend(
        [
            sbr::PIPELINE,
            sbr::ASSETS,
            sbr::ASSET_STORAGE,
            sbr::FIRMWARE_VERSION,
            sbr::APP_NAME,
        ]
        .map(|name| section(name, 0, end, Flags::NONE)),
    );
    let mut file = Header::new(sections).unwrap().to_bytes().to_vec();
    file.extend(firmware);
    file
}

#[test]
fn a_package_that_unpacks_to_gigabytes_does_not_fill_the_memory() {
    let app = App::new();
    let bomb = bomb();
    assert!(bomb.len() < 1 << 20);
    app.file("in.dap", bomb);
    let mut command = app.command_with_limits(900, 60, &["import", "in.dap", "-o", "out2"]);
    let ran = Ran::from(command.output().unwrap()).exits(1);
    assert!(!app.path("out2").exists(), "{}", ran.stderr);
}

#[test]
fn a_directory_in_use_is_left_alone_unless_force_is_given() {
    let app = App::new();
    app.file(
        "in.dap",
        package(ELSEWHERE, &["f", "g", "h", "i", "j", "k", "l"]),
    );
    app.file("used/app.toml", "mine");
    app.run(&["import", "in.dap", "-o", "used"])
        .exits(1)
        .says("--force");
    assert_eq!(app.read("used/app.toml"), b"mine");
    app.run(&["import", "in.dap", "-o", "used", "--force"])
        .exits(0);
    assert_ne!(app.read("used/app.toml"), b"mine");
    app.run(&["import", "in.dap", "-o", "in.dap"]).exits(3);
}

#[test]
#[cfg(unix)]
fn a_symbolic_link_in_the_directory_is_not_followed() {
    let app = App::new();
    let text = "[nodes.s]\ntype = \"Script\"\ncode = { script = \"pass\", name = \"lib/s.py\" }\n";
    app.file("in.dap", package(text, &[]));
    app.file("elsewhere/s.py", "mine");
    std::fs::create_dir(app.path("used")).unwrap();
    std::os::unix::fs::symlink(app.path("elsewhere"), app.path("used/lib")).unwrap();
    std::os::unix::fs::symlink(app.path("elsewhere/s.py"), app.path("used/app.toml")).unwrap();
    let forced = ["import", "in.dap", "-o", "used", "--force"];
    app.run(&forced).exits(3).says("symbolic link");
    std::fs::remove_file(app.path("used/lib")).unwrap();
    app.run(&forced).exits(0);
    assert_eq!(app.read("elsewhere/s.py"), b"mine");
}
