//! Scripts that send their log, in CPython 3.9 with nothing but what the camera has, to a receiver on this machine.

mod names;
mod secrets;

use std::collections::BTreeMap;
use std::net::UdpSocket;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use oakc_core::bundle::{ASSET, Bundle};
use oakc_core::config::Levels;
use oakc_core::lower::lower;
use oakc_core::syntax::Language;
use oakc_core::world::MemoryWorld;
use oakc_core::{Application, Source};
use oakc_diag::{Diagnostics, SourceMap};
use oakc_python::{Job, Outcome, Processor};
use oakc_tests::interpreter::interpreter;

/// What a script has without an import: a device's log that goes to stdout, an input that has every third message, and
/// an output that takes every second one.
const GIVEN: &str = r#"
import time
class Message:
    def __init__(self, number): self.number = number
    def getSequenceNum(self): return self.number
class Input:
    number = 0
    def get(self):
        if self.number >= 9: time.sleep(600)
        self.number += 3
        return Message(self.number)
class Output:
    number = 0
    def send(self, message): pass
    def trySend(self, message):
        self.number += 1
        return self.number % 2 == 0
class Buffer:
    def __init__(self, size): pass
    def setData(self, data): self.data = data
class Relay:
    def trySend(self, message):
        print("relayed", bytes(message.data).decode(), flush=True)
        return True
def level(name):
    return lambda self, text: print("device", name, text.encode("utf-8", "replace").decode(), flush=True)
class Node: io = {"frames": Input(), "out": Output(), "oakc_log": Relay()}
for name in "trace debug info warn error critical".split(): setattr(Node, name, level(name))
given = {"node": Node(), "Buffer": Buffer}
"#;

/// A receiver of syslog.
struct Receiver {
    port: u16,
    messages: mpsc::Receiver<String>,
}

impl Receiver {
    fn new() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap().port();
        let (sender, messages) = mpsc::channel();
        thread::spawn(move || {
            let mut buffer = [0; 2048];
            while let Ok(size) = socket.recv(&mut buffer) {
                assert!(size <= 1200, "{size}");
                let text = std::str::from_utf8(&buffer[..size]).unwrap().to_owned();
                if sender.send(text).is_err() {
                    break;
                }
            }
        });
        Self { port, messages }
    }

    /// All messages until nothing has come for a moment.
    fn all(&self) -> Vec<Message> {
        let next = || self.messages.recv_timeout(Duration::from_millis(300)).ok();
        let texts = std::iter::from_fn(next);
        texts.map(|text| Message::read(&text)).collect()
    }
}

/// A message, taken apart.
#[derive(Debug)]
struct Message {
    head: Vec<String>,
    facts: BTreeMap<String, String>,
    ports: Vec<String>,
    text: String,
}

impl Message {
    fn read(text: &str) -> Self {
        let mut head: Vec<_> = text.splitn(7, ' ').map(str::to_owned).collect();
        let rest = head.pop().unwrap();
        let (inside, after) = rest
            .strip_prefix("[oakc@32473 ")
            .unwrap()
            .split_once(']')
            .unwrap();
        let (ports, text) = match after.strip_prefix("[ports@32473 ") {
            Some(ports) => ports.split_once("] ").unwrap(),
            None => ("", after.strip_prefix(' ').unwrap()),
        };
        let fact = |fact: &str| {
            let (name, value) = fact.split_once("=\"").unwrap();
            (name.to_owned(), value.to_owned())
        };
        let facts = inside.strip_suffix('"').unwrap().split("\" ").map(fact);
        Self {
            head,
            facts: facts.collect(),
            ports: ports
                .split("\" ")
                .filter(|it| !it.is_empty())
                .map(|it| it.replace('"', ""))
                .collect(),
            text: text.to_owned(),
        }
    }

    fn kind(&self) -> &str {
        &self.head[5]
    }

    fn fact(&self, name: &str) -> &str {
        self.facts.get(name).map_or("", String::as_str)
    }

    /// Kind, level and text.
    fn told(&self) -> (&str, &str, &str) {
        (self.kind(), self.fact("level"), &self.text)
    }
}

