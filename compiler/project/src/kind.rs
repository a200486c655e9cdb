//! What a file is that was passed where another was expected.
//!
//! In: its path and its first bytes. Out: a [`FileKind`], to make the error more helpful. Never: the decision
//! whether a file is what it should be.

use std::fmt;
use std::path::Path;

use oakc_blob::{Blob, Lookalike};

use crate::read::read_start;

/// Signs are looked for in this many bytes.
const START: u64 = 64 << 10;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// An application package.
    Package,
    /// A compiled model.
    Model,
    /// An application, by its name.
    Application,
    /// Any other file that people have beside these.
    Other(Lookalike),
}

impl FileKind {
    /// What a file with this content is; `None` where nothing fits.
    pub fn of(path: &Path, bytes: &[u8]) -> Option<Self> {
        if crate::is_application(path) {
            return Some(Self::Application);
        }
        if Blob::is_marked(bytes) {
            return Some(Self::Model);
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Lookalike::recognise_file(&name, bytes).map(|found| match found {
            Lookalike::ApplicationPackage => Self::Package,
            other => Self::Other(other),
        })
    }

    /// What the file at `path` is, by its start; `None` where it cannot be read or nothing fits.
    pub fn of_file(path: &Path) -> Option<Self> {
        Self::of(path, &read_start(path, START)?)
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Package => f.write_str("an application package (.dap)"),
            Self::Model => f.write_str("a compiled model (.blob)"),
            Self::Application => f.write_str("an application (.toml, .yaml)"),
            Self::Other(found) => found.fmt(f),
        }
    }
}
