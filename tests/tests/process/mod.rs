//! Runs the binary `oakc` in a directory of its own: files in, exit code and output out. The
//! binary is built by whoever asks first; `OAKC_BIN` names another one.
#![allow(dead_code, reason = "each suite uses a part of this")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

/// What a finished process said.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// Fails the test unless the process ended with this code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// Fails the test unless stderr has this text, however it is wrapped.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
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
pub(crate) fn flat(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || "│╰─╭·┬▲×⚠".contains(c));
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// The binary, built once.
pub(crate) fn oakc() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| match std::env::var_os("OAKC_BIN") {
        Some(path) => path.into(),
        None => build_oakc(),
    })
}

/// This test lies in `target/PROFILE/deps`, the binary will lie in `target/PROFILE`.
fn build_oakc() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(Path::parent).unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--package", "oakc"]);
    cargo.arg("--target-dir").arg(profile.parent().unwrap());
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
    assert!(cargo.status().unwrap().success(), "oakc does not build");
    profile.join("oakc")
}

/// An application in a directory of its own, with a cache of its own and a small firmware image
/// `fw.cmd`, so that nothing has to be installed.
#[derive(Debug)]
pub(crate) struct App {
    directory: TempDir,
}

/// The arguments of most runs: `app.toml` becomes `out/app.dap`.
pub(crate) const BUILD: &[&str] = &[
    "build",
    "--firmware",
    "fw.cmd",
    "app.toml",
    "-o",
    "out/app.dap",
];

/// A whole application without further files.
pub(crate) const SMALL: &str = "\
[app]
name = \"small\"

[lint]
allow = [\"unused-node\"]

[nodes.cam]
type = \"ColorCamera\"
fps = 10
";

impl App {
    pub(crate) fn new() -> Self {
        let app = Self {
            directory: tempfile::tempdir().unwrap(),
        };
        app.file("fw.cmd", [0xA5; 3000]);
        fs::create_dir(app.path("out")).unwrap();
        app
    }

    /// With [`SMALL`] as `app.toml`.
    pub(crate) fn small() -> Self {
        let app = Self::new();
        app.file("app.toml", SMALL);
        app
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Writes a file.
    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// Every file below the directory but the cache, by relative path.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        collect(self.directory.path(), self.directory.path(), &mut found);
        found.retain(|path| !path.starts_with("cache/"));
        found.sort();
        found
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.prepared(Command::new(oakc()), arguments)
    }

    /// As [`App::command`], with no more than so much address space.
    pub(crate) fn command_with_memory(&self, mebibytes: u32, arguments: &[&str]) -> Command {
        let mut command = Command::new("sh");
        let limited = format!("ulimit -v {}; exec \"$0\" \"$@\"", mebibytes * 1024);
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

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.command(arguments).output().unwrap().into()
    }

    /// Builds `app.toml` into `out/app.dap`.
    pub(crate) fn build(&self) -> Ran {
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
