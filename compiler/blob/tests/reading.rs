//! What a user can rely on when oakc reads a model file, good, damaged or mistaken for one.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set up its world has to stop"
)]

use oakc_blob::synthetic::BlobBuilder;
use oakc_blob::{
    Blob, BlobError, DataType, Direction, Layout, Lookalike, OpenVinoVersion, StorageOrder, Tensor,
};
use proptest::prelude::*;

/// Offsets in the header of the numbers that the tests change.
const FILE_SIZE: usize = 56;
const VERSION_MAJOR: usize = 60;
const INPUT_COUNT: usize = 68;
const INPUT_OFFSET: usize = 116;
/// The first entry of the input list in a built blob, and its dimension count for a short name.
const FIRST_ENTRY: usize = 192;
const FIRST_DIMENSION_COUNT: usize = FIRST_ENTRY + 12 + 16 + 8;

fn patched(offset: usize, number: u32) -> Vec<u8> {
    let mut bytes = BlobBuilder::detector(300, 300).build();
    bytes[offset..offset + 4].copy_from_slice(&number.to_le_bytes());
    bytes
}

#[test]
fn a_model_states_its_requirements_inputs_and_outputs() {
    let blob = Blob::parse(
        &BlobBuilder::detector(544, 320)
            .shaves(5)
            .slices(4)
            .stages(9)
            .build(),
    )
    .unwrap();
    assert_eq!((blob.shaves, blob.slices, blob.stages), (5, 4, 9));
    assert_eq!(blob.openvino, OpenVinoVersion::V2022_1);
    assert_eq!(
        blob.inputs,
        [Tensor {
            name: "data".into(),
            data_type: DataType::U8f,
            order: StorageOrder::NCHW,
            dims: vec![544, 320, 3, 1],
            offset: 0
        }]
    );
    assert_eq!(blob.outputs[0].dims, [7, 100, 1, 1]);
}

#[test]
fn outputs_keep_the_order_of_the_file_and_shape_helpers_are_hidden() {
    let bytes = BlobBuilder::new()
        .output("zebra", DataType::Fp16, StorageOrder::NC, &[8, 2])
        .output("zebra@shape", DataType::Int, StorageOrder::C, &[2])
        .output("ant", DataType::Fp16, StorageOrder::NC, &[8, 2])
        .build();
    let names: Vec<_> = Blob::parse(&bytes)
        .unwrap()
        .outputs
        .into_iter()
        .map(|t| t.name)
        .collect();
    assert_eq!(names, ["zebra", "ant"]);
}

#[test]
fn the_later_of_two_tensors_with_the_same_name_counts() {
    let bytes = BlobBuilder::new()
        .input("a", DataType::U8f, StorageOrder::C, &[1])
        .input("b", DataType::U8f, StorageOrder::C, &[2])
        .input("a", DataType::U8f, StorageOrder::C, &[3])
        .build();
    let inputs = Blob::parse(&bytes).unwrap().inputs;
    let found: Vec<_> = inputs
        .iter()
        .map(|t| (t.name.as_str(), t.dims[0]))
        .collect();
    assert_eq!(found, [("a", 3), ("b", 2)]);
}

#[test]
fn bytes_after_the_model_are_accepted() {
    let mut bytes = BlobBuilder::detector(300, 300).build();
    let before = Blob::parse(&bytes).unwrap();
    bytes.extend([0xAA; 1000]);
    assert_eq!(Blob::parse(&bytes).unwrap(), before);
}

#[test]
fn a_model_truncated_anywhere_is_refused() {
    let bytes = BlobBuilder::detector(300, 300).build();
    for length in 0..bytes.len() {
        let error = Blob::parse(&bytes[..length]).unwrap_err();
        match error {
            BlobError::TooShort { actual, .. } => assert!(actual == length && length < 132),
            BlobError::Truncated { actual, .. } => assert!(actual == length && length >= 132),
            other => panic!("cut at {length}: {other}"),
        }
    }
}

#[test]
fn an_empty_file_is_reported_as_empty() {
    let error = Blob::parse(&[]).unwrap_err();
    assert_eq!(error.to_string(), "the model file is empty");
    assert!(error.help().contains("again"));
}

