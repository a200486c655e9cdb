//! What the script before the program tells about it.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use crate::told::Told;

#[derive(Debug, Deserialize)]
pub(crate) struct Report {
    pub(crate) end: String,
    pub(crate) error: Option<String>,
    #[serde(default)]
    pub(crate) pipelines: Vec<Captured>,
    #[serde(default)]
    pub(crate) models: BTreeMap<String, Model>,
    #[serde(default)]
    pub(crate) stubs: Vec<String>,
    /// Modules that it lacks, and that nothing can stand in for.
    #[serde(default)]
    pub(crate) essential: Vec<String>,
    /// The numbers that it took from stand-ins, and where.
    #[serde(default)]
    pub(crate) invented: Vec<String>,
    /// What of the camera it took that differs from unit to unit.
    #[serde(default)]
    pub(crate) asked: Vec<String>,
    /// What it tells the camera while it runs.
    #[serde(default)]
    pub(crate) told: Vec<Told>,
    /// Functions that would make a pipeline, where there is none.
    #[serde(default)]
    pub(crate) candidates: Vec<Candidate>,
    /// The parameters without a value, where a function could not be called.
    #[serde(default)]
    pub(crate) needs: Vec<String>,
    /// The end of what the program wrote to stdout and stderr, after a colon; empty where it wrote nothing.
    #[serde(skip)]
    pub(crate) words: String,
}

/// A function of a program that makes a pipeline, or adds to one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Candidate {
    /// What to call: its name, after that of its class and module.
    pub call: String,
    /// The line on which it begins.
    pub line: u32,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Captured {
    how: String,
    /// Under which it is flashed or packaged; empty where it has none.
    name: String,
    pub(crate) openvino: Option<String>,
    nodes: Vec<String>,
    /// Whether the program ended before it used the pipeline, and may have had more to add to it.
    pub(crate) cut: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Model {
    pub(crate) path: String,
    pub(crate) missing: bool,
}

/// What happened while a program ran, which may matter to who wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incident {
    /// An exception ended it.
    Failed(String),
    /// It was stopped after so many seconds.
    Expired(u32),
    /// It ended by itself, with a message.
    Ended(String),
    /// Modules that are not installed were replaced by stand-ins.
    Replaced(Vec<String>),
    /// It computed with numbers that stand-ins for missing modules gave.
    Invented(Vec<String>),
    /// It used what differs from unit to unit, and got that of a typical product.
    Asked {
        /// What.
        subjects: Vec<String>,
        /// The product.
        product: &'static str,
    },
}

impl fmt::Display for Incident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => write!(f, "the program stopped with {error}"),
            Self::Expired(seconds) => write!(f, "the program was stopped after {seconds} s"),
            Self::Ended(error) => write!(f, "the program ended with: {error}"),
            Self::Replaced(modules) => write!(
                f,
                "not installed, so the program ran without: {}",
                modules.join(", ")
            ),
            Self::Invented(names) => write!(
                f,
                "the program computes with what modules that are not installed would give, and got 1 instead: {}",
                names.join(", ")
            ),
            Self::Asked { subjects, product } => write!(
                f,
                "the program uses the camera's {}; it got that of a typical {product}, so check what it computes from it",
                subjects.join(", ")
            ),
        }
    }
}

/// Whether what follows a hyphen makes it an option: `-cam`, `--ip`.
fn is_option(word: &str) -> bool {
    let name = word.trim_start_matches('-');
    name.starts_with(|c: char| c.is_ascii_alphabetic())
}

impl Report {
    /// Whether the program has started no pipeline.
    pub(crate) fn got_nowhere(&self) -> bool {
        self.pipelines.iter().all(|pipeline| pipeline.cut)
    }

    /// Whether the program seems to have ended for want of arguments: it explains its usage, or names an option.
    pub(crate) fn wants_arguments(&self) -> bool {
        let error = self.error.as_deref().unwrap_or_default();
        let mut words = error.split(|c: char| c.is_whitespace() || "\"'`".contains(c));
        let names_option = words.any(|word| word.strip_prefix('-').is_some_and(is_option));
        names_option || self.words.to_lowercase().contains("usage:")
    }

    /// Why the program did not get further.
    pub(crate) fn ending(&self) -> String {
        match (&self.error, self.end.as_str()) {
            (Some(error), _) => error.clone(),
            (None, "stopped") => "it waits for a camera before it starts the pipeline".to_owned(),
            (None, _) => "it ended".to_owned(),
        }
    }

    /// What happened while the program ran, for at most `seconds`, with a camera that is a
    /// `product`.
    pub(crate) fn incidents(&self, seconds: u32, product: &'static str) -> Vec<Incident> {
        let error = self.error.clone().unwrap_or_default();
        let end = match self.end.as_str() {
            "failed" => Some(Incident::Failed(error)),
            "expired" => Some(Incident::Expired(seconds)),
            _ if !error.is_empty() => Some(Incident::Ended(error)),
            _ => None,
        };
        let replaced = Some(self.stubs.clone()).filter(|stubs| !stubs.is_empty());
        let invented = Some(self.invented.clone()).filter(|names| !names.is_empty());
        let asked = Some(self.asked.clone()).filter(|asked| !asked.is_empty());
        let asked = asked.map(|subjects| Incident::Asked { subjects, product });
        end.into_iter()
            .chain(replaced.map(Incident::Replaced))
            .chain(invented.map(Incident::Invented))
            .chain(asked)
            .collect()
    }
}

impl fmt::Display for Captured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.how)?;
        if !self.name.is_empty() {
            write!(f, " as `{}`", self.name)?;
        }
        write!(f, ": {}", self.nodes.join(", "))
    }
}
