//! Gets the wheel through Python: from an installed package, or with `pip download`.
//!
//! In: a version. Out: the path of a shared library or of a downloaded wheel. Never: an import of the
//! package (it would look for cameras), code of a wheel that is run, or a module of the user's working
//! directory.

use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use oakc_subprocess::{End, Ended, Growth, LIFELINE, Limits, run};

use crate::error::FetchFailure;
use crate::source::is_library;

/// Names that an interpreter may have, the most likely one first.
const INTERPRETERS: &[&str] = if cfg!(windows) {
    &["python", "python3", "py"]
} else {
    &["python3", "python"]
};

/// Prints the files of depthai of that version, one per line; further arguments are folders to look into as well. The empty
/// entry of `sys.path` is the working directory.
const FIND_INSTALLED: &str = r#"
import sys
sys.path[:] = [entry for entry in sys.path if entry]
import importlib.metadata, os
for found in importlib.metadata.distributions(name="depthai", path=sys.argv[2:] + sys.path):
    if found.version == sys.argv[1]:
        for file in found.files or []:
            if os.path.basename(str(file)).startswith("depthai"):
                path = os.path.abspath(str(found.locate_file(file)))
                sys.stdout.buffer.write(os.fsencode(path) + b"\n")
"#;

/// Further arguments of `pip download`, tried in turn. The wheels for all platforms contain the same
/// firmware, so if the release has no wheel for the running interpreter, that for a common one will
/// do.
const PIP_TARGETS: [&[&str]; 2] = [
    &[],
    &[
        "--implementation=cp",
        "--python-version=3.11",
        "--platform=manylinux_2_28_x86_64",
    ],
];

/// Runs pip as a program that ends with oakc.
const PIP: &str = "
import runpy, sys
sys.argv[0] = 'pip'
runpy.run_module('pip', run_name='__main__', alter_sys=True)
";

/// How long an interpreter may look for installed packages.
const LOOKING: Duration = Duration::from_mins(1);

/// How slow a download may be. A wheel has some 40 MB.
#[derive(Clone, Copy, Debug)]
struct Pace {
    /// The longest that it may take altogether.
    total: Duration,
    /// The least that has to arrive in each period, in bytes.
    bytes: u64,
    /// The length of a period.
    period: Duration,
}

const PACE: Pace = Pace {
    total: Duration::from_mins(30),
    bytes: 256 << 10,
    period: Duration::from_mins(1),
};

/// The shared libraries of installed depthai packages of exactly that version. Runs Python in
/// `scratch`.
pub(crate) fn installed_libraries(version: &str, scratch: &Path) -> Vec<PathBuf> {
    let program = std::env::current_exe().ok();
    let mut libraries = Vec::new();
    for interpreter in interpreters(program.as_deref()) {
        let limits = Limits {
            time: LOOKING,
            progress: None,
        };
        let mut command = python(&interpreter, FIND_INSTALLED, scratch);
        command.arg(version).args(program.as_deref().and_then(site));
        let Ok(output) = run(&mut command, limits) else {
            continue;
        };
        let lines = output.stdout.split(|byte| *byte == b'\n');
        for line in lines.filter(|line| is_library(line)) {
            let path = path_from_bytes(line);
            if path.is_file() && !libraries.contains(&path) {
                libraries.push(path);
            }
        }
    }
    libraries
}

/// The interpreters to ask: that of the environment which oakc is installed in, then those of the search path.
fn interpreters(program: Option<&Path>) -> Vec<PathBuf> {
    let own = program.and_then(own_interpreter).into_iter();
    own.chain(INTERPRETERS.iter().map(PathBuf::from)).collect()
}

/// The interpreter beside oakc, or where Windows has it without a virtual environment: above `Scripts`.
fn own_interpreter(program: &Path) -> Option<PathBuf> {
    // pipx and uv link to the program of an environment.
    let program = program.canonicalize().ok()?;
    let beside = program.parent()?;
    let names: &[&str] = if cfg!(windows) {
        &["python.exe", r"..\python.exe"]
    } else {
        &["python3", "python"]
    };
    let paths = names.iter().map(|name| beside.join(name));
    paths.into_iter().find(|path| path.is_file())
}

/// Where packages lie if oakc was installed by `pip install --target`: above `bin`.
fn site(program: &Path) -> Option<&Path> {
    program.parent()?.parent()
}

/// Downloads the wheel of that version into `scratch` with pip.
pub(crate) fn download(version: &str, scratch: &Path) -> Result<PathBuf, FetchFailure> {
    let program = std::env::current_exe().ok();
    download_with(&interpreters(program.as_deref()), version, scratch, PACE)
}

