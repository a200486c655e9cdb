//! Models that a script of the repository makes: the script, what it runs with and what it reads in, the file that it
//! writes out, made at most once for equal input. What is kept is compared with its digest when it is read.
//!
//! A script can do whatever its user can. So nothing here runs one by itself: [`Preparation::get`] only looks, and whoever
//! calls [`Preparation::run`] has shown [`Preparation::page`] to somebody who agreed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use oakc_digest::{Sha256, sha256};
use oakc_scratch::ScratchDirectory;
use oakc_subprocess::{End, LIFELINE, Limits, run};
use serde::{Deserialize, Serialize};

use crate::entry::{ABOUT, keep, lock, read};
use crate::error::{Action, Error, Result};
use crate::pip::Pip;
use crate::{Progress, ProgressFn};

/// Where prepared models are in the cache.
pub(crate) const FOLDER: &str = "models/prepared";
/// How the environments of scripts are called in the cache.
const ENVIRONMENT: &str = "prepare";

/// How long a script may run.
const TIME: Duration = Duration::from_hours(1);

/// Runs a script as a program that ends with oakc: the packages, the script and its arguments follow. As in a program
/// that Python runs, what is beside the script comes before everything else.
const RUN: &str = "
import os, runpy, sys
sys.path[:0] = [os.path.dirname(sys.argv[2]), sys.argv[1]]
del sys.argv[:2]
runpy.run_path(sys.argv[0], run_name='__main__')
";

/// A script that makes a model, and everything that decides about what it makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preparation {
    /// The name of its file.
    pub name: String,
    /// Its text.
    pub script: Arc<[u8]>,
    /// The files that it imports from its own folder, by their path from there.
    pub modules: BTreeMap<String, Arc<[u8]>>,
    /// The version of Python that runs it: `3.11`.
    pub python: String,
    /// Packages that it imports, each with its version: `numpy==1.26.4`.
    pub requires: Vec<String>,
    /// The files that it reads, by the names that they have for the script; the first is its argument.
    pub inputs: Vec<(String, Arc<[u8]>)>,
    /// The file that it writes.
    pub output: String,
    /// The second file that it writes, where a model is in two: the weights of OpenVINO IR.
    pub weights: Option<String>,
}

/// What is said about what it wrote, beside it.
#[derive(Serialize, Deserialize)]
struct About {
    /// What it is called in a list.
    name: String,
    /// The files, each with its SHA-256.
    files: BTreeMap<String, String>,
}

/// Why a script made no model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PrepareError {
    /// Something that is written about it cannot be.
    #[error("{0}")]
    Setting(String),
    /// There is no such Python.
    #[error("there is no Python {0} to run the script with")]
    NoPython(String),
    /// Its packages cannot be installed.
    #[error("the packages for {name} cannot be installed: {reason}")]
    Packages {
        /// The script.
        name: String,
        /// Why.
        reason: crate::PipFailure,
    },
    /// It failed.
    #[error("{name} failed: {said}")]
    Failed {
        /// The script.
        name: String,
        /// What it said last.
        said: String,
    },
    /// It runs too long.
    #[error("{0} was ended after an hour")]
    TooSlow(String),
    /// It ended without a model.
    #[error("{name} ended, and did not write {output}")]
    NoOutput {
        /// The script.
        name: String,
        /// What it was to write.
        output: String,
    },
}

impl Preparation {
    /// Where what it wrote is in a cache, and the packages that it imports.
    pub fn places(&self) -> [PathBuf; 2] {
        [Path::new(FOLDER).join(self.key()), self.environment()]
    }

    /// The files that it wrote, if it was run already: the output, and the weights of an IR.
    pub fn get(&self, cache: &Path) -> Option<Vec<Arc<[u8]>>> {
        let folder = cache.join(FOLDER).join(self.key());
        let about: About = serde_json::from_slice(&read(&folder.join(ABOUT))?).ok()?;
        let intact = |name: &String| {
            let bytes = read(&folder.join(name))?;
            let is_right = about.files.get(name)? == &sha256(&bytes);
            is_right.then(|| bytes.into())
        };
        self.outputs().iter().map(intact).collect()
    }

    /// What it is to be agreed to: the lines that say what would run.
    pub fn page(&self) -> Vec<String> {
        let line = |name: &str, text: &[u8]| {
            let lines = text.split(|byte| *byte == b'\n').count();
            format!("{name}, {lines} lines, sha256 {}", sha256(text))
        };
        let packages = match &self.requires[..] {
            [] => "no packages".to_owned(),
            packages => packages.join(", "),
        };
        let mut page = vec![line(&self.name, &self.script)];
        for (name, text) in &self.modules {
            page.push(format!("  imports {}", line(name, text)));
        }
        page.push(format!("  with Python {} and {packages}", self.python));
        page.push(format!("  to make {}", self.output));
        page
    }

