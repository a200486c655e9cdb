//! What a user can rely on when oakc reads a model, whatever it is in.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot set up its world has to stop"
)]

use std::sync::{Arc, LazyLock};

use oakc_blob::synthetic::BlobBuilder;
use oakc_blob::{Blob, DataType, StorageOrder};
use oakc_model::synthetic::{bz2, gz, superblob, tar, xz, zip};
use oakc_model::{Colour, Description, Family, Format, Model, ModelError, Shaves};
use proptest::prelude::*;

/// A YOLO of two grids, for a number of SHAVEs.
fn yolo(shaves: u32) -> Vec<u8> {
    let fp16 = DataType::Fp16;
    let blob = BlobBuilder::new().shaves(shaves).slices(shaves);
    blob.input(
        "images",
        DataType::U8f,
        StorageOrder::NCHW,
        &[416, 352, 3, 1],
    )
    .output("output1_yolov5", fp16, StorageOrder::NCHW, &[52, 44, 21, 1])
    .output("output2_yolov5", fp16, StorageOrder::NCHW, &[26, 22, 21, 1])
    .build()
}

/// The same for all numbers of SHAVEs; the blobs differ in length.
fn all_numbers() -> Vec<Vec<u8>> {
    let blob = |shaves: u32| [yolo(shaves), vec![7; 100 * shaves as usize]].concat();
    (1..=16).map(blob).collect()
}

const CONFIG: &str = r#"{
    "config_version": "1.0",
    "model": {
        "metadata": {"name": "door", "path": "door.superblob", "precision": "float32"},
        "inputs": [{
            "name": "images", "dtype": "float32", "input_type": "image", "shape": [1, 3, 352, 416], "layout": "NCHW",
            "preprocessing": {"mean": [0, 0, 0], "scale": [255, 255, 255], "dai_type": "BGR888p", "resize_mode": "CROP"}
        }],
        "outputs": [{"name": "output1_yolov5", "dtype": "float32"}],
        "heads": [{
            "parser": "YOLO", "outputs": null,
            "metadata": {
                "classes": ["open", "closed"], "n_classes": 2, "iou_threshold": 0.45, "conf_threshold": 0.25, "max_det": 300,
                "anchors": [[[10, 13], [16, 30], [33, 23]], [[30, 61], [62, 45], [59, 119]]],
                "yolo_outputs": ["output1_yolov5", "output2_yolov5"], "subtype": "yolov5", "something_new": {}
            }
        }]
    }
}"#;

const TOOLS: &str = r#"{
    "model": {"xml": "door.xml", "bin": "door.bin"},
    "nn_config": {
        "output_format": "detection", "NN_family": "YOLO", "input_size": "416x352",
        "NN_specific_metadata": {
            "classes": 2, "coordinates": 4, "anchors": [10.0, 13.0, 16.0, 30.0],
            "anchor_masks": {"side52": [0], "side26": [1]}, "iou_threshold": 0.5, "confidence_threshold": 0.4
        }
    },
    "mappings": {"labels": {"1": "closed", "0": "open"}},
    "version": 1
}"#;

fn read(name: &str, bytes: &[u8]) -> Result<Model, ModelError> {
    Model::read(name, &Arc::from(bytes))
}

fn archive(config: &str, members: &[(&str, &[u8])]) -> Vec<u8> {
    // Generators write the model first.
    let config = [("config.json", config.as_bytes())];
    tar(&[members, &config].concat())
}

#[test]
fn a_superblob_has_the_blob_for_each_number_of_shaves() {
    let blobs = all_numbers();
    let model = read("door.superblob", &superblob(&blobs)).unwrap();
    assert_eq!(
        (model.format(), model.shaves()),
        (Format::SuperBlob, Shaves::Any)
    );
    for (blob, shaves) in blobs.iter().zip(1..) {
        assert_eq!(model.blob(shaves).unwrap().as_ref(), blob, "{shaves}");
    }
    for shaves in [0, 17, u32::MAX] {
        let error = model.blob(shaves).unwrap_err();
        let text = format!("a superblob has blobs for 1 to 16 SHAVEs, not for {shaves}");
        assert_eq!(error.to_string(), text);
    }
    assert_eq!(Blob::parse(&model.base()).unwrap().shaves, 8);
}

