//! The same seed gives the same run beside a machine that has much to do, in every CPython of this computer.
//!
//! `OAKC_ROUNDS` says how often (100 take minutes).
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails loudly")]

mod bench;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use bench::played_in;
use oakc_python::Interpreter;

/// A server with a thread for each caller, threads that share a lock, a condition and an event, and chance.
const SCRIPT: &str = r#"
import json
import random
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

count = 0
seen = []
lock = threading.Lock()
condition = threading.Condition()
done = threading.Event()


class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        with lock:
            body = json.dumps({"count": count, "seen": seen[-5:]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def work(name):
    global count
    for _ in range(10):
        time.sleep(random.random() / 50)
        with lock:
            seen.append(name)
        count += 1
        with condition:
            condition.notify()


def collect():
    while not done.is_set():
        with condition:
            condition.wait(0.05)


server = ThreadingHTTPServer(("", 8080), Page)
threading.Thread(target=server.serve_forever, daemon=True).start()
threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
collector = threading.Thread(target=collect)
for thread in threads + [collector]:
    thread.start()
for thread in threads:
    thread.join()
done.set()
collector.join()
node.warn(" ".join(seen) + f" {count} " + "".join({"x", "y", "z", "w"}) + f" {time.time()}")
"#;

fn scenario() -> String {
    let clients = ["one", "two", "three", "four"];
    let peers = clients.map(|name| format!("[peer.{name}]\nhttp_client = {{ port = 8080 }}\n"));
    let steps = clients.map(|name| {
        format!(
            "[[step]]\nwait = \"20ms\"\n[[step]]\nsend = {{ peer = \"{name}\", path = \"/\" }}\n"
        )
    });
    let answers = clients.map(|name| {
        format!("[[step]]\nexpect = {{ peer = \"{name}\", status = 200, within = \"2s\" }}\n")
    });
    let last = "[[step]]\nexpect = { log = \"a\", within = \"3s\" }\n";
    [
        peers.concat(),
        steps.concat(),
        answers.concat(),
        last.to_owned(),
    ]
    .concat()
}

/// An interpreter of each version that is here.
fn interpreters() -> Vec<Interpreter> {
    let home = std::env::var_os("HOME").unwrap_or_default();
    let versions = std::fs::read_dir(PathBuf::from(home).join(".pyenv/versions"));
    let folders = versions.into_iter().flatten().flatten();
    let installed = folders.map(|folder| folder.path().join("bin/python3"));
    let named = [
        "python3.9",
        "python3.10",
        "python3.11",
        "python3.12",
        "python3.13",
    ];
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> = std::env::split_paths(&path).collect();
    let in_path = folders
        .iter()
        .flat_map(|folder| named.map(|name| folder.join(name)));
    let all = installed.chain(in_path).filter(|path| path.exists());
    let mut versions = BTreeSet::new();
    let mut found: Vec<_> = all
        .filter_map(|path| Interpreter::at(&path).ok())
        .filter(|python| versions.insert(python.version().to_string()))
        .collect();
    if found.is_empty() {
        found.push(Interpreter::find().unwrap());
    }
    found
}

#[test]
fn a_seed_gives_the_same_run_on_a_loaded_machine_in_every_interpreter() {
    let rounds = std::env::var("OAKC_ROUNDS").ok();
    let rounds = rounds.map_or(4, |rounds| rounds.parse::<u32>().unwrap());
    let (scenario, is_over) = (scenario(), AtomicBool::new(false));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        for python in interpreters() {
            for seed in [0, 7, 16] {
                let outcomes = (0..rounds).map(|_| played_in(&python, SCRIPT, &scenario, seed));
                let traces: BTreeSet<_> = outcomes
                    .map(|outcome| match outcome.failure {
                        None => Ok((outcome.trace, outcome.choices.deviations())),
                        Some(failure) => Err(failure.message),
                    })
                    .collect();
                if traces.len() != 1 || traces.iter().any(Result::is_err) {
                    is_over.store(true, Ordering::Relaxed);
                }
                assert!(
                    traces.len() == 1 && traces.iter().all(Result::is_ok),
                    "{python}, seed {seed}: {traces:?}"
                );
            }
        }
        is_over.store(true, Ordering::Relaxed);
    });
}
