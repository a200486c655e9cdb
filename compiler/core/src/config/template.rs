//! Scripts whose file is a template.
//!
//! In: the text of a script, and the parameters. Out: the text with their values, and a [`Template`] that knows what stood
//! where. Never: a value that ends the text or the comment that it stands in, or one that is quoted in a message.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use oakc_diag::Diagnostic;
use oakc_script::filling::{self, Filling};

use super::NodeConfig;
use super::param_module::python;
use super::params::{MAX_SUBSTITUTED_BYTES, from_outside, places};
use super::reader::Reader;
use super::rules;
use super::suggest::Suggestion;
use crate::bundle::{ASSET, marks};
use crate::syntax::NodeValue;

/// What a script was before parameters were filled in.
#[derive(Clone, Debug)]
pub struct Template {
    /// The text of its file.
    pub(crate) text: Arc<str>,
    /// What was replaced: in the file, and by what in the script.
    replaced: Vec<(Range<usize>, Range<usize>)>,
    /// What is wrong at places in the file.
    pub(crate) problems: Vec<Problem>,
}

/// Something that is wrong at a place in the file of a template.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) place: Range<usize>,
    /// What is wrong. If it marks nothing yet, the place is where it is wrong.
    pub(crate) diagnostic: Diagnostic,
    pub(crate) label: String,
}

impl Template {
    /// Where some bytes of the script stand in the file; bytes of a value are where its name is.
    pub(crate) fn written_at(&self, range: &Range<usize>) -> Range<usize> {
        let start = match self.before(|script| script.start <= range.start) {
            Some((file, script)) if range.start < script.end => file.start,
            last => behind(last, range.start),
        };
        let end = behind(self.before(|script| script.start < range.end), range.end);
        let start = start.min(self.text.len());
        start..end.clamp(start, self.text.len())
    }

    /// The last replacement of which this is true.
    fn before(
        &self,
        is_before: impl Fn(&Range<usize>) -> bool,
    ) -> Option<&(Range<usize>, Range<usize>)> {
        let after = self.replaced.partition_point(|(_, it)| is_before(it));
        self.replaced.get(after.checked_sub(1)?)
    }
}

/// Where a byte of the script stands that follows a replacement, or is in it.
fn behind(last: Option<&(Range<usize>, Range<usize>)>, at: usize) -> usize {
    match last {
        Some((file, script)) => file.end.saturating_add(at.saturating_sub(script.end)),
        None => at,
    }
}

impl NodeConfig {
    /// Fills the parameters into the file of the node's script.
    pub(super) fn fill_template(&mut self, reader: &mut Reader<'_>) {
        let key = reader.spans.get(&format!("{}.template", reader.path()));
        let key = key.copied().unwrap_or(self.span);
        if self.files.is_empty() {
            let message = "`template` is refused: the script has no file of its own";
            let refused = Diagnostic::new(&rules::REFUSED_VALUE, message);
            let help = "name its file as `source`; in `code`, parameters are filled in anyway";
            reader.report(refused.label(key, "only for scripts in files").help(help));
            return;
        }
        let Some(script) = self.assets.get_mut(ASSET) else {
            return;
        };
        let Ok(text) = std::str::from_utf8(&script.bytes) else {
            return;
        };
        let Some(filled) = Filled::of(text, reader, &BTreeSet::new()) else {
            let message = "`template` is refused: the script gets larger than 64 MiB";
            let refused = Diagnostic::new(&rules::REFUSED_VALUE, message);
            reader.report(refused.label(key, "growing here"));
            return;
        };
        let mut problems = filled.unknown(reader);
        let breaking = filled.breaking(text, reader);
        let names = breaking.iter().map(|(name, _)| *name).collect();
        problems.extend(breaking.into_iter().map(|(_, problem)| problem));
        // What follows from a value that breaks the script is not worth telling.
        let filled = Filled::of(text, reader, &names).unwrap_or(filled);
        let replaced = filled.replaced.iter();
        self.template = Some(Template {
            text: text.into(),
            replaced: replaced
                .map(|it| (it.file.clone(), it.script.clone()))
                .collect(),
            problems,
        });
        script.bytes = filled.script.into_bytes().into();
    }

    /// Lets the package say where secrets stand in the script, so that whoever shows it can hide them. A script that is
    /// packaged as it is in its file stays so.
    pub(super) fn mark_secrets(&mut self, reader: &Reader<'_>) {
        let is_filled = self.template.is_some() || self.files.is_empty();
        let Some(script) = self.assets.get_mut(ASSET).filter(|_| is_filled) else {
            return;
        };
        let secrets = reader.secrets.iter();
        let secrets = secrets.map(|(name, value)| (name.as_str(), value.as_str()));
        let secrets = secrets.filter(|(_, value)| !value.is_empty());
        let text = std::str::from_utf8(&script.bytes).ok();
        if let Some(marked) = text.and_then(|text| marks::write(text, secrets)) {
            script.bytes = marked.into_bytes().into();
        }
    }
}