#[test]
fn a_superblob_of_another_size_than_its_header_says_is_refused() {
    let bytes = superblob(&all_numbers());
    let longer = [bytes.as_slice(), b"x"].concat();
    for bytes in [&bytes[..bytes.len() - 1], &longer] {
        let error = read("a.superblob", bytes).unwrap_err();
        let text = error.to_string();
        assert!(
            text.starts_with("the superblob is damaged: by its header it has"),
            "{text}"
        );
        assert!(error.help().starts_with("copy or download the file again"));
    }
}

#[test]
fn a_blob_is_for_one_number_of_shaves() {
    let model = read("door.blob", &yolo(5)).unwrap();
    assert_eq!(model.shaves(), Shaves::Fixed(5));
    assert_eq!(model.blob(5).unwrap().as_ref(), yolo(5));
    assert_eq!(
        model.blob(6).unwrap_err().to_string(),
        "it is compiled for 5 SHAVEs, and cannot be had for 6"
    );
}

#[test]
fn an_archive_is_read_however_it_is_compressed() {
    let content = superblob(&all_numbers());
    let plain = archive(
        CONFIG,
        &[("door.superblob", &content), ("buildinfo.json", b"{}")],
    );
    for bytes in [xz(&plain), gz(&plain), bz2(&plain), plain.clone()] {
        let model = read("door.tar", &bytes).unwrap();
        assert_eq!(model.format(), Format::ArchivedSuperBlob);
        assert_eq!(Blob::parse(&model.blob(3).unwrap()).unwrap().shaves, 3);
        let description = model.description().unwrap();
        assert_eq!(description.name.as_deref(), Some("door"));
        assert_eq!(description.labels, ["open", "closed"]);
        assert_eq!(description.family(), Some(Family::Yolo));
        let image = &description.images[0];
        assert_eq!(
            (image.size, image.colour),
            (Some((416, 352)), Some(Colour::Bgr))
        );
        assert_eq!((image.interleaved, image.scale[0]), (Some(false), 255.0));
    }
}

#[test]
fn anchors_by_output_become_those_of_the_device() {
    let description = Description::read("config.json", CONFIG.as_bytes()).unwrap();
    let decoding = description.decoding(&Blob::parse(&yolo(6)).unwrap());
    assert_eq!((decoding.classes, decoding.coordinates), (Some(2), Some(4)));
    assert_eq!(decoding.iou_threshold, Some(0.45));
    assert_eq!(decoding.confidence_threshold, Some(0.25));
    let anchors = [10, 13, 16, 30, 33, 23, 30, 61, 62, 45, 59, 119].map(|side: u8| f32::from(side));
    assert_eq!(decoding.anchors.unwrap(), anchors);
    let masks: Vec<_> = decoding.anchor_masks.unwrap().into_iter().collect();
    let masks: Vec<_> = masks
        .iter()
        .map(|(side, mask)| (side.as_str(), mask.as_slice()))
        .collect();
    assert_eq!(masks, [("side26", &[3, 4, 5][..]), ("side52", &[0, 1, 2])]);
}

#[test]
fn widths_of_grids_follow_from_strides_where_no_output_has_the_name() {
    let config = CONFIG.replace("output1_yolov5\", \"output2", "x\", \"y");
    let description = Description::read("config.json", config.as_bytes()).unwrap();
    let masks = description
        .decoding(&Blob::parse(&yolo(6)).unwrap())
        .anchor_masks
        .unwrap();
    assert_eq!(masks.into_keys().collect::<Vec<_>>(), ["side26", "side52"]);
    let config = config.replace("\"subtype\"", "\"strides\": [16, 32], \"subtype\"");
    let description = Description::read("config.json", config.as_bytes()).unwrap();
    let masks = description
        .decoding(&Blob::parse(&yolo(6)).unwrap())
        .anchor_masks
        .unwrap();
    assert_eq!(masks.into_keys().collect::<Vec<_>>(), ["side13", "side26"]);
}