fn download_with(
    interpreters: &[PathBuf],
    version: &str,
    scratch: &Path,
    pace: Pace,
) -> Result<PathBuf, FetchFailure> {
    let mut failure = None;
    for python in interpreters {
        for target in PIP_TARGETS {
            match pip_download(python, target, version, scratch, pace) {
                Ok(wheel) => return Ok(wheel),
                Err(None) => break,
                // The next attempt would not be any faster.
                Err(Some(slow @ FetchFailure::TooSlow { .. })) => return Err(slow),
                Err(Some(not_found @ FetchFailure::NotFound { .. })) => failure = Some(not_found),
                Err(Some(other)) => {
                    failure = failure.or(Some(other));
                    break;
                }
            }
        }
    }
    Err(failure.unwrap_or_else(|| FetchFailure::NoPython {
        looked_for: listed(interpreters),
    }))
}

fn listed(interpreters: &[PathBuf]) -> String {
    let names = interpreters.iter().map(|path| path.display().to_string());
    names.collect::<Vec<_>>().join(", ")
}

/// One attempt. The error is `None` if there is no such interpreter.
fn pip_download(
    interpreter: &Path,
    target: &[&str],
    version: &str,
    scratch: &Path,
    pace: Pace,
) -> Result<PathBuf, Option<FetchFailure>> {
    let requirement = format!("depthai=={version}");
    let mut arguments = vec![
        "download",
        "--no-deps",
        "--only-binary=:all:",
        "--no-input",
        "--disable-pip-version-check",
        "--progress-bar=off",
        "--retries=1",
        "--dest=.",
    ];
    arguments.extend(target);
    arguments.push(&requirement);
    let failed = |detail: String| FetchFailure::Pip {
        python: interpreter.display().to_string(),
        detail,
    };
    let mut command = python(interpreter, PIP, scratch);
    // What pip has received so far is there, too.
    command.args(&arguments).env("TMPDIR", scratch);
    let output = run(&mut command, pace.limits(scratch)).map_err(|error| match error.kind() {
        ErrorKind::NotFound => None,
        _ => Some(failed(error.to_string())),
    })?;
    check(&interpreter.display().to_string(), &output, pace).map_err(Some)?;
    let wheel = downloaded_wheel(scratch);
    wheel.ok_or_else(|| Some(failed("it downloaded no wheel".to_owned())))
}

/// Fails where pip did.
fn check(interpreter: &str, output: &Ended, pace: Pace) -> Result<(), FetchFailure> {
    let detail = match output.end {
        End::Exited(status) if status.success() => return Ok(()),
        End::Exited(_) => {
            let printed = String::from_utf8_lossy(&output.stderr);
            return Err(why(interpreter, &printed));
        }
        End::Stalled => format!(
            "the package index sent less than {} KiB in {} s",
            pace.bytes >> 10,
            pace.period.as_secs()
        ),
        End::Expired => format!("it took longer than {} min", pace.total.as_secs() / 60),
    };
    Err(FetchFailure::TooSlow { detail })
}

impl Pace {
    fn limits(self, folder: &Path) -> Limits<'_> {
        Limits {
            time: self.total,
            progress: Some(Growth {
                folder,
                bytes: self.bytes,
                period: self.period,
            }),
        }
    }
}

/// Finds the reason in what pip printed. A lost connection comes first, because pip says "no matching
/// distribution" in that case, too.
fn why(python: &str, printed: &str) -> FetchFailure {
    let has = |words: &[&str]| words.iter().any(|word| printed.contains(word));
    let python = python.to_owned();
    let detail = last_error(printed);
    if has(&["No module named pip", "No module named 'pip'"]) {
        FetchFailure::NoPip { python }
    } else if has(&[
        "Retrying (",
        "NewConnectionError",
        "ConnectTimeout",
        "Temporary failure in name resolution",
        "Network is unreachable",
        "Could not fetch URL",
        "ProxyError",
    ]) {
        FetchFailure::Offline {
            detail: lost_connection(printed).unwrap_or(detail),
        }
    } else if has(&["No matching distribution found", "Could not find a version"]) {
        FetchFailure::NotFound { detail }
    } else {
        FetchFailure::Pip { python, detail }
    }
}

/// The last line of an error, without the list of all other versions.
fn last_error(printed: &str) -> String {
    let line = printed
        .lines()
        .rev()
        .map(str::trim)
        .find(|line| line.starts_with("ERROR:"))
        .or_else(|| {
            printed
                .lines()
                .rev()
                .map(str::trim)
                .find(|line| !line.is_empty())
        })
        .unwrap_or("it printed no reason");
    let line = line.strip_prefix("ERROR:").unwrap_or(line).trim();
    line.chars().take(200).collect()
}

