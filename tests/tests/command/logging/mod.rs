//! `[logging]` through every command that meets it.

mod on_the_desk;

use oakc_tests::interpreter::interpreter;

use super::*;

const APP: &str = r#"
[app]
name = "door-counter"
version = "1.4.0"

[params]
collector = "192.168.1.10:5514"

[logging]
udp = "${collector}"
nodes = { quiet = "off" }
heartbeat = "5s"
restart = true
relay = true
camera = "gate-3"

[nodes.cam]
type = "MonoCamera"
fps = 5

[nodes.system]
type = "SystemLogger"

[nodes.report]
type = "Script"
source = "report.py"
processor = "LEON_CSS"
inputs.frames = { from = "cam.out", blocking = false, queue_size = 2 }
inputs.system = { from = "system.out", blocking = false, queue_size = 1 }

[nodes.slow]
type = "Script"
source = "slow.py"
inputs.frames = { from = "cam.out", blocking = false, queue_size = 1 }

[nodes.quiet]
type = "Script"
source = "quiet.py"
processor = "LEON_CSS"
inputs.frames = { from = "cam.out", blocking = false, queue_size = 1 }
"#;

const REPORT: &str = r#""""Counts."""
import helper

count = 0
while True:
    node.io["frames"].get()
    node.io["system"].tryGet()
    count += 1
    if count == 3:
        print("three frames")
    if count == 60:
        helper.fail(count)
"#;

const HELPER: &str = "def fail(count):\n    raise ValueError('too many: %d' % count)\n";
const SLOW: &str = "import time\nwhile True:\n    node.io['frames'].get()\n    node.warn('slow')\n    time.sleep(4)\n";
const QUIET: &str = "while True:\n    node.io['frames'].get()\n";

const SCENARIO: &str = r#"
params = { collector = "${collector.host}:${collector.port}" }
limit = "2min"

[peer.collector]
syslog = {}

[feed.system]
out = [{ t = 1.0, type = "SystemInformation", chipTemperature = { average = 54.3 } }]

[[step]]
expect = { peer = "collector", text = "three frames", severity = 6, app = "door-counter", within = "5s" }
[[step]]
expect = { peer = "collector", text = "54.3 °C", severity = 6, within = "10s" }
[[step]]
expect = { peer = "collector", text = "ValueError: too many: 60", severity = 2, within = "20s" }
[[step]]
expect = { peer = "collector", text = "started again", within = "5s" }
[[step]]
fault = { peer = "collector", refuse = "5s" }
[[step]]
wait = "6s"
[[step]]
expect = { peer = "collector", text = "slow", severity = 4, within = "10s" }
"#;

fn app() -> App {
    let app = with_files();
    for (path, text) in [
        ("app.toml", APP),
        ("report.py", REPORT),
        ("helper.py", HELPER),
        ("slow.py", SLOW),
        ("quiet.py", QUIET),
        ("tests/log.toml", SCENARIO),
    ] {
        app.file(path, text);
    }
    app
}

fn build(app: &App, arguments: &[&str]) -> Value {
    let mut all = vec!["build", "--firmware", "fw.cmd", "--format", "json"];
    all.extend(arguments);
    json(&app.run(&all).exits(0).stdout)
}

#[test]
fn a_scenario_sees_all_that_a_camera_would_send() {
    if interpreter().is_none() {
        return;
    }
    app().run(&["test"]).exits(0);
}

#[test]
fn lint_finds_nothing_in_what_logging_adds() {
    let app = app();
    let ran = app.run(&["lint", "--format", "json", "app.toml"]).exits(0);
    let found = json(&ran.stdout);
    assert_eq!(
        found["diagnostics"].as_array().unwrap().len(),
        0,
        "{found:#}"
    );
    // Places are those of the file, although the program in the package is another one.
    app.file("helper.py", "def fail(count):\n    rais(count)\n");
    let ran = app.run(&["lint", "app.toml"]).exits(0);
    assert!(ran.stderr.contains("helper.py:2:5"), "{}", ran.stderr);
}

