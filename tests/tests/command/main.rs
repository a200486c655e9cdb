//! The commands as a user runs them: outputs, exit codes, streams, the lock file, the manifest,
//! packages taken apart, virtual cameras, and what is left when a process is killed.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first thing that is wrong"
)]

mod applications;
mod applications_on_pictures;
mod bad_input;
mod build;
mod build_several;
mod bundle;
mod cameras;
mod ci;
mod completions;
mod desk_fed;
mod desk_networks;
mod desk_nodes;
mod diff;
mod doctor;
mod documented;
mod emulate;
mod explain;
mod fix;
mod fleet;
mod graph;
mod hostile_packages;
mod init;
mod injection;
mod inspect;
mod killed;
mod large_input;
mod levels;
mod lint_inputs;
mod locked;
mod logging;
mod logs;
mod many;
mod model;
#[cfg(unix)]
mod model_compile;
#[cfg(unix)]
mod model_desk;
mod model_fetch;
mod on_a_terminal;
mod own_modules;
mod planted;
mod run;
mod scenarios;
mod scenarios_begun;
mod scenarios_documented;
mod scenarios_killed;
mod scenarios_long;
mod simulate;
mod simulate_sources;
mod site_params;
mod sites;
mod streams;
mod templates;
mod untrusted;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use oakc_core::digest::sha256;
use oakc_runtime_schema::sbr::{self, Header};
use oakc_tests::process::{ALL_IS_WELL, App, BUILD, Ran, SMALL, flat, oakc};
use oakc_tests::requirement::has_program;
use serde_json::{Value, json};

const WITH_FILES: &str = "\
[app]
name = \"with-files\"

[nodes.cam]
type = \"ColorCamera\"

[nodes.s]
type = \"Script\"
source = \"scripts/s.py\"
inputs.frames = \"cam.video\"

[nodes.s.assets.\"dir/table\"]
path = \"table.bin\"

[assets.shared]
path = \"table.bin\"
";

fn with_files() -> App {
    let app = App::new();
    app.file("app.toml", WITH_FILES);
    app.file("scripts/s.py", "while True:\n    node.io['frames'].get()\n");
    app.file("table.bin", [1, 2, 3, 4]);
    app
}

/// The files below a folder, by their paths.
fn files_below(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let found = entries.flat_map(|path| {
        if path.is_dir() {
            return files_below(&path);
        }
        let bytes = fs::read(&path).unwrap();
        vec![(path, bytes)]
    });
    found.collect()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn rules_are_listed_and_explained() {
    let app = App::new();
    let list = app.run(&["explain"]).exits(0).stdout;
    assert!(list.contains("OAK012  host-dependent-node"), "{list}");
    let by_name = app.run(&["explain", "host-dependent-node"]).exits(0).stdout;
    let by_code = app.run(&["explain", "oak012"]).exits(0).stdout;
    assert_eq!(by_name, by_code);
    app.run(&["explain", "host-dependent"])
        .exits(1)
        .says("did you mean `host-dependent-node`?");
}

#[test]
fn several_files_are_checked_in_one_run() {
    let app = App::small();
    app.file("b.yaml", "nodes: {a: {type: Nope}}\n");
    let ran = app
        .run(&["lint", "app.toml", "b.yaml"])
        .exits(1)
        .says("Nope");
    assert!(ran.stdout.is_empty());
    app.run(&["lint", "app.toml", "gone.toml"])
        .exits(3)
        .says("gone.toml");
}

#[test]
fn warnings_fail_only_if_they_are_denied() {
    let app = App::new();
    let node = "[nodes.x]\ntype = \"XLinkIn\"\nstream_name = \"a\"\n";
    app.file(
        "app.toml",
        format!("[lint]\nwarn = [\"host-dependent-node\"]\n{node}"),
    );
    app.run(&["lint", "app.toml"]).exits(0).says("1 warning");
    app.run(&["lint", "--deny", "warnings", "app.toml"])
        .exits(1);
    app.file(
        "app.toml",
        format!("[lint]\nallow = [\"host-dependent-node\"]\n{node}"),
    );
    let ran = app
        .run(&["lint", "--deny", "warnings", "app.toml"])
        .exits(0);
    assert_eq!(ran.stderr, ALL_IS_WELL);
}

#[test]
fn a_reader_that_closes_the_pipe_does_not_change_the_exit_code() {
    if !has_program("bash") {
        return;
    }
    let app = App::new();
    app.file("bad.toml", "[nodes.cam]\ntype = \"ColorCamra\"\n");
    app.file("app.toml", SMALL);
    let piped = |arguments: &str| {
        let script = format!(
            "{} {arguments} | true; exit ${{PIPESTATUS[0]}}",
            oakc().display()
        );
        let mut shell = Command::new("bash");
        shell.args(["-c", &script]).current_dir(app.path(""));
        shell
            .env("OAKC_CACHE", app.path("cache"))
            .status()
            .unwrap()
            .code()
    };
    assert_eq!(piped("lint --format json bad.toml"), Some(1));
    let build = "build --format json --firmware fw.cmd app.toml -o out/app.dap";
    assert_eq!(piped(build), Some(0));
    assert!(app.path("out/app.dap").exists());
}
