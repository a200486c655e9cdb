//! A script whose log goes over the network: what is put around it, and the way back.
//!
//! In: settings, the texts that run and log, and those of the script and its modules. Out: one text, which runs the script
//! from a literal. So the lines of its tracebacks are those of its file, it can start again, and whatever ends it is known.
//! The way back runs nothing. Never: a digest of the build in the text before [`stamp`] puts it there.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::packed_params::Value;
use super::{Bundle, LOADER, Module, Rest, literal, write_modules};

/// What runs the script. Its first line tells the form.
const WATCH: &str = include_str!("watch.py");

/// How the text begins that [`write()`] writes, whatever the release of oakc.
const OPENING: &str = "exec(compile(\"# oakc logging 1\\n";

/// The module that logs.
pub(super) const LOG: &str = "oakc.log";

/// The module that looks up names.
const DNS: &str = "oakc.dns";

/// Stands where the digest of the build will be.
pub const NO_BUILD: &str = "----------------";

/// What `[logging]` adds to a script.
#[derive(Clone, Debug, PartialEq)]
pub struct Logged {
    /// What it is told, in order.
    pub settings: Vec<(String, Value)>,
    /// What tracebacks call the script.
    pub file: String,
    /// The text that runs it.
    watch: Arc<str>,
    /// The text of `oakc.log`.
    log: Arc<str>,
    /// The text of `oakc.dns`, where the receiver has to be looked up.
    dns: Option<Arc<str>>,
}

impl Eq for Logged {}

impl Logged {
    /// What this release of oakc adds.
    pub fn new(settings: Vec<(String, Value)>, file: &str, log: &str, dns: Option<&str>) -> Self {
        Self {
            settings,
            file: file.to_owned(),
            watch: WATCH.into(),
            log: log.into(),
            dns: dns.map(Arc::from),
        }
    }

    /// All of it but the digest of the build, which says nothing about a script, as lines of text.
    pub fn described(&self) -> String {
        let mut text = format!("script = {}\n", self.file);
        for (name, value) in self.settings.iter().filter(|(name, _)| name != "build") {
            text.push_str(name);
            text.push_str(" = ");
            value.write(&mut text);
            text.push('\n');
        }
        text.push_str(&self.watch);
        text.push_str(&self.log);
        text.push_str(self.dns.as_deref().unwrap_or_default());
        text
    }

    /// The text of a module that is there anyway.
    fn known(&self, name: &str) -> Option<&Arc<str>> {
        match name {
            LOG => Some(&self.log),
            DNS => self.dns.as_ref(),
            _ => None,
        }
    }

    /// A setting.
    pub fn setting(&self, name: &str) -> Option<&Value> {
        let mut named = self.settings.iter().filter(|(key, _)| key == name);
        named.next().map(|(_, value)| value)
    }
}

/// The one text.
pub(super) fn write(bundle: &Bundle, logged: &Logged) -> String {
    let mut text = "exec(compile(".to_owned();
    literal::write(&mut text, &logged.watch);
    text.push_str(",\"<oakc>/watch.py\",\"exec\"),{\"main\":globals(),\"settings\":");
    Value::Table(logged.settings.clone()).write(&mut text);
    text.push_str(",\"log_text\":");
    literal::write(&mut text, &logged.log);
    text.push_str(",\"dns_text\":");
    match &logged.dns {
        Some(dns) => literal::write(&mut text, dns),
        None => text.push('0'),
    }
    text.push_str(",\"modules\":");
    if bundle.modules.is_empty() {
        text.push('0');
    } else {
        text.push('[');
        literal::write(&mut text, LOADER);
        text.push_str(",{");
        write_modules(&mut text, &bundle.modules, |name, module| {
            logged.known(name) == Some(&module.text)
        });
        text.push_str("}]");
    }
    text.push_str(",\"file\":");
    literal::write(&mut text, &logged.file);
    text.push_str(",\"text\":");
    literal::write(&mut text, &bundle.main);
    text.push_str("})");
    text
}

/// Takes such a text apart; none for any other.
pub(super) fn read(text: &str) -> Option<Bundle> {
    if !text.starts_with(OPENING) {
        return None;
    }
    let mut rest = Rest(text);
    rest.take("exec(compile(")?;
    let watch = rest.literal()?;
    rest.take(",\"<oakc>/watch.py\",\"exec\"),{\"main\":globals(),\"settings\":")?;
    let Value::Table(settings) = rest.value()? else {
        return None;
    };
    rest.take(",\"log_text\":")?;
    let log = rest.literal()?.into();
    rest.take(",\"dns_text\":")?;
    let dns = match rest.take("0") {
        Some(()) => None,
        None => Some(rest.literal()?.into()),
    };
    let mut logged = Logged {
        settings,
        file: String::new(),
        watch: watch.into(),
        log,
        dns,
    };
    rest.take(",\"modules\":")?;
    let modules = modules(&mut rest, &logged)?;
    rest.take(",\"file\":")?;
    logged.file = rest.literal()?;
    rest.take(",\"text\":")?;
    let main = rest.literal()?.into();
    rest.take("})")?;
    Some(Bundle {
        main,
        modules,
        logged: Some(logged),
    })
}

fn modules(rest: &mut Rest<'_>, logged: &Logged) -> Option<BTreeMap<String, Module>> {
    let mut modules = BTreeMap::new();
    if rest.take("0").is_some() {
        return Some(modules);
    }
    rest.take("[")?;
    rest.literal()?;
    rest.take(",{")?;
    while rest.take("}]").is_none() {
        rest.take(",");
        let (name, module) = rest.module(|name| logged.known(name))?;
        modules.insert(name, module);
    }
    Some(modules)
}

/// Puts the digest of a build into the text of a logged script; whether it is one that has none yet.
pub fn stamp(asset: &mut [u8], build: &str) -> bool {
    // In the literals of the text each quote has a backslash before it, so this can only be the setting.
    let place = format!(", \"build\": \"{NO_BUILD}\"");
    if !asset.starts_with(OPENING.as_bytes()) {
        return false;
    }
    let at = asset
        .windows(place.len())
        .position(|window| window == place.as_bytes());
    let Some(at) = at else { return false };
    let start = at
        .saturating_add(place.len())
        .saturating_sub(NO_BUILD.len().saturating_add(1));
    let field = asset.get_mut(start..start.saturating_add(NO_BUILD.len()));
    let digits = build.as_bytes().get(..NO_BUILD.len());
    match (field, digits) {
        (Some(field), Some(digits)) => {
            field.copy_from_slice(digits);
            true
        }
        _ => false,
    }
}
