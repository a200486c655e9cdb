use super::*;
use crate::choices::Choices;
use crate::network::{Direction, SocketError, Transport};
use crate::peer;
use crate::scenario::{self, At, Framing, PeerKind, Stream};
use crate::sighting::{Happened as Seen, Sighting};

const SCRIPT: ScriptId = ScriptId(3);

/// A network, and a script that uses it.
struct Bench {
    lan: Lan,
    choices: Choices,
    now: Time,
}

impl Bench {
    fn new(kinds: &[(&str, u16, PeerKind)]) -> Self {
        let (mut sources, nowhere) = (oakc_diag::SourceMap::new(), "");
        let span = oakc_diag::Span::new(sources.add("x", nowhere), 0, 0);
        let stations = kinds.iter().enumerate().map(|(index, (name, port, kind))| {
            let described = scenario::Peer {
                name: At {
                    value: (*name).to_owned(),
                    span,
                },
                host: host(index),
                port: *port,
                latency: None,
                kind: kind.clone(),
            };
            Station::new(name, host(index), None, peer::of_scenario(&described, 0.0))
        });
        let mut bench = Self {
            lan: Lan::new(stations.collect(), 1),
            choices: Choices::nominal(),
            now: Time::START,
        };
        bench.wait(0.001);
        bench
    }

    fn call(&mut self, call: SocketCall) -> SocketReply {
        let mut moment = Moment {
            now: self.now,
            choices: &mut self.choices,
        };
        self.lan.call(&mut moment, SCRIPT, call)
    }

    fn with<T>(&mut self, act: impl FnOnce(&mut Lan, &mut Moment<'_>) -> T) -> T {
        let mut moment = Moment {
            now: self.now,
            choices: &mut self.choices,
        };
        act(&mut self.lan, &mut moment)
    }

    /// Lets time pass.
    fn wait(&mut self, seconds: f64) {
        let end = self.now + Duration::from_secs_f64(seconds);
        while let Some(next) = self.lan.next_event().filter(|next| *next <= end) {
            self.now = next;
            self.with(Lan::step);
        }
        self.now = end;
    }

    fn open(&mut self, transport: Transport) -> SocketId {
        match self.call(SocketCall::Open(transport)) {
            SocketReply::Opened(socket) => socket,
            reply => panic!("{reply:?}"),
        }
    }

    fn connected(&mut self, index: usize, port: u16) -> SocketId {
        let socket = self.open(Transport::Tcp);
        let to = SocketAddrV4::new(host(index), port);
        let reply = self.call(SocketCall::Connect(socket, to));
        assert_eq!(reply, SocketReply::Failed(SocketError::InProgress));
        assert!(!self.lan.readiness(socket).writable);
        self.wait(0.01);
        assert_eq!(
            self.call(SocketCall::Connect(socket, to)),
            SocketReply::Done
        );
        socket
    }

    fn send(&mut self, socket: SocketId, data: &[u8]) -> SocketReply {
        let data = data.to_vec();
        self.call(SocketCall::Send {
            socket,
            data,
            to: None,
        })
    }

    fn receive(&mut self, socket: SocketId) -> Result<Vec<u8>, SocketError> {
        match self.call(SocketCall::Receive {
            socket,
            limit: 65_536,
            peek: false,
        }) {
            SocketReply::Received(data, _) => Ok(data),
            SocketReply::Failed(error) => Err(error),
            reply => panic!("{reply:?}"),
        }
    }

    fn seen(&mut self, peer: &str) -> Vec<Sighting> {
        self.lan.take_seen(peer)
    }

    fn bodies(&mut self, peer: &str) -> Vec<String> {
        let seen = self
            .seen(peer)
            .into_iter()
            .filter(|it| it.happened == Seen::Message);
        seen.map(|it| String::from_utf8(it.body).unwrap()).collect()
    }

    fn fault(&mut self, peer: &str, kind: FaultKind, seconds: u64) {
        let duration = Duration::from_secs(seconds);
        self.with(|lan, moment| lan.begin_fault(moment, peer, kind, duration));
    }

    fn say(&mut self, peer: &str, delivery: Delivery) {
        self.with(|lan, moment| lan.send(moment, peer, delivery));
    }

    fn listening(&mut self, port: u16, backlog: u32) -> SocketId {
        let socket = self.open(Transport::Tcp);
        let any = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, port);
        assert_eq!(self.call(SocketCall::Bind(socket, any)), SocketReply::Done);
        assert_eq!(
            self.call(SocketCall::Listen(socket, backlog)),
            SocketReply::Done
        );
        socket
    }
}

