//! The scripts of docs/library.md do in `oakc test` what it says.

use super::scenarios::Desk;
use super::*;

/// What a script of docs/library.md runs in: cameras, and an input named as there.
const AROUND: &str = r#"
[app]
name = "documented"
[network]
dns = ["192.168.1.1"]
hosts = { "broker.lan" = "192.168.1.20" }
[nodes.cam]
type = "ColorCamera"
fps = 10
[nodes.jpeg]
type = "VideoEncoder"
profile = "MJPEG"
frame_rate = 10
inputs.in = "cam.video"
[nodes.h264]
type = "VideoEncoder"
profile = "H264_MAIN"
frame_rate = 10
inputs.in = "cam.video"
[nodes.detector]
type = "Script"
outputs = ["detections"]
code = """
import time
while True:
    node.io["detections"].send(ImgDetections())
    time.sleep(0.1)
"""
[nodes.s]
type = "Script"
source = "s.py"
processor = "LEON_CSS"
"#;

const FED: &str = r#"
[feed.jpeg]
bitstream = [{ type = "ImgFrame", data = { text = "a jpeg" } }]
repeat = "100ms"
[feed.h264]
bitstream = [{ type = "ImgFrame", data = { hex = "00 00 01 67 4d 40 28 00 00 01 68 ee 3c 80 00 00 01 65 6b 65 79" } }]
repeat = "100ms"
"#;

/// The input of each script of docs/library.md, in their order, and what has to happen.
const DOCUMENTED: [(&str, &str); 7] = [
    (
        r#"inputs.frames = "jpeg.bitstream""#,
        r#"[peer.names]
dns = { host = "192.168.1.1", names = { "pool.ntp.org" = "192.168.1.2" } }
[peer.time]
ntp = { host = "192.168.1.2" }
[[step]]
expect = { peer = "names", within = "1s" }
[[step]]
expect = { peer = "time", within = "1s" }
"#,
    ),
    (
        "",
        r#"[peer.broker]
tcp_server = { host = "192.168.1.20", port = 1883 }
[[step]]
expect = { peer = "broker", connected = true, within = "1s" }
"#,
    ),
    (
        r#"inputs.frames = "jpeg.bitstream""#,
        r#"[peer.time]
ntp = { host = "192.168.1.1" }
[[step]]
expect = { log = "T", within = "5s" }
"#,
    ),
    (
        r#"inputs.frames = "jpeg.bitstream""#,
        r#"[[step]]
expect = { log = "frame 0", level = "info", within = "1s" }
[[step]]
expect = { log = "the broker is away", level = "error", within = "6s" }
"#,
    ),
    (
        r#"inputs.detections = "detector.detections""#,
        r#"[peer.broker]
mqtt_broker = { host = "192.168.1.20", user = "oak", password = "…" }
[[step]]
expect = { peer = "broker", topic = "oak/1/count", json = { people = 0 }, qos = 1, count = 3, within = "5s" }
[[step]]
send = { peer = "broker", topic = "oak/1/set/fps", text = "5" }
[[step]]
expect = { log = "oak/1/set/fps b'5'", within = "5s" }
"#,
    ),
    (
        r#"inputs.jpeg = "jpeg.bitstream""#,
        r#"[peer.server]
http = { host = "192.168.1.20", port = 8000, status = 204 }
[peer.browser]
http_client = { port = 8080 }
[[step]]
expect = { peer = "server", path = "/counts", json = { people = 3 }, within = "1s" }
[[step]]
send = { peer = "browser", path = "/count" }
[[step]]
expect = { peer = "browser", json = { people = 3 }, within = "1s" }
[[step]]
send = { peer = "browser", path = "/video" }
[[step]]
expect = { peer = "browser", text = "a jpeg", count = 3, within = "2s" }
"#,
    ),
    (
        r#"inputs.video = "h264.bitstream""#,
        r#"[peer.player]
tcp_client = { port = 8554, greeting = "SETUP rtsp://a/video RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP/TCP\r\n\r\nPLAY rtsp://a/video RTSP/1.0\r\nCSeq: 2\r\n\r\n" }
[[step]]
expect = { peer = "player", text = "ekey", count = 3, within = "2s" }
"#,
    ),
];

#[test]
fn the_scripts_of_the_librarys_documentation_do_what_it_says() {
    let Some(desk) = Desk::new() else { return };
    let page = fs::read_to_string(xtask::root().join("docs/library.md")).unwrap();
    let scripts = page.split("```python\n").skip(1);
    let scripts: Vec<_> = scripts
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert_eq!(scripts.len(), DOCUMENTED.len());
    for (script, (input, scenario)) in scripts.into_iter().zip(DOCUMENTED) {
        desk.file("s.py", script);
        desk.file("app.toml", format!("{AROUND}{input}\n"));
        desk.file("tests/it.toml", format!("{FED}{scenario}"));
        let ran = desk.run(&["test"]);
        assert_eq!(ran.code, Some(0), "{script}{}{}", ran.stdout, ran.stderr);
    }
}
