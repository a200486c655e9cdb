//! The oakc that an application needs.
//!
//! In: `app.oakc`. Out: an error where this oakc is older. Never: an end of the reading, as what else is wrong may be what
//! only a newer oakc knows.

use oakc_diag::Diagnostic;

use super::reader::Reader;
use super::rules;
use crate::syntax::{Entry, NodeValue};

/// Major, minor and patch.
type Version = [u64; 3];

const OWN: &str = env!("CARGO_PKG_VERSION");

impl Reader<'_> {
    /// Reports a section `[app]` that needs a newer oakc.
    pub(super) fn check_oakc(&mut self, app: &Entry, needed: &str) {
        let (message, help) = match (least(needed), least(OWN)) {
            (None, _) => (
                format!("`{needed}` does not say which oakc is needed"),
                format!(
                    "write the least version that will do, e.g. `\">={}\"`",
                    short(OWN)
                ),
            ),
            (Some(least), Some(own)) if own < least => (
                format!("this is oakc {OWN}, and the application needs {needed}"),
                "install that version; keys that are unknown here may be known there".to_owned(),
            ),
            (Some(_), _) => return,
        };
        let written = match &app.value.value {
            NodeValue::Table(table) => table.entry("oakc"),
            _ => None,
        };
        let span = written.map_or(app.key_span, |entry| entry.value.span);
        self.report(
            Diagnostic::new(&rules::OLDER_OAKC, message)
                .label(span, "the oakc that is needed")
                .help(help),
        );
    }
}

/// The version in `>=1.2.3`, `1.2` or `1`; what is missing is 0.
fn least(text: &str) -> Option<Version> {
    let text = text.trim();
    let text = text.strip_prefix(">=").unwrap_or(text).trim_start();
    let parts: Vec<_> = text.split('.').collect();
    let mut version = Version::default();
    if parts.len() > version.len() {
        return None;
    }
    for (number, part) in version.iter_mut().zip(parts) {
        let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        *number = part.parse().ok().filter(|_| digits)?;
    }
    Some(version)
}

/// A version without its patch.
fn short(version: &str) -> &str {
    version.rsplit_once('.').map_or(version, |(short, _)| short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_has_one_to_three_numbers() {
        assert_eq!(least(">=0.3"), Some([0, 3, 0]));
        assert_eq!(least(" >= 1.2.3 "), Some([1, 2, 3]));
        assert_eq!(least("2"), Some([2, 0, 0]));
        assert!(least("0.10") > least("0.9.9"));
        for wrong in [
            "",
            ">=",
            "<2",
            "^1",
            "1.",
            "1.x",
            "1.2.3.4",
            "+1",
            "99999999999999999999",
        ] {
            assert_eq!(least(wrong), None, "{wrong}");
        }
    }
}
