//! A peer that talks over TCP: one that waits for the camera, or one that connects to it.

use std::collections::BTreeMap;
use std::net::SocketAddrV4;
use std::time::Duration;

use crate::scenario::{CAMERA, Delivery, Framing, Stream};
use crate::sighting::{Happened, Sighting};
use crate::time::Time;

use super::{ConnectionId, Peer, PeerAction, PeerEvent};

/// What arrives with no longer pause is one message, where nothing tells messages apart.
const PAUSE: Duration = Duration::from_millis(1);
/// The first pause between two attempts to connect; each is twice as long as the one before.
const RETRY: Duration = Duration::from_millis(10);
/// The longest pause between two attempts.
const LONGEST_RETRY: Duration = Duration::from_secs(1);
/// The timer for the next attempt; those of connections have their numbers.
const CONNECT: u64 = u64::MAX;
/// The longest message.
const LONGEST: usize = 64 << 20;

pub(super) struct StreamPeer {
    port: u16,
    stream: Stream,
    /// For a client, how long after the start it connects.
    connects: Option<Duration>,
    retry: Duration,
    next: u32,
    /// What arrived on each connection and is not a whole message yet.
    connections: BTreeMap<ConnectionId, Vec<u8>>,
}

impl StreamPeer {
    pub(super) fn server(port: u16, stream: Stream) -> Self {
        Self {
            port,
            stream,
            connects: None,
            retry: RETRY,
            next: 0,
            connections: BTreeMap::new(),
        }
    }

    pub(super) fn client(port: u16, stream: Stream, after: Duration) -> Self {
        Self {
            connects: Some(after),
            ..Self::server(port, stream)
        }
    }

    fn connect(&mut self) -> PeerAction {
        let id = ConnectionId(self.next);
        self.next = self.next.saturating_add(1);
        PeerAction::Connect(id, SocketAddrV4::new(CAMERA, self.port))
    }

    fn greet(&mut self, now: Time, id: ConnectionId) -> Vec<PeerAction> {
        self.connections.insert(id, Vec::new());
        let mut actions = vec![PeerAction::Report(Sighting::event(
            now,
            Happened::Connected,
        ))];
        if !self.stream.greeting.is_empty() {
            actions.push(PeerAction::Send(id, self.stream.greeting.clone()));
        }
        actions
    }

    fn received(&mut self, now: Time, id: ConnectionId, data: &[u8]) -> Vec<PeerAction> {
        let Some(buffer) = self.connections.get_mut(&id) else {
            return Vec::new();
        };
        buffer.extend_from_slice(data);
        if buffer.len() > LONGEST {
            buffer.clear();
            return vec![PeerAction::Complain(
                "a message is longer than 64 MiB".to_owned(),
            )];
        }
        let mut messages = Vec::new();
        match self.stream.framing {
            Framing::None => return vec![PeerAction::Timer(u64::from(id.0), now + PAUSE)],
            Framing::Lines => {
                while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
                    let mut line: Vec<u8> = buffer.drain(..=end).collect();
                    line.pop();
                    messages.push(line);
                }
            }
            Framing::Length => {
                while let Some((length, rest)) = buffer.split_first_chunk::<4>() {
                    let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(LONGEST);
                    if length > LONGEST {
                        let text = format!("a message claims to have {length} bytes");
                        buffer.clear();
                        return vec![PeerAction::Complain(text), PeerAction::Cut(id)];
                    }
                    let Some(message) = rest.get(..length) else {
                        break;
                    };
                    messages.push(message.to_vec());
                    buffer.drain(..length.saturating_add(4));
                }
            }
        }
        let messages = messages.into_iter();
        messages
            .flat_map(|message| self.message(now, id, message))
            .collect()
    }

    fn message(&self, now: Time, id: ConnectionId, message: Vec<u8>) -> Vec<PeerAction> {
        let mut actions = vec![PeerAction::Report(Sighting::message(now, message))];
        if let Some(answer) = &self.stream.answer {
            actions.push(PeerAction::Send(id, self.framed(answer)));
        }
        actions
    }

    /// What waited is a message now.
    fn paused(&mut self, now: Time, id: ConnectionId) -> Vec<PeerAction> {
        let waiting = self.connections.get_mut(&id).map(std::mem::take);
        match waiting {
            Some(message) if !message.is_empty() => self.message(now, id, message),
            _ => Vec::new(),
        }
    }

    fn framed(&self, body: &[u8]) -> Vec<u8> {
        match self.stream.framing {
            Framing::None => body.to_vec(),
            Framing::Lines => [body, b"\n"].concat(),
            Framing::Length => {
                let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
                [&length.to_be_bytes(), body].concat()
            }
        }
    }

    fn ended(&mut self, now: Time, id: ConnectionId) -> Vec<PeerAction> {
        let mut actions = self.paused(now, id);
        if self.connections.remove(&id).is_some() {
            actions.push(PeerAction::Report(Sighting::event(now, Happened::Closed)));
        }
        actions
    }

    fn send(&mut self, now: Time, delivery: &Delivery) -> Vec<PeerAction> {
        if self.connections.is_empty() && !delivery.close {
            let text = "nobody is connected to it, so what it sends is lost";
            return vec![PeerAction::Complain(text.to_owned())];
        }
        let mut actions = Vec::new();
        for id in self.connections.keys() {
            if !delivery.body.is_empty() {
                actions.push(PeerAction::Send(*id, self.framed(&delivery.body)));
            }
        }
        if delivery.close {
            for id in std::mem::take(&mut self.connections).into_keys() {
                actions.push(PeerAction::Close(id));
                let closed = Sighting::event(now, Happened::Closed);
                actions.push(PeerAction::Report(closed));
            }
        }
        actions
    }

    fn refused(&mut self, now: Time) -> Vec<PeerAction> {
        let at = now + self.retry;
        self.retry = self.retry.saturating_mul(2).min(LONGEST_RETRY);
        vec![PeerAction::Timer(CONNECT, at)]
    }
}

impl Peer for StreamPeer {
    fn on(&mut self, now: Time, event: PeerEvent) -> Vec<PeerAction> {
        match event {
            PeerEvent::Started => match self.connects {
                Some(after) => vec![PeerAction::Timer(CONNECT, now + after)],
                None => vec![PeerAction::Listen(self.port)],
            },
            PeerEvent::Timer(CONNECT) => vec![self.connect()],
            PeerEvent::Timer(id) => {
                let id = u32::try_from(id).unwrap_or(u32::MAX);
                self.paused(now, ConnectionId(id))
            }
            PeerEvent::Accepted { connection, .. } | PeerEvent::Connected(connection) => {
                self.greet(now, connection)
            }
            PeerEvent::Refused(_) => self.refused(now),
            PeerEvent::Received(id, data) => self.received(now, id, &data),
            PeerEvent::Finished(id) => {
                let mut actions = self.ended(now, id);
                actions.push(PeerAction::Finish(id));
                actions
            }
            PeerEvent::Cut(id) => self.ended(now, id),
            PeerEvent::Send(delivery) => self.send(now, &delivery),
            PeerEvent::Datagram { .. } => Vec::new(),
        }
    }
}
