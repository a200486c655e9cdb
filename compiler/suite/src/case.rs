//! One scenario: its file in, what became of it out.

use std::path::{Path, PathBuf};

use oakc_desk::Time;
use oakc_desk::choices::Deviations;
use oakc_desk::play::{Failure, Golden};
use oakc_project::Findings;

use crate::load::{SetupError, load};
use crate::{Suite, seeds};

/// A scenario, and what became of it.
#[derive(Debug)]
pub struct Case {
    /// Its file.
    pub path: PathBuf,
    /// What it is for, in its own words.
    pub description: Option<String>,
    /// What is wrong with it, or how it failed.
    pub findings: Findings,
    /// How it was played; nothing where it could not be.
    pub played: Option<Played>,
    /// What outside of its text kept it from being played.
    pub broken: Option<SetupError>,
}

/// How a scenario was played.
#[derive(Clone, Debug)]
pub struct Played {
    /// The seed, of several the one that failed.
    pub seed: u64,
    /// How many seeds were tried.
    pub tried: u64,
    /// How long it took in virtual time.
    pub took: Time,
    /// A number for all that was seen: the same run has the same number.
    pub trace: u64,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// What of the usual order has to change for the failure.
    pub replay: Option<Deviations>,
    /// The golden files it was compared with.
    pub goldens: Vec<Golden>,
    /// It was stopped.
    pub is_stopped: bool,
}

impl Case {
    /// Whether it was played, and passed.
    pub fn has_passed(&self) -> bool {
        let passed = |played: &Played| played.failure.is_none() && !played.is_stopped;
        self.played.as_ref().is_some_and(passed)
    }
}

/// Plays the scenario at `path`.
pub(crate) fn play(suite: &Suite<'_>, path: &Path, stop: &(dyn Fn() -> bool + Sync)) -> Case {
    let loaded = load(suite, path);
    let mut case = Case {
        path: path.to_owned(),
        description: loaded.description,
        findings: loaded.findings,
        played: None,
        broken: loaded.broken,
    };
    let Some(plan) = loaded.plan else {
        return case;
    };
    if !plan.program.scripts().is_empty() {
        (suite.before_scripts)();
    }
    let mut played = seeds::play(suite, &plan, stop);
    // A script may write whatever it knows.
    let sources = &case.findings.sources;
    let failure = played.failure.take();
    played.failure = failure.map(|it| it.worded(&|text| sources.masked(text)));
    let failure = played.failure.as_ref().map(Failure::diagnostic);
    case.findings.diagnostics.extend(failure);
    case.played = Some(played);
    case
}
