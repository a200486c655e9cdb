//! Which CPython of the computer runs the compiler.
//!
//! In: a program that was named, `OAKC_MODEL_PYTHON`, the programs on the path, pyenv's and uv's folders. Out: the newest
//! CPython from 3.6 to 3.9. Never: an interpreter that was not asked for its version.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use oakc_subprocess::{End, Limits, run};

/// The variable that names the interpreter.
pub(crate) const NAMED: &str = "OAKC_MODEL_PYTHON";

/// What OpenVINO 2021.4.2 was published for, the newest first.
const MINORS: [u32; 4] = [9, 8, 7, 6];

/// What an interpreter is asked: what it is, whether its numbers have 64 bits, and for which processor it is.
const QUESTION: &str = "import sys, platform; print(sys.implementation.name, '%d %d' % sys.version_info[:2], \
                        int(sys.maxsize > 2**32), platform.machine())";

/// How long an interpreter may take to say its version.
const PATIENCE: Duration = Duration::from_secs(20);

/// A CPython that the compiler runs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Python {
    path: PathBuf,
    minor: u32,
    machine: String,
}

/// Why there is no Python for the compiler.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPython {
    /// There is none on the computer.
    #[error("the compiler for models needs a CPython from 3.6 to 3.9, and none was found")]
    None,
    /// The one that was named cannot run it.
    #[error("{path} is not a CPython from 3.6 to 3.9: {found}", path = .path.display())]
    Unsuitable {
        /// The interpreter.
        path: PathBuf,
        /// What it is, or why it does not run.
        found: String,
    },
}

impl Python {
    /// The one that is named here, else by `OAKC_MODEL_PYTHON`; or else the newest that there is.
    ///
    /// # Errors
    /// If the one that is named does not fit, or there is none.
    pub fn find(named: Option<&Path>) -> Result<Self, NoPython> {
        if let Some(named) = named {
            return Self::at(named);
        }
        if let Some(named) = std::env::var_os(NAMED).filter(|named| !named.is_empty()) {
            return Self::at(Path::new(&named));
        }
        let folders = unpacked();
        let candidates = MINORS.iter().flat_map(|minor| {
            let name = format!("python3.{minor}");
            let below = |folder: &PathBuf| folder.join("bin").join(&name);
            let mut paths = vec![PathBuf::from(&name)];
            paths.extend(folders.iter().map(below).filter(|path| path.exists()));
            paths
        });
        let plain = ["python3", "python"].map(PathBuf::from);
        let mut candidates = candidates.chain(plain);
        candidates
            .find_map(|path| Self::at(&path).ok())
            .ok_or(NoPython::None)
    }

    /// The one at a path, or of this name.
    ///
    /// # Errors
    /// If it is not a CPython from 3.6 to 3.9.
    pub fn at(path: &Path) -> Result<Self, NoPython> {
        let unsuitable = |found: String| NoPython::Unsuitable {
            path: path.to_owned(),
            found,
        };
        let limits = Limits {
            time: PATIENCE,
            progress: None,
        };
        let mut command = Command::new(path);
        command.args(["-I", "-S", "-c", QUESTION]);
        let ended = run(&mut command, limits).map_err(|error| unsuitable(error.to_string()))?;
        if !matches!(ended.end, End::Exited(status) if status.success()) {
            return Err(unsuitable("it does not say its version".to_owned()));
        }
        let answer = String::from_utf8_lossy(&ended.stdout);
        let words: Vec<_> = answer.split_whitespace().collect();
        let &[name, major, minor, wide, machine] = &words[..] else {
            return Err(unsuitable("it does not say its version".to_owned()));
        };
        let number = minor.parse().ok().filter(|minor| MINORS.contains(minor));
        match number {
            Some(minor) if (name, major, wide) == ("cpython", "3", "1") => Ok(Self {
                path: path.to_owned(),
                minor,
                machine: machine.to_owned(),
            }),
            _ if wide == "0" => Err(unsuitable(format!("{name} {major}.{minor} of 32 bits"))),
            _ => Err(unsuitable(format!("{name} {major}.{minor}"))),
        }
    }

    /// Where it is, or its name on the path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its version: the number after `3.`.
    pub fn minor(&self) -> u32 {
        self.minor
    }

    /// The processor that it is built for, as Python names it.
    pub fn machine(&self) -> &str {
        &self.machine
    }
}

/// The interpreters that pyenv and uv unpacked, a folder each, in the order of their names.
pub(crate) fn unpacked() -> Vec<PathBuf> {
    let set = |name| std::env::var_os(name).map(PathBuf::from);
    let home = set("HOME");
    let below_home = |folder: &str| home.as_ref().map(|home| home.join(folder));
    let pyenv = set("PYENV_ROOT").or_else(|| below_home(".pyenv"));
    let uv = set("UV_PYTHON_INSTALL_DIR")
        .or_else(|| Some(set("XDG_DATA_HOME")?.join("uv/python")))
        .or_else(|| below_home(".local/share/uv/python"));
    let folders = [pyenv.map(|pyenv| pyenv.join("versions")), uv];
    let entries = folders.into_iter().flatten().map(fs::read_dir);
    let mut found: Vec<_> = entries
        .flatten()
        .flat_map(|entries| entries.flatten().map(|entry| entry.path()))
        .collect();
    found.sort();
    found
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    /// A program that answers like this.
    fn interpreter(folder: &Path, answer: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = folder.join("python");
        fs::write(&path, format!("#!/bin/sh\necho '{answer}'\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    #[test]
    fn an_interpreter_is_taken_by_what_it_says_of_itself() {
        let folder = tempfile::tempdir().unwrap();
        let at = |answer| Python::at(&interpreter(folder.path(), answer));
        let found = at("cpython 3 7 1 x86_64").unwrap();
        assert_eq!((found.minor(), found.machine()), (7, "x86_64"));
        for (answer, why) in [
            ("cpython 3 11 1 x86_64", "cpython 3.11"),
            ("cpython 2 7 1 x86_64", "cpython 2.7"),
            ("pypy 3 9 1 x86_64", "pypy 3.9"),
            ("cpython 3 9 0 i686", "cpython 3.9 of 32 bits"),
            ("hello", "it does not say its version"),
        ] {
            let error = at(answer).unwrap_err().to_string();
            assert!(error.ends_with(&format!("3.6 to 3.9: {why}")), "{error}");
        }
    }
}