#[test]
fn the_zip_file_of_the_tools_is_a_blob_with_a_description() {
    let blob = yolo(6);
    let bytes = zip(&[
        ("result/door.xml", b"<net/>"),
        ("result/door_openvino_2021.4_6shave.blob", &blob),
        ("result/door.json", TOOLS.as_bytes()),
    ]);
    let model = read("result.zip", &bytes).unwrap();
    assert_eq!(
        (model.format(), model.shaves()),
        (Format::ToolsZip, Shaves::Fixed(6))
    );
    let description = model.description().unwrap();
    assert_eq!(description.file, "result/door.json");
    assert_eq!(description.labels, ["open", "closed"]);
    let decoding = description.decoding(&Blob::parse(&blob).unwrap());
    assert_eq!(decoding.anchors.unwrap(), [10.0, 13.0, 16.0, 30.0]);
    assert_eq!(decoding.anchor_masks.unwrap()["side26"], [1]);
}

#[test]
fn descriptions_of_the_zoo_have_labels_with_colours_and_settings_beside_the_family() {
    let text = r##"{"nn_config": {"NN_family": "mobilenet", "conf_threshold": 0.3, "output_format": "detection"},
        "mappings": {"labels": [["person", "#FAFC2B"], "car"]}, "openvino_version": "2021.4"}"##;
    let model = read("m.blob", &yolo(6)).unwrap();
    let model = model.with_description("m.json", text.as_bytes()).unwrap();
    let description = model.description().unwrap();
    assert_eq!(description.family(), Some(Family::MobileNet));
    assert_eq!(description.labels, ["person", "car"]);
    let decoding = description.decoding(&Blob::parse(&model.base()).unwrap());
    assert_eq!(
        (decoding.confidence_threshold, decoding.anchors),
        (Some(0.3), None)
    );
}

/// Everything that can be wrong with an archive, and what is said about it.
#[expect(clippy::too_many_lines, reason = "a table")]
#[test]
fn what_cannot_be_used_is_refused_in_words_that_help() {
    let named = |path: &str| CONFIG.replace("door.superblob", path);
    let blob = yolo(6);
    let cases: [(Vec<u8>, &str, &str); 14] = [
        (
            archive(&named("m.dlc"), &[("m.dlc", b"\xd5\x0a\x04\x00")]),
            "it holds `m.dlc`, a model for RVC4 cameras (OAK4)",
            "convert the original model",
        ),
        (
            archive(&named("m.onnx"), &[("m.onnx", b"\x08\x07")]),
            "it holds `m.onnx`, a model that is not compiled",
            "convert it for RVC2",
        ),
        (
            archive(&named("m.blob"), &[("m.blob", b"\x28\0\0\0BLOB")]),
            "it holds `m.blob`, a model for RVC3 cameras",
            "convert the original model",
        ),
        (
            archive(&named("m.bin"), &[("m.what", b"")]),
            "its config.json names the model `m.bin`, which is not in the archive",
            "write the archive again",
        ),
        (
            archive(&named("m.what"), &[("m.what", b"")]),
            "which is neither a .blob nor a .superblob",
            "convert the original model",
        ),
        (
            archive(&named("m.blob"), &[("m.blob", &blob[..200])]),
            "`m.blob` in it: the model blob is truncated",
            "copy or download the model again",
        ),
        (
            archive(&named("../m.blob"), &[("m.blob", &blob)]),
            "the path `../m.blob` in the archive leads out of it",
            "unpack it where you trust it",
        ),
        (
            tar(&[("../../etc/cron.d/x", b"x")]),
            "the path `../../etc/cron.d/x` in the archive leads out of it",
            "unpack it where you trust it",
        ),
        (
            tar(&[("/etc/passwd", b"x")]),
            "the path `/etc/passwd` in the archive leads out of it",
            "unpack it where you trust it",
        ),
        (
            tar(&[("m/config.json", b"{}")]),
            "its config.json is not at the top of the archive, but at `m/config.json`",
            "pack the content of that folder",
        ),
        (
            tar(&[("photo.png", b"x")]),
            "not an NN archive: it has no config.json",
            "unpack it and use the .blob inside",
        ),
        (
            xz(&archive(CONFIG, &[("a.blob", &blob)]))[..200].to_vec(),
            "the archive is damaged",
            "copy or download the file again",
        ),
        (
            zip(&[("a.xml", b"<net/>")]),
            "the zip file holds no .blob",
            "unpack it and use the .onnx or .xml inside",
        ),
        (
            zip(&[("a.blob", &blob), ("b.blob", &blob)]),
            "the zip file holds several blobs: a.blob, b.blob",
            "unpack it and use one of them",
        ),
    ];
    for (bytes, says, help) in cases {
        let error = read("m", &bytes).unwrap_err();
        assert!(error.to_string().contains(says), "{error}\nnot: {says}");
        assert!(
            error.help().starts_with(help),
            "{}\nnot: {help}",
            error.help()
        );
    }
}

