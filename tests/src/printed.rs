//! What `oakc` prints as JSON, and the files that it leaves beside a package, against the schemas in `schemas/`.
//!
//! In: each command that a test runs through [`App::run`](crate::process::App::run). Never: JSON for which there is no
//! schema.

use std::path::Path;

use serde_json::Value;

use crate::process::{App, Ran};

/// The commands that print JSON, each with its schema.
const PRINTED: &[(&[&str], &str)] = &[
    (&["lint"], "diagnostics"),
    (&["build"], "diagnostics"),
    (&["inspect"], "inspect"),
    (&["diff"], "diff"),
    (&["devices"], "devices"),
    (&["device", "info"], "devices"),
    (&["device", "config"], "device-config"),
    (&["flash"], "flash"),
    (&["test"], "test"),
    (&["doctor"], "doctor"),
    (&["logs"], "log"),
    (&["run"], "log"),
    (&["config"], "config"),
    (&["explain"], "explain"),
    (&["cache"], "cache"),
    (&["model", "info"], "model"),
    (&["model", "compile"], "model-compile"),
];

/// Fails the test if a schema does not allow what was printed or written.
#[track_caller]
pub(crate) fn check(arguments: &[&str], ran: &Ran, app: &App) {
    let command = command(arguments);
    if has(arguments, "--format", "json") && !ran.stdout.is_empty() {
        check_printed(command, &ran.stdout);
    }
    if has(arguments, "--progress", "json") {
        check_lines("flash-progress", &ran.stderr);
    }
    if let Some(file) = value_of(arguments, "--log").filter(|file| app.path(file).is_file()) {
        check_lines("flash-log", &String::from_utf8_lossy(&app.read(file)));
    }
    if command.first() == Some(&"build") && ran.code == Some(0) {
        check_written(arguments, app);
    }
}

/// From the name of the command on.
fn command<'a, 'b>(arguments: &'a [&'b str]) -> &'a [&'b str] {
    let options = arguments.iter().take_while(|it| it.starts_with('-'));
    arguments.get(options.count()..).unwrap_or_default()
}

fn has(arguments: &[&str], option: &str, value: &str) -> bool {
    value_of(arguments, option) == Some(value)
        || arguments.contains(&format!("{option}={value}").as_str())
}

fn value_of<'a>(arguments: &[&'a str], option: &str) -> Option<&'a str> {
    let at = arguments.iter().position(|it| *it == option)?;
    arguments.get(at + 1).copied()
}

#[track_caller]
fn check_printed(command: &[&str], stdout: &str) {
    let schema = PRINTED.iter().find(|(words, _)| command.starts_with(words));
    let Some((_, schema)) = schema else {
        panic!("no schema says what {command:?} prints");
    };
    let values = serde_json::Deserializer::from_str(stdout).into_iter::<Value>();
    let values = values.map(|value| {
        value.unwrap_or_else(|error| panic!("{command:?} printed\n{stdout}\n{error}"))
    });
    assert_valid(schema, values);
}

/// Lines of JSON, among others.
#[track_caller]
fn check_lines(schema: &str, text: &str) {
    let lines = text.lines().filter(|line| line.starts_with('{'));
    assert_valid(
        schema,
        lines.map(|line| serde_json::from_str(line).unwrap()),
    );
}

#[track_caller]
fn check_written(arguments: &[&str], app: &App) {
    for file in app.files() {
        let text = || String::from_utf8(app.read(&file)).unwrap();
        if file.ends_with(".manifest.json") {
            assert_valid("manifest", [serde_json::from_str(&text()).unwrap()]);
        } else if file.ends_with("oakc.lock") && !arguments.contains(&"--no-lock") {
            assert_valid("lock", [toml::from_str(&text()).unwrap()]);
        }
    }
}

#[track_caller]
fn assert_valid(schema: &str, values: impl IntoIterator<Item = Value>) {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../schemas/{schema}.schema.json"));
    let text = std::fs::read_to_string(path).unwrap();
    let validator = jsonschema::draft7::new(&serde_json::from_str(&text).unwrap()).unwrap();
    for value in values {
        let errors = validator.iter_errors(&value);
        let errors: Vec<_> = errors
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(
            errors.is_empty(),
            "schemas/{schema}.schema.json does not allow it: {errors:#?}\n{value:#}"
        );
    }
}
