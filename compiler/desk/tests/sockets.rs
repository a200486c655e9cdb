//! Scripts and the peers of a scenario, over the virtual network.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails loudly")]

mod bench;

use bench::played;

const SERVER: &str = r#"
import json, socketserver, threading, time
from http.server import BaseHTTPRequestHandler

start = time.monotonic()

class Handler(BaseHTTPRequestHandler):
    timeout = 5

    def do_GET(self):
        body = json.dumps({"path": self.path, "seconds": round(time.monotonic() - start)}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

def serve():
    with Server(("", 8080), Handler) as server:
        server.serve_forever()

threading.Thread(target=serve, daemon=True).start()
while True:
    node.io["in"].tryGet()
    time.sleep(0.005)
"#;

#[test]
fn a_threaded_http_server_answers_several_clients() {
    let scenario = r#"
[peer.one]
http_client = { port = 8080 }
[peer.two]
http_client = { port = 8080 }
[[step]]
advance = "2s"
[[step]]
send = { peer = "one", path = "/a" }
[[step]]
send = { peer = "two", path = "/b" }
[[step]]
expect = { peer = "two", json = { path = "/b", seconds = 2 } }
[[step]]
expect = { peer = "one", json = { path = "/a" } }
"#;
    for seed in 0..3 {
        let outcome = played(SERVER, scenario, seed);
        assert!(outcome.failure.is_none(), "{:#?}", outcome.failure);
        assert_eq!(outcome.trace, played(SERVER, scenario, seed).trace);
    }
}

const CLIENT: &str = r#"
import http.client, json, time
posted = failed = 0
while True:
    try:
        connection = http.client.HTTPConnection("192.168.1.20", 8000, timeout=3)
        connection.request("POST", "/report", json.dumps({"n": posted, "failed": failed}))
        status = connection.getresponse().status
        connection.close()
        posted += 1
        node.info("status %d" % status)
    except OSError as error:
        failed += 1
        node.warn("%s: %s" % (type(error).__name__, error))
    time.sleep(10)
"#;

#[test]
fn a_client_posts_and_copes_with_a_peer_that_refuses() {
    let scenario = r#"
[peer.reports]
host = "192.168.1.20"
http = { port = 8000, status = 204 }
[[step]]
expect = { peer = "reports", json = { n = 0, failed = 0 } }
[[step]]
expect = { log = "status 204" }
[[step]]
fault = { peer = "reports", refuse = "15s" }
[[step]]
expect = { log = "ConnectionRefusedError", level = "warn", within = "20s" }
[[step]]
expect = { peer = "reports", json = { failed = 1 }, within = "20s" }
"#;
    let outcome = played(CLIENT, scenario, 0);
    assert!(outcome.failure.is_none(), "{:#?}", outcome.failure);
}

#[test]
fn datagrams_and_select_wait_in_virtual_time() {
    let script = r#"
import select, selectors, socket, time
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("", 5005))
start = time.monotonic()
print(select.select([udp], [], [], 1.5), round(time.monotonic() - start, 1))
udp.settimeout(2)
try:
    udp.recvfrom(10)
except socket.timeout as error:
    print(error, round(time.monotonic() - start, 1))
udp.setblocking(False)
try:
    udp.recvfrom(10)
except BlockingIOError:
    print("nothing")
chosen = selectors.DefaultSelector()
chosen.register(udp, selectors.EVENT_READ)
while True:
    for key, _ in chosen.select():
        data, sender = key.fileobj.recvfrom(100)
        udp.sendto(data.upper(), sender)
"#;
    let scenario = r#"
[peer.asker]
udp = { to = 5005 }
[[step]]
expect = { log = "([], [], []) 1.5", within = "5s" }
[[step]]
expect = { log = "timed out 3.5", within = "5s" }
[[step]]
expect = { log = "nothing" }
[[step]]
send = { peer = "asker", text = "hello" }
[[step]]
expect = { peer = "asker", text = "HELLO" }
"#;
    let outcome = played(script, scenario, 0);
    assert!(outcome.failure.is_none(), "{:#?}", outcome.failure);
}

/// The way of the library's examples to say where a server is.
#[test]
fn a_script_finds_its_address_out() {
    let source = r#"
import fcntl
import socket
import struct

asks = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def address(interface):
    request = struct.pack("256s", interface[:15].encode())
    return socket.inet_ntoa(fcntl.ioctl(asks.fileno(), -1071617759, request)[20:24])


node.warn(address("re0"))
for refused in (lambda: address("eth7"), lambda: fcntl.ioctl(asks, 0x5421, 1), lambda: fcntl.fcntl(asks, 4, 0)):
    try:
        node.warn(str(refused()))
    except OSError as error:
        node.warn(str(error.errno))
"#;
    let lines = ["10.77.0.1", "6", "25", "22"];
    let steps = lines.map(|line| format!("[[step]]\nexpect = {{ log = \"{line}\" }}\n"));
    let outcome = played(source, &steps.concat(), 0);
    assert!(outcome.failure.is_none(), "{:#?}", outcome.failure);
}
