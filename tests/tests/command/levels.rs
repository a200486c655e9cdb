//! Levels of rules on the command line.

use super::*;

const WITH_XLINK: &str = "\
[nodes.cam]
type = \"ColorCamera\"

[nodes.out]
type = \"XLinkOut\"
inputs.in = \"cam.video\"
";

fn lint(app: &App, more: &[&str]) -> Ran {
    app.run(&[&["lint", "app.toml"], more].concat())
}

#[test]
fn a_rule_can_be_allowed_made_a_warning_and_denied_again() {
    let app = App::new();
    app.file("app.toml", WITH_XLINK);
    lint(&app, &[]).exits(1).says("error[OAK012]");
    let allowed = lint(&app, &["-A", "host-dependent-node"]).exits(0);
    assert_eq!(allowed.stderr, ALL_IS_WELL);
    let warned = lint(&app, &["-W", "OAK012"]).exits(0);
    assert!(warned.stderr.contains("1 warning"), "{}", warned.stderr);
    lint(&app, &["-W", "OAK012", "-D", "warnings"]).exits(1);
    lint(&app, &["-W", "OAK012", "--deny", "host-dependent-node"]).exits(1);
}

#[test]
fn the_command_line_wins_over_the_configuration() {
    let app = App::new();
    let allow = "[lint]\nallow = [\"host-dependent-node\"]\n";
    app.file("app.toml", format!("{WITH_XLINK}\n{allow}"));
    lint(&app, &[]).exits(0);
    let denied = lint(&app, &["--deny", "host-dependent-node"]).exits(1);
    assert!(!denied.stderr.contains("OAK025"), "{}", denied.stderr);
}

#[test]
fn an_unknown_rule_is_a_usage_error() {
    let app = App::new();
    app.file("app.toml", SMALL);
    lint(&app, &["-A", "host-dependant-node"])
        .exits(2)
        .says("did you mean `host-dependent-node`?");
}

#[test]
fn two_levels_for_one_rule_on_the_command_line_are_an_error() {
    let app = App::new();
    app.file("app.toml", SMALL);
    let both = ["-A", "busy-loop", "-D", "OAK212"];
    lint(&app, &both)
        .exits(1)
        .says("error[OAK025]")
        .says("`busy-loop` is both allowed and denied");
    lint(&app, &["-D", "busy-loop", "-D", "OAK212"]).exits(0);
}

#[test]
fn a_level_that_cannot_be_set_on_the_command_line_is_pointed_out_once() {
    let app = App::new();
    app.file("app.toml", SMALL);
    app.file("other.toml", SMALL);
    let ran = lint(&app, &["other.toml", "-A", "unknown-port"]).exits(0);
    let told = "the level of `unknown-port` cannot be changed";
    assert_eq!(ran.stderr.matches(told).count(), 1, "{}", ran.stderr);
    lint(&app, &["-A", "unknown-port", "-D", "warnings"]).exits(1);
}