fn host(index: usize) -> Ipv4Addr {
    Ipv4Addr::new(10, 77, 0, u8::try_from(index + 2).unwrap())
}

fn body(text: &str) -> Delivery {
    Delivery {
        body: text.as_bytes().to_vec(),
        ..Delivery::default()
    }
}

fn server(stream: Stream) -> PeerKind {
    PeerKind::TcpServer(stream)
}

#[test]
fn bytes_travel_both_ways_and_take_their_time() {
    let stream = Stream {
        greeting: b"hello".to_vec(),
        answer: Some(b"yes".to_vec()),
        framing: Framing::Lines,
    };
    let mut bench = Bench::new(&[("log", 5000, server(stream))]);
    let socket = bench.connected(0, 5000);
    assert_eq!(bench.receive(socket), Ok(b"hello".to_vec()));
    assert_eq!(bench.receive(socket), Err(SocketError::WouldBlock));
    assert_eq!(bench.send(socket, b"one\ntw"), SocketReply::Sent(6));
    assert_eq!(
        bench.receive(socket),
        Err(SocketError::WouldBlock),
        "nothing arrives at once"
    );
    bench.wait(0.01);
    bench.send(socket, b"o\n");
    bench.wait(0.01);
    assert_eq!(bench.receive(socket), Ok(b"yes\nyes\n".to_vec()));
    let seen = bench.seen("log");
    assert_eq!(seen[0].happened, Seen::Connected);
    let bodies: Vec<_> = seen[1..].iter().map(|it| it.body.as_slice()).collect();
    assert_eq!(bodies, [&b"one"[..], b"two"]);
    assert!(seen[0].at.since(Time::START) >= Duration::from_micros(200));
}

#[test]
fn what_arrives_together_is_one_message_where_nothing_tells_messages_apart() {
    let mut bench = Bench::new(&[("log", 5000, server(Stream::default()))]);
    let socket = bench.connected(0, 5000);
    bench.send(socket, b"head ");
    bench.send(socket, b"body");
    bench.wait(1.0);
    bench.send(socket, b"next");
    bench.call(SocketCall::Close(socket));
    bench.wait(1.0);
    assert_eq!(bench.bodies("log"), ["head body", "next"]);
}

#[test]
fn both_sides_can_finish_first() {
    let mut bench = Bench::new(&[("log", 5000, server(Stream::default()))]);
    let socket = bench.connected(0, 5000);
    bench.call(SocketCall::Shutdown(socket, Direction::Send));
    assert_eq!(
        bench.send(socket, b"x"),
        SocketReply::Failed(SocketError::BrokenPipe)
    );
    bench.wait(0.01);
    assert_eq!(
        bench.receive(socket),
        Ok(Vec::new()),
        "the end of the stream"
    );
    bench.call(SocketCall::Close(socket));
    let socket = bench.connected(0, 5000);
    let close = Delivery {
        close: true,
        ..body("bye")
    };
    bench.say("log", close);
    bench.wait(0.01);
    assert!(bench.lan.readiness(socket).readable);
    assert_eq!(bench.receive(socket), Ok(b"bye".to_vec()));
    assert_eq!(bench.receive(socket), Ok(Vec::new()));
    assert_eq!(bench.send(socket, b"still"), SocketReply::Sent(5));
    bench.wait(0.01);
    let reset = bench.receive(socket);
    assert_eq!(
        reset,
        Err(SocketError::ConnectionReset),
        "nobody is there to take it"
    );
    bench.call(SocketCall::Close(socket));
    bench.wait(0.01);
    assert_eq!(bench.seen("log").last().unwrap().happened, Seen::Closed);
    assert!(bench.lan.connections.is_empty() && bench.lan.sockets.is_empty());
}

