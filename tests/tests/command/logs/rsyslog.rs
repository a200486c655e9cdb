//! Beside a real rsyslog, which receives what a camera sends, writes it down in its forms, and forwards it.

use std::time::Instant;

use super::*;

/// The forms of rsyslog, and whether they keep nodes, levels and numbers.
const FILES: [(&str, bool); 3] = [
    ("RSYSLOG_TraditionalFileFormat", false),
    ("RSYSLOG_FileFormat", false),
    ("RSYSLOG_SyslogProtocol23Format", true),
];

/// rsyslog until it is dropped.
struct Rsyslog {
    child: Child,
    address: SocketAddr,
}

impl Rsyslog {
    /// Starts it in the directory of `app`; what it receives it also forwards to `logs`, in each form for that.
    fn new(app: &App, logs: &Listening) -> Option<Self> {
        if !has_program("rsyslogd") {
            return None;
        }
        // The port is free again when rsyslog takes it.
        let address = UdpSocket::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let mut config = format!(
            "global(workDirectory=\"{}\")\nmodule(load=\"imudp\")\ninput(type=\"imudp\" port=\"{}\" address=\"127.0.0.1\")\n",
            app.path("").display(),
            address.port()
        );
        for (form, _) in FILES {
            let path = app.path(form);
            let path = path.display();
            config.extend([format!(
                "action(type=\"omfile\" file=\"{path}\" template=\"{form}\")\n"
            )]);
        }
        for form in [
            "RSYSLOG_ForwardFormat",
            "RSYSLOG_TraditionalForwardFormat",
            "RSYSLOG_SyslogProtocol23Format",
        ] {
            let port = logs.address.port();
            config.extend([format!(
                "action(type=\"omfwd\" target=\"127.0.0.1\" port=\"{port}\" protocol=\"udp\" template=\"{form}\")\n"
            )]);
        }
        let path = app.file("rsyslog.conf", config);
        let mut rsyslog = Command::new("rsyslogd");
        rsyslog
            .arg("-n")
            .arg("-f")
            .arg(path)
            .arg("-i")
            .arg(app.path("pid"));
        rsyslog.env("TZ", "UTC");
        let child = rsyslog
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Some(Self { child, address })
    }
}

impl Drop for Rsyslog {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const TRACEBACK: &str = "Traceback (most recent call last):\n  File \"report.py\", line 3, in <module>\n\tx\nValueError: ä #012";

#[test]
fn what_rsyslog_writes_and_forwards_is_read() {
    let app = App::new();
    let logs = Listening::new(&app, &["--format", "json"]);
    let Some(rsyslog) = Rsyslog::new(&app, &logs) else {
        return;
    };
    let start = Instant::now();
    let last = app.path(FILES[2].0);
    let mut number = 1;
    // It takes a moment until it listens.
    while !fs::read_to_string(&last).is_ok_and(|text| text.contains("hello")) {
        assert!(
            start.elapsed() < Duration::from_mins(1),
            "rsyslog does not receive"
        );
        let hello = message("door", number, "hello");
        logs.socket
            .send_to(hello.as_bytes(), rsyslog.address)
            .unwrap();
        number += 1;
        thread::sleep(Duration::from_millis(100));
    }
    let exception = of_kind("door", number + 3, "exception", " again=\"2\"", TRACEBACK);
    logs.socket
        .send_to(exception.as_bytes(), rsyslog.address)
        .unwrap();
    for (form, is_whole) in FILES {
        let path = app.path(form);
        while !fs::read_to_string(&path).is_ok_and(|text| text.contains("ValueError")) {
            assert!(start.elapsed() < Duration::from_mins(1), "{form}");
            thread::sleep(Duration::from_millis(50));
        }
        let mut command = app.command(&["logs", form, "--format", "json"]);
        let ran = Ran::from(command.env("TZ", "UTC").output().unwrap()).exits(0);
        assert_eq!(ran.stderr, "", "{form}");
        let objects: Vec<_> = ran.stdout.lines().map(json).collect();
        let last = objects.last().unwrap();
        assert_eq!(last["camera"], "door", "{form}");
        assert_eq!(last["application"], "door-counter");
        assert_eq!(last["boot"], "5f3a91c2");
        assert_eq!(last["kind"], "exception");
        // What looks like an escaped line end is taken for one.
        let text = TRACEBACK.replace("#012", "\n");
        assert_eq!(
            last["text"].as_str().unwrap().trim_end(),
            text.trim_end(),
            "{form}"
        );
        if is_whole {
            assert_eq!(last["node"], "report");
            assert_eq!(last["sequence"], number + 3);
            assert_eq!(last["details"]["again"], 2.0);
            let before = &objects[objects.len() - 2];
            assert_eq!(before["kind"], "lost");
            assert_eq!(before["details"]["count"], 3);
        }
    }
    thread::sleep(Duration::from_millis(600));
    let (lines, stderr) = logs.end();
    let exceptions = lines.iter().filter(|line| line.contains("ValueError"));
    assert_eq!(exceptions.count(), 3, "{lines:#?}");
    assert!(!stderr.contains("not syslog"), "{stderr}");
}
