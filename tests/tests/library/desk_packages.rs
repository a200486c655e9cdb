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

/// Sends every tenth picture that is encoded.
const SCRIPT: &str = r#"import socket

sink = socket.create_connection(("192.168.1.20", 8000), timeout=5)
count = 0
while True:
    frame = node.io["frames"].get()
    count += 1
    if count % 10 == 0:
        sink.sendall(b"%d %d\n" % (frame.getSequenceNum(), len(frame.getData())))
"#;

const APPLICATION: &str = r#"
[app]
name = "tenth"

[nodes.cam]
type = "ColorCamera"
fps = 10

[nodes.encoder]
type = "VideoEncoder"
frame_rate = 10
inputs.in = "cam.video"

[nodes.tenth]
type = "Script"
source = "tenth.py"
processor = "LEON_CSS"
inputs.frames = { from = "encoder.bitstream", queue_size = 1, blocking = false }
"#;

/// The same with the library.
const PROGRAM: &str = r#"
import sys

import depthai as dai

pipeline = dai.Pipeline()
cam = pipeline.create(dai.node.ColorCamera)
cam.setFps(10)
encoder = pipeline.create(dai.node.VideoEncoder)
encoder.setFrameRate(10)
cam.video.link(encoder.input)
tenth = pipeline.create(dai.node.Script)
tenth.setScriptPath("tenth.py")
tenth.setProcessor(dai.ProcessorType.LEON_CSS)
tenth.inputs["frames"].setQueueSize(1)
tenth.inputs["frames"].setBlocking(False)
encoder.bitstream.link(tenth.inputs["frames"])
dai.DeviceBootloader.saveDepthaiApplicationPackage(sys.argv[1], pipeline, compress=sys.argv[2] == "compressed")
"#;

/// Nodes of a package are called by their type and id.
const SCENARIO: &str = r#"
app = "../PACKAGE"
[feed.VideoEncoder_1]
bitstream = [{ type = "ImgFrame", data = { text = "a jpeg" } }]
repeat = "100ms"
[peer.server]
host = "192.168.1.20"
tcp_server = { port = 8000, framing = "lines" }
[[step]]
expect = { peer = "server", text = "9 6", within = "2s" }
[[step]]
expect = { peer = "server", text = "99 6", within = "10s" }
"#;

#[test]
fn a_package_of_the_library_runs_like_one_of_oakc() {
    let (Some(python), Some(interpreter)) = (python(), interpreter()) else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let write = |name: &str, content: &[u8]| fs::write(folder.path().join(name), content).unwrap();
    fs::create_dir(folder.path().join("tests")).unwrap();
    write("tenth.py", SCRIPT.as_bytes());
    write("app.toml", APPLICATION.as_bytes());
    for form in ["plain", "compressed"] {
        let mut library = Command::new(&python);
        library.args(["-B", "-c", PROGRAM, &format!("library-{form}.dap"), form]);
        let output = library.current_dir(folder.path()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let more: &[&str] = match form {
            "plain" => &[],
            _ => &["--compress"],
        };
        let package = build(&python, &folder.path().join("app.toml"), more).unwrap();
        write(&format!("oakc-{form}.dap"), &package);
        for maker in ["library", "oakc"] {
            let name = format!("{maker}-{form}");
            let scenario = SCENARIO.replace("PACKAGE", &format!("{name}.dap"));
            write(&format!("tests/{name}.toml"), scenario.as_bytes());
        }
    }
    for seed in ["0", "7"] {
        let traces = traces(folder.path(), interpreter.path(), seed);
        assert_eq!(traces.len(), 4);
        assert!(traces.iter().all(|trace| *trace == traces[0]), "{traces:?}");
    }
}

/// A pipeline of the library whose script says how large each JPEG is.
const SAYS: &str = r#"
import sys

import depthai as dai

pipeline = dai.Pipeline()
cam = pipeline.create(dai.node.ColorCamera)
cam.setVideoSize(320, 240)
encoder = pipeline.create(dai.node.VideoEncoder)
encoder.setDefaultProfilePreset(30, dai.VideoEncoderProperties.Profile.MJPEG)
cam.video.link(encoder.input)
says = pipeline.create(dai.node.Script)
says.setScript("while True:\n    print('a JPEG', len(node.io['frames'].get().getData()) > 1000)")
says.setProcessor(dai.ProcessorType.LEON_CSS)
encoder.bitstream.link(says.inputs["frames"])
dai.DeviceBootloader.saveDepthaiApplicationPackage(sys.argv[1], pipeline)
"#;

#[test]
fn a_package_of_the_library_is_simulated_with_pictures() {
    let (Some(python), Some(interpreter)) = (python(), interpreter()) else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let mut library = Command::new(&python);
    library.args(["-B", "-c", SAYS, "says.dap"]);
    let output = library.current_dir(folder.path()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let mut simulate = Command::new(oakc());
    simulate.env("OAKC_PYTHON", interpreter.path());
    simulate.args(["simulate", "says.dap", "--for", "8s", "--record", "seen"]);
    let output = simulate.current_dir(folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said} {output:?}");
    assert!(said.contains("a JPEG True"), "{said}");
    assert!(folder.path().join("seen/cam.video.jsonl").exists());
}

/// The numbers of what was seen in each scenario of a folder.
fn traces(folder: &Path, interpreter: &Path, seed: &str) -> Vec<Value> {
    let mut test = Command::new(oakc());
    test.env("OAKC_PYTHON", interpreter);
    test.args(["test", "tests", "--format", "json", "--seed", seed]);
    let output = test.current_dir(folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said} {output:?}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let scenarios = report["scenarios"].as_array().unwrap();
    scenarios.iter().map(|it| it["trace"].clone()).collect()
}
