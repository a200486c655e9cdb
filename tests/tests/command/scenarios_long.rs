//! A scenario takes no more memory the longer it lasts.
#![cfg(target_os = "linux")]

use oakc_blob::synthetic::BlobBuilder;
use oakc_tests::interpreter::interpreter;

use super::*;

const APPLICATION: &str = "\
[app]
name = \"count\"
[nodes.cam]
type = \"ColorCamera\"
fps = 10
[nodes.detect]
type = \"MobileNetDetectionNetwork\"
model = \"detector.blob\"
inputs.in = { from = \"cam.preview\", queue_size = 1, blocking = false }
[nodes.counter]
type = \"Script\"
processor = \"LEON_CSS\"
source = \"counter.py\"
inputs.detections = \"detect.out\"
";

/// Counts people, logs each, and reports each minute how many there were.
const SCRIPT: &str = "\
import socket
import time

reports = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
people, due = 0, time.monotonic() + 60
while True:
    people += len(node.io['detections'].get().detections)
    node.info(f'{people} people')
    if time.monotonic() >= due:
        due += 60
        reports.sendto(b'%d people' % people, ('10.77.0.2', 5000))
";

const SECOND: &str = "{\"t\": 0, \"type\": \"ImgDetections\", \"detections\": [{\"label\": 15}]}\n";

fn scenario(minutes: u32) -> String {
    format!(
        "limit = \"1d\"\nseed = 5\n[feed.detect]\nout = \"second.jsonl\"\nrepeat = \"1s\"\n\
         [peer.reports]\nudp = {{ port = 5000 }}\n[[step]]\n\
         expect = {{ peer = \"reports\", count = {minutes}, within = \"{}min\" }}\n",
        minutes + 1
    )
}

/// The most memory that a process had, in kB; nothing once it is gone.
fn peak(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[test]
fn two_hours_take_no_more_memory_than_ten_minutes() {
    let Some(python) = interpreter() else { return };
    let app = App::new();
    app.file("app.toml", APPLICATION);
    app.file("counter.py", SCRIPT);
    app.file("detector.blob", BlobBuilder::detector(300, 300).build());
    app.file("tests/second.jsonl", SECOND);
    let peaks = [10, 120].map(|minutes| {
        app.file("tests/hours.toml", scenario(minutes));
        let mut command = app.command(&["test"]);
        command.env("OAKC_PYTHON", python.path());
        let mut child = command.stdout(Stdio::null()).spawn().unwrap();
        let mut most = 0;
        let status = loop {
            most = peak(child.id()).unwrap_or(0).max(most);
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            thread::sleep(Duration::from_millis(20));
        };
        assert!(status.success());
        most
    });
    // Two hours have 72,000 pictures and 7,200 lines; a hundred bytes kept of each would be this.
    assert!(peaks[1] < peaks[0] + 7_000, "{peaks:?}");
}
