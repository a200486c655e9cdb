//! Makes models for the camera: compiles ONNX and OpenVINO IR to blobs, and fetches what others publish ([`mod@fetch`]).
//!
//! In: a model, settings, a folder to keep things in. Out: a blob, equal for equal input, and where it came from.
//! Never: a half-made environment or blob under its final name, a program that outlives oakc, a request to the
//! network where everything needed is kept already, or anything printed.
//!
//! The compiler is the one of OpenVINO 2021.4.2, the last release that has it. It runs in a CPython of its day
//! ([`Python`]), with packages that pip installs once into the cache ([`Environment`]); what it does is in
//! `python/compile.py`. [`onnx`] looks at a model first, for what that compiler gets wrong without a word, and
//! [`Refusal`] says in words of the user's what it refuses.

mod blob;
mod compile;
mod entry;
mod environment;
mod error;
pub mod fetch;
pub mod ir;
mod kept;
pub mod onnx;
mod operator;
mod pip;
pub mod prepare;
mod python;
mod refusal;
mod settings;
mod source;

pub use blob::{Blobs, Made};
pub use compile::compile;
pub use environment::{Environment, Setup, TOOL};
pub use error::{Action, Error, Result};
pub use kept::{Kept, Owner, list, remove};
pub use operator::{By, REFUSED, Refused};
pub use pip::PipFailure;
pub use python::{NoPython, Python};
pub use refusal::Refusal;
pub use settings::{Precision, Settings, Shape};
pub use source::{Source, SourceError};

/// The steps of slow operations, each sent before it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// Another oakc makes the same; this one waits for it.
    Waiting,
    /// pip installs the compiler.
    Installing {
        /// What it installs.
        what: String,
    },
    /// Something is downloaded.
    Downloading {
        /// What.
        what: String,
    },
    /// A script runs that makes a model.
    Preparing {
        /// The script.
        script: String,
    },
    /// A model is compiled.
    Compiling {
        /// The model's file.
        model: String,
        /// For how many SHAVEs.
        shaves: u32,
    },
}

impl std::fmt::Display for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Waiting => write!(f, "waiting for another oakc that makes the same"),
            Self::Installing { what } => write!(f, "installing {what} with pip (once)"),
            Self::Downloading { what } => write!(f, "downloading {what} (once)"),
            Self::Preparing { script } => write!(f, "running {script} (once)"),
            Self::Compiling { model, shaves } => {
                let s = if *shaves == 1 { "" } else { "s" };
                write!(
                    f,
                    "compiling {model} for {shaves} SHAVE{s} (some seconds, once)"
                )
            }
        }
    }
}

/// Receives the steps of a slow operation.
pub type ProgressFn<'a> = &'a mut dyn FnMut(Progress);
