//! CPython 3.9, which the camera runs, with the real library.
//!
//! The interpreter is the one that `OAKC_PYTHON39` names, or `python3.9`, or pyenv's, or else Debian's,
//! unpacked into `target/`. The library, numpy and the stub files of mypy lie beside it in `target/`, for no
//! interpreter in particular to own.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::reference::{folder, target};
use crate::requirement::missing;

/// Where it is; none, if there is no way to have it.
pub fn cpython39() -> Option<PathBuf> {
    fs::create_dir_all(target()).ok()?;
    let lock = File::create(target().join("python39.lock")).ok()?;
    lock.lock().ok()?;
    installed().map(PathBuf::from).or_else(|| {
        let home = target().join("python39");
        let python = unpack(&home)?;
        wrapped(&home, Path::new(&python))
    })
}

/// A program that runs the unpacked interpreter with its libraries.
fn wrapped(home: &Path, python: &Path) -> Option<PathBuf> {
    let path = home.join("python3.9");
    let (libraries, python) = (libraries(home), python.display());
    let libraries = libraries.display();
    let text = format!("#!/bin/sh\nLD_LIBRARY_PATH='{libraries}' exec '{python}' \"$@\"\n");
    if fs::read_to_string(&path).ok().as_ref() != Some(&text) {
        fs::write(&path, text).ok()?;
        run(Command::new("chmod").arg("755").arg(&path))?;
    }
    Some(path)
}

/// A command that runs it; none, if there is no way to have it ([`missing`]).
pub fn python39() -> Option<Command> {
    let found = prepare();
    if found.is_none() {
        missing(
            "CPython 3.9 (OAKC_PYTHON39, python3.9, pyenv, or a Debian mirror to unpack it from) and pip",
        );
    }
    found
}

fn prepare() -> Option<Command> {
    fs::create_dir_all(target()).unwrap();
    let lock = File::create(target().join("python39.lock")).unwrap();
    lock.lock().unwrap();
    let unpacked = target().join("python39");
    let interpreter = installed().or_else(|| unpack(&unpacked))?;
    let packages = packages()?;
    let mut command = Command::new(interpreter);
    command.arg("-B").env("PYTHONPATH", packages);
    command.env("LD_LIBRARY_PATH", libraries(&unpacked));
    Some(command)
}

/// One that this machine has.
fn installed() -> Option<OsString> {
    if let Some(named) = std::env::var_os("OAKC_PYTHON39") {
        return Some(named);
    }
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let pyenv = std::env::var_os("PYENV_ROOT").map(PathBuf::from);
    let pyenv = pyenv.or_else(|| home.map(|home| home.join(".pyenv")));
    let versions = pyenv.and_then(|pyenv| fs::read_dir(pyenv.join("versions")).ok());
    let versions = versions.into_iter().flatten().flatten();
    let mut paths: Vec<_> = versions
        .map(|version| version.path().join("bin/python3.9").into_os_string())
        .collect();
    paths.sort();
    let named = std::iter::once(OsString::from("python3.9"));
    named.chain(paths).find(is_python39)
}

fn is_python39(path: &OsString) -> bool {
    let program = "import sys; print(sys.implementation.name, *sys.version_info[:2])";
    let mut trial = Command::new(path);
    trial.args(["-c", program]).stdin(Stdio::null());
    let output = trial.stderr(Stdio::null()).output();
    output.is_ok_and(|output| output.stdout.starts_with(b"cpython 3 9"))
}

/// Debian's, in a folder.
fn unpack(home: &Path) -> Option<OsString> {
    let python = home.join("usr/bin/python3.9");
    let finished = home.join("finished");
    if !finished.exists() {
        run(Command::new(folder().join("get_python39.sh")).arg(home))?;
        fs::write(finished, "").unwrap();
    }
    Some(python.into())
}

/// Where the libraries of the unpacked interpreter are; another one does not look there.
fn libraries(home: &Path) -> PathBuf {
    let folders = fs::read_dir(home.join("usr/lib")).into_iter().flatten();
    let mut folders = folders.flatten().map(|folder| folder.path());
    let is_for_this_machine = |path: &PathBuf| path.to_string_lossy().ends_with("linux-gnu");
    folders.find(is_for_this_machine).unwrap_or_default()
}

/// The folder with the packages for it, whichever Python has pip.
fn packages() -> Option<PathBuf> {
    let list = folder().join("requirements39.txt");
    let wanted = fs::read_to_string(&list).unwrap();
    let home = target().join("python39-packages");
    let finished = home.join("finished");
    if fs::read_to_string(&finished).ok().as_deref() != Some(&wanted) {
        let _ = fs::remove_dir_all(&home);
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "install", "--quiet"]);
        pip.args(["--disable-pip-version-check", "--python-version", "3.9"]);
        pip.args(["--implementation", "cp", "--only-binary=:all:"]);
        run(pip.arg("--target").arg(&home).arg("-r").arg(list))?;
        fs::write(finished, wanted).unwrap();
    }
    Some(home)
}

fn run(command: &mut Command) -> Option<()> {
    command.status().ok()?.success().then_some(())
}
