//! What the compiler runs in: a CPython of the computer, and packages that pip installed into the cache, once.
//!
//! In: the root of the cache, which Python and which wheels to take. Out: an environment that works without a network.
//! Never: a folder under its final name before all of it is there.

use std::fs;
use std::path::{Path, PathBuf};

use oakc_scratch::ScratchDirectory;

use crate::entry::lock;
use crate::error::{Action, Error, Result};
use crate::pip::Pip;
use crate::python::Python;
use crate::{Progress, ProgressFn};

/// The compiler and its version, as oakc.lock pins it.
pub const TOOL: &str = "openvino==2021.4.2";

/// What else it needs: the last numpy that it works with, for all of its Pythons.
const NUMPY: &str = "numpy==1.19.5";

/// libusb, where the system has none. Its plugin is linked to it, and no device is ever looked at.
const LIBUSB: &str = "libusb-package==1.0.30.0";

/// Where environments are in the cache.
pub(crate) const FOLDER: &str = "environments";

/// How the folder of an environment is called; behind that comes the version of Python 3.
const NAME: &str = "openvino-2021.4.2-cp3";

/// How the packages folder of an environment is called.
const PACKAGES: &str = "packages";

/// What to make an environment from, where it is not there yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setup {
    /// The CPython to take, instead of the newest that fits.
    pub python: Option<PathBuf>,
    /// Wheels to install, instead of those that pip finds.
    pub wheels: Vec<PathBuf>,
}

/// An environment that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    python: Python,
    packages: PathBuf,
    folder: PathBuf,
}

impl Environment {
    /// Where those that are there are in a cache.
    pub fn places(cache: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(cache.join(FOLDER)).into_iter().flatten();
        let names = entries.flatten().map(|entry| entry.file_name());
        let ours = names.filter(|name| name.to_string_lossy().starts_with(NAME));
        ours.map(|name| Path::new(FOLDER).join(name)).collect()
    }

    /// The environment in the cache; it is made first if it is not there.
    ///
    /// # Errors
    /// If no Python fits, the machine is none that the compiler runs on, or pip cannot install it.
    pub fn open(cache: &Path, setup: &Setup, progress: ProgressFn<'_>) -> Result<Self> {
        refuse_machine(std::env::consts::OS, std::env::consts::ARCH)?;
        let python = Python::find(setup.python.as_deref())?;
        refuse_machine(std::env::consts::OS, python.machine())?;
        let parent = cache.join(FOLDER);
        let name = format!("{NAME}{}", python.minor());
        let folder = parent.join(name);
        let environment = Self {
            packages: folder.join(PACKAGES),
            folder,
            python,
        };
        if environment.packages.is_dir() {
            return Ok(environment);
        }
        fs::create_dir_all(&parent).map_err(Error::cache(Action::Create, &parent))?;
        let _lock = lock(&parent, || progress(Progress::Waiting));
        if !environment.packages.is_dir() {
            environment.make(&parent, setup, progress)?;
        }
        Ok(environment)
    }

    /// The program that runs Python.
    pub(crate) fn python(&self) -> &Path {
        self.python.path()
    }

    /// The folder of the packages.
    pub(crate) fn packages(&self) -> &Path {
        &self.packages
    }

    /// Where it is in the cache.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn make(&self, parent: &Path, setup: &Setup, progress: ProgressFn<'_>) -> Result<()> {
        progress(Progress::Installing {
            what: TOOL.to_owned(),
        });
        let scratch = ScratchDirectory::create(parent, 0o755);
        let scratch = scratch.map_err(Error::cache(Action::Create, parent))?;
        let staged = ScratchDirectory::create(parent, 0o755);
        let staged = staged.map_err(Error::cache(Action::Create, parent))?;
        let packages = staged.path().join(PACKAGES);
        let wheels = wheels(&setup.wheels)?;
        let has = |name: &str| {
            wheels
                .iter()
                .any(|wheel| file_name(wheel).starts_with(name))
        };
        let mut wanted = wheels.clone();
        wanted.extend((!has("openvino-")).then(|| TOOL.to_owned()));
        wanted.extend((!has("numpy-")).then(|| NUMPY.to_owned()));
        self.install(scratch.path(), &packages, &wanted)?;
        if cfg!(target_os = "linux") && !has("libusb_package-") && !system_has_libusb() {
            self.install(scratch.path(), &packages, &[LIBUSB.to_owned()])?;
        }
        staged
            .publish(&self.folder)
            .map_err(Error::cache(Action::Create, &self.folder))
    }

    /// Installs packages for this Python, with its own pip or that of another one.
    fn install(&self, scratch: &Path, packages: &Path, wanted: &[String]) -> Result<()> {
        let version = format!("3.{}", self.python.minor());
        let mut arguments = vec![
            "--quiet".to_owned(),
            "--no-deps".to_owned(),
            "--no-compile".to_owned(),
            "--progress-bar=off".to_owned(),
            "--only-binary=:all:".to_owned(),
            format!("--python-version={version}"),
            "--implementation=cp".to_owned(),
            format!("--target={}", packages.display()),
        ];
        arguments.extend(wanted.iter().cloned());
        // A newer pip knows more kinds of wheels than that of an old Python.
        let pythons = [
            Path::new("python3"),
            Path::new("python"),
            self.python.path(),
        ];
        let pip = Pip {
            pythons: &pythons,
            scratch,
        };
        Ok(pip.run("install", &arguments)?)
    }
}

/// Fails where no wheel of the compiler was ever published for such a machine.
fn refuse_machine(system: &str, processor: &str) -> Result<()> {
    let is_x86 = matches!(processor, "x86_64" | "AMD64" | "amd64");
    if is_x86 && matches!(system, "linux" | "macos" | "windows") {
        return Ok(());
    }
    Err(Error::Machine(format!("{system} on {processor}")))
}

/// Wheels by their absolute path: pip runs elsewhere.
fn wheels(named: &[PathBuf]) -> Result<Vec<String>> {
    let absolute = |path: &PathBuf| {
        let found = path.canonicalize();
        let found = found.map_err(Error::cache(Action::Read, path))?;
        Ok(found.display().to_string())
    };
    named.iter().map(absolute).collect()
}

fn file_name(path: &str) -> &str {
    Path::new(path)
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default()
}

/// Whether the loader finds libusb: it is in one of the folders where it looks on any distribution.
fn system_has_libusb() -> bool {
    const FOLDERS: [&str; 6] = [
        "/lib/x86_64-linux-gnu",
        "/usr/lib/x86_64-linux-gnu",
        "/lib64",
        "/usr/lib64",
        "/usr/lib",
        "/usr/local/lib",
    ];
    let mut folders = FOLDERS.iter();
    folders.any(|folder| Path::new(folder).join("libusb-1.0.so.0").exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_for_which_there_is_no_wheel_is_named() {
        for (system, processor) in [
            ("linux", "x86_64"),
            ("windows", "AMD64"),
            ("macos", "x86_64"),
        ] {
            assert_eq!(refuse_machine(system, processor), Ok(()));
        }
        let error = refuse_machine("linux", "aarch64").unwrap_err();
        assert_eq!(
            error.to_string(),
            "OpenVINO 2021.4.2, which has the compiler, was never published for linux on aarch64"
        );
        assert!(refuse_machine("macos", "arm64").is_err());
    }
}
