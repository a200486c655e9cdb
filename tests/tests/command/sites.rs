//! Applications that share: bases, profiles, settings of a repository, and `oakc config`.

use super::*;

const BASE: &str = "\
params: { fps: 30, server: 10.0.0.1 }
nodes:
  cam:
    type: ColorCamera
    board_socket: CAM_A
    fps: \"${fps}\"
  report:
    type: Script
    source: report.py
    inputs: { in: cam.preview }
";

const DOOR: &str = "\
extends = \"../base/base.yaml\"

[app]
name = \"door\"

[nodes.cam]
preview_size = [300, 300]

[profiles.night.params]
fps = 5
";

/// A repository with a base, an application that extends it, and settings for both.
fn repository() -> App {
    let app = App::new();
    app.file(".git", "");
    app.file("base/base.yaml", BASE);
    app.file("base/report.py", "node.io[\"in\"].get()\n");
    app.file("door/app.toml", DOOR);
    app.file("oakc.toml", "[defaults.device]\nmodel = \"OAK-D-POE\"\n");
    app
}

fn build<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let build = [
        "build",
        "door/app.toml",
        "-o",
        "out/door.dap",
        "--firmware",
        "fw.cmd",
    ];
    [&build, more].concat()
}

#[test]
fn an_application_is_built_from_its_base_with_the_files_beside_that() {
    let app = repository();
    app.run(&build(&[])).exits(0);
    // The same in one file is the same package.
    let whole = "[app]\nname = \"door\"\n[device]\nmodel = \"OAK-D-POE\"\n[nodes.cam]\ntype = \"ColorCamera\"\n\
                 board_socket = \"CAM_A\"\nfps = 30\npreview_size = [300, 300]\n[nodes.report]\ntype = \"Script\"\n\
                 source = \"report.py\"\ninputs.in = \"cam.preview\"\n";
    app.file("base/whole.toml", whole);
    let same = [
        "build",
        "base/whole.toml",
        "-o",
        "out/whole.dap",
        "--firmware",
        "fw.cmd",
    ];
    app.run(&same).exits(0);
    assert!(app.read("out/door.dap") == app.read("out/whole.dap"));
}

#[test]
fn a_finding_marks_the_file_that_the_value_is_from_and_a_fix_changes_that_file() {
    let app = repository();
    app.file(
        "base/base.yaml",
        BASE.replace("board_socket", "boardSocket"),
    );
    app.run(&["lint", "door/app.toml"])
        .exits(1)
        .says("base/base.yaml:5:5");
    app.run(&["lint", "door/app.toml", "--fix"]).exits(0);
    assert_eq!(app.read("base/base.yaml"), BASE.as_bytes());
    assert_eq!(app.read("door/app.toml"), DOOR.as_bytes());
    // Advice is in the language of the file that it is about.
    app.file("base/base.yaml", BASE.replace("    type: Script\n", ""));
    app.run(&["lint", "door/app.toml"])
        .exits(1)
        .says("base/base.yaml");
}

#[test]
fn profiles_work_on_every_command_that_takes_an_application() {
    let app = repository();
    for command in [
        vec!["lint", "door/app.toml"],
        vec!["graph", "door/app.toml"],
        vec!["config", "door/app.toml"],
        vec!["diff", "door/app.toml", "door/app.toml"],
        vec!["flash", "door/app.toml", "--dry-run"],
        build(&[]),
    ] {
        let with = |profile| [&command[..], &["--profile", profile]].concat();
        app.run(&with("nihgt"))
            .exits(1)
            .says("the application has no profile `nihgt`")
            .says("did you mean `night`?");
        if command[0] != "flash" {
            app.run(&with("night")).exits(0);
        }
    }
    let night = ["config", "door/app.toml", "--profile", "night"];
    let shown = app.run(&night).exits(0).stdout;
    assert!(
        shown.contains("fps = 5  # door/app.toml:10, profile night"),
        "{shown}"
    );
}

