//! `oakc test`: scenarios as a user plays them, and those of the examples and templates.

use oakc_blob::synthetic::BlobBuilder;
use oakc_tests::examples::{PREPARED, with_synthetic_models};
use oakc_tests::interpreter::interpreter;

use super::*;

const COUNTER: &str = "\
[app]
name = \"counter\"

[params]
server = \"192.168.1.20\"
port = \"80\"

[nodes.cam]
type = \"ColorCamera\"
fps = 10

[nodes.encoder]
type = \"VideoEncoder\"
frame_rate = 10
inputs.in = \"cam.video\"

[nodes.counter]
type = \"Script\"
processor = \"LEON_CSS\"
source = \"counter.py\"
inputs.frames = { from = \"encoder.bitstream\", queue_size = 1, blocking = false }
";

const SCRIPT: &str = r#"import json
import socket

HOST = "SERVER"
count = 0
while True:
    frame = node.io["frames"].get()
    count += 1
    node.info(f"frame {count}")
    if count % 10 == 0:
        with socket.create_connection(("10.77.0.2", 5000), timeout=5) as connection:
            connection.sendall(json.dumps({"count": count}).encode())
    if count == 25:
        raise ValueError("enough")
"#;

const PASSES: &str = r#"
[feed.encoder]
bitstream = [{ type = "ImgFrame", data = { text = "x" } }]
repeat = "100ms"
[peer.server]
tcp_server = { port = 5000 }
[[step]]
expect = { peer = "server", json = { count = 10 }, within = "2s" }
[[step]]
expect = { log = "frame 20", level = "info" }
[[step]]
expect = { ended = "counter", text = "ValueError: enough" }
"#;

/// Applications, and what their scripts run in.
pub(super) struct Desk {
    pub(super) app: App,
    pub(super) python: PathBuf,
}

impl Desk {
    /// An empty one; none without a CPython.
    pub(super) fn new() -> Option<Self> {
        let python = interpreter()?.path().to_owned();
        let app = App::new();
        Some(Self { app, python })
    }

    /// An application with a script and a scenario.
    pub(super) fn counter(scenario: &str) -> Option<Self> {
        let desk = Self::new()?;
        desk.app.file("app.toml", COUNTER);
        desk.app.file("counter.py", SCRIPT);
        desk.app.file("tests/count.toml", scenario);
        Some(desk)
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = self.app.command(arguments);
        command.env("OAKC_PYTHON", &self.python);
        command.output().unwrap().into()
    }

    pub(super) fn file(&self, name: &str, text: impl AsRef<[u8]>) {
        self.app.file(name, text);
    }
}

#[test]
fn a_scenario_passes_and_the_rights_of_scripts_are_told_once() {
    let Some(desk) = Desk::counter(PASSES) else {
        return;
    };
    desk.file("tests/again.toml", PASSES);
    let ran = desk.run(&["test"]).exits(0);
    assert_eq!(ran.stdout.lines().last(), Some("2 passed, 0 failed"));
    assert_eq!(
        ran.stderr,
        "scripts run on this machine, with your rights\n"
    );
    let report = json(
        &desk
            .run(&["test", "--format", "json", "tests"])
            .exits(0)
            .stdout,
    );
    let scenarios = report["scenarios"].as_array().unwrap();
    assert_eq!(scenarios[0]["trace"], scenarios[1]["trace"], "the same run");
    assert_eq!(report["summary"], json!({"passed": 2, "failed": 0}));
}

/// Counts those who walk by, reports every hour, and begins again at midnight.
const DAY: &str = r#"import json
import socket
import time

reports = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
people, seen = 0, time.gmtime()
while True:
    found = node.io["people"].get()
    now = time.gmtime()
    if now.tm_hour != seen.tm_hour:
        report = {"day": seen.tm_yday, "hour": seen.tm_hour, "people": people}
        reports.sendto(json.dumps(report).encode(), ("10.77.0.2", 5000))
    if now.tm_yday != seen.tm_yday:
        people = 0
    seen = now
    people += sum(1 for it in found.detections if it.label == 15)
"#;

const DAY_APP: &str = "\
[app]
name = \"day\"

[nodes.cam]
type = \"ColorCamera\"
fps = 10
preview_size = [300, 300]

[nodes.detect]
type = \"MobileNetDetectionNetwork\"
model = \"detector.blob\"
inputs.in = { from = \"cam.preview\", queue_size = 1, blocking = false }

[nodes.counter]
type = \"Script\"
processor = \"LEON_CSS\"
source = \"counter.py\"
inputs.people = \"detect.out\"
";

/// It begins at noon: twelve hours of one day, twelve of the next.
const DAY_SCENARIO: &str = r#"
limit = "2d"
[feed.detect]
out = [
    { t = 1, type = "ImgDetections", detections = [{ label = 15 }, { label = 9 }] },
    { t = 20, type = "ImgDetections", detections = [] },
    { t = 40, type = "ImgDetections", detections = [{ label = 15 }, { label = 15 }] },
]
repeat = "1min"
[peer.reports]
udp = { port = 5000 }
[[step]]
expect = { peer = "reports", json = { hour = 12, people = 180 }, within = "61min" }
[[step]]
expect = { peer = "reports", json = { hour = 23, people = 2160 }, within = "12h" }
[[step]]
expect = { peer = "reports", json = { hour = 0, people = 180 }, within = "61min" }
[[step]]
expect = { peer = "reports", json = { hour = 11, people = 2160 }, within = "12h" }
"#;

#[test]
fn a_day_passes_while_one_waits() {
    let Some(desk) = Desk::new() else { return };
    desk.file("app.toml", DAY_APP);
    desk.file("counter.py", DAY);
    desk.file("detector.blob", BlobBuilder::detector(300, 300).build());
    desk.file("tests/day.toml", DAY_SCENARIO);
    desk.run(&["test"]).exits(0);
    // Whoever forgets midnight is found.
    desk.file(
        "counter.py",
        DAY.replace("        people = 0\n", "        pass\n"),
    );
    desk.run(&["test"])
        .exits(1)
        .says("`people` is 2340, not 180");
}

#[test]
fn a_package_has_its_params_already() {
    let Some(desk) = Desk::counter("") else {
        return;
    };
    desk.app.build().exits(0);
    let scenario = "app = \"../out/app.dap\"\nparams = { server = \"10.0.0.1\" }\n\
                    [feed.VideoEncoder_1]\nbitstream = []\n[[step]]\nwait = \"1s\"\n";
    desk.file("tests/count.toml", scenario);
    desk.run(&["test"])
        .exits(1)
        .says("`server` cannot be set in a package")
        .says("tests/count.toml:2:12");
    desk.file("tests/count.toml", scenario.replace("params", "# params"));
    desk.run(&["test"]).exits(0);
}

#[test]
fn a_failure_shows_the_step_what_came_instead_the_queues_and_the_traceback() {
    let wrong = PASSES.replace("count = 10", "count = 11");
    let Some(desk) = Desk::counter(&wrong) else {
        return;
    };
    let ran = desk.run(&["test", "--set", "port=81"]).exits(1);
    let ran = ran
        .says("not seen: a message with {\"count\":11} to `server` within 2 s")
        .says("tests/count.toml:8:1")
        .says("`count` is 10, not 11")
        .says("queue counter.io[frames]");
    assert!(
        ran.stdout.starts_with("FAILED tests/count.toml ("),
        "{}",
        ran.stdout
    );
    let crash = PASSES.rsplit_once("[[step]]").unwrap().0.to_owned();
    desk.file("tests/count.toml", crash + "[[step]]\nwait = \"10s\"\n");
    desk.run(&["test"])
        .exits(1)
        .says("the script `counter` ended by ValueError: enough")
        .says("File \"counter.py\", line 14");
    let report = json(&desk.run(&["test", "--format", "json"]).exits(1).stdout);
    let failure = &report["scenarios"][0]["failure"];
    assert_eq!(failure["step"], 3);
    assert!(
        failure["traceback"]
            .as_str()
            .unwrap()
            .contains("counter.py")
    );
    let labels = &report["scenarios"][0]["diagnostics"][0]["labels"];
    assert_eq!(
        (&labels[0]["file"], &labels[0]["start"]["line"]),
        (&json!("tests/count.toml"), &json!(12))
    );
    let xml = desk.run(&["test", "--format", "junit"]).exits(1).stdout;
    assert!(
        xml.contains("failures=\"1\"") && xml.contains("<failure message="),
        "{xml}"
    );
}

#[test]
fn what_is_wrong_with_a_scenario_is_told_at_once_and_nothing_is_played() {
    let Some(desk) = Desk::counter(
        "limt = \"1s\"\n[[step]]\nexpct = { peer = \"server\" }\n[[step]]\nexpect = { peer = \"server\" }\n",
    ) else {
        return;
    };
    let ran = desk.run(&["test"]).exits(1);
    let ran = ran
        .says("did you mean `limit`?")
        .says("did you mean `expect`?")
        .says("there is no peer `server`");
    assert!(
        ran.stdout.starts_with("wrong  tests/count.toml\n"),
        "{}",
        ran.stdout
    );
    assert!(!ran.stderr.contains("with your rights"), "{}", ran.stderr);
}

#[test]
fn exit_codes_tell_a_wrong_input_from_a_world_that_failed() {
    let app = App::small();
    app.run(&["test"]).exits(1).says("there are no scenarios");
    app.run(&["test", "gone.toml"]).exits(3).says("gone.toml");
    app.run(&["test", "--seeds", "0"]).exits(2);
    app.run(&["test", "--replay", "x"])
        .exits(2)
        .says("12=1,30=2");
    let Some(desk) = Desk::counter(PASSES) else {
        return;
    };
    let desk = Desk {
        python: "/nowhere/python3.9".into(),
        ..desk
    };
    let ran = desk.run(&["test"]).exits(3);
    ran.says("/nowhere/python3.9").says("OAKC_PYTHON");
}

#[test]
fn golden_files_are_written_on_request_and_compared_afterwards() {
    let golden = PASSES.rsplit_once("[[step]]").unwrap().0.to_owned()
        + "[[step]]\nexpect = { peer = \"server\", golden = \"server.jsonl\", within = \"300ms\" }\n";
    let golden = golden.replace(
        "expect = { peer = \"server\", json = { count = 10 }, within = \"2s\" }",
        "wait = \"1ms\"",
    );
    let Some(desk) = Desk::counter(&golden) else {
        return;
    };
    desk.run(&["test"])
        .exits(1)
        .says("there is no `server.jsonl` yet");
    desk.run(&["test", "--update"])
        .exits(0)
        .says("wrote tests/server.jsonl");
    let kept = String::from_utf8(desk.app.read("tests/server.jsonl")).unwrap();
    assert!(kept.contains(r#""json":{"count":10}"#), "{kept}");
    desk.run(&["test"]).exits(0);
    desk.file("tests/server.jsonl", kept.replace("10", "12"));
    desk.run(&["test"])
        .exits(1)
        .says("what came from `server` is not what `server.jsonl` has");
}

#[test]
fn sending_without_a_time_limit_waits_until_all_of_it_is_taken() {
    let steps = "\
[feed.encoder]
bitstream = []
[peer.server]
tcp_server = { port = 5000 }
[[step]]
fault = { peer = \"server\", stall = \"5s\" }
[[step]]
expect = { log = \"sent 200000\", absent = true, within = \"4900ms\" }
[[step]]
expect = { log = \"sent 200000\", within = \"200ms\" }
";
    let Some(desk) = Desk::counter(steps) else {
        return;
    };
    let script = "import socket
connection = socket.create_connection((\"10.77.0.2\", 5000))
count = connection.send(b\"x\" * 200000)
node.info(f\"sent {count}\")
node.io[\"frames\"].get()
";
    desk.file("counter.py", script);
    desk.run(&["test"]).exits(0);
}

#[test]
fn without_network_the_processes_of_scripts_have_none() {
    if !has_program("unshare") {
        return;
    }
    let steps = "[feed.encoder]\nbitstream = []\n[[step]]\nexpect = { log = \"interfaces: lo\" }\n";
    let Some(desk) = Desk::counter(steps) else {
        return;
    };
    let script = "with open(\"/proc/net/dev\") as file:
    names = [line.split(\":\")[0].strip() for line in file if \":\" in line]
node.info(\"interfaces: \" + \" \".join(sorted(names, key=len, reverse=True)))
node.io[\"frames\"].get()
";
    desk.file("counter.py", script);
    let ran = desk.run(&["test", "--no-network"]);
    // In a container that may not make namespaces, that is what it says.
    if !ran.stderr.contains("cannot keep scripts off its network") {
        ran.exits(0);
    }
}

/// Takes minutes, so it runs where `OAKC_MUTANTS` is set.
#[test]
fn scenarios_of_examples_notice_a_script_that_was_changed() {
    if std::env::var_os("OAKC_MUTANTS").is_none() {
        return;
    }
    let Some(desk) = Desk::new() else { return };
    let folder = xtask::root().join("examples");
    // The model of the hand detector is not in the repository.
    let names = [
        "tcp-streaming",
        "rtsp",
        "http-mjpeg",
        "http-client",
        "mqtt-publisher",
        "stereo-guard",
    ];
    notices(&desk, &folder, &names);
    for example in PREPARED {
        let app = with_synthetic_models(example);
        let folder = app.path("").canonicalize().unwrap();
        let name = folder.file_name().unwrap().to_str().unwrap();
        notices(&desk, folder.parent().unwrap(), &[name]);
    }
}

fn notices(desk: &Desk, folder: &Path, names: &[&str]) {
    let mut command = Command::new("python3");
    command.arg(xtask::root().join("tests/reference/scenario_mutants.py"));
    command.arg(oakc()).arg(folder).args(names);
    let ran: Ran = command
        .env("OAKC_PYTHON", &desk.python)
        .output()
        .unwrap()
        .into();
    assert_eq!(ran.code, Some(0), "{}", ran.stdout);
}

/// Two scripts that count together, and do not look whether the other has written meanwhile.
const RACE: &str = "import threading
import time

total = 0


def work():
    global total
    for _ in range(5):
        seen = total
        time.sleep(0.0)
        total = seen + 1
        time.sleep(1)


threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
node.warn(f\"total {total}\")
";

#[test]
fn seeds_find_a_race_and_show_the_shortest_way_to_it() {
    let expect = "[[step]]\nexpect = { log = \"total 10\", within = \"1min\" }\n";
    let Some(desk) = Desk::counter(&format!("[feed.encoder]\nbitstream = []\n{expect}")) else {
        return;
    };
    desk.file(
        "app.toml",
        COUNTER.replace(
            "inputs.frames = { from = \"encoder.bitstream\", queue_size = 1, blocking = false }\n",
            "",
        ),
    );
    desk.file("counter.py", RACE);
    let report = json(
        &desk
            .run(&["test", "--seeds", "50", "--format", "json"])
            .exits(1)
            .stdout,
    );
    let scenario = &report["scenarios"][0];
    let again = scenario["again"].as_str().unwrap();
    let arguments: Vec<_> = again.split_whitespace().skip(1).collect();
    desk.run(&arguments).exits(1).says("total ");
    let locked = RACE
        .replace(
            "        seen = total\n",
            "        lock.acquire()\n        seen = total\n",
        )
        .replace(
            "        total = seen + 1\n",
            "        total = seen + 1\n        lock.release()\n",
        )
        .replace("total = 0\n", "total = 0\nlock = threading.Lock()\n");
    desk.file("counter.py", locked);
    desk.run(&["test", "--seeds", "50"]).exits(0);
}

#[test]
fn the_schema_of_scenarios_accepts_those_of_the_examples_and_refuses_a_slip() {
    let app = App::new();
    let schema = json(&app.run(&["schema", "--scenario"]).exits(0).stdout);
    let schema = jsonschema::validator_for(&schema).unwrap();
    let mut seen = 0;
    for example in fs::read_dir(xtask::root().join("examples")).unwrap() {
        let Ok(tests) = fs::read_dir(example.unwrap().path().join("tests")) else {
            continue;
        };
        for path in tests.map(|entry| entry.unwrap().path()) {
            if path.extension().is_some_and(|ending| ending == "toml") {
                let text = fs::read_to_string(&path).unwrap();
                let value: Value = toml::from_str(&text).unwrap();
                let errors: Vec<_> = schema
                    .iter_errors(&value)
                    .map(|it| it.to_string())
                    .collect();
                assert!(errors.is_empty(), "{}: {errors:?}", path.display());
                seen += 1;
            }
        }
    }
    assert!(seen >= 10, "{seen}");
    for wrong in [
        json!({"step": []}),
        json!({"step": [{"expct": {}}]}),
        json!({"step": [{"wait": 5}]}),
        json!({"step": [{"wait": "5s"}], "peer": {"a": {"http": {}, "udp": {}}}}),
    ] {
        assert!(!schema.is_valid(&wrong), "{wrong}");
    }
}

#[test]
fn templates_pass_their_scenarios() {
    let Some(desk) = Desk::new() else { return };
    // The models of the others are published elsewhere: `applications` plays their scenarios.
    let elsewhere =
        |it: &str| it == "hand-detector" || PREPARED.iter().any(|(name, _)| *name == it);
    let templates = init::TEMPLATES.map(|(name, _)| name);
    for template in templates.iter().filter(|it| !elsewhere(it)) {
        for language in ["--toml", "--yaml"] {
            let folder = format!("{template}{language}");
            desk.run(&["init", &folder, "--template", template, language])
                .exits(0);
        }
    }
    let ran = desk.run(&["test"]).exits(0);
    assert_eq!(ran.stdout.lines().last(), Some("38 passed, 0 failed"));
}

#[test]
fn a_script_that_logs_a_secret_gives_nothing_away_and_templates_run() {
    let scenario = PASSES.replace("frame 20", "frame 999");
    let Some(desk) = Desk::counter(&scenario) else {
        return;
    };
    let params =
        "[params]\npassword = { secret = true, value = \"correct-horse\" }\nlast = \"enough\"\n";
    desk.file(
        "app.toml",
        COUNTER
            .replace("[params]\n", params)
            .replace("source =", "template = true\nsource ="),
    );
    let script = SCRIPT
        .replace("\"enough\"", "\"${last} ${password}\"")
        .replace("f\"frame {count}\"", "f\"frame {count} ${password}\"");
    desk.file("counter.py", script);
    for format in ["human", "json", "junit"] {
        let ran = desk.run(&["test", "--format", format]).exits(1);
        let told = format!("{}{}", ran.stdout, ran.stderr);
        assert!(!told.contains("horse"), "{told}");
        assert!(told.contains("enough ***"), "{told}");
    }
}
