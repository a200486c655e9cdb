//! A camera asked again and again what it is doing: an address in, its states in order, how long its answers take,
//! and its link out.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use oakc_device::discovery::{Heard, Inquiry};
use oakc_device::{Cancel, Result};

use crate::observations::{Echoes, Sight};

/// Pause between two questions.
const REPEAT: Duration = Duration::from_millis(100);
/// A camera that answers nothing for this long, to this many questions, is silent: so many do not get lost, and
/// a machine that is busy asks less often.
const SILENCE: Duration = Duration::from_millis(900);
const UNANSWERED: u32 = 7;
/// For how long the last answers are waited for.
const LAST: Duration = Duration::from_millis(600);

pub(super) fn watch(
    cancel: &Cancel,
    sight: &mut Sight,
    address: Ipv4Addr,
    time: Duration,
) -> Result<()> {
    let inquiry = Inquiry::open()?;
    let begun = Instant::now();
    let mut seen = Seen {
        last: begun,
        sent: 0,
        unanswered: 0,
        times: Vec::new(),
    };
    while begun.elapsed() < time {
        cancel.check()?;
        let asked = Instant::now();
        match inquiry.ask(&[address]).first() {
            None => {
                seen.sent = seen.sent.saturating_add(1);
                seen.unanswered = seen.unanswered.saturating_add(1);
            }
            Some((_, kind)) => sight.is_refused |= super::is_refusal(*kind),
        }
        if sight.link.is_none() {
            inquiry.ask_link(address);
        }
        seen.take(sight, address, asked, inquiry.hear(REPEAT)?);
        if sight.answers.is_empty() && begun.elapsed() > SILENCE.saturating_mul(3) {
            // Whoever restarts is back by then, or the pings tell more.
            break;
        }
    }
    seen.take(sight, address, Instant::now(), inquiry.hear(LAST)?);
    seen.times.sort_unstable();
    let received = u32::try_from(seen.times.len()).unwrap_or(u32::MAX);
    sight.questions = (seen.sent > 0).then(|| Echoes {
        sent: seen.sent,
        received: received.min(seen.sent),
        fastest: seen.times.first().copied().unwrap_or_default(),
        median: seen
            .times
            .get(seen.times.len() / 2)
            .copied()
            .unwrap_or_default(),
    });
    Ok(())
}

/// What was heard so far.
struct Seen {
    last: Instant,
    sent: u32,
    /// Questions since then.
    unanswered: u32,
    times: Vec<Duration>,
}

impl Seen {
    fn take(
        &mut self,
        sight: &mut Sight,
        address: Ipv4Addr,
        asked: Instant,
        heard: Vec<(Instant, Heard)>,
    ) {
        for (at, heard) in heard {
            match heard {
                Heard::Link(from, link) if from == address => sight.link = Some(link),
                Heard::Camera(camera) if camera.is_at(address) => {
                    if self.is_silent(at) {
                        add(&mut sight.states, None);
                    }
                    (self.last, self.unanswered) = (at, 0);
                    self.times.push(at.saturating_duration_since(asked));
                    add(&mut sight.states, Some(camera.state));
                    super::note(&mut sight.answers, camera);
                }
                Heard::Link(..) | Heard::Camera(_) => {}
            }
        }
        if self.is_silent(Instant::now()) {
            add(&mut sight.states, None);
        }
    }

    fn is_silent(&self, at: Instant) -> bool {
        at.saturating_duration_since(self.last) > SILENCE && self.unanswered >= UNANSWERED
    }
}

fn add<T: PartialEq>(states: &mut Vec<T>, state: T) {
    if states.last() != Some(&state) {
        states.push(state);
    }
}
