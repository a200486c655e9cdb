//! Names that try to control the terminal, or the log of a build server, through what oakc prints.
//!
//! Every command that prints a name from a file, a package, a camera or the command line is run with
//! hostile ones in every place; nothing but text may come out.

use oakc_core::syntax::Language;
use oakc_core::world::MemoryWorld;
use oakc_tests::package::build_unchecked;

use super::*;

/// A window title, a colour in one byte, a reordered line, and commands to three build servers.
const HOSTILE: &str = "x\u{1b}]0;owned\u{7}\u{9b}31m\u{202e}\n::error ::owned\n  ::add-mask::o\n##[error]owned ##vso[task.complete]y##teamcity[z]\r\u{2028}";

/// The same as a string of TOML and of JSON.
fn quoted() -> String {
    json!(HOSTILE).to_string()
}

/// A name that a file can have.
fn file_name(ending: &str) -> String {
    format!("{HOSTILE}{ending}")
}

/// What a terminal or a build server would not take for text.
fn suspicious(text: &str) -> Option<&str> {
    let control = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{202e}' | '\u{2028}' | '\u{61c}' | '\u{feff}')
    };
    let commands = ["##[", "##vso[", "##teamcity["];
    text.lines().find(|line| {
        line.contains(control)
            || line.trim_start().starts_with("::")
            || commands.iter().any(|command| line.contains(command))
    })
}

/// What one command prints; it may fail, but not from a panic.
#[track_caller]
fn is_harmless(app: &App, arguments: &[&str]) -> Ran {
    let ran = app.run(arguments);
    assert!(!ran.stderr.contains("panicked"), "{arguments:?}: {ran:?}");
    let github = arguments.contains(&"github");
    for (name, text) in [("stdout", &ran.stdout), ("stderr", &ran.stderr)] {
        let text = if github && name == "stdout" {
            without_annotations(text)
        } else {
            text.clone()
        };
        if let Some(line) = suspicious(&text) {
            panic!("oakc {arguments:?}, {name}: {line:?}");
        }
    }
    ran
}

/// The output without the annotations that oakc itself writes.
fn without_annotations(text: &str) -> String {
    let own = |line: &&str| {
        ["::error ", "::warning ", "::notice "]
            .iter()
            .filter_map(|start| line.strip_prefix(start))
            .any(|rest| rest.starts_with("file=") || rest.starts_with("title="))
    };
    let lines: Vec<_> = text
        .lines()
        .map(|line| {
            if own(&line) {
                line.get(2..).unwrap_or("")
            } else {
                line
            }
        })
        .collect();
    lines.join("\n")
}

/// An application with a hostile name in every place that has one, and a finding about most of them.
fn everywhere() -> String {
    let name = quoted();
    format!(
        "\
[app]
name = {name}
version = {name}
{name} = 1

[lint]
allow = [{name}]

[params]
{name} = {name}

[device]
model = {name}

[models.{name}]
path = {name}

[nodes.{name}]
type = {name}

[nodes.cam]
type = \"ColorCamera\"
resolution = {name}
{name} = {name}
inputs.{name} = {name}

[nodes.script]
type = \"Script\"
source = {name}
inputs.{name} = {{ from = {name}, {name} = 1 }}

[nodes.inline]
type = \"Script\"
code = {name}
outputs = [{name}]

[assets.{name}]
path = {name}
"
    )
}

/// An application that builds, with hostile names where they are allowed.
fn valid() -> String {
    let name = quoted();
    format!(
        "\
[app]
name = {name}

[nodes.{name}]
type = \"ColorCamera\"

[nodes.script]
type = \"Script\"
code = \"while True:\\n  node.io['a'].get()\\n\"
inputs.a = {{ from = {from} }}
inputs.{name} = {{ from = {from} }}

[assets.{name}]
path = \"asset.bin\"
",
        from = json!(format!("{HOSTILE}.video"))
    )
}

fn hostile_app() -> App {
    let app = App::new();
    app.file("everywhere.toml", everywhere());
    app.file("valid.toml", valid());
    app.file("asset.bin", [1, 2, 3]);
    app.file("broken.toml", format!("{HOSTILE} = "));
    app.file("broken.yaml", format!("nodes: [{HOSTILE}\n"));
    app.file(&file_name(".toml"), everywhere());
    app.file("script.py", format!("def f():\n  return '{HOSTILE}\n"));
    let script = "[nodes.s]\ntype = \"Script\"\nsource = \"script.py\"\n";
    app.file("script.toml", script);
    let world: MemoryWorld = [("asset.bin", &"abc")].into_iter().collect();
    let package = build_unchecked(&valid(), Language::Toml, &world).unwrap();
    app.file("hostile.dap", &package);
    app.file(
        "hostile.json",
        format!("{{\"pipeline\": {{\"nodes\": {} }} }}", quoted()),
    );
    app.file(
        "fleet.toml",
        format!("[[camera]]\naddress = {0}\nname = {0}\n{0} = 1\n", quoted()),
    );
    app
}

