//! A script and its own modules as one text, which is all that the camera takes.
//!
//! In: the script and its modules. Out: the script's text with one expression put into it, which makes the modules known to
//! the interpreter; its lines stay where they are. The way back is [`Bundle::read`], which runs nothing. Never: a text that
//! reads as a bundle without being exactly what [`Bundle::write`] writes.
//!
//! The expression runs `loader.py`. That puts a finder into `sys.meta_path`, so the interpreter's own import system does
//! the rest: packages, cycles, relative imports, what is imported once. Its code has the name of the interpreter's
//! bootstrap, whose lines no traceback shows.

pub(crate) mod literal;
pub mod logged;
pub mod marks;
pub mod packed_params;
pub mod secrets;

use std::collections::BTreeMap;
use std::sync::Arc;

use oakc_script::{Entrance, Linkage};

pub use logged::Logged;
use packed_params::Value;
pub use secrets::Secrets;

/// What makes the modules known. Its first line tells the form of a bundle.
const LOADER: &str = include_str!("loader.py");

/// A script and its own modules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// The script, as in its file.
    pub main: Arc<str>,
    /// The modules by their dotted names.
    pub modules: BTreeMap<String, Module>,
    /// What sends its log, if anything does.
    pub logged: Option<Logged>,
}

/// The asset of a Script node that holds its program.
pub const ASSET: &str = "__script";

/// One module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// Its file as tracebacks name it; for a package without `__init__.py` its directory, which ends with `/`.
    pub file: String,
    /// Whether modules can be in it.
    pub is_package: bool,
    /// Its text.
    pub text: Arc<str>,
}

impl Module {
    /// The folder in which it was looked for under its dotted name, if that can be told: where it says `a.b` and
    /// its file is `lib/a/b.py`, that is `lib`.
    pub fn root(&self, name: &str) -> Option<&str> {
        let path = name.replace('.', "/");
        let own = if self.is_package {
            format!("{path}/__init__.py")
        } else {
            format!("{path}.py")
        };
        let folder = self.file.strip_suffix(&own)?;
        (folder.is_empty() || folder.ends_with('/')).then(|| folder.trim_end_matches('/'))
    }

    /// Whether it is a directory without a file of its own.
    pub fn is_namespace(&self) -> bool {
        self.file.ends_with('/')
    }
}

/// What stands around the expression, and where.
struct Place {
    at: usize,
    before: String,
    behind: &'static str,
    /// Where a parenthesis is closed.
    closed: Option<usize>,
}

impl Bundle {
    /// The one text; none for a script that does not parse.
    pub fn write(&self) -> Option<String> {
        if let Some(logged) = &self.logged {
            return Some(logged::write(self, logged));
        }
        let entrance = Linkage::read(&self.main)?.entrance;
        let place = Place::of(entrance, &self.main);
        let (head, tail) = self.main.split_at_checked(place.at)?;
        let (inner, rest) = match place.closed {
            Some(closed) => tail.split_at_checked(closed.checked_sub(place.at)?)?,
            None => (tail, ""),
        };
        let closing = if place.closed.is_some() { ")" } else { "" };
        let closed = place.closed.map_or("-1".to_owned(), |at| at.to_string());
        let (before, behind) = (&place.before, place.behind);
        let mut text = format!("{head}{before}{}", opening());
        for part in [
            &before.len().to_string(),
            ",",
            &behind.len().to_string(),
            ",",
            &closed,
            "],",
        ] {
            text.push_str(part);
        }
        text.push_str("\"main\":globals(),\"modules\":{");
        write_modules(&mut text, &self.modules, |_, _| false);
        text.push_str("}})");
        text.push_str(behind);
        text.push_str(inner);
        text.push_str(closing);
        text.push_str(rest);
        Some(text)
    }

    /// The same for the bytes of an asset.
    pub fn of_asset(bytes: &[u8]) -> Option<Self> {
        Self::read(std::str::from_utf8(bytes).ok()?)
    }

    /// Takes a text apart that [`Bundle::write`] wrote; none for any other.
    pub fn read(text: &str) -> Option<Self> {
        let bundle = logged::read(text).or_else(|| Self::read_plain(text))?;
        (bundle.write()? == text).then_some(bundle)
    }

