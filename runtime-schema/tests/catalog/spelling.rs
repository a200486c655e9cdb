//! Spellings of enumerators, and documentation.

use super::*;

/// An enumerator's name without the word that all names of its enum begin or end with.
fn short_form(of: &EnumShape, name: &str) -> String {
    let all =
        |has: &dyn Fn(&str) -> bool| of.members.len() > 1 && of.members.iter().all(|m| has(m.name));
    let mut short = name.to_owned();
    if let Some((prefix, _)) = name.split_once('_') {
        let prefix = format!("{prefix}_");
        if all(&|name| name.starts_with(&prefix)) {
            short = short.strip_prefix(&prefix).unwrap().to_owned();
        }
    }
    if let Some((_, suffix)) = name.rsplit_once('_') {
        let suffix = format!("_{suffix}");
        if all(&|name| name.ends_with(&suffix)) {
            short = short.strip_suffix(&suffix).unwrap_or(&short).to_owned();
        }
    }
    short
}

fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| !matches!(c, '_' | '.' | '-' | ' '));
    letters.flat_map(char::to_lowercase).collect()
}

#[test]
fn every_spelling_of_an_enumerator_is_unambiguous() {
    let mut slips = Slips::default();
    for (name, of) in Types::all().enums {
        let mut meanings: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
        for member in of.members {
            let short = short_form(of, member.name);
            let spellings = [member.name, short.as_str()].into_iter();
            for spelling in spellings.chain(member.aliases.iter().copied()) {
                meanings
                    .entry(plain(spelling))
                    .or_default()
                    .insert(member.value);
                for said in [
                    spelling.to_owned(),
                    spelling.to_lowercase(),
                    plain(spelling),
                ] {
                    let found = of.member(&said).map(|found| found.value);
                    slips.unequal(format!("{name} `{said}`"), found, Some(member.value));
                }
            }
        }
        for (spelling, values) in meanings {
            if values.len() > 1 {
                slips.add(name, format!("`{spelling}` is ambiguous: {values:?}"));
            }
        }
    }
    slips.report();
}

fn check_doc(slips: &mut Slips, place: impl Display, doc: &str) {
    if doc.trim().is_empty() || doc.contains("DOC") {
        slips.add(place, "no documentation");
    }
}

#[test]
fn everything_that_users_can_write_is_documented() {
    let mut slips = Slips::default();
    for kind in Kind::ALL {
        check_doc(&mut slips, kind.name(), kind.doc);
        for setter in kind.setters {
            check_doc(
                &mut slips,
                format!("{}: `{}`", kind.name(), setter.key),
                setter.doc,
            );
        }
    }
    let types = Types::all();
    for (name, of) in types.structs {
        check_doc(&mut slips, name, of.doc);
        for Field {
            name: field, doc, ..
        } in of.fields
        {
            check_doc(&mut slips, format!("{name}::{field}"), doc);
        }
        for setter in of.setters {
            check_doc(&mut slips, format!("{name}: `{}`", setter.key), setter.doc);
        }
    }
    for (name, of) in types.enums {
        check_doc(&mut slips, name, of.doc);
        for member in of.members {
            check_doc(&mut slips, format!("{name}::{}", member.name), member.doc);
        }
    }
    slips.report();
}
