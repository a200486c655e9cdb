//! Fleets: a file that names cameras in, cameras with everything that applies to them out; or diagnostics
//! that mark what is wrong in the file, all of it at once.
//!
//! ```toml
//! concurrency = 16                  # optional: how many at once
//!
//! [params]                          # for all cameras
//! server = "10.0.0.7"
//!
//! [groups.north.params]             # for the cameras of a group
//! server = "10.1.0.7"
//!
//! [[cameras]]
//! name = "gate"
//! address = "10.1.0.21"             # or usb:1.2.3, or an MXID
//! groups = ["north"]
//! profile = "night"                 # optional: also for a group, and for all
//! params = { door = "3" }           # for this camera only
//! ```
//!
//! `params` may also be the path of a file with values, or a list of such paths and tables, in which later ones win. If a
//! parameter, or the profile, is set in several places, the camera's own counts, then that of the last of its groups, then the
//! one for all.

mod reading;
mod schema;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::string::FromUtf8Error;
use std::sync::Arc;

use oakc_core::syntax::{self, Language, conceal};
use oakc_core::world::{ReadError as FileReadError, World as _};
use oakc_core::{Override, ParamsFile, Profile};
use oakc_device::Locator;
use oakc_diag::{Diagnostics, FileId, Rule, Severity, SourceMap, Span};
use oakc_project::{AllowedFolders, Directory, FileError, Findings, Limit, plain, read};

use reading::{Reading, values};
pub use schema::json_schema;

/// Cameras that cannot be told apart or found.
pub static INVALID_FLEET: Rule = Rule {
    code: "OAK252",
    name: "invalid-fleet",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "A fleet file whose cameras cannot be told apart or found.",
    docs: include_str!("invalid_fleet.md"),
};

/// A fleet.
#[derive(Debug, Clone)]
pub struct Fleet {
    /// How many cameras at once.
    pub concurrency: Option<NonZeroUsize>,
    /// The cameras in the order of the file.
    pub members: Vec<Member>,
    name: String,
    text: Arc<str>,
}

/// A camera of a fleet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name in the fleet.
    pub name: String,
    /// Where its name is written in the fleet file.
    pub span: Span,
    /// How it is found.
    pub locator: Locator,
    /// The groups that it belongs to.
    pub groups: Vec<String>,
    /// The profile that its application is built with.
    pub profile: Option<Param>,
    /// The parameters that its application is built with; they count before those of the files.
    pub params: BTreeMap<String, Param>,
    /// Files with values of other parameters, in order; a later one wins.
    pub files: Vec<ParamsFile>,
}

/// The value of a parameter, or the name of a profile, and where it is written in the fleet file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// The value; numbers and flags stand for their text, lists and tables for theirs in TOML.
    pub value: String,
    /// Where the parameter's name, or the profile's, is written.
    pub span: Span,
}

/// Why there is no fleet.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// Nothing but text is read.
    #[error("{path}: {reason}", path = path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// Where it is not text.
        reason: FromUtf8Error,
    },
}

/// Why no camera of a fleet was chosen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChoiceError {
    /// There is no camera of this name.
    #[error("the fleet has no camera `{0}`")]
    UnknownCamera(String),
    /// No camera is in this group.
    #[error("no camera of the fleet is in group `{0}`")]
    UnknownGroup(String),
    /// No camera has one of the names and is in one of the groups.
    #[error("no camera of the fleet was chosen")]
    Nobody,
}

impl Fleet {
    /// Reads the fleet file at `path`. `None` means that `findings` has at least one error.
    ///
    /// # Errors
    /// Where it cannot be read, or is not text.
    pub fn open(path: &Path, findings: &mut Findings) -> Result<Option<Self>, ReadError> {
        let bytes = read(path, Limit::FLEET)?;
        let text = String::from_utf8(bytes).map_err(|reason| ReadError::NotText {
            path: path.to_owned(),
            reason,
        })?;
        let name = path.display().to_string();
        let (sources, diagnostics) = (&mut findings.sources, &mut findings.diagnostics);
        let outside = Folder {
            path: path.parent().unwrap_or(Path::new("")),
            directory: Directory::of(path, &AllowedFolders::default())?,
        };
        let fleet = Self::read_with(&outside, &name, &text, sources, diagnostics);
        Ok(fleet)
    }

