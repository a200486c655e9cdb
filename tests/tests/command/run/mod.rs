//! `oakc run` against virtual cameras: flashed, heard, and flashed again when a file changes.

mod emulated;

use std::io::{BufReader, Read as _, Seek as _};
use std::net::UdpSocket;
use std::process::Child;
use std::sync::mpsc::Receiver;

use oakc_device::virtual_camera::{Config, Start, VirtualCamera};
use oakc_tests::process::is_heard;

use super::cameras::address;
use super::logs::{lines, message};
use super::*;

/// The offset of the application in a memory.
const APPLICATION: u64 = 0x0080_0000;

const APP: &str = "\
[app]
name = \"door\"

[nodes.report]
type = \"Script\"
source = \"report.py\"
processor = \"LEON_CSS\"
";

const SCRIPT: &str = "import time\n\nwhile True:\n    time.sleep(1)\n";

/// An application and a camera whose memory is a file.
struct Bench {
    app: App,
    camera: VirtualCamera,
}

impl Bench {
    fn new() -> Self {
        let app = App::new();
        app.file("app.toml", APP);
        app.file("report.py", SCRIPT);
        let mut config = Config::new(address());
        config.start = Start::Bootloader;
        config.flash.size = 32 << 20;
        config.flash.file = Some(app.path("nor.img"));
        let start = || VirtualCamera::start(config.clone());
        let camera = (0..50).find_map(|_| {
            let started = start().ok();
            if started.is_none() {
                thread::sleep(Duration::from_millis(20));
            }
            started
        });
        let camera = camera.unwrap_or_else(|| start().unwrap());
        Self { app, camera }
    }

    /// Whether the camera holds this package.
    fn holds(&self, package: &str) -> bool {
        let package = self.app.read(package);
        let mut memory = fs::File::open(self.app.path("nor.img")).unwrap();
        memory.seek(std::io::SeekFrom::Start(APPLICATION)).unwrap();
        let mut held = vec![0; package.len()];
        memory.read_exact(&mut held).is_ok() && held == package
    }

    fn arguments<'a>(&'a self, more: &[&'a str]) -> Vec<&'a str> {
        let ip = Box::leak(self.camera.address().to_string().into_boxed_str());
        let all = [
            "run",
            "app.toml",
            "--firmware",
            "fw.cmd",
            "--observe",
            "0",
            "--device",
            ip,
        ];
        [&all[..], more].concat()
    }

    fn start(&self, more: &[&str]) -> Running {
        Running::start(&mut self.app.command(&self.arguments(more)))
    }
}

/// A command while it runs.
struct Running {
    child: Child,
    shown: Receiver<String>,
    said: Receiver<String>,
}

impl Running {
    fn start(command: &mut Command) -> Self {
        let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap();
        let shown = lines(child.stdout.take().unwrap());
        let stderr = child.stderr.take().unwrap();
        let (sender, said) = std::sync::mpsc::channel();
        thread::spawn(move || {
            for line in std::io::BufRead::lines(BufReader::new(stderr)) {
                let _ = sender.send(line.unwrap());
            }
        });
        Self { child, shown, said }
    }

    /// Waits until it shows a line with this text.
    #[track_caller]
    fn shows(&self, text: &str) -> String {
        let mut shown = String::new();
        loop {
            let line = self.shown.recv_timeout(Duration::from_mins(2));
            let line = line.unwrap_or_else(|_| panic!("no {text:?} in\n{shown}"));
            if line.contains(text) {
                return line;
            }
            shown += &line;
            shown.push('\n');
        }
    }

    /// Waits until it says this on stderr: all that it said until then.
    #[track_caller]
    fn wait_for(&self, text: &str) -> String {
        let mut said = String::new();
        while !said.contains(text) {
            let line = self.said.recv_timeout(Duration::from_mins(2));
            let line = line.unwrap_or_else(|_| panic!("no {text:?} in\n{said}"));
            said += &line;
            said.push('\n');
        }
        said
    }

