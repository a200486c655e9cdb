//! Downloads: who publishes something in, a file out. oakc opens no connection by itself: Python's pip, npm and Python
//! do, with their own settings, so that an index, a proxy and certificates are configured in one place.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use oakc_subprocess::{End, Ended, Growth, LIFELINE, Limits, run};

use super::{Publisher, partial};
use crate::pip::{PipFailure, outcome};

/// Downloads a release from the index that pip is configured for.
const PYPI: &str = include_str!("../../python/pypi.py");
/// Downloads from a web server, and goes on where it was interrupted.
const URL: &str = include_str!("../../python/url.py");

/// Programs that may be Python.
const PYTHONS: [&str; 2] = ["python3", "python"];
/// How often a download from a web server goes on by itself.
const ATTEMPTS: usize = 3;
/// The longest that a download takes, and the least that arrives of it in each period.
const TIME: Duration = Duration::from_hours(1);
const PERIOD: Duration = Duration::from_mins(2);
const BYTES: u64 = 64 << 10;

/// Further options of pip, tried in turn: wheels for other computers hold the same models.
const TARGETS: [&[&str]; 2] = [
    &[],
    &[
        "--only-binary=:all:",
        "--implementation=cp",
        "--python-version=3.9",
        "--platform=manylinux2014_x86_64",
    ],
];

/// Why something is not downloaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DownloadError {
    /// The program that does it is not there.
    #[error("there is no {0}")]
    NoProgram(&'static str),
    /// pip says why.
    #[error(transparent)]
    Pip(#[from] PipFailure),
    /// npm or the web server says why.
    #[error("{0}")]
    Said(String),
    /// It takes too long.
    #[error("too little arrived in too long a time")]
    TooSlow,
}

/// Downloads what is published into `scratch`, or into `partial_files` where it can go on later.
pub(super) fn download(
    publisher: &Publisher,
    scratch: &Path,
    partial_files: &Path,
) -> Result<PathBuf, DownloadError> {
    match publisher {
        Publisher::Pypi(name, version) => from_pypi(name, version, scratch),
        Publisher::Npm(name, version) => from_npm(name, version, scratch),
        Publisher::Url(url) => from_url(url, partial_files),
    }
}

fn from_pypi(name: &str, version: &str, scratch: &Path) -> Result<PathBuf, DownloadError> {
    let program = format!("{LIFELINE}{PYPI}");
    let mut failure = PipFailure::NoPip(PYTHONS.join(", "));
    for python in PYTHONS {
        for options in TARGETS {
            let mut command = Command::new(python);
            command
                .args(["-I", "-c", &program, name, version])
                .args(options);
            command.current_dir(scratch).env("TMPDIR", scratch);
            let Some(ended) = start(&mut command, scratch)? else {
                break;
            };
            match outcome(&ended) {
                Ok(()) => return only_file(scratch),
                Err(PipFailure::NoPip(_)) => break,
                Err(not_found @ PipFailure::NotFound(_)) => failure = not_found,
                Err(other) => return Err(other.into()),
            }
        }
    }
    Err(failure.into())
}

fn from_npm(name: &str, version: &str, scratch: &Path) -> Result<PathBuf, DownloadError> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let mut command = Command::new(program);
    command.args(["pack", "--ignore-scripts", "--silent"]);
    command.arg(format!("{name}@{version}"));
    command.current_dir(scratch);
    let ended = start(&mut command, scratch)?.ok_or(DownloadError::NoProgram("npm"))?;
    said(&ended)?;
    only_file(scratch)
}

fn from_url(url: &str, partial_files: &Path) -> Result<PathBuf, DownloadError> {
    let cannot = |error: std::io::Error| DownloadError::Said(error.to_string());
    fs::create_dir_all(partial_files).map_err(cannot)?;
    let path = partial(partial_files, url);
    let program = format!("{LIFELINE}{URL}");
    let mut outcome = Err(DownloadError::NoProgram("Python"));
    for _ in 0..ATTEMPTS {
        for python in PYTHONS {
            let mut command = Command::new(python);
            command.args(["-I", "-c", &program, url]).arg(&path);
            let Some(ended) = start(&mut command, partial_files)? else {
                continue;
            };
            outcome = said(&ended);
            break;
        }
        if outcome.is_ok() {
            return Ok(path);
        }
    }
    outcome.map(|()| path)
}

/// Runs a program to its end; none, if there is no such program.
fn start(command: &mut Command, folder: &Path) -> Result<Option<Ended>, DownloadError> {
    let limits = Limits {
        time: TIME,
        progress: Some(Growth {
            folder,
            bytes: BYTES,
            period: PERIOD,
        }),
    };
    match run(command, limits) {
        Ok(ended) if matches!(ended.end, End::Exited(_)) => Ok(Some(ended)),
        Ok(_) => Err(DownloadError::TooSlow),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(DownloadError::Said(error.to_string())),
    }
}

/// Fails with the last line that a program said, if it did.
fn said(ended: &Ended) -> Result<(), DownloadError> {
    if matches!(ended.end, End::Exited(status) if status.success()) {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&ended.stderr);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    // npm's last line names a file with its log.
    let mut lines = lines.filter(|line| !line.contains("complete log"));
    let line = lines.next_back().unwrap_or("it does not say why");
    Err(DownloadError::Said(line.to_owned()))
}

/// The one file that a program left in a folder.
fn only_file(folder: &Path) -> Result<PathBuf, DownloadError> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.map(|entry| entry.path());
    let mut files: Vec<_> = files.filter(|path| path.is_file()).collect();
    files.sort();
    let file = files.into_iter().next();
    file.ok_or_else(|| DownloadError::Said("nothing was downloaded".to_owned()))
}
