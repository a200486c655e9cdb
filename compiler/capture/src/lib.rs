//! Pipelines to import, from what people have: a program, a package or a dump in, an [`Original`] out.
//!
//! [`Stored`] reads a file. [`Run`] runs a program that uses the host library, with a Python that has it and
//! a stand-in for every camera, and takes the pipeline that it starts. The program's own code is executed as
//! its author wrote it, in a directory of its own and for a limited time: nothing else could tell what it
//! builds. Nothing here prints.

mod camera;
mod error;
mod file;
mod interpreter;
mod report;
mod told;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use oakc_blob::OpenVinoVersion;
use oakc_core::hardware::Camera;
use oakc_core::package::inspect::Package;
use oakc_import::{Firmware, KnownModel, Note, Original};
use oakc_project::{FileError, Limit, read};
use oakc_scratch::ScratchDirectory;
use oakc_subprocess::{End, Ended, Limits, run};

use camera::Described;
pub use error::CaptureError;
pub use file::{Form, Stored, StoredError};
pub use report::{Candidate, Incident};
use report::{Captured, Report};

/// How much longer than the program's own limit the interpreter may take.
const GRACE: Duration = Duration::from_secs(15);
/// What programs call that the library has from version 3 on, and what exceptions of 2.33 say of it.
const VERSION_3: [&str; 11] = [
    "with dai.Pipeline(",
    "'Pipeline' object does not support the context manager",
    ".requestOutput(",
    ".requestFullResolutionOutput(",
    ".createOutputQueue(",
    ".createInputQueue(",
    "HostNode",
    "ImgAnnotations",
    ".RemoteConnection",
    ".getDeviceId(",
    "depthai_nodes",
];
/// What is in each line that the library itself writes.
const LOGGED: &str = "] [depthai] [";
/// How much of what a program says on each of stdout and stderr is shown, in bytes.
const LAST_WORDS: usize = 2000;

/// How to run a program.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// The program.
    pub program: &'a Path,
    /// What it gets as its arguments.
    pub arguments: &'a [OsString],
    /// The function to call instead of running it as a program.
    pub call: Option<&'a str>,
    /// The Python that runs it.
    pub python: &'a Path,
    /// How long it may run.
    pub seconds: u32,
    /// Which of several pipelines is wanted, from 1 on.
    pub pipeline: Option<usize>,
    /// Whether a pipeline will do that the program never finished.
    pub partial: bool,
    /// Which product the program believes to be connected to.
    pub camera: &'static Camera,
}

/// What a program started.
#[derive(Debug)]
pub struct Started {
    /// The pipeline.
    pub original: Original,
    /// The models that it named, by the SHA-256 of what stands for them.
    pub models: BTreeMap<String, KnownModel>,
    /// Why the pipeline is not complete; `None` where the program used it.
    pub cut_short: Option<String>,
    /// What the program tells the camera while it runs, which is lost.
    pub notes: Vec<Note>,
}

