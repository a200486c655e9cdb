//! The whole way: what is written here is checked, built, flashed and booted, the script runs on the virtual camera, and
//! what it says is heard.

use std::net::Ipv4Addr;

use oakc_tests::interpreter::interpreter;

use super::*;

const HELPER: &str = "def fail(reason):\n    raise ValueError(reason)\n";

const TALKER: &str = "\
import time

import helper

node.warn('version 1')
print('is printed')
while True:
    time.sleep(1)
    helper.fail('as planned')
";

/// An application, and `oakc emulate --run` on an address of its own.
struct Desk {
    app: App,
    address: Ipv4Addr,
    camera: Running,
    port: String,
}

impl Desk {
    /// None where there is no interpreter like the camera's.
    fn new(logging: &str) -> Option<Self> {
        let python = interpreter()?.path().to_owned();
        let (app, address, port) = (App::new(), address(), free_port());
        let logging = logging.replace("PORT", &port);
        app.file("app.toml", format!("{APP}{logging}"));
        app.file("report.py", TALKER);
        app.file("helper.py", HELPER);
        let ip = address.to_string();
        let mut command = app.command(&["emulate", "--run", "--ip", &ip, "--flash-size", "64M"]);
        let camera = Running::start(command.env("OAKC_PYTHON", python));
        camera.shows("listening on");
        Some(Self {
            app,
            address,
            camera,
            port,
        })
    }

    fn run(&self, more: &[&str]) -> Running {
        let ip = self.address.to_string();
        let all = ["run", "app.toml", "--firmware", "fw.cmd", "--device", &ip];
        Running::start(&mut self.app.command(&[&all[..], more].concat()))
    }
}

#[test]
fn what_a_script_says_is_heard_and_after_a_change_the_new_words_are() {
    let Some(desk) = Desk::new("") else { return };
    let running = desk.run(&["--listen", &desk.port, "--watch"]);
    running.wait_for("the application has no [logging]: this command adds it");
    running.wait_for("showing the log, and waiting for changes");
    let line = running.shows("version 1");
    assert!(line.contains("/report warn "), "{line}");
    let line = running.shows("is printed");
    assert!(line.contains("/report info "), "{line}");
    let line = running.shows("Traceback (most recent call last):");
    assert!(line.contains("/report critical "), "{line}");
    let places = [
        "report.py\", line 9, in <module>",
        "helper.py\", line 2, in fail",
    ];
    for place in places {
        running.shows(place);
    }
    running.shows("ValueError: as planned");
    // The camera does with the exception what it would do anyway.
    desk.camera.wait_for("as planned");

    let changed = TALKER.replace("version 1", "version 2");
    desk.app.file("report.py", changed);
    running.wait_for("report.py has changed");
    running.shows("version 2");
    desk.app.file(
        "helper.py",
        HELPER.replace("(reason)", "('another ' + reason)"),
    );
    running.wait_for("helper.py has changed");
    running.shows("as planned");
    running.end();
    desk.camera.end();
}

#[test]
fn signs_of_life_and_new_starts_are_heard_where_the_application_says_so() {
    let logging = "\n[logging]\nudp = \"127.0.0.1:PORT\"\nheartbeat = \"1s\"\nrestart = true\n";
    let Some(desk) = Desk::new(logging) else {
        return;
    };
    let running = desk.run(&["--heartbeats"]);
    let said = running.wait_for("showing the log; Ctrl-C ends it");
    assert!(!said.contains("this command adds it"), "{said}");
    running.shows("the script starts again in 1 s");
    running.shows("started again");
    running.shows("the script starts again in 2 s");
    let beat = running.shows("up ");
    assert!(beat.contains("/report info "), "{beat}");
    running.end();
    // The camera goes on.
    desk.camera.shows("as planned");
    desk.camera.shows("as planned");
    desk.camera.end();
}

#[test]
fn without_logging_the_camera_runs_the_script_and_sends_nothing() {
    let Some(desk) = Desk::new("") else { return };
    let socket = UdpSocket::bind(("127.0.0.1", desk.port.parse::<u16>().unwrap())).unwrap();
    let running = desk.run(&["--listen", &desk.port, "--no-logging"]);
    // It has nothing to listen to, so it ends by itself.
    assert_eq!(running.shown.iter().count(), 0);
    assert!(running.said.iter().all(|line| !line.contains("[logging]")));
    desk.camera.wait_for("as planned");
    socket.set_nonblocking(true).unwrap();
    assert!(socket.recv(&mut [0; 64]).is_err(), "nothing is sent");
    desk.camera.end();
}

#[test]
fn scripts_on_leon_mss_are_heard_as_well() {
    let Some(desk) = Desk::new("") else { return };
    let on_mss = APP.replace("processor = \"LEON_CSS\"\n", "");
    assert_ne!(on_mss, APP);
    desk.app.file("app.toml", on_mss);
    let running = desk.run(&["--listen", &desk.port]);
    running.shows("/report warn     version 1");
    running.shows("helper.py\", line 2, in fail");
    running.end();
    desk.camera.end();
}