    /// The members that have one of these names and are in one of these groups; none given means all of
    /// them.
    ///
    /// # Errors
    /// Where there is no such camera or group, or none that is both.
    pub fn choose(&self, names: &[String], groups: &[String]) -> Result<Vec<Member>, ChoiceError> {
        let any = |is: &dyn Fn(&Member) -> bool| self.members.iter().any(is);
        if let Some(name) = names.iter().find(|name| !any(&|it| it.is_called(name))) {
            return Err(ChoiceError::UnknownCamera(name.clone()));
        }
        if let Some(group) = groups.iter().find(|group| !any(&|it| it.is_in(group))) {
            return Err(ChoiceError::UnknownGroup(group.clone()));
        }
        let is_chosen = |member: &&Member| {
            (names.is_empty() || names.iter().any(|name| member.is_called(name)))
                && (groups.is_empty() || groups.iter().any(|group| member.is_in(group)))
        };
        let chosen: Vec<_> = self.members.iter().filter(is_chosen).cloned().collect();
        if chosen.is_empty() {
            return Err(ChoiceError::Nobody);
        }
        Ok(chosen)
    }

    /// Reads a fleet file without other files; `name` is shown in diagnostics and tells TOML from YAML. `None` means that
    /// `diagnostics` has at least one error.
    pub fn read(
        name: &str,
        text: &str,
        sources: &mut SourceMap,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        Self::read_with(&Nothing, name, text, sources, diagnostics)
    }

    fn read_with(
        outside: &dyn Outside,
        name: &str,
        text: &str,
        sources: &mut SourceMap,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let file = sources.add(name, text);
        let language = Language::of_path(name).unwrap_or(Language::Toml);
        // Which parameters are secrets, only the application knows: where the file is wrong, none is shown.
        let Some(tree) = syntax::parse(file, text, language, diagnostics) else {
            let is_hidden =
                |key: &str, line: &str| !SHOWN.contains(&key) || line.contains("params");
            let words = conceal(sources, file, &is_hidden);
            for word in &words {
                sources.hide(word);
            }
            diagnostics.mask(sources);
            return None;
        };
        let (concurrency, members) = Reading::new(language, outside, diagnostics).fleet(&tree);
        if diagnostics.has_errors() {
            for place in values(&tree) {
                sources.hide_place(place);
            }
            return None;
        }
        Some(Self {
            concurrency,
            members,
            name: name.to_owned(),
            text: text.into(),
        })
    }

    /// Adds the fleet file to the sources of an application, so that its spans can be shown there.
    pub fn add_to(&self, sources: &mut SourceMap) -> FileId {
        sources.add(self.name.as_str(), Arc::clone(&self.text))
    }

    /// What the file is called.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// The keys of a fleet file whose values are shown where it is wrong.
const SHOWN: &[&str] = &["concurrency", "profile", "name", "address", "groups"];

/// What the values in a fleet file are read from besides it.
trait Outside {
    /// The bytes of a file that is named there.
    fn read(&self, path: &str) -> Result<Arc<[u8]>, FileReadError>;

    /// A variable of the environment.
    fn variable(&self, name: &str) -> Option<String>;

    /// What the file is called in diagnostics.
    fn shown(&self, path: &str) -> String;

    /// The folder of the file.
    fn folder(&self, path: &str) -> String;
}

/// The folder of a fleet file.
struct Folder<'a> {
    path: &'a Path,
    directory: Directory,
}

impl Outside for Folder<'_> {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, FileReadError> {
        self.directory.read(path)
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.directory.variable(name)
    }

    fn shown(&self, path: &str) -> String {
        plain(&self.path.join(path)).display().to_string()
    }

    fn folder(&self, path: &str) -> String {
        let path = self.path.join(path);
        let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
        folder.map_or(String::new(), |folder| plain(&folder).display().to_string())
    }
}

/// No files and no environment.
struct Nothing;

impl Outside for Nothing {
    fn read(&self, _: &str) -> Result<Arc<[u8]>, FileReadError> {
        Err(FileReadError::NotFound)
    }

    fn variable(&self, _: &str) -> Option<String> {
        None
    }

    fn shown(&self, path: &str) -> String {
        path.to_owned()
    }

    fn folder(&self, _: &str) -> String {
        String::new()
    }
}

impl Member {
    /// The profile of its application, written in `file`.
    pub fn profile_in(&self, file: FileId) -> Option<Profile<'_>> {
        let profile = self.profile.as_ref()?;
        Some(Profile {
            name: &profile.value,
            written: Some(Span {
                file,
                ..profile.span
            }),
        })
    }

    /// Its parameters for the application, written in `file`.
    pub fn overrides(&self, file: FileId) -> Vec<Override> {
        let params = self.params.iter();
        let overrides = params.map(|(name, param)| Override {
            name: name.clone(),
            value: param.value.clone(),
            written: Some(Span { file, ..param.span }),
        });
        overrides.collect()
    }

    /// Whether people who write this mean the camera: its name, or how it is found.
    pub fn is_called(&self, text: &str) -> bool {
        self.name == text || self.locator.to_string() == text
    }

    /// Whether it belongs to this group.
    pub fn is_in(&self, group: &str) -> bool {
        self.groups.iter().any(|it| it == group)
    }
}
