//! What `oakc lint` checks: standard input, folders, and files that change.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Child;

use super::*;

/// Runs `oakc` with this text on standard input.
fn piped(app: &App, arguments: &[&str], text: &str) -> Ran {
    let mut command = app.command(arguments);
    command.stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(text.as_bytes()).unwrap();
    drop(stdin);
    child.wait_with_output().unwrap().into()
}

#[test]
fn standard_input_is_checked_under_the_name_that_it_is_given() {
    let app = App::new();
    app.file("door/s.py", "import requests\n");
    let text = "nodes:\n  s: {type: Script, source: s.py}\n";
    let arguments = [
        "lint",
        "-",
        "--stdin-filename",
        "door/app.yaml",
        "--format",
        "json",
    ];
    let ran = piped(&app, &arguments, text).exits(0);
    let found = json(&ran.stdout);
    let files = found["diagnostics"].as_array().unwrap().iter();
    let files: Vec<_> = files.map(|it| it["labels"][0]["file"].as_str()).collect();
    assert!(files.contains(&Some("door/s.py")), "{found}");
    assert!(!app.path("door/app.yaml").exists());
}

#[test]
fn standard_input_without_a_name_is_toml() {
    let app = App::new();
    piped(&app, &["lint", "-"], SMALL)
        .exits(0)
        .says("checked 1 application: nothing to report");
    piped(&app, &["lint", "-"], "[nodes.cam]\n")
        .exits(1)
        .says("stdin.toml:1:");
    piped(&app, &["lint", "-", "app.toml"], "").exits(2);
    app.run(&["lint", "app.toml", "--stdin-filename", "x.toml"])
        .exits(2);
}

#[test]
fn a_repaired_standard_input_is_printed() {
    let app = App::small();
    let before = app.read("app.toml");
    let text = SMALL.replace("fps", "Fps");
    let arguments = ["lint", "--fix", "-", "--stdin-filename", "app.toml"];
    let ran = piped(&app, &arguments, &text).exits(0);
    assert_eq!(ran.stdout, SMALL);
    assert_eq!(piped(&app, &arguments, SMALL).exits(0).stdout, SMALL);
    assert_eq!(app.read("app.toml"), before);
    let diff = [
        "lint",
        "--fix",
        "--diff",
        "-",
        "--stdin-filename",
        "app.toml",
    ];
    let ran = piped(&app, &diff, &text).exits(1);
    assert!(
        ran.stdout.contains("\n-Fps = 10\n+fps = 10\n"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_folder_means_the_applications_in_and_below_it() {
    let app = App::small();
    app.file("roof/app.yaml", "nodes: {cam: {}}\n");
    app.file("roof/other.toml", "[nodes.other]\n");
    app.file("target/app.toml", "[nodes.built]\n");
    let ran = app.run(&["lint", "--format", "json", "."]).exits(1);
    let found = json(&ran.stdout);
    let files = found["diagnostics"].as_array().unwrap().iter();
    let files: Vec<_> = files.map(|it| it["labels"][0]["file"].as_str()).collect();
    assert_eq!(files, [Some("roof/app.yaml")]);
    app.run(&["lint", "out"])
        .exits(3)
        .says("out: there are no applications: they are called app.toml, app.yaml or app.yml");
}

#[test]
fn where_all_is_well_a_line_says_so_to_people_only() {
    let app = App::small();
    let ran = app.run(&["lint", "app.toml", "app.toml"]).exits(0);
    assert_eq!(ran.stderr, "checked 2 applications: nothing to report\n");
    let ran = app.run(&["lint", "--quiet", "app.toml"]).exits(0);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
    for format in ["json", "sarif", "github"] {
        let ran = app.run(&["lint", "--format", format, "app.toml"]).exits(0);
        assert_eq!(ran.stderr, "", "{format}");
    }
    let ran = app.run(&["lint", "--changed", "README.md"]).exits(0);
    assert_eq!(ran.stderr, "no application uses what changed\n");
}

/// A process that ends with the test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn watched_files_are_checked_again_when_they_change() {
    let app = App::new();
    app.file(
        "app.toml",
        "[nodes.s]\ntype = \"Script\"\nsource = \"s.py\"\n",
    );
    app.file("s.py", "import requests\n");
    let mut command = app.command(&["lint", "--watch", "app.toml"]);
    let mut watching = Ended(command.stderr(Stdio::piped()).spawn().unwrap());
    let mut lines = BufReader::new(watching.0.stderr.take().unwrap()).lines();
    let mut until = |wanted: &str| {
        let found = lines
            .by_ref()
            .map(Result::unwrap)
            .find(|line| line.contains(wanted));
        assert!(found.is_some(), "{wanted}");
    };
    until("requests");
    until("waiting for changes");
    app.file("s.py", "while True:\n    node.warn('x')\n");
    until("s.py has changed");
    until("this loop never waits");
    until("waiting for changes");
}