/// The text of a script with this `[logging]`, beside a module `own`.
fn logged(script: &str, section: &str, processor: &str) -> String {
    let asset = asset(script, &format!("[logging]\n{section}"), processor);
    assert_eq!(&*Bundle::read(&asset).unwrap().main, script);
    asset
}

/// What the node's program is with these sections.
fn asset(script: &str, sections: &str, processor: &str) -> String {
    program_of(&application(script, sections, processor))
}

/// The same for a script that is a template.
fn template(script: &str, sections: &str) -> String {
    let keys = "processor = \"LEON_CSS\"\ntemplate = true";
    program_of(&application_with(script, sections, keys))
}

fn program_of(application: &Application) -> String {
    let nodes = &application.graph().config().nodes;
    let node = nodes.iter().find(|node| node.name == "report");
    String::from_utf8(node.unwrap().assets[ASSET].bytes.to_vec()).unwrap()
}

fn application(script: &str, section: &str, processor: &str) -> Application {
    application_with(script, section, &format!("processor = \"{processor}\""))
}

/// With these keys of the Script node.
fn application_with(script: &str, section: &str, keys: &str) -> Application {
    let files = [
        ("s.py", script),
        ("own.py", "def fail():\n    raise ValueError('no way')\n"),
    ];
    let world: MemoryWorld = files.into_iter().collect();
    let text = format!(
        "[app]\nname = \"door counter\"\nversion = \"1.2\"\n{section}\n[nodes.cam]\ntype = \"ColorCamera\"\n\
         [nodes.report]\ntype = \"Script\"\nsource = \"s.py\"\n{keys}\n\
         inputs.frames = \"cam.preview\"\n"
    );
    let source = Source {
        name: "app.toml",
        text: &text,
        language: Language::Toml,
        profile: None,
        params: &[],
        overrides: &[],
        levels: &Levels::default(),
    };
    let mut found = Diagnostics::new();
    let application = Application::read(&source, &world, &mut SourceMap::new(), &mut found);
    assert!(!found.has_errors(), "{found:?}");
    application.unwrap()
}

fn run(text: &str, processor: Processor, limit: Duration) -> Outcome {
    let mut job = Job::new(text, "s.py", processor);
    (job.setup, job.limit) = (Some(GIVEN), limit);
    job.run(&interpreter().unwrap()).unwrap()
}

/// Runs a script that sends its log; what it sent, and how it ended.
fn watched(script: &str, section: &str) -> (Vec<Message>, Outcome) {
    watched_for(script, section, Duration::from_mins(1))
}

fn watched_for(script: &str, section: &str, limit: Duration) -> (Vec<Message>, Outcome) {
    let receiver = Receiver::new();
    let section = format!("udp = \"127.0.0.1:{}\"\n{section}", receiver.port);
    let outcome = run(&logged(script, &section, "LEON_CSS"), Processor::Css, limit);
    (receiver.all(), outcome)
}

fn told(messages: &[Message]) -> Vec<(&str, &str, &str)> {
    messages.iter().map(Message::told).collect()
}

#[test]
fn what_a_script_logs_and_prints_is_sent_and_goes_where_it_went_before() {
    if interpreter().is_none() {
        return;
    }
    let script = "\"\"\"Docs.\"\"\"\nimport sys\nfrom oakc import log\n\
                  node.info('hello')\nnode.debug('hidden')\nprint('a', 'b')\nprint('c', end='')\nprint('\\nd')\n\
                  print('wrong', file=sys.stderr)\nlog.warn('%d äpfel', 3)\nlog.debug('%d', 'x')\nnode.error('] \\\\ \"')\n\
                  assert (__name__, __doc__) == ('lpb', 'Docs.')\nprint('rest', end='')\n";
    let (messages, outcome) = watched(script, "");
    assert_eq!(outcome.raised, None);
    let expected = [
        ("start", "info", "started"),
        ("log", "info", "hello"),
        ("print", "info", "a b"),
        ("print", "info", "c"),
        ("print", "info", "d"),
        ("print", "error", "wrong"),
        ("log", "warn", "3 äpfel"),
        ("log", "error", "] \\ \""),
        ("print", "info", "rest"),
        ("end", "info", "ended"),
    ];
    assert_eq!(told(&messages), expected);
    for (number, message) in messages.iter().enumerate() {
        let head: Vec<_> = message.head.iter().map(String::as_str).collect();
        let process = &messages[0].head[4];
        assert_eq!(
            head[1..],
            [
                "-",
                "127.0.0.1",
                "door_counter",
                process,
                expected[number].0
            ]
        );
        assert_eq!(message.fact("seq"), (number + 1).to_string());
        assert_eq!(message.fact("node"), "report");
    }
    let priorities: Vec<_> = messages.iter().map(|it| it.head[0].as_str()).collect();
    assert_eq!(priorities[4..8], ["<134>1", "<131>1", "<132>1", "<131>1"]);
    assert_eq!(
        (messages[0].fact("version"), messages[0].fact("run")),
        ("1.2", "1")
    );
    assert_eq!(
        outcome.stdout,
        "device info hello\ndevice debug hidden\na b\nc\nd\ndevice warn 3 äpfel\ndevice error ] \\ \"\nrest"
    );
    assert_eq!(outcome.stderr, "wrong\n");
}

