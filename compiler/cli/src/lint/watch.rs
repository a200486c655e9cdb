//! `oakc lint --watch`: applications are checked again whenever one of their files changes.

use std::path::{Path, PathBuf};

use oakc_project::{Settings, WatchedFiles, inputs};

use super::input::Input;
use super::{Args, once};
use crate::changes::next_change;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Checks until a signal ends the process. Only a command line that cannot work ends it before.
pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    loop {
        let mut files = watched(args, terminal)?;
        if let Err(failure) = once(args, terminal) {
            failure.report(terminal);
        }
        // A file that was written meanwhile may name more of them.
        files.add(watched(args, terminal)?);
        terminal.progress("waiting for changes; Ctrl-C ends it");
        let changed = next_change(&files);
        terminal.progress(format_args!("{} has changed", changed.display()));
    }
}

/// The files that the applications are made of. Of one that cannot be read, only that is known.
fn watched(args: &Args, terminal: &Terminal) -> Result<WatchedFiles, Failure> {
    let variation = args.variation.again();
    let allowed = args.access.looking(terminal)?;
    let settings = variation.settings(&allowed).unwrap_or_default();
    let files = Input::of(args)?.files;
    let own = files.iter().flat_map(|file| of(file, settings));
    let beside = variation.files().iter().chain(&args.fleet).cloned();
    Ok(WatchedFiles::new(own.chain(beside)))
}

fn of(file: &Path, settings: Settings<'_>) -> Vec<PathBuf> {
    inputs(file, settings).unwrap_or_else(|_| vec![file.to_owned()])
}
