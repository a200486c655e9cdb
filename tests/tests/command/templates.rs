//! Scripts that are templates: parameters are filled into their text.

use super::*;

const APP_TEXT: &str = "\
[params]
server = \"10.0.0.7\"
port = 5000
greeting = \"hello\"
password = { secret = true, env = \"OAKC_TEST_PASSWORD\" }

[nodes.cam]
type = \"ColorCamera\"
board_socket = \"CAM_A\"

[nodes.s]
type = \"Script\"
source = \"s.py\"
template = true
inputs.in = \"cam.preview\"
";

const SCRIPT: &str = "\
# For ${server}; a literal is $${server}.
HOST, PORT = \"${server}\", ${port}
node.io[\"in\"].get()
node.warn('${greeting} ' + HOST + \"${password}\")
";

fn app() -> App {
    let app = App::new();
    app.file("app.toml", APP_TEXT);
    app.file("s.py", SCRIPT);
    app
}

/// Runs with a password in the environment.
fn run(app: &App, arguments: &[&str]) -> Ran {
    let mut command = app.command(arguments);
    command.env("OAKC_TEST_PASSWORD", "correct-horse");
    command.output().unwrap().into()
}

/// The script in the package, with what comes in from outside.
fn packaged(app: &App, more: &[&str]) -> String {
    run(app, &[BUILD, more].concat()).exits(0);
    let bytes = app.read("out/app.dap");
    let text = String::from_utf8_lossy(&bytes);
    let from = text.find("# For ").unwrap();
    let script = text[from..].split('\0').next().unwrap();
    let end = script.find("# oakc secrets").unwrap_or(script.len());
    script[..end].to_owned()
}

#[test]
fn values_go_into_the_text_of_the_file() {
    let app = app();
    let expected = "\
# For 10.0.0.7; a literal is ${server}.
HOST, PORT = \"10.0.0.7\", 5000
node.io[\"in\"].get()
node.warn('hello ' + HOST + \"correct-horse\")
";
    assert_eq!(packaged(&app, &[]), expected);
    app.file("site.yaml", "port: 1\n");
    let site = ["--set", "server=h.lan", "--params", "site.yaml"];
    let expected = expected.replace("10.0.0.7", "h.lan").replace("5000", "1");
    assert_eq!(packaged(&app, &site), expected);
    // What is pinned is the file, whatever the site.
    run(&app, &[BUILD, &["--locked"], &site[..]].concat()).exits(0);
    app.file("s.py", SCRIPT.replace("For", "for"));
    run(&app, &[BUILD, &["--locked"]].concat())
        .exits(1)
        .says("s.py");
}

#[test]
fn a_value_that_breaks_the_script_is_an_error_where_the_value_is() {
    let app = app();
    let broken = "the value of `greeting` does not fit into the string that it stands in";
    let lint = |more: &[&str]| run(&app, &[&["lint", "app.toml"], more].concat()).exits(1);
    app.file("app.toml", APP_TEXT.replace("hello", "it's"));
    lint(&[]).says(broken).says("app.toml:4:12").says("s.py");
    app.file("app.toml", APP_TEXT);
    app.file("site.yaml", "greeting: \"it's\"\n");
    lint(&["--params", "site.yaml"])
        .says(broken)
        .says("site.yaml:1:11");
    lint(&["--set", "greeting=it's"])
        .says(broken)
        .says("s.py:4:12")
        .says("is set from outside of this file");
    // Of a secret, only the place is shown.
    let mut command = app.command(&["lint", "app.toml"]);
    command.env("OAKC_TEST_PASSWORD", "correct-\"horse");
    let ran = Ran::from(command.output().unwrap()).exits(1);
    let ran = ran
        .says("the value of `password` does not fit")
        .says("app.toml:5:35");
    assert!(!ran.stderr.contains("horse"), "{}", ran.stderr);
}

#[test]
fn an_unknown_name_is_an_error_in_the_script_and_places_stay_those_of_the_file() {
    let app = app();
    app.file(
        "s.py",
        SCRIPT
            .replace("${greeting}", "${greting}")
            .replace("PORT =", "PORT, X = nmae,"),
    );
    run(&app, &["lint", "app.toml"])
        .exits(1)
        .says("s.py:4:12")
        .says("unknown parameter `greting`")
        .says("did you mean `greeting`?")
        .says("s.py:2:17");
}

#[test]
fn a_fix_edits_the_template() {
    let app = app();
    app.file("s.py", SCRIPT.replace("node.io[", "node.inputs["));
    run(&app, &["lint", "app.toml", "--fix"]).exits(0);
    assert_eq!(app.read("s.py"), SCRIPT.as_bytes());
}

#[test]
fn modules_and_params_work_in_a_template() {
    let app = app();
    app.file("own.py", "NAME = '${greeting}'\n");
    app.file(
        "s.py",
        format!(
            "import own\nfrom oakc import params\n{SCRIPT}node.warn(own.NAME + params.server)\n"
        ),
    );
    let script = packaged(&app, &[]);
    assert!(
        script.contains("HOST, PORT = \"10.0.0.7\", 5000"),
        "{script}"
    );
    let package = app.read("out/app.dap");
    let holds = |text: &str| {
        let mut windows = package.windows(text.len());
        windows.any(|window| window == text.as_bytes())
    };
    // Only the script itself is a template.
    assert!(holds("NAME = '${greeting}'"));
}

#[test]
fn a_package_tells_where_secrets_were_filled_in_and_nothing_shows_them() {
    let app = app();
    run(&app, BUILD).exits(0);
    assert!(String::from_utf8_lossy(&app.read("out/app.dap")).contains("correct-horse"));
    for command in [
        vec!["inspect", "out/app.dap"],
        vec!["inspect", "out/app.dap", "--format", "json"],
        vec!["inspect", "out/app.dap", "--extract", "parts"],
        vec!["diff", "out/app.dap", "app.toml"],
        vec!["diff", "app.toml", "out/app.dap", "--format", "json"],
        vec!["graph", "out/app.dap"],
        vec!["config", "app.toml"],
        vec!["import", "out/app.dap", "-o", "back"],
    ] {
        let ran = run(&app, &command).exits(0);
        assert!(!ran.stdout.contains("horse"), "{command:?}: {}", ran.stdout);
        assert!(!ran.stderr.contains("horse"), "{command:?}: {}", ran.stderr);
    }
    for root in ["parts", "back"] {
        for (path, bytes) in files_below(&app.path(root)) {
            let text = String::from_utf8_lossy(&bytes);
            assert!(!text.contains("horse"), "{}: {text}", path.display());
        }
    }
    // What comes back is a template again, and the same package.
    let text = String::from_utf8(app.read("back/app.toml")).unwrap();
    assert!(text.contains("template = true"), "{text}");
    assert!(
        text.contains("password = { secret = true, env = \"PASSWORD\" }"),
        "{text}"
    );
    let build = [
        "build",
        "back/app.toml",
        "-o",
        "out/same.dap",
        "--firmware",
        "fw.cmd",
        "--set",
        "password=correct-horse",
    ];
    run(&app, &build).exits(0);
    assert!(app.read("out/same.dap") == app.read("out/app.dap"));
}

#[test]
fn a_secret_in_code_that_stands_in_the_configuration_is_not_shown_either() {
    let app = app();
    let code = "code = '''\nnode.io[\"in\"].get()\nnode.warn(\"${password}\")\n'''";
    let script = "source = \"s.py\"\ntemplate = true";
    app.file("app.toml", APP_TEXT.replace(script, code));
    run(&app, BUILD).exits(0);
    let ran = run(&app, &["inspect", "out/app.dap", "--extract", "parts"]).exits(0);
    assert!(!ran.stdout.contains("horse"), "{}", ran.stdout);
    for (_, bytes) in files_below(&app.path("parts")) {
        assert!(!String::from_utf8_lossy(&bytes).contains("horse"));
    }
    // Nor where its value is code.
    let bare = code.replace("\"${password}\"", "${password}");
    app.file("app.toml", APP_TEXT.replace(script, &bare));
    let ran = run(&app, &["lint", "app.toml"])
        .exits(1)
        .says("`***` is not defined");
    assert!(!ran.stderr.contains("horse"), "{}", ran.stderr);
    app.file("app.toml", APP_TEXT.replace(script, code));
    // Nor where its value breaks the code.
    for format in ["human", "json", "sarif", "github"] {
        let mut command = app.command(&["lint", "app.toml", "--format", format]);
        command.env("OAKC_TEST_PASSWORD", "correct-\"horse");
        let ran = Ran::from(command.output().unwrap()).exits(1);
        for text in [&ran.stdout, &ran.stderr] {
            assert!(!text.contains("horse"), "{format}: {text}");
        }
    }
}
