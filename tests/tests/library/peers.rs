//! The peers of scenarios, told by sockets of this machine instead of the virtual network, beside real programs.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use oakc_desk::Time;
use oakc_desk::peer::{ConnectionId, Peer, PeerAction, PeerEvent, of_scenario};
use oakc_desk::scenario::Scenario;
use oakc_desk::sighting::Sighting;
use oakc_diag::{Diagnostics, SourceMap};
use oakc_tests::requirement::has_program;

/// The peer of a scenario with this one.
fn peer(described: &str) -> Box<dyn Peer> {
    let text = format!("[peer.a]\n{described}\n[[step]]\nwait = \"1s\"\n");
    let (mut sources, mut found) = (SourceMap::new(), Diagnostics::new());
    let scenario = Scenario::read("a.toml", &text, &mut sources, &mut found).unwrap();
    of_scenario(&scenario.peers[0], 0.0)
}

/// A server on this machine: its port, and what a number of connections let it see, one after the other.
struct Bridge {
    port: u16,
    served: thread::JoinHandle<Vec<Sighting>>,
}

impl Bridge {
    fn new(described: &'static str, connections: u32) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let served = thread::spawn(move || {
            let mut served = Served {
                peer: peer(described),
                start: Instant::now(),
                seen: Vec::new(),
            };
            for number in 0..connections {
                let (stream, _) = listener.accept().unwrap();
                served.serve(stream, ConnectionId(number));
            }
            served.seen
        });
        Self { port, served }
    }

    fn seen(self) -> Vec<Sighting> {
        self.served.join().unwrap()
    }
}

struct Served {
    peer: Box<dyn Peer>,
    start: Instant,
    seen: Vec<Sighting>,
}

impl Served {
    fn serve(&mut self, mut stream: TcpStream, id: ConnectionId) {
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let from = "10.77.0.1:50000".parse().unwrap();
        let accepted = PeerEvent::Accepted {
            connection: id,
            port: 0,
            from,
        };
        let mut is_open = self.tell(&mut stream, accepted);
        let mut buffer = [0; 4096];
        while is_open {
            let event = match stream.read(&mut buffer) {
                Ok(0) => PeerEvent::Finished(id),
                Ok(count) => PeerEvent::Received(id, buffer[..count].to_vec()),
                Err(_) => PeerEvent::Cut(id),
            };
            let is_last = !matches!(event, PeerEvent::Received(..));
            is_open = self.tell(&mut stream, event) && !is_last;
        }
    }

    /// Whether the connection goes on.
    fn tell(&mut self, stream: &mut TcpStream, event: PeerEvent) -> bool {
        let now = Time::START + self.start.elapsed();
        let mut is_open = true;
        for action in self.peer.on(now, event) {
            match action {
                PeerAction::Send(_, data) => is_open &= stream.write_all(&data).is_ok(),
                PeerAction::Report(seen) => self.seen.push(seen),
                PeerAction::Finish(_) | PeerAction::Close(_) | PeerAction::Cut(_) => {
                    is_open = false;
                }
                PeerAction::Complain(text) => panic!("{text}"),
                _ => {}
            }
        }
        is_open
    }
}

fn run(program: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(program);
    let output = command
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn curl_and_the_http_server_understand_each_other() {
    if !has_program("curl") {
        return;
    }
    let bridge = Bridge::new("http = { status = 201, json = { ok = true } }", 2);
    let url = format!("http://127.0.0.1:{}/in?x=1", bridge.port);
    let quiet = ["-sS", "--max-time", "20"];
    let chunked = [
        &quiet[..],
        &["-H", "Transfer-Encoding: chunked", "-d", "hello", &url],
    ]
    .concat();
    assert_eq!(run("curl", &chunked), r#"{"ok":true}"#);
    // Two requests over one connection.
    let twice = [
        &quiet[..],
        &["-w", "%{http_code} %{num_connects} ", &url, &url],
    ]
    .concat();
    assert_eq!(run("curl", &twice), r#"{"ok":true}201 1 {"ok":true}201 0 "#);
    let seen = bridge.seen();
    assert_eq!(
        (&seen[0].facts["method"], seen[0].body.as_slice()),
        (&"POST".into(), &b"hello"[..])
    );
    assert_eq!((seen.len(), &seen[2].facts["path"]), (3, &"/in?x=1".into()));
}

#[test]
fn mosquitto_clients_and_the_broker_understand_each_other() {
    if !has_program("mosquitto_pub") || !has_program("mosquitto_sub") {
        return;
    }
    let bridge = Bridge::new("mqtt_broker = { user = \"u\", password = \"p\" }", 2);
    let port = bridge.port.to_string();
    let common = ["-h", "127.0.0.1", "-p", &port, "-u", "u", "-P", "p"];
    let publish = [
        &common[..],
        &["-t", "oak/state", "-m", "online", "-q", "1", "-r"],
    ]
    .concat();
    run("mosquitto_pub", &publish);
    let subscribe = [
        &common[..],
        &["-t", "oak/+", "-q", "1", "-C", "1", "-W", "20", "-v"],
    ]
    .concat();
    assert_eq!(run("mosquitto_sub", &subscribe), "oak/state online\n");
    let seen = bridge.seen();
    let message = seen
        .iter()
        .find(|it| it.facts.contains_key("topic"))
        .unwrap();
    assert_eq!(
        (&message.facts["qos"], &message.facts["retain"]),
        (&1.into(), &true.into())
    );
}
