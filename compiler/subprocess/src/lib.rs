//! Programs that oakc runs: a command and its limits in, how it ended and the end of what it wrote out. None
//! outlives oakc, and neither does what it started: it has a process group of its own, which ends with it.
//!
//! A Python program that begins with [`LIFELINE`] notices by itself when oakc is gone, however that came about:
//! its stdin, to which nobody writes, is then at its end.

mod processor;
mod tail;

use std::io;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

pub use processor::Processor;
use tail::Tail;

/// What a Python program begins with in order to end with oakc.
pub const LIFELINE: &str = include_str!("lifeline.py");

/// How often a program is looked at.
const PAUSE: Duration = Duration::from_millis(20);

/// How long what a program wrote is waited for after its end.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// How much of each of stdout and stderr is kept, in bytes.
const KEPT: usize = 256 << 10;

/// What a program may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits<'a> {
    /// How long it may run.
    pub time: Duration,
    /// What has to come of it meanwhile.
    pub progress: Option<Growth<'a>>,
}

/// A folder that has to grow while a program runs.
#[derive(Clone, Copy, Debug)]
pub struct Growth<'a> {
    /// The folder.
    pub folder: &'a Path,
    /// By how many bytes.
    pub bytes: u64,
    /// In each period of this length.
    pub period: Duration,
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// By itself.
    Exited(ExitStatus),
    /// It ran too long.
    Expired,
    /// Too little came of it.
    Stalled,
}

/// A program that has ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// How.
    pub end: End,
    /// The end of what it wrote to stdout.
    pub stdout: Vec<u8>,
    /// The end of what it wrote to stderr.
    pub stderr: Vec<u8>,
}

/// Runs a program until it ends, or a limit ends it. What it started is killed as well before this returns, unless it
/// left the process group.
///
/// # Errors
/// Where the system cannot run it.
pub fn run(command: &mut Command, limits: Limits<'_>) -> io::Result<Ended> {
    let mut running = Running::start(command)?;
    let stdout = Tail::of(running.child.stdout.take(), KEPT);
    let stderr = Tail::of(running.child.stderr.take(), KEPT);
    let end = running.wait(limits)?;
    drop(running);
    // Whoever has left the group may hold the other end forever.
    let until = Instant::now() + LAST_WORDS;
    Ok(Ended {
        end,
        stdout: stdout.finish(until),
        stderr: stderr.finish(until),
    })
}

/// A program that runs beside oakc. It ends, with what it started, when this is dropped.
#[derive(Debug)]
pub struct Companion {
    running: Running,
    stderr: Option<Tail>,
}

impl Companion {
    /// Starts a program: its stdout is `stdout`, and the end of its stderr is kept. Nobody writes to its stdin.
    ///
    /// # Errors
    /// Where the system cannot run it.
    pub fn start(command: &mut Command, stdout: impl Into<Stdio>) -> io::Result<Self> {
        Self::between(command, Stdio::piped(), stdout)
    }

    /// Starts a program that ends by itself when its stdin does: its stdin and stdout are these, and the end of its
    /// stderr is kept.
    ///
    /// # Errors
    /// Where the system cannot run it.
    pub fn between(
        command: &mut Command,
        stdin: impl Into<Stdio>,
        stdout: impl Into<Stdio>,
    ) -> io::Result<Self> {
        let mut running = Running::start_with(command, stdin.into(), stdout.into())?;
        let stderr = Tail::of(running.child.stderr.take(), KEPT);
        Ok(Self {
            running,
            stderr: Some(stderr),
        })
    }

    /// Asks it to say what it is doing, and to end: Python's `faulthandler` answers that. It is ended in any case
    /// when this returns, with what it said last.
    pub fn interrogate(mut self) -> Vec<u8> {
        self.running.signal_abort();
        self.await_end();
        self.end().1
    }

    /// Waits a moment for its end.
    pub fn await_end(&mut self) {
        let until = Instant::now() + LAST_WORDS;
        while Instant::now() < until && !self.running.has_ended().unwrap_or(true) {
            std::thread::sleep(PAUSE);
        }
    }

    /// Ends it, now that it is of no use any more: the last line that it said, or how it ended by itself. None for one
    /// that still ran and said nothing.
    pub fn last_words(mut self) -> Option<String> {
        self.await_end();
        let (status, said) = self.end();
        let said = String::from_utf8_lossy(&said);
        let line = said.lines().map(str::trim).rfind(|line| !line.is_empty());
        let ended = status.map(|status| format!("its process ended by itself ({status})"));
        line.map(str::to_owned).or(ended)
    }

    /// Ends it, with what it said last. It has a status if it ended by itself.
    pub fn end(mut self) -> (Option<ExitStatus>, Vec<u8>) {
        let by_itself = self.running.has_ended().unwrap_or(false);
        self.running.end_group();
        let status = self.running.child.wait().ok();
        self.running.gone = true;
        let until = Instant::now() + LAST_WORDS;
        let said = self.stderr.take().map(|stderr| stderr.finish(until));
        (status.filter(|_| by_itself), said.unwrap_or_default())
    }
}

/// A program that is ended when this is dropped.
#[derive(Debug)]
struct Running {
    child: Child,
    /// Its number may by now be that of another process.
    gone: bool,
}

impl Running {
    fn start(command: &mut Command) -> io::Result<Self> {
        Self::start_with(command, Stdio::piped(), Stdio::piped())
    }

