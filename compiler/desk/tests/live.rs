//! A camera in real time: scripts with real threads, real clocks and real sockets.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails loudly")]

mod bench;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use oakc_desk::live::Live;
use oakc_desk::observation::{Ending, Server};
use oakc_desk::{Content, Event, Limits, Options, Place};
use oakc_python::Interpreter;
use serde_json::{Value as Json, json};

use bench::{application, program};

/// As long as a test waits for what has to come, on a loaded machine.
const PATIENCE: Duration = Duration::from_mins(5);

struct Desk {
    live: Live,
    seen: Vec<Event>,
}

fn options(place: Place) -> Options {
    Options {
        python: Some(Interpreter::find().unwrap()),
        limits: Limits {
            computing: Duration::from_secs(2),
            ..Limits::default()
        },
        place,
        ..Options::default()
    }
}

fn desk_at(source: &str, place: Place) -> Desk {
    let program = program(&application(source, "LEON_CSS"));
    let mut live = Live::start(&program, &options(place));
    let camera = live.camera_mut();
    let out = camera.find_output("script", "out").unwrap();
    camera.watch(&out);
    Desk {
        live,
        seen: Vec::new(),
    }
}

fn desk(source: &str) -> Desk {
    desk_at(source, Place::default())
}

impl Desk {
    fn feed(&mut self, message: Json) {
        let Json::Object(fields) = message else {
            panic!("not a message")
        };
        let content = Content::from_json(fields, Arc::new([7; 10_000])).unwrap();
        let now = self.live.now();
        let camera = self.live.camera_mut();
        let source = camera.find_output("source", "out").unwrap();
        assert!(camera.feed(&source, now, content));
    }

    /// Lets time pass until something is seen that fits.
    fn find<T>(&mut self, fits: impl Fn(&Event) -> Option<T>) -> T {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = self.seen.iter().find_map(&fits) {
                return found;
            }
            assert!(Instant::now() < end, "not seen: {:?}", self.seen);
            self.live.run_for(Duration::from_millis(20));
            let seen = self.live.camera_mut().observations();
            self.seen.extend(seen.into_iter().map(|seen| seen.event));
        }
    }

    fn line(&mut self, text: &str) -> String {
        self.find(|event| match event {
            Event::Logged(line) if line.text.contains(text) => Some(line.text.clone()),
            _ => None,
        })
    }

    fn server(&mut self) -> Server {
        self.find(|event| match event {
            Event::Serves(_, server) => Some(server.clone()),
            _ => None,
        })
    }

    fn ending(&mut self) -> Ending {
        self.find(|event| match event {
            Event::Ended(end) => Some(end.how.clone()),
            _ => None,
        })
    }
}

const SERVER: &str = "
import socket
server = socket.socket()
server.bind(('', 0))
server.listen(1)
while True:
    link, _ = server.accept()
    link.sendall(b'hello ' + link.recv(100))
    link.close()
";

