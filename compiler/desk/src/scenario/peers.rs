//! Who is on the network: the tables below `[peer]` in, [`Peer`]s out.

use std::net::Ipv4Addr;
use std::time::Duration;

use oakc_core::syntax::{Entry, Node, NodeValue, Table};

use super::reading::{Reading, json_of};
use super::{At, address};

/// The keys of a peer beside its kind; all of them may stand in the table of the kind, too.
const PLACE: [&str; 3] = ["host", "port", "latency"];

/// Somebody on the network.
#[derive(Clone, Debug, PartialEq)]
pub struct Peer {
    /// Its name in the scenario.
    pub name: At<String>,
    /// Its address.
    pub host: Ipv4Addr,
    /// Where it listens; for a client, the port of the camera that it connects to.
    pub port: u16,
    /// How long a packet takes from it and to it.
    pub latency: Option<Duration>,
    /// What it does.
    pub kind: PeerKind,
}

/// What a peer does.
#[derive(Clone, Debug, PartialEq)]
pub enum PeerKind {
    /// Answers HTTP requests; the first answer that fits counts.
    Http(Vec<Answer>),
    /// Sends HTTP requests to the camera.
    HttpClient,
    /// Waits for connections of the camera.
    TcpServer(Stream),
    /// Connects to the camera as soon as it listens, this long after the start.
    TcpClient(Stream, Duration),
    /// Takes and sends datagrams.
    Udp {
        /// What every datagram is answered with.
        answer: Option<Vec<u8>>,
        /// The port of the camera that it sends to; by default whoever sent it something last.
        to: Option<u16>,
    },
    /// An MQTT 3.1.1 broker.
    MqttBroker {
        /// Who may connect; by default everybody.
        user: Option<String>,
        /// With which password.
        password: Option<String>,
    },
    /// Takes RFC 5424 messages over UDP.
    Syslog,
    /// Answers for these names; all others do not exist.
    Dns(Zone),
    /// Knows the time.
    Ntp {
        /// At the start of the scenario, in seconds since 1970; none for what the scripts' clock shows.
        start: Option<f64>,
        /// How many seconds are added.
        ahead: f64,
    },
}

/// What a name server knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Names and their addresses; there are no others.
    pub names: Vec<(String, Ipv4Addr)>,
    /// How long whoever asks may keep an answer: whole seconds.
    pub ttl: Duration,
}

/// How long answers of a name server may be kept if nothing else is said.
pub(crate) const TTL: Duration = Duration::from_mins(1);

/// What goes through a TCP connection.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stream {
    /// What the peer says first.
    pub greeting: Vec<u8>,
    /// What it answers each message with.
    pub answer: Option<Vec<u8>>,
    /// How messages are told apart.
    pub framing: Framing,
}

/// How the messages of a stream are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Framing {
    /// They are not: what arrives together is one.
    #[default]
    None,
    /// By the end of a line.
    Lines,
    /// By four bytes of length before each, big-endian.
    Length,
}

/// An answer to an HTTP request.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Only to this method.
    pub method: Option<String>,
    /// Only to this path.
    pub path: Option<String>,
    /// The status.
    pub status: u16,
    /// Headers beside `Content-Length`.
    pub headers: Vec<(String, String)>,
    /// The content.
    pub body: Vec<u8>,
    /// How long the answer takes.
    pub after: Duration,
}

pub(super) const KINDS: [&str; 9] = [
    "http",
    "http_client",
    "tcp_server",
    "tcp_client",
    "udp",
    "mqtt_broker",
    "syslog",
    "dns",
    "ntp",
];
pub(super) const ANSWER: [&str; 8] = [
    "method", "path", "status", "headers", "text", "json", "bytes", "after",
];
const SERVER: [&str; 1] = ["answers"];
const STREAM: [&str; 3] = ["greeting", "answer", "framing"];

/// The keys of the table of a kind, beside host, port and latency.
pub(super) fn keys_of(kind: &str) -> Vec<&'static str> {
    match kind {
        "http" => [&ANSWER[..], &SERVER].concat(),
        "tcp_server" => STREAM.to_vec(),
        "tcp_client" => [&STREAM[..], &["after"]].concat(),
        "udp" => vec!["answer", "to"],
        "mqtt_broker" => vec!["user", "password"],
        "dns" => vec!["names", "ttl"],
        "ntp" => vec!["start", "ahead"],
        _ => Vec::new(),
    }
}

/// The keys of a peer.
pub(super) fn keys() -> Vec<&'static str> {
    [&PLACE[..], &KINDS].concat()
}

