//! Findings do not depend on the language of a configuration, and advice is written in it: every lint
//! case in TOML, written again in YAML.

use std::fmt::Write as _;

use oakc_core::syntax::{Language, Node, NodeValue, parse};
use oakc_diag::{Diagnostic, Diagnostics, SourceMap};
use oakc_tests::config_text;
use serde_json::Value;

use crate::lint::{all_cases, cases, check};

/// A case in YAML; none if its TOML cannot be parsed, or says what YAML has no word for.
fn in_yaml(text: &str) -> Option<String> {
    let (mut sources, mut found) = (SourceMap::new(), Diagnostics::new());
    let file = sources.add("app.toml", text);
    let tree = parse(file, text, Language::Toml, &mut found)?;
    let set = text.lines().filter(|line| line.starts_with("# set "));
    let mut yaml = set.fold(String::new(), |lines, line| lines + line + "\n");
    yaml += &config_text::yaml(&json(&tree)?);
    Some(yaml)
}

fn json(node: &Node) -> Option<Value> {
    Some(match &node.value {
        NodeValue::Null | NodeValue::Reported => return None,
        NodeValue::Bool(value) => Value::from(*value),
        NodeValue::Int(value) => Value::from(i64::try_from(*value).ok()?),
        NodeValue::Float(value) => Value::from(serde_json::Number::from_f64(*value)?),
        NodeValue::Str(value) => Value::from(value.as_str()),
        NodeValue::List(items) => items.iter().map(json).collect::<Option<_>>()?,
        NodeValue::Table(table) => {
            let entries = table.entries.iter();
            let entries = entries.map(|entry| Some((entry.key.clone(), json(&entry.value)?)));
            Value::Object(entries.collect::<Option<_>>()?)
        }
    })
}

/// Everything that a finding says.
fn said(diagnostic: &Diagnostic) -> String {
    let labels = diagnostic.labels.iter().map(|label| label.message.clone());
    let fix = diagnostic.fix.iter();
    let fix = fix.flat_map(|fix| {
        let edits = fix.edits.iter().map(|edit| edit.text.clone());
        std::iter::once(fix.title.clone()).chain(edits)
    });
    let help = diagnostic.help.iter().cloned();
    let texts = std::iter::once(diagnostic.message.clone()).chain(labels);
    texts.chain(help).chain(fix).collect::<Vec<_>>().join("\n")
}

/// The pieces of code in a text that are written in a language.
fn pieces(text: &str, language: Language) -> Vec<&str> {
    let code = text.split('`').skip(1).step_by(2);
    let is_table = |code: &str| {
        let inner = code
            .strip_prefix('[')
            .and_then(|code| code.strip_suffix(']'));
        inner.is_some_and(|inner| inner.starts_with(|c: char| c.is_alphabetic() || c == '['))
    };
    let has_pair = |code: &str, between: &str| {
        let (key, value) = code.split_once(between).unwrap_or_default();
        let is_key = |c: char| c.is_alphanumeric() || "_.-\"{ [".contains(c);
        !key.is_empty() && key.chars().all(is_key) && !value.is_empty()
    };
    code.filter(|code| match language {
        Language::Toml => is_table(code) || has_pair(code, " = "),
        Language::Yaml => has_pair(code, ": "),
    })
    .collect()
}

#[test]
fn advice_is_in_the_language_of_the_configuration() {
    let (mut told, mut shown) = (String::new(), 0);
    for (rule, file, text) in all_cases() {
        let Some(name) = file.strip_suffix(".toml") else {
            continue;
        };
        let directory = cases().join(&rule);
        let yaml_file = format!("{name}.yaml");
        let Some(yaml) = in_yaml(&text) else { continue };
        for (file, text, other) in [
            (&file, &text, Language::Yaml),
            (&yaml_file, &yaml, Language::Toml),
        ] {
            let (_, found) = check(&directory, file, text);
            for text in found.iter().map(said) {
                shown += pieces(&text, Language::Toml).len() + pieces(&text, Language::Yaml).len();
                for piece in pieces(&text, other) {
                    let _ = writeln!(told, "{rule}/{file}: `{piece}` in: {text}");
                }
            }
        }
    }
    assert!(told.is_empty(), "{told}");
    assert!(shown > 150, "only {shown} pieces of code are shown");
}

#[test]
fn what_is_found_does_not_depend_on_the_language() {
    for (rule, file, text) in all_cases() {
        let Some(name) = file.strip_suffix(".toml") else {
            continue;
        };
        let Some(yaml) = in_yaml(&text) else { continue };
        let profile = text.lines().find(|line| line.starts_with("# profile "));
        let yaml = format!("{}\n{yaml}", profile.unwrap_or_default());
        let directory = cases().join(&rule);
        let names = |file: &str, text: &str| {
            let (_, found) = check(&directory, file, text);
            let names = found.iter().map(|it| (it.severity, it.rule.name));
            let mut names: Vec<_> = names.collect();
            names.sort_unstable();
            names
        };
        let again = format!("{name}.yaml");
        assert_eq!(
            names(&again, &yaml),
            names(&file, &text),
            "{rule}/{file}\n{yaml}"
        );
    }
}
