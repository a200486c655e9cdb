//! `oakc model info`, and applications whose models are in superblobs, archives and zip files.

use std::sync::Arc;

use oakc_blob::Blob;
use oakc_core::bundle::Bundle;
use oakc_core::package::inspect::Package;
use oakc_model::Model;
use oakc_model::synthetic::zip;
use oakc_tests::models::model;
use oakc_tests::snapshot::Snapshots;

use super::*;

const TOOLS: &str = r#"{"model": {"xml": "door.xml", "bin": "door.bin"},
 "nn_config": {"output_format": "detection", "NN_family": "YOLO", "input_size": "416x352",
  "NN_specific_metadata": {"classes": 2, "coordinates": 4, "anchors": [10, 13, 16, 30, 33, 23, 30, 61, 62, 45, 59, 119],
   "anchor_masks": {"side52": [0, 1, 2], "side26": [3, 4, 5]}, "iou_threshold": 0.5, "confidence_threshold": 0.4}},
 "mappings": {"labels": ["open", "closed"]}, "version": 1}"#;

/// The blob of the door for a number of SHAVEs.
fn door(shaves: u32) -> Arc<[u8]> {
    let bytes = model("door.superblob").unwrap();
    let model = Model::read("door.superblob", &bytes.into()).unwrap();
    model.blob(shaves).unwrap()
}

fn tools_zip() -> Vec<u8> {
    zip(&[
        ("door/door.xml", b"<net/>"),
        ("door/door_6shave.blob", &door(6)),
        ("door/door.json", TOOLS.as_bytes()),
    ])
}

/// One of everything that a model can be in.
fn with_models() -> App {
    let app = App::new();
    app.file("door.blob", door(6));
    app.file("door.json", TOOLS);
    app.file("door.superblob", model("door.superblob").unwrap());
    app.file("door.tar.xz", model("door.tar.xz").unwrap());
    app.file("door.zip", tools_zip());
    app
}

#[test]
fn a_model_is_shown_with_the_configuration_to_paste_whatever_it_is_in() {
    let app = with_models();
    let mut snapshots = Snapshots::of("model");
    for (name, file, more) in [
        ("blob", "door.blob", &["--config", "door.json"][..]),
        ("superblob", "door.superblob", &[]),
        ("nn-archive", "door.tar.xz", &[]),
        ("tools-zip", "door.zip", &[]),
    ] {
        let arguments = [&["model", "info", file], more].concat();
        let text = app.run(&arguments).exits(0).stdout;
        snapshots.check(&format!("{name}.txt"), &text);
        let shown = app.run(&[&arguments[..], &["--format", "json"]].concat());
        let shown = shown.exits(0).stdout;
        snapshots.check(&format!("{name}.json"), &shown);
        let shown = json(&shown);
        assert_eq!(shown["format"], name);
        assert_eq!(shown["sha256"], sha256(&app.read(file)));
        // What is to be pasted is an application without a finding, but for what nobody reads yet.
        let config = shown["config"].as_str().unwrap();
        app.file("app.toml", format!("[app]\nname = \"pasted\"\n\n{config}"));
        let allowed = ["-A", "unused-node", "-A", "unfed-input"];
        let ran = app.run(&[&["lint", "app.toml", "--deny", "warnings"], &allowed[..]].concat());
        ran.exits(0);
    }
    snapshots.finish();
    let inspected = app.run(&["inspect", "door.tar.xz"]).exits(0).stdout;
    let shown = app.run(&["model", "info", "door.tar.xz"]).exits(0).stdout;
    assert_eq!(inspected, shown);
}

/// The blob in the package of an application with this model.
fn packaged(app: &App, model: &str, rest: &str) -> Vec<u8> {
    let config = format!(
        "[models.door]\n{model}\n[nodes.detect]\ntype = \"YoloDetectionNetwork\"\nmodel = \"door\"\n\
         num_classes = 2\ncoordinate_size = 4\n{rest}[lint]\nallow = [\"unused-node\", \"unfed-input\"]\n"
    );
    app.file("app.toml", config);
    app.build().exits(0);
    let package = app.read("out/app.dap");
    let package = Package::parse(&package).unwrap();
    let assets = package.assets.as_ref().unwrap();
    let entry = &assets.map["/node/0/__blob"];
    package.asset(entry).unwrap().to_vec()
}

#[test]
fn what_is_packaged_is_the_plain_blob_for_the_number_of_shaves() {
    let app = with_models();
    for (key, shaves) in [
        ("path = \"door.blob\"", 6),
        ("path = \"door.blob\"\nconfig = \"door.json\"", 6),
        ("path = \"door.zip\"", 6),
        ("path = \"door.superblob\"\nshaves = 3", 3),
        ("path = \"door.tar.xz\"\nshaves = 16", 16),
        // Without a number, two inferences share what the other nodes leave: here, all of 16.
        ("path = \"door.tar.xz\"", 8),
    ] {
        let blob = packaged(&app, key, "");
        assert_eq!(Blob::parse(&blob).unwrap().shaves, shaves, "{key}");
        assert_eq!(blob, door(shaves).as_ref(), "{key}");
    }
    // The file is pinned, not what was made of it.
    let lock = String::from_utf8(app.read("oakc.lock")).unwrap();
    assert!(lock.contains(&sha256(&app.read("door.tar.xz"))), "{lock}");
    app.file("door.tar.xz", model("one-label.tar").unwrap());
    app.run(&[BUILD, &["--locked"]].concat())
        .exits(1)
        .says("door.tar.xz");
}

