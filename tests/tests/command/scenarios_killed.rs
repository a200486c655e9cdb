//! Nothing is left of `oakc test`, whether it passes, fails, or is ended in the middle: no process, no port, no file.
#![cfg(target_os = "linux")]

use oakc_tests::interpreter::interpreter;
use oakc_tests::process::is_heard;

use super::*;

/// Waits, or computes forever.
const SCRIPTS: [&str; 2] = [
    "import socket, time\nserver = socket.create_server(('', 8080))\nprint('begun')\nwhile True:\n    time.sleep(0.001)\n    \
     sum(range(20000))\n",
    "print('begun')\nwhile True:\n    pass\n",
];

const SCENARIO: &str = "[[step]]\nadvance = \"1d\"\n";

/// The processes whose environment names this folder, except those that are only being reaped.
pub(super) fn processes_of(folder: &Path) -> Vec<String> {
    let wanted = folder.as_os_str().as_encoded_bytes();
    let folders = fs::read_dir("/proc").unwrap().flatten();
    let found = folders.filter_map(|process| {
        let name = process.file_name().into_string().ok()?;
        name.parse::<u32>().ok()?;
        let read = |file: &str| fs::read(process.path().join(file)).unwrap_or_default();
        let has_it = |text: &[u8]| text.windows(wanted.len()).any(|part| part == wanted);
        has_it(&read("environ")).then_some(name)
    });
    found.collect()
}

/// The sockets of a process that belong to the network of this machine; none once it is gone.
fn network_sockets(process: &str) -> Vec<PathBuf> {
    let tables = ["tcp", "tcp6", "udp", "udp6"];
    let tables = tables.map(|name| fs::read_to_string(format!("/proc/{process}/net/{name}")));
    let tables: Vec<_> = tables.into_iter().flatten().collect();
    let lines = tables.iter().flat_map(|table| table.lines().skip(1));
    let known: BTreeSet<_> = lines
        .filter_map(|line| line.split_whitespace().nth(9))
        .map(|number| PathBuf::from(format!("socket:[{number}]")))
        .collect();
    let open = fs::read_dir(format!("/proc/{process}/fd"));
    let open = open.into_iter().flatten().flatten();
    let sockets = open.filter_map(|it| fs::read_link(it.path()).ok());
    sockets.filter(|link| known.contains(link)).collect()
}

/// An application whose script runs until somebody ends it, and a command that plays it.
fn endless(script: &str) -> Option<(App, Command)> {
    let python = interpreter()?;
    let app = App::new();
    app.file(
        "app.toml",
        "[app]\nname = \"endless\"\n[nodes.a]\ntype = \"Script\"\nprocessor = \"LEON_CSS\"\nsource = \"a.py\"\n",
    );
    app.file("a.py", script);
    app.file("tests/day.toml", SCENARIO);
    fs::create_dir_all(app.path("tmp")).unwrap();
    let mut command = app.command(&["test", "--seeds", "4"]);
    command.env("OAKC_PYTHON", python.path());
    // What scripts inherit.
    command.env("HOME", app.path("tmp"));
    command.env("TMPDIR", app.path("tmp"));
    command.stdout(Stdio::null()).stderr(Stdio::null());
    Some((app, command))
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..1200 {
        if is_so() {
            return;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("{what}");
}

#[test]
fn nothing_is_left_of_scenarios_that_are_ended_in_the_middle() {
    let signals = [("-INT", 2), ("-TERM", 15), ("-HUP", 1), ("-KILL", 9)];
    for script in SCRIPTS {
        for (signal, number) in signals {
            if signal != "-KILL" && !is_heard(u32::try_from(number).unwrap()) {
                continue;
            }
            let Some((app, mut command)) = endless(script) else {
                return;
            };
            let mut child = command.spawn().unwrap();
            let id = child.id().to_string();
            let scripts = || {
                let mut all = processes_of(&app.path("tmp"));
                all.retain(|process| *process != id);
                all
            };
            // Its process, and the one that ends it with oakc.
            wait_until("no script starts", || scripts().len() >= 2);
            // The servers of scripts are in the scenario only.
            for process in scripts().iter().chain([&id]) {
                assert_eq!(network_sockets(process), Vec::<PathBuf>::new());
            }
            let sent = Command::new("kill").args([signal, &id]).status();
            assert!(sent.unwrap().success());
            let status = child.wait().unwrap();
            let by = std::os::unix::process::ExitStatusExt::signal(&status);
            assert_eq!(by, Some(number), "{status}");
            wait_until("a script is left", || scripts().is_empty());
            let left = fs::read_dir(app.path("tmp")).unwrap().count();
            assert_eq!(left, 0, "{signal}");
        }
    }
}

#[test]
fn nothing_is_left_of_scenarios_that_pass_or_fail() {
    let passes = "[[step]]\nexpect = { log = \"begun\" }\n";
    let fails = "[[step]]\nexpect = { log = \"gone\", within = \"20ms\" }\n";
    for (scenario, code) in [(passes, 0), (fails, 1)] {
        let Some((app, mut command)) = endless(SCRIPTS[0]) else {
            return;
        };
        app.file("tests/day.toml", scenario);
        Ran::from(command.output().unwrap()).exits(code);
        wait_until("a script is left", || {
            processes_of(&app.path("tmp")).is_empty()
        });
        assert_eq!(fs::read_dir(app.path("tmp")).unwrap().count(), 0);
    }
}

#[test]
fn a_scenario_that_takes_too_long_by_a_real_clock_fails_and_says_where_it_was() {
    let script = SCRIPTS[0].replace("20000", "200000");
    let Some((_app, mut command)) = endless(&script) else {
        return;
    };
    command.args(["--timeout", "3"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let ran = Ran::from(command.output().unwrap()).exits(1);
    ran.says("the scenario takes more than 3 s of real time");
}
