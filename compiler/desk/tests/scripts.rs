//! Scripts in a camera, in virtual time.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails loudly")]

mod bench;

use bench::{Desk, desk};
use oakc_desk::observation::{Ending, Level};
use serde_json::json;

#[test]
fn a_script_passes_messages_on() {
    let mut desk = desk(
        r#"
for message in iter(lambda: node.io["in"].get(), None):
    node.warn(str([it.label for it in message.detections]))
    node.io["out"].send(message)
"#,
    );
    desk.feed(
        0.5,
        json!({"type": "ImgDetections", "detections": [{"label": 3}, {"label": 4}]}),
    );
    desk.run(1.0);
    assert_eq!(desk.lines(), ["0.50 warn [3, 4]"]);
    assert_eq!(desk.received().len(), 1);
}

#[test]
fn sleeping_takes_virtual_time_only() {
    let mut desk = desk(
        r#"
import time
start = time.time()
while True:
    time.sleep(3600)
    print("hour", round(time.time() - start))
"#,
    );
    desk.run(24.5 * 3600.0);
    let lines = desk.lines();
    assert_eq!(lines.len(), 24);
    assert_eq!(lines[23], "86400.00 info hour 86400");
}

#[test]
fn an_exception_ends_a_script_with_its_traceback() {
    let mut desk = desk("\n\ndef f():\n    return {}['missing']\n\nf()\n");
    desk.run(1.0);
    let Ending::Raised {
        class,
        message,
        traceback,
        place,
    } = desk.ending()
    else {
        panic!("{:?}", desk.ending());
    };
    assert_eq!(
        (class.as_str(), message.as_str()),
        ("KeyError", "'missing'")
    );
    let place = place.unwrap();
    assert_eq!((place.file.as_str(), place.line), ("script.py", 4));
    assert!(traceback.contains("return {}['missing']"), "{traceback}");
    assert!(!traceback.contains("oakc"), "{traceback}");
}

#[test]
fn threads_take_turns_and_locks_wait_in_virtual_time() {
    let source = r#"
import threading, time

found = []
lock = threading.Lock()
ready = threading.Event()

def work(name):
    ready.wait()
    for _ in range(3):
        with lock:
            found.append(name)
            time.sleep(0.1)

threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
for thread in threads:
    thread.start()
time.sleep(1)
ready.set()
for thread in threads:
    thread.join()
print("".join(sorted(found)), round(time.monotonic() - 10, 1))
condition = threading.Condition()
with condition:
    print(condition.wait_for(lambda: False, 2.5), round(time.monotonic() - 10, 1))
"#;
    let mut desk = desk(source);
    desk.run(10.0);
    assert_eq!(
        desk.lines(),
        ["1.90 info aaabbbccc 1.9", "4.40 info False 4.4"],
        "{:?}",
        desk.ending()
    );
    assert_eq!(desk.ending(), Ending::Returned);
}

#[test]
fn a_loop_that_never_waits_ends_with_its_line() {
    let source = "import time\ntime.sleep(1)\nx = 0\nwhile True:\n    x += 1\n    y = x\n";
    for _ in 0..2 {
        let mut desk = desk(source);
        desk.run(10.0);
        let Ending::NeverWaits { place, .. } = desk.ending() else {
            panic!("{:?}", desk.ending());
        };
        assert_eq!(place.unwrap().line, 4);
    }
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    let source = r#"
import random, threading, time
seen = []
def work(name):
    for _ in range(20):
        time.sleep(random.random() / 100)
        seen.append(name)
threads = [threading.Thread(target=work, args=(n,)) for n in "ab"]
[t.start() for t in threads]
[t.join() for t in threads]
print("".join(seen), time.time(), hash("text"), list({"a", "b", "c", "d"}))
"#;
    let run = |seed| {
        let mut desk = Desk::with_seed(source, seed);
        desk.run(10.0);
        (desk.lines(), desk.trace())
    };
    let first = run(1);
    for _ in 0..5 {
        assert_eq!(run(1), first);
    }
    assert_ne!(run(2).0, first.0);
    assert_eq!(first.0.len(), 1, "{first:?}");
}

#[test]
fn modules_that_the_processor_lacks_cannot_be_imported() {
    let source = r#"
for name in ("json", "threading", "socket", "subprocess", "numpy", "queue", "datetime", "http.server", "ctypes"):
    try:
        __import__(name)
        print(name)
    except ImportError as error:
        print(error)
import datetime
print(datetime.datetime.now().year, __name__)
"#;
    let mut desk = Desk::on_processor(source, "LEON_MSS");
    desk.run(1.0);
    let lines: Vec<_> = desk.texts(Level::Info);
    let expected = [
        "json",
        "threading",
        "No module named 'socket'",
        "No module named 'subprocess'",
        "No module named 'numpy'",
        "No module named 'queue'",
        "datetime",
        "No module named 'http'",
        "No module named 'ctypes'",
        "2026 lpb",
    ];
    assert_eq!(lines, expected, "{:?}", desk.ending());
}