    /// Runs it, and keeps what it wrote.
    ///
    /// # Errors
    /// Where it cannot be run, or writes no model.
    pub fn run(&self, cache: &Path, progress: ProgressFn<'_>) -> Result<Vec<Arc<[u8]>>> {
        self.check().map_err(PrepareError::Setting)?;
        if let Some(files) = self.get(cache) {
            return Ok(files);
        }
        let python =
            find(&self.python).ok_or_else(|| PrepareError::NoPython(self.python.clone()))?;
        let packages = self.packages(&python, cache, progress)?;
        let parent = cache.join(FOLDER);
        fs::create_dir_all(&parent).map_err(Error::cache(Action::Create, &parent))?;
        let _lock = lock(&parent, || progress(Progress::Waiting));
        if let Some(files) = self.get(cache) {
            return Ok(files);
        }
        progress(Progress::Preparing {
            script: self.name.clone(),
        });
        self.execute(&python, &packages, &parent)
    }

    /// What is wrong with what is written about it.
    ///
    /// # Errors
    /// With what is wrong, in terms of the keys.
    pub fn check(&self) -> Result<(), String> {
        let is_plain = |name: &str| {
            !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', ':'])
        };
        if !is_plain(&self.output) {
            return Err(format!(
                "`output` is `{}`, which is not the plain name of a file",
                self.output
            ));
        }
        let is_version = self
            .python
            .split('.')
            .all(|part| part.parse::<u32>().is_ok());
        if !is_version || !self.python.starts_with("3.") {
            return Err(format!(
                "`python` is `{}`, which is not a version such as 3.11",
                self.python
            ));
        }
        let is_pinned = |requirement: &&String| {
            let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.=[],+!".contains(c);
            requirement.contains("==")
                && requirement.chars().all(allowed)
                && !requirement.starts_with('-')
        };
        match self.requires.iter().find(|it| !is_pinned(it)) {
            Some(loose) => Err(format!(
                "`requires` has `{loose}`, which does not say its version: name==1.2"
            )),
            None => Ok(()),
        }
    }

    /// The folder with the packages, which are installed first if they are not there.
    fn packages(&self, python: &Path, cache: &Path, progress: ProgressFn<'_>) -> Result<PathBuf> {
        let parent = cache.join(crate::environment::FOLDER);
        fs::create_dir_all(&parent).map_err(Error::cache(Action::Create, &parent))?;
        let folder = cache.join(self.environment());
        let _lock = lock(&parent, || progress(Progress::Waiting));
        if folder.is_dir() {
            return Ok(folder);
        }
        let staged = ScratchDirectory::create(&parent, 0o755);
        let staged = staged.map_err(Error::cache(Action::Create, &parent))?;
        if !self.requires.is_empty() {
            progress(Progress::Installing {
                what: self.requires.join(", "),
            });
            let scratch = ScratchDirectory::create(&parent, 0o755);
            let scratch = scratch.map_err(Error::cache(Action::Create, &parent))?;
            let target = format!("--target={}", absolute(staged.path())?.display());
            let mut arguments = vec![
                "--quiet".to_owned(),
                "--progress-bar=off".to_owned(),
                target,
            ];
            arguments.extend(self.requires.iter().cloned());
            let pip = Pip {
                pythons: &[python],
                scratch: scratch.path(),
            };
            let installed = pip.run("install", &arguments);
            installed.map_err(|reason| PrepareError::Packages {
                name: self.name.clone(),
                reason,
            })?;
        }
        staged
            .publish(&folder)
            .map_err(Error::cache(Action::Create, &folder))?;
        Ok(folder)
    }

    /// The folder with the packages, in a cache.
    fn environment(&self) -> PathBuf {
        let parts: Vec<_> = [&self.python].into_iter().chain(&self.requires).collect();
        let digest = digest(parts.iter().map(|part| part.as_bytes()));
        let id = digest.get(..12).unwrap_or(&digest);
        let name = format!("{ENVIRONMENT}-{}-{id}", self.python);
        Path::new(crate::environment::FOLDER).join(name)
    }