#[test]
fn config_shows_each_value_with_its_origin_in_three_forms() {
    let app = repository();
    let toml = app
        .run(&["config", "door/app.toml", "--set", "server=h"])
        .exits(0)
        .stdout;
    for line in [
        "name = \"door\"  # door/app.toml:4",
        "model = \"OAK-D-POE\"  # oakc.toml:2",
        "server = \"h\"  # the command line",
        "fps = 30  # base/base.yaml:6; `fps` is from base/base.yaml:1",
    ] {
        assert!(toml.contains(line), "{line}: {toml}");
    }
    // What is shown is an application, and says the same again.
    app.file(
        "door/same.toml",
        toml.replace("report.py", "../base/report.py"),
    );
    app.run(&["lint", "door/same.toml"]).exits(0);
    let yaml = app
        .run(&["config", "door/app.toml", "--format", "yaml"])
        .exits(0)
        .stdout;
    app.file(
        "door/same.yaml",
        yaml.replace("report.py", "../base/report.py"),
    );
    app.run(&["lint", "door/same.yaml"]).exits(0);
    let json = app
        .run(&["config", "door/app.toml", "--format", "json"])
        .exits(0)
        .stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["application"]["nodes"]["cam"]["fps"], json!(30));
    let origin = &json["origins"]["nodes.cam.fps"];
    assert_eq!(origin["file"], json!("base/base.yaml"));
    assert_eq!(origin["line"], json!(6));
    assert_eq!(origin["param"]["name"], json!("fps"));
    assert_eq!(origin["param"]["set"]["line"], json!(1));
}

#[test]
fn settings_of_a_repository_count_up_to_its_root_and_the_nearest_wins() {
    let app = repository();
    let rule = "unused-node";
    app.file(
        "door/app.toml",
        format!("{DOOR}[nodes.idle]\ntype = \"MonoCamera\"\nboard_socket = \"CAM_B\"\n"),
    );
    app.run(&["lint", "door/app.toml", "--deny", "warnings"])
        .exits(1)
        .says(rule);
    app.file("oakc.toml", format!("[lint]\nallow = [\"{rule}\"]\n"));
    app.run(&["lint", "door/app.toml", "--deny", "warnings"])
        .exits(0);
    app.file("door/oakc.toml", format!("[lint]\ndeny = [\"{rule}\"]\n"));
    app.run(&["lint", "door/app.toml"]).exits(1).says(rule);
    app.file(
        "door/oakc.toml",
        "[lint]\nallow = [\"no-such-rule\"]\n[defaults.nods]\n",
    );
    app.run(&["lint", "door/app.toml"])
        .exits(1)
        .says("door/oakc.toml:2:10")
        .says("`nods` is not a section of an application with defaults");
    // Beyond the root, nothing is looked for.
    app.file("oakc.toml", "broken");
    fs::remove_file(app.path("door/oakc.toml")).unwrap();
    fs::remove_file(app.path(".git")).unwrap();
    app.file("door/.git", "");
    app.file("door/app.toml", SMALL);
    app.run(&["lint", "door/app.toml"]).exits(0);
    // Settings are not an application.
    app.run(&["lint", "oakc.toml"])
        .exits(1)
        .says("the settings of a repository");
}

#[test]
fn the_lock_knows_bases_and_profiles_and_so_does_the_manifest() {
    let app = repository();
    app.run(&build(&["--manifest"])).exits(0);
    app.run(&build(&["--profile", "night", "--manifest"]))
        .exits(0);
    let manifest: Value = serde_json::from_slice(&app.read("out/door.dap.manifest.json")).unwrap();
    assert_eq!(manifest["application"]["profile"], json!("night"));
    assert_eq!(
        manifest["application"]["extends"]["../base/base.yaml"],
        json!(sha256(BASE.as_bytes()))
    );
    app.run(&build(&["--locked"])).exits(0);
    app.run(&build(&["--locked", "--profile", "night"]))
        .exits(0);
    app.file("base/base.yaml", format!("# A comment.\n{BASE}"));
    app.run(&build(&["--locked"])).exits(0);
    app.file("base/base.yaml", BASE.replace("CAM_A", "CAM_B"));
    app.run(&build(&["--locked"]))
        .exits(1)
        .says("app.toml: changed")
        .says("../base/base.yaml:");
    // A package never replaces what it is made from.
    let over = [
        "build",
        "door/app.toml",
        "-o",
        "base/base.yaml",
        "--firmware",
        "fw.cmd",
    ];
    app.run(&over).exits(1);
    assert!(app.read("base/base.yaml").starts_with(b"params"));
}

