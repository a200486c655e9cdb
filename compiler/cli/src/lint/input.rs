//! What `oakc lint` checks: names, patterns, folders and standard input in, the applications out.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use oakc_project::{Limit, PatternError, applications_below, matching_files};

use super::Args;
use crate::failure::Failure;

/// The name that stands for standard input.
const STDIN: &str = "-";

/// What standard input is called unless something else is said.
const UNNAMED: &str = "stdin.toml";

/// The applications to check.
#[derive(Debug)]
pub(super) struct Input {
    /// Their paths; they are read from there, unless the text is given.
    pub(super) files: Vec<PathBuf>,
    /// The text of the only one, from standard input.
    pub(super) given: Option<String>,
}

impl Input {
    /// The applications that may have to be checked.
    pub(super) fn of(args: &Args) -> Result<Self, Failure> {
        if args.files.iter().any(|name| name == STDIN) {
            return from_stdin(args);
        }
        if args.stdin_filename.is_some() {
            let reason =
                "--stdin-filename is the name of what `-` reads; pass `-` instead of files";
            return Err(Failure::Usage(reason.to_owned()));
        }
        let files = applications(args)?;
        Ok(Self { files, given: None })
    }
}

fn applications(args: &Args) -> Result<Vec<PathBuf>, Failure> {
    if !args.changed {
        return Ok(matching_files(&args.files)?);
    }
    if !args.among.is_empty() {
        return Ok(matching_files(&args.among)?);
    }
    let here = applications_below(Path::new(""));
    Ok(here.map_err(PatternError::from)?)
}

fn from_stdin(args: &Args) -> Result<Input, Failure> {
    let alone = args.files.len() == 1 && args.fleet.is_none() && !args.changed && !args.watch;
    if !alone {
        let reason =
            "`-` is standard input: it is checked alone, without --fleet, --changed and --watch";
        return Err(Failure::Usage(reason.to_owned()));
    }
    let name = args.stdin_filename.as_deref();
    let name = name.unwrap_or(Path::new(UNNAMED)).to_owned();
    let limit = Limit::CONFIGURATION;
    let mut bytes = Vec::new();
    let mut stdin = io::stdin().lock().take(limit.bytes + 1);
    stdin
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::World(format!("cannot read standard input: {error}")))?;
    limit
        .check(&name, bytes.len() as u64)
        .map_err(Failure::from)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::Input("standard input is not UTF-8 text".to_owned()))?;
    Ok(Input {
        files: vec![name],
        given: Some(text),
    })
}
