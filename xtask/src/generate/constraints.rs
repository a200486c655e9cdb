//! docs/constraints.md: which constraints of the device are checked by which rules, and why the
//! others are not.
//!
//! `constraints.tsv` lists them: number, severity (E, W, I), description, and, if no rule covers it, the
//! reason. What a rule covers is its field `constraints`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use oakc_check::rules;
use oakc_diag::Rule;

const HEAD: &str = "\
# Constraints

<!-- Made by `cargo xtask gen` from the rules in the source and xtask/src/generate/constraints.tsv. -->

What a device that runs the firmware of DepthAI 2.33 requires of a pipeline, and the rules that check it. E: the pipeline
does not start, crashes, or sends nothing; W: something is dropped, changed or worse than it could be; I: worth knowing.

";

/// One line of `constraints.tsv`.
pub struct Constraint {
    /// Its number: `S6`, or a section such as `3.6`.
    pub number: &'static str,
    /// E, W or I.
    pub level: &'static str,
    /// Its description.
    pub text: &'static str,
    /// Why no rule covers it; empty if one does.
    pub reason: &'static str,
}

/// All constraints, in order.
pub fn constraints() -> Vec<Constraint> {
    let lines = include_str!("constraints.tsv").lines();
    let read = |line: &'static str| {
        let mut cells = line.split('\t');
        let mut next = || cells.next().unwrap_or_default();
        Constraint {
            number: next(),
            level: next(),
            text: next(),
            reason: next(),
        }
    };
    lines.map(read).collect()
}

/// The numbers of the constraints that rules cover, each with its rules.
pub fn covered() -> BTreeMap<&'static str, Vec<&'static Rule>> {
    let mut covered: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for rule in rules::all() {
        for number in rule.constraints {
            covered.entry(*number).or_default().push(rule);
        }
    }
    covered
}

pub(super) fn page() -> String {
    let covered = covered();
    let all = constraints();
    let checked = all
        .iter()
        .filter(|c| covered.contains_key(c.number))
        .count();
    let mut page = HEAD.to_owned();
    _ = writeln!(
        page,
        "{} constraints; rules cover {checked} of them.\n\n| | | constraint | rules, or why there is none |\n|---|---|---|---|",
        all.len()
    );
    for constraint in &all {
        let rules = covered.get(constraint.number).map(Vec::as_slice);
        let rules = rules.unwrap_or_default().iter();
        let links = rules.map(|rule| format!("[{0}](rules.md#{0})", rule.name));
        let mut last = links.collect::<Vec<_>>().join(", ");
        if last.is_empty() {
            constraint.reason.clone_into(&mut last);
        }
        let (number, level) = (constraint.number, constraint.level);
        let text = super::cell(constraint.text);
        _ = writeln!(page, "| {number} | {level} | {text} | {last} |");
    }
    page
}