    fn start_with(command: &mut Command, stdin: Stdio, stdout: Stdio) -> io::Result<Self> {
        command.stdin(stdin).stdout(stdout).stderr(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        processor::leave();
        let child = command.spawn()?;
        Ok(Self { child, gone: false })
    }

    fn wait(&mut self, limits: Limits<'_>) -> io::Result<End> {
        let begin = Instant::now();
        let (mut checked, mut size) = (begin, 0);
        while begin.elapsed() < limits.time {
            if self.has_ended()? {
                self.end_group();
                self.gone = true;
                return self.child.wait().map(End::Exited);
            }
            if let Some(growth) = limits.progress
                && checked.elapsed() >= growth.period
            {
                let now = size_of(growth.folder);
                if now < u64::saturating_add(size, growth.bytes) {
                    return Ok(End::Stalled);
                }
                (checked, size) = (Instant::now(), now);
            }
            std::thread::sleep(PAUSE);
        }
        Ok(End::Expired)
    }

    /// Whether it has ended. Its number stays its own: nobody asks for its status yet.
    #[cfg(unix)]
    fn has_ended(&mut self) -> io::Result<bool> {
        use rustix::process::{WaitId, WaitIdOptions, waitid};
        let Some(id) = self.id() else {
            return Ok(true);
        };
        let wait = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        Ok(waitid(WaitId::Pid(id), wait)?.is_some())
    }

    #[cfg(not(unix))]
    fn has_ended(&mut self) -> io::Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    #[cfg(unix)]
    fn end_group(&self) {
        // None of it may be left, which is fine.
        let _ = (self.id())
            .map(|id| rustix::process::kill_process_group(id, rustix::process::Signal::KILL));
    }

    #[cfg(not(unix))]
    fn end_group(&self) {}

    #[cfg(unix)]
    fn signal_abort(&self) {
        // It may be gone, which is fine.
        let _ =
            (self.id()).map(|id| rustix::process::kill_process(id, rustix::process::Signal::ABORT));
    }

    #[cfg(not(unix))]
    fn signal_abort(&self) {}

    #[cfg(unix)]
    fn id(&self) -> Option<rustix::process::Pid> {
        let id = i32::try_from(self.child.id()).ok();
        id.and_then(rustix::process::Pid::from_raw)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.gone {
            return;
        }
        self.end_group();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The bytes in the files of a folder and those below it.
fn size_of(folder: &Path) -> u64 {
    let (mut open, mut size) = (vec![folder.to_owned()], 0u64);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(data) if data.is_dir() => open.push(entry.path()),
                Ok(data) => size = size.saturating_add(data.len()),
                Err(_) => {}
            }
        }
    }
    size
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    const PLENTY: Limits<'static> = Limits {
        time: Duration::from_mins(1),
        progress: None,
    };

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    fn is_running(process: &str) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", process.trim()));
        stat.is_ok_and(|stat| !stat.contains(") Z "))
    }

    #[test]
    fn what_a_program_says_is_kept_up_to_a_limit_however_much_it_says() {
        let ended = run(&mut shell("echo out; echo err >&2; exit 3"), PLENTY).unwrap();
        let End::Exited(status) = ended.end else {
            panic!("{ended:?}");
        };
        assert_eq!(status.code(), Some(3));
        assert_eq!(
            (&ended.stdout[..], &ended.stderr[..]),
            (&b"out\n"[..], &b"err\n"[..])
        );
        let flood = "head -c 20000000 /dev/zero >&2; echo last >&2";
        let ended = run(&mut shell(flood), PLENTY).unwrap();
        assert!(ended.stderr.len() <= KEPT && ended.stderr.ends_with(b"last\n"));
    }

    #[test]
    fn a_program_that_runs_too_long_is_ended() {
        let limits = Limits {
            time: Duration::from_millis(200),
            ..PLENTY
        };
        let ended = run(&mut shell("echo begun; sleep 60"), limits).unwrap();
        assert_eq!(
            (ended.end, &ended.stdout[..]),
            (End::Expired, &b"begun\n"[..])
        );
    }

    #[test]
    fn a_program_of_which_too_little_comes_is_ended() {
        let folder = tempfile::tempdir().unwrap();
        let limits = |bytes| Limits {
            time: Duration::from_mins(1),
            progress: Some(Growth {
                folder: folder.path(),
                bytes,
                period: Duration::from_millis(300),
            }),
        };
        let drip = "for i in 1 2 3 4 5 6 7 8; do mkdir -p d; echo x >> d/f; sleep 0.1; done";
        let run = |bytes| run(shell(drip).current_dir(folder.path()), limits(bytes)).unwrap();
        assert_eq!(run(1_000).end, End::Stalled);
        std::fs::remove_dir_all(folder.path().join("d")).unwrap();
        assert!(matches!(run(1).end, End::Exited(_)));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_a_program_started_ends_with_it() {
        let ended = run(&mut shell("sleep 60 & echo $!"), PLENTY).unwrap();
        let child = String::from_utf8(ended.stdout).unwrap();
        assert!(!child.is_empty());
        // The system takes its time to end what is killed.
        let begin = Instant::now();
        while is_running(&child) && begin.elapsed() < Duration::from_secs(30) {
            std::thread::sleep(PAUSE);
        }
        assert!(!is_running(&child));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn who_leaves_the_group_keeps_nobody_waiting() {
        let begin = Instant::now();
        let ended = run(&mut shell("setsid sleep 5 & echo begun"), PLENTY).unwrap();
        assert_eq!(ended.stdout, b"begun\n");
        assert!(begin.elapsed() < Duration::from_secs(5));
    }
}
