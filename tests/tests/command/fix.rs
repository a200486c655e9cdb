//! `oakc lint --fix`.

use oakc_tests::models::model;

use super::*;

/// A small model that takes planar images.
const SMALL_MODEL: &[u8] = include_bytes!("../../../compiler/blob/tests/compiled/planar.blob");

/// Only case and separators are wrong here.
const MISSPELT: &str = "\
# The camera at the door.
[nodes.cam]
type = \"ColorCamera\"   # on the left
previewSize = [300, 300] # small
Interleaved = false

[nodes.s]
type = \"Script\"
code = \"node.io['in'].get()\"
inputs.in = \"cam.preview\"
";

#[test]
fn safe_fixes_change_what_they_name_and_nothing_else() {
    let app = App::new();
    app.file("app.toml", MISSPELT);
    app.run(&["lint", "app.toml"]).exits(1).says("previewSize");
    let ran = app.run(&["lint", "--fix", "app.toml"]);
    let text = String::from_utf8(app.read("app.toml")).unwrap();
    let wanted = MISSPELT
        .replace("previewSize", "preview_size")
        .replace("Interleaved", "interleaved");
    assert_eq!(text, wanted);
    assert!(
        ran.stderr.contains("fixed app.toml: write `preview_size`"),
        "{}",
        ran.stderr
    );
    assert!(!ran.stderr.contains("unknown-key"), "{}", ran.stderr);
}

#[test]
fn a_fix_may_let_errors_be_seen_that_were_there_before() {
    let app = App::new();
    let text = "[nodes.käm]\ntype = \"ColorCamera\"\na = 1\nb = 2\nc = 3\n";
    app.file("app.toml", text);
    let ran = app.run(&["lint", "--fix", "app.toml"]).exits(1);
    let ran = ran
        .says("fixed app.toml: put the key in quotes")
        .says("3 errors");
    assert!(!ran.stderr.contains("bug in oakc"), "{}", ran.stderr);
    let fixed = String::from_utf8(app.read("app.toml")).unwrap();
    assert_eq!(fixed, text.replace("käm", "\"käm\""));
}

#[test]
fn yaml_is_fixed_like_toml() {
    let app = App::new();
    let text = "nodes:\n  cam: {type: ColorCamera, previewSize: [300, 300]}   # door\n  s:\n    type: Script\n    code: node.io['in'].get()\n    inputs: {in: cam.preview}\n";
    app.file("app.yaml", text);
    app.run(&["lint", "--fix", "app.yaml"]);
    assert_eq!(
        String::from_utf8(app.read("app.yaml")).unwrap(),
        text.replace("previewSize", "preview_size")
    );
}

#[test]
fn an_unsafe_fix_is_not_applied() {
    let app = App::new();
    app.file(
        "app.toml",
        MISSPELT
            .replace("previewSize", "preview_sise")
            .replace("Interleaved", "interleaved"),
    );
    let before = app.read("app.toml");
    let changed = || {
        fs::metadata(app.path("app.toml"))
            .unwrap()
            .modified()
            .unwrap()
    };
    let time = changed();
    app.run(&["lint", "--fix", "app.toml"])
        .exits(1)
        .says("did you mean `preview_size`?");
    assert_eq!(app.read("app.toml"), before);
    assert_eq!(changed(), time);
}

#[test]
fn an_unsafe_fix_is_applied_where_it_is_asked_for() {
    let app = App::new();
    let misspelt = MISSPELT.replace("previewSize", "preview_sise");
    app.file("app.toml", &misspelt);
    app.run(&["lint", "--fix", "--unsafe-fixes", "app.toml"])
        .says("fixed app.toml: write `preview_size`");
    let wanted = MISSPELT
        .replace("previewSize", "preview_size")
        .replace("Interleaved", "interleaved");
    assert_eq!(String::from_utf8(app.read("app.toml")).unwrap(), wanted);
    app.run(&["lint", "--unsafe-fixes", "app.toml"]).exits(2);
}

