//! Names of rules that oakc does not have.

use oakc_diag::{Rule, Severity};

pub(crate) static RULE: Rule = Rule {
    code: "OAK024",
    name: "unknown-rule",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "`[lint]` or a comment names a rule that oakc does not have.",
    docs: include_str!("unknown_rule.md"),
};
