//! Packages on the desk: those of the real library run as those of oakc do.

use std::fs;
use std::path::Path;
use std::process::Command;

use oakc_tests::interpreter::interpreter;
use oakc_tests::process::oakc;
use oakc_tests::reference::python;
use serde_json::Value;
use tempfile::TempDir;

use crate::packages::build;

/// What the example `http-client` does with its own params; nodes of a package are called by kind and id.
const SCENARIO: &str = r#"
app = "../PACKAGE"
[feed.VideoEncoder_1]
bitstream = [{ type = "ImgFrame", data = { text = "a jpeg" } }]
repeat = "500ms"
[peer.server]
host = "192.168.1.20"
http = { port = 8000, status = 204 }
[[step]]
expect = { peer = "server", method = "POST", path = "/frames", headers = { x-posted = "0" }, within = "1s" }
[[step]]
fault = { peer = "server", refuse = "15s" }
[[step]]
expect = { peer = "server", headers = { x-posted = "1", x-failed = "1" }, within = "30s" }
"#;

#[test]
fn a_package_of_the_library_runs_like_one_of_oakc() {
    let (Some(python), Some(interpreter)) = (python(), interpreter()) else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/http-client");
    let mut library = Command::new(&python);
    let library = library.arg("-B").arg(example.join("reference.py"));
    let library = library.arg(folder.path().join("library.dap")).status();
    assert!(library.unwrap().success());
    let application = example.join("app.yaml");
    let plain = build(&python, &application, &["--locked"]).unwrap();
    fs::write(folder.path().join("plain.dap"), plain).unwrap();
    let compressed = build(&python, &application, &["--locked", "--compress"]).unwrap();
    fs::write(folder.path().join("compressed.dap"), compressed).unwrap();

    fs::create_dir(folder.path().join("tests")).unwrap();
    for name in ["library", "plain", "compressed"] {
        let scenario = SCENARIO.replace("PACKAGE", &format!("{name}.dap"));
        fs::write(folder.path().join(format!("tests/{name}.toml")), scenario).unwrap();
    }
    for seed in ["0", "7"] {
        let mut test = Command::new(oakc());
        test.env("OAKC_PYTHON", interpreter.path());
        test.args(["test", "tests", "--format", "json", "--seed", seed]);
        let output = test.current_dir(folder.path()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{output:?} {said}");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let scenarios = report["scenarios"].as_array().unwrap();
        let traces: Vec<_> = scenarios.iter().map(|it| &it["trace"]).collect();
        assert_eq!(traces.len(), 3);
        assert!(traces.iter().all(|trace| *trace == traces[0]), "{report}");
    }
}
