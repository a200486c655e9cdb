//! The secrets that a package names.
//!
//! In: the module `oakc.params` of a bundle, whose first line says which of its names are secrets, and the last line of a
//! script, which says where in it secrets stand. Out: their values, and
//! texts and bytes without them. Never: Python that runs, or a secret that no script names: one in another text only
//! is a text like any other.

use std::collections::BTreeMap;

use oakc_diag::HIDDEN;

use super::packed_params::{Value, line};
use super::{ASSET, Bundle, literal, marks};
use crate::package::inspect::Package;

/// How the line begins that names the secrets of a module.
const MARK: &str = "# oakc secrets: ";

/// The module with the params.
pub const PARAMS: &str = "oakc.params";

/// Values that nobody may see, by the names of their params.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Secrets(BTreeMap<String, String>);

/// The line that names the secrets of a module; empty where it has none.
pub(crate) fn mark<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.collect();
    if names.is_empty() {
        return String::new();
    }
    format!("{MARK}{}\n", names.join(", "))
}

impl From<BTreeMap<String, String>> for Secrets {
    /// Values by the names of their params; an empty one hides nothing.
    fn from(mut values: BTreeMap<String, String>) -> Self {
        values.retain(|_, value| !value.is_empty());
        Self(values)
    }
}

impl Secrets {
    /// Those that scripts name.
    pub fn of_scripts<'a>(scripts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let scripts = scripts.into_iter();
        let texts = scripts.filter_map(|bytes| std::str::from_utf8(bytes).ok());
        let named = texts.flat_map(|text| match Bundle::read(text) {
            Some(bundle) => {
                let params = bundle.modules.get(PARAMS);
                let params = params.map(|module| named(&module.text)).unwrap_or_default();
                [params, marked(&bundle.main)].concat()
            }
            None => marked(text),
        });
        Self::from(named.collect::<BTreeMap<_, _>>())
    }

    /// Those that the scripts of a package name.
    pub fn of_package(package: &Package<'_>) -> Self {
        let assets = package.assets.iter().flat_map(|map| &map.map);
        let scripts = assets.filter(|(uri, _)| uri.rsplit('/').next() == Some(ASSET));
        Self::of_scripts(scripts.filter_map(|(_, entry)| package.asset(entry)))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of one.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Their names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    /// Whether one of the others has this value.
    pub fn holds(&self, value: &str) -> bool {
        self.0.values().any(|it| it == value)
    }

    /// A text without them.
    pub fn masked(&self, text: &str) -> String {
        self.replaced(text, |_| HIDDEN)
    }

    /// A text with something else in place of each value.
    pub fn replaced<'r>(&self, text: &str, stand_in: impl Fn(&str) -> &'r str) -> String {
        let forms = self.forms();
        let forms = forms.iter();
        forms.fold(text.to_owned(), |text, (form, value)| {
            text.replace(form, stand_in(value))
        })
    }

    /// A bundle without them.
    pub fn masked_bundle(&self, bundle: &Bundle) -> Bundle {
        let mut masked = bundle.clone();
        masked.main = self.masked(&bundle.main).into();
        for module in masked.modules.values_mut() {
            module.text = self.masked(&module.text).into();
        }
        for (_, value) in masked.logged.iter_mut().flat_map(|it| &mut it.settings) {
            if let Value::Str(text) = value {
                *text = self.masked(text);
            }
        }
        masked
    }

    /// Bytes with as many stars in place of each value, wherever it stands; none where they hold none.
    pub fn masked_bytes(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut masked = None;
        for (form, _) in self.forms() {
            for at in places(bytes, form.as_bytes()) {
                let all = masked.get_or_insert_with(|| bytes.to_vec());
                let end = at.saturating_add(form.len());
                if let Some(found) = all.get_mut(at..end) {
                    found.fill(b'*');
                }
            }
        }
        masked
    }

    /// What each value looks like: as it is, and in literals; the longest first, since one may be part of another.
    fn forms(&self) -> Vec<(String, &str)> {
        let mut forms = Vec::new();
        for value in self.0.values() {
            let once = escaped(value);
            forms.push((escaped(&once), value.as_str()));
            forms.push((once, value));
            forms.push((value.clone(), value));
        }
        forms.sort_by(|(a, _), (b, _)| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        forms.dedup();
        forms
    }
}

/// The inside of a literal.
fn escaped(text: &str) -> String {
    let mut quoted = String::new();
    literal::write(&mut quoted, text);
    let inner = quoted.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
    inner.unwrap_or(text).to_owned()
}

/// Where `form` begins.
fn places(bytes: &[u8], form: &[u8]) -> Vec<usize> {
    let windows = bytes.windows(form.len().max(1)).enumerate();
    let found = windows.filter(|(_, window)| *window == form);
    found.map(|(at, _)| at).collect()
}

/// The secrets in the text of a script, by name.
fn marked(script: &str) -> Vec<(String, String)> {
    let values = marks::read(script).and_then(|marked| marked.values());
    let values = values.into_iter().flatten();
    values
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// The secrets of a module with params, by name.
fn named(module: &str) -> Vec<(String, String)> {
    let Some((first, rest)) = module.split_once('\n') else {
        return Vec::new();
    };
    let Some(names) = first.strip_prefix(MARK) else {
        return Vec::new();
    };
    let names: Vec<_> = names.split(", ").collect();
    let found = rest.lines().filter_map(|text| {
        let (name, value) = line(text)?;
        let text = match value {
            Value::Str(text) => text,
            Value::Int(number) => number.to_string(),
            Value::Float(number) => number.to_string(),
            _ => return None,
        };
        names.contains(&name).then(|| (name.to_owned(), text))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(values: &[(&str, &str)]) -> Secrets {
        let values = values.iter();
        let values = values.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        values.collect::<BTreeMap<_, _>>().into()
    }

    #[test]
    fn only_a_module_with_the_line_names_secrets() {
        let text = format!(
            "{}a = \"x\\ny z\"\nn = 123456\nserver = \"s\"\n",
            mark(["a", "n"].into_iter())
        );
        let expected = [("a", "x\ny z"), ("n", "123456")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(named(&text), expected);
        assert_eq!(named("a = \"x\"\n"), []);
        assert_eq!(mark([].into_iter()), "");
    }

    #[test]
    fn a_value_is_hidden_in_literals_too_and_bytes_keep_their_length() {
        let secrets = secrets(&[("a", "x\"y\nz"), ("b", "x\"y\nz-longer")]);
        for text in [
            "x\"y\nz",
            "\"x\\\"y\\nz-longer\"",
            "x\\\\\\\"y\\\\nz",
            "x\"y\nz-longer",
        ] {
            let masked = secrets.masked(text);
            assert!(masked.contains(HIDDEN) && !masked.contains('z'), "{masked}");
            let bytes = secrets.masked_bytes(text.as_bytes()).unwrap();
            assert_eq!(bytes.len(), text.len());
            assert!(!bytes.contains(&b'z'), "{bytes:?}");
        }
        assert_eq!(secrets.masked_bytes(b"nothing"), None);
    }
}
