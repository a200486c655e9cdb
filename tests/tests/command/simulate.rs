//! `oakc simulate`: an application that runs in real time, with real peers.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Child;
use std::sync::mpsc::{Receiver, channel};
use std::time::Instant;

use oakc_tests::process::is_heard;
use oakc_tests::requirement::missing;

use super::*;

/// As long as something is waited for on a loaded machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// An application with a camera, an encoder and a web server of its own.
const WEB: &str = r#"
[app]
name = "web"
[nodes.cam]
type = "ColorCamera"
video_size = [320, 240]
fps = 10
[nodes.encoder]
type = "VideoEncoder"
profile = "MJPEG"
inputs.in = "cam.video"
[nodes.web]
type = "Script"
source = "web.py"
processor = "LEON_CSS"
inputs.frames = { from = "encoder.bitstream", queue_size = 1, blocking = false }
"#;

const SERVER: &str = r#"
import socket
server = socket.socket()
server.bind(("", PORT))
server.listen(2)
node.warn("ready")
while True:
    link, _ = server.accept()
    link.recv(1000)
    data = bytes(node.io["frames"].get().getData())
    link.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n" % len(data) + data)
    link.close()
"#;

/// A simulation, and the lines that it writes.
pub(super) struct Running {
    child: Child,
    lines: Receiver<String>,
    said: Vec<String>,
}

impl Running {
    pub(super) fn start(app: &App, arguments: &[&str]) -> Self {
        Self::of(app.command(&[&["simulate"], arguments].concat()))
    }

    pub(super) fn of(mut command: Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (sender, lines) = channel();
        let outputs: [Box<dyn Read + Send>; 2] = [
            Box::new(child.stdout.take().unwrap()),
            Box::new(child.stderr.take().unwrap()),
        ];
        for output in outputs {
            let sender = sender.clone();
            thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    let _ = sender.send(line);
                }
            });
        }
        Self {
            child,
            lines,
            said: Vec::new(),
        }
    }

    /// Waits for a line with this text; the line.
    #[track_caller]
    pub(super) fn says(&mut self, text: &str) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(line) = self.said.iter().find(|line| line.contains(text)) {
                return line.clone();
            }
            let left = end.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => self.said.push(line),
                Err(error) => panic!("no {text:?} ({error}) in {:#?}", self.said),
            }
        }
    }

    /// Waits for a line with this text that comes after those that were waited for.
    #[track_caller]
    pub(super) fn says_again(&mut self, text: &str) {
        self.said.clear();
        self.says(text);
    }

    /// Sends a signal; the exit code.
    pub(super) fn ends_by(mut self, signal: &str) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that nobody has.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn web(port: u16) -> App {
    let app = App::new();
    app.file("app.toml", WEB);
    app.file("web.py", SERVER.replace("PORT", &port.to_string()));
    app
}

/// What a server answers to a request for this path.
fn get(address: &str, path: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let request = format!("GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).unwrap();
    let start = reply
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap();
    reply.split_off(start + 4)
}

#[test]
fn pictures_of_a_pattern_come_over_http_and_nothing_is_left() {
    let port = free_port();
    let app = web(port);
    let mut running = Running::start(&app, &["app.toml"]);
    let address = format!("127.0.0.1:{port}");
    running.says(&format!("web: listening on {address}"));
    running.says("scripts run on this machine, with your rights");
    running.says("`cam` sees a test pattern; `--source cam=…` shows it something else");
    running.says("warn  web: ready");
    let jpeg = get(&address, "/");
    assert!(
        jpeg.starts_with(&[0xff, 0xd8, 0xff]),
        "{} bytes",
        jpeg.len()
    );
    let image = oakc_vision::Image::decode(&jpeg).unwrap();
    assert_eq!((image.width(), image.height()), (320, 240));
    let signal = if is_heard(2) { "-INT" } else { "-TERM" };
    assert_eq!(running.ends_by(signal), Some(0));
    // Nothing has the port any more.
    TcpListener::bind(&address).unwrap();
}

#[test]
fn a_camera_sees_what_it_is_shown() {
    let port = free_port();
    let app = web(port);
    let green = [10_u8, 200, 30].repeat(320 * 180);
    let kind = oakc_runtime_schema::image::FrameType::RGB888i;
    let image = oakc_vision::Image::new(kind, 320, 180, green).unwrap();
    app.file("green.png", image.encode_png().unwrap());
    let mut running = Running::start(&app, &["app.toml", "--source", "cam=green.png"]);
    running.says("web: listening on");
    let jpeg = get(&format!("127.0.0.1:{port}"), "/");
    let rgb = oakc_vision::Image::decode(&jpeg).unwrap().rgb().unwrap();
    let near = |value: u8, expected: u8| value.abs_diff(expected) < 12;
    assert!(
        near(rgb[0], 10) && near(rgb[1], 200) && near(rgb[2], 30),
        "{:?}",
        &rgb[..3]
    );
    assert_eq!(running.ends_by("-TERM"), Some(0));
}

#[test]
fn a_port_that_is_taken_is_told_with_the_way_out() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let app = web(port);
    let mut running = Running::start(&app, &["app.toml"]);
    running.says(&format!(
        "web cannot listen on 127.0.0.1:{port}: something else has that port"
    ));
    running.says(&format!("`--port {port}={}`", port + 1));
    running.says("the script ended by OSError");
    running.says("everything else goes on");
    // What it says helps.
    let other = free_port();
    let map = format!("{port}={other}");
    let mut running = Running::start(&app, &["app.toml", "--port", &map]);
    running.says(&format!("web: listening on 127.0.0.1:{other}"));
}