#[test]
fn a_value_of_the_wrong_type_is_named_with_its_place() {
    let cases = [
        (
            "\"n_classes\": 2",
            "\"n_classes\": \"2\"",
            "`model.heads[0].metadata.n_classes` must be a whole number that is not negative",
        ),
        (
            "[16, 30]",
            "[16]",
            "`model.heads[0].metadata.anchors[0][1]` must be a width and a height",
        ),
        (
            "\"open\", ",
            "5, ",
            "`model.heads[0].metadata.classes[0]` must be a text",
        ),
        ("\"path\"", "\"file\"", "`model.metadata` has no `path`"),
        (
            "\"shape\": [1, ",
            "\"shape\": [-1, ",
            "`model.inputs[0].shape[0]` must be a whole number that is not negative",
        ),
    ];
    for (from, to, says) in cases {
        let config = CONFIG.replace(from, to);
        let error = read("m", &archive(&config, &[("door.superblob", b"")])).map(drop);
        let error = error.and_then(|()| {
            Description::read("config.json", config.as_bytes())
                .map(drop)
                .map_err(Into::into)
        });
        let text = match error {
            Err(ModelError::Json(error)) => error.to_string(),
            // The model is looked at first, and there is none in these archives.
            _ => Description::read("config.json", config.as_bytes())
                .unwrap_err()
                .to_string(),
        };
        assert_eq!(text, format!("`config.json`: {says}"));
    }
    let error = Description::read("a.json", b"{\"labels\": []}").unwrap_err();
    assert!(error.to_string().contains("neither `nn_config`"), "{error}");
    let gap = TOOLS.replace("\"1\": \"closed\"", "\"2\": \"closed\"");
    let error = Description::read("a.json", gap.as_bytes()).unwrap_err();
    assert!(
        error.to_string().contains("every class from 0 on"),
        "{error}"
    );
}

#[test]
fn a_bomb_is_given_up_before_it_fills_the_memory() {
    let zeros = vec![0; 20 << 20];
    for bytes in [
        xz(&tar(&[("a.blob", &zeros)])),
        gz(&tar(&[("a.bin", &zeros)])),
        bz2(&tar(&[("a.bin", &zeros)])),
        zip(&[("a.blob", &zeros)]),
    ] {
        let error = read("m", &bytes).unwrap_err().to_string();
        assert!(
            error.starts_with("the archive unpacks to more than"),
            "{error}"
        );
    }
}

#[test]
fn a_description_as_large_as_none_is_refused() {
    let text = vec![b' '; 5 << 20];
    let error = read("m", &tar(&[("config.json", &text)]))
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("`config.json` in the archive is larger"),
        "{error}"
    );
}

static ARCHIVE: LazyLock<Vec<u8>> =
    LazyLock::new(|| archive(CONFIG, &[("door.superblob", &superblob(&all_numbers()))]));

proptest! {
    #[test]
    fn damage_is_read_or_refused_but_never_more(
        which in 0..4_usize,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = match which {
            0 => ARCHIVE[512..].to_vec(),
            1 => gz(&ARCHIVE),
            2 => zip(&[("m.blob", &yolo(6)), ("m.json", TOOLS.as_bytes())]),
            _ => ARCHIVE.clone(),
        };
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(cut.index(bytes.len()) + 1);
        match read("m", &bytes) {
            Ok(model) => drop((1..=16).map(|shaves| model.blob(shaves)).collect::<Vec<_>>()),
            Err(error) => prop_assert!(!error.to_string().is_empty() && !error.help().is_empty()),
        }
    }
}
