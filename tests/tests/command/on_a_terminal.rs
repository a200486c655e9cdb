//! What oakc shows on a terminal, through a pseudo-terminal that Python opens.

use super::*;

/// Runs a program on a terminal of so many columns, and prints what the terminal got.
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
        os.write(terminal, b"y\n")
os.waitpid(child, 0)
sys.stdout.buffer.write(shown)
"#;

const MISSPELT: &str = "[nodes.a-camera-with-a-rather-long-name]\ntype = \"ColorCamra\"\n";

/// What a terminal of so many columns shows of `oakc lint`; nothing where there is no Python.
#[cfg(unix)]
fn shown(columns: &str, term: &str) -> Option<String> {
    if !has_program("python3") {
        return None;
    }
    let app = App::new();
    app.file("app.toml", MISSPELT);
    app.file("terminal.py", TERMINAL);
    // The size is set after the fork, so the program waits until it is there.
    let script = format!("sleep 0.3; exec '{}' lint app.toml", oakc().display());
    let mut command = Command::new("python3");
    command.args(["terminal.py", columns, "/bin/sh", "-c", &script]);
    command.current_dir(app.path("")).env("TERM", term);
    command.env_remove("COLUMNS").env_remove("NO_COLOR");
    command.env("OAKC_CACHE", app.path("cache"));
    let ran = Ran::from(command.output().unwrap()).exits(0);
    Some(ran.stdout)
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
fn shown_of_a_flash(term: &str) -> Option<String> {
    if !has_program("python3") {
        return None;
    }
    let app = App::small();
    app.file("fw.cmd", vec![0xA5; 4_000_000]);
    app.build().exits(0);
    app.file("terminal.py", TERMINAL);
    let address = cameras::address();
    let mut config = oakc_device::virtual_camera::Config::new(address);
    config.start = oakc_device::virtual_camera::Start::Bootloader;
    let _camera = oakc_device::virtual_camera::VirtualCamera::start(config).unwrap();
    let script = format!(
        "sleep 0.3; exec '{}' flash out/app.dap --device {address} --observe 0",
        oakc().display()
    );
    let mut command = Command::new("python3");
    command.args(["terminal.py", "80", "/bin/sh", "-c", &script]);
    command.current_dir(app.path("")).env("TERM", term);
    command.env_remove("COLUMNS").env_remove("NO_COLOR");
    command.env("OAKC_CACHE", app.path("cache"));
    let ran = Ran::from(command.output().unwrap()).exits(0);
    Some(ran.stdout)
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
    app.file("terminal.py", TERMINAL);
    let address = cameras::address();
    let config = oakc_device::virtual_camera::Config::new(address);
    let _camera = oakc_device::virtual_camera::VirtualCamera::start(config).unwrap();
    let script = format!(
        "sleep 0.3; exec '{}' doctor {address} --probe --watch 1",
        oakc().display()
    );
    let mut command = Command::new("python3");
    command.args(["terminal.py", "200", "/bin/sh", "-c", &script]);
    command.current_dir(app.path("")).env("TERM", "dumb");
    command.env("OAKC_CACHE", app.path("cache"));
    // The machine that this runs on may have its own faults.
    let shown = Ran::from(command.output().unwrap()).stdout;
    let question = format!("connect to {address}? They restart afterwards. [y/N] y");
    assert!(shown.contains(&question), "{shown}");
    assert!(
        shown.contains("bootloader 0.0.28, DHCP, read at "),
        "{shown}"
    );
}
