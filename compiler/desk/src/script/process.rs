//! The process of a script: a turn in, what the script asks until it has to wait out.
//!
//! It lives no longer than this, nor than oakc. It answers within a limit of real time, or it is taken for a loop in
//! native code.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::Command;

use oakc_python::Interpreter;
use oakc_subprocess::Companion;

use super::protocol::{Ask, Frame};
use super::setup::{Setup, keep_compiled, program};
use crate::observation::{Ending, Place};

#[cfg(unix)]
type Line = std::os::unix::net::UnixStream;
#[cfg(not(unix))]
type Line = io::Empty;

/// How much longer than it may compute a process may take to answer, on a loaded machine.
const PATIENCE: u32 = 12;

/// The longest frame that is read, in bytes.
const LONGEST: usize = 256 << 20;

/// The process of a script.
#[derive(Debug)]
pub(crate) struct Process {
    companion: Companion,
    line: Line,
    interpreter: PathBuf,
    /// What was read and is not a whole frame yet.
    read: Vec<u8>,
    /// Whether it has said that it is there.
    is_ready: bool,
}

impl Process {
    /// Starts a process. It runs nothing of the script before its first turn.
    #[cfg(unix)]
    pub(crate) fn start(interpreter: &Interpreter, setup: &Setup) -> io::Result<Self> {
        let (line, theirs) = Line::pair()?;
        let mut command = interpreter.program();
        let interpreter = interpreter.path().to_owned();
        // Not -I: it ignores the seed of hashes.
        command.args(["-s", "-S", "-B", "-X", "utf8", "-c", &program()]);
        environment(&mut command, setup);
        let companion = Companion::start(&mut command, std::os::fd::OwnedFd::from(theirs))?;
        // The other end must be the process's alone, or its end is never seen.
        drop(command);
        line.set_read_timeout(Some(setup.limits.computing * PATIENCE))?;
        let mut process = Self {
            companion,
            line,
            interpreter,
            read: Vec::new(),
            is_ready: false,
        };
        process.write(&setup.encode(&process.interpreter))?;
        Ok(process)
    }

    #[cfg(not(unix))]
    pub(crate) fn start(_: &Interpreter, _: &Setup) -> io::Result<Self> {
        Err(io::Error::other("scripts run on Linux and macOS only"))
    }

    /// Gives a thread its turn; what it asks until it has to wait.
    pub(crate) fn exchange(&mut self, turn: &[u8]) -> io::Result<Frame> {
        if !self.is_ready {
            for asked in self.read()?.asked {
                if let Ask::Compiled(code) = asked.what {
                    keep_compiled(self.interpreter.clone(), code);
                }
            }
            self.is_ready = true;
        }
        self.write(turn)?;
        self.read()
    }

    fn write(&mut self, value: &[u8]) -> io::Result<()> {
        let length = u32::try_from(value.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
        let frame = [&length.to_le_bytes()[..], value].concat();
        self.line_mut().write_all(&frame)
    }

    fn read(&mut self) -> io::Result<Frame> {
        let mut buffer = [0; 16 << 10];
        loop {
            if let Some((length, rest)) = self.read.split_first_chunk::<4>() {
                let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
                if length > LONGEST {
                    return Err(io::ErrorKind::InvalidData.into());
                }
                if let Some(value) = rest.get(..length) {
                    let frame = Frame::decode(value).ok_or(io::ErrorKind::InvalidData)?;
                    self.read.drain(..length + 4);
                    return Ok(frame);
                }
            }
            let count = match self.line_mut().read(&mut buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                count => count?,
            };
            if count == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.read.extend(buffer.iter().take(count));
        }
    }

    fn line_mut(&mut self) -> &mut Line {
        &mut self.line
    }

    /// How it ended, after an error.
    pub(crate) fn post_mortem(self, error: &io::Error) -> Ending {
        if matches!(
            error.kind(),
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
        ) {
            let said = self.companion.interrogate();
            let traceback = String::from_utf8_lossy(&said).into_owned();
            return Ending::NeverWaits {
                place: innermost(&traceback),
                traceback,
            };
        }
        let (status, said) = self.companion.end();
        let said = String::from_utf8_lossy(&said);
        let status = status.map_or_else(|| error.to_string(), |status| status.to_string());
        let reason = match said.trim() {
            "" => status,
            said => format!("{status}: {said}"),
        };
        Ending::Died { reason }
    }
}

/// The first line of a dump of `faulthandler` that is not of the Python side.
fn innermost(dump: &str) -> Option<Place> {
    let frames = dump.lines().filter_map(|line| {
        let rest = line.trim().strip_prefix("File \"")?;
        let (file, rest) = rest.split_once("\", line ")?;
        let line = rest.split_once(' ').map_or(rest, |(line, _)| line);
        let place = Place {
            file: file.to_owned(),
            line: line.parse().ok()?,
        };
        (!file.starts_with("<oakc>")).then_some(place)
    });
    let mut frames = frames;
    frames.next()
}

#[cfg(unix)]
fn environment(command: &mut Command, setup: &Setup) {
    command.env_clear();
    command.env("PYTHONHASHSEED", setup.clocks.hash_seed());
    command.envs([
        ("TZ", "UTC"),
        ("LC_ALL", "C.UTF-8"),
        // An arena for each thread would take most of the memory that it may have.
        ("MALLOC_ARENA_MAX", "1"),
    ]);
    for kept in [
        "PATH",
        "HOME",
        "PYENV_ROOT",
        "PYENV_VERSION",
        "LD_LIBRARY_PATH",
    ] {
        if let Some(value) = std::env::var_os(kept) {
            command.env(kept, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_line_of_a_dump_is_found() {
        let dump = "Fatal Python error: Aborted\n\nCurrent thread 0x7f (most recent call first):\n  \
                    File \"<oakc>/wire.py\", line 9 in ask\n  File \"a.py\", line 12 in run\n";
        let place = innermost(dump).unwrap();
        assert_eq!((place.file.as_str(), place.line), ("a.py", 12));
    }
}