#[test]
fn the_build_is_in_the_package_and_inspect_extract_and_import_give_the_files_back() {
    let app = app();
    let built = build(&app, &["app.toml", "-o", "a.dap"]);
    let id = built["package"]["build"].as_str().unwrap();
    let shown = json(
        &app.run(&["inspect", "--format", "json", "a.dap"])
            .exits(0)
            .stdout,
    );
    let script = &shown["assets"]["/node/2/__script"];
    let logging = &script["logging"];
    assert_eq!(logging["build"].as_str().unwrap(), &id[..16]);
    for (key, value) in [
        ("node", "report"),
        ("host", "192.168.1.10"),
        ("version", "1.4.0"),
        ("camera", "gate-3"),
    ] {
        assert_eq!(logging[key], value);
    }
    assert_eq!(shown["assets"]["/node/4/__script"]["size"], QUIET.len());
    let human = app.run(&["inspect", "a.dap"]).exits(0).stdout;
    let line = format!("sends its log to 192.168.1.10:5514, build {}", &id[..16]);
    assert!(human.contains(&line), "{human}");
    app.run(&["inspect", "a.dap", "--extract", "parts"])
        .exits(0);
    assert_eq!(app.read("parts/scripts/2/report.py"), REPORT.as_bytes());
    assert_eq!(app.read("parts/scripts/2/helper.py"), HELPER.as_bytes());
    let ran = app.run(&["import", "a.dap", "-o", "back"]).exits(0);
    assert!(!ran.stderr.contains("not everything"), "{}", ran.stderr);
    assert_eq!(app.read("back/report.py"), REPORT.as_bytes());
    let config = String::from_utf8(app.read("back/app.toml")).unwrap();
    let section = "[logging]\nudp = \"192.168.1.10:5514\"\nnodes.quiet = \"off\"\nheartbeat = \"5s\"\nrestart = true\nrelay = true\n\
                   camera = \"gate-3\"\n";
    assert!(config.contains(section), "{config}");
    assert!(!config.contains("oakc_log"), "{config}");
    let same = app.run(&["diff", "--exit-code", "a.dap", "back/app.toml"]);
    assert!(
        !same.stdout.contains("script") && !same.stdout.contains("logging"),
        "{}",
        same.stdout
    );
}

#[test]
fn an_id_that_is_written_or_follows_from_the_order_stays_with_the_relay() {
    let app = app();
    app.file(
        "plain.toml",
        APP.replace("relay = true\n", "")
            .replace("nodes = {", "nodes = { slow = \"off\","),
    );
    let nodes = |path: &str| {
        build(&app, &[path, "-o", "x.dap"]);
        let shown = json(
            &app.run(&["inspect", "--format", "json", "x.dap"])
                .exits(0)
                .stdout,
        );
        let nodes = shown["pipeline"]["nodes"].as_array().unwrap().clone();
        nodes
            .iter()
            .map(|node| (node[0].to_string(), node[1]["name"].to_string()))
            .collect::<Vec<_>>()
    };
    let (with, without) = (nodes("app.toml"), nodes("plain.toml"));
    assert_eq!(with[..without.len()], without[..]);
    assert_eq!(with.len(), without.len() + 1);
}

#[test]
fn diff_shows_settings_and_files_and_not_the_build() {
    let app = app();
    build(&app, &["app.toml", "-o", "a.dap"]);
    build(
        &app,
        &[
            "--set",
            "collector=192.168.1.11:5514",
            "app.toml",
            "-o",
            "b.dap",
        ],
    );
    let shown = app.run(&["diff", "a.dap", "b.dap"]).exits(0).stdout;
    assert!(shown.contains("+host = \"192.168.1.11\""), "{shown}");
    assert!(
        !shown.contains("exec(") && !shown.contains("build ="),
        "{shown}"
    );
}
