//! A script to run: its text and what it may import in, its outcome out.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use oakc_scratch::ScratchDirectory;
use oakc_script::modules::{Availability, listed};
use oakc_subprocess::{End, LIFELINE, Limits, run};
use serde::Serialize;

use crate::Interpreter;
use crate::outcome::{Outcome, Report};

/// What runs the script.
const DEVICE: &str = include_str!("device.py");

/// The longest report that is read, in bytes.
const LONGEST_REPORT: u64 = 4 << 20;

/// A processor of the camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Processor {
    /// `LEON_CSS`, which has the network.
    Css,
    /// `LEON_MSS`, which runs scripts by default.
    Mss,
}

/// A script to run.
#[derive(Clone, Debug)]
pub struct Job<'a> {
    /// Its text.
    pub script: &'a str,
    /// Its name in tracebacks.
    pub name: &'a str,
    /// The processor whose modules there are.
    pub processor: Processor,
    /// Folders in which it finds modules besides; none on the camera.
    pub paths: Vec<PathBuf>,
    /// Python code that runs before the script and may import anything. A dictionary `given` that it leaves is given to
    /// the script as global names, and the modules in a dictionary `modules` can be imported.
    pub setup: Option<&'a str>,
    /// The folder in which it runs; a new, empty one if none is named.
    pub folder: Option<&'a Path>,
    /// How long it may run.
    pub limit: Duration,
}

/// Why a script could not be run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The computer gives no temporary files, or no process.
    #[error("{interpreter} cannot be run: {reason}")]
    System {
        /// The interpreter.
        interpreter: String,
        /// Why not.
        reason: io::Error,
    },
    /// The interpreter ended without saying how the script did.
    #[error("{interpreter} ended before the script did ({end}){words}")]
    NoReport {
        /// The interpreter.
        interpreter: String,
        /// How the process ended.
        end: String,
        /// What it said last, after a colon; empty if nothing.
        words: String,
    },
}

/// What is written for the program that runs the script.
#[derive(Serialize)]
struct Written<'a> {
    script: &'a str,
    name: &'a str,
    modules: Vec<&'a str>,
    paths: &'a [PathBuf],
    setup: Option<&'a str>,
}

impl<'a> Job<'a> {
    /// A script with nothing but the modules of its processor.
    pub fn new(script: &'a str, name: &'a str, processor: Processor) -> Self {
        Self {
            script,
            name,
            processor,
            paths: Vec::new(),
            setup: None,
            folder: None,
            limit: Duration::from_mins(1),
        }
    }

    /// Runs the script and waits for its end.
    ///
    /// # Errors
    /// If it cannot be run. An exception that it raises is not an error, and neither is reaching the limit.
    pub fn run(&self, interpreter: &Interpreter) -> Result<Outcome, RunError> {
        let system = |reason| RunError::System {
            interpreter: interpreter.to_string(),
            reason,
        };
        let directory = ScratchDirectory::create(&std::env::temp_dir(), 0o700).map_err(system)?;
        let work = directory.path().join("work");
        fs::create_dir(&work).map_err(system)?;
        self.write(directory.path()).map_err(system)?;
        let mut command = interpreter.command();
        command
            .arg(directory.path().join("device.py"))
            .arg(directory.path())
            .current_dir(self.folder.unwrap_or(&work));
        let limits = Limits {
            time: self.limit,
            progress: None,
        };
        let ended = run(&mut command, limits).map_err(system)?;
        let report = report(&directory.path().join("report.json"));
        let (stdout, stderr) = (text(&ended.stdout), text(&ended.stderr));
        let expired = !matches!(ended.end, End::Exited(_));
        let raised = match (report, ended.end) {
            (Some(report), _) => report.raised,
            (None, End::Exited(status)) => {
                let words = stderr.trim();
                return Err(RunError::NoReport {
                    interpreter: interpreter.to_string(),
                    end: status.to_string(),
                    words: if words.is_empty() {
                        String::new()
                    } else {
                        format!(":\n{words}")
                    },
                });
            }
            (None, _) => None,
        };
        Ok(Outcome {
            stdout,
            stderr,
            raised,
            expired,
        })
    }

    fn write(&self, directory: &Path) -> io::Result<()> {
        let job = Written {
            script: self.script,
            name: self.name,
            modules: modules(self.processor),
            paths: &self.paths,
            setup: self.setup,
        };
        fs::write(directory.join("job.json"), serde_json::to_vec(&job)?)?;
        fs::write(directory.join("device.py"), program())
    }
}

/// The Python program that runs a script: its argument is a folder with `job.json`, where it leaves `report.json`.
pub fn program() -> String {
    format!("{LIFELINE}\n{DEVICE}")
}

/// The modules that a processor has; `email.*` means all of that package.
fn modules(processor: Processor) -> Vec<&'static str> {
    let has = |availability| match availability {
        Availability::Both => true,
        Availability::CssOnly => processor == Processor::Css,
        Availability::Absent | Availability::Unknown => false,
    };
    let listed = listed().filter(|(_, availability)| has(*availability));
    listed.map(|(name, _)| name).collect()
}

fn report(path: &Path) -> Option<Report> {
    let mut bytes = Vec::new();
    let file = File::open(path).ok()?;
    file.take(LONGEST_REPORT).read_to_end(&mut bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
