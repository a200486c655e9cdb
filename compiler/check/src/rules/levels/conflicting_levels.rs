//! One rule at two levels in one place.

use oakc_diag::{Rule, Severity};

pub(crate) static RULE: Rule = Rule {
    code: "OAK025",
    name: "conflicting-levels",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "One rule is given two levels in the same place.",
    docs: include_str!("conflicting_levels.md"),
};