#[test]
fn the_error_names_the_damaged_number() {
    assert_eq!(
        Blob::parse(&patched(FILE_SIZE, 100_000))
            .unwrap_err()
            .to_string(),
        "the model blob is truncated: its header says 100000 bytes but the file has 448, so weights are missing"
    );
    assert!(matches!(
        Blob::parse(&patched(VERSION_MAJOR, 7)).unwrap_err(),
        BlobError::UnknownVersion { major: 7, minor: 0 }
    ));
    assert!(matches!(
        Blob::parse(&patched(FIRST_ENTRY, 3)).unwrap_err(),
        BlobError::WrongIndex {
            direction: Direction::Input,
            position: 0,
            found: 3
        }
    ));
    assert!(matches!(
        Blob::parse(&patched(INPUT_COUNT, u32::MAX)).unwrap_err(),
        BlobError::TooManyTensors {
            direction: Direction::Input,
            count: u32::MAX,
            ..
        }
    ));
    assert!(matches!(
        Blob::parse(&patched(FIRST_ENTRY + 8, u32::MAX)).unwrap_err(),
        BlobError::PastEnd { .. }
    ));
    assert!(matches!(
        Blob::parse(&patched(FIRST_DIMENSION_COUNT, 1 << 30)).unwrap_err(),
        BlobError::TooManyDimensions {
            count: 0x4000_0000,
            ..
        }
    ));
    assert!(matches!(
        Blob::parse(&patched(INPUT_OFFSET, u32::MAX)).unwrap_err(),
        BlobError::PastEnd { .. }
    ));
}

fn padded(start: &[u8]) -> Vec<u8> {
    let mut bytes = start.to_vec();
    bytes.resize(600, b'.');
    bytes
}

fn super_blob() -> Vec<u8> {
    let base = BlobBuilder::detector(300, 300).build();
    let mut bytes = (base.len() as u64).to_be_bytes().to_vec();
    bytes.resize(136, 0);
    bytes.extend(base);
    bytes
}

fn tar() -> Vec<u8> {
    let mut bytes = b"config.json".to_vec();
    bytes.resize(257, 0);
    bytes.extend(b"ustar\x0000");
    bytes.resize(1024, 0);
    bytes
}

#[test]
fn the_error_names_the_kind_of_a_file_that_is_not_a_blob() {
    let zip = |name: &[u8]| [b"PK\x03\x04", [0; 26].as_slice(), name].concat();
    let cases = [
        (
            padded(b"<?xml version=\"1.0\"?>\n<net name=\"m\" version=\"11\">"),
            Lookalike::OpenVinoIr,
        ),
        (
            padded(b"\xef\xbb\xbf<net name=\"m\">"),
            Lookalike::OpenVinoIr,
        ),
        (padded(b"<?xml version=\"1.0\"?><project>"), Lookalike::Xml),
        (
            padded(b"\x08\x07\x12\x07pytorch\x1a\x051.13"),
            Lookalike::Onnx,
        ),
        (padded(b"\x1c\0\0\0TFL3"), Lookalike::TfLite),
        (padded(b"\x28\0\0\0BLOB"), Lookalike::Vpux),
        (padded(b"\xfd7zXZ\0\0\x04"), Lookalike::CompressedTar),
        (padded(b"\x1f\x8b\x08\x00"), Lookalike::CompressedTar),
        (tar(), Lookalike::Tar),
        (super_blob(), Lookalike::SuperBlob),
        (super_blob()[..300].to_vec(), Lookalike::SuperBlob),
        (padded(b"\x7fELF\x02\x01\x01"), Lookalike::Elf),
        (padded(&zip(b"model.txt")), Lookalike::Zip),
        (padded(&zip(b"dlc.metadata")), Lookalike::Dlc),
        (padded(&zip(b"archive/data.pkl")), Lookalike::PyTorch),
        (padded(b"\xd5\x0a\x04\x00"), Lookalike::Dlc),
        (padded(b"BR__firmware\0\0"), Lookalike::ApplicationPackage),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n".to_vec(),
            Lookalike::GitLfsPointer,
        ),
        (padded(b"\n<!DOCTYPE html>\n<html>"), Lookalike::Html),
        (
            padded(b"{\n \"nn_config\": {}}"),
            Lookalike::ModelDescription,
        ),
        (padded(b"{\n \"labels\": []}"), Lookalike::Json),
        (vec![0; 100_000], Lookalike::Zeros),
    ];
    for (bytes, expected) in cases {
        let error = Blob::parse(&bytes).unwrap_err();
        assert_eq!(error.lookalike(), Some(expected), "{error}");
        assert!(error.to_string().contains(&expected.to_string()), "{error}");
        assert_eq!(error.help(), expected.help());
    }
}

