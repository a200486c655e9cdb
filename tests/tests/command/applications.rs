//! The examples whose networks others publish: their scenarios with what a network would send, always; and with the
//! networks themselves, in packages and on a virtual camera.

use std::io::{BufRead as _, BufReader};
use std::sync::mpsc::Receiver;

use oakc_tests::examples::{PREPARED, cache, example, fetch_models, with_synthetic_models};
use oakc_tests::interpreter::interpreter;

use super::cameras::address;
use super::*;

/// How many scenarios each of [`PREPARED`] has.
const SCENARIOS: [usize; 3] = [23, 9, 23];

#[test]
fn whole_applications_pass_their_scenarios_and_the_checks() {
    let Some(python) = interpreter() else { return };
    for (prepared, scenarios) in PREPARED.into_iter().zip(SCENARIOS) {
        let app = with_synthetic_models(prepared);
        let linted = app.run(&["lint", "--deny", "warnings", "app.toml"]);
        assert_eq!(linted.exits(0).stderr, ALL_IS_WELL, "{}", prepared.0);
        // Nothing has been fetched, and nothing can be.
        let app = example(prepared.0);
        let mut command = app.command(&["test"]);
        command.env("OAKC_CACHE", app.path("no-cache"));
        command.env("PIP_INDEX_URL", "http://127.0.0.1:9/");
        command.env("OAKC_PYTHON", python.path());
        let ran = Ran::from(command.output().unwrap()).exits(0);
        let passed = format!("{scenarios} passed, 0 failed");
        assert_eq!(ran.stdout.lines().last(), Some(passed.as_str()));
    }
}

/// How large the blobs are.
const BLOBS: [(&str, &[usize]); 3] = [
    ("people-counting", &[14_128_256]),
    ("licence-plates", &[14_148_864, 1_618_368, 5_532_416]),
    ("fall-alarm", &[15_755_712]),
];

#[test]
fn whole_applications_are_built_with_their_networks_and_run_on_a_virtual_camera() {
    let Some(python) = interpreter() else { return };
    for (name, blobs) in BLOBS {
        let app = example(name);
        if !fetch_models(&app.path("")) {
            return;
        }
        let run = |arguments: &[&str]| {
            let mut command = app.command(arguments);
            command.env("OAKC_CACHE", cache());
            Ran::from(command.output().unwrap()).exits(0)
        };
        let linted = run(&["lint", "--deny", "warnings", "app.toml"]);
        assert_eq!(linted.stderr, ALL_IS_WELL, "{name}");
        run(BUILD);
        run(&["inspect", "out/app.dap", "--extract", "parts"]);
        let files = files_below(&app.path("parts/assets"));
        let mut sizes: Vec<_> = files
            .iter()
            .filter(|(path, _)| path.ends_with("__blob"))
            .map(|(_, bytes)| bytes.len())
            .collect();
        sizes.sort_unstable();
        let mut expected = blobs.to_vec();
        expected.sort_unstable();
        assert_eq!(sizes, expected, "{name}");

        let ip = address().to_string();
        let mut camera = app.command(&["emulate", "--run", "--ip", &ip]);
        camera.env("OAKC_PYTHON", python.path());
        let camera = Emulated::start(camera);
        camera.says("listening on");
        run(&["flash", "out/app.dap", "--device", &ip, "--observe", "0"]);
        camera.says(&format!("runs `{name}`"));
    }
}

/// `oakc emulate`, until it is dropped.
pub(super) struct Emulated {
    process: std::process::Child,
    lines: Receiver<String>,
}

impl Emulated {
    pub(super) fn start(mut command: Command) -> Self {
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let (sender, lines) = std::sync::mpsc::channel();
        let shown: [Box<dyn std::io::Read + Send>; 2] = [
            Box::new(process.stdout.take().unwrap()),
            Box::new(process.stderr.take().unwrap()),
        ];
        for stream in shown {
            let sender = sender.clone();
            thread::spawn(move || {
                for line in BufReader::new(stream).lines() {
                    let _ = sender.send(line.unwrap());
                }
            });
        }
        Self { process, lines }
    }

    #[track_caller]
    pub(super) fn says(&self, text: &str) {
        let mut said = String::new();
        while !said.contains(text) {
            let line = self.lines.recv_timeout(Duration::from_mins(2));
            said += &line.unwrap_or_else(|_| panic!("no {text:?} in {said}"));
        }
    }
}

impl Drop for Emulated {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
