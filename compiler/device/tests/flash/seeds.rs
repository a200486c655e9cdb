//! Scenarios that a number decides: seeds in, what each came to out. A seed always leads to the same
//! scenario, and the ones that fail are named, so that each can be played again by itself.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Names the one seed that is played instead of all.
const SEED: &str = "OAKC_SEED";

/// The seeds below `count`, or only the one that the environment names.
pub(crate) fn seeds(count: u64) -> Vec<u64> {
    match std::env::var(SEED) {
        Ok(seed) => vec![seed.parse().unwrap()],
        Err(_) => (0..count).collect(),
    }
}

/// Plays seeds, `at_once` of them at a time. Returns what each came to, in any order.
///
/// # Panics
/// Where any of them fails or panics; the message names them all.
pub(crate) fn play<T: Send>(
    seeds: &[u64],
    at_once: usize,
    one: impl Fn(u64) -> Result<T, String> + Sync,
) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                while let Some(seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcome = catch_unwind(AssertUnwindSafe(|| one(*seed)));
                    let outcome = outcome.unwrap_or_else(|panic| Err(words(&*panic)));
                    let outcome = outcome.map_err(|why| format!("{SEED}={seed}: {why}"));
                    outcomes.lock().unwrap().push(outcome);
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().unwrap();
    let mut good = Vec::new();
    let mut bad = Vec::new();
    for outcome in outcomes {
        match outcome {
            Ok(outcome) => good.push(outcome),
            Err(why) => bad.push(why),
        }
    }
    let count = seeds.len();
    assert!(
        bad.is_empty(),
        "{} of {count} fail:\n{}",
        bad.len(),
        bad.join("\n")
    );
    good
}

/// What a panic says.
fn words(panic: &(dyn Any + Send)) -> String {
    let fixed = panic.downcast_ref::<&str>().map(ToString::to_string);
    let words = fixed.or_else(|| panic.downcast_ref::<String>().cloned());
    format!("it panics: {}", words.unwrap_or_default())
}

/// SplitMix64: the same everywhere.
#[derive(Debug, Clone)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// A number below `bound`, which is at least 1.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap()
    }

    /// True once in `times`.
    pub(crate) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of them.
    pub(crate) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}