/// The port a kind of server listens on if nothing else is said; clients have to say it.
const fn usual_port(kind: &PeerKind) -> Option<u16> {
    match kind {
        PeerKind::Http(_) => Some(80),
        PeerKind::TcpServer(_) | PeerKind::Udp { .. } => Some(5000),
        PeerKind::MqttBroker { .. } => Some(1883),
        PeerKind::Syslog => Some(514),
        PeerKind::Dns(_) => Some(53),
        PeerKind::Ntp { .. } => Some(123),
        PeerKind::HttpClient | PeerKind::TcpClient(..) => None,
    }
}

impl Reading<'_> {
    /// The peers below `[peer]`.
    pub(super) fn peers(&mut self, node: &Node) -> Vec<Peer> {
        let Some(table) = self.document.table(node) else {
            return Vec::new();
        };
        let peers = table.entries.iter().enumerate();
        let peers: Vec<_> = peers
            .filter_map(|(index, entry)| self.peer(index, entry))
            .collect();
        self.refuse_shared_addresses(&peers);
        peers
    }

    fn peer(&mut self, index: usize, entry: &Entry) -> Option<Peer> {
        let name = At {
            value: entry.key.clone(),
            span: entry.key_span,
        };
        let table = self.document.table(&entry.value)?;
        self.document.check_keys(table, &keys(), "a key of a peer");
        let kinds: Vec<_> = (table.entries.iter())
            .filter(|entry| KINDS.contains(&entry.key.as_str()))
            .collect();
        let [kind] = kinds.as_slice() else {
            let what = if kinds.is_empty() {
                "nothing"
            } else {
                "several things at once"
            };
            self.invalid(
                format!("peer `{}` is {what}", name.value),
                name.span,
                "expected exactly one kind",
                format!("a peer is one of {}", KINDS.join(", ")),
            );
            return None;
        };
        let own = self.document.table(&kind.value)?;
        let known = [keys_of(&kind.key), PLACE.to_vec()].concat();
        let what = format!("a key of `{}`", kind.key);
        self.document.check_keys(own, &known, &what);
        let described = self.kind(&kind.key, own)?;
        let [host, port, latency] = PLACE.map(|key| own.get(key).or_else(|| table.get(key)));
        let host = match host {
            Some(node) => self.host(node)?,
            None => address(index),
        };
        let port = match port {
            Some(node) => self.port(node)?,
            None => usual_port(&described).or_else(|| {
                self.missing(
                    "port",
                    kind.value.span,
                    "the port of the camera it connects to",
                );
                None
            })?,
        };
        let latency = latency.and_then(|node| self.duration(node));
        Some(Peer {
            name,
            host,
            port,
            latency,
            kind: described,
        })
    }

    fn zone(&mut self, table: &Table) -> Option<Zone> {
        let names = self.optional(table, "names", Self::hosts)?;
        let ttl = self.optional(table, "ttl", |reading, node| {
            let ttl = reading.duration(node)?;
            let is_whole = ttl.subsec_nanos() == 0 && u32::try_from(ttl.as_secs()).is_ok();
            if !is_whole {
                reading
                    .document
                    .wrong_type(node, "whole seconds, such as \"5min\"");
            }
            is_whole.then_some(ttl)
        })?;
        Some(Zone {
            names: names.unwrap_or_default(),
            ttl: ttl.unwrap_or(TTL),
        })
    }

    fn kind(&mut self, kind: &str, table: &Table) -> Option<PeerKind> {
        Some(match kind {
            "http" => PeerKind::Http(self.answers(table)?),
            "http_client" => PeerKind::HttpClient,
            "tcp_server" => PeerKind::TcpServer(self.stream(table)?),
            "tcp_client" => {
                let after = self.optional(table, "after", Self::duration)?;
                PeerKind::TcpClient(self.stream(table)?, after.unwrap_or_default())
            }
            "udp" => PeerKind::Udp {
                answer: self.optional(table, "answer", Self::content)?,
                to: self.optional(table, "to", Self::port)?,
            },
            "mqtt_broker" => PeerKind::MqttBroker {
                user: self.optional(table, "user", Self::text)?,
                password: self.optional(table, "password", Self::text)?,
            },
            "syslog" => PeerKind::Syslog,
            "dns" => PeerKind::Dns(self.zone(table)?),
            _ => PeerKind::Ntp {
                start: self.optional(table, "start", Self::instant)?,
                ahead: self
                    .optional(table, "ahead", Self::number)?
                    .unwrap_or_default(),
            },
        })
    }

    /// A date and a time, in seconds since 1970.
    fn instant(&mut self, node: &Node) -> Option<f64> {
        let instant = self.text(node)?.parse::<jiff::Timestamp>();
        if instant.is_err() {
            let expected = "a date and a time, such as \"2026-03-01T23:59:00Z\"";
            self.document.wrong_type(node, expected);
        }
        Some(instant.ok()?.as_duration().as_secs_f64())
    }

    fn stream(&mut self, table: &Table) -> Option<Stream> {
        let greeting = self.optional(table, "greeting", Self::content)?;
        Some(Stream {
            greeting: greeting.unwrap_or_default(),
            answer: self.optional(table, "answer", Self::content)?,
            framing: self
                .optional(table, "framing", Self::framing)?
                .unwrap_or_default(),
        })
    }

    fn framing(&mut self, node: &Node) -> Option<Framing> {
        let names = ["none", "lines", "length"];
        match self.one_of(node, &names)? {
            "lines" => Some(Framing::Lines),
            "length" => Some(Framing::Length),
            _ => Some(Framing::None),
        }
    }

    /// The answers of a server: those of its list, then the one that its own keys describe.
    fn answers(&mut self, table: &Table) -> Option<Vec<Answer>> {
        let mut answers = Vec::new();
        if let Some(node) = table.get("answers") {
            let NodeValue::List(items) = &node.value else {
                self.document.wrong_type(node, "a list of answers");
                return None;
            };
            for item in items {
                let Some(table) = self.document.table(item) else {
                    continue;
                };
                self.document
                    .check_keys(table, &ANSWER, "a key of an answer");
                answers.extend(self.answer(table));
            }
        }
        answers.push(self.answer(table)?);
        Some(answers)
    }

    fn answer(&mut self, table: &Table) -> Option<Answer> {
        let body = self.body(table)?;
        let status = self.optional(table, "status", Self::status)?;
        let mut headers = self
            .optional(table, "headers", Self::headers)?
            .unwrap_or_default();
        let is_json = table.get("json").is_some();
        if is_json
            && !headers
                .iter()
                .any(|(name, _)| name.eq_ignore_ascii_case("content-type"))
        {
            headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        }
        Some(Answer {
            method: self.optional(table, "method", Self::text)?,
            path: self.optional(table, "path", Self::text)?,
            status: status.unwrap_or(if body.is_some() { 200 } else { 204 }),
            headers,
            body: body.unwrap_or_default(),
            after: self
                .optional(table, "after", Self::duration)?
                .unwrap_or_default(),
        })
    }

    fn status(&mut self, node: &Node) -> Option<u16> {
        self.integer(node, 100, 599, "a status of HTTP, 100 to 599")
    }

    /// The content in `text`, `json` or `bytes`; none where there is none of them.
    #[expect(
        clippy::option_option,
        reason = "nothing written differs from something wrong"
    )]
    pub(super) fn body(&mut self, table: &Table) -> Option<Option<Vec<u8>>> {
        let entries: Vec<_> = (table.entries.iter())
            .filter(|entry| ["text", "json", "bytes"].contains(&entry.key.as_str()))
            .collect();
        match entries.as_slice() {
            [] => Some(None),
            [entry] if entry.key == "json" => {
                Some(Some(json_of(&entry.value.value).to_string().into_bytes()))
            }
            [entry] if entry.key == "bytes" => self.bytes(&entry.value).map(Some),
            [entry] => self.text(&entry.value).map(|text| Some(text.into_bytes())),
            [first, second, ..] => {
                self.invalid(
                    format!("`{}` and `{}` are both the content", first.key, second.key),
                    second.key_span,
                    "the content again",
                    "keep one of them".to_owned(),
                );
                None
            }
        }
    }

    fn hosts(&mut self, node: &Node) -> Option<Vec<(String, Ipv4Addr)>> {
        let table = self.document.table(node)?;
        let mut hosts = Vec::new();
        for entry in &table.entries {
            let host = self.host(&entry.value)?;
            hosts.push((entry.key.to_lowercase(), host));
        }
        Some(hosts)
    }

    fn host(&mut self, node: &Node) -> Option<Ipv4Addr> {
        let text = self.text(node)?;
        let host = text.parse().ok();
        if host.is_none() {
            self.document
                .wrong_type(node, "an IPv4 address such as \"10.77.0.9\"");
        }
        host
    }

    fn refuse_shared_addresses(&mut self, peers: &[Peer]) {
        let listens = |peer: &Peer| usual_port(&peer.kind).is_some();
        for (index, peer) in peers.iter().enumerate() {
            let same = |other: &&Peer| (other.host, other.port) == (peer.host, peer.port);
            let before = peers
                .iter()
                .take(index)
                .filter(|other| listens(other))
                .find(same);
            if let Some(other) = before.filter(|_| listens(peer)) {
                let (one, two) = (&other.name.value, &peer.name.value);
                let address = format!("{}:{}", peer.host, peer.port);
                self.invalid(
                    format!("`{one}` and `{two}` are both at {address}"),
                    peer.name.span,
                    "at the address of another peer",
                    "leave out `host`: every peer has an address of its own".to_owned(),
                );
            }
        }
    }
}
