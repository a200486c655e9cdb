//! What can go wrong, apart from what is wrong with a model.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::fetch::FetchError;
use crate::prepare::PrepareError;
use crate::{NoPython, PipFailure, Refusal, SourceError};

/// What was done to a file when it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It was read.
    Read,
    /// It was written.
    Write,
    /// It was made.
    Create,
    /// It was removed.
    Remove,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Create => "create",
            Self::Remove => "remove",
        })
    }
}

/// Why there is no model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No Python can run the compiler.
    #[error(transparent)]
    NoPython(#[from] NoPython),
    /// The machine is of a kind that the compiler was never built for.
    #[error("OpenVINO 2021.4.2, which has the compiler, was never published for {0}")]
    Machine(String),
    /// pip did not install it.
    #[error("the compiler cannot be installed: {0}")]
    Pip(#[from] PipFailure),
    /// The file is not a model that can be compiled.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A model is not had from where it is published.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// A script makes no model.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// The compiler refuses the model.
    #[error("{model}: {refusal}", model = .model.display())]
    Refused {
        /// The model.
        model: PathBuf,
        /// Why.
        refusal: Refusal,
    },
    /// The compiler was ended.
    #[error("{model}: the compiler was ended after {minutes} min", model = .model.display())]
    TooSlow {
        /// The model.
        model: PathBuf,
        /// How long it had.
        minutes: u64,
    },
    /// The compiler ended without a word about the model.
    #[error("{model}: the compiler crashed: {said}", model = .model.display())]
    Crashed {
        /// The model.
        model: PathBuf,
        /// How it ended, and what it said last.
        said: String,
    },
    /// The cache cannot be used.
    #[error("cannot {action} {path}: {reason}", path = .path.display())]
    Cache {
        /// What failed.
        action: Action,
        /// The file or folder.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// Where it may fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// For `map_err`: the action on this path failed.
    pub(crate) fn cache(action: Action, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Cache {
            action,
            path,
            reason: error.to_string(),
        }
    }
}
