//! Applications made from what people have.
//!
//! In: a decoded package, dump or program. Out: the application that it could have been built from,
//! as text in TOML or YAML and the files that the text names. Never: something that is dropped
//! without a note, or access to files; the paths in [`Imported::files`] are plain and relative.
//!
//! Everything that the device would see is kept: ids, properties, links, queues, assets, global
//! properties, board configuration. [`Imported::differences`] proves it by building the application
//! again.

mod comments;
mod compose;
mod document;
mod dump;
mod files;
mod keys;
mod literal;
mod logging;
mod modules;
mod names;
mod original;
mod params;
mod ports;
mod proof;
mod rebuild;
mod serve;
mod standalone;

use std::collections::BTreeMap;
use std::sync::Arc;

use oakc_blob::{FirmwareVariant, OpenVinoVersion};
use oakc_diag::{Diagnostic, Diagnostics, SourceMap};

use compose::Composition;
pub use dump::LOGGED;
use oakc_core::Application;
use oakc_core::config::Config;
use oakc_core::syntax::Language;
pub use original::{Firmware, Original, OriginalNode, Ports};
pub use serve::Serve;
use standalone::Standalone;

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
    #[error("{0} nodes are more than any camera can run")]
    TooManyNodes(usize),
}

/// The text that was written is not of its language: oakc has a bug.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the configuration that was written cannot be parsed:\n{0}")]
pub struct Unparsable(String);

/// What a person should know about an imported application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The node or section that it is about.
    pub about: String,
    /// What there is to know, as a sentence without its first capital.
    pub text: String,
}

impl Note {
    fn new(about: impl Into<String>, text: impl Into<String>) -> Self {
        let (about, text) = (about.into(), text.into());
        Self { about, text }
    }
}

/// How to import.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// The language of the text.
    pub language: Language,
    /// What the pipeline came from, for a comment.
    pub source: &'a str,
    /// Why the pipeline is not complete, for a comment; `None` where it is.
    pub cut_short: Option<&'a str>,
    /// Whether scripts take the place of what a host received, and how they serve it.
    pub serve: Option<Serve>,
    /// Models whose files had names, by the SHA-256 of their content.
    pub models: &'a BTreeMap<String, KnownModel>,
    /// What else there is to know of the pipeline.
    pub notes: &'a [Note],
}

/// What is known of the file of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownModel {
    /// Its path, as the program named it.
    pub path: String,
    /// Whether there was no such file, and its content stands in for it.
    pub missing: bool,
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
    /// Files that the text names and nobody has, by path, with what stands in for them.
    missing: BTreeMap<String, Arc<[u8]>>,
    names: BTreeMap<i64, String>,
    original: Original,
}

/// Makes an application of `original`.
pub fn import(original: Original, options: Options<'_>) -> Imported {
    let language = options.language;
    let Standalone {
        original,
        names,
        mut notes,
    } = standalone::standalone(original, options.serve);
    notes.extend_from_slice(options.notes);
    let write = |needed: &Needed| {
        let mut composition = compose::compose(&original, &names, needed, options.models);
        composition.notes.splice(0..0, notes.iter().cloned());
        let head = comments::place(&mut composition.root, &composition.notes, &options);
        let text = document::write(language, &head, &composition.root);
        (text, composition)
    };
    let (mut text, mut composition) = write(&Needed::default());
    let needed = Needed::of(&original, language, &text, &composition);
    if needed != Needed::default() {
        (text, composition) = write(&needed);
    }
    Imported {
        language,
        text,
        files: composition.files,
        notes: composition.notes,
        missing: composition.missing,
        names,
        original,
    }
}

/// The application that `original` is, read in memory, with all its nodes. `None` means that oakc has
/// a bug: it wrote text that it cannot parse.
pub fn application(
    original: &Original,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Option<Application> {
    let (language, models) = (Language::Toml, BTreeMap::new());
    let needed = Needed::default();
    let composition = compose::compose(original, &names::names(original), &needed, &models);
    let overrides = params::overrides(&params::secrets(original));
    let text = document::write(language, &[], &composition.root);
    let files = [&composition.files, &composition.missing];
    rebuild::read(&text, language, files, &overrides, sources, diagnostics)
}

/// What a text needs beyond what is imported, known only when it is read.
#[derive(Debug, Default, PartialEq, Eq)]
struct Needed {
    /// The OpenVINO version to force, to get the firmware of the original.
    openvino: Option<OpenVinoVersion>,
    /// What there is to say about values that nothing documents: they have to be allowed.
    undocumented: Vec<Note>,
}

impl Needed {
    fn of(original: &Original, language: Language, text: &str, composition: &Composition) -> Self {
        let files = [&composition.files, &composition.missing];
        let overrides = params::overrides(&params::secrets(original));
        let Ok(checked) = rebuild::compile(text, language, files, &overrides) else {
            return Self::default();
        };
        let reached = checked.openvino().unwrap_or(OpenVinoVersion::Universal);
        let config = checked.graph().config();
        let undocumented = config.undocumented.iter();
        Self {
            openvino: original
                .openvino
                .and_then(|wanted| forced(image(wanted), reached)),
            undocumented: undocumented
                .map(|it| undocumented_note(config, it))
                .collect(),
        }
    }
}

/// What there is to say about a value that nothing documents, at the place where it stands.
fn undocumented_note(config: &Config, found: &Diagnostic) -> Note {
    let place = found.place();
    let mut written = config.spans();
    let path = written.find_map(|(path, span)| (Some(span) == place).then_some(path));
    let (about, key) = match path.and_then(|path| path.split_once('.')) {
        Some(("nodes", rest)) => rest.split_once('.').unwrap_or((rest, "")),
        Some(path) => path,
        None => ("lint", ""),
    };
    let message = &found.message;
    let is_named = key.is_empty() || message.starts_with(&format!("`{key}`"));
    let at = if is_named {
        String::new()
    } else {
        format!("`{key}`: ")
    };
    Note::new(
        about,
        format!("{at}{message}; it is kept, as the original has it"),
    )
}

/// The OpenVINO version to force to get the image `wanted` where it would be that of `reached`.
fn forced(wanted: OpenVinoVersion, reached: OpenVinoVersion) -> Option<OpenVinoVersion> {
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
    /// What the file of the configuration is called.
    pub fn config_name(&self) -> &'static str {
        match self.language {
            Language::Toml => "app.toml",
            Language::Yaml => "app.yaml",
        }
    }

    /// Everything to write, the configuration last: without it, what is there is not an application yet.
    pub fn all_files(&self) -> Vec<(&str, &[u8])> {
        let files = self.files.iter();
        let files = files.map(|(path, bytes)| (path.as_str(), &**bytes));
        let config = (self.config_name(), self.text.as_bytes());
        files.chain([config]).collect()
    }

    /// How many nodes the application has.
    pub fn node_count(&self) -> usize {
        self.original.nodes.len()
    }

    /// Parses the text again.
    ///
    /// # Errors
    /// When that fails: whatever was imported, that is a bug in oakc.
    pub fn parse_again(&self) -> Result<(), Unparsable> {
        let reason = rebuild::unparsable(&self.text, self.language);
        reason.map_or(Ok(()), |reason| Err(Unparsable(reason)))
    }

    /// Builds the application in memory and says what of the original is not in it, or is there
    /// in another way; nothing if all is kept.
    pub fn differences(&self) -> Vec<String> {
        proof::differences(self, &self.original)
    }
}
