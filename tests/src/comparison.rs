//! One description, built by the library and by oakc.

use oakc_check::rules;
use oakc_core::syntax::Language;
use serde_json::{Value, json};

use crate::compare::{difference, differences};
use crate::config_text;
use crate::description::translate;
use crate::package::build;
use crate::reference::Reference;
use crate::world::TestWorld;

/// Both languages of a configuration.
pub const LANGUAGES: [Language; 2] = [Language::Toml, Language::Yaml];

/// The outcome of a description on both sides.
#[derive(Debug)]
pub struct Comparison {
    /// The library's package, or what it says when it refuses.
    pub library: Result<Vec<u8>, String>,
    /// oakc's package, or its diagnostics.
    pub ours: Result<Vec<u8>, String>,
    /// The configuration that oakc read.
    pub config: String,
}

impl Comparison {
    /// Builds `description` both ways. All rules that can be allowed are off, because the library has
    /// no such rules.
    pub fn of(reference: &mut Reference, description: &Value, language: Language) -> Self {
        let mut translation = translate(description);
        let rules = adjustable_rules();
        translation.config["lint"] = json!({ "allow": rules });
        let config = match language {
            Language::Toml => config_text::toml(&translation.config),
            Language::Yaml => config_text::yaml(&translation.config),
        };
        // Blobs have absolute paths.
        let world = TestWorld::new("/", translation.files);
        Self {
            library: reference.build(description, "fake"),
            ours: build(&config, language, &world),
            config,
        }
    }

    /// What differs; empty if both packages are equal.
    pub fn problems(&self) -> Vec<String> {
        match (&self.library, &self.ours) {
            (Ok(library), Ok(ours)) => {
                let mut found = differences(library, ours);
                let said = difference(library, ours);
                if found.is_empty() != said.is_empty() {
                    found.push(format!("oakc diff says: {}", said.page()));
                }
                found
            }
            (Ok(_), Err(text)) => vec![format!("only oakc refuses:\n{}\n{text}", self.config)],
            (Err(text), Ok(_)) => {
                vec![format!("only the library refuses: {text}\n{}", self.config)]
            }
            (Err(text), Err(_)) => vec![format!("both refuse: {text}")],
        }
    }
}

/// The rules that a configuration can allow, by name.
pub fn adjustable_rules() -> Vec<&'static str> {
    rules::adjustable().map(|rule| rule.name).collect()
}

/// Fails with the first failures, if there are any.
pub fn assert_none(failed: &[String], of: usize) {
    let shown: Vec<_> = failed.iter().take(50).cloned().collect();
    let count = failed.len();
    assert!(
        failed.is_empty(),
        "{count} of {of} differ:\n{}",
        shown.join("\n")
    );
}
