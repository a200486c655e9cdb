//! Values that differ from site to site: files of params, `--set`, declarations, and secrets, which nothing shows.

use super::*;

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
