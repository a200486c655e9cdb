//! JSON texts, read by hand so that an error names the place in the words of the text.
//!
//! In: a text. Out: [`Item`]s, values that know where they stand, or a [`JsonError`]. Never: a value that is silently
//! converted; only `null` is the same as nothing.

use std::fmt;

use serde_json::Value;

/// A text is not what a description of a model should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{file}`: {problem}")]
pub struct JsonError {
    /// The name of the file with the text.
    pub file: String,
    /// What is wrong, and where.
    pub problem: String,
}

/// Parses a text.
pub(crate) fn parse(file: &str, bytes: &[u8]) -> Result<Value, JsonError> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    serde_json::from_slice(text).map_err(|error| JsonError {
        file: file.to_owned(),
        problem: format!("not valid JSON: {error}"),
    })
}

/// A value and where it stands.
pub(crate) struct Item<'a> {
    file: &'a str,
    path: String,
    value: &'a Value,
}

impl<'a> Item<'a> {
    pub(crate) fn root(file: &'a str, value: &'a Value) -> Self {
        Self {
            file,
            path: String::new(),
            value,
        }
    }

    /// An error about this value, e.g. `must be a list`.
    pub(crate) fn error(&self, problem: impl fmt::Display) -> JsonError {
        let problem = match self.path.as_str() {
            "" => problem.to_string(),
            path => format!("`{path}` {problem}"),
        };
        JsonError {
            file: self.file.to_owned(),
            problem,
        }
    }

    fn below(&self, step: &str, value: &'a Value) -> Self {
        let dot = if self.path.is_empty() || step.starts_with('[') {
            ""
        } else {
            "."
        };
        Self {
            file: self.file,
            path: format!("{}{dot}{step}", self.path),
            value,
        }
    }

    /// What stands under a key; nothing for `null`, and in what is not an object.
    pub(crate) fn get(&self, key: &str) -> Option<Self> {
        let value = self.value.get(key).filter(|value| !value.is_null())?;
        Some(self.below(key, value))
    }

    /// What has to stand under a key.
    pub(crate) fn need(&self, key: &str) -> Result<Self, JsonError> {
        if !self.value.is_object() {
            return Err(self.error("must be an object"));
        }
        self.get(key)
            .ok_or_else(|| self.error(format_args!("has no `{key}`")))
    }

    /// The first of several keys that is there.
    pub(crate) fn any(&self, keys: &[&str]) -> Option<Self> {
        keys.iter().find_map(|key| self.get(key))
    }

    pub(crate) fn is_list(&self) -> bool {
        self.value.is_array()
    }

    pub(crate) fn items(&self) -> Result<Vec<Self>, JsonError> {
        let items = self.value.as_array();
        let items = items.ok_or_else(|| self.error("must be a list"))?;
        let items = items.iter().enumerate();
        Ok(items
            .map(|(index, value)| self.below(&format!("[{index}]"), value))
            .collect())
    }

    pub(crate) fn entries(&self) -> Result<Vec<(&'a str, Self)>, JsonError> {
        let entries = self.value.as_object();
        let entries = entries.ok_or_else(|| self.error("must be an object"))?;
        Ok(entries
            .iter()
            .map(|(key, value)| (key.as_str(), self.below(key, value)))
            .collect())
    }

    pub(crate) fn text(&self) -> Result<&'a str, JsonError> {
        self.value
            .as_str()
            .ok_or_else(|| self.error("must be a text"))
    }

    pub(crate) fn whole(&self) -> Result<u32, JsonError> {
        let number = self.value.as_u64().and_then(|n| u32::try_from(n).ok());
        number.ok_or_else(|| self.error("must be a whole number that is not negative"))
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "the device has 32 bits for it"
    )]
    pub(crate) fn number(&self) -> Result<f32, JsonError> {
        let number = self.value.as_f64().map(|number| number as f32);
        let number = number.filter(|number| number.is_finite());
        number.ok_or_else(|| self.error("must be a number"))
    }

    /// A list whose items are all read alike.
    pub(crate) fn list<T>(
        &self,
        read: impl Fn(&Self) -> Result<T, JsonError>,
    ) -> Result<Vec<T>, JsonError> {
        self.items()?.iter().map(read).collect()
    }
}

/// What an optional value says, if it is there.
pub(crate) fn optional<'a, T>(
    item: Option<Item<'a>>,
    read: impl FnOnce(&Item<'a>) -> Result<T, JsonError>,
) -> Result<Option<T>, JsonError> {
    item.map(|item| read(&item)).transpose()
}
