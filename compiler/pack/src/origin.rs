//! Where a package comes from: the application, its parameters and its firmware, for the manifest and for
//! whoever asks later what is on a camera. Never: a secret.

use std::collections::BTreeMap;
use std::path::Path;

use oakc_core::config::{Config, sounds_secret};
use oakc_core::syntax::NodeValue;
use oakc_diag::HIDDEN;
use serde_json::{Map, Number, Value, json};

use crate::firmware::StoredFirmware;

/// What a package was made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    /// The name of the configuration file.
    pub configuration: String,
    /// The files that it builds on, by their paths relative to its directory, each with the SHA-256 of its
    /// bytes.
    pub extends: BTreeMap<String, String>,
    /// The profile that was chosen.
    pub profile: Option<String>,
    /// The application's name; may be empty.
    pub name: String,
    /// Its version, if it says one.
    pub version: Option<String>,
    /// The values of its parameters, those given from outside included.
    pub params: BTreeMap<String, Value>,
    /// Its firmware.
    pub firmware: FirmwareOrigin,
}

/// The firmware of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirmwareOrigin {
    /// The release that it is of.
    pub release: String,
    /// The commit that it was built from.
    pub commit: String,
    /// Which of the release's images, or `custom`.
    pub variant: String,
    /// The SHA-256 of the image.
    pub sha256: String,
    /// Whether the package holds it compressed.
    pub compressed: bool,
}

impl Origin {
    /// The origin of a package of this application, whose configuration is at `path`, with this firmware.
    pub fn of(config: &Config, path: &Path, firmware: &StoredFirmware) -> Self {
        let params = config.params.iter();
        let params = params.map(|(name, value)| {
            let secret = config.secrets.contains_key(name);
            let value = if secret { HIDDEN.into() } else { plain(value) };
            (name.clone(), masked(value, config))
        });
        let shared = config.parts.shared();
        let shared = shared.map(|file| (file.path.clone(), file.sha256.clone()));
        let file_name = path.file_name().unwrap_or_default();
        Self {
            configuration: file_name.to_string_lossy().into_owned(),
            extends: shared.collect(),
            profile: config.parts.profile.clone(),
            name: config.app.name.clone(),
            version: config.app.version.clone(),
            params: params.collect(),
            firmware: FirmwareOrigin::of(firmware),
        }
    }

    /// The same for programs.
    pub fn json(&self) -> Value {
        let firmware = &self.firmware;
        json!({
            "application": {
                "configuration": self.configuration,
                "extends": self.extends,
                "profile": self.profile,
                "name": self.name,
                "version": self.version,
            },
            "params": self.params,
            "firmware": {
                "release": firmware.release,
                "commit": firmware.commit,
                "variant": firmware.variant,
                "sha256": firmware.sha256,
                "compressed": firmware.compressed,
            },
        })
    }
}

impl FirmwareOrigin {
    pub(crate) fn of(firmware: &StoredFirmware) -> Self {
        let image = &firmware.image;
        Self {
            release: image.release_version().to_owned(),
            commit: image.commit().to_owned(),
            variant: image.variant().map_or("custom", |it| it.name()).to_owned(),
            sha256: image.sha256().to_owned(),
            compressed: firmware.compressed.is_some(),
        }
    }
}

/// An entry of a parameter that is a table. Its name may say that it is a secret.
fn param(name: &str, value: &NodeValue) -> Value {
    if sounds_secret(name) {
        return HIDDEN.into();
    }
    plain(value)
}

/// The same without secrets in its texts.
fn masked(value: Value, config: &Config) -> Value {
    match value {
        Value::String(text) => config.masked(&text).into(),
        Value::Array(items) => items.into_iter().map(|it| masked(it, config)).collect(),
        Value::Object(entries) => {
            let entries = entries.into_iter();
            let entries = entries.map(|(key, value)| (key, masked(value, config)));
            Value::Object(entries.collect())
        }
        other => other,
    }
}

fn plain(value: &NodeValue) -> Value {
    match value {
        NodeValue::Null | NodeValue::Reported => Value::Null,
        NodeValue::Bool(value) => (*value).into(),
        NodeValue::Int(value) => match i64::try_from(*value) {
            Ok(value) => value.into(),
            Err(_) => value.to_string().into(),
        },
        NodeValue::Float(value) => Number::from_f64(*value).into(),
        NodeValue::Str(text) => without_password(text).into(),
        NodeValue::List(items) => items.iter().map(|item| plain(&item.value)).collect(),
        NodeValue::Table(table) => {
            let entries = table.entries.iter();
            let entries =
                entries.map(|entry| (entry.key.clone(), param(&entry.key, &entry.value.value)));
            entries.collect::<Map<_, _>>().into()
        }
    }
}

/// A text without what stands before the host of an address: `mqtt://user:word@host`.
fn without_password(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.to_owned();
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    match authority.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}://{HIDDEN}@{host}{path}"),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_left_out_by_name_and_where_an_address_contains_them() {
        let text = |text: &str| NodeValue::Str(text.to_owned());
        for name in ["mqtt_password", "Token", "wifi-passphrase", "client_secret"] {
            assert_eq!(param(name, &text("hunter2")), HIDDEN, "{name}");
        }
        assert_eq!(param("server", &text("10.0.0.7")), "10.0.0.7");
        for (address, shown) in [
            (
                "mqtt://me:hunter2@host:1883/a@b",
                "mqtt://***@host:1883/a@b",
            ),
            ("http://host/a@b", "http://host/a@b"),
            ("rtsp://host", "rtsp://host"),
        ] {
            assert_eq!(param("server", &text(address)), shown);
        }
        assert_eq!(param("fps", &NodeValue::Float(1.5)), 1.5);
        assert_eq!(param("port", &NodeValue::Int(-3)), -3);
    }
}