#[test]
fn nobody_there_is_refused_unreachable_or_silent() {
    let mut bench = Bench::new(&[("log", 5000, server(Stream::default()))]);
    let attempt = |bench: &mut Bench, to, seconds: f64| {
        let socket = bench.open(Transport::Tcp);
        bench.call(SocketCall::Connect(socket, to));
        bench.wait(seconds);
        let failed = bench.lan.readiness(socket).failed;
        let reply = bench.call(SocketCall::Connect(socket, to));
        (failed, reply)
    };
    let failed = |error| (true, SocketReply::Failed(error));
    let closed = SocketAddrV4::new(host(0), 81);
    assert_eq!(
        attempt(&mut bench, closed, 0.01),
        failed(SocketError::ConnectionRefused)
    );
    let nobody = SocketAddrV4::new(Ipv4Addr::new(192, 168, 1, 20), 80);
    assert_eq!(
        attempt(&mut bench, nobody, 4.0),
        failed(SocketError::HostUnreachable)
    );
    bench.fault("log", FaultKind::Cut, 10_000);
    let open = SocketAddrV4::new(host(0), 5000);
    let waiting = (false, SocketReply::Failed(SocketError::Already));
    assert_eq!(attempt(&mut bench, open, 100.0), waiting);
    assert_eq!(
        attempt(&mut bench, open, 130.0),
        failed(SocketError::TimedOut)
    );
    bench.fault("log", FaultKind::Refuse, 10);
    bench.fault("log", FaultKind::Cut, 0);
    assert_eq!(
        attempt(&mut bench, open, 5.0),
        failed(SocketError::ConnectionRefused)
    );
    assert_eq!(
        attempt(&mut bench, closed, 6.0).1,
        failed(SocketError::ConnectionRefused).1
    );
    assert_eq!(attempt(&mut bench, open, 0.01), (false, SocketReply::Done));
}

#[test]
fn a_request_that_is_lost_is_repeated() {
    let mut bench = Bench::new(&[("log", 5000, server(Stream::default()))]);
    bench.fault("log", FaultKind::Cut, 2);
    let socket = bench.open(Transport::Tcp);
    let to = SocketAddrV4::new(host(0), 5000);
    bench.call(SocketCall::Connect(socket, to));
    bench.wait(2.9);
    assert!(!bench.lan.readiness(socket).writable);
    bench.wait(0.2);
    assert!(bench.lan.readiness(socket).writable);
}

#[test]
fn a_cut_breaks_connections() {
    let mut bench = Bench::new(&[("log", 5000, server(Stream::default()))]);
    let socket = bench.connected(0, 5000);
    bench.fault("log", FaultKind::Cut, 5);
    assert!(bench.lan.readiness(socket).readable);
    assert_eq!(bench.receive(socket), Err(SocketError::ConnectionReset));
    assert_eq!(
        bench.send(socket, b"x"),
        SocketReply::Failed(SocketError::BrokenPipe)
    );
    assert_eq!(bench.seen("log").last().unwrap().happened, Seen::Closed);
}

#[test]
fn a_peer_that_reads_nothing_fills_the_window() {
    let mut bench = Bench::new(&[("slow", 5000, server(Stream::default()))]);
    let socket = bench.connected(0, 5000);
    bench.fault("slow", FaultKind::Stall, 10);
    let data = vec![7; 100_000];
    assert_eq!(bench.send(socket, &data), SocketReply::Sent(flow::WINDOW));
    bench.wait(5.0);
    assert!(!bench.lan.readiness(socket).writable);
    assert_eq!(
        bench.send(socket, b"x"),
        SocketReply::Failed(SocketError::WouldBlock)
    );
    assert!(bench.bodies("slow").is_empty());
    bench.wait(6.0);
    assert!(bench.lan.readiness(socket).writable);
    assert_eq!(bench.seen("slow")[0].body.len(), flow::WINDOW);
}