#[test]
fn random_bytes_are_not_mistaken_for_a_known_format() {
    let noise: Vec<u8> = (0..600_u32)
        .map(|i| (i * 167 + 13).to_le_bytes()[0])
        .collect();
    let error = Blob::parse(&noise).unwrap_err();
    assert_eq!(error.lookalike(), None);
    assert!(error.to_string().contains("0x000025ed"), "{error}");
}

fn tensor() -> impl Strategy<Value = (String, i32, u32, Vec<u32>)> {
    let order = prop_oneof![
        (0..StorageOrder::NAMED.len()).prop_map(|at| StorageOrder::NAMED[at].0.0),
        any::<u32>(),
    ];
    (
        "[a-z0-9_/:.]{1,40}",
        -1..7_i32,
        order,
        prop::collection::vec(0..2000_u32, 0..8),
    )
}

proptest! {
    #[test]
    fn what_is_built_is_what_is_read(
        inputs in prop::collection::btree_map("[a-z]{1,20}", tensor(), 0..6),
        outputs in prop::collection::btree_map("[a-z]{1,20}", tensor(), 0..6),
        shaves in any::<u32>(),
        slices in any::<u32>(),
    ) {
        let mut builder = BlobBuilder::new().shaves(shaves).slices(slices);
        for (name, (_, data_type, order, dims)) in &inputs {
            builder = builder.input(name, DataType::from_code(*data_type), StorageOrder(*order), dims);
        }
        for (name, (_, data_type, order, dims)) in &outputs {
            builder = builder.output(name, DataType::from_code(*data_type), StorageOrder(*order), dims);
        }
        let bytes = builder.build();
        let blob = Blob::parse(&bytes).unwrap();
        prop_assert_eq!((blob.shaves, blob.slices), (shaves, slices));
        prop_assert_eq!(blob.file_size as usize, bytes.len());
        for (found, built) in [(&blob.inputs, &inputs), (&blob.outputs, &outputs)] {
            prop_assert_eq!(found.len(), built.len());
            for (tensor, (name, (_, data_type, order, dims))) in found.iter().zip(built) {
                prop_assert_eq!(&tensor.name, name);
                prop_assert_eq!(tensor.data_type.code(), *data_type);
                prop_assert_eq!(tensor.order.0, *order);
                prop_assert_eq!(&tensor.dims, dims);
            }
        }
    }

    #[test]
    fn random_bytes_are_refused_in_words(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        if let Err(error) = Blob::parse(&bytes) {
            prop_assert!(!error.to_string().is_empty() && !error.help().is_empty());
        }
    }

    #[test]
    fn a_damaged_model_is_read_or_refused_but_never_more_than_the_file_holds(
        damage in prop::collection::vec((52..448_usize, any::<u8>()), 1..8),
        cut in 0..600_usize,
    ) {
        let mut bytes = BlobBuilder::detector(300, 300).build();
        for (offset, byte) in damage {
            bytes[offset] = byte;
        }
        bytes.truncate(cut.max(132));
        if let Ok(blob) = Blob::parse(&bytes) {
            let tensors = blob.inputs.iter().chain(&blob.outputs);
            let names: usize = tensors.map(|tensor| tensor.name.len()).sum();
            // A byte that is not UTF-8 becomes a character of three.
            prop_assert!(names <= 3 * 2 * bytes.len());
        }
    }
}

/// One network, `1x3x144x256` or `1x144x256x3`, compiled for 6 SHAVEs by the real compiler.
#[test]
fn a_compiled_network_has_an_image_of_the_size_it_was_trained_with() {
    let compiled: [(&[u8], StorageOrder, [u32; 4], Layout); 3] = [
        (
            include_bytes!("compiled/planar.blob"),
            StorageOrder::NCHW,
            [256, 144, 3, 1],
            Layout::Planar,
        ),
        (
            include_bytes!("compiled/interleaved.blob"),
            StorageOrder::NHWC,
            [3, 256, 144, 1],
            Layout::Interleaved,
        ),
        (
            include_bytes!("compiled/unlabelled.blob"),
            StorageOrder::NCHW,
            [3, 256, 144, 1],
            Layout::UnlabelledInterleaved,
        ),
    ];
    for (bytes, order, dims, layout) in compiled {
        let blob = Blob::parse(bytes).unwrap();
        let input = &blob.inputs[0];
        assert_eq!((input.order, &input.dims[..]), (order, &dims[..]));
        let image = input.image().unwrap();
        assert_eq!((image.width, image.height), (256, 144), "{layout:?}");
        assert_eq!((image.channels, image.layout), (3, layout));
        assert_eq!((blob.shaves, blob.outputs[0].dims[2]), (6, 2));
    }
}
