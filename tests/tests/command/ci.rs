//! What the CI of other projects uses: the GitHub action and the pre-commit hook.

use std::fs;
use std::process::{Command, Output};

use oakc_tests::process::{App, Ran, SMALL, oakc};
use oakc_tests::requirement::has_program;
use serde_json::Value;

fn yaml(name: &str) -> Value {
    let text = fs::read_to_string(xtask::root().join(name)).unwrap();
    serde_saphyr::from_str(&text).unwrap()
}

/// Runs the action's steps in the directory of an application. These inputs override the defaults.
fn act(app: &App, inputs: &[(&str, &str)]) -> Output {
    let action = yaml("action.yml");
    let steps = action["runs"]["steps"].as_array().unwrap();
    let lint = steps.iter().find(|step| step["name"] == "Lint").unwrap();
    let input = |name: &str| {
        let given = inputs.iter().find(|(input, _)| *input == name);
        given.map_or(action["inputs"][name]["default"].as_str().unwrap(), |i| i.1)
    };
    let mut command = Command::new("bash");
    // This is how the runner starts `shell: bash`.
    command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c"]);
    command.arg(lint["run"].as_str().unwrap());
    let path = std::env::var("PATH").unwrap();
    let tools = oakc().parent().unwrap().display();
    command.env("PATH", format!("{tools}:{path}"));
    for (variable, value) in lint["env"].as_object().unwrap() {
        let expression = value.as_str().unwrap();
        let name = expression.strip_prefix("${{ inputs.").unwrap();
        command.env(variable, input(name.strip_suffix(" }}").unwrap()));
    }
    command.current_dir(app.path("")).output().unwrap()
}

#[test]
fn the_action_passes_a_good_application_and_fails_a_bad_one_with_annotations() {
    if !has_program("bash") {
        return;
    }
    let app = App::new();
    app.file("door/app.toml", SMALL);
    let good = act(&app, &[]);
    assert_eq!(good.status.code(), Some(0), "{good:?}");
    app.file("gate/app.toml", "[nodes.cam]\n");
    let bad = act(&app, &[]);
    let stdout = String::from_utf8(bad.stdout).unwrap();
    assert_eq!(bad.status.code(), Some(1), "{stdout}");
    assert!(
        stdout.contains("::error file=gate/app.toml,line=1"),
        "{stdout}"
    );
}

#[test]
fn the_action_writes_the_sarif_log_even_if_it_fails() {
    if !has_program("bash") {
        return;
    }
    let app = App::new();
    app.file("my app.toml", SMALL);
    app.file("bad.toml", "[nodes.cam]\n");
    let ran = act(&app, &[("files", "*.toml"), ("sarif", "oakc.sarif")]);
    assert_eq!(ran.status.code(), Some(1), "{ran:?}");
    let log: Value = serde_json::from_slice(&app.read("oakc.sarif")).unwrap();
    assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 1);
}

#[test]
fn the_action_fails_if_nothing_matches_or_warnings_are_denied() {
    if !has_program("bash") {
        return;
    }
    let app = App::new();
    assert_eq!(act(&app, &[]).status.code(), Some(3));
    let warning = "[lint]\nwarn = [\"host-dependent-node\"]\n[nodes.x]\ntype = \"XLinkIn\"\n";
    app.file("app.toml", warning);
    assert_eq!(act(&app, &[]).status.code(), Some(0));
    let strict = act(&app, &[("deny-warnings", "true")]);
    assert_eq!(strict.status.code(), Some(1), "{strict:?}");
}

/// Runs the pre-commit hook on these files of a commit.
fn hook(app: &App, changed: &[&str], more: &[&str]) -> Ran {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let entry: Vec<_> = hooks[0]["entry"].as_str().unwrap().split(' ').collect();
    let (program, arguments) = entry.split_first().unwrap();
    assert_eq!(*program, "oakc");
    app.run(&[arguments, more, changed].concat())
}

#[test]
fn the_hook_checks_the_files_of_a_commit() {
    let app = App::new();
    app.file("app.toml", SMALL);
    app.file("bad/app.yml", "nodes: {cam: {}}\n");
    app.file("Cargo.toml", "[package]\n");
    hook(&app, &["app.toml"], &[]).exits(0);
    hook(&app, &["app.toml", "bad/app.yml"], &[])
        .exits(1)
        .says("bad/app.yml");
    // Other files are none of its business.
    hook(&app, &["Cargo.toml"], &[]).exits(0);
}

#[test]
fn the_hook_checks_the_application_that_uses_a_changed_script_or_model() {
    let app = App::new();
    let node = "[nodes.s]\ntype = \"Script\"\nsource = \"../lib/s.py\"\n";
    let network = "[nodes.n]\ntype = \"NeuralNetwork\"\nmodel = \"m.blob\"\n";
    app.file("door/app.toml", node);
    app.file("gate/app.toml", network);
    app.file("gate/m.blob", "no model");
    app.file("lib/s.py", "def f(:\n");
    app.file("lib/other.py", "def f(:\n");
    hook(&app, &["lib/s.py"], &[]).exits(1).says("lib/s.py");
    hook(&app, &["gate/m.blob"], &[])
        .exits(1)
        .says("gate/app.toml");
    hook(&app, &["lib/other.py"], &[]).exits(0);
    let elsewhere = ["--among", "gate/*.toml"];
    hook(&app, &["lib/s.py"], &elsewhere).exits(0);
    let hooks = yaml(".pre-commit-hooks.yaml");
    assert_eq!(hooks[0]["require_serial"], true);
    assert!(
        hooks[0]["files"].is_null(),
        "scripts and models have any name"
    );
}

#[test]
fn the_action_looks_for_applications_under_each_of_their_names() {
    if !has_program("bash") {
        return;
    }
    for name in ["app.toml", "app.yaml", "app.yml"] {
        let app = App::new();
        app.file(&format!("door/{name}"), "");
        let ran = act(&app, &[]);
        assert_eq!(ran.status.code(), Some(1), "{name}: {ran:?}");
    }
}

#[test]
fn the_documented_workflow_uses_inputs_that_exist() {
    let docs = fs::read_to_string(xtask::root().join("docs/ci.md")).unwrap();
    let (_, rest) = docs.split_once("```yaml\n").unwrap();
    let (workflow, _) = rest.split_once("```").unwrap();
    let workflow: Value = serde_saphyr::from_str(workflow).unwrap();
    let steps = workflow["jobs"]["cameras"]["steps"].as_array().unwrap();
    let ours = steps.iter().find(|step| step["uses"] == "oakc/oakc@main");
    let action = yaml("action.yml");
    for (input, _) in ours.unwrap()["with"].as_object().unwrap() {
        assert!(action["inputs"][input].is_object(), "{input}");
    }
}
