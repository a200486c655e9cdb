//! What is written to cameras: a package as it is, or one built for each set of parameters.
//!
//! All sets are checked before anything is built. Packages are built when they are needed, and
//! dropped when the last camera has its own: two hundred would not fit into memory.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use oakc_core::CheckedGraph;
use oakc_core::package::inspect;
use oakc_core::syntax::Language;
use oakc_device::flash::Package;
use oakc_pack::{assemble, check_compatible};
use oakc_project::{Findings, Limit, Settings, read};

use crate::advice;
use crate::application::{Packaging, assignment};
use crate::failure::Failure;
use crate::firmware::store;
use crate::terminal::{Format, Terminal};

/// There is one package for all cameras, however many they are.
const FOR_ALL: usize = usize::MAX;

/// How an application is built before it is flashed.
#[derive(clap::Args, Clone)]
pub(crate) struct BuildOptions {
    /// A value for a parameter of the application; it counts before those of a fleet.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = assignment)]
    overrides: Vec<(String, String)>,

    #[command(flatten)]
    packaging: Packaging,
}

/// Values for the parameters of an application.
#[derive(Default)]
pub(crate) struct Parameters {
    /// The camera that has them; none where they are for all.
    pub(crate) whose: Option<String>,
    pub(crate) values: Vec<(String, String)>,
}

/// Where packages come from.
pub(crate) struct Source {
    path: PathBuf,
    options: BuildOptions,
    recipes: Vec<Recipe>,
    /// For each set of parameters its recipe.
    recipe_of: Vec<usize>,
    terminal: Terminal,
}

struct Recipe {
    /// What to build; `None` where the package is there already.
    checked: Option<CheckedGraph>,
    state: Mutex<Kept>,
}

struct Kept {
    package: Option<Package>,
    /// Cameras that still want it.
    wanted: usize,
}

/// Reads a package that is there already, and checks that a camera could run it.
pub(crate) fn read_package(path: &Path, terminal: &Terminal) -> Result<Package, Failure> {
    let bytes = read(path, Limit::PACKAGE)?;
    let package = Package::new(bytes).map_err(|error| Failure::input(path, error))?;
    let inside = inspect::Package::parse(package.bytes());
    let inside = inside.map_err(|error| Failure::input(path, error))?;
    let doubts = check_compatible(&inside).map_err(|reason| Failure::input(path, reason))?;
    for doubt in doubts {
        let text = advice::of_doubt(&doubt);
        terminal.warning(&format!("{}: {text}", path.display()));
    }
    Ok(package)
}

impl Source {
    /// Opens a package, or checks an application with each of the sets of parameters.
    pub(crate) fn open(
        path: &Path,
        options: &BuildOptions,
        parameters: &[Parameters],
        terminal: &Terminal,
    ) -> Result<Self, Failure> {
        let mut source = Self {
            path: path.to_owned(),
            options: options.clone(),
            recipes: Vec::new(),
            recipe_of: Vec::new(),
            terminal: terminal.clone(),
        };
        let name = path.file_name().and_then(|name| name.to_str());
        if name.and_then(Language::of_path).is_none() {
            source.take_package(path, parameters)?;
            return Ok(source);
        }
        let mut known: Vec<Vec<(String, String)>> = Vec::new();
        for set in parameters {
            // What the command line says comes last, and so counts.
            let overrides: Vec<_> = set
                .values
                .iter()
                .chain(&options.overrides)
                .cloned()
                .collect();
            let recipe = match known.iter().position(|known| *known == overrides) {
                Some(recipe) => recipe,
                None => {
                    source.check(&overrides, set.whose.as_deref())?;
                    known.push(overrides);
                    known.len().saturating_sub(1)
                }
            };
            source.recipe_of.push(recipe);
        }
        Ok(source)
    }

    fn take_package(&mut self, path: &Path, parameters: &[Parameters]) -> Result<(), Failure> {
        let has_parameters = parameters.iter().any(|set| !set.values.is_empty());
        if has_parameters || !self.options.overrides.is_empty() {
            let reason =
                "parameters are for applications (.toml, .yaml); a package is built already";
            return Err(Failure::input(path, reason));
        }
        let package = Some(read_package(path, &self.terminal)?);
        self.recipes.push(Recipe {
            checked: None,
            state: Mutex::new(Kept {
                package,
                wanted: FOR_ALL,
            }),
        });
        self.recipe_of = vec![0; parameters.len()];
        Ok(())
    }

    fn check(
        &mut self,
        overrides: &[(String, String)],
        whose: Option<&str>,
    ) -> Result<(), Failure> {
        let mut findings = Findings::default();
        let checked = findings.load(&self.path, Settings::of(overrides))?;
        // The same warnings once more for each camera would help nobody.
        if checked.is_none() || self.recipes.is_empty() {
            self.terminal.diagnostics(Format::Human, &findings)?;
        }
        let Some(checked) = checked else {
            if let Some(whose) = whose {
                let with = format!("checked with the parameters of {whose}; nothing was flashed");
                self.terminal.error(&with);
            }
            return Err(Failure::Reported);
        };
        self.recipes.push(Recipe {
            checked: Some(checked),
            state: Mutex::new(Kept {
                package: None,
                wanted: 0,
            }),
        });
        Ok(())
    }

    /// Sets of parameters.
    pub(crate) fn count(&self) -> usize {
        self.recipe_of.len()
    }

    /// What is flashed, in a word.
    pub(crate) fn title(&self) -> String {
        self.path.display().to_string()
    }

    /// The package for a set of parameters, built if it is not there.
    pub(crate) fn package(&self, set: usize) -> Result<Package, String> {
        let recipe = self.recipe_of.get(set).copied().unwrap_or_default();
        let Some(Recipe { checked, state }) = self.recipes.get(recipe) else {
            return Err("there is nothing to flash".to_owned());
        };
        let mut kept = state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(package) = &kept.package {
            let package = package.clone();
            kept.wanted = kept.wanted.saturating_sub(1);
            if kept.wanted == 0 {
                kept.package = None;
            }
            return Ok(package);
        }
        let checked = checked.as_ref().ok_or("the package is gone")?;
        let package = self.build(checked).map_err(|failure| failure.text())?;
        let users = self.recipe_of.iter().filter(|index| **index == recipe);
        kept.wanted = match self.recipe_of.len() {
            1 => FOR_ALL,
            _ => users.count().saturating_sub(1),
        };
        kept.package = (kept.wanted > 0).then(|| package.clone());
        Ok(package)
    }

    fn build(&self, checked: &CheckedGraph) -> Result<Package, Failure> {
        let options = self.options.packaging.options();
        let progress = &mut |event| self.terminal.progress(event);
        let assembly = assemble(checked, &options, &store()?, progress)?;
        let bytes = assembly.to_bytes()?;
        Package::new(bytes).map_err(|error| Failure::input(&self.path, error))
    }
}