#[test]
fn unsafe_fixes_that_would_break_a_file_leave_it_to_the_safe_ones() {
    let app = App::new();
    // Both would be one key.
    let text = MISSPELT.replace("Interleaved = false", "preview_sise = [1, 1]");
    app.file("app.toml", &text);
    let ran = app
        .run(&["lint", "--fix", "--unsafe-fixes", "app.toml"])
        .exits(1);
    assert!(!ran.stderr.contains("bug in oakc"), "{}", ran.stderr);
    let fixed = String::from_utf8(app.read("app.toml")).unwrap();
    assert_eq!(fixed, text.replace("previewSize", "preview_size"));
}

#[test]
fn a_diff_shows_what_would_change_and_changes_nothing() {
    let app = App::new();
    app.file("app.toml", MISSPELT);
    let ran = app.run(&["lint", "--fix", "--diff", "app.toml"]).exits(1);
    assert_eq!(
        ran.stdout,
        "\
--- app.toml
+++ app.toml
@@ -1,8 +1,8 @@
 # The camera at the door.
 [nodes.cam]
 type = \"ColorCamera\"   # on the left
-previewSize = [300, 300] # small
-Interleaved = false
+preview_size = [300, 300] # small
+interleaved = false
 
 [nodes.s]
 type = \"Script\"
"
    );
    assert!(
        ran.stderr
            .contains("would fix app.toml: write `preview_size`")
    );
    assert_eq!(app.read("app.toml"), MISSPELT.as_bytes());
    app.run(&["lint", "--fix", "app.toml"]);
    let ran = app.run(&["lint", "--fix", "--diff", "app.toml"]).exits(0);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
}