    fn execute(&self, python: &Path, packages: &Path, parent: &Path) -> Result<Vec<Arc<[u8]>>> {
        let scratch = ScratchDirectory::create(parent, 0o755);
        let scratch = scratch.map_err(Error::cache(Action::Create, parent))?;
        let within = absolute(scratch.path())?;
        let script = self.write_script(&within)?;
        let work = within.join("work");
        fs::create_dir(&work).map_err(Error::cache(Action::Create, &work))?;
        let program = format!("{LIFELINE}{RUN}");
        let mut command = Command::new(python);
        // Without -I and -S, it would find what happens to be installed on this computer.
        command
            .args(["-I", "-S", "-B", "-c", &program])
            .arg(absolute(packages)?)
            .arg(&script);
        for (name, bytes) in &self.inputs {
            fs::write(work.join(name), bytes).map_err(Error::cache(Action::Write, &work))?;
        }
        command.args(self.inputs.first().map(|(name, _)| name));
        command.current_dir(&work);
        let limits = Limits {
            time: TIME,
            progress: None,
        };
        let failed = |said: String| PrepareError::Failed {
            name: self.name.clone(),
            said,
        };
        let ended = run(&mut command, limits).map_err(|error| failed(error.to_string()))?;
        match ended.end {
            End::Exited(status) if status.success() => {}
            End::Exited(status) => {
                let text = String::from_utf8_lossy(&ended.stderr);
                let last = text.trim().lines().last().unwrap_or_default();
                return Err(failed(format!("{status}: {last}")).into());
            }
            End::Expired | End::Stalled => {
                return Err(PrepareError::TooSlow(self.name.clone()).into());
            }
        }
        self.keep(&work, parent)
    }

    /// Puts the script and what it imports into a folder of their own.
    fn write_script(&self, within: &Path) -> Result<PathBuf> {
        let folder = within.join("script");
        let name = self.name.rsplit(['/', '\\']).next();
        let name = name.unwrap_or(&self.name);
        let modules = self.modules.iter();
        let modules = modules.map(|(path, text)| (path.as_str(), text));
        for (path, text) in modules.chain([(name, &self.script)]) {
            let path = folder.join(path);
            let parent = path.parent().unwrap_or(&folder);
            fs::create_dir_all(parent).map_err(Error::cache(Action::Create, parent))?;
            fs::write(&path, text).map_err(Error::cache(Action::Write, &path))?;
        }
        Ok(folder.join(name))
    }

    /// Keeps what it wrote.
    fn keep(&self, work: &Path, parent: &Path) -> Result<Vec<Arc<[u8]>>> {
        let names = self.outputs();
        let mut written = Vec::new();
        for name in &names {
            let bytes = read(&work.join(name)).ok_or_else(|| PrepareError::NoOutput {
                name: self.name.clone(),
                output: name.clone(),
            })?;
            written.push(bytes);
        }
        let files = names.iter().map(String::as_str);
        let files: Vec<_> = files.zip(written.iter().map(Vec::as_slice)).collect();
        let digests = files.iter();
        let digests = digests.map(|(name, bytes)| ((*name).to_owned(), sha256(bytes)));
        let about = About {
            name: format!("{} of {}", self.output, self.name),
            files: digests.collect(),
        };
        keep(parent, &self.key(), &files, &about)?;
        Ok(written.into_iter().map(Into::into).collect())
    }

    /// The files that it writes: OpenVINO IR has its weights in a second one.
    fn outputs(&self) -> Vec<String> {
        let output = [self.output.clone()].into_iter();
        output.chain(self.weights.clone()).collect()
    }

    /// A digest of everything that decides about what it writes.
    fn key(&self) -> String {
        let mut parts = vec![
            &self.script[..],
            self.python.as_bytes(),
            self.output.as_bytes(),
        ];
        // With how many there are of each, one list cannot be taken for the other.
        let counts = [self.requires.len(), self.modules.len()].map(|count| count.to_string());
        parts.extend(counts.iter().map(String::as_bytes));
        parts.extend(self.requires.iter().map(String::as_bytes));
        for (name, bytes) in &self.modules {
            parts.extend([name.as_bytes(), bytes]);
        }
        for (name, bytes) in &self.inputs {
            parts.extend([name.as_bytes(), bytes]);
        }
        digest(parts.into_iter())
    }
}

fn digest<'a>(parts: impl Iterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finish()
}

/// A Python of this version: on the path, or in the folders of pyenv and uv.
fn find(version: &str) -> Option<PathBuf> {
    let name = format!("python{version}");
    let unpacked = crate::python::unpacked();
    let below = unpacked.iter().map(|folder| folder.join("bin").join(&name));
    let mut candidates = [PathBuf::from(&name)].into_iter().chain(below);
    let limits = Limits {
        time: Duration::from_secs(20),
        progress: None,
    };
    candidates.find(|path| {
        let mut command = Command::new(path);
        command.args(["-I", "-S", "-c", ""]);
        let ended = run(&mut command, limits);
        ended.is_ok_and(|ended| matches!(ended.end, End::Exited(status) if status.success()))
    })
}

