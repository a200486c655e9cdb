//! The process of a script. In virtual time: a turn in, what the script asks until it has to wait out. In real time:
//! what it asks out when it asks, answers in when there are any.
//!
//! It lives no longer than this, nor than oakc. In virtual time it answers within a limit, or it is taken for a loop in
//! native code.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::Command;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::time::{Duration, Instant};

use oakc_python::Interpreter;
use oakc_subprocess::{Companion, Processor};

use super::protocol::{Ask, Frame};
use super::setup::{Setup, program};
use crate::observation::{Ending, Place};

#[cfg(unix)]
type Line = std::os::unix::net::UnixStream;
#[cfg(not(unix))]
type Line = io::Empty;

/// How much longer than it may compute a process may take to answer, on a loaded machine.
const PATIENCE: u32 = 12;

/// The longest frame that is read, in bytes.
const LONGEST: usize = 256 << 20;

/// What a script runs in: a process that is given turns, or one that runs by itself.
#[derive(Debug)]
pub(crate) enum Process {
    /// In virtual time.
    Turns(Box<Turns>),
    /// In real time.
    Live(Live),
}

impl Process {
    /// How it ended, after an error.
    pub(crate) fn post_mortem(self, error: &io::Error) -> Ending {
        match self {
            Self::Turns(process) => post_mortem(process.companion, error, process.until),
            Self::Live(process) => post_mortem(process.companion, error, None),
        }
    }
}

/// The process of a script that runs only when it has its turn.
#[derive(Debug)]
pub(crate) struct Turns {
    companion: Companion,
    processor: Processor,
    line: Line,
    interpreter: PathBuf,
    frames: Frames,
    /// Whether it has said that it is there.
    is_ready: bool,
    /// How long it is waited for.
    patience: Duration,
    /// When it has to be at its end.
    until: Option<Instant>,
}

impl Turns {
    /// Starts a process. It runs nothing of the script before its first turn.
    pub(crate) fn start(
        interpreter: &Interpreter,
        setup: &Setup,
        until: Option<Instant>,
    ) -> io::Result<Self> {
        let (companion, mut line) = start(interpreter, setup)?;
        let patience = setup.limits.computing * PATIENCE;
        #[cfg(unix)]
        line.set_read_timeout(Some(patience))?;
        write(&mut line, &setup.encode(interpreter.path()))?;
        Ok(Self {
            processor: Processor::shared_with(&companion),
            companion,
            line,
            interpreter: interpreter.path().to_owned(),
            frames: Frames::default(),
            is_ready: false,
            patience,
            until,
        })
    }

    /// Gives a thread its turn; what it asks until it has to wait.
    pub(crate) fn exchange(&mut self, turn: &[u8], setup: &Setup) -> io::Result<Frame> {
        if !self.is_ready {
            for asked in self.frames.next(&mut self.line)?.asked {
                if let Ask::Compiled(code) = asked.what {
                    setup.keep_compiled(&self.interpreter, code);
                }
            }
            self.is_ready = true;
        }
        self.hurry()?;
        self.processor.stay();
        write(&mut self.line, turn)?;
        self.frames.next(&mut self.line)
    }

    /// Waits no longer than there is time left.
    #[cfg(unix)]
    fn hurry(&mut self) -> io::Result<()> {
        let Some(until) = self.until else {
            return Ok(());
        };
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        if left < self.patience {
            self.patience = left;
            self.line.set_read_timeout(Some(left))?;
        }
        Ok(())
    }

