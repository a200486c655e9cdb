//! What no difference shows.
//!
//! In: the secrets of both sides. Out: texts and values without them. Never: a line that counts as the same on both sides
//! although a secret in it differs.

use oakc_core::bundle::Secrets;
use oakc_diag::HIDDEN;
use serde_json::Value as Json;

use super::values::Change;

/// Stands for a secret of the other side only; it is in no text that is compared by lines.
const OTHER: &str = "***\0";

/// The secrets of both sides.
#[derive(Debug)]
pub(super) struct Veil {
    all: Vec<Secrets>,
    before: Secrets,
}

impl Veil {
    pub(super) fn new(before: &Secrets, after: &Secrets) -> Self {
        let sides = [before, after].into_iter();
        let all = sides.filter(|side| !side.is_empty()).cloned().collect();
        Self {
            all,
            before: before.clone(),
        }
    }

    pub(super) fn text(&self, text: &str) -> String {
        self.replaced(text, |_| HIDDEN)
    }

    /// Two texts that differ where the originals do, for [`Veil::lifted`].
    pub(super) fn pair(&self, before: &str, after: &str) -> (String, String) {
        let of_after = |secret: &str| {
            if self.before.holds(secret) {
                HIDDEN
            } else {
                OTHER
            }
        };
        (self.text(before), self.replaced(after, of_after))
    }

    /// What was made from a pair, as it is shown.
    pub(super) fn lifted(text: &str) -> String {
        text.replace(OTHER, HIDDEN)
    }

    pub(super) fn bytes<'a>(&self, bytes: &'a [u8]) -> std::borrow::Cow<'a, [u8]> {
        match std::str::from_utf8(bytes) {
            Ok(text) if !self.all.is_empty() => self.text(text).into_bytes().into(),
            _ => bytes.into(),
        }
    }

    pub(super) fn changes(&self, changes: &mut [Change]) {
        for change in changes {
            change.path = self.text(&change.path);
            self.json(&mut change.before);
            self.json(&mut change.after);
        }
    }

    fn json(&self, value: &mut Json) {
        match value {
            Json::String(text) => *text = self.text(text),
            Json::Number(number) => {
                let is_secret = |side: &Secrets| side.holds(&number.to_string());
                if self.all.iter().any(is_secret) {
                    *value = HIDDEN.into();
                }
            }
            Json::Array(items) => items.iter_mut().for_each(|item| self.json(item)),
            Json::Object(entries) => entries.values_mut().for_each(|it| self.json(it)),
            _ => {}
        }
    }

    fn replaced<'r>(&self, text: &str, stand_in: impl Fn(&str) -> &'r str) -> String {
        let sides = self.all.iter();
        sides.fold(text.to_owned(), |text, side| {
            side.replaced(&text, &stand_in)
        })
    }
}
