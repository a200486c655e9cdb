//! A flood of messages: how many may be shown in, whether one more may be out. Messages that may not are counted.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::cameras::MOST_CAMERAS;
use crate::record::Kind;

/// How much is shown of what one camera says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Messages a second; 0 sets no limit.
    pub each_second: u32,
    /// Messages at once, after a pause.
    pub at_once: u32,
}

/// More than anybody can read, and less than a busy application says at its start.
impl Default for Rate {
    fn default() -> Self {
        Self::each_second(100)
    }
}

impl Rate {
    /// This many messages a second, and ten times as many after a pause.
    pub fn each_second(messages: u32) -> Self {
        Self {
            each_second: messages,
            at_once: messages.saturating_mul(10),
        }
    }
}

/// How often it is said how much was not shown.
const SUMMARY: Duration = Duration::from_secs(1);
/// How many cameras may say at the same time as much as one of them may, and are told of one by one.
const LOUD_CAMERAS: u32 = 10;
/// What stands for all others. No camera is called so: a name has no space.
const OTHERS: &str = "other cameras";

/// What may be shown of each camera, and of all together. Times count from any fixed moment.
#[derive(Debug)]
pub(crate) struct Gate {
    rate: Rate,
    all: Allowance,
    cameras: BTreeMap<String, Camera>,
    /// When it was said the last time how much was not shown.
    told: Duration,
}

#[derive(Debug)]
struct Camera {
    allowance: Allowance,
    /// How many were not shown, and since when.
    suppressed: u64,
    since: Duration,
}

impl Gate {
    pub(crate) fn new(rate: Rate) -> Self {
        let all = Rate {
            each_second: rate.each_second.saturating_mul(LOUD_CAMERAS),
            at_once: rate.at_once.saturating_mul(LOUD_CAMERAS),
        };
        Self {
            rate,
            all: Allowance::new(all),
            cameras: BTreeMap::new(),
            told: Duration::ZERO,
        }
    }

    /// Whether one more record about this camera may be shown. If not, it is counted, provided that it is a message of the
    /// camera: what the receiver says of it is in other counts.
    pub(crate) fn admits(&mut self, camera: &str, kind: Kind, now: Duration) -> bool {
        if self.rate.each_second == 0 {
            return true;
        }
        // Those that there is no room for count as one.
        let is_full = self.cameras.len() >= MOST_CAMERAS && !self.cameras.contains_key(camera);
        let camera = if is_full { OTHERS } else { camera };
        let rate = self.rate;
        let camera = self
            .cameras
            .entry(camera.to_owned())
            .or_insert_with(|| Camera {
                allowance: Allowance::new(rate),
                suppressed: 0,
                since: now,
            });
        let needed = if camera.suppressed == 0 {
            1.0
        } else {
            // Whoever is interrupted is not heard again for single messages.
            camera.allowance.a_second().max(1.0)
        };
        if camera.allowance.take(now, needed) && self.all.take(now, 1.0) {
            return true;
        }
        if camera.suppressed == 0 {
            camera.since = now;
        }
        let counted = u64::from(kind.is_said_by_a_camera());
        camera.suppressed = camera.suppressed.saturating_add(counted);
        false
    }

    /// The cameras of which messages were not shown, and how many, where it is time to tell, or of all. A few are named, the
    /// loudest: a thousand of them must not be a flood of their own.
    pub(crate) fn suppressed(&mut self, now: Option<Duration>) -> Vec<(String, u64)> {
        if let Some(now) = now {
            if now.saturating_sub(self.told) < SUMMARY {
                return Vec::new();
            }
            self.told = now;
        }
        let is_due = |since: Duration| now.is_none_or(|now| now.saturating_sub(since) >= SUMMARY);
        let cameras = self.cameras.iter_mut();
        let due = cameras.filter(|(_, it)| it.suppressed > 0 && is_due(it.since));
        let mut due: Vec<_> = due
            .map(|(name, it)| (name.clone(), std::mem::take(&mut it.suppressed)))
            .collect();
        due.sort_by_key(|(name, count)| (name == OTHERS, std::cmp::Reverse(*count)));
        let named = usize::try_from(LOUD_CAMERAS).unwrap_or(usize::MAX);
        if due.len() > named {
            let others = due.split_off(named);
            let count = others.iter().map(|(_, count)| count).sum::<u64>();
            due.push((OTHERS.to_owned(), count));
        }
        due
    }
}

