//! From the file of a scenario to a plan: the scenario, its application, and the files beside it are read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use oakc_core::bundle::Secrets;
use oakc_core::config::rules::{MODEL_NOT_MADE, UNREADABLE_FILE};
use oakc_core::lower::{LowerError, lower};
use oakc_core::syntax::rules::SYNTAX;
use oakc_core::{CheckedGraph, Override};
use oakc_desk::play::Plan;
use oakc_desk::scenario::{FeedSource, INVALID_SCENARIO, Scenario};
use oakc_desk::sensor::{Ending, Scene};
use oakc_desk::{Options, Program};
use oakc_diag::{Diagnostic, Diagnostics, Severity, Span};
use oakc_footage::{Reach, open};
use oakc_project::{
    AllowedFolders, Checksums, DamagedPackage, Directory, FileError, Findings, InvalidPackage,
    Limit, LoadError, PackageFile, Settings, is_application, plain, read,
};
use oakc_python::NoInterpreter;

use crate::Suite;

/// Applications that a scenario is for if it does not say which.
const USUAL: [&str; 3] = ["app.toml", "app.yaml", "app.yml"];

/// Why a scenario cannot be played though nothing is wrong in its text.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// A file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The application cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The package is none.
    #[error(transparent)]
    Package(#[from] InvalidPackage),
    /// The package is damaged.
    #[error(transparent)]
    Damaged(#[from] DamagedPackage),
    /// Scripts have nothing to run in.
    #[error("scripts cannot be run here: {0}")]
    Python(#[from] NoInterpreter),
    /// A checked application cannot be lowered.
    #[error(transparent)]
    Lower(#[from] LowerError),
}

/// A scenario, and what was found in it and its application.
#[derive(Default)]
pub(crate) struct Loaded {
    pub(crate) description: Option<String>,
    /// `None` means that the findings have an error.
    pub(crate) plan: Option<Plan>,
    pub(crate) findings: Findings,
    /// Whether a model of the application is still to be made.
    lacks_model: bool,
    /// What kept it from being read.
    pub(crate) broken: Option<SetupError>,
}

/// Reads everything that a scenario needs. Models are made only if it cannot be played without them: networks that it
/// feeds need none.
pub(crate) fn load(suite: &Suite<'_>, path: &Path) -> Loaded {
    let looked = read_all(suite, suite.looking, path);
    if looked.lacks_model && looked.plan.is_none() {
        return read_all(suite, suite.allowed, path);
    }
    looked
}

fn read_all<'a>(suite: &Suite<'a>, allowed: &'a AllowedFolders, path: &Path) -> Loaded {
    let mut loaded = Loaded::default();
    let suite = Suite {
        allowed,
        settings: Settings {
            allowed: Some(allowed),
            ..suite.settings
        },
        ..suite.clone()
    };
    match plan(&suite, path, &mut loaded) {
        Ok(plan) => loaded.plan = plan,
        Err(problem) => loaded.broken = Some(problem),
    }
    loaded
}

fn plan(suite: &Suite<'_>, path: &Path, loaded: &mut Loaded) -> Result<Option<Plan>, SetupError> {
    let findings = &mut loaded.findings;
    let Some(scenario) = scenario(path, findings)? else {
        return Ok(None);
    };
    loaded.description.clone_from(&scenario.description);
    let program = match application(path, &scenario, findings) {
        Some(application) => program(suite, &application, &scenario, loaded)?,
        None => None,
    };
    let Some(program) = program else {
        return Ok(None);
    };
    let findings = &mut loaded.findings;
    let world = Directory::of(path, suite.allowed)?;
    let (sources, found) = (&mut findings.sources, &mut findings.diagnostics);
    if let Some(problem) = lacks_python(suite, &program) {
        return Err(problem);
    }
    let options = Options {
        python: suite.python.clone().ok(),
        scenes: scenes(&scenario, &world, found),
        patience: Some(suite.patience),
        ..Options::default()
    };
    Ok(Plan::new(
        scenario, program, options, &world, sources, found,
    ))
}

/// What cameras are shown.
fn scenes(
    scenario: &Scenario,
    world: &Directory,
    found: &mut Diagnostics,
) -> BTreeMap<String, Arc<dyn Scene>> {
    let mut scenes = BTreeMap::new();
    for feed in &scenario.feeds {
        let FeedSource::Pictures(spec) = &feed.from else {
            continue;
        };
        let ending = match feed.repeat {
            Some(_) => Ending::Repeats,
            None => Ending::Stays,
        };
        match open(&spec.value, &Beside(world), ending) {
            Ok(scene) => {
                scenes.insert(feed.node.value.clone(), scene);
            }
            Err(problem) => {
                let diagnostic = Diagnostic::new(&UNREADABLE_FILE, problem.to_string());
                found.push(diagnostic.label(spec.span, "named here"));
            }
        }
    }
    scenes
}

/// Files beside a scenario.
struct Beside<'a>(&'a Directory);

impl Reach for Beside<'_> {
    fn place(&self, named: &Path) -> PathBuf {
        self.0.place(named)
    }

    fn resolve(&self, place: &Path) -> Result<PathBuf, String> {
        self.0.resolve(place).map_err(|error| error.to_string())
    }
}

/// Scripts need an interpreter.
fn lacks_python(suite: &Suite<'_>, program: &Program) -> Option<SetupError> {
    match suite.python {
        Err(problem) if !program.scripts().is_empty() => Some(problem.clone().into()),
        _ => None,
    }
}

