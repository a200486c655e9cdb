//! The peers, told what happens as the network would.

use std::time::Duration;

use serde_json::json;

use super::*;
use crate::scenario::{Answer, Zone};
use crate::sighting::Happened;

const ID: ConnectionId = ConnectionId(1 << 31);

/// What a peer does when a client connects and says this.
struct Talk {
    peer: Box<dyn Peer>,
    now: Time,
    sent: Vec<u8>,
    seen: Vec<Sighting>,
    complaints: Vec<String>,
    timers: Vec<(u64, Time)>,
    is_over: bool,
}

impl Talk {
    fn new(peer: impl Peer + 'static) -> Self {
        let mut talk = Self {
            peer: Box::new(peer),
            now: Time::START,
            sent: Vec::new(),
            seen: Vec::new(),
            complaints: Vec::new(),
            timers: Vec::new(),
            is_over: false,
        };
        talk.tell(PeerEvent::Started);
        talk
    }

    fn connect(mut self) -> Self {
        let from = SocketAddrV4::new(scenario::CAMERA, 50_000);
        self.tell(PeerEvent::Accepted {
            connection: ID,
            port: 0,
            from,
        });
        self
    }

    fn tell(&mut self, event: PeerEvent) {
        for action in self.peer.on(self.now, event) {
            match action {
                PeerAction::Send(_, data) | PeerAction::Datagram { data, .. } => {
                    self.sent.extend(data);
                }
                PeerAction::Report(seen) => self.seen.push(seen),
                PeerAction::Complain(text) => self.complaints.push(text),
                PeerAction::Timer(timer, at) => self.timers.push((timer, at)),
                PeerAction::Finish(_) | PeerAction::Close(_) | PeerAction::Cut(_) => {
                    self.is_over = true;
                }
                PeerAction::Listen(_) | PeerAction::Open(_) | PeerAction::Connect(..) => {}
            }
        }
    }

    /// The client says something, in pieces of this size.
    fn say(&mut self, data: &[u8], size: usize) -> Vec<u8> {
        for piece in data.chunks(size) {
            self.tell(PeerEvent::Received(ID, piece.to_vec()));
        }
        std::mem::take(&mut self.sent)
    }

    fn ask(&mut self, data: &[u8]) -> Vec<u8> {
        let from = SocketAddrV4::new(scenario::CAMERA, 50_000);
        let (port, data) = (53, data.to_vec());
        self.tell(PeerEvent::Datagram { port, from, data });
        std::mem::take(&mut self.sent)
    }
}

fn answer(status: u16, body: &str) -> Answer {
    Answer {
        method: None,
        path: None,
        status,
        headers: Vec::new(),
        body: body.as_bytes().to_vec(),
        after: Duration::ZERO,
    }
}

