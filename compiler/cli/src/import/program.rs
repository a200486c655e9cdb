//! Programs that use the host library: run by a Python that has it, with a stand-in for every camera;
//! the pipelines that they start come back as packages.
//!
//! The program's own code is executed, as its author wrote it: in a directory of its own, for a
//! limited time. Nothing else could tell what it builds.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use oakc_blob::OpenVinoVersion;
use oakc_core::package::inspect::Package;
use oakc_import::{Firmware, KnownModel, Original};
use oakc_project::{Limit, read};
use serde::Deserialize;

use crate::failure::Failure;
use crate::terminal::Terminal;

/// What runs before the program.
const CAPTURE: &str = include_str!("capture.py");
/// How much longer than the program's own limit the interpreter may take.
const GRACE: Duration = Duration::from_secs(15);
/// How much of what a program says on stderr is kept, in bytes.
const LAST_WORDS: u64 = 2000;

/// How to run a program.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run<'a> {
    pub(super) program: &'a Path,
    pub(super) python: &'a Path,
    pub(super) seconds: u32,
    /// Which of several pipelines is wanted, from 1 on.
    pub(super) pipeline: Option<usize>,
}

/// What a program started.
#[derive(Debug)]
pub(super) struct Started {
    pub(super) original: Original,
    /// The models that it named, by the SHA-256 of what stands for them.
    pub(super) models: BTreeMap<String, KnownModel>,
}

