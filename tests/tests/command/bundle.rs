//! `oakc bundle`: what is unpacked somewhere else works there without a network and without anything of this machine's cache.

use oakc_tests::examples::{cache, example, fetch_models};
use oakc_tests::interpreter::interpreter;
use oakc_tests::process::is_for_windows;

use super::applications::Emulated;
use super::cameras::address;
use super::*;

/// A command in which every way into the network leads nowhere, and the user has no cache.
fn offline(program: impl AsRef<std::ffi::OsStr>, arguments: &[&str], app: &App) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(app.path(""));
    command.env_remove("OAKC_CACHE");
    command.env_remove("PIP_CACHE_DIR");
    let nowhere = "http://127.0.0.1:9/";
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"] {
        command.env(name, nowhere);
    }
    for name in ["PIP_INDEX_URL", "npm_config_registry"] {
        command.env(name, nowhere);
    }
    for name in ["HOME", "XDG_CACHE_HOME"] {
        command.env(name, app.path("home"));
    }
    command
}

/// An example with a model that others publish.
fn application() -> Option<App> {
    let app = example("hand-detector");
    fetch_models(&app.path("")).then_some(app)
}

fn bundle(app: &App, arguments: &[&str]) -> Ran {
    let mut command = app.command(&[&["bundle"], arguments].concat());
    command.env("OAKC_CACHE", cache());
    command.output().unwrap().into()
}

#[test]
#[cfg(unix)]
fn an_application_is_built_tested_and_flashed_from_a_bundle_without_a_network() {
    let (Some(python), Some(app)) = (interpreter(), application()) else {
        return;
    };
    let ran = bundle(&app, &["-o", "carried.tar.gz"]).exits(0);
    assert!(ran.stdout.starts_with("carried.tar.gz  "), "{}", ran.stdout);
    assert!(
        ran.stdout
            .contains("firmware 2.33.0.0, 1 of models, 0 environments")
    );
    let mut unpack = Command::new("tar");
    unpack
        .args(["-xzf", "carried.tar.gz"])
        .current_dir(app.path(""));
    assert!(unpack.status().unwrap().success());
    let elsewhere = app.path("elsewhere");
    fs::rename(app.path("carried"), &elsewhere).unwrap();

    let camera = address().to_string();
    let command = offline(elsewhere.join("oakc"), &["emulate", "--ip", &camera], &app);
    let emulated = Emulated::start(command);
    emulated.says("listening on");
    for arguments in [
        &["lint", "--deny", "warnings", "app.toml"][..],
        &["build", "app.toml", "-o", "app.dap"],
        &["test"],
        &["flash", "app.dap", "--device", &camera, "--observe", "0"],
    ] {
        let mut command = offline(elsewhere.join("oakc"), arguments, &app);
        command.env("OAKC_PYTHON", python.path());
        Ran::from(command.output().unwrap()).exits(0);
    }
    // The program alone has neither the firmware nor the model.
    let mut alone = offline(oakc(), &["build", "app.toml", "-o", "again.dap"], &app);
    let alone = Ran::from(alone.output().unwrap());
    assert_ne!(alone.code, Some(0), "{}", alone.stdout);
}

#[test]
fn a_bundle_has_what_the_application_needs_and_takes_no_place_of_anything() {
    let Some(app) = application() else { return };
    let ran = bundle(&app, &["-o", "home"]).exits(0);
    assert!(ran.stdout.starts_with("home  "), "{}", ran.stdout);
    let home = app.path("home");
    let folder = |path: &Path| -> PathBuf {
        let path = path.strip_prefix(&home).unwrap();
        path.components().take(3).collect()
    };
    let files = files_below(&home);
    let folders: BTreeSet<_> = files.iter().map(|(path, _)| folder(path)).collect();
    let (program, start) = if is_for_windows() {
        ("bin/oakc.exe", "oakc.cmd")
    } else {
        ("bin/oakc", "oakc")
    };
    let expected = [
        program,
        "cache/firmware/2.33.0.0",
        "cache/models/fetched",
        start,
    ];
    assert_eq!(folders, expected.map(PathBuf::from).into());
    let refused = bundle(&app, &["-o", "home"]).exits(2);
    assert!(refused.stderr.contains("home: there is something already"));
    app.file("wrong.toml", "[app]\nnme = \"x\"\n");
    bundle(&app, &["wrong.toml", "-o", "none"]).exits(1);
    assert!(!app.path("none").exists());
}