    #[track_caller]
    fn end(mut self) {
        let signal = if is_heard(2) { "-INT" } else { "-TERM" };
        let id = self.child.id().to_string();
        Command::new("kill").args([signal, &id]).status().unwrap();
        let code = self.child.wait().unwrap().code();
        assert_eq!(code, Some(0), "{}", self.said.iter().collect::<String>());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A UDP port that is free.
fn free_port() -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.local_addr().unwrap().port().to_string()
}

#[test]
fn an_application_without_logging_is_given_it_and_heard() {
    let bench = Bench::new();
    let port = free_port();
    let running = bench.start(&["--listen", &port]);
    let said = running.wait_for("showing the log; Ctrl-C ends it");
    assert!(
        said.contains(&format!(
            "the application has no [logging]: this command adds it, to 127.0.0.1:{port}; `oakc build` and `oakc flash` will not"
        )),
        "{said}"
    );
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket
        .send_to(
            message("door", 1, "3 people").as_bytes(),
            format!("127.0.0.1:{port}"),
        )
        .unwrap();
    let line = running.shown.recv_timeout(Duration::from_mins(1)).unwrap();
    assert!(line.ends_with("door/report info     3 people"), "{line}");
    running.end();
    bench.app.build().exits(0);
    assert!(!bench.holds("out/app.dap"), "what is built has no logging");
    let has = |name: &str| {
        let bytes = bench.app.read(name);
        bytes.windows(port.len()).any(|it| it == port.as_bytes())
    };
    assert!(has("nor.img") && !has("out/app.dap"));
    // Nothing was written beside the application.
    assert!(!bench.app.path("app.dap").exists());
}

#[test]
fn without_logging_it_is_what_build_makes_and_ends_by_itself() {
    let bench = Bench::new();
    let ran = bench.app.run(&bench.arguments(&["--no-logging"])).exits(0);
    assert!(!ran.stderr.contains("[logging]"), "{}", ran.stderr);
    assert_eq!(ran.stdout, "");
    bench.app.build().exits(0);
    assert!(bench.holds("out/app.dap"));
}

#[test]
fn a_change_is_built_and_flashed_and_a_mistake_ends_nothing() {
    let bench = Bench::new();
    let running = bench.start(&["--no-logging", "--watch"]);
    running.wait_for("waiting for changes");
    bench.app.file("app.toml", APP.replace("Script", "Scirpt"));
    let said = running.wait_for("nothing was flashed");
    assert!(
        said.contains("app.toml has changed") && said.contains("Scirpt"),
        "{said}"
    );
    bench.app.file("app.toml", APP);
    running.wait_for("app.toml has changed");
    running.wait_for("runs");
    bench.app.file("report.py", format!("{SCRIPT}# changed\n"));
    let said = running.wait_for("runs");
    assert!(said.contains("report.py has changed"), "{said}");
    running.end();
    bench.app.build().exits(0);
    assert!(bench.holds("out/app.dap"));
}

#[test]
fn an_application_with_errors_is_not_flashed_and_a_package_is_none() {
    let bench = Bench::new();
    bench.app.file("app.toml", APP.replace("Script", "Scirpt"));
    bench
        .app
        .run(&bench.arguments(&[]))
        .exits(1)
        .says("Scirpt")
        .says("nothing was flashed");
    bench
        .app
        .run(&["run", "app.dap"])
        .exits(2)
        .says("`oakc flash` writes packages");
}

#[test]
fn a_port_in_use_is_noticed_before_anything_is_flashed() {
    let bench = Bench::new();
    let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
    let port = socket.local_addr().unwrap().port().to_string();
    bench
        .app
        .run(&bench.arguments(&["--listen", &port]))
        .exits(3)
        .says("is in use");
    bench.app.build().exits(0);
    assert!(!bench.holds("out/app.dap"));
}

#[test]
fn a_log_that_goes_elsewhere_is_pointed_out() {
    let bench = Bench::new();
    let port = free_port();
    for (section, name) in [
        (
            format!("[logging]\nudp = \"192.0.2.1:{port}\"\n"),
            "192.0.2.1",
        ),
        (
            format!(
                "[network.hosts]\n\"pc.lan\" = \"192.0.2.1\"\n[logging]\nudp = \"pc.lan:{port}\"\n"
            ),
            "pc.lan",
        ),
    ] {
        bench.app.file("app.toml", format!("{APP}\n{section}"));
        let running = bench.start(&[]);
        let said = running.wait_for("showing the log");
        assert!(
            said.contains(&format!("{name}:{port}, which is not this machine")),
            "{said}"
        );
        running.end();
    }
}
