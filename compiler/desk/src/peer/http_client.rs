//! A peer that sends HTTP requests to the camera.

use std::collections::BTreeMap;
use std::net::SocketAddrV4;
use std::time::Duration;

use crate::scenario::{CAMERA, Delivery};
use crate::sighting::{Happened, Sighting};
use crate::time::Time;

use super::http::{Incoming, Item, Malformed, Message, written};
use super::{ConnectionId, Peer, PeerAction, PeerEvent};

/// Pause between two attempts to connect.
const RETRY: Duration = Duration::from_millis(100);
/// After this it gives up connecting.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) struct HttpClient {
    port: u16,
    next: u32,
    requests: BTreeMap<ConnectionId, Request>,
}

struct Request {
    bytes: Vec<u8>,
    path: String,
    until: Time,
    incoming: Incoming,
}

impl HttpClient {
    pub(super) fn new(port: u16) -> Self {
        Self {
            port,
            next: 0,
            requests: BTreeMap::new(),
        }
    }

    fn send(&mut self, now: Time, delivery: Delivery) -> Vec<PeerAction> {
        if delivery.close {
            let requests = std::mem::take(&mut self.requests);
            return requests.into_keys().map(PeerAction::Close).collect();
        }
        let has_body = !delivery.body.is_empty();
        let usual = if has_body { "POST" } else { "GET" };
        let method = delivery.method.unwrap_or_else(|| usual.to_owned());
        let path = delivery.path.unwrap_or_else(|| "/".to_owned());
        let mut headers = delivery.headers;
        if !headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("host"))
        {
            headers.push(("Host".to_owned(), format!("{CAMERA}:{}", self.port)));
        }
        if !headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("connection"))
        {
            headers.push(("Connection".to_owned(), "close".to_owned()));
        }
        let body = has_body.then_some(delivery.body.as_slice());
        let bytes = written(&format!("{method} {path} HTTP/1.1"), &headers, body);
        let incoming = Incoming::without_body(method == "HEAD");
        let request = Request {
            bytes,
            path,
            until: now + PATIENCE,
            incoming,
        };
        vec![self.begin(request)]
    }

    fn begin(&mut self, request: Request) -> PeerAction {
        let id = ConnectionId(self.next);
        self.next = self.next.saturating_add(1);
        self.requests.insert(id, request);
        PeerAction::Connect(id, SocketAddrV4::new(CAMERA, self.port))
    }

    fn refused(&mut self, now: Time, id: ConnectionId) -> Vec<PeerAction> {
        match self.requests.get(&id) {
            Some(request) if now < request.until => {
                vec![PeerAction::Timer(u64::from(id.0), now + RETRY)]
            }
            Some(request) => {
                let path = request.path.clone();
                self.requests.remove(&id);
                let seen = Sighting::event(now, Happened::Closed).fact("path", path);
                vec![PeerAction::Report(seen.fact("refused", true))]
            }
            None => Vec::new(),
        }
    }

    fn again(&mut self, timer: u64) -> Vec<PeerAction> {
        let id = ConnectionId(u32::try_from(timer).unwrap_or(u32::MAX));
        let request = self.requests.remove(&id);
        request
            .map(|request| self.begin(request))
            .into_iter()
            .collect()
    }

    fn received(&mut self, now: Time, id: ConnectionId, data: &[u8]) -> Vec<PeerAction> {
        let Some(request) = self.requests.get_mut(&id) else {
            return Vec::new();
        };
        let path = request.path.clone();
        let items = match request.incoming.take(data) {
            Ok(items) => items,
            Err(Malformed(text)) => {
                self.requests.remove(&id);
                return vec![PeerAction::Complain(text), PeerAction::Cut(id)];
            }
        };
        let mut actions = Vec::new();
        for item in items {
            let is_whole = matches!(item, Item::Whole(_));
            let (Item::Whole(message) | Item::Head(message) | Item::Part(message)) = item;
            actions.push(PeerAction::Report(seen(now, &path, message)));
            if is_whole {
                self.requests.remove(&id);
                actions.push(PeerAction::Finish(id));
            }
        }
        actions
    }

    fn ended(&mut self, now: Time, id: ConnectionId) -> Vec<PeerAction> {
        let Some(mut request) = self.requests.remove(&id) else {
            return Vec::new();
        };
        let path = request.path;
        let seen = match request.incoming.end() {
            Some(message) => seen(now, &path, message),
            None => Sighting::event(now, Happened::Closed).fact("path", path),
        };
        vec![PeerAction::Report(seen)]
    }
}

fn seen(now: Time, path: &str, message: Message) -> Sighting {
    let [_, status, _] = &message.start;
    let status = status.parse::<u16>().ok();
    let mut seen = Sighting::message(now, message.body);
    if let Some(status) = status {
        seen = seen.fact("status", status);
    }
    seen.headers = message.headers;
    seen.fact("path", path)
}

impl Peer for HttpClient {
    fn on(&mut self, now: Time, event: PeerEvent) -> Vec<PeerAction> {
        match event {
            PeerEvent::Send(delivery) => self.send(now, delivery),
            PeerEvent::Connected(id) => match self.requests.get(&id) {
                Some(request) => vec![PeerAction::Send(id, request.bytes.clone())],
                None => vec![PeerAction::Finish(id)],
            },
            PeerEvent::Refused(id) => self.refused(now, id),
            PeerEvent::Timer(timer) => self.again(timer),
            PeerEvent::Received(id, data) => self.received(now, id, &data),
            PeerEvent::Finished(id) => {
                let mut actions = self.ended(now, id);
                actions.push(PeerAction::Finish(id));
                actions
            }
            PeerEvent::Cut(id) => self.ended(now, id),
            PeerEvent::Started | PeerEvent::Accepted { .. } | PeerEvent::Datagram { .. } => {
                Vec::new()
            }
        }
    }
}