#[test]
#[cfg(unix)]
fn what_checks_applications_prints_nothing_but_text() {
    let app = hostile_app();
    let named = file_name(".toml");
    for file in [
        "everywhere.toml",
        "valid.toml",
        "broken.toml",
        "broken.yaml",
        "script.toml",
        &named,
        "gone.toml",
    ] {
        for format in ["human", "json", "sarif", "github"] {
            is_harmless(&app, &["lint", file, "--format", format]);
            is_harmless(&app, &["lint", file, "--budget", "--format", format]);
        }
        for columns in ["40", "80"] {
            let ran = app
                .command(&["lint", file])
                .env("COLUMNS", columns)
                .output();
            let ran = Ran::from(ran.unwrap());
            assert_eq!(suspicious(&ran.stderr), None, "{file} {columns}");
        }
        is_harmless(
            &app,
            &["build", file, "-o", "out/app.dap", "--firmware", "fw.cmd"],
        );
        is_harmless(
            &app,
            &[
                "build",
                file,
                "-o",
                "out/app.dap",
                "--firmware",
                "fw.cmd",
                "--format",
                "json",
            ],
        );
        is_harmless(&app, &["build", file, "--locked", "--firmware", "fw.cmd"]);
        for format in ["dot", "mermaid", "svg"] {
            is_harmless(&app, &["graph", file, "--format", format]);
        }
        is_harmless(&app, &["lint", file, "--fix"]);
        is_harmless(&app, &["diff", file, "valid.toml"]);
    }
}

#[test]
#[cfg(unix)]
fn what_reads_packages_prints_nothing_but_text() {
    let app = hostile_app();
    for format in ["human", "json"] {
        is_harmless(&app, &["inspect", "hostile.dap", "--format", format]).exits(0);
        is_harmless(
            &app,
            &["diff", "hostile.dap", "valid.toml", "--format", format],
        )
        .exits(0);
        app.file("plain.toml", SMALL);
        is_harmless(
            &app,
            &["diff", "hostile.dap", "plain.toml", "--format", format],
        )
        .exits(0);
    }
    is_harmless(&app, &["inspect", "hostile.dap", "--extract", "extracted"]).exits(0);
    is_harmless(&app, &["graph", "hostile.dap"]);
    for (from, to) in [
        ("hostile.dap", "a"),
        ("hostile.json", "b"),
        ("valid.toml", "c"),
    ] {
        is_harmless(&app, &["import", from, "-o", to, "--check"]);
    }
    let mut cut = app.read("hostile.dap");
    cut.truncate(cut.len() / 2);
    app.file("cut.dap", &cut);
    is_harmless(&app, &["inspect", "cut.dap"]);
    is_harmless(&app, &["import", "cut.dap", "-o", "d"]);
}

#[test]
#[cfg(unix)]
fn what_quotes_the_command_line_prints_nothing_but_text() {
    let app = hostile_app();
    let set = format!("{HOSTILE}=1");
    let named = file_name(".dap");
    let commands: &[&[&str]] = &[
        &[HOSTILE],
        &["explain", HOSTILE],
        &["lint", HOSTILE],
        &["lint", "valid.toml", "-A", HOSTILE],
        &["lint", "valid.toml", "--format", HOSTILE],
        &["build", "valid.toml", "--set", &set],
        &["build", "valid.toml", "--set", HOSTILE],
        &["build", "valid.toml", "--firmware", HOSTILE],
        &["build", "valid.toml", "--firmware", "fw.cmd", "-o", &named],
        &["inspect", HOSTILE],
        &["import", HOSTILE, "-o", "e"],
        &["import", "hostile.dap", "-o", HOSTILE],
        &["diff", HOSTILE, HOSTILE],
        &["graph", HOSTILE],
        &["init", HOSTILE],
        &["firmware", "install", "--from", HOSTILE],
        &["firmware", "install", "--release", HOSTILE],
        &["flash", "hostile.dap", "--device", HOSTILE],
        &["flash", "hostile.dap", "--fleet", "fleet.toml"],
        &["flash", "hostile.dap", "--fleet", HOSTILE],
        &["device", "info", "--device", HOSTILE],
        &["emulate", "--fault", HOSTILE],
    ];
    for arguments in commands {
        is_harmless(&app, arguments);
    }
}

#[test]
#[cfg(unix)]
fn what_an_imported_program_prints_is_nothing_but_text() {
    if !has_program("python3") {
        return;
    }
    let app = hostile_app();
    let program = format!(
        "print({0})\nimport sys\nsys.stderr.write({0})\nraise RuntimeError({0})\n",
        quoted()
    );
    app.file("program.py", program);
    is_harmless(&app, &["import", "program.py", "-o", "imported"]);
    app.file(&file_name(".py"), "import depthai\n");
    is_harmless(&app, &["import", &file_name(".py"), "-o", "imported"]);
}