impl Run<'_> {
    /// Runs the program and takes the pipeline that is wanted. What happens to the program on the way
    /// is told, also where nothing comes of it.
    ///
    /// # Errors
    /// Where it cannot be run, or leaves nothing to import.
    pub fn capture(self, tell: &mut dyn FnMut(&Incident)) -> Result<Started, CaptureError> {
        if !self.program.is_file() {
            return Err(FileError::new("read", self.program, "there is no such file").into());
        }
        let directory = ScratchDirectory::create(&std::env::temp_dir(), 0o700)?;
        let report = self.report(directory.path())?;
        self.refuse_library(&report)?;
        self.refuse_version_3(&report)?;
        self.refuse_call(&report)?;
        self.refuse_missing(&report)?;
        report
            .incidents(self.seconds, self.camera.name)
            .iter()
            .for_each(tell);
        let (index, chosen) = self.choose(&report)?;
        let cut_short = chosen.cut.then(|| report.ending());
        if let Some(reason) = cut_short.clone().filter(|_| !self.partial) {
            let program = self.program.to_owned();
            return Err(CaptureError::CutShort { program, reason });
        }
        let bytes = read(
            &directory.path().join(format!("{index}.dap")),
            Limit::PACKAGE,
        )?;
        let original = self.original(&bytes, chosen)?;
        let models = report.models.into_iter();
        let models = models.map(|(digest, model)| {
            let (path, missing) = (model.path, model.missing);
            (digest, KnownModel { path, missing })
        });
        Ok(Started {
            original,
            models: models.collect(),
            cut_short,
            notes: told::notes(&report.told),
        })
    }

    fn original(self, package: &[u8], chosen: &Captured) -> Result<Original, CaptureError> {
        let package = Package::parse(package).map_err(|reason| CaptureError::Package {
            program: self.program.to_owned(),
            reason,
        })?;
        let version = chosen.openvino.as_deref();
        let version = version.and_then(|version| OpenVinoVersion::parse(version).ok());
        let original = Original::from_package(&package, version, Firmware::None);
        let mut original = original.map_err(|reason| CaptureError::Import {
            program: self.program.to_owned(),
            reason,
        })?;
        if original.app_name.is_empty() {
            let stem = self.program.file_stem().unwrap_or_default();
            original.app_name = stem.to_string_lossy().into_owned();
        }
        Ok(original)
    }

    /// Runs the program in `directory`.
    fn report(self, directory: &Path) -> Result<Report, CaptureError> {
        let start = interpreter::write(directory)?;
        let camera = serde_json::to_vec(&Described::of(self.camera))?;
        fs::write(directory.join("camera.json"), camera)?;
        let work = directory.join("work");
        fs::create_dir(&work)?;
        let program = self.program.canonicalize();
        let program = program.map_err(|error| FileError::new("read", self.program, error))?;
        let mut command = Command::new(self.python);
        if let Some(path) = interpreter::absolute_search_path()? {
            command.env("PYTHONPATH", path);
        }
        command
            .arg("-B")
            .args([&start, &program])
            .arg(directory)
            .arg(self.seconds.to_string())
            .arg(Limit::PACKAGE.bytes.to_string())
            .arg(std::env::current_dir()?)
            .arg(self.call.unwrap_or_default())
            .args(self.arguments)
            .current_dir(&work);
        let limits = Limits {
            time: Duration::from_secs(u64::from(self.seconds)) + GRACE,
            progress: None,
        };
        let ended = run(&mut command, limits);
        let ended = ended.map_err(|error| FileError::new("run", self.python, error))?;
        if let Ok(bytes) = read(&directory.join("report.json"), Limit::REPORT) {
            let mut report: Report = serde_json::from_slice(&bytes)?;
            report.words = last_words(&ended);
            return Ok(report);
        }
        Err(CaptureError::NoReport {
            program: self.program.to_owned(),
            end: match ended.end {
                End::Exited(status) => format!("python ended with {status}"),
                End::Expired | End::Stalled => format!("it was stopped after {} s", self.seconds),
            },
            words: last_words(&ended),
        })
    }

    /// Fails where Python does not have the library that the program needs.
    fn refuse_library(self, report: &Report) -> Result<(), CaptureError> {
        let python = self.python.to_owned();
        let error = report.error.clone().unwrap_or_default();
        match report.end.as_str() {
            "no depthai" => Err(CaptureError::NoLibrary {
                python,
                reason: error,
            }),
            "wrong depthai" => Err(CaptureError::WrongLibrary {
                python,
                version: error,
            }),
            _ => Ok(()),
        }
    }

    /// Fails where a program that got nowhere calls what only DepthAI v3 has.
    fn refuse_version_3(self, report: &Report) -> Result<(), CaptureError> {
        if !report.got_nowhere() {
            return Ok(());
        }
        let text = read(self.program, Limit::CONFIGURATION).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        // A module of the program may have made the call, and the exception names it.
        let error = report.error.as_deref().unwrap_or_default();
        let says = |call: &&str| text.contains(*call) || error.contains(*call);
        if VERSION_3.iter().any(says) {
            return Err(CaptureError::Version3(self.program.to_owned()));
        }
        Ok(())
    }

    /// Fails where the function that is asked for could not be called.
    fn refuse_call(self, report: &Report) -> Result<(), CaptureError> {
        if report.end != "not called" {
            return Ok(());
        }
        Err(CaptureError::NotCalled {
            program: self.program.to_owned(),
            call: self.call.unwrap_or_default().to_owned(),
            reason: report.ending(),
            needs: report.needs.clone(),
            candidates: report.candidates.clone(),
        })
    }

    /// Fails where a program got nowhere for want of a module that makes pipelines.
    fn refuse_missing(self, report: &Report) -> Result<(), CaptureError> {
        let missing = report.essential.first();
        match missing.filter(|_| report.got_nowhere()) {
            Some(module) => Err(CaptureError::NoModule {
                python: self.python.to_owned(),
                module: module.clone(),
            }),
            None => Ok(()),
        }
    }

    /// The pipeline that is wanted, out of those that there are, and its position.
    fn choose(self, report: &Report) -> Result<(usize, &Captured), CaptureError> {
        let program = self.program.to_owned();
        let number = match (self.pipeline, report.pipelines.len()) {
            (_, 0) => {
                let reason = format!("{}{}", report.ending(), report.words);
                return Err(CaptureError::NoPipeline {
                    program,
                    reason,
                    candidates: report.candidates.clone(),
                    wants_arguments: report.wants_arguments(),
                });
            }
            (None, 1) => 1,
            (Some(number), _) => number,
            (None, _) => 0,
        };
        let chosen = number.checked_sub(1);
        let chosen = chosen.and_then(|index| Some((index, report.pipelines.get(index)?)));
        chosen.ok_or_else(|| CaptureError::Several {
            program,
            pipelines: report.pipelines.iter().map(ToString::to_string).collect(),
        })
    }
}

/// The end of what a program wrote, for a message: first what it said, then what went wrong.
fn last_words(ended: &Ended) -> String {
    let texts = [&ended.stdout, &ended.stderr].map(|words| {
        let start = words.len().saturating_sub(LAST_WORDS);
        let text = String::from_utf8_lossy(words.get(start..).unwrap_or_default());
        let own = text.lines().filter(|line| !line.contains(LOGGED));
        own.collect::<Vec<_>>().join("\n").trim().to_owned()
    });
    let said: Vec<_> = texts.into_iter().filter(|text| !text.is_empty()).collect();
    match said.as_slice() {
        [] => String::new(),
        said => format!(":\n{}", said.join("\n")),
    }
}
