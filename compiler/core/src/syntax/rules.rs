//! What can be wrong with the text of a configuration. Found while it is parsed, so these rules have no
//! check of their own; the registry in `oakc_check::rules` lists them with the others.

use oakc_diag::{Rule, Severity};

/// The text is not TOML or YAML, or uses a part of them that an application has no use for.
pub static SYNTAX: Rule = Rule {
    code: "OAK001",
    name: "syntax",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "The file is not well-formed TOML or YAML.",
    docs: include_str!("rules/syntax.md"),
};

/// One table has the same key twice.
pub static DUPLICATE_KEY: Rule = Rule {
    code: "OAK002",
    name: "duplicate-key",
    level: Severity::Error,
    adjustable: false,
    constraints: &[],
    summary: "A key is written twice in one table.",
    docs: include_str!("rules/duplicate_key.md"),
};