#[test]
fn a_camera_of_a_fleet_has_its_profile() {
    let app = repository();
    let fleet = "[groups.dark]\nprofile = \"night\"\n\
                 [[cameras]]\nname = \"a\"\naddress = \"10.0.0.1\"\n\
                 [[cameras]]\nname = \"b\"\naddress = \"10.0.0.2\"\ngroups = [\"dark\"]\n";
    app.file("fleet.toml", fleet);
    let all = [
        "build",
        "door/app.toml",
        "--fleet",
        "fleet.toml",
        "-o",
        "out/all",
        "--firmware",
        "fw.cmd",
    ];
    app.run(&all).exits(0);
    app.run(&build(&["--profile", "night"])).exits(0);
    assert!(app.read("out/all/b.dap") == app.read("out/door.dap"));
    assert!(app.read("out/all/a.dap") != app.read("out/door.dap"));
    app.file("fleet.toml", fleet.replace("\"night\"", "\"nihgt\""));
    app.run(&all)
        .exits(1)
        .says("fleet.toml:2:11")
        .says("did you mean `night`?");
}

#[test]
fn a_base_outside_of_the_repository_is_not_read() {
    let app = repository();
    fs::remove_file(app.path(".git")).unwrap();
    app.file("door/.git", "");
    app.run(&["lint", "door/app.toml"])
        .exits(1)
        .says("outside of the repository");
    app.run(&["lint", "door/app.toml", "--allow-outside", "base"])
        .exits(0);
}

#[test]
fn a_changed_base_means_the_applications_that_extend_it() {
    let app = repository();
    for changed in ["base/base.yaml", "oakc.toml"] {
        let lint = ["lint", "--changed", changed, "--format", "json"];
        app.file("base/base.yaml", BASE.replace("CAM_A", "CAM_Z"));
        app.run(&lint).exits(1);
    }
    app.run(&["lint", "--changed", "README.md"]).exits(0);
}

#[test]
fn equal_builds_have_the_same_id_and_whatever_goes_in_changes_it() {
    let app = repository();
    let id = |more: &[&str]| {
        let json = app
            .run(&build(&[&["--format", "json"], more].concat()))
            .exits(0)
            .stdout;
        let json: Value = serde_json::from_str(&json).unwrap();
        json["package"]["build"].as_str().unwrap().to_owned()
    };
    let first = id(&["--manifest"]);
    let manifest: Value = serde_json::from_slice(&app.read("out/door.dap.manifest.json")).unwrap();
    assert_eq!(manifest["build"], json!(first));
    assert_eq!(id(&[]), first);
    let mut all = vec![first, id(&["--set", "server=x"]), id(&["--checksum"])];
    app.file("base/report.py", "node.io[\"in\"].tryGet()\n");
    all.push(id(&[]));
    app.file("fw.cmd", [1; 3000]);
    all.push(id(&[]));
    assert_eq!(
        all.iter().collect::<BTreeSet<_>>().len(),
        all.len(),
        "{all:?}"
    );
}

