//! What a check has found: its severity, what was seen, why it matters, and the commands that mend it.

use serde::Serialize;

/// How bad it is. The worst comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A camera cannot be found or reached, or does not work.
    Fault,
    /// It works, but badly, or not for long.
    Warning,
    /// Worth knowing; nothing is wrong.
    Hint,
}

impl Severity {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fault => "fault",
            Self::Warning => "warning",
            Self::Hint => "hint",
        }
    }
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The name of the check.
    pub check: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The camera that it is about, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub camera: Option<String>,
    /// What was seen.
    pub seen: String,
    /// Why it matters.
    pub why: String,
    /// What mends it: commands for this system, or what to do by hand. The likeliest first.
    pub mend: Vec<String>,
}

impl Finding {
    /// A finding that is not about a certain camera.
    pub(crate) fn new(severity: Severity, seen: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            // The registry knows it.
            check: "",
            severity,
            camera: None,
            seen: seen.into(),
            why: why.into(),
            mend: Vec::new(),
        }
    }

    /// The same about a camera.
    pub(crate) fn about(mut self, camera: impl Into<String>) -> Self {
        self.camera = Some(camera.into());
        self
    }

    /// The same with something that mends it.
    pub(crate) fn mend(mut self, mend: impl Into<String>) -> Self {
        self.mend.push(mend.into());
        self
    }
}
