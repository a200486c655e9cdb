//! Runs the binary `oakc` in a directory of its own: files in, exit code and output out. The first
//! test that needs the binary builds it; `OAKC_BIN` names another one. What that is like is said by `OAKC_BIN_TARGET`,
//! which it was built for, and `OAKC_BIN_MEBIBYTES`, which is the address space that its emulator takes.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::printed;

/// Whether processes that a test starts take note of a signal: who runs the tests with it ignored, as
/// `nohup` does with 1 and a script with 2 for what it starts in the background, hands that on.
pub fn is_heard(signal: u32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.unwrap_or_default() >> signal.saturating_sub(1) & 1 == 0
}

/// A process that has ended.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to stdout.
    pub stdout: String,
    /// What it wrote to stderr.
    pub stderr: String,
}

impl Ran {
    /// Fails the test unless the process ended with this code.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// Fails the test unless stderr contains this text, wherever lines are wrapped.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(
            flat(&self.stderr).contains(&flat(text)),
            "no {text:?} in\n{}",
            self.stderr
        );
        self
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            code: output.status.code(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }
}

/// Text without line breaks, frames and indentation.
pub fn flat(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || "│╰─╭·┬▲×⚠".contains(c));
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// The path of the binary, which is built once.
pub fn oakc() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| match std::env::var_os("OAKC_BIN") {
        Some(path) => path.into(),
        None => build_oakc(),
    })
}

/// Whether the binary is one for Windows, which need not be the system of the tests.
pub fn is_for_windows() -> bool {
    cfg!(windows) || std::env::var("OAKC_BIN_TARGET").is_ok_and(|it| it.contains("windows"))
}

/// What the system that the binary was built for says of a disk without space.
pub fn full() -> &'static str {
    if is_for_windows() {
        "(os error 112)"
    } else {
        "No space left on device"
    }
}

/// What it says of a disk on which nothing may be written.
pub fn read_only() -> &'static str {
    if is_for_windows() {
        "(os error 5)"
    } else {
        "Read-only file system"
    }
}

/// How much address space the binary takes before it does anything, in MiB.
fn taken() -> u32 {
    let taken = std::env::var("OAKC_BIN_MEBIBYTES").ok();
    taken.map_or(0, |mebibytes| mebibytes.parse().unwrap())
}

/// The running test is `target/PROFILE/deps/NAME-HASH`, so the binary goes to `target/PROFILE`. The whole workspace is
/// selected, and this test with the binary: otherwise the dependencies would have fewer features and be compiled again.
fn build_oakc() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(Path::parent).unwrap();
    let name = test.file_stem().and_then(OsStr::to_str).unwrap();
    let (name, _) = name.rsplit_once('-').unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--workspace", "--bin", "oakc"]);
    cargo.args(["--test", name]);
    cargo.arg("--target-dir").arg(profile.parent().unwrap());
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
    assert!(cargo.status().unwrap().success(), "oakc does not build");
    profile.join("oakc")
}

/// A directory for one application, with its own cache and a small firmware image `fw.cmd`, so that
/// nothing has to be installed.
#[derive(Debug)]
pub struct App {
    directory: TempDir,
}

/// The arguments of most builds: `app.toml` becomes `out/app.dap`.
pub const BUILD: &[&str] = &[
    "build",
    "--firmware",
    "fw.cmd",
    "app.toml",
    "-o",
    "out/app.dap",
];

/// What `oakc lint` says where there is nothing else to say.
pub const ALL_IS_WELL: &str = "checked 1 application: nothing to report\n";

/// A complete application that needs no other files.
pub const SMALL: &str = "\
[app]
name = \"small\"

[lint]
allow = [\"unused-node\"]

[nodes.cam]
type = \"ColorCamera\"
fps = 10
";

impl App {
    /// An empty directory, apart from `fw.cmd` and the folder `out`.
    #[expect(clippy::new_without_default, reason = "it writes files")]
    pub fn new() -> Self {
        let app = Self {
            directory: tempfile::tempdir().unwrap(),
        };
        app.file("fw.cmd", [0xA5; 3000]);
        fs::create_dir(app.path("out")).unwrap();
        app
    }

    /// With [`SMALL`] as `app.toml`.
    pub fn small() -> Self {
        let app = Self::new();
        app.file("app.toml", SMALL);
        app
    }

    /// The path of a file in the directory.
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Writes a file, and the folders above it.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Reads a file.
    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// The relative paths of all files in the directory, except those in the cache.
    pub fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        collect(self.directory.path(), self.directory.path(), &mut found);
        found.retain(|path| !path.starts_with("cache/"));
        found.sort();
        found
    }

    /// `oakc` with these arguments, ready to run in the directory.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.prepared(Command::new(oakc()), arguments)
    }

    /// Like [`App::command`], but killed if it takes more CPU time, and limited to this much address space.
    pub fn command_with_limits(&self, mebibytes: u32, seconds: u32, arguments: &[&str]) -> Command {
        let mut command = Command::new("sh");
        let kibibytes = (taken() + mebibytes) * 1024;
        let limited = format!("ulimit -v {kibibytes}; ulimit -t {seconds}; exec \"$0\" \"$@\"");
        command.args(["-c", &limited]).arg(oakc());
        self.prepared(command, arguments)
    }

    fn prepared(&self, mut command: Command, arguments: &[&str]) -> Command {
        command
            .args(arguments)
            .current_dir(self.directory.path())
            .stdin(Stdio::null())
            .env("OAKC_CACHE", self.path("cache"))
            .env("COLUMNS", "100")
            .env_remove("NO_COLOR")
            .env_remove("RUST_BACKTRACE");
        command
    }

    /// Runs `oakc` with these arguments.
    #[track_caller]
    pub fn run(&self, arguments: &[&str]) -> Ran {
        let ran = self.command(arguments).output().unwrap().into();
        printed::check(arguments, &ran, self);
        ran
    }

    /// Builds `app.toml` into `out/app.dap`.
    pub fn build(&self) -> Ran {
        self.run(BUILD)
    }
}

fn collect(root: &Path, directory: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.is_symlink() {
            collect(root, &path, found);
        } else {
            let name = path.strip_prefix(root).unwrap();
            found.push(name.to_string_lossy().into_owned());
        }
    }
}
