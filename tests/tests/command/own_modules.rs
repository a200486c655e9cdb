//! Scripts with modules of their own, through every command that meets them.

use super::*;

const APP: &str = "\
[app]
name = \"door\"
[nodes.cam]
type = \"ColorCamera\"
[nodes.s]
type = \"Script\"
source = \"scripts/s.py\"
modules = [\"../shared\"]
inputs.frames = \"cam.video\"
";

const SCRIPT: &str = "\"\"\"Docs.\"\"\"\nimport near\nfrom pack.deep import wait\nwhile True:\n    wait(near.NAME)\n";
const DEEP: &str = "def wait(name):\n    node.io[name].get()\n";

/// An application two folders deep, whose modules lie beside its script and outside of its folder.
fn app(script: &str, deep: &str) -> App {
    let app = with_files();
    app.file(".git/HEAD", "");
    app.file("door/app.toml", APP);
    app.file("door/scripts/s.py", script);
    app.file("door/scripts/near.py", "NAME = 'frames'\n");
    app.file("shared/pack/__init__.py", "");
    app.file("shared/pack/deep.py", deep);
    app
}

fn build(app: &App, name: &str) {
    let build = ["build", "--firmware", "fw.cmd", "door/app.toml", "-o", name];
    app.run(&build).exits(0);
}

#[test]
fn modules_are_pinned_listed_extracted_and_imported() {
    let app = app(SCRIPT, DEEP);
    build(&app, "a.dap");
    let lock = String::from_utf8(app.read("door/oakc.lock")).unwrap();
    for path in ["scripts/s.py", "scripts/near.py", "../shared/pack/deep.py"] {
        assert!(lock.contains(path), "{lock}");
    }
    let shown = json(
        &app.run(&["inspect", "--format", "json", "a.dap"])
            .exits(0)
            .stdout,
    );
    let modules = shown["assets"]["/node/1/__script"]["modules"]
        .as_array()
        .unwrap();
    let files: Vec<_> = modules
        .iter()
        .map(|it| it["file"].as_str().unwrap())
        .collect();
    assert_eq!(
        files,
        [
            "scripts/near.py",
            "shared/pack/__init__.py",
            "shared/pack/deep.py"
        ]
    );
    let human = app.run(&["inspect", "a.dap"]).exits(0).stdout;
    assert!(human.contains("module pack.deep"), "{human}");
    app.run(&["inspect", "a.dap", "--extract", "parts"])
        .exits(0);
    assert_eq!(app.read("parts/scripts/1/scripts/s.py"), SCRIPT.as_bytes());
    assert_eq!(
        app.read("parts/scripts/1/shared/pack/deep.py"),
        DEEP.as_bytes()
    );
    app.run(&["import", "a.dap", "-o", "back"]).exits(0);
    assert_eq!(app.read("back/scripts/s.py"), SCRIPT.as_bytes());
    assert_eq!(app.read("back/shared/pack/deep.py"), DEEP.as_bytes());
    let config = String::from_utf8(app.read("back/app.toml")).unwrap();
    assert!(config.contains("modules = [\"shared\"]"), "{config}");
    let same = app.run(&["diff", "--exit-code", "a.dap", "back/app.toml"]);
    assert!(!same.stdout.contains("script"), "{}", same.stdout);
}

#[test]
fn diff_names_the_module_that_changed() {
    let app = app(SCRIPT, DEEP);
    build(&app, "a.dap");
    app.file("shared/pack/deep.py", DEEP.replace("get()", "tryGet()"));
    build(&app, "b.dap");
    let shown = app.run(&["diff", "a.dap", "b.dap"]).exits(0).stdout;
    assert!(shown.contains("pack.deep (shared/pack/deep.py)"), "{shown}");
    assert!(shown.contains("+    node.io[name].tryGet()"), "{shown}");
    assert!(
        !shown.contains("near") && !shown.contains("exec("),
        "{shown}"
    );
    let locked = [
        "build",
        "--locked",
        "--firmware",
        "fw.cmd",
        "door/app.toml",
        "-o",
        "c.dap",
    ];
    app.run(&locked).exits(0);
    app.file("shared/pack/deep.py", DEEP);
    let ran = app.run(&locked).exits(1);
    assert!(
        ran.stderr.contains("../shared/pack/deep.py"),
        "{}",
        ran.stderr
    );
}

#[test]
fn findings_in_modules_are_in_their_files_and_comments_there_allow_them() {
    let deep = "import random\ndef wait(name):\n    nod.io[name].get()\n";
    let app = app(SCRIPT, deep);
    let lint = |app: &App| {
        json(
            &app.run(&["lint", "--format", "json", "door/app.toml"])
                .stdout,
        )
    };
    let places = |found: &Value| {
        let found = found["diagnostics"].as_array().unwrap().iter();
        let found = found.map(|it| {
            let label = &it["labels"][0];
            format!(
                "{} {}:{}",
                it["rule"].as_str().unwrap(),
                label["file"].as_str().unwrap(),
                label["start"]["line"]
            )
        });
        found.collect::<Vec<_>>()
    };
    let found = places(&lint(&app));
    assert!(
        found
            .iter()
            .any(|it| it == "undefined-name shared/pack/deep.py:3"),
        "{found:?}"
    );
    assert!(
        found
            .iter()
            .any(|it| it == "module-needs-leon-css shared/pack/deep.py:1"),
        "{found:?}"
    );
    app.file(
        "shared/pack/deep.py",
        format!("# oakc: allow(undefined-name, module-needs-leon-css)\n{deep}"),
    );
    let found = places(&lint(&app));
    assert!(!found.iter().any(|it| it.contains("deep.py")), "{found:?}");
}

#[test]
fn what_stands_in_the_way_of_a_module_is_reported_where_it_is_imported() {
    for (script, file, text, expected) in [
        (
            "import pack.missing\n",
            "x",
            "",
            "there is no module `pack.missing`",
        ),
        (
            "import broken\n",
            "door/scripts/broken.py",
            "x = (\n",
            "does not compile",
        ),
        (
            "import pack.deep\n",
            "shared/pack/deep.py",
            "from ... import x\n",
            "these dots lead out of the package",
        ),
    ] {
        let app = app(script, DEEP);
        app.file(file, text);
        let ran = app.run(&["lint", "door/app.toml"]).exits(1);
        assert!(
            ran.stdout.contains(expected) || ran.stderr.contains(expected),
            "{}{}",
            ran.stdout,
            ran.stderr
        );
    }
}

#[test]
fn a_folder_of_modules_outside_of_the_repository_is_refused() {
    let app = app(SCRIPT, DEEP);
    app.file("inner/.git/HEAD", "");
    app.file("inner/app.toml", APP);
    app.file("inner/scripts/s.py", "import near\n");
    app.file("inner/scripts/near.py", "");
    let ran = app.run(&["lint", "inner/app.toml"]).exits(1);
    let told = format!("{}{}", ran.stdout, ran.stderr);
    assert!(
        told.contains("`../shared` cannot be read: it is outside of the repository"),
        "{told}"
    );
    let missing = APP.replace("../shared", "nowhere");
    app.file("door/app.toml", missing);
    let ran = app.run(&["lint", "door/app.toml"]).exits(1);
    let told = format!("{}{}", ran.stdout, ran.stderr);
    assert!(
        told.contains("`nowhere` cannot be read: no such file"),
        "{told}"
    );
}

#[test]
fn a_script_without_modules_goes_in_as_it_is() {
    let app = app(
        "import time\nwhile True:\n    node.io['frames'].get()\n",
        DEEP,
    );
    build(&app, "a.dap");
    app.run(&["inspect", "a.dap", "--extract", "parts"])
        .exits(0);
    assert_eq!(
        app.read("parts/assets/node/1/__script"),
        app.read("door/scripts/s.py")
    );
}

#[test]
fn a_fix_edits_the_file_of_the_module() {
    let app = app(SCRIPT, "def wait(name):\n    node.inputs[name].get()\n");
    app.run(&["lint", "--fix", "door/app.toml"]).exits(0);
    assert_eq!(app.read("shared/pack/deep.py"), DEEP.as_bytes());
    assert_eq!(app.read("door/scripts/s.py"), SCRIPT.as_bytes());
}

#[test]
fn modules_that_oakc_provides_are_packaged_with_the_configuration_and_survive_an_import() {
    let app = app("from oakc import dns\ndns.install()\n", DEEP);
    let network = "[network]\nhosts = { \"broker.lan\" = \"192.168.1.20\" }\n[nodes.s]\nprocessor = \"LEON_CSS\"\n";
    app.file("door/app.toml", APP.replace("[nodes.s]\n", network));
    build(&app, "a.dap");
    let package = app.read("a.dap");
    let holds = |package: &[u8], text: &str| {
        let mut windows = package.windows(text.len());
        windows.any(|window| window == text.as_bytes())
    };
    assert!(holds(&package, "192.168.1.20") && holds(&package, "oakc.dns"));
    assert!(!holds(&package, "oakc.http"));
    app.run(&["import", "a.dap", "-o", "back"]).exits(0);
    let same = app.run(&["diff", "--exit-code", "a.dap", "back/app.toml"]);
    assert!(!same.stdout.contains("script"), "{}", same.stdout);
}
