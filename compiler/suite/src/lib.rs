//! Scenarios of applications: paths in; what became of each scenario out, as text for people, JSON or JUnit XML.
//!
//! [`find()`] looks for scenarios, [`Suite::play`] plays them, several at a time, and [`report`] tells. Nothing here
//! prints, and nothing is written but golden files on request.

mod case;
mod find;
mod golden;
mod load;
pub mod report;
mod seeds;

use std::path::{Path, PathBuf};
use std::sync::Once;
use std::time::Duration;

use oakc_core::rules::internal_error::internal_error;
use oakc_desk::choices::Deviations;
use oakc_project::{AllowedFolders, FileError, Findings, Settings};
use oakc_python::{Interpreter, NoInterpreter};
use oakc_workers::{Panicked, at_once, on_each};

pub use case::{Case, Played};
pub use find::{FindError, find};
pub use load::SetupError;

/// How scenarios are played.
#[derive(Clone)]
pub struct Suite<'a> {
    /// The seed, instead of that of the scenario.
    pub seed: Option<u64>,
    /// How many seeds are tried, from the first on.
    pub seeds: u64,
    /// Whether the first seed that fails is made as short as it gets.
    pub shrinks: bool,
    /// What deviates from the usual order, instead of what the seed says.
    pub replay: Option<Deviations>,
    /// Whether golden files are written instead of compared with.
    pub update: bool,
    /// How long a scenario may take each time, by a real clock.
    pub patience: Duration,
    /// How applications are read; values of parameters come after those of the scenario.
    pub settings: Settings<'a>,
    /// Folders outside of the repository whose files may be read.
    pub allowed: &'a AllowedFolders,
    /// The same folders, with nobody who makes a model that is not there.
    pub looking: &'a AllowedFolders,
    /// What scripts run in.
    pub python: &'a Result<Interpreter, NoInterpreter>,
    /// Called once, before the first script starts.
    pub before_scripts: &'a (dyn Fn() + Sync),
}

impl Suite<'_> {
    /// Plays scenarios, as many at a time as there are processors; `stop` is asked now and then whether to stop. The
    /// results are in the order of the paths.
    pub fn play(&self, paths: &[PathBuf], stop: &(dyn Fn() -> bool + Sync)) -> Vec<Case> {
        let said = Once::new();
        let before_scripts = || said.call_once(self.before_scripts);
        let suite = Suite {
            before_scripts: &before_scripts,
            ..self.clone()
        };
        let results = on_each(paths, at_once(paths.len(), 1), |_, path| {
            case::play(&suite, path, stop)
        });
        let results = paths.iter().zip(results);
        let cases = results.map(|(path, result)| result.unwrap_or_else(|bug| failed(path, &bug)));
        cases.collect()
    }
}

/// oakc itself failed.
fn failed(path: &Path, panicked: &Panicked) -> Case {
    let mut findings = Findings::default();
    let diagnostic = internal_error(&path.display().to_string(), panicked);
    findings.diagnostics.push(diagnostic);
    Case {
        path: path.to_owned(),
        description: None,
        findings,
        played: None,
        broken: None,
    }
}

/// Writes the golden files of scenarios that are stale; their paths.
///
/// # Errors
/// Where one cannot be written.
pub fn write_goldens(cases: &[Case]) -> Result<Vec<PathBuf>, FileError> {
    golden::write(cases)
}
