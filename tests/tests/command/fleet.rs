//! Fleets without cameras: what is checked and built for each camera.

use super::*;

const APP: &str = "\
[app]
name = \"fleet\"

[params]
fps = 10

[lint]
allow = [\"unused-node\"]

[nodes.cam]
type = \"ColorCamera\"
fps = \"${fps}\"
";

const GATE: &str = "[[cameras]]\nname = \"gate\"\naddress = \"10.0.0.1\"\n";
const YARD: &str = "[[cameras]]\nname = \"yard/1\"\naddress = \"10.0.0.2\"\n";

/// An application, and a fleet whose second camera has these parameters.
fn fleet(params: &str) -> App {
    let app = App::new();
    app.file("app.toml", APP);
    app.file(
        "fleet.toml",
        format!("{GATE}{YARD}params = {{ {params} }}\n"),
    );
    app
}

fn build(app: &App, more: &[&str]) -> Ran {
    let build = [
        "build",
        "app.toml",
        "--fleet",
        "fleet.toml",
        "-o",
        "out/all",
        "--firmware",
        "fw.cmd",
    ];
    app.run(&[&build, more].concat())
}

#[test]
fn each_camera_gets_a_package_with_its_parameters() {
    let app = fleet("fps = 12");
    let ran = build(&app, &["--manifest", "--format", "json"]).exits(0);
    let packages = &json(&ran.stdout)["packages"];
    for (index, (camera, file, fps)) in [("gate", "gate.dap", 10), ("yard/1", "yard%2F1.dap", 12)]
        .into_iter()
        .enumerate()
    {
        let package = &packages[index];
        assert_eq!(package["camera"], camera);
        assert_eq!(package["params"]["fps"], fps, "{package}");
        let bytes = app.read(&format!("out/all/{file}"));
        assert_eq!(package["sha256"], sha256(&bytes));
        let manifest = app.read(&format!("out/all/{file}.manifest.json"));
        assert_eq!(
            json(&String::from_utf8(manifest).unwrap())["params"]["fps"],
            fps
        );
    }
    // One lock serves all of them.
    let table = build(&app, &["--locked"]).exits(0).stdout;
    assert!(
        table
            .lines()
            .any(|line| line.starts_with("yard/1  out/all/yard%2F1.dap")),
        "{table}"
    );
    let alone = [
        "build",
        "app.toml",
        "--firmware",
        "fw.cmd",
        "-o",
        "out/alone.dap",
        "--set",
        "fps=12",
    ];
    app.run(&alone).exits(0);
    assert!(app.read("out/alone.dap") == app.read("out/all/yard%2F1.dap"));
}

#[test]
fn nothing_is_built_if_any_camera_would_get_a_wrong_application() {
    let app = fleet("fps = \"fast\"");
    build(&app, &[]).exits(1).says("fleet.toml:7:12");
    assert!(!app.path("out/all").exists());
    let ran = build(&app, &["--format", "json"]).exits(1);
    let told = json(&ran.stdout);
    assert_eq!(told["summary"]["errors"], 1);
    assert_eq!(told["packages"], json!([]));
}

#[test]
fn lint_names_the_camera_whose_parameters_are_wrong_and_finds_all_mistakes_at_once() {
    let app = fleet("fps = 500, fsp = 1");
    let ran = app.run(&[
        "lint",
        "app.toml",
        "--fleet",
        "fleet.toml",
        "--format",
        "json",
    ]);
    let found = json(&ran.exits(1).stdout);
    let found = found["diagnostics"].as_array().unwrap();
    let rules: Vec<_> = found
        .iter()
        .map(|it| it["rule"].as_str().unwrap())
        .collect();
    assert!(rules.contains(&"unknown-parameter"), "{rules:?}");
    for diagnostic in found {
        let labels = diagnostic["labels"].as_array().unwrap();
        let camera = labels
            .iter()
            .find(|it| it["message"] == "with the parameters of this camera");
        assert_eq!(
            camera.map(|it| &it["start"]["line"]),
            Some(&json!(5)),
            "{diagnostic}"
        );
    }
}

#[test]
fn what_all_cameras_have_in_common_is_said_once_and_of_no_camera() {
    let app = fleet("fps = 12");
    app.file(
        "app.toml",
        APP.replace("[lint]\nallow = [\"unused-node\"]\n", ""),
    );
    let ran = app
        .run(&["lint", "app.toml", "--fleet", "fleet.toml"])
        .exits(0);
    assert_eq!(
        ran.stderr.matches("unused-node").count(),
        2,
        "{}",
        ran.stderr
    );
    assert!(!ran.stderr.contains("of this camera"), "{}", ran.stderr);
}

#[test]
fn a_fleet_file_is_checked_alone() {
    let app = App::new();
    app.file("fleet.toml", format!("{GATE}{GATE}adress = \"10.0.0.3\"\n"));
    app.run(&["lint", "--fleet", "fleet.toml"])
        .exits(1)
        .says("two cameras")
        .says("did you mean `address`?");
    app.file("fleet.toml", GATE);
    app.run(&["lint", "--fleet", "fleet.toml"]).exits(0);
    app.run(&["lint"]).exits(2).says("FILE");
}

#[test]
fn the_schema_accepts_a_fleet_and_refuses_a_slip() {
    let app = App::new();
    let schema = json(&app.run(&["schema", "--fleet"]).exits(0).stdout);
    let schema = jsonschema::validator_for(&schema).unwrap();
    let camera =
        json!({"name": "gate", "address": "10.0.0.1", "groups": ["n"], "params": {"fps": 5}});
    let groups = json!({"n": {"params": {"a": true}}});
    assert!(schema.is_valid(&json!({"cameras": [camera], "groups": groups, "concurrency": 2})));
    for wrong in [
        json!({"cameras": []}),
        json!({"cameras": [{"name": "gate", "adress": "10.0.0.1"}]}),
        json!({"cameras": [camera], "parms": {}}),
    ] {
        assert!(!schema.is_valid(&wrong), "{wrong}");
    }
}

const WITH_PARAMS: &str = "\
[params]
server = \"10.0.0.7\"
zones = [1]
password = { secret = true }
[nodes.cam]
type = \"ColorCamera\"
[nodes.s]
type = \"Script\"
source = \"s.py\"
inputs.in = \"cam.preview\"
[lint]
allow = [\"unused-node\"]
";

const SCRIPT: &str = "\
from oakc import params
node.io[\"in\"].get()
node.warn(params.server + str(params.zones) + params.password)
";

/// Two cameras with values from tables, files, the environment and their group.
const SITES: &str = "\
params = \"sites/all.yaml\"

[groups.north]
params = [\"sites/north.toml\", { server = \"10.2.2.2\" }]

[[cameras]]
name = \"gate\"
address = \"10.0.0.1\"
groups = [\"north\"]
params = { zones = [4, 5], password = { env = \"OAKC_TEST_PASSWORD\" } }

[[cameras]]
name = \"yard\"
address = \"10.0.0.2\"
params = [{ server = \"10.3.3.3\" }, \"sites/yard.toml\"]
";

fn sites() -> App {
    let app = App::new();
    app.file("app.toml", WITH_PARAMS);
    app.file("s.py", SCRIPT);
    app.file("sites/all.yaml", "zones: [2]\nserver: 10.1.1.1\n");
    app.file("sites/north.toml", "server = \"10.9.9.9\"\n");
    app.file(
        "sites/yard.toml",
        "server = \"10.4.4.4\"\npassword = { file = \"yard.txt\" }\n",
    );
    app.file("sites/yard.txt", "battery-staple\n");
    app.file("fleet.toml", SITES);
    app
}

fn with_password(app: &App, arguments: &[&str]) -> Ran {
    let mut command = app.command(arguments);
    command.env("OAKC_TEST_PASSWORD", "correct-horse");
    command.output().unwrap().into()
}

const ALL: &[&str] = &[
    "build",
    "app.toml",
    "--fleet",
    "fleet.toml",
    "-o",
    "out/all",
    "--firmware",
    "fw.cmd",
];

#[test]
fn each_camera_has_its_own_files_of_params_and_the_most_specific_value_counts() {
    let app = sites();
    let ran = with_password(&app, &[ALL, &["--manifest", "--format", "json"]].concat()).exits(0);
    let packages = &json(&ran.stdout)["packages"];
    let params = |index: usize| packages[index]["params"].clone();
    assert_eq!(
        params(0),
        json!({ "password": "***", "server": "10.2.2.2", "zones": [4, 5] })
    );
    assert_eq!(
        params(1),
        json!({ "password": "***", "server": "10.4.4.4", "zones": [2] })
    );
    let holds = |file: &str, text: &str| {
        let package = app.read(file);
        let mut windows = package.windows(text.len());
        windows.any(|window| window == text.as_bytes())
    };
    assert!(holds("out/all/gate.dap", "correct-horse"));
    assert!(holds("out/all/yard.dap", "battery-staple"));
    // Secrets are nowhere else.
    for (path, bytes) in files_below(&app.path("out/all")) {
        if path.extension().is_some_and(|ending| ending == "dap") {
            continue;
        }
        let text = String::from_utf8_lossy(&bytes);
        assert!(
            !text.contains("horse") && !text.contains("staple"),
            "{text}"
        );
    }
    assert!(!ran.stdout.contains("horse") && !ran.stdout.contains("staple"));
    // `--params` counts less than the fleet, and `--set` more.
    app.file("site.toml", "server = \"10.5.5.5\"\n");
    let ran = with_password(
        &app,
        &[
            ALL,
            &[
                "--format",
                "json",
                "--params",
                "site.toml",
                "--set",
                "zones=[6]",
            ],
        ]
        .concat(),
    )
    .exits(0);
    let packages = &json(&ran.stdout)["packages"];
    assert_eq!(packages[0]["params"]["server"], "10.2.2.2");
    assert_eq!(packages[1]["params"]["zones"], json!([6]));
}

#[test]
fn what_is_wrong_with_a_value_is_marked_in_the_file_that_says_it() {
    let app = sites();
    app.file("sites/yard.toml", "sever = \"x\"\nzones = 3\n");
    let ran = with_password(&app, ALL).exits(1);
    let ran = ran
        .says("sites/yard.toml:1:1")
        .says("did you mean `server`?")
        .says("sites/yard.toml:2:9")
        .says("parameter `zones` is an integer, not a list");
    assert!(!ran.stderr.contains("horse"), "{}", ran.stderr);
    app.file("sites/yard.toml", "zones = [\n");
    with_password(&app, ALL).exits(1).says("sites/yard.toml:");
    app.run(ALL)
        .exits(1)
        .says("the environment variable `OAKC_TEST_PASSWORD` is not set")
        .says("fleet.toml:10:47");
    assert!(!app.path("out/all").exists());
}
