//! Levels for rules whose level cannot be changed.

use oakc_diag::{Rule, Severity};

pub(crate) static RULE: Rule = Rule {
    code: "OAK029",
    name: "fixed-level",
    level: Severity::Warning,
    adjustable: false,
    constraints: &[],
    summary: "A level is set for a rule whose level cannot be changed.",
    docs: include_str!("fixed_level.md"),
};
