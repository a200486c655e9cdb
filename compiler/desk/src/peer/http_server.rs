//! A peer that answers HTTP requests.

use std::collections::BTreeMap;

use crate::scenario::Answer;
use crate::sighting::Sighting;
use crate::time::Time;

use super::http::{Incoming, Item, Malformed, Message, reason, written};
use super::{ConnectionId, Peer, PeerAction, PeerEvent};

pub(super) struct HttpServer {
    port: u16,
    answers: Vec<Answer>,
    connections: BTreeMap<ConnectionId, Incoming>,
    /// Answers that take their time, by timer.
    waiting: BTreeMap<u64, Vec<PeerAction>>,
    next: u64,
}

impl HttpServer {
    pub(super) fn new(port: u16, answers: Vec<Answer>) -> Self {
        Self {
            port,
            answers,
            connections: BTreeMap::new(),
            waiting: BTreeMap::new(),
            next: 0,
        }
    }

    fn received(&mut self, now: Time, id: ConnectionId, data: &[u8]) -> Vec<PeerAction> {
        let Some(incoming) = self.connections.get_mut(&id) else {
            return Vec::new();
        };
        match incoming.take(data) {
            Ok(items) => (items.into_iter())
                .filter_map(|item| match item {
                    Item::Whole(message) => Some(message),
                    Item::Head(_) | Item::Part(_) => None,
                })
                .flat_map(|message| self.answer(now, id, message))
                .collect(),
            Err(Malformed(text)) => {
                self.connections.remove(&id);
                let bad = written("HTTP/1.1 400 Bad Request", &[], Some(b""));
                vec![
                    PeerAction::Complain(text),
                    PeerAction::Send(id, bad),
                    PeerAction::Finish(id),
                ]
            }
        }
    }

    fn answer(&mut self, now: Time, id: ConnectionId, request: Message) -> Vec<PeerAction> {
        let closes = request.closes();
        let answer = self.fitting(&request).cloned();
        let [method, path, _] = request.start;
        let mut seen = Sighting::message(now, request.body)
            .fact("method", method.as_str())
            .fact("path", path);
        seen.headers = request.headers;
        let mut actions = vec![PeerAction::Report(seen)];
        let Some(answer) = answer else {
            return actions;
        };
        let start = format!("HTTP/1.1 {} {}", answer.status, reason(answer.status));
        let has_body = !matches!(answer.status, 204 | 304) && method != "HEAD";
        let mut headers = answer.headers.clone();
        if closes {
            headers.push(("Connection".to_owned(), "close".to_owned()));
        }
        let bytes = written(&start, &headers, has_body.then_some(&answer.body));
        let mut reply = vec![PeerAction::Send(id, bytes)];
        if closes {
            reply.push(PeerAction::Finish(id));
        }
        if answer.after.is_zero() {
            actions.extend(reply);
        } else {
            self.next = self.next.saturating_add(1);
            self.waiting.insert(self.next, reply);
            actions.push(PeerAction::Timer(self.next, now + answer.after));
        }
        actions
    }

    /// The first answer that fits the request.
    fn fitting(&self, request: &Message) -> Option<&Answer> {
        let [method, path, _] = &request.start;
        let path = path.split('?').next().unwrap_or_default();
        self.answers.iter().find(|answer| {
            answer
                .method
                .as_ref()
                .is_none_or(|it| it.eq_ignore_ascii_case(method))
                && answer.path.as_ref().is_none_or(|it| it == path)
        })
    }

    fn close_all(&mut self) -> Vec<PeerAction> {
        let connections = std::mem::take(&mut self.connections);
        connections.into_keys().map(PeerAction::Finish).collect()
    }
}

impl Peer for HttpServer {
    fn on(&mut self, now: Time, event: PeerEvent) -> Vec<PeerAction> {
        match event {
            PeerEvent::Started => vec![PeerAction::Listen(self.port)],
            PeerEvent::Accepted { connection, .. } => {
                self.connections.insert(connection, Incoming::default());
                Vec::new()
            }
            PeerEvent::Received(id, data) => self.received(now, id, &data),
            PeerEvent::Timer(timer) => self.waiting.remove(&timer).unwrap_or_default(),
            PeerEvent::Finished(id) => {
                let unfinished = self
                    .connections
                    .remove(&id)
                    .is_some_and(|it| it.is_unfinished());
                let mut actions = vec![PeerAction::Finish(id)];
                if unfinished {
                    let text = "a request broke off in the middle";
                    actions.push(PeerAction::Complain(text.to_owned()));
                }
                actions
            }
            PeerEvent::Cut(id) => {
                self.connections.remove(&id);
                Vec::new()
            }
            PeerEvent::Send(delivery) if delivery.close => self.close_all(),
            PeerEvent::Send(_) => vec![PeerAction::Complain(
                "an HTTP server only answers; an `http_client` sends".to_owned(),
            )],
            PeerEvent::Connected(_) | PeerEvent::Refused(_) | PeerEvent::Datagram { .. } => {
                Vec::new()
            }
        }
    }
}