#[test]
fn a_slow_link_passes_a_number_of_bytes_a_second() {
    let mut bench = Bench::new(&[("log", 5000, server(Stream::default()))]);
    let socket = bench.connected(0, 5000);
    bench.seen("log");
    bench.fault("log", FaultKind::Slow(1000), 100);
    bench.send(socket, &[b'a'; 2000]);
    bench.wait(1.9);
    assert!(bench.bodies("log").is_empty());
    bench.wait(0.2);
    assert_eq!(bench.bodies("log").len(), 1);
}

#[test]
fn what_tcp_loses_arrives_later_and_what_udp_loses_never() {
    let udp = PeerKind::Udp {
        answer: None,
        to: None,
    };
    let mut bench = Bench::new(&[("log", 5000, server(Stream::default())), ("udp", 5005, udp)]);
    let (tcp, udp) = (bench.connected(0, 5000), bench.open(Transport::Udp));
    for peer in ["log", "udp"] {
        bench.fault(peer, FaultKind::Lose(1.0), 5);
    }
    let to = SocketAddrV4::new(host(1), 5005);
    let datagram = |bench: &mut Bench, text: &str| {
        let data = text.as_bytes().to_vec();
        let to = Some(to);
        bench.call(SocketCall::Send {
            socket: udp,
            data,
            to,
        });
    };
    bench.send(tcp, b"tcp");
    datagram(&mut bench, "lost");
    bench.wait(4.0);
    assert!(bench.bodies("log").is_empty() && bench.bodies("udp").is_empty());
    bench.wait(2.0);
    datagram(&mut bench, "found");
    bench.wait(1.0);
    assert_eq!(
        (bench.bodies("log"), bench.bodies("udp")),
        (vec!["tcp".to_owned()], vec!["found".to_owned()])
    );
    bench.fault("udp", FaultKind::Lose(0.5), 5);
    (0..200).for_each(|_| datagram(&mut bench, "x"));
    bench.wait(1.0);
    assert!((60..140).contains(&bench.bodies("udp").len()));
}

#[test]
fn datagrams_are_answered_and_come_unasked() {
    let udp = PeerKind::Udp {
        answer: Some(b"pong".to_vec()),
        to: Some(5005),
    };
    let mut bench = Bench::new(&[("asker", 7000, udp)]);
    let socket = bench.open(Transport::Udp);
    let any = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 5005);
    assert_eq!(bench.call(SocketCall::Bind(socket, any)), SocketReply::Done);
    bench.say("asker", body("ping"));
    bench.wait(0.01);
    let received = bench.call(SocketCall::Receive {
        socket,
        limit: 2,
        peek: false,
    });
    let from = SocketAddrV4::new(host(0), 7000);
    assert_eq!(
        received,
        SocketReply::Received(b"pi".to_vec(), from),
        "a long datagram is cut"
    );
    let data = b"hi".to_vec();
    let to = Some(from);
    bench.call(SocketCall::Send { socket, data, to });
    bench.wait(0.01);
    assert_eq!(bench.receive(socket), Ok(b"pong".to_vec()));
    assert_eq!(bench.bodies("asker"), ["hi"]);
}

#[test]
fn a_client_connects_once_the_camera_listens_and_the_backlog_is_kept() {
    let client = PeerKind::TcpClient(Stream::default(), Duration::ZERO);
    let others = [
        ("a", 5000, client.clone()),
        ("b", 5000, client.clone()),
        ("c", 5000, client),
    ];
    let mut bench = Bench::new(&others);
    bench.wait(3.0);
    assert!(bench.seen("a").is_empty());
    let listener = bench.listening(5000, 2);
    bench.wait(2.0);
    assert!(bench.lan.readiness(listener).readable);
    let accepted: Vec<_> = (0..3)
        .map(|_| bench.call(SocketCall::Accept(listener)))
        .collect();
    assert!(
        matches!(accepted[1], SocketReply::Accepted(..)),
        "{accepted:?}"
    );
    assert_eq!(accepted[2], SocketReply::Failed(SocketError::WouldBlock));
    let SocketReply::Accepted(socket, from) = accepted[0] else {
        panic!("{accepted:?}");
    };
    assert_eq!(*from.ip(), host(0));
    bench.say("a", body("hello"));
    bench.wait(2.0);
    assert_eq!(bench.receive(socket), Ok(b"hello".to_vec()));
    assert!(
        bench.lan.readiness(listener).readable,
        "the third came when there was room"
    );
}