#[test]
fn a_diff_does_not_show_secrets() {
    let app = App::new();
    let text = format!("[params]\npin = {{ value = \"topsecret\", secret = true }}\n\n{MISSPELT}");
    app.file("app.toml", text);
    let ran = app.run(&["lint", "--fix", "--diff", "app.toml"]).exits(1);
    assert!(ran.stdout.contains("+preview_size"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("topsecret"), "{}", ran.stdout);
}

#[test]
fn a_second_run_finds_nothing_to_fix() {
    let app = App::new();
    app.file("app.toml", MISSPELT);
    app.run(&["lint", "--fix", "app.toml"]);
    let once = app.read("app.toml");
    let ran = app.run(&["lint", "--fix", "app.toml"]);
    assert!(!ran.stderr.contains("fixed"), "{}", ran.stderr);
    assert_eq!(app.read("app.toml"), once);
}

#[test]
fn a_fixed_file_keeps_its_mode_and_its_links() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let app = App::new();
    app.file("shared.toml", MISSPELT);
    fs::set_permissions(app.path("shared.toml"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("shared.toml", app.path("app.toml")).unwrap();
    app.run(&["lint", "--fix", "app.toml"]);
    assert!(app.path("app.toml").is_symlink());
    let text = String::from_utf8(app.read("shared.toml")).unwrap();
    assert!(text.contains("preview_size"), "{text}");
    let mode = fs::metadata(app.path("shared.toml"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn settings_of_a_preview_that_are_missing_are_added_and_end_the_finding() {
    for (file, before, after) in [
        (
            "app.toml",
            "[nodes.cam]\ntype = \"ColorCamera\"   # on the left\n\n[nodes.n]\ntype = \"NeuralNetwork\"\nmodel = \"small.blob\"\n\
             inputs.in = { from = \"cam.preview\", queue_size = 1, blocking = false }\n",
            "type = \"ColorCamera\"   # on the left\ninterleaved = false\npreview_size = [256, 144]\n",
        ),
        (
            "app.yaml",
            "nodes:\n  cam:\n    type: ColorCamera\n  n:\n    type: NeuralNetwork\n    model: small.blob\n    \
             inputs: {in: {from: cam.preview, queue_size: 1, blocking: false}}\n",
            "    type: ColorCamera\n    interleaved: false\n    preview_size: [256, 144]\n",
        ),
        (
            "door.toml",
            "[models.door]\npath = \"door.tar.xz\"\n\n[nodes.cam]\ntype = \"ColorCamera\"\n\n[nodes.n]\n\
             type = \"YoloDetectionNetwork\"\nmodel = \"door\"\n\
             inputs.in = { from = \"cam.preview\", queue_size = 1, blocking = false }\n",
            "type = \"ColorCamera\"\ncolor_order = \"RGB\"\ninterleaved = false\npreview_size = [416, 352]\n",
        ),
        (
            "flow.yaml",
            "nodes:\n  cam: {type: ColorCamera}\n  n:\n    type: NeuralNetwork\n    model: small.blob\n    \
             inputs: {in: {from: cam.preview, queue_size: 1, blocking: false}}\n",
            "  cam: {type: ColorCamera, interleaved: false, preview_size: [256, 144]}\n",
        ),
    ] {
        let app = App::new();
        app.file("small.blob", SMALL_MODEL);
        app.file("door.tar.xz", model("door.tar.xz").unwrap());
        app.file(file, before);
        app.run(&["lint", "--fix", file]);
        let text = String::from_utf8(app.read(file)).unwrap();
        assert!(text.contains(after), "{text}");
        let ran = app.run(&["lint", file]);
        assert!(!ran.stderr.contains("network-input"), "{}", ran.stderr);
    }
}

#[test]
fn a_node_between_is_advised_and_added_where_no_setting_of_the_sender_helps() {
    let network = |name: &str, from: &str| {
        format!(
            "[nodes.{name}]\ntype = \"NeuralNetwork\"\nmodel = \"small.blob\"\n\
                 inputs.in = {{ from = \"{from}\", queue_size = 1, blocking = false }}\n\n"
        )
    };
    let script =
        "[nodes.s]\ntype = \"Script\"\ncode = \"node.io['t'].get()\"\ninputs.t = [\"n.out\"]\n";
    let mono =
        "[nodes.left]\ntype = \"MonoCamera\"\nboard_socket = \"CAM_B\"\nresolution = \"400p\"\n\n";
    let both = "[nodes.cam]\ntype = \"ColorCamera\"\npreview_size = [300, 300]\n\n\
                [nodes.e]\ntype = \"XLinkOut\"\nstream_name = \"e\"\ninputs.in = \"cam.preview\"\n\n";
    let yaml = "nodes:\n  cam:\n    type: ColorCamera\n  n:\n    type: NeuralNetwork\n    model: small.blob\n    inputs:\n      \
                in: {from: cam.video, queue_size: 1, blocking: false}\n  # The end.\n  s:\n    type: Script\n    \
                code: node.io['t'].get()\n    inputs: {t: n.out}\n";
    for (file, before, advised) in [
        (
            "mono.toml",
            format!("{mono}{}{script}", network("n", "left.out")),
            "[nodes.n_image]\ntype = \"ImageManip\"\nresize = [256, 144]\nframe_type = \"BGR888p\"\n\
             inputs.inputImage = { from = \"left.out\", queue_size = 1, blocking = false }\n",
        ),
        (
            "both.toml",
            format!("{both}{}{script}", network("n", "cam.preview")),
            "[nodes.n_image]\ntype = \"ImageManip\"\nresize = [256, 144]\nframe_type = \"BGR888p\"\n\
             inputs.inputImage = { from = \"cam.preview\", queue_size = 1, blocking = false }\n",
        ),
        (
            "video.yaml",
            yaml.to_owned(),
            "  n_image:\n    type: ImageManip\n    resize: [256, 144]\n    frame_type: BGR888p\n    \
             inputs: { inputImage: { from: cam.video, queue_size: 1, blocking: false } }\n",
        ),
    ] {
        let app = App::new();
        app.file("small.blob", SMALL_MODEL);
        app.file(file, &before);
        let linted = app.run(&["lint", "-A", "host-dependent-node", file]);
        for line in advised.lines() {
            assert!(
                linted.stderr.contains(line.trim()),
                "{line}\n{}",
                linted.stderr
            );
        }
        let args = ["-A", "host-dependent-node", "--deny", "warnings"];
        let fixed = [&["lint", "--fix", "--unsafe-fixes", file], &args[..]].concat();
        app.run(&fixed).exits(0);
        let text = String::from_utf8(app.read(file)).unwrap();
        assert!(text.contains(advised), "{text}");
        // Who does by hand what is advised gets the same.
        let link = if file == "mono.toml" {
            "left.out"
        } else {
            "cam.preview"
        };
        let by_hand = before.replacen(&format!("from = \"{link}\""), "from = \"n_image.out\"", 1);
        if file != "video.yaml" {
            assert_eq!(text, format!("{by_hand}\n{advised}"));
        }
    }
}
