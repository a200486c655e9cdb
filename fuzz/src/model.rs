//! Targets that read files which models are in: superblobs, patches, archives, descriptions.

use std::sync::Arc;

use oakc_blob::Blob;
use oakc_model::{Description, Model, Shaves, SuperBlob};

use crate::Outcome;
use crate::bytes::words;

/// Results of patches beyond which one is refused.
const LARGEST_RESULT: u64 = 1 << 20;

/// Reads a superblob, and makes the blobs for all numbers of SHAVEs.
pub fn superblob(input: &[u8]) -> Outcome {
    match SuperBlob::read(Arc::from(input)) {
        Ok(superblob) => {
            let blobs = (1..=16).filter(|shaves| superblob.blob(*shaves).is_ok());
            format!("{} blobs", blobs.count())
        }
        Err(error) => words(&error.to_string()),
    }
}

/// Applies a patch: two bytes with the length of the source, the source, the patch.
///
/// # Panics
/// If the result is larger than it may be.
pub fn bsdiff(input: &[u8]) -> Outcome {
    let Some((length, rest)) = input.split_first_chunk::<2>() else {
        return "empty".to_owned();
    };
    let length = usize::from(u16::from_le_bytes(*length)).min(rest.len());
    let (source, patch) = rest.split_at(length);
    match oakc_bsdiff::apply(source, patch, LARGEST_RESULT) {
        Ok(target) => {
            assert!(target.len() as u64 <= LARGEST_RESULT, "too large");
            "patched".to_owned()
        }
        Err(error) => words(&error.to_string()),
    }
}

/// Reads a model in whatever it is.
pub fn archive(input: &[u8]) -> Outcome {
    match Model::read("model", &Arc::from(input)) {
        Ok(model) => {
            let shaves = match model.shaves() {
                Shaves::Fixed(_) => "fixed",
                Shaves::Any => "any",
            };
            let _ = model.blob(3);
            format!("{} {shaves}", model.format())
        }
        Err(error) => {
            let _ = error.help();
            words(&error.to_string())
        }
    }
}

/// Reads a description, and what follows from it for a blob.
pub fn description(input: &[u8]) -> Outcome {
    match Description::read("model.json", input) {
        Ok(description) => {
            let decoding = description.decoding(&blob());
            let masks = decoding.anchor_masks.map(|masks| masks.len());
            format!("{:?} {masks:?}", decoding.family)
        }
        Err(error) => words(&error.to_string()),
    }
}

fn blob() -> Blob {
    let bytes = oakc_blob::synthetic::BlobBuilder::detector(416, 352).build();
    Blob::parse(&bytes).unwrap_or_else(|_| unreachable!("the builder makes sound blobs"))
}