#[derive(Debug, Deserialize)]
struct Report {
    end: String,
    error: Option<String>,
    #[serde(default)]
    pipelines: Vec<Captured>,
    #[serde(default)]
    models: BTreeMap<String, Model>,
    #[serde(default)]
    stubs: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Captured {
    how: String,
    openvino: Option<String>,
    nodes: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Model {
    path: String,
    missing: bool,
}

impl Run<'_> {
    /// Runs the program and takes the pipeline that is wanted.
    pub(super) fn capture(self, terminal: &Terminal) -> Result<Started, Failure> {
        if !self.program.is_file() {
            return Err(Failure::file("read", self.program, "there is no such file"));
        }
        terminal.progress(format_args!(
            "running {} with {}, for {} s at most: its own code is executed, but no camera is \
             looked for",
            self.program.display(),
            self.python.display(),
            self.seconds
        ));
        let directory = tempfile::tempdir().map_err(Failure::world)?;
        let report = self.report(directory.path())?;
        self.explain(&report, terminal)?;
        let (index, chosen) = self.choose(&report)?;
        let path = directory.path().join(format!("{index}.dap"));
        let bytes = read(&path, Limit::PACKAGE)?;
        let package = Package::parse(&bytes).map_err(|e| Failure::input(self.program, e))?;
        let version = chosen.openvino.as_deref();
        let version = version.and_then(|version| OpenVinoVersion::parse(version).ok());
        let original = Original::from_package(&package, version, Firmware::None);
        let mut original = original.map_err(|error| Failure::input(self.program, error))?;
        if original.app_name.is_empty() {
            let stem = self.program.file_stem().unwrap_or_default();
            original.app_name = stem.to_string_lossy().into_owned();
        }
        let models = report.models.into_iter();
        let models = models.map(|(digest, model)| {
            let (path, missing) = (model.path, model.missing);
            (digest, KnownModel { path, missing })
        });
        Ok(Started {
            original,
            models: models.collect(),
        })
    }

    /// Runs the program in `directory`.
    fn report(self, directory: &Path) -> Result<Report, Failure> {
        let capture = directory.join("capture.py");
        let work = directory.join("work");
        let fail = |error: std::io::Error| Failure::file("write to", directory, error);
        fs::write(&capture, CAPTURE).map_err(fail)?;
        fs::create_dir(&work).map_err(fail)?;
        let program = self.program.canonicalize();
        let program = program.map_err(|error| Failure::file("read", self.program, error))?;
        let mut words = tempfile::tempfile().map_err(Failure::world)?;
        let mut command = Command::new(self.python);
        command
            .arg("-B")
            .args([&capture, &program])
            .arg(directory)
            .arg(self.seconds.to_string())
            .current_dir(&work)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(words.try_clone().map_err(Failure::world)?);
        let child = command.spawn();
        let child = child.map_err(|e| Failure::file("run", self.python, e))?;
        let limit = Duration::from_secs(u64::from(self.seconds)) + GRACE;
        let status = wait(child, limit).map_err(Failure::world)?;
        let report = directory.join("report.json");
        if let Ok(bytes) = read(&report, Limit::REPORT) {
            return serde_json::from_slice(&bytes).map_err(Failure::world);
        }
        let what = match status {
            Some(status) => format!("python ended with {status}"),
            None => format!("it did not end within {} s", self.seconds),
        };
        Err(Failure::input(
            self.program,
            format!("{what}, and left no pipeline{}", last_words(&mut words)),
        ))
    }

    /// Says how the program went.
    fn explain(self, report: &Report, terminal: &Terminal) -> Result<(), Failure> {
        let error = report.error.as_deref().unwrap_or_default();
        let python = self.python.display();
        match report.end.as_str() {
            "no depthai" => {
                return Err(Failure::World(format!(
                    "{python} has no depthai ({error}); oakc runs the program with the real \
                     library:\n  python3 -m venv .venv && .venv/bin/pip install \"depthai<3\"\n  \
                     oakc import … --python .venv/bin/python"
                )));
            }
            "wrong depthai" => {
                return Err(Failure::World(format!(
                    "{python} has depthai {error}; standalone applications need 2.x: install \
                     \"depthai<3\" in a virtual environment, and name its Python with --python"
                )));
            }
            "failed" => terminal.progress(format_args!("note: the program stopped with {error}")),
            "expired" => terminal.progress(format_args!(
                "note: the program was stopped after {} s",
                self.seconds
            )),
            _ if !error.is_empty() => {
                terminal.progress(format_args!("note: the program ended with: {error}"));
            }
            _ => {}
        }
        if !report.stubs.is_empty() {
            terminal.progress(format_args!(
                "note: not installed, so the program ran without: {}",
                report.stubs.join(", ")
            ));
        }
        Ok(())
    }

    /// The pipeline that is wanted, out of those that there are, and its position.
    fn choose(self, report: &Report) -> Result<(usize, &Captured), Failure> {
        let number = match (self.pipeline, report.pipelines.len()) {
            (_, 0) => {
                let error = report.error.as_deref().unwrap_or("it ended");
                let text = format!("the program made no pipeline before it was over: {error}");
                return Err(Failure::input(self.program, text));
            }
            (None, 1) => 1,
            (Some(number), _) => number,
            (None, _) => 0,
        };
        let chosen = number.checked_sub(1);
        let chosen = chosen.and_then(|index| Some((index, report.pipelines.get(index)?)));
        chosen.ok_or_else(|| {
            let list: Vec<_> = report
                .pipelines
                .iter()
                .enumerate()
                .map(|(index, found)| {
                    let nodes = found.nodes.join(", ");
                    format!("  --pipeline {}: {}: {nodes}", index + 1, found.how)
                })
                .collect();
            let text = format!(
                "the program has these pipelines; choose one:\n{}",
                list.join("\n")
            );
            Failure::input(self.program, text)
        })
    }
}

/// Waits for the end; after `limit`, makes it. Nothing where it had to.
fn wait(mut child: Child, limit: Duration) -> std::io::Result<Option<ExitStatus>> {
    let start = Instant::now();
    while start.elapsed() < limit {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}

/// The end of what was written to stderr, for a message.
fn last_words(words: &mut fs::File) -> String {
    let length = words.seek(SeekFrom::End(0)).unwrap_or(0);
    let mut text = Vec::new();
    let start = length.saturating_sub(LAST_WORDS);
    let read = words.seek(SeekFrom::Start(start));
    let read = read.and_then(|_| words.take(LAST_WORDS).read_to_end(&mut text));
    let text = String::from_utf8_lossy(&text);
    match (read, text.trim()) {
        (Ok(_), text) if !text.is_empty() => format!(":\n{text}"),
        _ => String::new(),
    }
}
