//! What goes to stdout and what to stderr.

use oakc_tests::process::full;

use super::*;

const WRONG: &str = "[nodes.cam]\ntype = \"ColourCamera\"\n";

#[test]
fn diagnostics_as_json_match_their_schema() {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/diagnostics.schema.json");
    let schema = json(&fs::read_to_string(schema).unwrap());
    let validator = jsonschema::validator_for(&schema).unwrap();
    let app = App::new();
    let texts = [
        SMALL,
        WRONG,
        "[nodes.cam]\ntype = \"ColorCamera\"\nfps = 'ä'\nfpss = 1\nid = -1\n",
        "[nodes.x]\ntype = \"XLinkOut\"\ninputs.in = \"y.z\"\n",
        "[[",
        "",
    ];
    for text in texts {
        app.file("app.toml", text);
        for command in [
            &["lint"][..],
            &["lint", "--budget"],
            &["build", "--firmware", "fw.cmd", "-o", "out/a.dap"],
        ] {
            let mut arguments = command.to_vec();
            arguments.extend(["--format", "json", "app.toml"]);
            let ran = app.run(&arguments);
            let report = json(&ran.stdout);
            let errors: Vec<_> = validator
                .iter_errors(&report)
                .map(|e| e.to_string())
                .collect();
            assert!(errors.is_empty(), "{errors:?} in {}", ran.stdout);
            assert_eq!(ran.stderr, "");
            let wrong = report["summary"]["errors"] != 0;
            assert_eq!(ran.code, Some(i32::from(wrong)));
        }
    }
}

#[test]
fn positions_in_json_are_exact() {
    let app = App::new();
    app.file(
        "app.toml",
        "# ä\n[nodes.cam]\ntype = \"ColorCamera\" # ö\nfps = \"ü\"\n",
    );
    let ran = app.run(&["lint", "--format", "json", "app.toml"]).exits(1);
    let label = json(&ran.stdout)["diagnostics"][0]["labels"][0].clone();
    assert_eq!(label["file"], "app.toml");
    assert_eq!(
        label["start"],
        serde_json::json!({"line": 4, "column": 7, "offset": 49})
    );
    assert_eq!(
        label["end"],
        serde_json::json!({"line": 4, "column": 10, "offset": 53})
    );
}

#[test]
fn a_closed_stdout_is_not_a_failure() {
    let app = App::small();
    app.build().exits(0);
    for arguments in [
        &["inspect", "--format", "json", "out/app.dap"][..],
        &["schema"],
        &["explain"],
        BUILD,
    ] {
        let mut child = app
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let ran = Ran::from(child.wait_with_output().unwrap()).exits(0);
        assert_eq!(ran.stderr, "", "{arguments:?}");
    }
}

#[test]
fn a_closed_or_full_stderr_does_not_change_the_exit_code() {
    let app = App::small();
    app.file("app.toml", WRONG);
    let mut child = app.command(BUILD).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(1));
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let status = app.command(BUILD).stderr(full).status().unwrap();
    assert_eq!(status.code(), Some(1));
}

#[test]
fn a_full_stdout_is_an_environment_error() {
    let app = App::small();
    app.build().exits(0);
    for arguments in [&["inspect", "out/app.dap"][..], &["schema"], BUILD] {
        let device = fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let output = app.command(arguments).stdout(device).output().unwrap();
        Ran::from(output)
            .exits(3)
            .says("cannot write to stdout: ")
            .says(full());
    }
}

#[test]
fn colour_is_only_used_on_request() {
    let app = App::new();
    app.file("app.toml", WRONG);
    let coloured = |arguments: &[&str], no_color: bool| {
        let mut command = app.command(arguments);
        if no_color {
            command.env("NO_COLOR", "1");
        }
        Ran::from(command.output().unwrap())
            .exits(1)
            .stderr
            .contains('\x1b')
    };
    assert!(!coloured(&["lint", "app.toml"], false));
    assert!(coloured(&["lint", "app.toml", "--color", "always"], false));
    assert!(coloured(&["lint", "app.toml", "--color", "always"], true));
    assert!(!coloured(&["lint", "app.toml", "--color", "never"], false));
    assert!(!coloured(&["lint", "app.toml"], true));
    assert!(coloured(
        &["inspect", "--color", "always", "app.toml"],
        false
    ));
}

#[test]
fn quiet_keeps_results_and_findings() {
    let app = App::small();
    let loud = app.run(&[BUILD, &["--compress"]].concat()).exits(0);
    assert_ne!(loud.stderr, "", "compressing is reported");
    fs::remove_dir_all(app.path("cache")).unwrap();
    let quiet = app
        .run(&[BUILD, &["--compress", "--quiet"]].concat())
        .exits(0);
    assert_eq!(quiet.stderr, "");
    assert_eq!(quiet.stdout, loud.stdout);
    assert!(quiet.stdout.contains("sha256"), "the summary is a result");
    app.file("app.toml", WRONG);
    app.run(&[BUILD, &["--quiet"]].concat())
        .exits(1)
        .says("ColourCamera");
}

#[test]
fn a_budget_follows_what_was_found() {
    let app = App::new();
    let camera = "[nodes.cam]\ntype = \"ColorCamera\"\n";
    app.file("app.toml", camera.to_owned() + "fps = 10\n");
    let ran = app.run(&["lint", "--budget", "app.toml"]).exits(0);
    assert!(
        ran.stdout.starts_with("app.toml, estimated:\nmemory "),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("isp, 3 x 3110400 bytes"),
        "{}",
        ran.stdout
    );
    let ran = app.run(&["lint", "--budget", "--format", "json", "app.toml"]);
    let budget = &json(&ran.stdout)["budget"][0];
    assert_eq!(budget["file"], "app.toml");
    assert_eq!(budget["resources"][0]["resource"], "memory");
    assert_eq!(budget["resources"][0]["items"][0]["node"], "cam");
    app.file("app.toml", WRONG);
    let ran = app.run(&["lint", "--budget", "app.toml"]).exits(1);
    assert_eq!(
        ran.stdout,
        "app.toml: no estimate because there are errors\n"
    );
}
