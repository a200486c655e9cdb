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
