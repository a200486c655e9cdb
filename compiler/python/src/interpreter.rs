//! Which CPython of the computer runs scripts.
//!
//! In: `OAKC_PYTHON`, the programs on the path, and pyenv's. Out: CPython 3.9, or else the newest up to 3.13. Never: an
//! interpreter that was not asked for its version.

use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use oakc_subprocess::{End, Limits, run};

/// The variable that names the interpreter.
const NAMED: &str = "OAKC_PYTHON";

/// The camera's own version, and then the newest first.
const MINORS: [u32; 5] = [9, 13, 12, 11, 10];

/// On Linux, a program runs in a network of its own like this, also without special rights.
const ALONE: &[&str] = &["unshare", "--map-root-user", "--net", "--"];

/// What an interpreter is asked.
const QUESTION: &str =
    "import sys; print(sys.implementation.name, '%d.%d.%d' % sys.version_info[:3], sys.executable)";

/// How long an interpreter may take to say its version.
const PATIENCE: Duration = Duration::from_secs(20);

/// A CPython that can run scripts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpreter {
    path: PathBuf,
    version: Version,
    /// The program that starts it, with its arguments; none if it starts by itself.
    starter: &'static [&'static str],
}

/// The version of an interpreter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// 3.
    pub major: u32,
    /// 9 on the camera.
    pub minor: u32,
    /// The last number.
    pub patch: u32,
}

/// Why there is no interpreter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoInterpreter {
    /// Scripts do not run on this system, whatever interpreter it has.
    #[error("oakc runs scripts on Linux and macOS only")]
    System,
    /// There is none on the computer.
    #[error("no CPython from 3.9 to 3.13 was found (the camera runs 3.9)")]
    None,
    /// The one that was named is not a CPython that oakc can use.
    #[error(
        "{path} is not a CPython from 3.9 to 3.13: {found}",
        path = .path.display()
    )]
    Unsuitable {
        /// The interpreter.
        path: PathBuf,
        /// What it is, or why it does not run.
        found: String,
    },
}

impl Interpreter {
    /// The one that `OAKC_PYTHON` names; or else CPython 3.9, or else the newest up to 3.13.
    ///
    /// # Errors
    /// If the one that is named does not fit, or there is none, or the system is another than Linux or macOS.
    pub fn find() -> Result<Self, NoInterpreter> {
        if !cfg!(unix) {
            return Err(NoInterpreter::System);
        }
        if let Some(named) = std::env::var_os(NAMED).filter(|named| !named.is_empty()) {
            return Self::at(Path::new(&named));
        }
        let installed = versions_of_pyenv();
        let mut candidates = MINORS.iter().flat_map(|minor| {
            let name = format!("python3.{minor}");
            let below = |folder: &PathBuf| folder.join("bin").join(&name);
            let unpacked: Vec<_> = installed.iter().map(below).collect();
            std::iter::once(PathBuf::from(name)).chain(unpacked)
        });
        let found = candidates.find_map(|path| Self::at(&path).ok());
        let plain = || {
            ["python3", "python"]
                .iter()
                .find_map(|name| Self::at(Path::new(name)).ok())
        };
        found.or_else(plain).ok_or(NoInterpreter::None)
    }

    /// The one at a path, or of this name.
    ///
    /// # Errors
    /// If it is not a CPython from 3.9 to 3.13.
    pub fn at(path: &Path) -> Result<Self, NoInterpreter> {
        let unsuitable = |found: String| NoInterpreter::Unsuitable {
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
        let answer = String::from_utf8_lossy(&ended.stdout);
        let answer = answer.trim();
        if !matches!(ended.end, End::Exited(status) if status.success()) {
            return Err(unsuitable("it does not say its version".to_owned()));
        }
        let (said, program) = answer
            .match_indices(' ')
            .nth(1)
            .map_or((answer, ""), |(end, _)| answer.split_at(end));
        let version = said.strip_prefix("cpython ").and_then(Version::parse);
        let version =
            version.filter(|version| version.major == 3 && MINORS.contains(&version.minor));
        // What is on the path may only be a script that looks for the interpreter, each time.
        let program = Path::new(program.trim());
        let path = if program.is_absolute() { program } else { path };
        match version {
            Some(version) => Ok(Self {
                path: path.to_owned(),
                version,
                starter: &[],
            }),
            None => Err(unsuitable(format!("it is {said}"))),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its version.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Whether it has the version of the camera's interpreter.
    pub fn is_of_the_camera(&self) -> bool {
        self.version.minor == 9
    }

    /// The same in a network of its own, without any other computer in it, nor this one; none where the system does not
    /// offer that.
    pub fn without_network(&self) -> Option<Self> {
        let offline = Self {
            starter: ALONE,
            ..self.clone()
        };
        let limits = Limits {
            time: PATIENCE,
            progress: None,
        };
        let mut command = offline.program();
        command.args(["-I", "-S", "-c", QUESTION]);
        let ended = run(&mut command, limits).ok()?;
        let works = matches!(ended.end, End::Exited(status) if status.success());
        works.then_some(offline)
    }

    /// A command that runs it with whatever options follow.
    pub fn program(&self) -> Command {
        match self.starter {
            [] => Command::new(&self.path),
            [starter, arguments @ ..] => {
                let mut command = Command::new(starter);
                command.args(arguments).arg(&self.path);
                command
            }
        }
    }

    /// A command that runs it without what is installed or set for it on this computer.
    pub fn command(&self) -> Command {
        let mut command = self.program();
        command.args(["-I", "-S", "-B", "-X", "utf8"]);
        command
    }
}

impl fmt::Display for Interpreter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CPython {} ({})", self.version, self.path.display())
    }
}

impl Version {
    fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split('.').map(|number| number.parse().ok());
        let mut next = || numbers.next().flatten();
        Some(Self {
            major: next()?,
            minor: next()?,
            patch: next()?,
        })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// The folders of the interpreters that pyenv has installed, newest last.
fn versions_of_pyenv() -> Vec<PathBuf> {
    let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".pyenv"));
    let root = std::env::var_os("PYENV_ROOT").map(|root: OsString| PathBuf::from(root));
    let versions = root.or(home).map(|root| root.join("versions"));
    let entries = versions.and_then(|versions| fs::read_dir(versions).ok());
    let entries = entries.into_iter().flatten().flatten();
    let mut folders: Vec<_> = entries.map(|entry| entry.path()).collect();
    folders.sort();
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_suitable_cpython_is_refused_with_the_reason() {
        let missing = Interpreter::at(Path::new("no-such-python")).unwrap_err();
        assert!(
            missing
                .to_string()
                .starts_with("no-such-python is not a CPython"),
            "{missing}"
        );
    }

    #[test]
    #[cfg(unix)]
    fn another_implementation_or_version_is_refused_by_what_it_says() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("python");
        for (says, fits) in [
            ("pypy 3.9.18", false),
            ("cpython 3.8.18", false),
            ("cpython 3.14.0", false),
            ("cpython 2.7.18", false),
            ("cpython 3.9.2", true),
            ("cpython 3.13.0", true),
            ("", false),
        ] {
            fs::write(&path, format!("#!/bin/sh\necho {says}\n")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
            assert_eq!(Interpreter::at(&path).is_ok(), fits, "{says}");
        }
    }
}
