//! An MQTT 3.1.1 broker: QoS 0 and 1, retained messages, last wills, keep-alive.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::scenario::Delivery;
use crate::sighting::{Happened, Sighting};
use crate::time::Time;

use super::mqtt_packet::{Connect, FromClient, Malformed, Publish, fits, packet, published, take};
use super::{ConnectionId, Peer, PeerAction, PeerEvent};

/// Topics whose last message is kept, at most.
const RETAINED: usize = 10_000;
/// The first byte of the packet that a client begins with.
const CONNECT: u8 = 0x10;
/// A code of CONNACK.
const WRONG_PASSWORD: u8 = 4;

pub(super) struct Broker {
    port: u16,
    user: Option<String>,
    password: Option<String>,
    connections: BTreeMap<ConnectionId, Session>,
    retained: BTreeMap<String, Publish>,
    next: u16,
}

#[derive(Default)]
struct Session {
    bytes: Vec<u8>,
    /// What it said when it connected.
    connect: Option<Connect>,
    subscriptions: Vec<(String, u8)>,
    heard: Time,
}

impl Session {
    fn client(&self) -> &str {
        self.connect.as_ref().map_or("", |connect| &connect.client)
    }

    /// How long it may be silent.
    fn patience(&self) -> Option<Duration> {
        let seconds = self.connect.as_ref()?.keep_alive;
        (seconds > 0).then(|| Duration::from_millis(u64::from(seconds) * 1_500))
    }
}

impl Broker {
    pub(super) fn new(port: u16, user: Option<String>, password: Option<String>) -> Self {
        Self {
            port,
            user,
            password,
            connections: BTreeMap::new(),
            retained: BTreeMap::new(),
            next: 0,
        }
    }

    fn received(&mut self, now: Time, id: ConnectionId, data: &[u8]) -> Vec<PeerAction> {
        let Some(session) = self.connections.get_mut(&id) else {
            return Vec::new();
        };
        session.heard = now;
        session.bytes.extend_from_slice(data);
        let mut actions = Vec::new();
        loop {
            let Some(session) = self.connections.get_mut(&id) else {
                return actions;
            };
            let is_new = session.connect.is_none();
            let taken = match session.bytes.first() {
                // Whatever follows, it would never be the end of a packet.
                Some(first) if is_new && *first != CONNECT => {
                    Err(Malformed("what it says first is not CONNECT"))
                }
                _ => take(&mut session.bytes),
            };
            match taken {
                Ok(None) => return actions,
                Ok(Some(packet)) => actions.extend(self.packet(now, id, packet)),
                Err(Malformed(text)) => {
                    actions.push(PeerAction::Complain(text.to_owned()));
                    actions.push(PeerAction::Finish(id));
                    actions.extend(self.gone(now, id, false));
                    return actions;
                }
            }
        }
    }

    fn packet(&mut self, now: Time, id: ConnectionId, packet_: FromClient) -> Vec<PeerAction> {
        let Some(session) = self.connections.get_mut(&id) else {
            return Vec::new();
        };
        let is_first = session.connect.is_none();
        if is_first != matches!(packet_, FromClient::Connect(_)) {
            let text = if is_first {
                "the first packet is not CONNECT"
            } else {
                "a second CONNECT"
            };
            let mut actions = vec![
                PeerAction::Complain(text.to_owned()),
                PeerAction::Finish(id),
            ];
            actions.extend(self.gone(now, id, false));
            return actions;
        }
        match packet_ {
            FromClient::Connect(connect) => self.connect(now, id, connect),
            FromClient::Publish(message) => {
                let mut actions = Vec::new();
                if message.qos > 0 {
                    let acknowledged = packet(0x40, &message.id.to_be_bytes());
                    actions.push(PeerAction::Send(id, acknowledged));
                }
                actions.extend(self.publish(now, &message, true));
                actions
            }
            FromClient::PublishAcknowledged(_) => Vec::new(),
            FromClient::Subscribe(number, topics) => self.subscribe(now, id, number, topics),
            FromClient::Unsubscribe(number, topics) => {
                session
                    .subscriptions
                    .retain(|(topic, _)| !topics.contains(topic));
                vec![PeerAction::Send(id, packet(0xB0, &number.to_be_bytes()))]
            }
            FromClient::Ping => vec![PeerAction::Send(id, packet(0xD0, &[]))],
            FromClient::Disconnect => {
                let mut actions = self.gone(now, id, true);
                actions.push(PeerAction::Finish(id));
                actions
            }
        }
    }

    fn connect(&mut self, now: Time, id: ConnectionId, connect: Connect) -> Vec<PeerAction> {
        let is_known = self.user.is_none() || self.user == connect.user;
        if !is_known || (self.password.is_some() && self.password != connect.password) {
            let refused = packet(0x20, &[0, WRONG_PASSWORD]);
            self.connections.remove(&id);
            return vec![PeerAction::Send(id, refused), PeerAction::Finish(id)];
        }
        // Whoever has the name already has to go.
        let earlier = self.connections.iter().find_map(|(other, session)| {
            let is_same = session.connect.is_some() && session.client() == connect.client;
            (is_same && !connect.client.is_empty()).then_some(*other)
        });
        let mut actions = Vec::new();
        if let Some(earlier) = earlier {
            actions.push(PeerAction::Finish(earlier));
            actions.extend(self.gone(now, earlier, false));
        }
        actions.push(PeerAction::Send(id, packet(0x20, &[0, 0])));
        let seen = Sighting::event(now, Happened::Connected);
        actions.push(PeerAction::Report(
            seen.fact("client", connect.client.as_str()),
        ));
        if let Some(session) = self.connections.get_mut(&id) {
            session.connect = Some(connect);
            let patience = session.patience();
            actions.extend(patience.map(|time| PeerAction::Timer(u64::from(id.0), now + time)));
        }
        actions
    }

