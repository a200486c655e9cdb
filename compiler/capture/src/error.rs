//! What can go wrong with a program: it cannot be run, or it leaves nothing to import.

use std::io;
use std::path::PathBuf;

use oakc_import::ImportError;
use oakc_project::FileError;
use oakc_runtime_schema::sbr::SbrError;

use crate::report::Candidate;

/// Why there is no pipeline.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// A file cannot be read or written, or Python not be run.
    #[error(transparent)]
    File(#[from] FileError),
    /// The machine gives no temporary files, or loses the process.
    #[error(transparent)]
    System(#[from] io::Error),
    /// This Python does not have the host library.
    #[error("{python} has no depthai ({reason}), but oakc needs the real library to run the program", python = python.display())]
    NoLibrary {
        /// The Python.
        python: PathBuf,
        /// What it says.
        reason: String,
    },
    /// This Python has another generation of the host library.
    #[error("{python} has depthai {version}; standalone applications need 2.x", python = python.display())]
    WrongLibrary {
        /// The Python.
        python: PathBuf,
        /// What it has.
        version: String,
    },
    /// This Python lacks a module that makes the pipeline.
    #[error("{python} has no {module}, which makes the pipeline", python = python.display())]
    NoModule {
        /// The Python.
        python: PathBuf,
        /// The module.
        module: String,
    },
    /// The process ended without a report.
    #[error("{program}: {end} without creating a pipeline{words}", program = program.display())]
    NoReport {
        /// The program.
        program: PathBuf,
        /// How the process ended.
        end: String,
        /// The end of what it wrote to stderr, after a colon; empty where it wrote nothing.
        words: String,
    },
    /// The report is not as it should be.
    #[error("the report about the program cannot be read: {0}")]
    Report(#[from] serde_json::Error),
    /// The program started no pipeline.
    #[error("{program}: the program ended without creating a pipeline: {reason}", program = program.display())]
    NoPipeline {
        /// The program.
        program: PathBuf,
        /// How it ended.
        reason: String,
        /// Its functions that would create one.
        candidates: Vec<Candidate>,
        /// Whether it asks for arguments.
        wants_arguments: bool,
    },
    /// The function cannot be called.
    #[error("{program}: {reason}", program = program.display())]
    NotCalled {
        /// The program.
        program: PathBuf,
        /// Which function.
        call: String,
        /// Why.
        reason: String,
        /// The parameters that have no value.
        needs: Vec<String>,
        /// The functions of the program that would create a pipeline.
        candidates: Vec<Candidate>,
    },
    /// The program is written for another generation of the library.
    #[error("{program}: the program is written for DepthAI v3, which standalone cameras do not run", program = .0.display())]
    Version3(PathBuf),
    /// The program ended before it used the pipeline that it was building.
    #[error("{program}: the program ended before its pipeline was complete: {reason}", program = program.display())]
    CutShort {
        /// The program.
        program: PathBuf,
        /// How it ended.
        reason: String,
    },
    /// It is not said which of several pipelines is meant, or there is none of that number.
    #[error("{program}: the program has several pipelines", program = program.display())]
    Several {
        /// The program.
        program: PathBuf,
        /// What each is made of.
        pipelines: Vec<String>,
    },
    /// What the program started cannot be read.
    #[error("{program}: {reason}", program = program.display())]
    Package {
        /// The program.
        program: PathBuf,
        /// Where reading failed.
        reason: SbrError,
    },
    /// What the program started cannot be imported.
    #[error("{program}: {reason}", program = program.display())]
    Import {
        /// The program.
        program: PathBuf,
        /// Why.
        reason: ImportError,
    },
}
