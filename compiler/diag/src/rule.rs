//! What identifies a check.
//!
//! In: nothing; rules are constants. Out: code, name, level, explanation, and the address of its page.
//! Never: a decision; that is the business of the crate that declares the rule.

use serde::{Deserialize, Serialize};

/// The page that explains every rule, each under a heading of its name.
const RULES_PAGE: &str = "https://github.com/oakc/oakc/blob/main/docs/rules.md";

/// How bad a problem is. Ordered from worst to mildest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The device will not run it, or the input cannot be understood.
    Error,
    /// The device runs it, but drops, stalls or changes something.
    Warning,
    /// Nothing is wrong, but it is worth knowing.
    Info,
}

impl Severity {
    /// The word used in every output format: `error`, `warning` or `info`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// A kind of problem. Meant for statics; two rules are the same if their codes are.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Stable code, `OAK012`.
    pub code: &'static str,
    /// Stable name that reads after "allow": `host-dependent-node`.
    pub name: &'static str,
    /// Severity unless the user chose another.
    pub level: Severity,
    /// Whether the user can choose another level. One without which the package would be refused or
    /// broken stays as it is.
    pub adjustable: bool,
    /// The constraints of the device that it covers, by their numbers in docs/constraints.md: `S6`, or
    /// `3.6` for a whole section.
    pub constraints: &'static [&'static str],
    /// One sentence for lists of rules.
    pub summary: &'static str,
    /// The whole explanation, Markdown.
    pub docs: &'static str,
}

impl Rule {
    /// Whether a text means this rule: it is its name, or its code in upper or lower case.
    pub fn is_called(&self, text: &str) -> bool {
        self.name == text || self.code.eq_ignore_ascii_case(text)
    }

    /// Address of the explanation on the web.
    pub fn url(&self) -> String {
        format!("{RULES_PAGE}#{}", self.name)
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for Rule {}
