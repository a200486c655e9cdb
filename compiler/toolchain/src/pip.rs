//! pip, as a program that ends with oakc: what it is to install or download in, files out, or why not in words.
//!
//! pip's own settings hold: its configuration files, its variables, the index and the proxy in them. Never: code of a
//! package that is run, except where only a source distribution exists and may be built.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use oakc_subprocess::{End, Ended, Growth, LIFELINE, Limits, run};

/// Runs pip as a program that ends with oakc.
const PIP: &str = "
import runpy, sys
sys.argv[0] = 'pip'
runpy.run_module('pip', run_name='__main__', alter_sys=True)
";

/// How long pip may take altogether, and the least that has to arrive in each period.
const TIME: Duration = Duration::from_hours(1);
const PERIOD: Duration = Duration::from_mins(5);
const BYTES: u64 = 64 << 10;

/// Why pip did not do it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PipFailure {
    /// No Python has it.
    #[error("no Python with pip was found (tried {0})")]
    NoPip(String),
    /// The package index cannot be reached.
    #[error("the package index cannot be reached: {0}")]
    Offline(String),
    /// It has no such package.
    #[error("{0}")]
    NotFound(String),
    /// It is too slow.
    #[error("pip took too long: {0}")]
    TooSlow(String),
    /// Something else.
    #[error("pip failed: {0}")]
    Other(String),
}

/// Which pip does it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pip<'a> {
    /// The programs whose pip is tried, in turn.
    pub(crate) pythons: &'a [&'a Path],
    /// Where it runs and keeps what it needs meanwhile.
    pub(crate) scratch: &'a Path,
}

impl Pip<'_> {
    /// Runs a subcommand of pip with these arguments, by the first Python that has pip.
    pub(crate) fn run(&self, subcommand: &str, arguments: &[String]) -> Result<(), PipFailure> {
        for python in self.pythons {
            let program = format!("{LIFELINE}{PIP}");
            let mut command = Command::new(python);
            command.args(["-I", "-c", &program, subcommand]);
            command.args(["--no-input", "--disable-pip-version-check", "--retries=1"]);
            command.args(arguments).current_dir(self.scratch);
            // What pip has received so far is there, too.
            command.env("TMPDIR", self.scratch);
            let limits = Limits {
                time: TIME,
                progress: Some(Growth {
                    folder: self.scratch,
                    bytes: BYTES,
                    period: PERIOD,
                }),
            };
            let Ok(ended) = run(&mut command, limits) else {
                continue;
            };
            match outcome(&ended) {
                Err(PipFailure::NoPip(_)) => {}
                other => return other,
            }
        }
        let tried = self.pythons.iter().map(|path| path.display().to_string());
        let tried: Vec<_> = tried.collect();
        Err(PipFailure::NoPip(tried.join(", ")))
    }
}

pub(crate) fn outcome(ended: &Ended) -> Result<(), PipFailure> {
    match ended.end {
        End::Exited(status) if status.success() => Ok(()),
        End::Exited(_) => Err(why(&String::from_utf8_lossy(&ended.stderr))),
        End::Stalled => Err(PipFailure::TooSlow(format!(
            "the package index sent less than {} KiB in {} min",
            BYTES >> 10,
            PERIOD.as_secs() / 60
        ))),
        End::Expired => Err(PipFailure::TooSlow(format!("{} min", TIME.as_secs() / 60))),
    }
}

/// The reason in what pip printed. A lost connection comes first, because pip then finds no distribution, either.
fn why(printed: &str) -> PipFailure {
    const LOST: [&str; 8] = [
        "Retrying (",
        "NewConnectionError",
        "ConnectTimeout",
        "Temporary failure in name resolution",
        "Network is unreachable",
        "Could not fetch URL",
        "ProxyError",
        "Connection refused",
    ];
    let has = |words: &[&str]| words.iter().any(|word| printed.contains(word));
    let mut errors = printed.lines().filter(|line| line.contains("ERROR:"));
    let line = errors.next_back().or_else(|| printed.lines().last());
    let detail = line.unwrap_or("it said nothing");
    let detail = detail.trim_start_matches("ERROR:").trim();
    // The list of all other versions is long.
    let short = match detail.find(" (from versions:") {
        Some(start) => detail.get(..start).unwrap_or(detail).to_owned(),
        None => detail.to_owned(),
    };
    if has(&[
        "No module named pip",
        "No module named 'pip'",
        "No module named 'pip._internal'",
    ]) {
        PipFailure::NoPip(String::new())
    } else if has(&LOST) {
        PipFailure::Offline(short)
    } else if has(&["No matching distribution found", "Could not find a version"]) {
        PipFailure::NotFound(short)
    } else {
        PipFailure::Other(short)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_connection_is_told_from_a_package_that_does_not_exist() {
        let gone = "ERROR: Could not find a version that satisfies the requirement x==1 (from versions: 2, 3)\n\
                    ERROR: No matching distribution found for x==1\n";
        let lost = format!("WARNING: Retrying (Retry(total=0)) after connection broken\n{gone}");
        let text = "No matching distribution found for x==1".to_owned();
        assert_eq!(why(gone), PipFailure::NotFound(text.clone()));
        assert_eq!(why(&lost), PipFailure::Offline(text));
        assert_eq!(
            why("/usr/bin/python3: No module named pip\n"),
            PipFailure::NoPip(String::new())
        );
        assert_eq!(why(""), PipFailure::Other("it said nothing".to_owned()));
    }
}
