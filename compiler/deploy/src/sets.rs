//! An application with several sets of parameters.
//!
//! In: the path of an application, and a set for each camera, or one for all. Out: what was found with
//! any of the sets, each finding once, and the checked application for each set without errors. Never:
//! the same set checked twice, or a finding without the camera that it is about.

use std::collections::BTreeMap;
use std::path::Path;

use oakc_core::{CheckedGraph, Override, ParamsFile, Profile};
use oakc_diag::{Diagnostic, Span};
use oakc_project::{Findings, LoadError, Settings};

use crate::fleet::{Fleet, Member};

/// Values for the parameters of an application, and its profile, that go onto one camera, or onto all.
#[derive(Clone, Copy, Debug)]
pub enum Parameters<'a> {
    /// Only those of the command line.
    ForAll,
    /// Those of a camera of a fleet.
    Of(&'a Fleet, &'a Member),
}

/// An application, checked with each set of parameters.
#[derive(Debug, Default)]
pub struct Sets {
    /// What was found with any of them.
    pub findings: Findings,
    /// The application with each set that differs from all before it; `None` where it has errors.
    pub checked: Vec<Option<CheckedGraph>>,
    /// For each set the number of its application in `checked`.
    pub of: Vec<usize>,
}

impl<'a> Parameters<'a> {
    /// Those of each of these members, in their order.
    pub fn of_each(fleet: &'a Fleet, members: &'a [Member]) -> Vec<Self> {
        let members = members.iter();
        members.map(|member| Self::Of(fleet, member)).collect()
    }

    pub(crate) fn has_values(&self) -> bool {
        match self {
            Self::ForAll => false,
            Self::Of(_, member) => {
                !member.params.is_empty() || !member.files.is_empty() || member.profile.is_some()
            }
        }
    }

    /// The values and the profile, whose spans are in a file that is added to the sources.
    fn variation(&self, findings: &mut Findings) -> (Vec<Override>, Option<Profile<'a>>) {
        match self {
            Self::ForAll => (Vec::new(), None),
            Self::Of(fleet, member) => {
                let file = fleet.add_to(&mut findings.sources);
                (member.overrides(file), member.profile_in(file))
            }
        }
    }

    /// Files with values.
    fn files(&self) -> &'a [ParamsFile] {
        match self {
            Self::ForAll => &[],
            Self::Of(_, member) => &member.files,
        }
    }

    /// Where the camera is named.
    fn place(&self) -> Option<Span> {
        match self {
            Self::ForAll => None,
            Self::Of(_, member) => Some(member.span),
        }
    }
}

/// What makes a set differ from others: the profile, and the parameters with their values, and the files with more.
type Key<'a> = (Option<&'a str>, Vec<(String, String)>, &'a [ParamsFile]);

impl Sets {
    /// Checks the application at `path`. What `settings` override counts before every set.
    ///
    /// # Errors
    /// Where the file cannot be read, or its name does not tell its language.
    pub fn check(
        path: &Path,
        settings: Settings<'_>,
        sets: &[Parameters<'_>],
    ) -> Result<Self, LoadError> {
        let mut checked = Vec::new();
        let mut of = Vec::new();
        let mut found = Found::default();
        let mut known: Vec<Key<'_>> = Vec::new();
        for set in sets {
            let mut findings = Findings::default();
            // What the command line says comes last, and so counts.
            let (mut all, own) = set.variation(&mut findings);
            all.extend(settings.overrides.iter().cloned());
            let profile = settings.profile.or(own);
            let values = all.iter().map(|it| (it.name.clone(), it.value.clone()));
            let key = (profile.map(|it| it.name), values.collect(), set.files());
            if let Some(same) = known.iter().position(|known| *known == key) {
                of.push(same);
                continue;
            }
            // What a camera's own files say comes after those of the command line.
            let files = [settings.params, set.files()].concat();
            let settings = Settings {
                params: &files,
                overrides: &all,
                profile,
                ..settings
            };
            of.push(checked.len());
            checked.push(findings.load(path, settings)?);
            known.push(key);
            found.add(findings, set.place());
        }
        let findings = found.findings(checked.len());
        Ok(Self {
            findings,
            checked,
            of,
        })
    }

    /// Whether the application has an error with any of the sets.
    pub fn has_errors(&self) -> bool {
        self.checked.iter().any(Option::is_none)
    }
}

/// What was found with several sets.
#[derive(Default)]
struct Found {
    /// The texts of all sets; the findings come last, when it is known how many sets have each.
    all: Findings,
    /// By place and words: what was found, the first camera with which, and with how many sets.
    found: BTreeMap<(Option<Span>, &'static str, String), Vec<Finding>>,
}

struct Finding {
    diagnostic: Diagnostic,
    camera: Option<Span>,
    sets: usize,
}

impl Found {
    /// Adds what was found with the set of the camera that is named at `camera`.
    fn add(&mut self, mut findings: Findings, camera: Option<Span>) {
        let diagnostics = std::mem::take(&mut findings.diagnostics);
        // The file of the fleet is the first that a set adds.
        let moved = self.all.sources.merge(findings.sources);
        let camera = camera.and_then(|span| {
            let file = *moved.first()?;
            Some(Span { file, ..span })
        });
        for diagnostic in diagnostics.sorted() {
            self.count(diagnostic.clone().moved(&moved), camera);
        }
    }

    fn count(&mut self, diagnostic: Diagnostic, camera: Option<Span>) {
        let key = (
            diagnostic.place(),
            diagnostic.rule.code,
            diagnostic.message.clone(),
        );
        let alike = self.found.entry(key).or_default();
        match alike.iter_mut().find(|it| it.diagnostic == diagnostic) {
            Some(known) => known.sets = known.sets.saturating_add(1),
            None => alike.push(Finding {
                diagnostic,
                camera,
                sets: 1,
            }),
        }
    }

    /// All of it. What was not found with all `sets` also says with which camera's it was.
    fn findings(mut self, sets: usize) -> Findings {
        for finding in self.found.into_values().flatten() {
            let place = finding.camera.filter(|_| finding.sets < sets);
            let diagnostic = match place {
                Some(camera) => finding
                    .diagnostic
                    .secondary(camera, "with the parameters of this camera"),
                None => finding.diagnostic,
            };
            self.all.diagnostics.push(diagnostic);
        }
        self.all
    }
}
