//! What can be wrong with a model file, and what its owner can do about it.
//!
//! In: what was found. Out: [`BlobError`], whose text says what is wrong and why that matters, and
//! [`BlobError::help`], which says what to do. Never: the path of the file; the caller puts it in front.

use std::fmt;

use crate::lookalike::Lookalike;

/// Whether a tensor goes into the network or comes out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The network reads it.
    Input,
    /// The network writes it.
    Output,
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Input => "input",
            Self::Output => "output",
        })
    }
}

/// A part of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// The 132 bytes at the start.
    Header,
    /// The list of inputs or outputs.
    Tensors(Direction),
    /// The list of sizes of an input or output.
    Dimensions(Direction),
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header => f.write_str("header"),
            Self::Tensors(direction) => write!(f, "list of {direction}s"),
            Self::Dimensions(direction) => write!(f, "dimensions of an {direction}"),
        }
    }
}

/// Why bytes are not a model blob that a camera could run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BlobError {
    /// Fewer bytes than the header takes. The library calls such a blob empty.
    #[error("{}", too_short(*actual, *found))]
    TooShort {
        /// Bytes in the file.
        actual: usize,
        /// What the file seems to be instead.
        found: Option<Lookalike>,
    },
    /// The number that marks a blob is not where it should be.
    #[error("{}", wrong_magic(*magic, *found))]
    WrongMagic {
        /// What the file has instead.
        magic: u32,
        /// What the file seems to be instead.
        found: Option<Lookalike>,
    },
    /// The header promises more bytes than there are.
    #[error(
        "the model blob is truncated: its header says {expected} bytes but the file has {actual}, so weights are missing"
    )]
    Truncated {
        /// Bytes that the header says the file has.
        expected: u32,
        /// Bytes in the file.
        actual: usize,
    },
    /// Something that the header points to lies beyond the end of the file.
    #[error(
        "the model blob is damaged: its {part} should have {wanted} bytes at offset {offset}, but the file ends at {actual}"
    )]
    PastEnd {
        /// What was being read.
        part: Part,
        /// Where it was looked for, in bytes from the start of the file.
        offset: usize,
        /// How many bytes were looked for.
        wanted: usize,
        /// Bytes in the file.
        actual: usize,
    },
    /// The blob format version is none that depthai 2.33 knows.
    #[error(
        "unknown blob version {major}.{minor}: no firmware of depthai 2.33 is known to run it (known versions: 5.0, 6.0, 2020.3, 2020.4, 2021.1 to 2021.4 and 2022.1)"
    )]
    UnknownVersion {
        /// First number of the version.
        major: u32,
        /// Second number of the version.
        minor: u32,
    },
    /// The entries of a list of tensors are not numbered 0, 1, 2…
    #[error("the model blob is damaged: {direction} number {position} claims to be number {found}")]
    WrongIndex {
        /// Which list.
        direction: Direction,
        /// Its index in the list, from 0.
        position: u32,
        /// The index that it claims.
        found: u32,
    },
    /// More tensors than a file of this size can describe.
    #[error(
        "the model blob is damaged: its header claims {count} {direction}s, more than fit into a file of {actual} bytes"
    )]
    TooManyTensors {
        /// Which list.
        direction: Direction,
        /// How many the header claims.
        count: u32,
        /// Bytes in the file.
        actual: usize,
    },
    /// More dimensions than a network has. The one refusal that the library does not have: it
    /// would read on through the file.
    #[error(
        "the model blob is damaged: {direction} `{name}` claims {count} dimensions, but a network for this chip has at most 8"
    )]
    TooManyDimensions {
        /// Which list.
        direction: Direction,
        /// Name of the tensor.
        name: String,
        /// How many it claims.
        count: u32,
    },
}

impl BlobError {
    /// What to do about it: one sentence that starts with a verb.
    pub fn help(&self) -> &'static str {
        match self {
            Self::TooShort {
                found: Some(found), ..
            }
            | Self::WrongMagic {
                found: Some(found), ..
            } => found.help(),
            Self::TooShort { actual: 0, .. } => {
                "download or convert the model again: the step that wrote this file wrote nothing"
            }
            Self::TooShort { .. } | Self::WrongMagic { .. } => {
                "use a .blob compiled for RVC2 (MyriadX): `oakc model compile` makes one of ONNX or OpenVINO IR"
            }
            Self::UnknownVersion { .. } => {
                "compile the model again with OpenVINO 2021.4 or 2022.1 for RVC2 (MyriadX)"
            }
            Self::Truncated { .. }
            | Self::PastEnd { .. }
            | Self::WrongIndex { .. }
            | Self::TooManyTensors { .. }
            | Self::TooManyDimensions { .. } => {
                "copy or download the model again and compare its size and SHA-256 with the original"
            }
        }
    }

    /// The same, where the name of the file is known: it may say what the content does not.
    #[must_use]
    pub fn of_file(mut self, name: &str) -> Self {
        match &mut self {
            Self::TooShort { actual: 0, .. } => {}
            Self::TooShort { found, .. } | Self::WrongMagic { found, .. } => {
                *found = found.or_else(|| Lookalike::of_name(name));
            }
            _ => {}
        }
        self
    }

    /// What the file seems to be instead of a blob, where that could be told.
    pub fn lookalike(&self) -> Option<Lookalike> {
        match self {
            Self::TooShort { found, .. } | Self::WrongMagic { found, .. } => *found,
            _ => None,
        }
    }
}

fn too_short(actual: usize, found: Option<Lookalike>) -> String {
    match found {
        _ if actual == 0 => "the model file is empty".to_owned(),
        Some(found) => format!("not a model blob but {found}, which the camera cannot run"),
        None => {
            format!("not a model blob: {actual} bytes are fewer than the 132 of a blob's header")
        }
    }
}

fn wrong_magic(magic: u32, found: Option<Lookalike>) -> String {
    match found {
        Some(found) => format!("not a model blob but {found}, which the camera cannot run"),
        None => format!(
            "not a model blob: byte 52 holds {magic:#010x} instead of 0x000025ed, as in every MyriadX blob"
        ),
    }
}