#[test]
fn an_http_server_answers_whatever_pieces_a_request_comes_in() {
    let request =
        b"POST /frames?x=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nX-Frame: 7\r\n\r\nhello";
    for size in [1, 7, 1000] {
        let special = Answer {
            path: Some("/other".to_owned()),
            ..answer(500, "no")
        };
        let answers = vec![special, answer(200, "yes")];
        let mut talk = Talk::new(http_server::HttpServer::new(80, answers)).connect();
        let reply = talk.say(request, size);
        assert_eq!(reply, b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes");
        let seen = &talk.seen[0];
        assert_eq!(seen.facts["method"], "POST");
        assert_eq!(
            (&seen.facts["path"], seen.body.as_slice()),
            (&json!("/frames?x=1"), &b"hello"[..])
        );
        assert!(
            seen.headers
                .contains(&("x-frame".to_owned(), "7".to_owned()))
        );
        assert!(!talk.is_over, "the connection stays");
    }
}

#[test]
fn an_http_server_reads_chunks_closes_when_asked_and_says_what_is_malformed() {
    let chunks = b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n2;x=1\r\nde\r\n0\r\n\r\n";
    let mut talk = Talk::new(http_server::HttpServer::new(80, vec![answer(204, "")])).connect();
    let reply = talk.say(chunks, 3);
    assert_eq!(
        reply,
        b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
    );
    assert_eq!(
        (talk.seen[0].body.as_slice(), talk.is_over),
        (&b"abcde"[..], true)
    );
    for bad in [
        "hello\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "GET / HTTP/1.1\r\nno header\r\n\r\n",
    ] {
        let mut talk = Talk::new(http_server::HttpServer::new(80, vec![answer(204, "")])).connect();
        assert!(
            talk.say(bad.as_bytes(), 100).starts_with(b"HTTP/1.1 400 "),
            "{bad}"
        );
        assert_eq!((talk.complaints.len(), talk.seen.len()), (1, 0), "{bad}");
    }
}

#[test]
fn a_late_answer_comes_when_its_time_is_over() {
    let late = Answer {
        after: Duration::from_secs(3),
        ..answer(200, "")
    };
    let mut talk = Talk::new(http_server::HttpServer::new(80, vec![late])).connect();
    assert!(talk.say(b"GET / HTTP/1.1\r\n\r\n", 100).is_empty());
    let (timer, at) = talk.timers[0];
    assert_eq!(at, Time::START + Duration::from_secs(3));
    talk.tell(PeerEvent::Timer(timer));
    assert!(talk.sent.starts_with(b"HTTP/1.1 200 OK"));
}

fn client(answer: &[u8], size: usize) -> Talk {
    let mut talk = Talk::new(http_client::HttpClient::new(8080));
    talk.tell(PeerEvent::Send(Delivery {
        path: Some("/status".to_owned()),
        ..Delivery::default()
    }));
    let id = ConnectionId(0);
    talk.tell(PeerEvent::Connected(id));
    assert!(
        talk.sent
            .starts_with(b"GET /status HTTP/1.1\r\nHost: 10.77.0.1:8080\r\n")
    );
    for piece in answer.chunks(size) {
        talk.tell(PeerEvent::Received(id, piece.to_vec()));
    }
    talk
}

#[test]
fn an_http_client_reads_an_answer_however_it_ends() {
    let length = b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi".as_slice();
    let chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n";
    let end = b"HTTP/1.0 200 OK\r\n\r\nhi";
    for bytes in [length, chunks, end] {
        let mut talk = client(bytes, 5);
        talk.tell(PeerEvent::Finished(ConnectionId(0)));
        let seen = &talk.seen[0];
        assert_eq!(
            (seen.body.as_slice(), &seen.facts["status"]),
            (&b"hi"[..], &json!(200))
        );
        assert_eq!(talk.seen.len(), 1);
    }
}

#[test]
fn an_http_client_takes_a_stream_apart() {
    let head = "HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n";
    let part = |text: &str| {
        format!(
            "--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {}\r\n\r\n{text}\r\n",
            text.len()
        )
    };
    let bytes = [head, &part("one"), &part("two")].concat();
    for size in [1, 11, 1000] {
        let talk = client(bytes.as_bytes(), size);
        let bodies: Vec<_> = talk.seen.iter().map(|it| it.body.as_slice()).collect();
        assert_eq!(bodies, [&b""[..], b"one", b"two"]);
        assert_eq!(talk.seen[0].facts["status"], 200);
    }
}

#[test]
fn an_http_client_tries_for_a_while_and_tells_when_it_gives_up() {
    let mut talk = Talk::new(http_client::HttpClient::new(8080));
    talk.tell(PeerEvent::Send(Delivery::default()));
    talk.tell(PeerEvent::Refused(ConnectionId(0)));
    assert!(talk.seen.is_empty() && talk.timers.len() == 1);
    talk.tell(PeerEvent::Timer(0));
    // A new attempt has a number of its own, and a limit of its own begins with each request only.
    talk.now = Time::START + Duration::from_secs(9);
    talk.tell(PeerEvent::Refused(ConnectionId(1)));
    assert_eq!(
        (talk.seen[0].happened, &talk.seen[0].facts["refused"]),
        (Happened::Closed, &json!(true))
    );
}

fn broker() -> Talk {
    Talk::new(mqtt::Broker::new(1883, None, None)).connect()
}

/// CONNECT of client `c` with keep-alive 10 s and the will `gone` on `w`.
const CONNECT: &[u8] = b"\x10\x16\x00\x04MQTT\x04\x26\x00\x0a\x00\x01c\x00\x01w\x00\x04gone";

#[test]
fn a_broker_takes_messages_and_passes_them_on() {
    for size in [1, 1000] {
        let mut talk = broker();
        assert_eq!(talk.say(CONNECT, size), b"\x20\x02\x00\x00");
        assert_eq!(
            talk.say(b"\x82\x08\x00\x01\x00\x03a/+\x01", size),
            b"\x90\x03\x00\x01\x01"
        );
        let publish = b"\x33\x09\x00\x03a/b\x00\x07hi";
        let reply = talk.say(publish, size);
        assert_eq!(reply, b"\x40\x02\x00\x07\x32\x09\x00\x03a/b\x00\x01hi");
        assert_eq!(talk.say(b"\xc0\x00", size), b"\xd0\x00");
        let message = &talk.seen[2];
        assert_eq!(
            (&message.facts["topic"], message.body.as_slice()),
            (&json!("a/b"), &b"hi"[..])
        );
        assert_eq!(
            (&message.facts["qos"], &message.facts["retain"]),
            (&json!(1), &json!(true))
        );
        // It is kept for whoever comes later.
        assert_eq!(
            talk.say(b"\x82\x06\x00\x02\x00\x01#\x00", size),
            b"\x90\x03\x00\x02\x00\x31\x07\x00\x03a/bhi"
        );
        talk.tell(PeerEvent::Send(Delivery {
            topic: Some("a/c".to_owned()),
            body: b"x".to_vec(),
            ..Delivery::default()
        }));
        assert_eq!(talk.sent, b"\x30\x06\x00\x03a/cx");
    }
}

#[test]
fn the_last_will_is_published_unless_the_client_says_goodbye() {
    for (said, expected) in [(&b"\xe0\x00"[..], 0), (b"", 1)] {
        let mut talk = broker();
        talk.say(CONNECT, 100);
        talk.say(said, 100);
        talk.tell(PeerEvent::Finished(ID));
        let wills = talk.seen.iter().filter(|it| it.body == b"gone");
        assert_eq!(wills.count(), expected);
    }
}

#[test]
fn a_client_that_is_silent_for_too_long_has_to_go() {
    let mut talk = broker();
    talk.say(CONNECT, 100);
    let (timer, at) = talk.timers[0];
    assert_eq!(at, Time::START + Duration::from_secs(15));
    talk.now = Time::START + Duration::from_secs(10);
    talk.say(b"\xc0\x00", 100);
    talk.now = at;
    talk.tell(PeerEvent::Timer(timer));
    assert!(!talk.is_over, "it said something in between");
    talk.now = Time::START + Duration::from_secs(25);
    talk.tell(PeerEvent::Timer(timer));
    assert!(talk.is_over && talk.seen.last().unwrap().body == b"gone");
}

#[test]
fn a_broker_refuses_strangers_and_what_is_not_mqtt() {
    let mut talk = Talk::new(mqtt::Broker::new(1883, Some("u".to_owned()), None)).connect();
    assert_eq!(talk.say(CONNECT, 100), b"\x20\x02\x00\x04");
    assert!(talk.is_over && talk.seen.is_empty());
    for bad in [&b"\xc0\x00"[..], b"GET / HTTP/1.1\r\n\r\n", b"\x10\x00"] {
        let mut talk = broker();
        talk.say(bad, 100);
        assert!(talk.is_over && talk.complaints.len() == 1, "{bad:?}");
    }
}

#[test]
fn syslog_messages_are_read() {
    let mut talk = Talk::new(syslog::Syslog::new(514));
    talk.ask("<132>1 2026-01-01T00:00:00Z cam door-counter - 7 [meta seq=\"1\" x=\"a\\\"]b\"][y] \u{feff}one dropped".as_bytes());
    talk.ask(b"<14>1 - - - - - - hello");
    let facts = &talk.seen[0].facts;
    assert_eq!(
        (&facts["severity"], &facts["facility"], &facts["app"]),
        (&json!(4), &json!(16), &json!("door-counter"))
    );
    let bodies: Vec<_> = talk.seen.iter().map(|it| it.body.as_slice()).collect();
    assert_eq!(bodies, [&b"one dropped"[..], b"hello"]);
    for bad in [
        &b"hello"[..],
        b"<999>1 - - - - - - x",
        b"<14>1 - - - - - [x",
        b"\xff",
    ] {
        talk.ask(bad);
    }
    assert_eq!(talk.complaints.len(), 4);
}

#[test]
fn names_are_resolved_or_do_not_exist() {
    let names = vec![(
        "broker.lan".to_owned(),
        std::net::Ipv4Addr::new(10, 0, 0, 9),
    )];
    let ttl = Duration::from_mins(5);
    let mut talk = Talk::new(dns::Dns::new(53, Zone { names, ttl }));
    let question = |name: &[u8], kind: u8| {
        let head = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00";
        [head, name, &[0, kind, 0, 1]].concat()
    };
    let known = talk.ask(&question(b"\x06Broker\x03lan\x00", 1));
    assert!(
        known.starts_with(b"\x12\x34\x85\x80\x00\x01\x00\x01"),
        "{known:?}"
    );
    // The time to live, the length of the address, the address.
    assert!(known.ends_with(&[0, 0, 1, 44, 0, 4, 10, 0, 0, 9]));
    let other_kind = talk.ask(&question(b"\x06broker\x03lan\x00", 28));
    assert!(other_kind.starts_with(b"\x12\x34\x85\x80\x00\x01\x00\x00"));
    let unknown = talk.ask(&question(b"\x06nobody\x00", 1));
    assert!(unknown.starts_with(b"\x12\x34\x85\x83\x00\x01\x00\x00"));
    assert_eq!(talk.seen[0].body, b"broker.lan");
    for bad in [
        &b""[..],
        b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x40x",
    ] {
        assert!(talk.ask(bad).is_empty());
    }
}

#[test]
fn a_time_server_shows_the_time_of_the_scenario() {
    let mut talk = Talk::new(ntp::Ntp::new(123, 1_000_000.0));
    talk.now = Time::START + Duration::from_millis(2_500);
    let mut question = [0; 48];
    question[0] = 0x23;
    question[40..48].copy_from_slice(b"abcdefgh");
    let answer = talk.ask(&question);
    assert_eq!(
        (answer.len(), answer[0], &answer[24..32]),
        (48, 0x24, &b"abcdefgh"[..])
    );
    let seconds = u32::from_be_bytes(answer[40..44].try_into().unwrap());
    assert_eq!(u64::from(seconds), 2_208_988_800 + 1_000_002);
    assert_eq!(answer[44], 0x80);
    assert!(talk.ask(b"what time is it").is_empty());
}
