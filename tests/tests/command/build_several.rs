//! `oakc build` with many applications, and where their packages go.

use super::*;

fn named(name: &str) -> String {
    SMALL.replace("small", name)
}

const WITH_FIRMWARE: [&str; 3] = ["build", "--firmware", "fw.cmd"];

fn build(app: &App, arguments: &[&str]) -> Ran {
    app.run(&[&WITH_FIRMWARE, arguments].concat())
}

#[test]
fn a_folder_gets_a_package_for_each_application() {
    let app = App::new();
    app.file("a/app.toml", named("door"));
    app.file("b/app.toml", named("gate"));
    let ran = build(&app, &["*/app.toml", "-o", "dist/"]).exits(0);
    assert!(
        ran.stdout.contains("a/app.toml  dist/door.dap"),
        "{}",
        ran.stdout
    );
    assert!(app.path("dist/door.dap").exists() && app.path("dist/gate.dap").exists());
    let ran = build(&app, &[".", "--format", "json"]).exits(0);
    let built = json(&ran.stdout);
    let files = built["packages"].as_array().unwrap().iter();
    let files: Vec<_> = files.map(|it| it["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["a/app.toml", "b/app.toml"]);
    assert!(app.path("a/app.dap").exists());
}

#[test]
fn a_template_names_packages() {
    let app = App::new();
    let text = format!("{}\n[profiles.night.nodes.cam]\nfps = 5\n", named("door"));
    app.file("app.toml", text);
    let output = "dist/{profile}/{name}-{file}.dap";
    build(&app, &["app.toml", "--profile", "night", "-o", output]).exits(0);
    build(&app, &["app.toml", "-o", output]).exits(0);
    assert!(app.path("dist/night/door-app.dap").exists());
    assert!(app.path("dist/default/door-app.dap").exists());
    build(&app, &["app.toml", "-o", "{nam}.dap"])
        .exits(2)
        .says("there is no `{nam}`; there are `{name}`, `{version}`, `{profile}`, `{file}`");
}

#[test]
fn nothing_is_built_unless_everything_can_be() {
    let app = App::new();
    app.file("a.toml", named("door"));
    app.file("b.toml", "[nodes.cam]\n");
    build(&app, &["a.toml", "b.toml"])
        .exits(1)
        .says("has no `type`");
    assert!(!app.path("a.dap").exists());
}

#[test]
fn no_package_is_written_over_another() {
    let app = App::new();
    app.file("a.toml", named("door"));
    app.file("b.toml", named("door"));
    build(&app, &["a.toml", "b.toml", "-o", "dist/"])
        .exits(1)
        .says("a.toml and b.toml would both become dist/door.dap");
    assert!(!app.path("dist").exists());
    build(&app, &["a.toml", "b.toml", "-o", "one.dap"])
        .exits(2)
        .says("`-o one.dap` is one file");
}