#[test]
fn nothing_overtakes_the_answer_to_a_request_for_a_connection() {
    for seed in 0..50 {
        let client = PeerKind::TcpClient(Stream::default(), Duration::from_millis(5));
        let mut bench = Bench::new(&[("a", 5000, client)]);
        bench.choices = Choices::seeded(seed);
        let listener = bench.listening(5000, 2);
        while !bench.lan.readiness(listener).readable {
            bench.wait(0.000_01);
        }
        let SocketReply::Accepted(socket, _) = bench.call(SocketCall::Accept(listener)) else {
            panic!();
        };
        bench.call(SocketCall::Close(socket));
        bench.wait(1.0);
        let events: Vec<_> = bench.seen("a").iter().map(|it| it.happened).collect();
        assert_eq!(events, [Seen::Connected, Seen::Closed], "seed {seed}");
    }
}

#[test]
fn closing_with_unread_bytes_resets() {
    let client = PeerKind::TcpClient(Stream::default(), Duration::ZERO);
    let mut bench = Bench::new(&[("a", 5000, client)]);
    let listener = bench.listening(5000, 2);
    bench.wait(1.0);
    let SocketReply::Accepted(socket, _) = bench.call(SocketCall::Accept(listener)) else {
        panic!();
    };
    bench.say("a", body("hello"));
    bench.wait(0.1);
    bench.call(SocketCall::Close(socket));
    bench.wait(0.1);
    let events: Vec<_> = bench.seen("a").iter().map(|it| it.happened).collect();
    assert_eq!(events, [Seen::Connected, Seen::Closed]);
    assert!(bench.lan.connections.is_empty());
}

#[test]
fn scripts_reach_each_other_and_an_ended_script_closes_everything() {
    let mut bench = Bench::new(&[]);
    let listener = bench.listening(5000, 5);
    let socket = bench.open(Transport::Tcp);
    let to = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 5000);
    bench.call(SocketCall::Connect(socket, to));
    bench.wait(0.01);
    let SocketReply::Accepted(other, _) = bench.call(SocketCall::Accept(listener)) else {
        panic!();
    };
    bench.send(socket, b"hello");
    bench.wait(0.01);
    let peek = SocketCall::Receive {
        socket: other,
        limit: 2,
        peek: true,
    };
    assert!(matches!(bench.call(peek), SocketReply::Received(data, _) if data == b"he"));
    assert_eq!(bench.receive(other), Ok(b"hello".to_vec()));
    let taken = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 5000);
    let third = bench.open(Transport::Tcp);
    let in_use = SocketReply::Failed(SocketError::AddressInUse);
    assert_eq!(bench.call(SocketCall::Bind(third, taken)), in_use);
    bench.with(|lan, moment| lan.script_ended(moment, SCRIPT));
    bench.wait(1.0);
    assert!(bench.lan.sockets.is_empty() && bench.lan.connections.is_empty());
}

#[test]
fn sockets_and_names_are_bounded() {
    let mut bench = Bench::new(&[]);
    let replies: Vec<_> = (0..300)
        .map(|_| bench.call(SocketCall::Open(Transport::Tcp)))
        .collect();
    assert_eq!(
        replies[299],
        SocketReply::Failed(SocketError::TooManySockets)
    );
    let unknown = bench.call(SocketCall::Resolve("broker.lan".to_owned()));
    assert_eq!(unknown, SocketReply::Failed(SocketError::UnknownHost));
    let address = bench.call(SocketCall::Resolve("10.1.2.3".to_owned()));
    assert_eq!(address, SocketReply::Host(Ipv4Addr::new(10, 1, 2, 3)));
}
