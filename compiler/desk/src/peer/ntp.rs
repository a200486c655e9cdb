//! A time server.

use crate::sighting::Sighting;
use crate::time::Time;

use super::{Peer, PeerAction, PeerEvent};

/// Seconds from 1900, where NTP counts from, to 1970.
const TO_1970: f64 = 2_208_988_800.0;

pub(super) struct Ntp {
    port: u16,
    /// What its clock shows at the start, in seconds since 1970.
    start: f64,
}

impl Ntp {
    pub(super) fn new(port: u16, start: f64) -> Self {
        Self { port, start }
    }

    /// What its clock shows, as NTP writes it.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a time of NTP begins again in 2036"
    )]
    fn stamp(&self, now: Time) -> [u8; 8] {
        let seconds = (self.start + TO_1970 + now.as_secs_f64()).max(0.0);
        let fraction = (seconds.fract() * 4_294_967_296.0) as u64;
        let whole = seconds as u64;
        ((whole << 32) | fraction.min(u64::from(u32::MAX))).to_be_bytes()
    }
}

impl Peer for Ntp {
    fn on(&mut self, now: Time, event: PeerEvent) -> Vec<PeerAction> {
        match event {
            PeerEvent::Started => vec![PeerAction::Open(self.port)],
            PeerEvent::Datagram { port, from, data } => {
                let asked = data.get(40..48);
                let (Some(asked), Some(first)) = (asked, data.first().filter(|it| **it & 7 == 3))
                else {
                    return vec![PeerAction::Complain(
                        "a datagram is not a question".to_owned(),
                    )];
                };
                let stamp = self.stamp(now);
                // The version that was asked with, mode 4: a server's answer. Stratum 1, 2^-20 s exact.
                let mut answer = vec![(first & 0x38) | 4, 1, 4, 0xEC];
                answer.extend([0; 8]);
                answer.extend(b"DESK");
                answer.extend(stamp);
                answer.extend(asked);
                answer.extend(stamp);
                answer.extend(stamp);
                vec![
                    PeerAction::Report(Sighting::message(now, "what time is it")),
                    PeerAction::Datagram {
                        port,
                        to: from,
                        data: answer,
                    },
                ]
            }
            _ => Vec::new(),
        }
    }
}
