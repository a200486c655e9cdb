//! Things that go wrong on request: words in, mishaps at the right moment out.
//!
//! | fault | what happens |
//! |---|---|
//! | `cut@BYTES` | the connection is cut once it has delivered this many bytes |
//! | `restart@BYTES` | the camera restarts at that point |
//! | `hang@BYTES` | the camera falls silent at that point, until its watchdog resets it |
//! | `corrupt@BYTES` | one bit of the byte written at this offset flips; only a package's checksums tell |
//! | `refuse` | a connection is closed as soon as it is opened |
//! | `deaf` | a discovery datagram gets no answer |
//! | `slow:RATE` | at most this many bytes per second are accepted |
//! | `delay:MS` | each packet is handled this much later |
//! | `full` | nothing can be written |
//! | `crash:MS` | a started application crashes after this time, over and over |
//! | `seed:N` | one to three of the others, chosen by the seed |
//!
//! Each of the first six happens once, or `*N` times (`cut@5M*3`). BYTES and RATE may end with K, M
//! or G. The same words always lead to the same mishaps.

use std::str::FromStr;
use std::time::Duration;

use super::size::parse_size;

/// Something that goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    kind: Kind,
    /// How often it still happens.
    count: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// At this byte of a connection.
    Link(LinkFault, u64),
    /// At this byte of a transfer.
    Corrupt(u64),
    Refuse,
    Deaf,
    /// Bytes a second.
    Slow(u64),
    Delay(Duration),
    Full,
    Crash(Duration),
    Seed(u64),
}

/// What can happen to a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LinkFault {
    Cut,
    Restart,
    Hang,
}

/// Words that do not name a fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a fault: {reason}")]
pub struct FaultError {
    text: String,
    reason: &'static str,
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let error = |reason| FaultError {
            text: text.escape_debug().to_string(),
            reason,
        };
        let (what, count) = match text.split_once('*') {
            Some((what, count)) => (what, Some(count)),
            None => (text, None),
        };
        let kind = kind(what).map_err(error)?;
        let count = match count {
            None => 1,
            Some(_) if !kind.is_counted() => {
                return Err(error("it always applies, so it takes no `*`"));
            }
            Some(count) => count
                .parse()
                .map_err(|_| error("a number of times must follow `*`, as in `*3`"))?,
        };
        Ok(Self { kind, count })
    }
}

fn kind(what: &str) -> Result<Kind, &'static str> {
    if let Some((name, place)) = what.split_once('@') {
        let place =
            parse_size(place).map_err(|_| "a number of bytes must follow `@`, as in `@5M`")?;
        return match name {
            "cut" => Ok(Kind::Link(LinkFault::Cut, place)),
            "restart" => Ok(Kind::Link(LinkFault::Restart, place)),
            "hang" => Ok(Kind::Link(LinkFault::Hang, place)),
            "corrupt" => Ok(Kind::Corrupt(place)),
            _ => Err("only cut, restart, hang and corrupt take `@`"),
        };
    }
    if let Some((name, value)) = what.split_once(':') {
        let number = parse_size(value).map_err(|_| "a number must follow `:`, as in `slow:1M`")?;
        return match name {
            "slow" if number > 0 => Ok(Kind::Slow(number)),
            "delay" => Ok(Kind::Delay(Duration::from_millis(number))),
            "crash" => Ok(Kind::Crash(Duration::from_millis(number))),
            "seed" => Ok(Kind::Seed(number)),
            _ => Err("only slow, delay, crash and seed take `:`, and slow needs at least 1"),
        };
    }
    match what {
        "refuse" => Ok(Kind::Refuse),
        "deaf" => Ok(Kind::Deaf),
        "full" => Ok(Kind::Full),
        _ => Err(
            "the faults are cut@, restart@, hang@, corrupt@, refuse, deaf, slow:, delay:, full, crash: and seed:",
        ),
    }
}

impl Kind {
    fn is_counted(self) -> bool {
        matches!(
            self,
            Self::Link(..) | Self::Corrupt(_) | Self::Refuse | Self::Deaf
        )
    }
}