fn scenario(path: &Path, findings: &mut Findings) -> Result<Option<Scenario>, SetupError> {
    let bytes = read(path, Limit::CONFIGURATION)?;
    let name = path.display().to_string();
    let Ok(text) = String::from_utf8(bytes) else {
        let message = format!("{name} is not UTF-8 text");
        findings.diagnostics.push(Diagnostic::new(&SYNTAX, message));
        return Ok(None);
    };
    let (sources, found) = (&mut findings.sources, &mut findings.diagnostics);
    Ok(Scenario::read(&name, &text, sources, found))
}

/// The file of the application.
fn application(path: &Path, scenario: &Scenario, findings: &mut Findings) -> Option<PathBuf> {
    let folder = path.parent().unwrap_or(Path::new(""));
    if let Some(app) = &scenario.app {
        let application = plain(&folder.join(&app.value));
        if application.is_file() {
            return Some(application);
        }
        let message = format!("there is no application `{}`", application.display());
        let diagnostic = Diagnostic::new(&UNREADABLE_FILE, message);
        findings
            .diagnostics
            .push(diagnostic.label(app.span, "named here"));
        return None;
    }
    let above = plain(&folder.join(".."));
    let candidates = USUAL.map(|name| above.join(name));
    let found = candidates.into_iter().find(|path| path.is_file());
    if found.is_none() {
        let advice = scenario.language.setting("app", "../door-counter.toml");
        findings.diagnostics.push(
            Diagnostic::new(
                &INVALID_SCENARIO,
                "it is not known which application this is for",
            )
            .label(
                Span::new(scenario.file, 0, 0),
                "there is no app.toml or app.yaml in the folder above",
            )
            .help(format!("name it: {advice}")),
        );
    }
    found
}

fn program(
    suite: &Suite<'_>,
    path: &Path,
    scenario: &Scenario,
    loaded: &mut Loaded,
) -> Result<Option<Program>, SetupError> {
    let findings = &mut loaded.findings;
    if !is_application(path) {
        refuse_params(scenario, findings);
        let program = package(path, scenario, findings)?;
        return Ok(program.filter(|_| scenario.params.is_empty()));
    }
    let mut overrides: Vec<Override> = scenario.params.clone();
    overrides.extend(suite.settings.overrides.iter().cloned());
    let settings = Settings {
        overrides: &overrides,
        ..suite.settings
    };
    let checked = findings.load(path, settings)?;
    let mut found = findings.diagnostics.iter();
    loaded.lacks_model = found.any(|it| it.rule.name == MODEL_NOT_MADE.name);
    // What is not an error is the business of `oakc lint`.
    findings
        .diagnostics
        .retain(|it| it.severity == Severity::Error);
    let Some(checked) = checked else {
        return Ok(None);
    };
    let program = Program::of_application(&lower(&checked)?, &names(&checked));
    let program = program.map(|program| program.with_pictures(checked.graph(), checked.facts()));
    let Some(program) = refuse(program, scenario, findings) else {
        return Ok(None);
    };
    let world = Directory::of(path, suite.allowed)?;
    let program = program
        .with_stand_ins(&checked, &world)
        .map_err(|problems| {
            let problems = problems.into_iter();
            problems
                .map(|(span, problem)| {
                    Diagnostic::new(&UNREADABLE_FILE, problem).label(span, "named here")
                })
                .collect::<Vec<_>>()
        });
    match program {
        Ok(program) => Ok(Some(program)),
        Err(found) => {
            for diagnostic in found {
                findings.diagnostics.push(diagnostic);
            }
            Ok(None)
        }
    }
}

fn names(checked: &CheckedGraph) -> BTreeMap<i64, String> {
    let nodes = checked.graph().nodes();
    nodes
        .map(|(node, config)| (node.id, config.name.clone()))
        .collect()
}

fn package(
    path: &Path,
    scenario: &Scenario,
    findings: &mut Findings,
) -> Result<Option<Program>, SetupError> {
    let file = PackageFile::read(path)?;
    let package = file.package()?;
    file.verify(&package, Checksums::Verify)?;
    for (_, value) in Secrets::of_package(&package).iter() {
        findings.sources.hide(value);
    }
    let program = Program::of_package(&package, &BTreeMap::new());
    Ok(refuse(program, scenario, findings))
}

/// Reports params for a package, whose scripts have the values that it was built with.
fn refuse_params(scenario: &Scenario, findings: &mut Findings) {
    for param in &scenario.params {
        let message = format!("`{}` cannot be set in a package", param.name);
        let diagnostic = Diagnostic::new(&INVALID_SCENARIO, message);
        let diagnostic = match param.written {
            Some(span) => diagnostic.label(span, "set here"),
            None => diagnostic,
        };
        let help = "its scripts have the values that it was built with: give a peer the `host` and \
                    `port` that they call, or name the application as `app`";
        findings.diagnostics.push(diagnostic.help(help));
    }
}

/// Reports what of a program cannot be run.
fn refuse(
    program: Result<Program, Vec<String>>,
    scenario: &Scenario,
    findings: &mut Findings,
) -> Option<Program> {
    let problems = match program {
        Ok(program) => return Some(program),
        Err(problems) => problems,
    };
    let span = scenario.app.as_ref().map(|app| app.span);
    let span = span.unwrap_or(Span::new(scenario.file, 0, 0));
    for problem in problems {
        let message = format!("the application cannot be run here: {problem}");
        let diagnostic = Diagnostic::new(&INVALID_SCENARIO, message);
        findings
            .diagnostics
            .push(diagnostic.label(span, "this application"));
    }
    None
}
