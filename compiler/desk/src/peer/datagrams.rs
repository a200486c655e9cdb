//! A peer that takes and sends datagrams.

use std::net::SocketAddrV4;

use crate::scenario::CAMERA;
use crate::sighting::Sighting;
use crate::time::Time;

use super::{Peer, PeerAction, PeerEvent};

pub(super) struct Datagrams {
    port: u16,
    answer: Option<Vec<u8>>,
    /// Where it sends to.
    to: Option<SocketAddrV4>,
    /// Whether that is fixed, or whoever sent something last.
    is_fixed: bool,
}

impl Datagrams {
    pub(super) fn new(port: u16, answer: Option<Vec<u8>>, to: Option<u16>) -> Self {
        Self {
            port,
            answer,
            to: to.map(|port| SocketAddrV4::new(CAMERA, port)),
            is_fixed: to.is_some(),
        }
    }

    fn send(&self, to: SocketAddrV4, data: Vec<u8>) -> PeerAction {
        let port = self.port;
        PeerAction::Datagram { port, to, data }
    }
}

impl Peer for Datagrams {
    fn on(&mut self, now: Time, event: PeerEvent) -> Vec<PeerAction> {
        match event {
            PeerEvent::Started => vec![PeerAction::Open(self.port)],
            PeerEvent::Datagram { from, data, .. } => {
                if !self.is_fixed {
                    self.to = Some(from);
                }
                let mut actions = vec![PeerAction::Report(Sighting::message(now, data))];
                actions.extend(self.answer.clone().map(|answer| self.send(from, answer)));
                actions
            }
            PeerEvent::Send(delivery) => match self.to {
                Some(to) => vec![self.send(to, delivery.body)],
                None => {
                    let text = "it knows nobody to send to: nothing came yet, and it has no `to`";
                    vec![PeerAction::Complain(text.to_owned())]
                }
            },
            _ => Vec::new(),
        }
    }
}