/// What may still be shown.
#[derive(Clone, Debug)]
struct Allowance {
    rate: Rate,
    left: f64,
    counted: Duration,
}

impl Allowance {
    fn new(rate: Rate) -> Self {
        Self {
            rate,
            left: f64::from(rate.at_once),
            counted: Duration::ZERO,
        }
    }

    fn a_second(&self) -> f64 {
        f64::from(self.rate.each_second)
    }

    /// Takes one, where at least as many as `needed` are left.
    fn take(&mut self, now: Duration, needed: f64) -> bool {
        let passed = now.saturating_sub(self.counted).as_secs_f64();
        self.counted = self.counted.max(now);
        let more = self.left + passed * self.a_second();
        self.left = more.min(f64::from(self.rate.at_once));
        if self.left < needed {
            return false;
        }
        self.left -= 1.0;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn what_the_receiver_says_is_not_counted_as_a_message() {
        let mut gate = Gate::new(Rate::each_second(1));
        while gate.admits("door", Kind::Log, at(0)) {}
        assert!(!gate.admits("door", Kind::Lost, at(0)));
        assert_eq!(gate.suppressed(None), [("door".to_owned(), 1)]);
    }

    #[test]
    fn a_flood_is_cut_to_its_rate_and_everything_else_is_counted() {
        let mut gate = Gate::new(Rate::each_second(100));
        let (mut shown, mut suppressed) = (0_u64, 0);
        // 10,000 messages a second, for ten seconds.
        for step in 0..100_000 {
            let now = at(step / 10);
            shown += u64::from(gate.admits("door", Kind::Log, now));
            suppressed += gate
                .suppressed(Some(now))
                .iter()
                .map(|(_, it)| it)
                .sum::<u64>();
        }
        suppressed += gate.suppressed(None).iter().map(|(_, it)| it).sum::<u64>();
        assert!((1900..=2100).contains(&shown), "{shown}");
        assert_eq!(shown + suppressed, 100_000);
    }

    #[test]
    fn a_camera_that_floods_does_not_silence_another() {
        let mut gate = Gate::new(Rate::each_second(100));
        for step in 0..100_000 {
            gate.admits("door", Kind::Log, at(step / 10));
        }
        assert!(gate.admits("gate", Kind::Log, at(10_000)));
        assert_eq!(gate.suppressed(Some(at(10_000))).len(), 1);
    }

    #[test]
    fn a_thousand_that_flood_are_told_of_in_a_few_lines_once_a_second() {
        let mut gate = Gate::new(Rate::each_second(1));
        let (mut lines, mut suppressed, mut shown) = (0, 0, 0_u64);
        for step in 0..100_000 {
            // The time of a datagram that has waited is over when it is told of.
            let now = at(step / 10);
            shown += u64::from(gate.admits(&format!("camera-{}", step % 1000), Kind::Log, now));
            let told = gate.suppressed(Some(now + at(5000)));
            lines += told.len();
            suppressed += told.iter().map(|(_, count)| count).sum::<u64>();
        }
        assert!(lines <= 11 * 11, "{lines}");
        let rest = gate.suppressed(None);
        assert_eq!(rest.last().map(|it| it.0.as_str()), Some(OTHERS));
        suppressed += rest.iter().map(|(_, count)| count).sum::<u64>();
        assert_eq!(shown + suppressed, 100_000);
    }

    #[test]
    fn names_that_are_made_up_take_no_memory() {
        let mut gate = Gate::new(Rate::default());
        for name in 0..10_000 {
            gate.admits(&name.to_string(), Kind::Log, at(0));
        }
        assert!(gate.cameras.len() <= MOST_CAMERAS + 1);
    }

    #[test]
    fn without_a_rate_everything_is_shown() {
        let mut gate = Gate::new(Rate::each_second(0));
        assert!((0..10_000).all(|_| gate.admits("door", Kind::Log, at(0))));
    }
}