#[test]
fn a_kill_leaves_no_process_and_no_port() {
    let port = free_port();
    let app = web(port);
    let mut running = Running::start(&app, &["app.toml"]);
    running.says("web: listening on");
    assert_eq!(running.ends_by("-KILL"), None);
    let end = Instant::now() + PATIENCE;
    while TcpListener::bind(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < end, "somebody still listens");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn what_is_not_computed_has_to_be_fed() {
    let app = App::new();
    let text = "[nodes.left]\ntype = \"MonoCamera\"\nboard_socket = \"CAM_B\"\n\
                [nodes.right]\ntype = \"MonoCamera\"\nboard_socket = \"CAM_C\"\n\
                [nodes.stereo]\ntype = \"StereoDepth\"\ninputs = { left = \"left.out\", right = \"right.out\" }\n\
                [nodes.log]\ntype = \"Script\"\nprocessor = \"LEON_CSS\"\n\
                code = \"print('nearest', max(bytes(node.io['depth'].get().getData())))\"\n\
                inputs.depth = \"stereo.depth\"\n";
    app.file("app.toml", text);
    app.run(&["simulate", "app.toml"])
        .exits(1)
        .says("nothing is fed to `stereo.depth`, and what a StereoDepth sends is not computed here")
        .says("`--source stereo.depth=recording.jsonl`");
    app.file(
        "depth.jsonl",
        "{\"t\": 0.1, \"type\": \"ImgFrame\", \"data\": {\"hex\": \"01 07 03\"}}\n",
    );
    let source = ["app.toml", "--source", "stereo.depth=depth.jsonl"];
    let mut running = Running::start(&app, &source);
    running.says("info  log: nearest 7");
    running.says("log: the script has reached its end");
}

#[test]
fn what_is_recorded_can_be_fed() {
    let app = App::new();
    let sender = "[nodes.source]\ntype = \"Script\"\nprocessor = \"LEON_CSS\"\nsource = \"send.py\"\n\
                  [nodes.sink]\ntype = \"Script\"\nprocessor = \"LEON_CSS\"\nsource = \"print.py\"\n\
                  inputs.in = \"source.out\"\n";
    app.file("app.toml", sender);
    app.file(
        "send.py",
        "import time\nfor number in range(3):\n    message = Buffer(4)\n    \
         message.getData()[:] = bytes([65 + number] * 4)\n    node.io['out'].send(message)\n    time.sleep(0.05)\n",
    );
    let printing = "while True:\n    print('got', bytes(node.io['in'].get().getData()))\n";
    app.file("print.py", printing);
    let arguments = [
        "simulate",
        "app.toml",
        "--for",
        "8s",
        "--record",
        "tests/seen",
    ];
    let ran = app
        .run(&arguments)
        .exits(0)
        .says("recorded 3 messages in tests/seen");
    assert!(
        ran.stdout.contains("info  sink: got b'CCCC'"),
        "{}",
        ran.stdout
    );
    let lines = fs::read_to_string(app.path("tests/seen/source.out.jsonl")).unwrap();
    assert_eq!(lines.lines().count(), 3);
    // As a source.
    let source = [
        "app.toml",
        "--source",
        "source.out=tests/seen/source.out.jsonl",
    ];
    let mut running = Running::start(&app, &source);
    for text in ["AAAA", "BBBB", "CCCC"] {
        running.says(&format!("got b'{text}'"));
    }
    drop(running);
    // In a scenario.
    app.file(
        "tests/fed.toml",
        "[feed.source]\nout = \"seen/source.out.jsonl\"\n[[step]]\n\
         expect = { log = \"got b'CCCC'\", node = \"sink\" }\n",
    );
    app.run(&["test", "tests/fed.toml"]).exits(0);
    // A folder that is there is kept.
    app.run(&arguments)
        .exits(2)
        .says("`tests/seen` is there already");
}

#[test]
fn a_page_shows_the_last_picture_of_each_link() {
    let app = web(free_port());
    let mut running = Running::start(&app, &["app.toml", "--view"]);
    let line = running.says("view: http://");
    let address = line
        .rsplit_once("http://")
        .unwrap()
        .1
        .trim_end_matches('/')
        .to_owned();
    let page = String::from_utf8(get(&address, "/")).unwrap();
    assert!(page.contains("<title>oakc simulate</title>"));
    assert!(
        !page.contains("https://") && !page.contains("//cdn"),
        "it needs nobody else"
    );
    assert!(
        String::from_utf8(get(&address, "/graph.svg"))
            .unwrap()
            .contains("<svg")
    );
    let end = Instant::now() + PATIENCE;
    let state = loop {
        let state: Value = serde_json::from_slice(&get(&address, "/state.json")).unwrap();
        let flows = state["links"]
            .as_array()
            .unwrap()
            .iter()
            .all(|link| link["messages"].as_u64() > Some(3) && link["picture"].is_u64());
        if flows {
            break state;
        }
        assert!(Instant::now() < end, "{state:#}");
        thread::sleep(Duration::from_millis(50));
    };
    assert_eq!(state["name"], "web");
    let links = state["links"].as_array().unwrap();
    let ends: Vec<_> = links
        .iter()
        .map(|it| (it["from"].as_str(), it["to"].as_str()))
        .collect();
    assert!(
        ends.contains(&(Some("cam.video"), Some("encoder.in"))),
        "{ends:?}"
    );
    for index in 0..links.len() {
        let picture = get(&address, &format!("/picture/{index}"));
        oakc_vision::Image::decode(&picture).unwrap();
    }
    // Only for this machine, by its own name.
    let mut stream = TcpStream::connect(&address).unwrap();
    stream
        .write_all(b"GET /state.json HTTP/1.0\r\nHost: evil.example\r\n\r\n")
        .unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    assert!(reply.starts_with("HTTP/1.0 403"), "{reply}");
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let app = web(free_port());
    let refused = |arguments: &[&str]| app.run(&[&["simulate", "app.toml"], arguments].concat());
    refused(&["--source", "cam"])
        .exits(2)
        .says("expected TARGET=SPEC");
    refused(&["--source", "can=pattern:bars"])
        .exits(2)
        .says("there is no node `can`")
        .says("did you mean `cam`?");
    refused(&["--source", "cam=pattern:stripes"])
        .exits(2)
        .says("there are: bars, noise, clock");
    refused(&["--source", "cam.vide=a.jsonl"])
        .exits(2)
        .says("`cam` has no output `vide`")
        .says("did you mean `video`?");
    refused(&["--source", "encoder=a.png"])
        .exits(2)
        .says("`encoder` has no sensor to show pictures to");
    refused(&["--source", "cam=none.png"])
        .exits(3)
        .says("`none.png` cannot be read");
    refused(&["--ip", "192.0.2.1"])
        .exits(2)
        .says("no address of this machine");
    refused(&["--for", "soon"])
        .exits(2)
        .says("expected a duration");
    refused(&["--port", "80"])
        .exits(2)
        .says("expected two ports");
    refused(&["--record", "recorded", "--only", "cam.nothing"])
        .exits(2)
        .says("the application has no such output");
}

#[test]
fn a_scenario_shows_pictures_to_a_camera() {
    let app = App::new();
    app.file(
        "app.toml",
        "[nodes.cam]\ntype = \"ColorCamera\"\nfps = 10\npreview_size = [32, 32]\ninterleaved = true\n\
         color_order = \"RGB\"\n[nodes.look]\ntype = \"Script\"\nprocessor = \"LEON_CSS\"\nsource = \"look.py\"\n\
         inputs.in = \"cam.preview\"\n",
    );
    app.file(
        "look.py",
        "while True:\n    frame = node.io['in'].get()\n    print('red', frame.getData()[0] // 64)\n",
    );
    let kind = oakc_runtime_schema::image::FrameType::RGB888i;
    for (name, red) in [("a", 0_u8), ("b", 70), ("c", 250)] {
        let pixels = [red, 0, 0].repeat(64 * 64);
        let image = oakc_vision::Image::new(kind, 64, 64, pixels).unwrap();
        app.file(
            &format!("tests/walk/{name}.png"),
            image.encode_png().unwrap(),
        );
    }
    let steps = "[[step]]\nexpect = { log = \"red 0\" }\n[[step]]\nexpect = { log = \"red 1\" }\n\
                 [[step]]\nexpect = { log = \"red 3\" }\n";
    let feed = |spec: &str| format!("[feed.cam]\nframes = \"{spec}\"\n{steps}");
    app.file("tests/walk.toml", feed("walk/*.png"));
    app.run(&["test", "tests/walk.toml", "--seeds", "3"])
        .exits(0);
    app.file("tests/walk.toml", feed("walk"));
    app.run(&["test", "tests/walk.toml"]).exits(0);
    app.file("tests/walk.toml", feed("nothing/*.png"));
    app.run(&["test", "tests/walk.toml"])
        .exits(1)
        .says("there is no picture (.jpg, .jpeg, .png) at `nothing/*.png`");
    app.file("tests/walk.toml", feed("/etc/passwd"));
    app.run(&["test", "tests/walk.toml"])
        .exits(1)
        .says("outside of the repository");
}

/// A Chromium that can run without a display.
fn browser() -> Option<&'static str> {
    let known = ["chromium", "chromium-browser", "google-chrome"];
    let found = known.into_iter().find(|name| {
        let mut trial = Command::new(name);
        trial
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        trial.status().is_ok_and(|status| status.success())
    });
    if found.is_none() {
        missing("chromium");
    }
    found
}

