//! The modules that oakc provides to scripts: in CPython 3.9 as on the camera, and against real servers and hostile ones.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use oakc_core::modules::{Library, OwnModules, Places};
use oakc_core::world::{MemoryWorld, World};
use oakc_python::{Job, Processor};
use oakc_tests::interpreter::interpreter;
use oakc_tests::reference::folder;

const TABLE: &str = include_str!("../../../compiler/script/src/api/oakc.txt");
const NETWORK: &str =
    "dns = [\"192.168.1.1\"]\nsearch = []\nhosts = {\"broker.lan\": \"192.168.1.20\"}\n";

/// A script with what it imports of oakc's modules.
fn bundled(script: &str) -> String {
    let mut library = Library::fixed();
    library.insert("network", NETWORK);
    let world = MemoryWorld::default();
    let places = Places {
        folders: &[String::new()],
        on_css: true,
        library: &library,
    };
    let own = OwnModules::find(script, places, &mut |path| world.read(path));
    own.and_then(|own| own.bundled()).unwrap()
}

fn run(script: &str) -> String {
    let text = bundled(script);
    let job = Job::new(&text, "s.py", Processor::Css);
    let outcome = job.run(&interpreter().unwrap()).unwrap();
    assert_eq!(outcome.raised, None, "{script}");
    outcome.stdout
}

#[test]
fn each_module_needs_only_what_the_camera_has() {
    if interpreter().is_none() {
        return;
    }
    for name in modules() {
        let found = run(&format!(
            "from oakc import {name}\nprint({name}.__name__)\n"
        ));
        assert_eq!(found.trim(), format!("oakc.{name}"));
    }
}

#[test]
fn names_of_the_configuration_reach_sockets() {
    if interpreter().is_none() {
        return;
    }
    let script = "import socket\nfrom oakc import dns\ndns.install()\nprint(socket.gethostbyname('BROKER.lan'))\n";
    assert_eq!(run(script), "192.168.1.20\n");
}

#[test]
fn what_lint_knows_of_the_modules_is_what_they_have() {
    let Some(interpreter) = interpreter() else {
        return;
    };
    let mut command = interpreter.command();
    let output = command.arg(folder().join("oakc_api.py")).output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stdout).unwrap(), TABLE);
}

#[test]
fn clock_and_real_servers() {
    peers("test_clock");
}

#[test]
fn dns_and_real_servers() {
    peers("test_dns");
}

#[test]
fn http_and_real_servers() {
    peers("test_http");
}

#[test]
fn log_and_a_real_receiver() {
    peers("test_log");
}

#[test]
fn mqtt_and_real_servers() {
    peers("test_mqtt");
}

#[test]
fn rtsp_and_real_viewers() {
    peers("test_rtsp");
}

/// Runs the tests of one module.
fn peers(name: &str) {
    let Some(interpreter) = interpreter() else {
        return;
    };
    let mut command = Command::new(interpreter.path());
    command.args(["-B", "-m", "unittest", name]);
    command.current_dir(tests()).stdin(Stdio::null());
    let output = command.output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    if words.contains("skipped=") {
        oakc_tests::requirement::missing(
            "mosquitto, nginx, dnsmasq, chronyd, rsyslogd, python3-zeroconf, ffmpeg and cjpeg",
        );
    }
}

fn tests() -> PathBuf {
    folder().join("../camera")
}

/// What else lies in the folder, for editors and `python -m oakc`.
const NOT_PACKAGED: [&str; 6] = [
    "__init__", "__main__", "camera", "models", "network", "params",
];

/// The names of the modules with a fixed text.
fn modules() -> Vec<String> {
    let folder = folder().join("../../python/oakc");
    let files = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "py"))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .filter(|name| !NOT_PACKAGED.contains(&name.as_str()))
        .collect();
    names.sort();
    assert!(names.len() >= 5);
    names
}

#[test]
fn the_documentation_says_what_each_module_costs() {
    let documentation = fs::read_to_string(folder().join("../../docs/library.md")).unwrap();
    for name in modules() {
        let path = format!("../../python/oakc/{name}.py");
        let text = fs::read_to_string(folder().join(path)).unwrap();
        let escaped = text.matches(['\n', '"', '\\']).count();
        let hundreds = (text.len() + escaped).div_ceil(100);
        let bytes = format!("{},{}00", hundreds / 10, hundreds % 10);
        let row = format!("| `oakc.{name}` | {bytes} |");
        assert!(documentation.contains(&row), "{row}");
    }
}