fn talk(to: impl Into<SocketAddr>) -> String {
    let mut stream = TcpStream::connect(to.into()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(b"you").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_server_of_a_script_answers_on_loopback() {
    let mut desk = desk(SERVER);
    let server = desk.server();
    assert_eq!(*server.address.ip(), Ipv4Addr::LOCALHOST);
    assert_eq!(server.problem, None);
    assert_eq!(talk(server.address), "hello you");
}

#[test]
fn a_server_listens_where_it_is_told_to() {
    let taken = TcpListener::bind("127.0.0.3:0").unwrap();
    let free = taken.local_addr().unwrap().port();
    drop(taken);
    let place = Place {
        address: Ipv4Addr::new(127, 0, 0, 3),
        ports: BTreeMap::from([(80, free)]),
    };
    let mut desk = desk_at(&SERVER.replace("('', 0)", "('192.168.1.50', 80)"), place);
    let server = desk.server();
    assert_eq!(server.address.to_string(), format!("127.0.0.3:{free}"));
    assert_eq!(talk(server.address), "hello you");
}

#[test]
fn a_port_that_is_taken_is_told() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let mut desk = desk(&SERVER.replace("('', 0)", &format!("('', {port})")));
    let server = desk.server();
    assert_eq!(server.address.port(), port);
    assert_eq!(server.problem.as_deref(), Some("EADDRINUSE"));
    let Ending::Raised { class, .. } = desk.ending() else {
        panic!("no exception")
    };
    assert_eq!(class, "OSError");
}

#[test]
fn a_port_is_free_again_when_the_camera_is_gone() {
    let mut first = desk(SERVER);
    let server = first.server();
    assert_eq!(talk(server.address), "hello you");
    drop(first);
    let source = SERVER.replace("('', 0)", &format!("('', {})", server.address.port()));
    let mut second = desk(&source);
    assert_eq!(second.server().problem, None);
    assert_eq!(talk(server.address), "hello you");
}

#[test]
fn messages_go_through_a_script_with_their_bytes() {
    let source = "
while True:
    message = node.io['in'].get()
    node.info('got', message.getSequenceNum(), len(message.getData()), message.getData()[9999])
    node.io['out'].send(message)
";
    let mut desk = desk(source);
    for _ in 0..3 {
        desk.feed(json!({"type": "Buffer"}));
    }
    assert_eq!(desk.line("got 2"), "got 2 10000 7");
    let sent = desk.find(|event| match event {
        Event::Sent(_, message) if message.sequence == 2 => Some(message.content.data.len()),
        _ => None,
    });
    assert_eq!(sent, 10_000);
}

#[test]
fn threads_run_while_another_one_waits_for_a_message() {
    let source = "
import threading, time
def count():
    for number in range(3):
        time.sleep(0.01)
        print('counted', number)
threading.Thread(target=count).start()
node.io['in'].get()
print('got it')
";
    let mut desk = desk(source);
    desk.line("counted 2");
    desk.feed(json!({"type": "Buffer"}));
    desk.line("got it");
    assert_eq!(desk.ending(), Ending::Returned);
}

#[test]
fn timestamps_are_of_the_clock_that_a_script_reads() {
    let source = "
import time
message = node.io['in'].get()
late = time.monotonic() - message.getTimestamp().total_seconds()
clock = (Clock.now() - message.getTimestamp()).total_seconds()
print('within', 0 <= late < 30, 0 <= clock < 30, abs(time.time() - 1e9) > 1e8)
";
    let mut desk = desk(source);
    desk.feed(json!({"type": "Buffer"}));
    assert_eq!(desk.line("within"), "within True True True");
}

#[test]
fn whoever_sends_waits_for_room() {
    let source = "
import threading, time
def send():
    for number in range(100):
        node.io['out'].send(Buffer(10))
        print('sent', number)
threading.Thread(target=send, daemon=True).start()
time.sleep(0.2)
print('on')
node.io['in'].get()
";
    let program = program(&application(source, "LEON_CSS").replace(
        "inputs.in = \"script.out\"",
        "inputs.in = { from = \"script.out\", queue_size = 2, blocking = true }",
    ));
    let mut options = options(Place::default());
    options.latencies = [("sink".to_owned(), Duration::from_hours(1))].into();
    let mut desk = Desk {
        live: Live::start(&program, &options),
        seen: Vec::new(),
    };
    // One that the sink works on, and two that wait.
    desk.line("sent 2");
    desk.line("on");
    let sent = desk
        .seen
        .iter()
        .filter(|event| matches!(event, Event::Logged(line) if line.text.starts_with("sent")));
    assert_eq!(sent.count(), 3);
}

#[test]
fn a_loop_that_never_waits_is_ended_whichever_thread_it_is_in() {
    let in_thread = "
import threading
def spin():
    number = 0
    while True:
        number += 1
threading.Thread(target=spin).start()
node.io['in'].get()
";
    for (source, line) in [
        ("number = 0\nwhile True:\n    number += 1\n", 2),
        (in_thread, 5),
    ] {
        let Ending::NeverWaits { place, .. } = desk(source).ending() else {
            panic!("it has not been found")
        };
        let place = place.unwrap();
        assert_eq!((place.file.as_str(), place.line), ("script.py", line));
    }
}

#[test]
fn an_exception_ends_the_script_only() {
    let mut desk = desk("1 / 0\n");
    let Ending::Raised { class, place, .. } = desk.ending() else {
        panic!("no exception")
    };
    assert_eq!(
        (class.as_str(), place.unwrap().line),
        ("ZeroDivisionError", 1)
    );
    // The rest goes on.
    desk.feed(json!({"type": "Buffer"}));
    desk.live.run_for(Duration::from_millis(50));
    let queues = desk.live.camera().queues();
    assert!(
        queues
            .iter()
            .any(|queue| queue.input.node == "script" && queue.received == 1)
    );
}

#[test]
fn what_no_camera_has_is_not_there() {
    let source = "
import os, socket, time
for attempt in (
    lambda: socket.gethostbyname('example.com'), lambda: socket.socket(socket.AF_INET6 if hasattr(socket, 'AF_INET6') else 10),
    lambda: os.system('true'), lambda: socket.create_connection(('example.com', 80)), lambda: __import__('ssl'),
    lambda: socket.socketpair, lambda: time.clock_settime):
    try:
        attempt()
        print('there')
    except Exception as error:
        print('refused', type(error).__name__)
print('done')
";
    let mut desk = desk(source);
    desk.line("done");
    let lines = desk.seen.iter().filter_map(|event| match event {
        Event::Logged(line) => Some(line.text.as_str()),
        _ => None,
    });
    let expected = [
        "refused gaierror",
        "refused OSError",
        "refused PermissionError",
        "refused gaierror",
        "refused ModuleNotFoundError",
        "there",
        "refused AttributeError",
        "done",
    ];
    assert_eq!(lines.collect::<Vec<_>>(), expected);
}
