//! Targets that read untrusted bytes: libnop, the SBR container, packages, model blobs.

use oakc_blob::Blob;
use oakc_core::package::inspect::Package;
use oakc_diff::{Content, Difference, Firmware};
use oakc_runtime_schema::assets::AssetMap;
use oakc_runtime_schema::board_config::BoardConfig;
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::pipeline::PipelineSchema;
use oakc_runtime_schema::reflect::{EnumStyle, Reflect, Shape, to_json};
use oakc_runtime_schema::sbr::Header;
use oakc_runtime_schema::{nop as codec, preboot};

use crate::Outcome;

/// The shapes of the wire format; the first byte of an input of [`nop`] chooses one.
pub(crate) fn wire_shapes() -> Vec<Shape> {
    let whole = [PipelineSchema::SHAPE, AssetMap::SHAPE, BoardConfig::SHAPE];
    let nodes = Kind::ALL.iter().map(|kind| kind.properties);
    whole.into_iter().chain(nodes).collect()
}

/// Decodes as one of the real shapes. What decodes has to encode, and decode to the same value again.
///
/// # Panics
/// If a decoded value does not encode, or encodes to something else.
pub fn nop(input: &[u8]) -> Outcome {
    let shapes = wire_shapes();
    let Some((pick, bytes)) = input.split_first() else {
        return "empty".to_owned();
    };
    let Some(shape) = shapes.get(usize::from(*pick) % shapes.len().max(1)) else {
        return "empty".to_owned();
    };
    let value = match codec::decode(shape, bytes) {
        Ok(value) => value,
        Err(error) => return words(&error.to_string()),
    };
    let encoded = codec::encode(shape, &value);
    assert!(
        encoded.is_ok(),
        "a decoded value does not encode: {encoded:?}"
    );
    let encoded = encoded.unwrap_or_default();
    // Compared as bytes, because NaN is not equal to itself.
    let again = codec::decode(shape, &encoded).map(|value| codec::encode(shape, &value));
    assert!(
        matches!(&again, Ok(Ok(bytes)) if *bytes == encoded),
        "it decodes to something else"
    );
    let _ = to_json(shape, &value, EnumStyle::Names);
    "decoded".to_owned()
}

/// Reads a section table and a preboot header, and writes them again.
///
/// # Panics
/// If a table or header that can be read is written differently.
pub fn sbr(input: &[u8]) -> Outcome {
    let container = match Header::parse_file(input) {
        Ok(header) => {
            let again = Header::parse(&header.to_bytes());
            assert_eq!(again.as_ref(), Ok(&header), "the table reads as another");
            for section in header.sections() {
                assert!(section.bytes(input).is_some(), "a section of a sound file");
            }
            format!("{} sections", header.sections().len())
        }
        Err(error) => words(&error.to_string()),
    };
    let preboot = match preboot::decode(input) {
        Ok(found) => {
            let encoded = preboot::encode(found.payload);
            assert!(encoded.is_ok(), "{encoded:?}");
            let encoded = encoded.unwrap_or_default();
            let again = preboot::decode(&encoded).map(|preboot| preboot.payload);
            assert_eq!(again, Ok(found.payload));
            "preboot".to_owned()
        }
        Err(error) => words(&error.to_string()),
    };
    container + "; " + &preboot
}

/// Takes a package apart and looks at everything in it.
///
/// # Panics
/// If it differs from itself.
pub fn package(input: &[u8]) -> Outcome {
    let package = match Package::parse(input) {
        Ok(package) => package,
        Err(error) => return words(&error.to_string()),
    };
    let mut outcome = String::new();
    for section in package.header().sections() {
        let _ = package.checksum_matches(section);
    }
    let _ = (package.app_name(), package.firmware_commit());
    let content = Content::of_package(&package, Firmware::default());
    let difference = Difference::between(&content, &content);
    assert!(difference.is_empty(), "{}", difference.page());
    match &package.pipeline {
        Ok(pipeline) => {
            for node in &pipeline.nodes {
                match &node.properties {
                    Ok((shape, value)) => drop(to_json(shape, value, EnumStyle::Names)),
                    Err(reason) => outcome += &words(reason),
                }
            }
        }
        Err(reason) => outcome += &words(reason),
    }
    match &package.assets {
        Ok(map) => {
            let found = map
                .map
                .values()
                .filter(|entry| package.asset(entry).is_some());
            outcome += if found.count() == map.map.len() {
                "assets"
            } else {
                "lost assets"
            };
        }
        Err(reason) => outcome += &words(reason),
    }
    for reason in [package.board.err(), package.firmware.err()]
        .iter()
        .flatten()
    {
        outcome += &words(reason);
    }
    outcome
}

/// Reads a model.
pub fn blob(input: &[u8]) -> Outcome {
    match Blob::parse(input) {
        Ok(blob) => format!("{} in, {} out", blob.inputs.len(), blob.outputs.len()),
        Err(error) => {
            let _ = error.help();
            words(&error.to_string())
        }
    }
}

/// A message without its numbers and names, so that only new kinds of messages count as new.
pub(crate) fn words(message: &str) -> String {
    let plain = |word: &&str| word.chars().all(|c| c.is_ascii_lowercase());
    let words: Vec<_> = message.split([' ', ',', ':', ';']).filter(plain).collect();
    words.join(" ")
}
