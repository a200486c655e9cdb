//! What `oakc` prints as JSON, and the files that it leaves beside a package, against the schemas in `schemas/`.
//!
//! In: each command that a test runs through [`App::run`](crate::process::App::run). Never: JSON for which there is no
//! schema, unless it is listed here.

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
    (&["flash"], "flash"),
    (&["test"], "test"),
    (&["doctor"], "doctor"),
    (&["logs"], "log"),
    (&["model", "info"], "model"),
];

/// Those without a schema.
const OTHERS: &[&[&str]] = &[
    &["config"],
    &["run"],
    &["explain"],
    &["cache"],
    &["model", "compile"],
    &["device", "config"],
];

/// Fails the test if a schema does not allow what was printed or written.
#[track_caller]
pub(crate) fn check(arguments: &[&str], ran: &Ran, app: &App) {
    let command = command(arguments);
    if prints_json(arguments) && !ran.stdout.is_empty() {
        check_printed(command, &ran.stdout);
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

fn prints_json(arguments: &[&str]) -> bool {
    arguments.windows(2).any(|it| it == ["--format", "json"])
        || arguments.contains(&"--format=json")
}

#[track_caller]
fn check_printed(command: &[&str], stdout: &str) {
    let Some((_, schema)) = PRINTED.iter().find(|(words, _)| command.starts_with(words)) else {
        let listed = OTHERS.iter().any(|words| command.starts_with(words));
        assert!(listed, "no schema says what {command:?} prints");
        return;
    };
    let values = serde_json::Deserializer::from_str(stdout).into_iter::<Value>();
    for value in values {
        let value = value.unwrap_or_else(|error| panic!("{command:?} printed\n{stdout}\n{error}"));
        assert_valid(schema, &value);
    }
}

#[track_caller]
fn check_written(arguments: &[&str], app: &App) {
    for file in app.files() {
        let text = || String::from_utf8(app.read(&file)).unwrap();
        if file.ends_with(".manifest.json") {
            assert_valid("manifest", &serde_json::from_str(&text()).unwrap());
        } else if file.ends_with("oakc.lock") && !arguments.contains(&"--no-lock") {
            assert_valid("lock", &toml::from_str(&text()).unwrap());
        }
    }
}

#[track_caller]
fn assert_valid(schema: &str, value: &Value) {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../schemas/{schema}.schema.json"));
    let text = std::fs::read_to_string(path).unwrap();
    let validator = jsonschema::draft7::new(&serde_json::from_str(&text).unwrap()).unwrap();
    let errors = validator.iter_errors(value);
    let errors: Vec<_> = errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(
        errors.is_empty(),
        "schemas/{schema}.schema.json does not allow it: {errors:#?}\n{value:#}"
    );
}