/// All faults of a camera, and how often each has happened.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    pub(super) fn new(faults: &[Fault]) -> Self {
        let drawn = |fault: &Fault| match fault.kind {
            Kind::Seed(seed) => draw(seed),
            _ => vec![fault.clone()],
        };
        Self(faults.iter().flat_map(drawn).collect())
    }

    /// Whether the next connection is refused; that counts as one.
    pub(super) fn refuses(&mut self) -> bool {
        self.happens(|kind| kind == Kind::Refuse)
    }

    /// Whether the next datagram is ignored; that counts as one.
    pub(super) fn is_deaf(&mut self) -> bool {
        self.happens(|kind| kind == Kind::Deaf)
    }

    /// What happens to a connection that has carried that many bytes.
    pub(super) fn at(&mut self, received: u64) -> Option<LinkFault> {
        let mut found = None;
        self.happens(|kind| {
            if let Kind::Link(fault, place) = kind
                && place <= received
            {
                found = Some(fault);
            }
            found.is_some()
        });
        found
    }

    /// How many bytes a connection may bring before [`Faults::at`] has to be asked again.
    pub(super) fn bytes_until_next(&self, received: u64) -> u64 {
        let places = self.0.iter().filter(|fault| fault.count > 0);
        let places = places.filter_map(|fault| match fault.kind {
            Kind::Link(_, place) => place.checked_sub(received),
            _ => None,
        });
        places.min().unwrap_or(u64::MAX)
    }

    /// Damages bytes of a transfer, the first of which is its `position`-th.
    pub(super) fn damage(&mut self, position: u64, bytes: &mut [u8]) {
        let mut index = None;
        self.happens(|kind| {
            if let Kind::Corrupt(place) = kind {
                let within = place.checked_sub(position);
                let within = within.and_then(|within| usize::try_from(within).ok());
                index = within.filter(|within| *within < bytes.len());
            }
            index.is_some()
        });
        if let Some(byte) = index.and_then(|index| bytes.get_mut(index)) {
            *byte ^= 1;
        }
    }

    /// Bytes a second at most.
    pub(super) fn rate(&self) -> Option<u64> {
        self.find(|kind| match kind {
            Kind::Slow(rate) => Some(rate),
            _ => None,
        })
    }

    /// How long each packet waits.
    pub(super) fn delay(&self) -> Option<Duration> {
        self.find(|kind| match kind {
            Kind::Delay(delay) => Some(delay),
            _ => None,
        })
    }

    /// For how long applications run before they crash.
    pub(super) fn crash_after(&self) -> Option<Duration> {
        self.find(|kind| match kind {
            Kind::Crash(after) => Some(after),
            _ => None,
        })
    }

    /// Whether nothing can be written.
    pub(super) fn is_full(&self) -> bool {
        self.0.iter().any(|fault| fault.kind == Kind::Full)
    }

    fn happens(&mut self, mut now: impl FnMut(Kind) -> bool) -> bool {
        let mut left = self.0.iter_mut().filter(|fault| fault.count > 0);
        let found = left.find(|fault| now(fault.kind));
        if let Some(fault) = found {
            fault.count = fault.count.saturating_sub(1);
            return true;
        }
        false
    }

    fn find<T>(&self, pick: impl Fn(Kind) -> Option<T>) -> Option<T> {
        self.0.iter().find_map(|fault| pick(fault.kind))
    }
}

/// One to three faults.
fn draw(seed: u64) -> Vec<Fault> {
    let mut random = Random(seed);
    let count = 1 + random.below(3);
    (0..count).map(|_| draw_one(&mut random)).collect()
}

fn draw_one(random: &mut Random) -> Fault {
    // Small places as often as large ones: up to 32 MiB, in steps of powers of two.
    let magnitude = random.below(26);
    let place = random.below(1 << magnitude);
    let kind = match random.below(8) {
        0 | 1 => Kind::Link(LinkFault::Cut, place),
        2 => Kind::Link(LinkFault::Restart, place),
        3 => Kind::Link(LinkFault::Hang, place),
        4 => Kind::Corrupt(place),
        5 => Kind::Refuse,
        6 => Kind::Deaf,
        _ => Kind::Delay(Duration::from_millis(random.below(20))),
    };
    Fault { kind, count: 1 }
}

/// SplitMix64: random enough for mishaps, and the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound.max(1)
    }
}
