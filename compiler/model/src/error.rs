//! Why a file is not a model, and what its owner can do about it.

use oakc_blob::{BlobError, Lookalike};

use crate::archive::ArchiveError;
use crate::json::JsonError;
use crate::superblob::SuperBlobError;

/// Why a file is not a model that a camera could run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// It is not a blob, and not a file that blobs are in.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// A blob in it cannot be read.
    #[error("`{path}` in it: {reason}")]
    Inside {
        /// The path of the blob in the archive.
        path: String,
        /// What is wrong with it.
        reason: Box<ModelError>,
    },
    /// A superblob cannot be read.
    #[error(transparent)]
    SuperBlob(#[from] SuperBlobError),
    /// An archive cannot be unpacked.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A description cannot be read.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// An archive without a `config.json`, which every NN archive has.
    #[error("{}", no_config(found.as_deref()))]
    NoConfig {
        /// Where there is one that is not at the top.
        found: Option<String>,
    },
    /// The model that `config.json` names is not in the archive.
    #[error("its config.json names the model `{path}`, which is not in the archive")]
    NoSuchMember {
        /// The path of the model.
        path: String,
    },
    /// The archive holds a model that this camera does not run.
    #[error("it holds `{path}`, {what}")]
    Foreign {
        /// The path of the model.
        path: String,
        /// What that is.
        what: Foreign,
    },
    /// A zip file without a blob.
    #[error("the zip file holds no .blob")]
    NoBlob {
        /// Whether there is a network in it that could be compiled.
        has_source: bool,
    },
    /// A zip file with several blobs or descriptions.
    #[error("the zip file holds several {what}: {}", names.join(", "))]
    Several {
        /// What there are several of.
        what: &'static str,
        /// Their paths.
        names: Vec<String>,
    },
    /// A blob is for one number of SHAVEs.
    #[error("it is compiled for {compiled} SHAVEs, and cannot be had for {wanted}")]
    Fixed {
        /// The number that it is compiled for.
        compiled: u32,
        /// The number that was asked for.
        wanted: u32,
    },
}

/// Models that a camera of the RVC2 family does not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// For RVC4 (Snapdragon).
    Rvc4,
    /// For RVC3 (Keem Bay).
    Rvc3,
    /// Not compiled.
    Source,
    /// Unknown.
    Other,
}

impl std::fmt::Display for Foreign {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Rvc4 => "a model for RVC4 cameras (OAK4)",
            Self::Rvc3 => "a model for RVC3 cameras",
            Self::Source => "a model that is not compiled",
            Self::Other => "which is neither a .blob nor a .superblob",
        })
    }
}

fn no_config(found: Option<&str>) -> String {
    match found {
        Some(path) => format!(
            "not an NN archive: its config.json is not at the top of the archive, but at `{path}`"
        ),
        None => "not an NN archive: it has no config.json".to_owned(),
    }
}

impl ModelError {
    /// What to do about it: one sentence that starts with a verb.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Blob(error) => error.help(),
            Self::Inside { reason, .. } => reason.help(),
            Self::SuperBlob(SuperBlobError::NoSuchNumber { .. }) => {
                "ask for 1 to 16 SHAVEs; 6 leave room for the rest of the pipeline"
            }
            Self::SuperBlob(_) | Self::Archive(ArchiveError::Damaged { .. }) => {
                "copy or download the file again and compare its size and SHA-256 with the original"
            }
            Self::Archive(_) => "unpack it where you trust it, and use the model inside",
            Self::Json(_) => "write it again with the tool that made it, or correct this value",
            Self::NoConfig { found: Some(_) } => {
                "pack the content of that folder instead of the folder"
            }
            Self::NoConfig { found: None } => {
                "unpack it and use the .blob inside, with `config` for a JSON beside it"
            }
            Self::NoSuchMember { .. } => "write the archive again with the tool that made it",
            Self::Foreign {
                what: Foreign::Source,
                ..
            } => "convert it for RVC2, or unpack it and use the model inside",
            Self::Foreign { .. } => "convert the original model with RVC2 (MyriadX) as the target",
            Self::NoBlob { has_source: true } => "unpack it and use the .onnx or .xml inside",
            Self::NoBlob { has_source: false } => "use a .blob for RVC2 (MyriadX)",
            Self::Several { .. } => {
                "unpack it and use one of them, with `config` for the JSON beside it"
            }
            Self::Fixed { .. } => {
                "leave `shaves` out, or use a superblob or the source of the model"
            }
        }
    }

    /// The same, where the name of the file is known: it may say what the content does not.
    #[must_use]
    pub fn of_file(self, name: &str) -> Self {
        match self {
            Self::Blob(error) => Self::Blob(error.of_file(name)),
            other => other,
        }
    }

    /// What the file seems to be instead, where that could be told.
    pub fn lookalike(&self) -> Option<Lookalike> {
        match self {
            Self::Blob(error) => error.lookalike(),
            _ => None,
        }
    }
}
