//! Pipelines that the real library packages although nobody would want them, imported and built again, from
//! the package and from the dump.
//!
//! `OAKC_HOSTILE_SEED` and `OAKC_HOSTILE_COUNT` choose others: the whole corpus is 400.

use oakc_core::syntax::Language;
use oakc_import::{Imported, Original, import};
use oakc_runtime_schema::reflect::Value;
use oakc_tests::blob_file;
use oakc_tests::compare::differences;
use oakc_tests::comparison::{LANGUAGES, assert_none};
use oakc_tests::import::{files, import_package, options, original};
use oakc_tests::package::{build_as_written, build_unchecked};
use oakc_tests::reference::{Reference, generate, python, target};
use serde_json::Value as Json;

#[test]
fn whatever_the_library_packages_can_be_imported_and_built_again() {
    let Some(python) = python() else { return };
    let blob = blob_file(&target());
    let chosen = |name: &str, or: &str| std::env::var(name).unwrap_or_else(|_| or.to_owned());
    let count = chosen("OAKC_HOSTILE_COUNT", "100");
    let seed = chosen("OAKC_HOSTILE_SEED", "hostile");
    let arguments = ["--blob", &blob, "--seed", &seed, "--count", &count];
    let descriptions = generate(&python, "hostile_pipelines.py", &arguments);
    let mut reference = Reference::start(&python);
    let mut failed = Vec::new();
    let mut dumps = 0;
    let languages = LANGUAGES.into_iter().cycle();
    for (number, (description, language)) in descriptions.iter().zip(languages).enumerate() {
        let (package, dump) = reference.build_and_dump(description);
        let mut lost = lost_of_package(&package, language);
        // What is not UTF-8 has no JSON.
        if !dump.is_null() {
            dumps += 1;
            lost.extend(lost_of_dump(&package, &dump, language));
        }
        if !lost.is_empty() {
            let lost = lost.join("\n  ");
            failed.push(format!("pipeline {number} of seed {seed}:\n  {lost}"));
        }
    }
    assert_none(&failed, descriptions.len());
    assert!(dumps * 2 > descriptions.len(), "only {dumps} dumps");
}

/// What a package is not after import and build.
fn lost_of_package(package: &[u8], language: Language) -> Vec<String> {
    let imported = match import_package(package, language) {
        Ok(imported) => imported,
        Err(reason) => return vec![reason],
    };
    let mut lost = faults(&imported);
    match build_unchecked(&imported.text, language, &files(&imported)) {
        Ok(again) => lost.extend(differences(package, &again)),
        Err(text) => lost.push(text),
    }
    said(lost, &imported)
}

/// What the pipeline of a package is not after its dump was imported and built.
fn lost_of_dump(package: &[u8], dump: &Json, language: Language) -> Vec<String> {
    let dumped = match Original::from_json(dump.to_string().as_bytes()) {
        Ok((original, _)) => original,
        Err(reason) => return vec![format!("the dump: {reason}")],
    };
    let packaged = original(package).unwrap();
    let mut lost = unequal(&packaged, &dumped);
    let imported = import(dumped.clone(), options(language));
    lost.extend(faults(&imported));
    match build_unchecked(&imported.text, language, &files(&imported)) {
        Ok(again) => lost.extend(unequal(&original(&again).unwrap(), &dumped)),
        Err(text) => lost.push(text),
    }
    said(lost, &imported)
}

fn said(mut lost: Vec<String>, imported: &Imported) -> Vec<String> {
    if !lost.is_empty() {
        lost.push(imported.text.clone());
    }
    lost
}

/// What is wrong with an import by its own account, and what it needs to be allowed and does not allow.
fn faults(imported: &Imported) -> Vec<String> {
    let mut faults = imported.differences();
    let left_out = imported.notes.iter();
    let left_out = left_out.filter(|note| note.text.contains("left out"));
    faults.extend(left_out.map(|note| format!("{}: {}", note.about, note.text)));
    faults.extend(imported.parse_again().err().map(|error| error.to_string()));
    let built = build_as_written(&imported.text, imported.language, &files(imported));
    let undocumented = built
        .err()
        .filter(|text| text.contains("undocumented-value"));
    faults.extend(undocumented);
    faults
}

/// How the pipelines differ, apart from what a dump does not show.
fn unequal(packaged: &Original, dumped: &Original) -> Vec<String> {
    let mut found = Vec::new();
    let (ids, others) = (packaged.nodes.keys(), dumped.nodes.keys());
    if !ids.eq(others) {
        found.push("the dump has other nodes".to_owned());
    }
    for (id, node) in &packaged.nodes {
        let Some(other) = dumped.nodes.get(id) else {
            continue;
        };
        if !as_dumped(&node.properties).same(&as_dumped(&other.properties)) {
            let (a, b) = (&node.properties, &other.properties);
            found.push(format!("node {id}: {a:?} is dumped as {b:?}"));
        }
        let ports = |node: &oakc_import::OriginalNode| {
            let mut ports = node.ports.clone();
            for port in ports.values_mut() {
                port.id = 0;
            }
            ports
        };
        if ports(node) != ports(other) || node.assets != other.assets {
            found.push(format!("node {id}: ports or assets differ in the dump"));
        }
    }
    let links = |original: &Original| {
        let links = original.links.iter();
        let mut links: Vec<_> = links.map(|link| format!("{link:?}")).collect();
        links.sort();
        links
    };
    if links(packaged) != links(dumped) {
        found.push("links differ in the dump".to_owned());
    }
    if !as_dumped(&packaged.pipeline).same(&as_dumped(&dumped.pipeline)) {
        found.push("properties of the pipeline differ in the dump".to_owned());
    }
    if packaged.assets != dumped.assets {
        found.push("assets of the pipeline differ in the dump".to_owned());
    }
    found
}

/// A value as a dump shows it: all numbers that are not finite are one, and none if there need not be one.
fn as_dumped(value: &Value) -> Value {
    let all = |values: &[Value]| values.iter().map(as_dumped).collect();
    match value {
        Value::Float(x) if !x.is_finite() => Value::Float(f64::NAN),
        Value::Optional(Some(inner)) => match as_dumped(inner) {
            Value::Float(x) if x.is_nan() => Value::Optional(None),
            inner => Value::Optional(Some(Box::new(inner))),
        },
        Value::List(items) => Value::List(all(items)),
        Value::Struct(fields) => Value::Struct(all(fields)),
        Value::Map(entries) => {
            let entries = entries.iter().map(|(k, v)| (k.clone(), as_dumped(v)));
            Value::Map(entries.collect())
        }
        value => value.clone(),
    }
}
