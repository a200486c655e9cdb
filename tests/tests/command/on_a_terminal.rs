//! What oakc shows on a terminal, through a pseudo-terminal that Python opens.

use super::*;
#[cfg(unix)]
use oakc_device::virtual_camera::{ApplicationEvent, Config, Start, VirtualCamera};

/// Runs a program on a terminal of so many columns, answers its first question, and prints what the terminal got.
const TERMINAL: &str = r#"
import fcntl, os, pty, struct, sys, termios
columns, command = int(sys.argv[1]), sys.argv[2:]
child, terminal = pty.fork()
if child == 0:
    os.execv(command[0], command)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
shown, answered = b"", False
while True:
    try:
        got = os.read(terminal, 65536)
    except OSError:
        break
    if not got:
        break
    shown += got
    if b"[y/N]" in shown and not answered:
        answered = True
        os.write(terminal, os.environ["ANSWER"].encode() + b"\n")
os.waitpid(child, 0)
sys.stdout.buffer.write(shown)
"#;

const MISSPELT: &str = "[nodes.a-camera-with-a-rather-long-name]\ntype = \"ColorCamra\"\n";

/// What a terminal shows of a run of oakc.
#[cfg(unix)]
struct Terminal<'a> {
    columns: &'a str,
    kind: &'a str,
    /// To the first question.
    answer: &'a str,
}

#[cfg(unix)]
impl Terminal<'_> {
    const DUMB: Self = Terminal {
        columns: "200",
        kind: "dumb",
        answer: "y",
    };

    /// Whatever the exit code of oakc is.
    fn shows(&self, app: &App, arguments: &str) -> String {
        app.file("terminal.py", TERMINAL);
        // The size is set after the fork, so the program waits until it is there.
        let script = format!("sleep 0.3; exec '{}' {arguments}", oakc().display());
        let mut command = Command::new("python3");
        command.args(["terminal.py", self.columns, "/bin/sh", "-c", &script]);
        command.current_dir(app.path(""));
        command.env_remove("COLUMNS").env_remove("NO_COLOR");
        command.env("TERM", self.kind).env("ANSWER", self.answer);
        command.env("OAKC_CACHE", app.path("cache"));
        Ran::from(command.output().unwrap()).exits(0).stdout
    }
}

/// What a terminal of so many columns shows of `oakc lint`; nothing where there is no Python.
#[cfg(unix)]
fn shown(columns: &str, kind: &str) -> Option<String> {
    if !has_program("python3") {
        return None;
    }
    let app = App::new();
    app.file("app.toml", MISSPELT);
    let terminal = Terminal {
        columns,
        kind,
        ..Terminal::DUMB
    };
    Some(terminal.shows(&app, "lint app.toml"))
}

#[test]
#[cfg(unix)]
fn lines_are_as_wide_as_the_terminal() {
    for columns in [60_usize, 80, 140] {
        let Some(shown) = shown(&columns.to_string(), "dumb") else {
            return;
        };
        let widest = shown.lines().map(|line| line.trim_end().chars().count());
        assert!(widest.max() <= Some(columns), "{columns}: {shown}");
        let header = shown.lines().next().unwrap_or_default();
        let expected = match columns {
            60 => "error[OAK013] unknown-node-kind",
            80 => "error[OAK013] unknown-node-kind (oakc explain unknown-node-kind)",
            _ => "error[OAK013] unknown-node-kind (https://",
        };
        assert!(header.starts_with(expected), "{columns}: {header}");
    }
}

#[test]
#[cfg(unix)]
fn a_dumb_terminal_gets_plain_text_and_another_one_colours() {
    let Some(plain) = shown("100", "dumb") else {
        return;
    };
    assert!(!plain.contains('\u{1b}'), "{plain:?}");
    let coloured = shown("100", "xterm-256color").unwrap_or_default();
    assert!(coloured.contains("\u{1b}["), "{coloured:?}");
}

/// What a terminal shows of a flash: what is asked, and the bars. Nothing where there is no Python.
#[cfg(unix)]
fn shown_of_a_flash(kind: &str) -> Option<String> {
    if !has_program("python3") {
        return None;
    }
    let app = App::small();
    app.file("fw.cmd", vec![0xA5; 4_000_000]);
    app.build().exits(0);
    let address = cameras::address();
    let mut config = Config::new(address);
    config.start = Start::Bootloader;
    let _camera = VirtualCamera::start(config).unwrap();
    let terminal = Terminal {
        columns: "80",
        kind,
        ..Terminal::DUMB
    };
    let flash = format!("flash out/app.dap --device {address} --observe 0");
    Some(terminal.shows(&app, &flash))
}

#[test]
#[cfg(unix)]
fn a_flash_has_bars_on_a_terminal_and_lines_on_a_dumb_one() {
    let Some(bars) = shown_of_a_flash("xterm-256color") else {
        return;
    };
    assert!(bars.contains('█') || bars.contains('░'), "{bars:?}");
    let lines = shown_of_a_flash("dumb").unwrap_or_default();
    assert!(
        !lines.contains('█') && !lines.contains('\u{1b}'),
        "{lines:?}"
    );
    assert!(lines.contains("writing 100 %"), "{lines:?}");
    // What is there, and what is written, is said before the question.
    for text in [
        "has:  no application; bootloader 0.0.28",
        "gets: small, 4,",
        "[y/N] y",
    ] {
        assert!(lines.contains(text), "no {text:?} in {lines}");
    }
}

#[test]
#[cfg(unix)]
fn the_doctor_asks_before_it_connects_to_a_camera() {
    if !has_program("python3") {
        return;
    }
    let app = App::small();
    let address = cameras::address();
    let config = Config::new(address);
    let _camera = VirtualCamera::start(config).unwrap();
    let doctor = format!("doctor {address} --probe --watch 1");
    let shown = Terminal::DUMB.shows(&app, &doctor);
    let question = format!("connect to {address}? They restart afterwards. [y/N] y");
    assert!(shown.contains(&question), "{shown}");
    assert!(
        shown.contains("bootloader 0.0.28, DHCP, read at "),
        "{shown}"
    );
}

/// What only reads asks as well before it ends an application that runs.
#[test]
#[cfg(unix)]
fn a_camera_that_runs_its_application_is_restarted_only_if_the_user_agrees() {
    if !has_program("python3") {
        return;
    }
    let app = App::small();
    let address = cameras::address();
    let (observer, events) = std::sync::mpsc::channel();
    let mut config = Config::new(address);
    config.start = Start::FlashBooted;
    config.observer = Some(observer);
    let _camera = VirtualCamera::start(config).unwrap();
    let reading = [
        ("query it", "info"),
        ("read its settings", "config get"),
        ("read its memory", "read -o read --offset 0 --size 1"),
    ];
    let refusing = Terminal {
        answer: "n",
        ..Terminal::DUMB
    };
    for (purpose, command) in reading {
        let shown = refusing.shows(&app, &format!("device {command} --device {address}"));
        assert!(shown.contains(&format!("to {purpose}? [y/N] n")), "{shown}");
        assert!(shown.contains("nothing was done"), "{shown}");
    }
    assert!(events.try_recv().is_err());
    let shown = Terminal::DUMB.shows(&app, &format!("device config get {address}"));
    assert!(shown.contains("restarting into the bootloader"), "{shown}");
    assert!(shown.contains("no settings are stored"), "{shown}");
    let event = events.try_recv();
    assert!(
        matches!(event, Ok((_, ApplicationEvent::Stopped))),
        "{event:?}"
    );
}
