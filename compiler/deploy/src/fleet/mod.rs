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
//! If a parameter, or the profile, is set in several places, the camera's own counts, then that of the last of its groups,
//! then the one for all.

mod reading;
mod schema;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::string::FromUtf8Error;
use std::sync::Arc;

use oakc_core::syntax::{self, Language};
use oakc_core::{Override, Profile};
use oakc_device::Locator;
use oakc_diag::{Diagnostics, FileId, Rule, Severity, SourceMap, Span};
use oakc_project::{FileError, Findings, Limit, read};

use reading::Reading;
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
    /// The parameters that its application is built with.
    pub params: BTreeMap<String, Param>,
}

/// The value of a parameter, or the name of a profile, and where it is written in the fleet file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// The value; numbers and flags stand for their text.
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
        Ok(Self::read(&name, &text, sources, diagnostics))
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

    /// Reads a fleet file; `name` is shown in diagnostics and tells TOML from YAML. `None` means that
    /// `diagnostics` has at least one error.
    pub fn read(
        name: &str,
        text: &str,
        sources: &mut SourceMap,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let file = sources.add(name, text);
        let language = Language::of_path(name).unwrap_or(Language::Toml);
        let tree = syntax::parse(file, text, language, diagnostics)?;
        let (concurrency, members) = Reading::new(language, diagnostics).fleet(&tree);
        (!diagnostics.has_errors()).then(|| Self {
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