#[test]
fn an_exception_is_sent_with_its_place_and_ends_the_script_as_it_would_anyway() {
    if interpreter().is_none() {
        return;
    }
    let script = "import own\n\ntry:\n    own.fail()\nexcept ValueError as error:\n    raise KeyError('k') from error\n";
    let (messages, outcome) = watched(script, "");
    let [_, exception] = messages.as_slice() else {
        panic!("{messages:?}");
    };
    assert_eq!(
        (exception.kind(), exception.fact("level")),
        ("exception", "critical")
    );
    let place = ["class", "file", "line", "again"].map(|name| exception.fact(name));
    assert_eq!(place, ["KeyError", "s.py", "6", ""]);
    assert_eq!(
        exception.text,
        "Traceback (most recent call last):\n  File \"s.py\", line 4, in <module>\n    own.fail()\n  File \"own.py\", line 2, in \
         fail\n    raise ValueError('no way')\nValueError: no way\n\nThe above exception was the direct cause of the following \
         exception:\n\nTraceback (most recent call last):\n  File \"s.py\", line 6, in <module>\n    raise KeyError('k') from \
         error\nKeyError: 'k'"
    );
    let raised = outcome.raised.unwrap();
    assert_eq!(
        (raised.class.as_str(), raised.message.as_str()),
        ("KeyError", "'k'")
    );
    let last = raised.frames.last().unwrap();
    assert_eq!((last.file.as_str(), last.line), ("s.py", 6));
}

