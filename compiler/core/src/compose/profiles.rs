//! `[profiles.NAME]`: the tree with all of them in, those that there are out; and the one that was asked
//! for.

use oakc_diag::{Diagnostic, Diagnostics, Span};

use super::layer::{self, Layer};
use super::{Parts, rules};
use crate::Profile;
use crate::config::language::IN_PROFILES;
use crate::config::{Document, Suggestion};
use crate::syntax::{Entry, Language, NodeValue, Table};

/// The section that holds them.
const KEY: &str = "profiles";

/// The profiles of an application.
#[derive(Default)]
pub(super) struct Profiles {
    found: Vec<(Entry, Language)>,
    language: Option<Language>,
}

/// Takes the profiles out of a tree, and checks that their keys are sections.
pub(super) fn take(
    tree: &mut Table,
    parts: &Parts,
    language: Language,
    diagnostics: &mut Diagnostics,
) -> Profiles {
    let mut profiles = Profiles {
        language: Some(language),
        ..Profiles::default()
    };
    let Some(section) = layer::take(tree, KEY) else {
        return profiles;
    };
    let written = |place: Span| parts.file(place).map_or(language, |file| file.language);
    let mut document = Document::new(written(section.span), diagnostics);
    let Some(table) = document.table(&section) else {
        return profiles;
    };
    for entry in &table.entries {
        let language = written(entry.key_span);
        let mut document = Document::new(language, diagnostics);
        let Some(table) = document.table(&entry.value) else {
            continue;
        };
        document.check_keys(table, IN_PROFILES, "a section of a profile");
        profiles.found.push((entry.clone(), language));
    }
    profiles
}

impl Profiles {
    /// The profile that is wanted; `root` is all of the application.
    pub(super) fn choose(
        self,
        wanted: Profile<'_>,
        root: Span,
        diagnostics: &mut Diagnostics,
    ) -> Option<Layer> {
        let Some((entry, language)) = self
            .found
            .iter()
            .find(|(entry, _)| entry.key == wanted.name)
        else {
            let unknown = self.unknown(wanted, root);
            diagnostics.push(unknown);
            return None;
        };
        let NodeValue::Table(table) = &entry.value.value else {
            return None;
        };
        Some(Layer {
            table: table.clone(),
            root: entry.value.span,
            language: *language,
        })
    }

    fn unknown(&self, wanted: Profile<'_>, root: Span) -> Diagnostic {
        let name = wanted.name;
        let (place, label) = match wanted.written {
            Some(written) => (written, "asked for here"),
            None => (Span::new(root.file, 0, 0), ""),
        };
        let names = || self.found.iter().map(|(entry, _)| entry.key.as_str());
        let message = format!("the application has no profile `{name}`");
        let diagnostic = Diagnostic::new(&rules::UNKNOWN_PROFILE, message).label(place, label);
        Suggestion::of(name, names()).or_help(diagnostic, || {
            let all: Vec<_> = names().collect();
            if all.is_empty() {
                let language = self.language.unwrap_or(Language::Toml);
                format!("declare it: {}", language.table(&[KEY, name]))
            } else {
                format!("possible: {}", all.join(", "))
            }
        })
    }
}