    #[cfg(not(unix))]
    fn hurry(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What came from a process that runs by itself.
#[derive(Debug)]
pub(crate) struct Arrival {
    /// The script's position in the camera.
    pub(crate) script: usize,
    /// What it asks, or why it asks no more.
    pub(crate) frame: io::Result<Frame>,
}

/// How many frames of all scripts wait for the camera; then those who write more have to wait.
const WAITING: usize = 256;

/// Where frames of processes that run by themselves arrive.
pub(crate) fn arrivals() -> (SyncSender<Arrival>, Receiver<Arrival>) {
    sync_channel(WAITING)
}

/// The process of a script that runs by itself.
#[derive(Debug)]
pub(crate) struct Live {
    companion: Companion,
    /// What is written to it.
    answers: Sender<Vec<u8>>,
}

impl Live {
    /// Starts a process; what it asks goes to `arrivals`, as of the script at this position. It runs nothing of the
    /// script before the first answer.
    pub(crate) fn start(
        interpreter: &Interpreter,
        setup: &Setup,
        script: usize,
        arrivals: SyncSender<Arrival>,
    ) -> io::Result<Self> {
        let (companion, line) = start(interpreter, setup)?;
        let (answers, queued) = channel();
        let begin = setup.encode(interpreter.path());
        let (mut reading, mut writing) = both(line)?;
        // A process may take its time to read: the camera never waits for that.
        spawn(&setup.name, move || {
            let mut all = std::iter::once(begin).chain(queued);
            // An error is found by whoever reads.
            let _ = all.try_for_each(|answer| write(&mut writing, &answer));
        })?;
        spawn(&setup.name, move || {
            let mut frames = Frames::default();
            loop {
                let frame = frames.next(&mut reading);
                let is_over = frame.is_err();
                if arrivals.send(Arrival { script, frame }).is_err() || is_over {
                    return;
                }
            }
        })?;
        Ok(Self { companion, answers })
    }

    /// Answers.
    pub(crate) fn answer(&self, turn: Vec<u8>) {
        // Whoever reads finds out that the process is gone.
        let _ = self.answers.send(turn);
    }
}

fn spawn(name: &str, act: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let builder = std::thread::Builder::new().name(format!("script {name}"));
    builder.spawn(act).map(drop)
}

#[cfg(unix)]
fn both(line: Line) -> io::Result<(Line, Line)> {
    Ok((line.try_clone()?, line))
}

#[cfg(not(unix))]
fn both(line: Line) -> io::Result<(Line, Line)> {
    Ok((line, line))
}

#[cfg(unix)]
fn start(interpreter: &Interpreter, setup: &Setup) -> io::Result<(Companion, Line)> {
    let (line, theirs) = Line::pair()?;
    let mut command = interpreter.program();
    // Not -I: it ignores the seed of hashes.
    command.args(["-s", "-S", "-B", "-X", "utf8", "-c", &program()]);
    environment(&mut command, setup);
    let companion = Companion::start(&mut command, std::os::fd::OwnedFd::from(theirs))?;
    // The other end must be the process's alone, or its end is never seen.
    drop(command);
    Ok((companion, line))
}

#[cfg(not(unix))]
fn start(_: &Interpreter, _: &Setup) -> io::Result<(Companion, Line)> {
    Err(io::Error::other("scripts run on Linux and macOS only"))
}

fn write(line: &mut Line, value: &[u8]) -> io::Result<()> {
    let length = u32::try_from(value.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    let mut frame = Vec::with_capacity(value.len() + 4);
    frame.extend(length.to_le_bytes());
    frame.extend(value);
    line.write_all(&frame)
}

/// How much is read at once.
const CHUNK: usize = 16 << 10;

/// How large a buffer is kept after a large frame.
const KEPT: usize = 1 << 20;

/// Frames from what is read piece by piece.
#[derive(Debug, Default)]
struct Frames {
    buffer: Vec<u8>,
    /// How much of the buffer was read and is not decoded yet.
    filled: usize,
}

impl Frames {
    /// The next frame.
    fn next(&mut self, line: &mut Line) -> io::Result<Frame> {
        loop {
            if let Some(frame) = self.decode()? {
                return Ok(frame);
            }
            if self.buffer.len() < self.filled + CHUNK {
                self.buffer.resize(self.filled * 2 + CHUNK, 0);
            }
            let free = self.buffer.get_mut(self.filled..).unwrap_or_default();
            let count = match line.read(free) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                count => count?,
            };
            if count == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.filled += count;
        }
    }

    /// The first frame, if all of it was read.
    fn decode(&mut self) -> io::Result<Option<Frame>> {
        let read = self.buffer.get(..self.filled).unwrap_or_default();
        let Some((length, rest)) = read.split_first_chunk::<4>() else {
            return Ok(None);
        };
        let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
        if length > LONGEST {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let Some(value) = rest.get(..length) else {
            return Ok(None);
        };
        let frame = Frame::decode(value).ok_or(io::ErrorKind::InvalidData)?;
        self.buffer.copy_within(length + 4..self.filled, 0);
        self.filled -= length + 4;
        if self.buffer.len() > KEPT.max(self.filled) {
            self.buffer.truncate(KEPT.max(self.filled));
            self.buffer.shrink_to_fit();
        }
        Ok(Some(frame))
    }
}

/// How a process ended, after an error.
fn post_mortem(mut companion: Companion, error: &io::Error, until: Option<Instant>) -> Ending {
    if matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    ) {
        let is_over = until.is_some_and(|until| Instant::now() >= until);
        let said = companion.interrogate();
        let traceback = String::from_utf8_lossy(&said).into_owned();
        let place = innermost(&traceback);
        return if is_over {
            Ending::OutOfTime { place, traceback }
        } else {
            Ending::NeverWaits { place, traceback }
        };
    }
    if error.kind() == io::ErrorKind::InvalidData {
        let reason = "what came from it is nonsense: it writes to a descriptor that is not its own";
        return Ending::Died {
            reason: reason.to_owned(),
        };
    }
    // Its end of the line is closed before it is gone itself.
    companion.await_end();
    let (status, said) = companion.end();
    let said = String::from_utf8_lossy(&said);
    let status = status.map_or_else(|| error.to_string(), |status| status.to_string());
    let reason = match said.trim() {
        "" => status,
        said => format!("{status}: {said}"),
    };
    Ending::Died { reason }
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

    /// What comes in pieces of any size is read as it was sent, a large frame between small ones as well.
    #[cfg(unix)]
    #[test]
    fn frames_are_read_from_pieces() {
        let sizes = [10, 3 << 20, 70_000, 5];
        let mut sent = Vec::new();
        for size in sizes {
            let mut writer = crate::script::marshal::Writer::default();
            // A thread's one thing: code that was compiled, where a line has its level and its text.
            writer.tuple(2).int(7).list(1).tuple(4).int(11).int(0);
            writer.int(-1).bytes(&vec![1; size]);
            sent.push(writer.0);
        }
        let (mut line, mut theirs) = Line::pair().unwrap();
        let thread = std::thread::spawn(move || {
            for value in sent {
                write(&mut theirs, &value).unwrap();
            }
        });
        let mut frames = Frames::default();
        for size in sizes {
            let frame = frames.next(&mut line).unwrap();
            let [asked] = &frame.asked[..] else {
                panic!("{frame:?}");
            };
            assert!(matches!(&asked.what, Ask::Compiled(code) if code.len() == size));
        }
        thread.join().unwrap();
        assert!(frames.buffer.len() <= KEPT);
        assert!(frames.next(&mut line).is_err());
    }

    #[test]
    fn the_innermost_line_of_a_dump_is_found() {
        let dump = "Fatal Python error: Aborted\n\nCurrent thread 0x7f (most recent call first):\n  \
                    File \"<oakc>/wire.py\", line 9 in ask\n  File \"a.py\", line 12 in run\n";
        let place = innermost(dump).unwrap();
        assert_eq!((place.file.as_str(), place.line), ("a.py", 12));
    }
}