/// What broke the connection.
fn lost_connection(printed: &str) -> Option<String> {
    let line = printed.lines().find(|line| line.contains("broken by "))?;
    let (_, cause) = line.split_once("broken by ")?;
    Some(cause.trim().chars().take(200).collect())
}

fn downloaded_wheel(directory: &Path) -> Option<PathBuf> {
    fs::read_dir(directory)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
}

/// A program for an interpreter, which runs it in `directory`, so that no module of the user's working
/// directory is imported.
fn python(interpreter: &Path, program: &str, directory: &Path) -> Command {
    let mut command = Command::new(interpreter);
    command.arg("-c").arg(format!("{LIFELINE}\n{program}"));
    command.current_dir(directory);
    command
}

#[cfg(unix)]
fn path_from_bytes(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStringExt as _;
    OsString::from_vec(bytes.to_vec()).into()
}

#[cfg(not(unix))]
fn path_from_bytes(bytes: &[u8]) -> PathBuf {
    OsString::from(String::from_utf8_lossy(bytes).into_owned()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_an_interpreter_the_error_lists_the_names_that_were_tried() {
        let scratch = tempfile::tempdir().unwrap();
        let failure =
            download_with(&["no-such-python".into()], "1.2.3", scratch.path(), PACE).unwrap_err();
        assert_eq!(
            failure,
            FetchFailure::NoPython {
                looked_for: "no-such-python".into()
            }
        );
    }

    #[test]
    #[cfg(unix)]
    fn the_interpreter_of_the_environment_is_asked_first_also_through_a_link() {
        let bench = tempfile::tempdir().unwrap();
        let folder = bench.path().canonicalize().unwrap();
        let program = folder.join("venv/bin/oakc");
        fs::create_dir_all(program.parent().unwrap()).unwrap();
        fs::write(&program, "").unwrap();
        let link = folder.join("oakc");
        std::os::unix::fs::symlink(&program, &link).unwrap();
        assert_eq!(
            interpreters(Some(&link)),
            ["python3", "python"].map(PathBuf::from)
        );

        let own = folder.join("venv/bin/python3");
        fs::write(&own, "").unwrap();
        for path in [&program, &link] {
            assert_eq!(interpreters(Some(path)).first(), Some(&own));
        }
        assert_eq!(site(&program), Some(folder.join("venv").as_path()));
    }

    #[test]
    #[cfg(unix)]
    fn a_package_index_that_drips_does_not_keep_oakc_waiting() {
        use std::os::unix::fs::PermissionsExt as _;
        let bench = tempfile::tempdir().unwrap();
        let python = bench.path().join("python");
        let drip = "#!/bin/sh\nwhile :; do printf x >> \"$TMPDIR/part\"; sleep 0.02; done\n";
        fs::write(&python, drip).unwrap();
        fs::set_permissions(&python, fs::Permissions::from_mode(0o755)).unwrap();
        let scratch = tempfile::tempdir().unwrap();
        let download = |total, period| {
            let pace = Pace {
                total: Duration::from_millis(total),
                bytes: 1024,
                period: Duration::from_millis(period),
            };
            download_with(std::slice::from_ref(&python), "1.2.3", scratch.path(), pace).unwrap_err()
        };
        for (total, period, words) in [
            (60_000, 300, "less than 1 KiB"),
            (300, 60_000, "took longer than"),
        ] {
            let error = download(total, period).to_string();
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn the_reason_is_found_in_what_pip_prints() {
        let no_pip = why("python3", "/usr/bin/python3: No module named pip\n");
        assert!(matches!(no_pip, FetchFailure::NoPip { .. }));
        let offline = why(
            "python3",
            "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError'\n\
             ERROR: Could not find a version that satisfies the requirement depthai\n\
             ERROR: No matching distribution found for depthai\n",
        );
        assert_eq!(
            offline,
            FetchFailure::Offline {
                detail: "'NewConnectionError'".into()
            }
        );
        let missing = why(
            "python3",
            "ERROR: No matching distribution found for depthai==9\n",
        );
        assert_eq!(
            missing,
            FetchFailure::NotFound {
                detail: "No matching distribution found for depthai==9".into()
            }
        );
        let full = why(
            "python3",
            "ERROR: Could not install: No space left on device\n",
        );
        assert!(matches!(full, FetchFailure::Pip { .. }));
    }
}