    fn read_plain(text: &str) -> Option<Self> {
        let opening = opening();
        let start = text.find(&opening)?;
        let mut rest = Rest(text.get(start.checked_add(opening.len())?..)?);
        let before: usize = rest.until(",")?.parse().ok()?;
        let behind: usize = rest.until(",")?.parse().ok()?;
        let closed: Option<usize> = rest.until("]")?.parse().ok();
        rest.take(",\"main\":globals(),\"modules\":{")?;
        let mut modules = BTreeMap::new();
        while rest.take("}})").is_none() {
            rest.take(",");
            let (name, module) = rest.module(|_| None)?;
            modules.insert(name, module);
        }
        let head = text.get(..start.checked_sub(before)?)?;
        let mut main = format!("{head}{}", rest.0.get(behind..)?);
        if let Some(closed) = closed {
            if main.get(closed..)?.starts_with(')') {
                main.remove(closed);
            } else {
                return None;
            }
        }
        Some(Self {
            main: main.into(),
            modules,
            logged: None,
        })
    }
}

/// Appends modules, without the texts of those that are `known`.
fn write_modules(
    text: &mut String,
    modules: &BTreeMap<String, Module>,
    known: impl Fn(&str, &Module) -> bool,
) {
    for (number, (name, module)) in modules.iter().enumerate() {
        if number > 0 {
            text.push(',');
        }
        literal::write(text, name);
        text.push_str(":[");
        literal::write(text, &module.file);
        text.push_str(if module.is_package { ",1," } else { ",0," });
        if known(name, module) {
            text.push('0');
        } else {
            literal::write(text, &module.text);
        }
        text.push(']');
    }
}

/// How the expression begins.
fn opening() -> String {
    let mut text = "exec(compile(".to_owned();
    literal::write(&mut text, LOADER);
    text.push_str(",\"<frozen importlib._bootstrap>\",\"exec\"),{\"oakc\":[");
    text
}

impl Place {
    fn of(entrance: Entrance, main: &str) -> Self {
        let blanks = |(start, end): (usize, usize)| main.get(start..end).unwrap_or_default();
        let place = |at, before: &str, behind| Self {
            at,
            before: before.to_owned(),
            behind,
            closed: None,
        };
        match entrance {
            Entrance::Before(at) => place(at, "", ";"),
            Entrance::Behind(at) => place(at, ";", ""),
            Entrance::OnLine(at, margin) => place(at, blanks(margin), " "),
            Entrance::Around(at, end) => Self {
                closed: Some(end),
                ..place(at, "", "or(")
            },
            Entrance::AroundRepeated(at, end) => Self {
                closed: Some(end),
                ..place(at, FIRST, "or globals().update(__oakc__=1)]and(")
            },
            Entrance::ClassWithout(at) => place(at, "(*", "or())"),
            Entrance::ClassWith(at) => place(at, "*", "or(),"),
            Entrance::AtEnd(at, margin) => place(at, &format!("\n{}", blanks(margin)), ""),
        }
    }
}

/// In front of a condition that is evaluated over and over.
const FIRST: &str = "[\"__oakc__\"in globals()or ";

/// What is left of a text that is taken apart.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn take(&mut self, words: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(words)?;
        Some(())
    }

    fn until(&mut self, end: &str) -> Option<&'a str> {
        let (found, rest) = self.0.split_once(end)?;
        self.0 = rest;
        Some(found)
    }

    fn literal(&mut self) -> Option<String> {
        let (text, rest) = literal::read(self.0)?;
        self.0 = rest;
        Some(text)
    }

    fn value(&mut self) -> Option<Value> {
        let (value, rest) = packed_params::value(self.0, 0)?;
        self.0 = rest;
        Some(value)
    }

    /// `known` is the text of a module that has none here.
    fn module<'k>(
        &mut self,
        known: impl Fn(&str) -> Option<&'k Arc<str>>,
    ) -> Option<(String, Module)> {
        let name = self.literal()?;
        self.take(":[")?;
        let file = self.literal()?;
        self.take(",")?;
        let is_package = match self.until(",")? {
            "0" => false,
            "1" => true,
            _ => return None,
        };
        let text = match self.take("0") {
            Some(()) => Arc::clone(known(&name)?),
            None => self.literal()?.into(),
        };
        self.take("]")?;
        let module = Module {
            file,
            is_package,
            text,
        };
        Some((name, module))
    }
}

#[cfg(test)]
mod tests;
