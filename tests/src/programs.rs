//! Programs in `reference/programs`, imported by the binary with the real library.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::process::{Ran, oakc};
use crate::reference::folder;

/// Imports one of the programs with `--check`, into a new directory.
pub fn import(python: &Path, program: &str, more: &[&str]) -> (TempDir, Ran) {
    let directory = TempDir::new().unwrap();
    let mut command = Command::new(oakc());
    command
        .arg("import")
        .arg(folder().join("programs").join(program));
    command.arg("--python").arg(python).args(["--check", "-o"]);
    let output = command.arg(directory.path()).args(more).output().unwrap();
    (directory, output.into())
}

/// The application in the directory.
pub fn text(directory: &TempDir) -> String {
    fs::read_to_string(directory.path().join("app.toml")).unwrap()
}

/// Fails the test unless the text contains all of the parts.
#[track_caller]
pub fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
}