const WITH_PARAMS: &str = "\
[params]
server = \"10.0.0.7\"
port = 5000
password = { secret = true, file = \"password.txt\", description = \"of the broker\" }

[nodes.cam]
type = \"ColorCamera\"
board_socket = \"CAM_A\"

[nodes.s]
type = \"Script\"
source = \"s.py\"
inputs.in = \"cam.preview\"
";

const PROGRAM: &str = "\
from oakc import params

node.io[\"in\"].get()
node.warn(params.server + str(params.port + 1) + params.password)
";

/// An application whose script takes its parameters.
fn with_params() -> App {
    let app = App::new();
    app.file("app.toml", WITH_PARAMS);
    app.file("s.py", PROGRAM);
    app.file("password.txt", "correct-horse\n");
    app
}

/// Whether the package holds a text.
fn packs(app: &App, text: &str) -> bool {
    let package = app.read("out/app.dap");
    package
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

#[test]
fn values_come_from_files_the_last_one_counts_and_set_before_all() {
    let app = with_params();
    app.file("north.toml", "server = \"north\"\nport = 1\n");
    app.file("gate.yaml", "port: 2\n");
    let build = |more: &[&str]| app.run(&[BUILD, more].concat()).exits(0);
    build(&["--params", "north.toml", "--params", "gate.yaml"]);
    assert!(packs(&app, "server = \\\"north\\\"\\nport = 2") || packs(&app, "north"));
    let config = [
        "config",
        "app.toml",
        "--params",
        "north.toml",
        "--params",
        "gate.yaml",
    ];
    let shown = app
        .run(&[&config[..], &["--set", "server=set"]].concat())
        .exits(0)
        .stdout;
    assert!(shown.contains("port = 2  # gate.yaml:1"), "{shown}");
    assert!(
        shown.contains("server = \"set\"  # the command line"),
        "{shown}"
    );
    app.file("gate.yaml", "port: two\nsrver: x\n");
    app.run(&["lint", "app.toml", "--params", "gate.yaml"])
        .exits(1)
        .says("gate.yaml:1:7")
        .says("parameter `port` is a string, not an integer")
        .says("gate.yaml:2:1")
        .says("did you mean `server`?");
    app.run(&["lint", "app.toml", "--params", "gone.toml"])
        .exits(3)
        .says("gone.toml");
    app.file("gate.yaml", "port: [\n");
    app.run(&["lint", "app.toml", "--params", "gate.yaml"])
        .exits(1)
        .says("gate.yaml");
}

#[test]
fn a_secret_is_in_the_package_and_nowhere_else() {
    let app = with_params();
    let told = app
        .run(&[BUILD, &["--manifest", "--format", "json"]].concat())
        .exits(0);
    assert!(packs(&app, "correct-horse"));
    let (lock, manifest) = (app.read("oakc.lock"), app.read("out/app.dap.manifest.json"));
    let lock = String::from_utf8(lock).unwrap();
    let manifest = String::from_utf8(manifest).unwrap();
    let config = app.run(&["config", "app.toml"]).exits(0).stdout;
    for text in [&told.stdout, &lock, &manifest, &config] {
        assert!(!text.contains("correct-horse"), "{text}");
        // Nor a digest of it alone.
        for secret in ["correct-horse", "correct-horse\n"] {
            assert!(!text.contains(&sha256(secret.as_bytes())), "{text}");
        }
        assert!(!text.contains("password.txt\" = "), "{text}");
    }
    assert!(manifest.contains("\"password\": \"***\""), "{manifest}");
    assert!(
        config.contains("password = \"***\"  # app.toml:4"),
        "{config}"
    );
    // A secret that is written in a file is not quoted from there.
    app.file("site.toml", "password = \"correct-horse\"\nport = \"x\"\n");
    let ran = app
        .run(&["lint", "app.toml", "--params", "site.toml"])
        .exits(1);
    assert!(!ran.stderr.contains("correct-horse"), "{}", ran.stderr);
    assert!(ran.stderr.contains("password = ***"), "{}", ran.stderr);
    // Nor is one from a script or a message.
    app.file(
        "app.toml",
        WITH_PARAMS.replace(
            "[nodes.cam]\n",
            "[nodes.cam]\nresolution = \"${password}\"\n",
        ),
    );
    let ran = app
        .run(&["lint", "app.toml", "--set", "password=hunter22"])
        .exits(1);
    assert!(!ran.stderr.contains("hunter22"), "{}", ran.stderr);
    app.run(&["lint", "app.toml", "--set", "password=abc"])
        .exits(1)
        .says("`password` cannot be a secret");
}

#[test]
fn what_a_declaration_lacks_is_marked_in_it() {
    let app = with_params();
    for (declaration, message) in [
        ("{ secret = true }", "parameter `password` has no value"),
        (
            "{ env = \"OAKC_NO_SUCH_VARIABLE\" }",
            "`OAKC_NO_SUCH_VARIABLE` is not set",
        ),
        ("{ file = \"gone.txt\" }", "`gone.txt` cannot be read"),
        (
            "{ file = \"password.txt\", env = \"HOME\" }",
            "has two sources",
        ),
        (
            "{ value = 3, file = \"password.txt\" }",
            "the value of `password` is not an integer",
        ),
        (
            "{ value = \"abcdef\", sceret = true }",
            "did you mean `secret`?",
        ),
    ] {
        let from = WITH_PARAMS.find("{ secret").unwrap();
        let to = from + WITH_PARAMS[from..].find('\n').unwrap();
        let mut text = WITH_PARAMS.to_owned();
        text.replace_range(from..to, declaration);
        app.file("app.toml", text);
        app.run(&["lint", "app.toml"])
            .exits(1)
            .says("app.toml:4:")
            .says(message);
    }
}

#[test]
fn a_value_changes_the_package_through_the_script_and_an_unknown_name_is_an_error() {
    let app = with_params();
    app.build().exits(0);
    let before = app.read("out/app.dap");
    app.run(&[BUILD, &["--set", "server=10.0.0.8"]].concat())
        .exits(0);
    assert!(app.read("out/app.dap") != before);
    app.file("s.py", PROGRAM.replace("params.server", "params.sever"));
    app.run(&["lint", "app.toml"])
        .exits(1)
        .says("s.py:4:18")
        .says("did you mean `server`?");
    app.file("s.py", "node.io[\"in\"].get()\n");
    app.run(&["lint", "app.toml"])
        .exits(0)
        .says("nothing uses the parameter `server`");
}

/// Nothing that reads a package or an application tells a secret that the package names.
#[test]
fn a_package_names_its_secrets_and_nothing_shows_them() {
    const SECRET: &str = "correct-\\\"horse";
    let app = with_params();
    app.file("password.txt", "correct-\"horse\n");
    app.file(
        "s.py",
        PROGRAM.replace("node.warn", "import own\nnode.warn"),
    );
    app.file("own.py", "from oakc import params\n");
    app.file("app.toml", WITH_PARAMS.replace("port = 5000", "port = 5000\npin = { secret = true, value = 987654 }\nlist = [1, \"a\"]\ntable = { value = { env = 1.5 } }\npasswd_hint = { secret = false, value = \"blue\" }"));
    app.build().exits(0);
    fs::copy(app.path("out/app.dap"), app.path("out/old.dap")).unwrap();
    app.file("password.txt", "another-\"horse\n");
    app.build().exits(0);
    fs::copy(app.path("out/app.dap"), app.path("out/new.dap")).unwrap();
    app.file("password.txt", "correct-\"horse\n");
    let is_clean = |text: &str| {
        for secret in ["-\"horse", "-\\\"horse", "-\\\\\\\"horse", SECRET, "987654"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    };
    for command in [
        vec!["inspect", "out/old.dap"],
        vec!["inspect", "out/old.dap", "--format", "json"],
        vec!["diff", "out/old.dap", "out/new.dap"],
        vec!["diff", "out/old.dap", "out/new.dap", "--format", "json"],
        vec!["diff", "app.toml", "out/new.dap"],
        vec!["diff", "out/new.dap", "app.toml", "--format", "json"],
        vec!["graph", "app.toml"],
        vec!["graph", "out/old.dap"],
        vec!["config", "app.toml"],
        vec!["config", "app.toml", "--format", "json"],
        vec!["lint", "app.toml", "--format", "json"],
        vec!["inspect", "out/old.dap", "--extract", "parts"],
        vec!["import", "out/old.dap", "-o", "back", "--check"],
    ] {
        let ran = app.run(&command).exits(0);
        is_clean(&ran.stdout);
        is_clean(&ran.stderr);
    }
    let diff = app.run(&["diff", "out/old.dap", "out/new.dap"]).stdout;
    assert!(
        diff.contains("-password = \"***\"") && diff.contains("+password = \"***\""),
        "{diff}"
    );
    app.run(&["diff", "app.toml", "out/new.dap", "--exit-code"])
        .exits(1);
    let same = app.run(&["diff", "app.toml", "out/old.dap"]).exits(0);
    assert!(!same.stdout.contains("asset"), "{}", same.stdout);
    for root in ["parts", "back"] {
        for (path, bytes) in files_below(&app.path(root)) {
            is_clean(&path.to_string_lossy());
            is_clean(&String::from_utf8_lossy(&bytes));
        }
    }
    // What is imported asks for the secrets, and is the same again with them.
    let text = String::from_utf8(app.read("back/app.toml")).unwrap();
    assert!(
        text.contains("password = { secret = true, env = \"PASSWORD\" }"),
        "{text}"
    );
    assert!(!app.path("back/oakc").exists());
    app.run(&["lint", "back/app.toml"])
        .exits(1)
        .says("`PASSWORD` is not set");
    app.file(
        "site.toml",
        "password = \"correct-\\\"horse\"\npin = 987654\n",
    );
    let same = [
        "build",
        "back/app.toml",
        "-o",
        "out/same.dap",
        "--firmware",
        "fw.cmd",
        "--params",
        "site.toml",
    ];
    app.run(&same).exits(0);
    assert!(app.read("out/same.dap") == app.read("out/old.dap"));
}

/// Everything that tells about an application whose text is broken, in all forms.
fn told(app: &App, arguments: &[&str]) -> String {
    let formats = ["human", "json", "sarif", "github"].into_iter();
    let told = formats.map(|format| {
        let ran = app.run(&[&["lint", "--format", format], arguments].concat());
        assert_ne!(ran.code, Some(0), "{arguments:?}");
        format!("{}{}", ran.stdout, ran.stderr)
    });
    told.collect()
}

#[test]
fn a_broken_text_shows_no_values_that_may_be_secrets() {
    const TOML: &str = "\
[params]
password = \"correct-horse\"
pin = { secret = true, value = \"battery-staple\" }
note = \"fine\"
[nodes.cam]
type = \"ColorCamera\"
";
    const YAML: &str = "\
params:
  password: correct-horse
  pin:
    secret: true
    value: battery-staple
nodes: {cam: {type: ColorCamera}}
";
    let app = App::new();
    let clean = |arguments: &[&str]| {
        let told = told(&app, arguments);
        assert!(
            !told.contains("horse") && !told.contains("staple"),
            "{arguments:?}: {told}"
        );
    };
    for (broken, with) in [
        ("\"fine\"", "fine"),
        ("\"correct-horse\"", "correct-horse"),
        ("horse\"", "horse"),
        ("\"battery-staple\" }", "\"battery-staple\""),
        ("[nodes.cam]", "[nodes.cam"),
        ("[params]", "extends = \"gone.toml\"\n[params]"),
    ] {
        assert!(TOML.contains(broken), "{broken}");
        app.file("app.toml", TOML.replace(broken, with));
        clean(&["app.toml"]);
    }
    for (broken, with) in [
        ("correct-horse", "\"correct-horse"),
        ("true", "[true"),
        ("battery-staple", "battery: staple"),
        ("params:", "extends: gone.toml\nparams:"),
    ] {
        app.file("app.yaml", YAML.replace(broken, with));
        clean(&["app.yaml"]);
    }
    // Files of params, and of fleets: what the application says to be a secret is one there, too.
    app.file(
        "app.toml",
        TOML.replace("password = \"correct-horse\"\n", ""),
    );
    app.file("site.toml", "pin = \"battery-staple\nnote = [\n");
    clean(&["app.toml", "--params", "site.toml"]);
    app.file(
        "fleet.toml",
        "[[cameras]]\nname = \"a\"\nparams = { pin = \"battery-staple\" \naddress = \"10.0.0.1\"\n",
    );
    clean(&["--fleet", "fleet.toml"]);
    app.file(
        "fleet.toml",
        "[[cameras]]\nname = \"a\"\nparams = { pin = \"battery-staple\" }\naddress = \"10.0.0\"\n",
    );
    clean(&["--fleet", "fleet.toml"]);
}

#[test]
fn a_fix_never_writes_stars() {
    let app = App::new();
    let text = "[params]\npassword = \"correct-horse\"\n[nodes.cam]\ntype = \"ColorCamera\"\nboardSocket = \"CAM_A\"\nresolution = \"correct-horse\"\n";
    app.file("app.toml", text);
    app.run(&["lint", "app.toml", "--fix"]);
    let fixed = String::from_utf8(app.read("app.toml")).unwrap();
    assert!(
        !fixed.contains("***") && fixed.contains("board_socket"),
        "{fixed}"
    );
}

#[test]
fn files_that_a_file_of_params_names_lie_beside_it() {
    let app = with_params();
    app.file("sites/north.toml", "server = { file = \"server.txt\" }\n");
    app.file("sites/server.txt", "10.9.9.9\n");
    let site = ["--params", "sites/north.toml"];
    app.run(&[BUILD, &site].concat()).exits(0);
    assert!(packs(&app, "10.9.9.9"));
    // It is another one at each site, and so not pinned.
    app.file("sites/server.txt", "10.9.9.8\n");
    app.run(&[BUILD, &["--locked"], &site].concat()).exits(0);
}

#[test]
fn lists_and_tables_can_be_set() {
    let app = with_params();
    app.file(
        "app.toml",
        WITH_PARAMS.replace(
            "port = 5000",
            "port = 5000\nzones = [1]\nlimits = { low = 1 }",
        ),
    );
    app.file(
        "s.py",
        PROGRAM.replace(
            "node.warn(",
            "node.warn(str(params.zones) + str(params.limits[\"low\"]) + ",
        ),
    );
    let set = ["--set", "zones=[7, 8]", "--set", "limits={ low = 9 }"];
    app.run(&[BUILD, &set].concat()).exits(0);
    assert!(packs(&app, "zones = [7, 8]") && packs(&app, "limits = {\\\"low\\\": 9}"));
    app.run(&["lint", "app.toml", "--set", "zones=7"])
        .exits(1)
        .says("parameter `zones` is set to `7`, which is not a list");
}