    fn subscribe(
        &mut self,
        now: Time,
        id: ConnectionId,
        number: u16,
        topics: Vec<(String, u8)>,
    ) -> Vec<PeerAction> {
        let mut body = number.to_be_bytes().to_vec();
        body.extend(topics.iter().map(|(_, qos)| (*qos).min(1)));
        let mut actions = vec![PeerAction::Send(id, packet(0x90, &body))];
        for (topic, qos) in topics {
            let seen = Sighting::message(now, Vec::new()).fact("subscribed", topic.as_str());
            actions.push(PeerAction::Report(seen));
            let retained: Vec<_> = (self.retained.values())
                .filter(|message| fits(&topic, &message.topic))
                .cloned()
                .collect();
            for message in retained {
                actions.push(self.deliver(id, message, qos.min(1), true));
            }
            if let Some(session) = self.connections.get_mut(&id) {
                session.subscriptions.retain(|(other, _)| *other != topic);
                session.subscriptions.push((topic, qos.min(1)));
            }
        }
        actions
    }

    /// Passes a message on to all that want it; `is_seen` tells whether it came from the camera.
    fn publish(&mut self, now: Time, message: &Publish, is_seen: bool) -> Vec<PeerAction> {
        let mut actions = Vec::new();
        if is_seen {
            let seen = Sighting::message(now, message.payload.clone())
                .fact("topic", message.topic.as_str())
                .fact("qos", message.qos)
                .fact("retain", message.retain);
            actions.push(PeerAction::Report(seen));
        }
        if message.retain && message.payload.is_empty() {
            self.retained.remove(&message.topic);
        } else if message.retain && self.retained.len() < RETAINED {
            self.retained.insert(message.topic.clone(), message.clone());
        }
        let wanted: Vec<_> = (self.connections.iter())
            .filter_map(|(id, session)| {
                let filters = session.subscriptions.iter();
                let fitting = filters.filter(|(filter, _)| fits(filter, &message.topic));
                fitting.map(|(_, qos)| *qos).max().map(|qos| (*id, qos))
            })
            .collect();
        for (id, qos) in wanted {
            actions.push(self.deliver(id, message.clone(), qos, false));
        }
        actions
    }

    fn deliver(&mut self, id: ConnectionId, message: Publish, qos: u8, retain: bool) -> PeerAction {
        let qos = message.qos.min(qos);
        if qos > 0 {
            self.next = self.next.checked_add(1).unwrap_or(1);
        }
        let message = Publish {
            qos,
            retain,
            id: self.next,
            ..message
        };
        PeerAction::Send(id, published(&message))
    }

    /// A client is gone; without a goodbye, its last will is published.
    fn gone(&mut self, now: Time, id: ConnectionId, said_goodbye: bool) -> Vec<PeerAction> {
        let Some(session) = self.connections.remove(&id) else {
            return Vec::new();
        };
        let Some(connect) = session.connect else {
            return Vec::new();
        };
        let seen = Sighting::event(now, Happened::Closed).fact("client", connect.client);
        let mut actions = vec![PeerAction::Report(seen)];
        if let Some(will) = connect.will.filter(|_| !said_goodbye) {
            actions.extend(self.publish(now, &will, true));
        }
        actions
    }

    /// A client that was silent for too long has to go.
    fn check_silence(&mut self, now: Time, timer: u64) -> Vec<PeerAction> {
        let id = ConnectionId(u32::try_from(timer).unwrap_or(u32::MAX));
        let Some(session) = self.connections.get(&id) else {
            return Vec::new();
        };
        let Some(patience) = session.patience() else {
            return Vec::new();
        };
        let end = session.heard + patience;
        if now < end {
            return vec![PeerAction::Timer(timer, end)];
        }
        let mut actions = vec![PeerAction::Cut(id)];
        actions.extend(self.gone(now, id, false));
        actions
    }

    fn send(&mut self, now: Time, delivery: Delivery) -> Vec<PeerAction> {
        if delivery.close {
            let all: Vec<_> = self.connections.keys().copied().collect();
            let close = |id| {
                let mut actions = vec![PeerAction::Finish(id)];
                actions.extend(self.gone(now, id, false));
                actions
            };
            return all.into_iter().flat_map(close).collect();
        }
        let Some(topic) = delivery.topic else {
            let text = "a message of MQTT needs a `topic`";
            return vec![PeerAction::Complain(text.to_owned())];
        };
        let message = Publish {
            topic,
            payload: delivery.body,
            qos: delivery.qos,
            retain: delivery.retain,
            id: 0,
        };
        self.publish(now, &message, false)
    }
}

impl Peer for Broker {
    fn on(&mut self, now: Time, event: PeerEvent) -> Vec<PeerAction> {
        match event {
            PeerEvent::Started => vec![PeerAction::Listen(self.port)],
            PeerEvent::Accepted { connection, .. } => {
                let session = Session {
                    heard: now,
                    ..Session::default()
                };
                self.connections.insert(connection, session);
                Vec::new()
            }
            PeerEvent::Received(id, data) => self.received(now, id, &data),
            PeerEvent::Finished(id) => {
                let mut actions = self.gone(now, id, false);
                actions.push(PeerAction::Finish(id));
                actions
            }
            PeerEvent::Cut(id) => self.gone(now, id, false),
            PeerEvent::Timer(timer) => self.check_silence(now, timer),
            PeerEvent::Send(delivery) => self.send(now, delivery),
            PeerEvent::Connected(_) | PeerEvent::Refused(_) | PeerEvent::Datagram { .. } => {
                Vec::new()
            }
        }
    }
}
