//! `oakc build`: what is written, and what is left alone.

use super::*;

#[test]
fn equal_inputs_give_equal_bytes_wherever_the_output_goes() {
    let app = with_files();
    app.build().exits(0);
    let first = app.read("out/app.dap");
    app.build().exits(0);
    assert!(first == app.read("out/app.dap"));
    app.run(&["build", "--firmware", "fw.cmd", "app.toml"])
        .exits(0);
    assert!(first == app.read("app.dap"));
    let elsewhere = app.path("elsewhere.dap");
    let absolute = app.path("app.toml");
    let arguments = [
        "build",
        "--firmware",
        "fw.cmd",
        absolute.to_str().unwrap(),
        "-o",
        elsewhere.to_str().unwrap(),
    ];
    app.command(&arguments)
        .current_dir("/")
        .output()
        .map(Ran::from)
        .unwrap()
        .exits(3);
    let firmware = app.path("fw.cmd");
    let mut arguments = arguments;
    arguments[2] = firmware.to_str().unwrap();
    app.command(&arguments)
        .current_dir("/")
        .output()
        .map(Ran::from)
        .unwrap()
        .exits(0);
    assert!(first == fs::read(elsewhere).unwrap());
}

#[test]
fn the_summary_names_the_package_by_its_digest() {
    let app = with_files();
    let ran = app.build().exits(0);
    let package = app.read("out/app.dap");
    assert!(ran.stdout.contains(&sha256(&package)), "{}", ran.stdout);
    let again = app.build().exits(0);
    assert_eq!(ran.stdout, again.stdout);
    assert_eq!(ran.stderr, "");
}

#[test]
fn a_parameter_set_on_the_command_line_changes_the_package() {
    let app = App::new();
    let text = SMALL.replace("fps = 10", "fps = \"${fps}\"") + "[params]\nfps = 10\n";
    app.file("app.toml", text);
    app.build().exits(0);
    let ten = app.read("out/app.dap");
    let mut arguments = BUILD.to_vec();
    arguments.extend(["--set", "fps=20"]);
    app.run(&arguments).exits(0);
    assert!(ten != app.read("out/app.dap"));
    arguments.extend(["--set", "fps=10"]);
    app.run(&arguments).exits(0);
    assert!(ten == app.read("out/app.dap"), "the last --set wins");
}

#[test]
fn a_build_replaces_the_old_package_and_a_failed_one_leaves_it() {
    let app = with_files();
    app.file("out/app.dap", "old");
    app.file("scripts/s.py", "");
    fs::rename(app.path("table.bin"), app.path("away")).unwrap();
    app.build().exits(1);
    assert_eq!(app.read("out/app.dap"), b"old");
    fs::rename(app.path("away"), app.path("table.bin")).unwrap();
    app.build().exits(0);
    assert!(Header::parse_file(&app.read("out/app.dap")).is_ok());
}
