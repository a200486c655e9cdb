//! Models in whatever people hold them, compared with independent implementations: superblobs with `bsdiff4`, and nodes that
//! an archive configures with the same settings made through the library.

use std::fs;
use std::path::Path;
use std::process::Command;

use oakc_model::{Model, Shaves};
use oakc_tests::compare::differences;
use oakc_tests::comparison::assert_none;
use oakc_tests::models::model;
use oakc_tests::package::FAKE_FIRMWARE;
use oakc_tests::process::App;
use oakc_tests::reference::{Reference, bsdiff_python, python};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Writes a superblob of 16 blobs, and what `bsdiff4` makes of each patch.
const WRITE: &str = r#"
import sys, bsdiff4, pathlib
folder = pathlib.Path(sys.argv[1])
blobs = [(folder / f"{n}.blob").read_bytes() for n in range(1, 17)]
for base in (1, 8, 16):
    source = blobs[base - 1]
    patches = [b"" if n == base else bsdiff4.diff(source, blob) for n, blob in enumerate(blobs, 1)]
    sizes = [len(source), *map(len, patches)]
    out = b"".join(size.to_bytes(8, "big") for size in sizes) + source + b"".join(patches)
    (folder / f"base-{base}.superblob").write_bytes(out)
"#;

/// Reads a superblob that oakc's tests write, with `bsdiff4`.
const READ: &str = r#"
import sys, bsdiff4, pathlib
folder = pathlib.Path(sys.argv[1])
data = (folder / "ours.superblob").read_bytes()
sizes = [int.from_bytes(data[i * 8:i * 8 + 8], "big") for i in range(17)]
at = 136 + sizes[0]
base = data[136:at]
for n, size in enumerate(sizes[1:], 1):
    patch = data[at:at + size]
    at += size
    (folder / f"theirs-{n}.blob").write_bytes(bsdiff4.patch(base, patch) if patch else base)
"#;

fn run(python: &Path, program: &str, folder: &Path) {
    let status = Command::new(python)
        .arg("-c")
        .arg(program)
        .arg(folder)
        .status();
    assert!(status.unwrap().success());
}

/// Blobs for 1 to 16 SHAVEs, of different lengths and with code that moves.
fn blobs() -> Vec<Vec<u8>> {
    let superblob = Model::read("door.superblob", &model("door.superblob").unwrap().into());
    let superblob = superblob.unwrap();
    let blob = |shaves: u32| {
        let start = superblob.blob(shaves).unwrap().to_vec();
        let code: Vec<u8> = (0..40_000_u32)
            .flat_map(|at| (at.wrapping_mul(2_654_435_761) >> (at % 7 + shaves % 3)).to_le_bytes())
            .collect();
        let (front, back) = code.split_at(shaves as usize * 1000);
        [start.as_slice(), back, front, &start].concat()
    };
    (1..=16).map(blob).collect()
}

#[test]
fn superblobs_are_what_bsdiff4_makes_of_them_for_all_numbers_of_shaves() {
    let Some(python) = bsdiff_python() else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let blobs = blobs();
    for (blob, shaves) in blobs.iter().zip(1..) {
        fs::write(folder.path().join(format!("{shaves}.blob")), blob).unwrap();
    }
    run(&python, WRITE, folder.path());
    for base in [1, 8, 16] {
        let bytes = fs::read(folder.path().join(format!("base-{base}.superblob"))).unwrap();
        let model = Model::read("a.superblob", &bytes.into()).unwrap();
        assert_eq!(model.shaves(), Shaves::Any);
        for (blob, shaves) in blobs.iter().zip(1..) {
            let ours = model.blob(shaves).unwrap();
            assert!(ours.as_ref() == blob, "base {base}, {shaves} SHAVEs");
        }
    }
    let ours = oakc_model::synthetic::superblob(&blobs);
    fs::write(folder.path().join("ours.superblob"), ours).unwrap();
    run(&python, READ, folder.path());
    for (blob, shaves) in blobs.iter().zip(1..) {
        let theirs = fs::read(folder.path().join(format!("theirs-{shaves}.blob"))).unwrap();
        assert!(&theirs == blob, "{shaves} SHAVEs");
    }
}

/// A node of the library with everything that the archive says, set call by call.
fn by_hand(class: &str, blob: &Path, spatial: bool) -> Value {
    let anchors = [10, 13, 16, 30, 33, 23, 30, 61, 62, 45, 59, 119].map(f64::from);
    let mut calls = vec![
        json!(["setBlob", [{ "blob": blob }]]),
        json!(["setConfidenceThreshold", [0.25]]),
        json!(["setNumClasses", [2]]),
        json!(["setCoordinateSize", [4]]),
        json!(["setAnchors", [anchors]]),
        json!(["setAnchorMasks", [{ "map": [["side52", [0, 1, 2]], ["side26", [3, 4, 5]]] }]]),
        json!(["setIouThreshold", [0.45]]),
    ];
    if spatial {
        calls.push(json!(["setBoundingBoxScaleFactor", [0.5]]));
    }
    json!({ "class": class, "calls": calls })
}

#[test]
fn nodes_configured_from_an_archive_equal_those_that_are_set_through_the_library() {
    let Some(python) = python() else { return };
    let mut reference = Reference::start(&python);
    let superblob = Model::read("door.superblob", &model("door.superblob").unwrap().into());
    let superblob = superblob.unwrap();
    for (class, more, shaves) in [
        ("YoloDetectionNetwork", "", 8),
        ("YoloDetectionNetwork", "", 5),
        (
            "YoloSpatialDetectionNetwork",
            "bounding_box_scale_factor = 0.5\n",
            7,
        ),
    ] {
        let app = App::new();
        app.file("fw.cmd", FAKE_FIRMWARE);
        let blob = superblob.blob(shaves).unwrap();
        app.file("door.blob", &blob);
        app.file("door.tar.xz", model("door.tar.xz").unwrap());
        let config = format!(
            "[models.door]\npath = \"door.tar.xz\"\nshaves = {shaves}\n\
             [nodes.detect]\ntype = \"{class}\"\nmodel = \"door\"\n{more}[lint]\nallow = [\"unused-node\"]\n"
        );
        app.file("app.toml", &config);
        app.build().exits(0);
        let node = by_hand(class, &app.path("door.blob"), !more.is_empty());
        let description = json!({ "nodes": [node] });
        let theirs = reference.build(&description, "fake").unwrap();
        let ours = app.read("out/app.dap");
        let found = differences(&theirs, &ours);
        let found: Vec<_> = found
            .into_iter()
            .filter(|text| !is_of_the_frame(text))
            .collect();
        assert_none(&found, 1);
    }
}

/// Whether a difference is of what `App` packages beside the pipeline: a version of the firmware, and a name.
fn is_of_the_frame(text: &str) -> bool {
    ["__fw_version", "app_name"]
        .iter()
        .any(|section| text.contains(section))
}
