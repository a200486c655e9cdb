//! What became of scenarios, for people and for programs.

mod human;
mod json;
mod junit;
#[cfg(test)]
mod tests;

use oakc_desk::choices::Deviations;

pub use human::page;
pub use json::json;
pub use junit::junit;

use crate::Case;

/// How many passed, and how many did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Passed.
    pub passed: usize,
    /// Failed, or could not be played.
    pub failed: usize,
}

/// Counts what became of scenarios.
pub fn counts(cases: &[Case]) -> Counts {
    let passed = cases.iter().filter(|case| case.has_passed()).count();
    Counts {
        passed,
        failed: cases.len().saturating_sub(passed),
    }
}

/// Deviations as the command line takes them: `12=1,30=2`.
pub fn replay_text(deviations: &Deviations) -> String {
    let parts = deviations
        .iter()
        .map(|(question, answer)| format!("{question}={answer}"));
    parts.collect::<Vec<_>>().join(",")
}

/// Reads what [`replay_text`] writes.
pub fn replay_of(text: &str) -> Option<Deviations> {
    let parts = text.split(',').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (question, answer) = part.split_once('=')?;
            Some((question.parse().ok()?, answer.parse().ok()?))
        })
        .collect()
}

/// How to see a failure again.
fn again(case: &Case) -> Option<String> {
    let played = case.played.as_ref()?;
    played.failure.as_ref()?;
    let path = case.path.display();
    match &played.replay {
        Some(deviations) if !deviations.is_empty() => Some(format!(
            "oakc test {path} --seed {} --replay {}",
            played.seed,
            replay_text(deviations)
        )),
        _ if played.seed > 0 => Some(format!("oakc test {path} --seed {}", played.seed)),
        _ => None,
    }
}
