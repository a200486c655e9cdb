//! `oakc lint` with many files.

use super::*;

#[test]
fn quoted_patterns_name_the_files_that_match() {
    let app = App::new();
    for name in ["a/one.toml", "a/b/two.toml", "three.toml"] {
        app.file(name, format!("[nodes.{}]\n", name.replace(['/', '.'], "_")));
    }
    let ran = app.run(&["lint", "--format", "json", "**/*.toml"]).exits(1);
    for name in ["a_one_toml", "a_b_two_toml", "three_toml"] {
        assert!(ran.stdout.contains(name), "{}", ran.stdout);
    }
    let ran = app
        .run(&["lint", "--format", "json", "a/?ne.toml"])
        .exits(1);
    assert_eq!(json(&ran.stdout)["summary"]["errors"], 1);
    app.run(&["lint", "*.yaml"])
        .exits(3)
        .says("no file matches `*.yaml`");
    app.run(&["lint", "***.toml"])
        .exits(1)
        .says("is not a valid pattern");
}

#[test]
fn a_file_whose_name_looks_like_a_pattern_is_that_file() {
    let app = App::new();
    app.file("[x].toml", "[nodes.cam]\n");
    app.run(&["lint", "[x].toml"]).exits(1).says("`cam`");
}

#[test]
fn the_findings_of_many_files_come_in_the_order_of_the_arguments() {
    let app = App::new();
    let names: Vec<_> = (0..40).map(|number| format!("{number}.toml")).collect();
    for name in &names {
        app.file(name, "[nodes.cam]\n");
    }
    let arguments: Vec<_> = ["lint", "--format", "json"]
        .into_iter()
        .chain(names.iter().map(String::as_str))
        .collect();
    let ran = app.run(&arguments).exits(1);
    let found = json(&ran.stdout);
    let files = found["diagnostics"].as_array().unwrap().iter();
    let files = files.map(|d| d["labels"][0]["file"].as_str().unwrap());
    assert_eq!(files.collect::<Vec<_>>(), names);
    assert_eq!(app.run(&arguments).stdout, ran.stdout);
}

#[test]
fn a_missing_file_does_not_hide_the_findings_of_other_files() {
    let app = App::new();
    app.file("bad.toml", "[nodes.cam]\n");
    app.run(&["lint", "gone.toml", "bad.toml"])
        .exits(3)
        .says("gone.toml")
        .says("has no `type`");
}
