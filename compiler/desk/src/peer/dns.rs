//! A name server: it knows the names of the scenario, and that there are no others.

use crate::scenario::Zone;
use crate::sighting::Sighting;
use crate::time::Time;

use super::{Peer, PeerAction, PeerEvent};

const TYPE_A: u16 = 1;
const CLASS_IN: u16 = 1;

pub(super) struct Dns {
    port: u16,
    zone: Zone,
}

/// A question with its bytes.
struct Question<'a> {
    name: String,
    kind: u16,
    class: u16,
    bytes: &'a [u8],
}

impl Dns {
    pub(super) fn new(port: u16, zone: Zone) -> Self {
        Self { port, zone }
    }

    fn answer(&self, id: [u8; 2], recursion: u8, question: &Question<'_>) -> Vec<u8> {
        let known: Vec<_> = (self.zone.names.iter())
            .filter(|(name, _)| *name == question.name)
            .map(|(_, host)| *host)
            .collect();
        let is_address = question.kind == TYPE_A && question.class == CLASS_IN;
        let hosts = if is_address { known.as_slice() } else { &[] };
        let code = if known.is_empty() { 3 } else { 0 };
        let count = u16::try_from(hosts.len()).unwrap_or_default().to_be_bytes();
        let ttl = u32::try_from(self.zone.ttl.as_secs()).unwrap_or(u32::MAX);
        let mut bytes = id.to_vec();
        bytes.extend([0x84 | recursion, 0x80 | code, 0, 1]);
        bytes.extend(count);
        bytes.extend([0, 0, 0, 0]);
        bytes.extend(question.bytes);
        for host in hosts {
            // The name stands at byte 12.
            bytes.extend([0xC0, 12, 0, 1, 0, 1]);
            bytes.extend(ttl.to_be_bytes());
            bytes.extend([0, 4]);
            bytes.extend(host.octets());
        }
        bytes
    }
}

/// The question of a message with exactly one.
fn question(data: &[u8]) -> Option<Question<'_>> {
    let (head, rest) = data.split_first_chunk::<12>()?;
    let [_, _, flags, _, 0, 1, ..] = head else {
        return None;
    };
    if flags & 0x80 != 0 {
        return None;
    }
    let mut name = String::new();
    let mut at = 0_usize;
    loop {
        let length = usize::from(*rest.get(at)?);
        at = at.checked_add(1)?;
        if length == 0 {
            break;
        }
        let label = rest
            .get(at..at.checked_add(length)?)
            .filter(|_| length < 64)?;
        if !name.is_empty() {
            name.push('.');
        }
        name.push_str(&String::from_utf8_lossy(label).to_lowercase());
        at = at.checked_add(length)?;
    }
    let [k1, k2, c1, c2] = *rest.get(at..)?.first_chunk::<4>()?;
    Some(Question {
        name,
        kind: u16::from_be_bytes([k1, k2]),
        class: u16::from_be_bytes([c1, c2]),
        bytes: rest.get(..at.checked_add(4)?)?,
    })
}

impl Peer for Dns {
    fn on(&mut self, now: Time, event: PeerEvent) -> Vec<PeerAction> {
        match event {
            PeerEvent::Started => vec![PeerAction::Open(self.port)],
            PeerEvent::Datagram { port, from, data } => {
                let (Some(question), [a, b, flags, ..]) = (question(&data), data.as_slice()) else {
                    return vec![PeerAction::Complain(
                        "a datagram is not a question".to_owned(),
                    )];
                };
                let seen = Sighting::message(now, question.name.as_str()).fact(
                    "type",
                    if question.kind == TYPE_A {
                        "A".to_owned()
                    } else {
                        question.kind.to_string()
                    },
                );
                let data = self.answer([*a, *b], flags & 1, &question);
                let to = from;
                vec![
                    PeerAction::Report(seen),
                    PeerAction::Datagram { port, to, data },
                ]
            }
            _ => Vec::new(),
        }
    }
}
