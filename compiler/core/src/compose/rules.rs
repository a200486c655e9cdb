//! What can be wrong with how an application is put together. Found while that is done, so these rules
//! have no check of their own; the registry in `oakc_check::rules` lists them with the others.

use oakc_diag::{Rule, Severity};

/// A base that extends itself, or too many of them.
pub static ENDLESS_EXTENDS: Rule = Rule {
    code: "OAK044",
    name: "endless-extends",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "Files extend each other in a circle, or in too long a chain.",
    docs: include_str!("rules/endless_extends.md"),
};

/// A profile that nobody has declared.
pub static UNKNOWN_PROFILE: Rule = Rule {
    code: "OAK045",
    name: "unknown-profile",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "The profile that was asked for is not in `[profiles]`.",
    docs: include_str!("rules/unknown_profile.md"),
};
