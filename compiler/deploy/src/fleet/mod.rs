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
//! params = { door = "3" }           # for this camera only
//! ```
//!
//! If a parameter is set in several places, the camera's own counts, then that of the last of its groups,
//! then the one for all.

mod reading;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

use oakc_core::Override;
use oakc_core::syntax::{self, Language};
use oakc_device::Locator;
use oakc_diag::{Diagnostics, FileId, Rule, Severity, SourceMap, Span};

use reading::Reading;

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
    /// How it is found.
    pub locator: Locator,
    /// The groups that it belongs to.
    pub groups: Vec<String>,
    /// The parameters that its application is built with.
    pub params: BTreeMap<String, Param>,
}

/// A parameter's value and where it is written in the fleet file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// The value; numbers and flags stand for their text.
    pub value: String,
    /// Where its name is written.
    pub span: Span,
}

impl Fleet {
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
        let (concurrency, members) = Reading::new(diagnostics).fleet(&tree);
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
}
