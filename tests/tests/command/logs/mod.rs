//! `oakc logs` as a user runs it: beside senders on this machine, hostile ones among them, and a real rsyslog.

mod hostile;
mod rsyslog;
mod saved;

use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, UdpSocket};
use std::process::{Child, ChildStdout};
use std::sync::mpsc::{Receiver, channel};

use oakc_tests::process::is_heard;

use super::*;

/// A message of a camera.
pub(crate) fn message(camera: &str, number: u64, text: &str) -> String {
    of_kind(camera, number, "log", "", text)
}

/// One of this kind, with more parameters.
pub(crate) fn of_kind(camera: &str, number: u64, kind: &str, more: &str, text: &str) -> String {
    format!(
        "<134>1 - {camera} door-counter 5f3a91c2 {kind} [oakc@32473 seq=\"{number}\" node=\"report\" level=\"info\" \
         up=\"61.2\"{more}] {text}"
    )
}

/// `oakc logs` while it listens.
pub(crate) struct Listening {
    child: Child,
    lines: Receiver<String>,
    address: SocketAddr,
    socket: UdpSocket,
}

impl Listening {
    pub(crate) fn new(app: &App, arguments: &[&str]) -> Self {
        let arguments = [&["logs", "--listen", "127.0.0.1:0"], arguments].concat();
        let mut child = app
            .command(&arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        stderr.read_line(&mut said).unwrap();
        let address = said.strip_prefix("listening on ").unwrap();
        let (address, _) = address.split_once(' ').unwrap();
        let address = address.parse().unwrap();
        child.stderr = Some(stderr.into_inner());
        let lines = lines(child.stdout.take().unwrap());
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        Self {
            child,
            lines,
            address,
            socket,
        }
    }

    pub(crate) fn send(&self, datagram: impl AsRef<[u8]>) {
        self.socket
            .send_to(datagram.as_ref(), self.address)
            .unwrap();
    }

    /// The next line, or the test fails after a minute.
    #[track_caller]
    pub(crate) fn line(&self) -> String {
        self.lines.recv_timeout(Duration::from_mins(1)).unwrap()
    }

    /// The next line, without its time.
    #[track_caller]
    fn text(&self) -> String {
        let line = self.line();
        let time = "2026-03-01 09:05:00.250 ".len();
        line.get(time..).unwrap_or_default().to_owned()
    }

    /// Ends it as a user does: what else it printed, and its last word on stderr.
    #[track_caller]
    pub(crate) fn end(mut self) -> (Vec<String>, String) {
        // A process that a test in the background starts may not hear SIGINT.
        let signal = if is_heard(2) { "-INT" } else { "-TERM" };
        let id = self.child.id().to_string();
        Command::new("kill").args([signal, &id]).status().unwrap();
        let rest = self.lines.iter().collect();
        let mut stderr = String::new();
        let mut pipe = self.child.stderr.take().unwrap();
        pipe.read_to_string(&mut stderr).unwrap();
        assert_eq!(self.child.wait().unwrap().code(), Some(0), "{stderr}");
        (rest, stderr)
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The lines of a process, which are read whether the test wants them or not.
pub(crate) fn lines(stdout: ChildStdout) -> Receiver<String> {
    let (sender, lines) = channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines() {
            let _ = sender.send(line.unwrap());
        }
    });
    lines
}

#[test]
fn messages_are_shown_as_they_come_and_summed_up_in_the_end() {
    let logs = Listening::new(&App::new(), &[]);
    logs.send(of_kind(
        "door",
        1,
        "start",
        " build=\"01\" run=\"1\"",
        "door-counter 1.4.0",
    ));
    logs.send(message("door", 2, "3 people"));
    logs.send("<11>Nov 28 19:35:20 gate app[7]: from another program");
    assert_eq!(logs.text(), "door/report info     door-counter 1.4.0");
    assert_eq!(logs.text(), "door/report info     3 people");
    assert_eq!(logs.text(), "gate        error    from another program");
    let (rest, stderr) = logs.end();
    assert_eq!(rest, [""; 0]);
    assert_eq!(stderr, "3 messages\n");
}

#[test]
fn long_messages_are_whole_and_lost_ones_are_counted_where_they_are_missing() {
    let logs = Listening::new(&App::new(), &[]);
    logs.send(message("door", 1, "first"));
    logs.send(of_kind("door", 3, "log", " part=\"2/2\"", "the other"));
    logs.send(of_kind("door", 2, "log", " part=\"1/2\"", "one half, "));
    logs.send(message("door", 6, "after a gap"));
    logs.send(message("door", 6, "after a gap"));
    assert_eq!(logs.text(), "door/report info     first");
    assert_eq!(logs.text(), "door/report info     one half, the other");
    assert_eq!(
        logs.text(),
        "door/report warn     2 datagrams were lost here"
    );
    assert_eq!(logs.text(), "door/report info     after a gap");
    let (_, stderr) = logs.end();
    assert!(
        stderr.contains("2 datagrams lost, 1 datagram came twice"),
        "{stderr}"
    );
}

#[test]
fn a_camera_that_falls_silent_comes_back_or_boots_is_reported() {
    let logs = Listening::new(&App::new(), &[]);
    let beat = |number| of_kind("door", number, "heartbeat", " every=\"0.4\"", "up 1 min");
    logs.send(beat(1));
    logs.send(beat(2));
    assert_eq!(logs.text(), "door/report info     up 1 min");
    let text = logs.text();
    assert!(
        text.starts_with("door/report warn     no sign of life for "),
        "{text}"
    );
    assert!(
        text.ends_with(" s, and there should be one every 0.4 s"),
        "{text}"
    );
    logs.send(beat(3));
    let text = logs.text();
    assert!(
        text.starts_with("door/report info     signs of life again, after "),
        "{text}"
    );
    logs.send(
        of_kind("door", 1, "start", "", "door-counter")
            .replace("5f3a91c2", "00000000")
            .replace("61.2", "2.0"),
    );
    assert_eq!(
        logs.text(),
        "door        warn     the camera has booted again"
    );
    assert_eq!(logs.text(), "door/report info     door-counter");
}

#[test]
fn tracebacks_lead_to_the_files_of_the_application() {
    let app = App::new();
    app.file("door/app.toml", SMALL);
    app.file("door/report.py", "raise ValueError\n");
    let logs = Listening::new(&app, &["--app", "door/app.toml"]);
    let traceback =
        "Traceback (most recent call last):\n  File \"report.py\", line 1, in <module>\nValueError";
    let more = " class=\"ValueError\" file=\"report.py\" line=\"1\" again=\"2\"";
    logs.send(of_kind("door", 1, "exception", more, traceback));
    assert_eq!(
        logs.text(),
        "door/report info     Traceback (most recent call last):"
    );
    assert_eq!(
        logs.line(),
        "      File \"door/report.py\", line 1, in <module>"
    );
    assert_eq!(logs.line(), "    ValueError");
    assert_eq!(logs.line(), "    the script starts again in 2 s");
}

#[test]
fn filters_choose_cameras_nodes_levels_and_texts() {
    let shown = |arguments: &[&str]| {
        let logs = Listening::new(&App::new(), arguments);
        logs.send(message("door", 1, "a Person"));
        logs.send(message("gate", 1, "nobody"));
        logs.send(message("gate", 2, "a person").replace("report", "count"));
        logs.send(message("gate", 3, "a person").replace("\"info\"", "\"error\""));
        thread::sleep(Duration::from_millis(300));
        let (rest, _) = logs.end();
        rest.len()
    };
    assert_eq!(shown(&[]), 4);
    assert_eq!(shown(&["--camera", "gate"]), 3);
    assert_eq!(shown(&["--camera", "gate", "--node", "count"]), 1);
    assert_eq!(shown(&["--level", "warn"]), 1);
    assert_eq!(shown(&["--text", "person"]), 3);
}

#[test]
fn json_is_an_object_a_line_that_matches_its_schema() {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/log.schema.json");
    let schema = json(&fs::read_to_string(schema).unwrap());
    let validator = jsonschema::validator_for(&schema).unwrap();
    let logs = Listening::new(&App::new(), &["--format", "json"]);
    let beat = " every=\"10\" temperature=\"54.3\" ddr=\"1/2\"] [x";
    let beat = of_kind("door", 1, "heartbeat", beat, "up").replace(
        "] [x]",
        "][ports@32473 in=\"37204 3 frames\" out=\"5 1 a b\" more=\"2\"]",
    );
    logs.send(beat);
    logs.send(message("door", 2, "two\nlines \u{1b}[31m ##[error]"));
    logs.send(message("door", 4, "after a gap"));
    logs.send("<14>it works");
    thread::sleep(Duration::from_millis(600));
    let (lines, _) = logs.end();
    assert_eq!(lines.len(), 5, "{lines:#?}");
    for line in &lines {
        let object = json(line);
        let errors: Vec<_> = validator
            .iter_errors(&object)
            .map(|it| it.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:?} in {line}");
        assert!(!line.contains("##["), "{line}");
    }
    let objects: Vec<_> = lines.iter().map(|line| json(line)).collect();
    assert_eq!(
        objects[0]["details"]["ports"],
        json!([
            { "port": "frames", "direction": "in", "messages": 37204, "missed": 3 },
            { "port": "a b", "direction": "out", "messages": 5, "dropped": 1 },
        ])
    );
    assert_eq!(objects[1]["text"], "two\nlines \u{1b}[31m ##[error]");
    let kinds: Vec<_> = objects
        .iter()
        .map(|object| object["kind"].as_str().unwrap())
        .collect();
    assert!(kinds.contains(&"lost"), "{kinds:?}");
    assert!(objects.iter().any(|object| object["camera"] == "127.0.0.1"));
}

#[test]
fn a_reader_that_goes_away_ends_it() {
    let mut logs = Listening::new(&App::new(), &[]);
    let app = App::new();
    let mut child = app
        .command(&["logs", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    stderr.read_line(&mut said).unwrap();
    let address = said.split_whitespace().nth(2).unwrap();
    logs.address = address.parse().unwrap();
    while child.try_wait().unwrap().is_none() {
        logs.send(message("door", 1, "x"));
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_port_in_use_is_an_environment_error_that_names_who_has_it() {
    let app = App::new();
    let logs = Listening::new(&app, &[]);
    let address = logs.address.to_string();
    let ran = app.run(&["logs", "--listen", &address]).exits(3);
    let ran = ran.says(&format!(
        "UDP port {} of 127.0.0.1 is in use",
        logs.address.port()
    ));
    if cfg!(target_os = "linux") {
        ran.says(&format!("oakc (process {}) has it", logs.child.id()));
    }
    app.run(&["logs", "--listen", "192.0.2.1:5514"])
        .exits(3)
        .says("192.0.2.1 is not an address of this machine");
    app.run(&["logs", "--listen", "door"]).exits(2);
    app.run(&["logs", "--since", "1h"]).exits(2);
}
