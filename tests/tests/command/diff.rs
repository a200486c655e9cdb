//! `oakc diff` with any combination of packages and applications.

use oakc_tests::comparison::adjustable_rules;

use super::*;

fn app(files: &[(&str, &str)]) -> App {
    let app = with_files();
    app.file(
        "b/scripts/s.py",
        "while True:\n    node.io['frames'].get()\n",
    );
    app.file("b/table.bin", [1, 2, 3, 4]);
    app.file("b/app.toml", WITH_FILES);
    for (name, content) in files {
        app.file(name, content);
    }
    app
}

fn diff(app: &App, before: &str, after: &str) -> Value {
    let ran = app.run(&["diff", "--format", "json", before, after]);
    json(&ran.exits(0).stdout)
}

fn package(app: &App, config: &str, flags: &[&str], name: &str) {
    let build = ["build", "--firmware", "fw.cmd", config, "-o", name];
    app.run(&[&build[..], flags].concat()).exits(0);
}

#[test]
fn an_application_and_its_package_do_not_differ() {
    let app = app(&[]);
    package(&app, "app.toml", &[], "a.dap");
    for (before, after) in [("app.toml", "b/app.toml"), ("a.dap", "a.dap")] {
        let ran = app.run(&["diff", "--exit-code", before, after]).exits(0);
        assert_eq!(ran.stdout, "no differences\n");
    }
    for (before, after) in [("app.toml", "a.dap"), ("a.dap", "b/app.toml")] {
        // The package does not have the firmware of the release.
        let found = diff(&app, before, after);
        assert_eq!(found["count"], 1, "{found:#}");
        assert_eq!(found["firmware"][0]["path"], "image_sha256");
    }
}

#[test]
fn the_exit_code_shows_differences_only_on_request() {
    let app = app(&[("b/app.toml", &WITH_FILES.replace("with-files", "other"))]);
    let ran = app.run(&["diff", "app.toml", "b/app.toml"]).exits(0);
    assert_eq!(
        ran.stdout,
        "application\n  ~ name  \"with-files\" -> \"other\"\n1 difference\n"
    );
    app.run(&["diff", "--exit-code", "app.toml", "b/app.toml"])
        .exits(1);
}

#[test]
fn every_kind_of_change_is_shown_in_its_section() {
    let rules = adjustable_rules().join("','");
    let config = format!("[lint]\nallow = ['{rules}']\n{WITH_FILES}")
        .replace(
            "type = \"ColorCamera\"",
            "type = \"ColorCamera\"\nresolution = \"4k\"\ninitial_control.manual_focus = 120",
        )
        .replace(
            "inputs.frames = \"cam.video\"",
            "inputs.frames = { from = \"cam.preview\", queue_size = 2 }",
        )
        + "\n[board.network]\nmtu = 9000\n\n[pipeline]\nsipp_buffer_size = 0\n\n[nodes.more]\ntype = \"ImageManip\"\ninputs.inputImage = \"cam.isp\"\n";
    let app = app(&[
        ("b/app.toml", &config),
        (
            "b/scripts/s.py",
            "while True:\n    node.io['frames'].tryGet()\n",
        ),
    ]);
    app.file("b/table.bin", [1, 2, 3]);
    let found = diff(&app, "app.toml", "b/app.toml");
    let change = |path: &str, before: Value, after: Value| json!({ "path": path, "before": before, "after": after });
    assert_eq!(
        found["board"],
        json!([change("network.mtu", json!(0), json!(9000))])
    );
    assert_eq!(
        found["pipeline"],
        json!([change("sipp_buffer_size", json!(18432), json!(0))])
    );
    let nodes = found["nodes"].as_array().unwrap();
    assert_eq!(
        nodes[0]["after"],
        json!({ "id": 0, "name": "cam", "kind": "ColorCamera" })
    );
    let changes = nodes[0]["changes"].as_array().unwrap();
    assert!(
        changes.contains(&change("resolution", json!("THE_1080_P"), json!("THE_4_K"))),
        "{found:#}"
    );
    assert!(
        changes.contains(&change(
            "initial_control.lens_position",
            json!(0),
            json!(120)
        )),
        "{found:#}"
    );
    assert_eq!(
        nodes[1]["changes"],
        json!([change("inputs.io[frames].queue_size", json!(8), json!(2))])
    );
    let script = &nodes[1]["assets"][0];
    assert_eq!(script["key"], "__script");
    let text = script["text"].as_str().unwrap();
    assert!(
        text.contains("-    node.io['frames'].get()\n+    node.io['frames'].tryGet()\n"),
        "{text}"
    );
    assert_eq!(nodes[1]["assets"][1]["after"]["size"], 3);
    assert_eq!(nodes[2]["before"], Value::Null);
    assert_eq!(nodes[2]["after"]["name"], "more");
    assert_eq!(
        found["links"],
        json!([
            { "added": false, "from": "cam.video", "to": "s.io[frames]" },
            { "added": true, "from": "cam.isp", "to": "more.inputImage" },
            { "added": true, "from": "cam.preview", "to": "s.io[frames]" },
        ])
    );
    assert_eq!(found["assets"][0]["key"], "/pipeline/shared");
}

