//! A failing run, made shorter: its deviations from the usual order in, the few that it needs out.
//!
//! Parts of the deviations are left out as long as the scenario still fails (delta debugging): first halves, then
//! smaller and smaller parts. The number of attempts is bounded, so the result may not be the shortest of all.

use crate::choices::Deviations;

use super::{Outcome, Plan, Schedule, play};

/// Attempts at most.
const ATTEMPTS: usize = 200;

/// A shorter run that fails as well.
#[derive(Clone, Debug)]
pub struct Shrunk {
    /// Its deviations.
    pub deviations: Deviations,
    /// What became of it.
    pub outcome: Outcome,
}

/// Makes a failing run shorter.
pub fn shrink(plan: &Plan, seed: u64, failed: Outcome, stop: &dyn Fn() -> bool) -> Shrunk {
    let mut shortest = Shrunk {
        deviations: failed.choices.deviations(),
        outcome: failed,
    };
    let fails = |deviations: &Deviations| {
        let schedule = Schedule::Replay(seed, deviations.clone());
        let outcome = play(plan, &schedule, false, stop);
        outcome.failure.is_some().then_some(outcome)
    };
    reduce(&mut shortest, fails, stop);
    shortest
}

fn reduce(
    shortest: &mut Shrunk,
    fails: impl Fn(&Deviations) -> Option<Outcome>,
    stop: &dyn Fn() -> bool,
) {
    let mut parts = 2_usize;
    let mut attempts = 0;
    while !shortest.deviations.is_empty() && attempts < ATTEMPTS && !stop() {
        let count = shortest.deviations.len();
        let size = count.div_ceil(parts).max(1);
        let mut is_shorter = false;
        for start in (0..count).step_by(size) {
            attempts += 1;
            if attempts > ATTEMPTS {
                return;
            }
            let fewer: Deviations = (shortest.deviations.iter().enumerate())
                .filter(|(index, _)| !(start..start.saturating_add(size)).contains(index))
                .map(|(_, (question, answer))| (*question, *answer))
                .collect();
            if let Some(outcome) = fails(&fewer) {
                // What was left out may have changed what was asked: some of the rest was never asked for.
                let deviations = outcome.choices.deviations();
                *shortest = Shrunk {
                    deviations,
                    outcome,
                };
                is_shorter = true;
                break;
            }
        }
        if is_shorter {
            parts = parts.saturating_sub(1).max(2);
        } else if size == 1 {
            return;
        } else {
            parts = parts.saturating_mul(2).min(count);
        }
    }
}
