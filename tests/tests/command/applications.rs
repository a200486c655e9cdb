//! Whole applications on the desk, as somebody would write them: all of their scenarios pass.

use oakc_tests::interpreter::interpreter;
use oakc_tests::models::model;

use super::*;

/// An application, with a model of the right size for each of its own, and how many scenarios it has.
type Whole = (&'static str, &'static [(&'static str, &'static str)], usize);

const APPLICATIONS: [Whole; 3] = [
    (
        "people-counting",
        &[("person.blob", "ssd-300x300-6shave.blob")],
        21,
    ),
    (
        "licence-plates",
        &[
            ("vehicle.blob", "ssd-300x300-6shave.blob"),
            ("plate.blob", "ssd-320x320-6shave.blob"),
            ("text.blob", "ssd-320x48-6shave.blob"),
        ],
        6,
    ),
    (
        "fall-alarm",
        &[("pose.blob", "ssd-256x256-6shave.blob")],
        22,
    ),
];

#[test]
fn whole_applications_pass_their_scenarios_and_the_checks() {
    let Some(python) = interpreter() else { return };
    for (name, models, scenarios) in APPLICATIONS {
        let app = App::new();
        copy(
            &xtask::root().join("tests/applications").join(name),
            &app,
            "",
        );
        for (file, made) in models {
            app.file(file, model(made).unwrap());
        }
        let linted = app.run(&["lint", "--deny", "warnings", "app.toml"]);
        assert_eq!(linted.exits(0).stderr, ALL_IS_WELL, "{name}");
        let mut command = app.command(&["test"]);
        command.env("OAKC_PYTHON", python.path());
        let ran = Ran::from(command.output().unwrap()).exits(0);
        let passed = format!("{scenarios} passed, 0 failed");
        assert_eq!(ran.stdout.lines().last(), Some(passed.as_str()), "{name}");
    }
}

/// Copies what is in a folder, and below it, into the application's.
fn copy(folder: &Path, app: &App, below: &str) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{below}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            copy(&path, app, &format!("{name}/"));
        } else {
            app.file(&name, fs::read(&path).unwrap());
        }
    }
}