#[test]
fn the_number_of_shaves_is_what_cameras_and_threads_leave() {
    let app = with_models();
    let camera = |resolution: &str| {
        format!("[nodes.cam]\ntype = \"ColorCamera\"\nresolution = \"{resolution}\"\n")
    };
    let one_thread = "num_inference_threads = 1\n".to_owned();
    for (rest, shaves) in [
        // 16, less the slices of memory that a camera takes: 3 up to 1080p, 6 above.
        (camera("1080p"), 6),
        (camera("4k"), 5),
        (one_thread.clone(), 16),
        (one_thread + &camera("4k"), 10),
    ] {
        let blob = packaged(&app, "path = \"door.superblob\"", &rest);
        assert_eq!(Blob::parse(&blob).unwrap().shaves, shaves, "{rest}");
    }
}

#[test]
fn the_number_of_shaves_that_fits_is_named() {
    let app = with_models();
    let lint = |shaves: &str| {
        let config = format!(
            "[models.door]\npath = \"door.superblob\"\n{shaves}[nodes.cam]\ntype = \"ColorCamera\"\n\
             [nodes.detect]\ntype = \"YoloDetectionNetwork\"\nmodel = \"door\"\nnum_classes = 2\ncoordinate_size = 4\n"
        );
        app.file("app.toml", config);
        app.run(&["lint", "app.toml"])
    };
    lint("shaves = 15\n")
        .exits(0)
        .says("shave-budget")
        .says("write `shaves = 13` for the model");
    let fits = lint("shaves = 13\n");
    assert!(!fits.stderr.contains("shave-budget"), "{}", fits.stderr);
}

#[test]
fn scripts_know_labels_and_sizes() {
    let app = with_models();
    app.file(
        "s.py",
        "from oakc import models\nnode.warn(str(models.door.labels) + str(models.door.size))\n",
    );
    app.file(
        "app.toml",
        "[models.door]\npath = \"door.tar.xz\"\n[nodes.script]\ntype = \"Script\"\nsource = \"s.py\"\n\
         [nodes.detect]\ntype = \"YoloDetectionNetwork\"\nmodel = \"door\"\n\
         [lint]\nallow = [\"unused-node\", \"unfed-input\", \"unlogged-script\", \"log-only-script\"]\n",
    );
    app.build().exits(0);
    let package = app.read("out/app.dap");
    let package = Package::parse(&package).unwrap();
    let entry = &package.assets.as_ref().unwrap().map["/node/0/__script"];
    let bundle = Bundle::of_asset(package.asset(entry).unwrap()).unwrap();
    let module = bundle.modules.get("oakc.models").unwrap();
    let text = module.text.to_string();
    assert!(
        text.ends_with("door = Model([\"open\", \"closed\"], (416, 352))\n"),
        "{text}"
    );
}

#[test]
fn what_is_wrong_with_a_model_is_said_where_it_is_named() {
    let app = with_models();
    app.file(
        "photo.tar",
        oakc_model::synthetic::tar(&[("photo.png", b"x")]),
    );
    for (model, says) in [
        (
            "path = \"door.blob\"\nshaves = 4",
            "it is compiled for 6 SHAVEs, and cannot be had for 4",
        ),
        (
            "path = \"door.superblob\"\nshaves = 17",
            "a superblob has blobs for 1 to 16 SHAVEs, not for 17",
        ),
        (
            "path = \"photo.tar\"",
            "not an NN archive: it has no config.json",
        ),
        (
            "path = \"door.blob\"\nconfig = \"oakc.toml\"",
            "`oakc.toml` cannot be read",
        ),
        (
            "path = \"door.blob\"\nconfig = \"door.blob\"",
            "`door.blob` does not describe a model",
        ),
    ] {
        let nodes = "[nodes.detect]\ntype = \"NeuralNetwork\"\nmodel = \"door\"\n";
        app.file("app.toml", format!("[models.door]\n{model}\n{nodes}"));
        let ran = app.run(&["lint", "app.toml"]).exits(1);
        let text = flat(&ran.stdout) + &flat(&ran.stderr);
        assert!(text.contains(says), "no {says} in\n{text}");
    }
    app.run(&["model", "info", "photo.tar"])
        .exits(1)
        .says("it has no config.json");
    app.run(&["model", "info", "gone.blob"]).exits(3);
}

#[test]
fn the_preview_of_a_camera_is_mended_to_what_the_model_takes() {
    let app = with_models();
    app.file(
        "app.toml",
        "[models.door]\npath = \"door.tar.xz\"\n[nodes.cam]\ntype = \"ColorCamera\"\npreview_size = [416, 416]\n\
         interleaved = true\ncolor_order = \"BGR\"\n[nodes.detect]\ntype = \"YoloDetectionNetwork\"\nmodel = \"door\"\n\
         inputs.in = { from = \"cam.preview\", queue_size = 1, blocking = false }\n",
    );
    for _ in 0..3 {
        app.run(&["lint", "--fix", "app.toml"]);
    }
    let text = String::from_utf8(app.read("app.toml")).unwrap();
    for line in [
        "preview_size = [416, 352]",
        "interleaved = false",
        "color_order = \"RGB\"",
    ] {
        assert!(text.contains(line), "no {line} in\n{text}");
    }
}
