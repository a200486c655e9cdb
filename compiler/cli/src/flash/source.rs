//! What is written to cameras: a package as it is, or one built for each set of parameters.
//!
//! All sets are checked before anything is built. Packages are built when they are needed, and
//! dropped when the last camera has its own: two hundred would not fit into memory.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use oakc_core::CheckedGraph;
use oakc_core::config::Levels;
use oakc_core::lower::lower;
use oakc_core::package::inspect;
use oakc_core::syntax::Language;
use oakc_device::flash::Package;
use tempfile::TempDir;

use super::compatible;
use crate::application::{Assignment, Findings};
use crate::failure::Failure;
use crate::files::read_bounded;
use crate::firmware::store;
use crate::package::{Options, PackageWriter};
use crate::terminal::{Format, Terminal};

/// Largest package: no camera's memory for applications holds more.
const LARGEST_PACKAGE: u64 = 256 << 20;

/// There is one package for all cameras, however many they are.
const FOR_ALL: usize = usize::MAX;

/// How an application is built before it is flashed.
#[derive(clap::Args, Clone)]
pub(crate) struct BuildOptions {
    /// A value for a parameter of the application; it counts before those of a fleet.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    overrides: Vec<Assignment>,

    /// Compress the firmware.
    #[arg(long)]
    compress: bool,

    /// Let the bootloader check the firmware's checksum at every boot.
    #[arg(long)]
    checksum: bool,

    /// Package this firmware image instead of the release's own.
    #[arg(long, value_name = "FILE.cmd")]
    firmware: Option<PathBuf>,
}

/// Values for the parameters of an application.
#[derive(Default)]
pub(crate) struct Parameters {
    /// The camera that has them; none where they are for all.
    pub(crate) whose: Option<String>,
    pub(crate) values: Vec<Assignment>,
}

/// Where packages come from.
pub(crate) struct Source {
    path: PathBuf,
    options: BuildOptions,
    recipes: Vec<Recipe>,
    /// For each set of parameters its recipe.
    recipe_of: Vec<usize>,
    directory: Option<TempDir>,
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
    let package = read_built(path)?;
    let inside = inspect::Package::parse(package.bytes());
    let inside = inside.map_err(|error| Failure::input(path, error))?;
    let warnings = compatible::check(&inside).map_err(|reason| Failure::input(path, reason))?;
    for warning in warnings {
        terminal.warning(&format!("{}: {warning}", path.display()));
    }
    Ok(package)
}

/// Reads a package that oakc has built.
fn read_built(path: &Path) -> Result<Package, Failure> {
    let bytes = read_bounded(path, LARGEST_PACKAGE);
    let bytes = bytes.map_err(|error| Failure::file("read", path, error))?;
    Package::new(bytes).map_err(|error| Failure::input(path, error))
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
            directory: None,
            terminal: terminal.clone(),
        };
        let name = path.file_name().and_then(|name| name.to_str());
        if name.and_then(Language::of_path).is_none() {
            source.take_package(path, parameters)?;
            return Ok(source);
        }
        source.directory = Some(tempfile::tempdir().map_err(Failure::world)?);
        let mut known: Vec<Vec<(String, String)>> = Vec::new();
        for set in parameters {
            // What the command line says comes last, and so counts.
            let overrides: Vec<_> = set
                .values
                .iter()
                .chain(&options.overrides)
                .cloned()
                .collect();
            let key: Vec<_> = overrides
                .iter()
                .map(|assignment| assignment.0.clone())
                .collect();
            let recipe = match known.iter().position(|known| *known == key) {
                Some(recipe) => recipe,
                None => {
                    source.check(&overrides, set.whose.as_deref())?;
                    known.push(key);
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

    fn check(&mut self, overrides: &[Assignment], whose: Option<&str>) -> Result<(), Failure> {
        let mut findings = Findings::default();
        let checked = findings.load(&self.path, overrides, &Levels::default())?;
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
        let package = self
            .build(recipe, checked)
            .map_err(|failure| failure.text())?;
        let users = self.recipe_of.iter().filter(|index| **index == recipe);
        kept.wanted = match self.recipe_of.len() {
            1 => FOR_ALL,
            _ => users.count().saturating_sub(1),
        };
        kept.package = (kept.wanted > 0).then(|| package.clone());
        Ok(package)
    }

    fn build(&self, recipe: usize, checked: &CheckedGraph) -> Result<Package, Failure> {
        let lowered = lower(checked)?;
        let writer = PackageWriter::new(
            &store()?,
            checked.graph().config().app.depthai.as_deref(),
            lowered.openvino(),
            self.options.firmware.as_deref(),
            Options {
                compress: self.options.compress,
                check_checksum: self.options.checksum,
            },
            &self.terminal,
        )?;
        let directory = self
            .directory
            .as_ref()
            .map_or(Path::new("."), TempDir::path);
        let path = directory.join(format!("{recipe}.dap"));
        writer.write(lowered, &path)?;
        let package = read_built(&path);
        // It is in memory now; the directory goes in the end anyway.
        let _ = std::fs::remove_file(&path);
        package
    }
}
