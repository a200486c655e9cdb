//! The way back: a decoded package or dump in, the application that it could have been built from
//! out, as text in TOML or YAML and the files that the text names.
//!
//! Everything that the device would see is kept: ids, properties, links, queues, assets, global
//! properties, board configuration. [`Imported::differences`] proves it by building the
//! application again. What a configuration cannot say is noted, never dropped in silence. Nothing
//! here touches the outside; the paths in [`Imported::files`] are plain and relative.

mod check;
mod compose;
mod document;
mod files;
mod keys;
mod literal;
mod names;
mod original;

use std::collections::BTreeMap;
use std::sync::Arc;

use oakc_blob::{FirmwareVariant, OpenVinoVersion};
use oakc_runtime_schema::board_config::BoardConfig;
use oakc_runtime_schema::reflect::{Reflect, Shape};

use crate::syntax::Language;
pub use original::{Firmware, Original, OriginalNode};

/// The shape of [`Original::board`].
const BOARD: Shape = BoardConfig::SHAPE;

/// Why nothing can be imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// A section is not of this release.
    #[error("the {part} cannot be read: {reason}")]
    Undecodable {
        /// Which section.
        part: &'static str,
        /// Why.
        reason: String,
    },
    /// A node is not as it should be.
    #[error("node {id} cannot be read: {reason}")]
    Node {
        /// Its id.
        id: i64,
        /// Why.
        reason: String,
    },
    /// An asset is not as it should be.
    #[error("asset `{uri}` cannot be read: {reason}")]
    Asset {
        /// Its uri.
        uri: String,
        /// Why.
        reason: &'static str,
    },
    /// There are too many nodes.
    #[error("there are {0} nodes: no camera runs so many")]
    TooManyNodes(usize),
}

/// What a person should know about an imported application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The node or section that it is about.
    pub about: String,
    /// What there is to know, as a sentence without its first capital.
    pub text: String,
}

/// An application that was imported.
#[derive(Debug)]
pub struct Imported {
    /// Which language the text is in.
    pub language: Language,
    /// The configuration.
    pub text: String,
    /// The files that it names, by relative path.
    pub files: BTreeMap<String, Arc<[u8]>>,
    /// What could not be said, and what needs a decision.
    pub notes: Vec<Note>,
    /// The names of the nodes by id.
    pub names: BTreeMap<i64, String>,
    original: Original,
}

/// Names that the files of an application must not have.
const RESERVED: &[&str] = &["app.toml", "app.yaml", "app.dap", "oakc.lock"];

/// Makes an application of `original`; `source` is what it came from, for a comment.
pub fn import(original: Original, source: &str, language: Language) -> Imported {
    let write = |forced| {
        let composition = compose::compose(&original, forced, RESERVED);
        let head = vec![format!("Imported by oakc from {source}.")];
        let text = document::write(language, &head, &composition.root);
        (text, composition)
    };
    let (mut text, mut composition) = write(None);
    if let Some(version) = forced_version(&original, language, &text, &composition.files) {
        (text, composition) = write(Some(version));
    }
    Imported {
        language,
        text,
        files: composition.files,
        notes: composition.notes,
        names: composition.names,
        original,
    }
}

/// The OpenVINO version that the application has to force to get the firmware of the original.
fn forced_version(
    original: &Original,
    language: Language,
    text: &str,
    files: &BTreeMap<String, Arc<[u8]>>,
) -> Option<OpenVinoVersion> {
    let wanted = image(original.openvino?);
    let checked = check::compile(text, language, files).ok()?;
    let reached = checked.openvino().unwrap_or(OpenVinoVersion::Universal);
    let forced = match wanted {
        OpenVinoVersion::Universal => OpenVinoVersion::DEFAULT,
        version => version,
    };
    (image(reached) != wanted).then_some(forced)
}

/// The firmware image that a version runs on, as a version: most run on one.
fn image(version: OpenVinoVersion) -> OpenVinoVersion {
    match version.firmware_variant() {
        FirmwareVariant::Patched => version,
        FirmwareVariant::Universal | FirmwareVariant::Unavailable => OpenVinoVersion::Universal,
    }
}

impl Imported {
    /// Builds the application in memory and says what of the original is not in it, or is there
    /// in another way; nothing if all is kept.
    pub fn differences(&self) -> Vec<String> {
        check::differences(self, &self.original)
    }
}
