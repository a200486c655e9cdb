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
    assert_eq!(allowed.stderr, "");
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
    lint(&app, &["--deny", "host-dependent-node"]).exits(1);
}

#[test]
fn a_rule_that_there_is_not_is_a_wrong_command_line() {
    let app = App::new();
    app.file("app.toml", SMALL);
    lint(&app, &["-A", "host-dependant-node"])
        .exits(2)
        .says("did you mean `host-dependent-node`?");
}