/// The page at an address after a while, as a browser sees it.
fn page_in(browser: &str, app: &App, address: &str) -> String {
    let mut command = Command::new(browser);
    command
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
        ])
        .args(["--virtual-time-budget=5000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", app.path("browser").display()))
        .arg(address);
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_browser_shows_the_page_with_pictures_and_queues() {
    let Some(browser) = browser() else { return };
    let app = web(free_port());
    let mut running = Running::start(&app, &["app.toml", "--view"]);
    let line = running.says("view: http://");
    let address = line.split_once("view: ").unwrap().1.to_owned();
    running.says("ready");
    let page = page_in(browser, &app, &address);
    assert!(page.contains("<h2>cam.video → encoder.in</h2>"), "{page}");
    assert!(page.contains("src=\"/picture/0?"), "{page}");
    assert!(
        page.contains(" fps · ") && page.contains(" dropped"),
        "{page}"
    );
    assert!(page.contains("web warn: ready"), "{page}");
}

#[test]
fn a_script_without_network_serves_nobody_and_runs() {
    let app = web(free_port());
    let talk = "\nimport socket\ntry:\n    socket.create_connection((\"192.0.2.1\", 80), 5)\nexcept OSError as error:\n    \
                print(\"nobody:\", type(error).__name__)\nhere = socket.create_connection((\"127.0.0.1\", PORT), 5)\n\
                print(\"but itself\")\n";
    let source = fs::read_to_string(app.path("web.py")).unwrap();
    let port = source
        .split("(\"\", ")
        .nth(1)
        .unwrap()
        .split(')')
        .next()
        .unwrap()
        .to_owned();
    let (server, _) = source.split_once("while True").unwrap();
    app.file("web.py", format!("{server}{}", talk.replace("PORT", &port)));
    let mut running = Running::start(&app, &["app.toml", "--no-network"]);
    let line = running.says("with your rights");
    assert!(!line.is_empty());
    if running
        .said
        .iter()
        .any(|line| line.contains("cannot keep scripts off"))
    {
        missing("a system that lets it create namespaces");
        return;
    }
    running.says("nobody: OSError");
    running.says("but itself");
    assert!(TcpStream::connect(format!("127.0.0.1:{port}")).is_err());
}
