//! For people: a line for each scenario, and one for all.

use oakc_desk::scenario::human as human_time;
use oakc_diag::render::Page;

use super::{Counts, again, counts};
use crate::Case;

/// What became of scenarios; why they failed is told by their diagnostics.
pub fn page(cases: &[Case]) -> Page {
    let mut page = Page::new();
    for case in cases {
        page.line(line(case));
        if let Some(command) = again(case) {
            page.line(format!("       to see it again: {command}"));
        }
    }
    let Counts { passed, failed } = counts(cases);
    page.line(format!("{passed} passed, {failed} failed"));
    page
}

fn line(case: &Case) -> String {
    let path = case.path.display();
    let Some(played) = &case.played else {
        return format!("wrong  {path}");
    };
    let took = human_time(played.took.since(oakc_desk::Time::START));
    let seeds = match (played.tried, &played.failure) {
        (0 | 1, _) => String::new(),
        (tried, None) => format!(", {tried} seeds"),
        (tried, Some(_)) => format!(", seed {}, the {} of them", played.seed, ordinal(tried)),
    };
    let order = match played.replay.as_ref().map(std::collections::BTreeMap::len) {
        None => String::new(),
        Some(1) => ", 1 change of the usual order".to_owned(),
        Some(changes) => format!(", {changes} changes of the usual order"),
    };
    let outcome = match (&played.failure, played.is_stopped) {
        (_, true) => "ended",
        (Some(_), _) => "FAILED",
        (None, _) => "ok",
    };
    let step = match &played.failure {
        Some(failure) => format!(", step {}", failure.step),
        None => String::new(),
    };
    format!("{outcome:<6} {path} ({took} of virtual time{step}{seeds}{order})")
}

fn ordinal(number: u64) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}
