//! Time grows with the size of the input, and hardly faster.

#![cfg(unix)]

use std::fmt::Write as _;
use std::time::Duration;

use oakc_tests::growth::{KINDS, Kind, Work};
use rustix::time::{ClockId, clock_gettime};

/// How much longer four times as much may take; what is quadratic takes 16 times as long.
const MOST: f64 = 8.0;

/// How often both sizes are measured at most, until one comparison is good enough.
const TRIES: usize = 4;

#[test]
fn four_times_as_much_takes_hardly_more_than_four_times_as_long() {
    let mut slow = String::new();
    for kind in KINDS {
        let ratio = ratio(kind);
        eprintln!(
            "{}: {} to {}: ×{ratio:.1}",
            kind.name,
            kind.count,
            4 * kind.count
        );
        if ratio >= MOST {
            writeln!(slow, "{}: ×{ratio:.1}", kind.name).unwrap();
        }
    }
    assert_eq!(slow, "");
}

/// How much longer four times as much takes. The least time of several counts: whatever else the machine does can
/// only add to it.
fn ratio(kind: &Kind) -> f64 {
    let (small, large) = ((kind.prepare)(kind.count), (kind.prepare)(4 * kind.count));
    let mut least = [Duration::MAX; 2];
    let mut ratio = f64::INFINITY;
    for _ in 0..TRIES {
        for (least, work) in least.iter_mut().zip([&small, &large]) {
            *least = (*least).min(time(work));
        }
        ratio = least[1].as_secs_f64() / least[0].as_secs_f64();
        if ratio < MOST {
            break;
        }
    }
    ratio
}

/// The processor time that work takes in this thread: waiting for a processor does not count. None of the inputs
/// has so many scripts that they are examined in other threads.
fn time(work: &Work) -> Duration {
    let now = || Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap();
    let start = now();
    work();
    now().saturating_sub(start)
}