#[test]
fn exceptions_of_threads_are_sent_and_the_script_goes_on() {
    if interpreter().is_none() {
        return;
    }
    let script = "import threading, _thread, time, own\nthread = threading.Thread(target=own.fail, name='Counter')\nthread.start()\n\
                  thread.join()\n_thread.start_new_thread(own.fail, ())\ntime.sleep(0.3)\nprint('on')\n";
    let (messages, outcome) = watched(script, "level = \"critical\"\n");
    assert_eq!(outcome.raised, None);
    let kinds: Vec<_> = messages.iter().map(Message::kind).collect();
    assert_eq!(kinds, ["start", "exception", "exception", "end"]);
    let names: Vec<_> = messages[1..3].iter().map(|it| it.fact("thread")).collect();
    assert_eq!(names, ["Counter", "_thread"]);
    let place = ["file", "line", "level"].map(|name| messages[1].fact(name));
    assert_eq!(place, ["own.py", "2", "error"]);
    assert!(
        outcome.stderr.contains("ValueError: no way"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn heartbeats_go_on_while_the_script_waits_and_count_messages() {
    if interpreter().is_none() {
        return;
    }
    let script = "while True:\n    message = node.io['frames'].get()\n    node.io['out'].trySend(message)\n    node.io['out'].send(message)\n";
    let limit = Duration::from_millis(3500);
    let (messages, outcome) = watched_for(script, "heartbeat = \"1s\"\n", limit);
    assert!(outcome.expired);
    let beats: Vec<_> = messages
        .iter()
        .filter(|it| it.kind() == "heartbeat")
        .collect();
    assert!((2..=4).contains(&beats.len()), "{messages:?}");
    let last = beats.last().unwrap();
    assert_eq!(last.ports, ["in=3 4 frames", "out=4 2 out"]);
    let facts = ["version", "every", "run", "failed", "build"].map(|name| last.fact(name));
    assert_eq!(facts, ["1.2", "1", "1", "", "----------------"]);
    assert!(
        last.text.contains("3 in; 4 missed; 4 out; 2 dropped"),
        "{}",
        last.text
    );
}

#[test]
fn a_script_that_failed_starts_again_without_anything_of_the_run_before() {
    if interpreter().is_none() {
        return;
    }
    let script = "import socket, threading, own\nassert 'seen' not in globals() and not hasattr(own, 'seen')\nseen = own.seen = True\n\
                  server = socket.create_server(('127.0.0.1', 0))\n\
                  def serve():\n    try:\n        server.accept()\n    except OSError:\n        print('closed')\n    \
                  print(threading.active_count())\n    node.io['frames']\n    print('still there')\n\
                  threading.Thread(target=serve).start()\nown.fail()\n";
    let limit = Duration::from_millis(4500);
    let (messages, outcome) = watched_for(script, "restart = true\nheartbeat = \"0s\"\n", limit);
    assert!(outcome.expired, "{outcome:?}");
    let runs: Vec<_> = messages.iter().filter(|it| it.kind() == "start").collect();
    let numbers: Vec<_> = runs.iter().map(|it| it.fact("run")).collect();
    assert_eq!(numbers, ["1", "2", "3"], "{messages:?}");
    let again: Vec<_> = messages
        .iter()
        .filter(|it| it.kind() == "exception")
        .collect();
    let classes: Vec<_> = again
        .iter()
        .map(|it| (it.fact("class"), it.fact("again")))
        .collect();
    assert_eq!(
        classes,
        [
            ("ValueError", "1"),
            ("ValueError", "2"),
            ("ValueError", "4")
        ]
    );
    let printed: Vec<_> = messages.iter().filter(|it| it.kind() == "print").collect();
    assert!(printed.iter().any(|it| it.text == "closed"), "{messages:?}");
    assert!(
        printed.iter().all(|it| it.text != "still there"),
        "{messages:?}"
    );
}

#[test]
fn an_exit_ends_a_script_that_would_start_again_after_an_exception() {
    if interpreter().is_none() {
        return;
    }
    let (messages, outcome) = watched("import sys\nsys.exit(3)\n", "restart = true\n");
    assert_eq!(outcome.raised.unwrap().class, "SystemExit");
    assert_eq!(
        told(&messages),
        [
            ("start", "info", "started"),
            ("end", "error", "ended by sys.exit")
        ]
    );
    assert_eq!(messages[1].fact("code"), "3");
}

#[test]
fn long_messages_are_split_between_characters_and_longer_ones_are_cut() {
    if interpreter().is_none() {
        return;
    }
    let script = "node.info('ä€' * 2000)\nnode.info('x' * 100000)\nnode.info('\\ud800 lone')\n";
    let (messages, _) = watched(script, "");
    let joined = |from: &str| {
        let parts = messages
            .iter()
            .filter(|it| it.text.starts_with(from) && !it.fact("part").is_empty());
        let parts: Vec<_> = parts.collect();
        let count = parts.len().to_string();
        assert!(
            parts
                .iter()
                .all(|it| it.fact("part").ends_with(&format!("/{count}")))
        );
        parts
    };
    let text = "ä€".repeat(2000);
    let parts: Vec<_> = messages
        .iter()
        .filter(|it| it.text.starts_with(['ä', '€']))
        .collect();
    assert_eq!(
        parts.iter().map(|it| it.text.as_str()).collect::<String>(),
        text
    );
    let numbers: Vec<u32> = parts
        .iter()
        .map(|it| it.fact("seq").parse().unwrap())
        .collect();
    assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1));
    let long = joined("x");
    assert_eq!(long[0].fact("cut"), (100_000 - 16_384).to_string());
    assert!(
        messages.iter().any(|it| it.text == "\\ud800 lone"),
        "{messages:?}"
    );
}

#[test]
fn a_flood_is_limited_and_what_is_suppressed_is_counted() {
    if interpreter().is_none() {
        return;
    }
    let script = "import time\nfrom oakc import log\nfor number in range(2000):\n    node.info(str(number))\ntime.sleep(0.2)\n\
                  node.info('after')\nprint(*log.counts())\n";
    let (messages, outcome) = watched(script, "");
    assert_eq!(outcome.raised, None);
    let counts = outcome.stdout.lines().last().unwrap().split(' ');
    let counts: Vec<usize> = counts.map(|count| count.parse().unwrap()).collect();
    let [sent, failed, suppressed] = counts[..] else {
        panic!("{counts:?}");
    };
    assert!((250..600).contains(&sent), "{sent}");
    // The start, and 2,001 messages.
    assert_eq!(sent + failed + suppressed, 2002);
    let told = messages
        .iter()
        .filter_map(|it| it.fact("suppressed").parse::<usize>().ok());
    // This machine may lose datagrams, too.
    let heard = messages.iter().filter(|it| it.kind() == "log").count();
    assert!(heard < sent && told.sum::<usize>() <= suppressed);
    assert!(messages.iter().any(|it| it.text == "after"));
}

#[test]
fn a_script_goes_on_where_nobody_receives() {
    if interpreter().is_none() {
        return;
    }
    // Nobody is at this port, and nothing leads to that address.
    let closed = UdpSocket::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    for receiver in [closed.to_string(), "240.0.0.1:5514".to_owned()] {
        let script = "for number in range(50):\n    node.info(str(number))\nprint('done')\n";
        let text = logged(script, &format!("udp = \"{receiver}\"\n"), "LEON_CSS");
        let outcome = run(&text, Processor::Css, Duration::from_mins(1));
        assert_eq!(outcome.raised, None, "{receiver}");
        assert!(outcome.stdout.ends_with("done\n"), "{}", outcome.stdout);
    }
}

#[test]
fn a_script_on_leon_mss_hands_its_log_to_the_relay() {
    if interpreter().is_none() {
        return;
    }
    let script = "import own\nnode.info('hello')\nown.fail()\n";
    let text = logged(script, "udp = \"192.168.1.10\"\nrelay = true\n", "LEON_MSS");
    let outcome = run(&text, Processor::Mss, Duration::from_mins(1));
    let relayed: Vec<_> = outcome
        .stdout
        .lines()
        .filter_map(|it| it.strip_prefix("relayed "))
        .collect();
    let kinds: Vec<_> = relayed
        .iter()
        .map(|it| it.split(' ').nth(5).unwrap())
        .collect();
    assert_eq!(kinds, ["start", "log", "exception"]);
    assert!(
        relayed.iter().all(|it| it.split(' ').nth(2) == Some("-")),
        "{relayed:?}"
    );
    assert!(
        relayed[2].contains("file=\"own.py\" line=\"2\""),
        "{relayed:?}"
    );
}

/// docs/logging.md says so.
#[test]
fn what_logging_adds_to_a_package() {
    let script = "node.info('x')\n";
    let added = logged(script, "udp = \"192.168.1.10\"\n", "LEON_CSS").len() - script.len();
    assert!((32_500..34_500).contains(&added), "{added}");
}

#[test]
fn without_logging_a_package_is_what_it_was_before() {
    let lowered = |script: &str, section: &str| {
        let application = application(script, section, "LEON_CSS");
        let checked = application.into_checked(&Diagnostics::new()).unwrap();
        let mut lowered = lower(&checked).unwrap();
        lowered.stamp("0123456789abcdef0123456789abcdef");
        (
            lowered.storage().to_vec(),
            format!("{:?}", lowered.pipeline()),
        )
    };
    let off = "[logging]\nudp = \"192.168.1.10\"\nlevel = \"off\"\nrelay = true\n";
    for script in ["node.info('x')\n", "import own\nown.fail()\n"] {
        assert_eq!(lowered(script, ""), lowered(script, off));
    }
    assert_eq!(lowered("node.info('x')\n", "").0, b"node.info('x')\n");
}