#[test]
fn build_flags_show_as_differences() {
    let app = app(&[]);
    package(&app, "app.toml", &[], "a.dap");
    package(&app, "app.toml", &["--compress", "--checksum"], "b.dap");
    let found = diff(&app, "a.dap", "b.dap");
    assert_eq!(
        found["firmware"],
        json!([
            { "path": "compression", "before": "none", "after": "zlib" },
            { "path": "check_checksum", "before": false, "after": true },
        ])
    );
    assert_eq!(found["count"], 2);
}

#[test]
fn nodes_of_a_package_are_matched_under_other_ids() {
    let moved = "[nodes.s]\ntype = \"Script\"\nid = 9\nsource = \"scripts/s.py\"\ninputs.frames = \"eye.video\"\n\
                 [nodes.s.assets.\"dir/table\"]\npath = \"table.bin\"\n\
                 [nodes.eye]\ntype = \"ColorCamera\"\nfps = 5\nid = 4\n[assets.shared]\npath = \"table.bin\"\n[app]\nname = \"with-files\"\n";
    let app = app(&[("b/app.toml", moved)]);
    package(&app, "app.toml", &[], "a.dap");
    package(&app, "b/app.toml", &[], "b.dap");
    let ran = app.run(&["diff", "a.dap", "b.dap"]).exits(0);
    assert_eq!(
        ran.stdout,
        "nodes\n  ~ ColorCamera (id 4), was id 0\n    ~ fps  30.0 -> 5.0\n1 difference\n"
    );
}

#[test]
fn problems_of_an_application_are_shown_as_a_build_shows_them() {
    let app = app(&[("b/app.toml", "[nodes.cam]\ntype = \"ColorCamra\"\n")]);
    let built = app.run(&["build", "b/app.toml"]).exits(1);
    let ran = app.run(&["diff", "app.toml", "b/app.toml"]).exits(1);
    assert_eq!(ran.stderr, built.stderr);
    assert_eq!(ran.stdout, "");
    app.run(&["diff", "app.toml", "gone.dap"])
        .exits(3)
        .says("cannot read gone.dap");
    app.run(&["diff", "app.toml", "table.bin"])
        .exits(1)
        .says("table.bin");
}

#[test]
fn undecodable_sections_are_compared_byte_by_byte() {
    let app = app(&[]);
    package(&app, "app.toml", &[], "a.dap");
    let mut bytes = app.read("a.dap");
    let place = Header::parse_file(&bytes)
        .unwrap()
        .find(sbr::PIPELINE)
        .unwrap()
        .offset as usize;
    bytes[place + 3] ^= 0x40;
    app.file("bad.dap", &bytes);
    app.run(&["diff", "a.dap", "bad.dap"])
        .exits(1)
        .says("--ignore-checksums");
    let damaged = |before| {
        let json_of = ["--ignore-checksums", "--format", "json"];
        let ran = app.run(&[&["diff", before, "bad.dap"][..], &json_of].concat());
        json(&ran.exits(0).stdout)
    };
    let found = damaged("a.dap");
    assert_eq!(found["count"], 1, "{found:#}");
    assert_eq!(found["pipeline"][0]["before"], "readable");
    assert_eq!(damaged("bad.dap")["count"], 0);
}

#[test]
fn control_characters_in_names_do_not_reach_the_terminal() {
    let app = app(&[(
        "b/app.toml",
        "[app]\nname = \"\\u001B[31m\"\n[nodes.\"a\\u001B]b\"]\ntype = \"Script\"\ncode = \"# \\u0007\"\n",
    )]);
    let ran = app.run(&["diff", "app.toml", "b/app.toml"]).exits(0);
    assert!(!ran.stdout.contains(['\u{1b}', '\u{7}']), "{}", ran.stdout);
}

/// A ring of identical nodes with scattered ids.
fn ring(count: usize, step: usize) -> String {
    let node = |place: usize| {
        let (id, before) = (place * step % count, (place + count - 1) % count);
        format!(
            "[nodes.n{place}]\nid={id}\ntype=\"ImageManip\"\ninputs.inputImage=\"n{before}.out\"\n"
        )
    };
    let rules = adjustable_rules().join("','");
    let nodes: String = (0..count).map(node).collect();
    format!("[lint]\nallow=['{rules}']\n{nodes}")
}

#[test]
fn twenty_thousand_nodes_are_compared() {
    let app = App::new();
    app.file("a.toml", ring(20_000, 1));
    app.file("b.toml", ring(20_000, 7));
    package(&app, "a.toml", &[], "a.dap");
    package(&app, "b.toml", &[], "b.dap");
    let ran = app.run(&["diff", "a.dap", "b.dap"]).exits(0);
    assert_eq!(ran.stdout, "no differences\n");
}