fn absolute(path: &Path) -> Result<PathBuf> {
    path.canonicalize()
        .map_err(Error::cache(Action::Read, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preparation() -> Preparation {
        Preparation {
            name: "cut.py".to_owned(),
            script: b"import sys; open('m.onnx', 'wb').write(open(sys.argv[1], 'rb').read()[1:])\n"
                .as_slice()
                .into(),
            python: "3.11".to_owned(),
            modules: BTreeMap::new(),
            requires: Vec::new(),
            inputs: vec![("in.tflite".to_owned(), b"xmodel".as_slice().into())],
            output: "m.onnx".to_owned(),
            weights: None,
        }
    }

    #[test]
    fn what_is_written_about_a_script_has_to_be_pinned_and_plain() {
        assert_eq!(preparation().check(), Ok(()));
        let mut with = preparation();
        with.requires = vec!["numpy".to_owned()];
        assert!(
            with.check()
                .unwrap_err()
                .contains("`numpy`, which does not say its version")
        );
        with.requires = vec!["--index-url=x==1".to_owned()];
        assert!(with.check().is_err());
        let mut with = preparation();
        with.output = "../m.onnx".to_owned();
        assert!(
            with.check()
                .unwrap_err()
                .contains("not the plain name of a file")
        );
        with.output = "m.onnx".to_owned();
        with.python = "2.7".to_owned();
        assert!(with.check().is_err());
    }

    #[test]
    fn what_would_run_is_shown_with_its_digest() {
        let page = preparation().page().join("\n");
        assert!(
            page.starts_with("cut.py, 2 lines, sha256 ")
                && page.contains("with Python 3.11 and no packages"),
            "{page}"
        );
        let mut with = preparation();
        with.modules = [("ir.py".to_owned(), b"\n".as_slice().into())].into();
        assert!(
            with.page()
                .join("\n")
                .contains("\n  imports ir.py, 2 lines, sha256 ")
        );
    }

    #[test]
    #[cfg(unix)]
    fn what_a_script_wrote_is_kept_for_equal_input() {
        let cache = tempfile::tempdir().unwrap();
        let mut preparation = preparation();
        let version = |minor: &u32| find(&format!("3.{minor}")).is_some();
        let Some(minor) = (8..=20).find(version) else {
            return;
        };
        preparation.python = format!("3.{minor}");
        assert_eq!(preparation.get(cache.path()), None);
        let made = preparation.run(cache.path(), &mut |_| ()).unwrap();
        assert_eq!(
            made.iter().map(|it| &it[..]).collect::<Vec<_>>(),
            [b"model"]
        );
        assert_eq!(preparation.get(cache.path()), Some(made.clone()));
        let kept = cache.path().join(FOLDER).join(preparation.key());
        fs::write(kept.join("m.onnx"), b"damage").unwrap();
        assert_eq!(preparation.get(cache.path()), None);
        assert_eq!(preparation.run(cache.path(), &mut |_| ()), Ok(made));
        preparation.inputs = vec![("in.tflite".to_owned(), b"other".as_slice().into())];
        assert_eq!(preparation.get(cache.path()), None);
        preparation.script = b"from helpers.heads import cut\nopen('m.onnx', 'wb').write(cut)\n"
            .as_slice()
            .into();
        let text = |text: &[u8]| Arc::from(text);
        preparation.modules = [
            ("helpers/__init__.py".to_owned(), text(b"")),
            ("helpers/heads.py".to_owned(), text(b"cut = b'one'\n")),
        ]
        .into();
        let made = |preparation: &Preparation| preparation.run(cache.path(), &mut |_| ()).unwrap();
        assert_eq!(made(&preparation), [text(b"one")]);
        let other = ("helpers/heads.py".to_owned(), text(b"cut = b'two'\n"));
        preparation.modules.extend([other]);
        assert_eq!(made(&preparation), [text(b"two")]);
        preparation.modules.clear();
        preparation.script = b"raise ValueError('no such head')".as_slice().into();
        let error = preparation
            .run(cache.path(), &mut |_| ())
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("cut.py failed") && error.ends_with("ValueError: no such head"),
            "{error}"
        );
        preparation.script = b"pass".as_slice().into();
        let error = preparation
            .run(cache.path(), &mut |_| ())
            .unwrap_err()
            .to_string();
        assert_eq!(error, "cut.py ended, and did not write m.onnx");
    }
}
