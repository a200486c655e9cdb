//! The params of an imported application.
//!
//! In: the modules `oakc.params` of its scripts, and the secrets that these name. Out: the section `params`, in which a secret
//! is declared and has no value; the values for oakc's own use; and everything else without them. Never: a secret in a text
//! or a file that is written.

use std::collections::BTreeMap;
use std::sync::Arc;

use oakc_core::Override;
use oakc_core::bundle::packed_params::{self, Value};
use oakc_core::bundle::secrets::PARAMS;
use oakc_core::bundle::{ASSET, Bundle, Secrets, marks};
use oakc_core::config::sounds_secret;
use oakc_runtime_schema::reflect::Asset;

use super::document::{Entry, Literal, Precision};
use super::literal::escaped;
use super::original::Original;

/// The package of `oakc.params`.
const PACKAGE: &str = "oakc";

/// The params that modules have said so far.
#[derive(Debug, Default)]
pub(super) struct Params {
    values: BTreeMap<String, Value>,
    secrets: Secrets,
    /// Secrets that were filled into a script.
    filled: BTreeMap<String, Value>,
}

impl Params {
    /// Those of an application whose secrets are known.
    pub(super) fn new(secrets: Secrets) -> Self {
        Self {
            values: BTreeMap::new(),
            secrets,
            filled: BTreeMap::new(),
        }
    }

    /// Takes the generated module out of a bundle, if it says nothing else than those before it.
    pub(super) fn take(&mut self, bundle: &mut Bundle) {
        let read = bundle.modules.get(PARAMS);
        let Some(read) = read.and_then(|module| packed_params::read(&module.text)) else {
            return;
        };
        let fits = |(name, value): &(String, Value)| {
            self.values.get(name).is_none_or(|known| known == value)
        };
        if !read.iter().all(fits) {
            return;
        }
        self.values.extend(read);
        bundle.modules.remove(PARAMS);
        let inside = format!("{PACKAGE}.");
        if !bundle.modules.keys().any(|name| name.starts_with(&inside)) {
            bundle.modules.remove(PACKAGE);
        }
    }

    /// The script as the template into which secrets were filled; none if that is not known of it.
    pub(super) fn unfilled(&mut self, script: &[u8]) -> Option<String> {
        let marked = marks::read(std::str::from_utf8(script).ok()?)?;
        let template = marked.template()?;
        let values = marked.values()?.into_iter();
        let values = values.map(|(name, value)| (name.to_owned(), Value::Str(value.to_owned())));
        self.filled.extend(values);
        Some(template)
    }

    /// A bundle without secrets; whether it had any.
    pub(super) fn masked_bundle(&self, bundle: &Bundle) -> (Bundle, bool) {
        let masked = self.secrets.masked_bundle(bundle);
        let changed = masked != *bundle;
        (masked, changed)
    }

    /// The same for a text that is an asset; none where nothing has to be hidden.
    pub(super) fn masked_asset(&self, asset: &Asset) -> Option<Asset> {
        let text = std::str::from_utf8(&asset.bytes).ok()?;
        let masked = self.secrets.masked(text);
        let bytes: Arc<[u8]> = masked.as_bytes().into();
        (masked != text).then_some(Asset {
            bytes,
            alignment: asset.alignment,
        })
    }

    /// The section.
    pub(super) fn section(&self) -> Vec<Entry> {
        let mut all: BTreeMap<_, _> = self.filled.iter().collect();
        all.extend(&self.values);
        let entries = all.into_iter().map(|(name, value)| {
            let value = match self.secrets.get(name) {
                Some(_) => declaration(name, value),
                // It may repeat a secret.
                None => self.referring(plain(name, value)),
            };
            Entry::new(name, value)
        });
        entries.collect()
    }

    /// The same section, with `${name}` where a secret stands in a text.
    pub(super) fn hide(&self, section: &mut Entry) {
        let value = std::mem::replace(&mut section.value, Literal::Bool(false));
        section.value = self.referring(value);
    }

    fn referring(&self, value: Literal) -> Literal {
        match value {
            Literal::Str(text) => {
                Literal::Str(self.secrets.iter().fold(text, |text, (name, value)| {
                    text.replace(&escaped(value), &format!("${{{name}}}"))
                }))
            }
            Literal::List(items) => {
                Literal::List(items.into_iter().map(|it| self.referring(it)).collect())
            }
            Literal::Table(entries) => Literal::Table(self.all(entries)),
            Literal::Record(entries) => Literal::Record(self.all(entries)),
            other => other,
        }
    }

    fn all(&self, mut entries: Vec<Entry>) -> Vec<Entry> {
        for entry in &mut entries {
            self.hide(entry);
        }
        entries
    }
}

/// The secrets that the scripts of an application name.
pub(super) fn secrets(original: &Original) -> Secrets {
    let nodes = original.nodes.values();
    let scripts = nodes.filter_map(|node| node.assets.get(ASSET));
    Secrets::of_scripts(scripts.map(|script| &*script.bytes))
}

/// What oakc itself sets the secrets to, to build the application again.
pub(super) fn overrides(secrets: &Secrets) -> Vec<Override> {
    let overrides = secrets.iter().map(|(name, value)| Override {
        name: name.to_owned(),
        value: value.to_owned(),
        written: None,
    });
    overrides.collect()
}

/// How a secret is declared. A number has a value that cannot be a secret, so that it has to be set all the same.
fn declaration(name: &str, value: &Value) -> Literal {
    let mut entries = vec![
        Entry::new("secret", Literal::Bool(true)),
        Entry::text("env", name.to_ascii_uppercase()),
    ];
    match value {
        Value::Int(_) => entries.push(Entry::new("value", Literal::Int(0))),
        Value::Float(_) => {
            entries.push(Entry::new("value", Literal::Float(0.0, Precision::Open)));
        }
        _ => {}
    }
    Literal::Record(entries)
}

/// How a value is written that is not a secret, also where it reads like the declaration of one.
fn plain(name: &str, value: &Value) -> Literal {
    let is_text = !matches!(value, Value::Bool(_) | Value::List(_) | Value::Table(_));
    let mut entries = vec![Entry::new("value", literal(value))];
    match value {
        _ if is_text && sounds_secret(name) => {
            entries.insert(0, Entry::new("secret", Literal::Bool(false)));
        }
        Value::Table(keys) if keys.iter().any(|(key, _)| declares(key)) => {}
        value => return literal(value),
    }
    Literal::Record(entries)
}

/// Whether a table with this key declares a param.
fn declares(key: &str) -> bool {
    matches!(key, "value" | "env" | "file" | "secret")
}

fn literal(value: &Value) -> Literal {
    match value {
        Value::Bool(value) => Literal::Bool(*value),
        Value::Int(number) => Literal::Int(i128::from(*number)),
        Value::Float(number) => Literal::Float(*number, Precision::Open),
        Value::Str(text) => Literal::Str(escaped(text)),
        Value::List(items) => Literal::List(items.iter().map(literal).collect()),
        Value::Table(entries) => {
            let entries = entries.iter();
            let entries = entries.map(|(key, value)| Entry::new(key, literal(value)));
            Literal::Record(entries.collect())
        }
    }
}
