//! Models that are made: what a configuration says of them in, their bytes out. Making one takes programs, time and maybe
//! a network, so whoever implements [`Workshop`] does it, and this crate only says what is wanted.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::config::language::{Compile, ModelSource, Prepare};

/// What is to be made.
#[derive(Clone, Debug, PartialEq)]
pub enum Order<'a> {
    /// A file that others publish.
    Fetch(&'a ModelSource),
    /// A file that a script writes.
    Prepare(Unprepared<'a>),
    /// A blob, compiled from a model.
    Compile(Uncompiled<'a>),
}

/// A model that a script is to make.
#[derive(Clone, Debug, PartialEq)]
pub struct Unprepared<'a> {
    /// The text of the script.
    pub script: Arc<[u8]>,
    /// The files beside it that it imports, by their path from its folder.
    pub modules: BTreeMap<String, Arc<[u8]>>,
    /// The files that it reads, each with its name: the model, and its weights if they are a second one.
    pub inputs: Vec<(String, Arc<[u8]>)>,
    /// What is written about it.
    pub settings: &'a Prepare,
}

/// A model that is to be compiled.
#[derive(Clone, Debug, PartialEq)]
pub struct Uncompiled<'a> {
    /// The path of its file, as messages show it.
    pub path: &'a str,
    /// The file.
    pub model: Arc<[u8]>,
    /// The file with its weights, where that is another one.
    pub weights: Option<Arc<[u8]>>,
    /// For how many SHAVEs.
    pub shaves: u32,
    /// How.
    pub settings: &'a Compile,
}

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Its bytes.
    pub bytes: Arc<[u8]>,
    /// Its weights, where they are a file of their own.
    pub weights: Option<Arc<[u8]>>,
    /// The program that made it, with its version.
    pub tool: &'static str,
}

/// Why something was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotMade {
    /// It is not there, and whoever asked only looks.
    Later,
    /// It cannot be made.
    Failed {
        /// Why.
        reason: String,
        /// What to do about it.
        help: Option<String>,
    },
}

/// Makes models, each at most once.
pub trait Workshop: fmt::Debug + Send + Sync {
    /// Makes what is ordered.
    ///
    /// # Errors
    /// Where it is not made.
    fn make(&self, order: &Order<'_>) -> Result<Product, NotMade>;
}

/// The file in which the weights of a model are, if it is one of two files.
pub fn weights_of(path: &str) -> Option<String> {
    let stem = path.strip_suffix(".xml")?;
    Some(format!("{stem}.bin"))
}

/// Whether a file of this name is compiled before a camera can run it.
pub fn is_uncompiled(path: &str) -> bool {
    let extension = path.rsplit_once('.').map(|(_, extension)| extension);
    matches!(extension, Some("onnx" | "xml"))
}