/// A script with values.
struct Filled<'a> {
    script: String,
    replaced: Vec<Replaced<'a>>,
}

/// One replacement in it.
struct Replaced<'a> {
    file: Range<usize>,
    script: Range<usize>,
    /// The parameter; nothing for `$${`.
    name: Option<&'a str>,
    is_known: bool,
}

impl<'a> Filled<'a> {
    /// Fills in all values but those of `without`; `None` if that gets too large.
    fn of(text: &'a str, reader: &mut Reader<'_>, without: &BTreeSet<&str>) -> Option<Self> {
        let mut script = String::new();
        let mut replaced = Vec::new();
        let mut cursor = 0;
        for (file, name) in places(text) {
            script.push_str(text.get(cursor..file.start)?);
            let start = script.len();
            let value = name.map(|name| value_of(name, reader));
            let value = value.map(|it| it.filter(|_| name.is_none_or(|it| !without.contains(it))));
            let is_known = name.is_none_or(|name| reader.params.contains_key(name));
            match value {
                None => script.push_str("${"),
                Some(value) => script.push_str(value.as_deref().unwrap_or(NEUTRAL)),
            }
            if script.len() > MAX_SUBSTITUTED_BYTES {
                return None;
            }
            cursor = file.end;
            replaced.push(Replaced {
                file,
                script: start..script.len(),
                name,
                is_known,
            });
        }
        script.push_str(text.get(cursor..)?);
        Some(Self { script, replaced })
    }

    fn unknown(&self, reader: &Reader<'_>) -> Vec<Problem> {
        let unknown = self.replaced.iter().filter(|it| !it.is_known);
        let unknown = unknown.filter_map(|it| {
            let name = it.name?;
            let message = format!("unknown parameter `{name}`");
            let diagnostic = Diagnostic::new(&rules::UNKNOWN_PARAMETER, message);
            let known = reader.params.keys().map(String::as_str);
            let diagnostic = Suggestion::of(name, known).or_help(diagnostic, || {
                let section = reader.language.table(&["params"]);
                format!("declare it under {section}, or write `$${{{name}}}` for the literal text")
            });
            Some(problem(it.file.clone(), name, diagnostic))
        });
        unknown.collect()
    }

    /// Values that do more than to stand in their place: each parameter once, with its name.
    fn breaking(&self, text: &str, reader: &Reader<'_>) -> Vec<(&'a str, Problem)> {
        let fillings = self.replaced.iter().filter_map(|it| {
            let value = self.script.get(it.script.clone())?;
            Some(Filling {
                place: it.file.clone(),
                neutral: it.name.map_or(value, |_| NEUTRAL),
                value,
            })
        });
        let fillings: Vec<_> = fillings.collect();
        let mut seen = BTreeSet::new();
        let mut problems = Vec::new();
        for (index, broken) in filling::broken(text, &fillings) {
            let replaced = self.replaced.get(index);
            let Some((name, it)) = replaced.and_then(|it| Some((it.name?, it))) else {
                continue;
            };
            if seen.insert(name) {
                let refused = refused(name, broken.what(), reader);
                problems.push((name, problem(it.file.clone(), name, refused)));
            }
        }
        problems
    }
}

/// The text of a parameter in a program: a text as it is, anything else as Python writes it.
fn value_of(name: &str, reader: &mut Reader<'_>) -> Option<String> {
    match reader.params.get(name) {
        None => {
            reader.origins.doubt();
            None
        }
        Some(value) => {
            reader.origins.mention(name);
            Some(match value {
                NodeValue::Str(text) => text.clone(),
                other => python(other),
            })
        }
    }
}

/// What a value is taken to be where its own text does not matter: a name of which nothing is known but that it is there, and
/// nothing special in a text.
const NEUTRAL: &str = "__value__";

fn problem(place: Range<usize>, name: &str, diagnostic: Diagnostic) -> Problem {
    Problem {
        place,
        diagnostic,
        label: format!("`${{{name}}}` is used here"),
    }
}

fn refused(name: &str, what: &str, reader: &Reader<'_>) -> Diagnostic {
    let message = format!("the value of `{name}` {what}");
    let diagnostic = Diagnostic::new(&rules::REFUSED_VALUE, message);
    let advice = "write `from oakc import params` in the script, which takes any value; or choose a value without \
                  quotes, backslashes and line breaks";
    match reader.origins.place_of(name) {
        Some(value) => diagnostic.label(value, "set here").help(advice),
        None => diagnostic.help(from_outside(name)).help(advice),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_the_script_are_found_in_the_file() {
        // In the file `a ${b} c $${d}`, and so `a long c ${d}` in the script.
        let template = Template {
            text: "a ${b} c $${d}".into(),
            replaced: vec![(2..6, 2..6), (9..12, 9..11)],
            problems: Vec::new(),
        };
        assert_eq!(template.written_at(&(0..1)), 0..1);
        assert_eq!(template.written_at(&(3..4)), 2..6);
        assert_eq!(template.written_at(&(7..8)), 7..8);
        assert_eq!(template.written_at(&(11..13)), 12..14);
    }
}
