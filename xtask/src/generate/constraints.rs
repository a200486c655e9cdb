//! docs/constraints.md: which constraints of the device are checked by which rules, and why the
//! others are not.
//!
//! `constraints.tsv` lists them: number, how bad it is (E, W, I), what it is, and, where no rule is
//! about it, why. A rule is about those that its docs name under `# Source`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use oakc_check::rules;
use oakc_diag::Rule;

const HEAD: &str = "\
# Constraints

<!-- Made by `cargo xtask gen` from the rules in the source and xtask/src/generate/constraints.tsv. -->

What a pipeline has to keep to on a device that runs the firmware of DepthAI 2.33, and the rules that look after it.
E: the pipeline does not start, crashes, or sends nothing; W: something is dropped, changed or worse than it could be;
I: worth knowing.

";

/// One line of `constraints.tsv`.
pub struct Constraint {
    /// Its number: `S6`, or a section such as `3.6`.
    pub number: &'static str,
    /// E, W or I.
    pub level: &'static str,
    /// What it is.
    pub text: &'static str,
    /// Why no rule is about it; empty where one is.
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

/// The numbers that rules name, each with those rules.
pub fn cited() -> BTreeMap<String, Vec<&'static Rule>> {
    let mut cited: BTreeMap<String, Vec<&'static Rule>> = BTreeMap::new();
    for rule in rules::all() {
        let source = rule.docs.rsplit("# Source\n").next().unwrap_or_default();
        for number in numbers(source) {
            cited.entry(number).or_default().push(rule);
        }
    }
    cited
}

/// The numbers after the word "constraints": `S1, S2`, `C1 to C8`, `1.22`. Behind a colon, a number
/// with a point is a release.
fn numbers(source: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for passage in source.split("constraint").skip(1) {
        let passage = passage.split('\n').next().unwrap_or_default();
        let (head, tail) = passage.split_once(':').unwrap_or((passage, ""));
        let words = words(head).chain(words(tail).filter(|word| !word.contains('.')));
        let mut range = false;
        for word in words {
            if is_number(word) {
                match all.last().filter(|_| range) {
                    Some(first) => all.extend(between(first, word)),
                    None => all.push(word.to_owned()),
                }
            }
            range = word == "to";
        }
    }
    all
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.'));
    words.map(|word| word.trim_end_matches('.'))
}

fn is_number(word: &str) -> bool {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let letters = word.len() - digits.len();
    let counted = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match letters {
        0 => digits
            .split_once('.')
            .is_some_and(|(a, b)| counted(a) && counted(b)),
        1 | 2 => counted(digits),
        _ => false,
    }
}

/// `C2`, `C3` for `C1` and `C3`.
fn between(first: &str, last: &str) -> Vec<String> {
    let letters: String = first.chars().take_while(char::is_ascii_uppercase).collect();
    let count = |text: &str| -> Option<u32> { text.strip_prefix(&letters)?.parse().ok() };
    let (Some(from), Some(to)) = (count(first), count(last)) else {
        return Vec::new();
    };
    (from + 1..=to).map(|n| format!("{letters}{n}")).collect()
}

pub(super) fn page() -> String {
    let cited = cited();
    let all = constraints();
    let checked = all.iter().filter(|c| cited.contains_key(c.number)).count();
    let mut page = HEAD.to_owned();
    _ = writeln!(
        page,
        "{} constraints; rules are about {checked} of them.\n\n| | | constraint | rules, or why there is none |\n|---|---|---|---|",
        all.len()
    );
    for constraint in &all {
        let rules = cited.get(constraint.number).map(Vec::as_slice);
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
