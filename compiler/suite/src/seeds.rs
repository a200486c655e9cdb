//! Several seeds of one scenario: the first that fails, made as short as it gets, out.

use std::sync::atomic::{AtomicU64, Ordering};

use oakc_desk::play::{Outcome, Plan, Schedule, play as play_once, shrink};
use oakc_workers::{at_once, on_each};

use crate::{Played, Suite};

/// Seeds that are worth a thread.
const SHARE: usize = 4;

/// Plays a scenario with each seed.
pub(crate) fn play(suite: &Suite<'_>, plan: &Plan, stop: &(dyn Fn() -> bool + Sync)) -> Played {
    let first = suite.seed.or(plan.scenario.seed).unwrap_or_default();
    if let Some(deviations) = &suite.replay {
        let schedule = Schedule::Replay(first, deviations.clone());
        let outcome = play_once(plan, &schedule, suite.update, stop);
        let mut played = played(first, 1, outcome);
        played.replay = Some(deviations.clone());
        return played;
    }
    if suite.seeds <= 1 {
        let outcome = play_once(plan, &Schedule::Seed(first), suite.update, stop);
        return played(first, 1, outcome);
    }
    let (seed, outcome) = search(suite, plan, first, stop);
    let tried = seed.saturating_sub(first).saturating_add(1);
    let can_shrink = outcome.failure.is_some() && !outcome.choices.deviations().is_empty();
    if !can_shrink || !suite.shrinks || outcome.is_out_of_time {
        return played(seed, tried, outcome);
    }
    let shortest = shrink(plan, seed, outcome, stop);
    let mut played = played(seed, tried, shortest.outcome);
    played.replay = Some(shortest.deviations);
    played
}

/// The first seed that fails, or the last one.
fn search(
    suite: &Suite<'_>,
    plan: &Plan,
    first: u64,
    stop: &(dyn Fn() -> bool + Sync),
) -> (u64, Outcome) {
    let seeds: Vec<u64> = (0..suite.seeds)
        .map(|more| first.saturating_add(more))
        .collect();
    let failed = AtomicU64::new(u64::MAX);
    let outcomes = on_each(&seeds, at_once(seeds.len(), SHARE), |_, seed| {
        // A later one than the first that fails is not asked for.
        let is_late = || failed.load(Ordering::Relaxed) < *seed;
        if is_late() {
            return None;
        }
        let schedule = Schedule::Seed(*seed);
        let outcome = play_once(plan, &schedule, false, &|| stop() || is_late());
        if outcome.failure.is_some() {
            failed.fetch_min(*seed, Ordering::Relaxed);
        }
        Some(outcome)
    });
    let mut last = None;
    for (seed, outcome) in seeds.into_iter().zip(outcomes) {
        if let Ok(Some(outcome)) = outcome {
            let is_over = outcome.failure.is_some() || outcome.is_stopped;
            last = Some((seed, outcome));
            if is_over {
                break;
            }
        }
    }
    last.unwrap_or_else(|| (first, play_once(plan, &Schedule::Seed(first), false, stop)))
}

fn played(seed: u64, tried: u64, outcome: Outcome) -> Played {
    Played {
        seed,
        tried,
        took: outcome.took,
        trace: outcome.trace,
        failure: outcome.failure,
        replay: None,
        goldens: outcome.goldens,
        is_stopped: outcome.is_stopped,
    }
}
