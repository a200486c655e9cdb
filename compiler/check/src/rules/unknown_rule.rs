//! Names of rules that oakc does not have. Found where levels are read, in `levels`.

use oakc_diag::{Rule, Severity};

/// A rule name that there is not.
pub(crate) static UNKNOWN_RULE: Rule = Rule {
    code: "OAK024",
    name: "unknown-rule",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "`[lint]` or a comment names a rule that oakc does not have.",
    docs: include_str!("unknown_rule.md"),
};
