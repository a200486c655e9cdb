//! SARIF logs, validated against the official schema of OASIS, which the crate `serde-sarif` contains.
//! The schema is fetched and not committed; the crate is not compiled.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use jsonschema::Validator;
use oakc_check::rules;
use oakc_diag::render::sarif;
use oakc_diag::{Diagnostic, Diagnostics, Fix, SourceMap, Span};
use oakc_tests::reference::target;
use oakc_tests::requirement::missing;
use serde_json::{Value, json};

/// A project that depends on the crate, so that cargo fetches it.
const MANIFEST: &str = "\
[package]
name = \"sarif-schema\"
version = \"0.0.0\"
edition = \"2024\"

[dependencies]
serde-sarif = { version = \"=0.8.0\", default-features = false }

[workspace]
";

/// The official schema, or `None` if cargo cannot fetch it.
fn schema() -> Option<Value> {
    let project = target().join("sarif-schema");
    fs::create_dir_all(project.join("src")).unwrap();
    fs::write(project.join("Cargo.toml"), MANIFEST).unwrap();
    fs::write(project.join("src/lib.rs"), "").unwrap();
    let path = crate_folder(&project)?.join("src/schema.json");
    let mut schema: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    // The pattern for languages has a bracket that strict regular expression engines refuse, and oakc
    // writes no language.
    for owner in ["run", "toolComponent"] {
        let language = schema.pointer_mut(&format!("/definitions/{owner}/properties/language"));
        let language = language.and_then(Value::as_object_mut);
        language.unwrap().remove("pattern");
    }
    Some(schema)
}

fn crate_folder(project: &Path) -> Option<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1"])
        .current_dir(project)
        .output()
        .unwrap();
    if !output.status.success() {
        missing("the crate serde-sarif, which cargo cannot fetch");
        return None;
    }
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|p| p["name"] == "serde-sarif")?;
    let manifest = Path::new(package["manifest_path"].as_str()?);
    Some(manifest.parent()?.to_owned())
}

fn validator() -> Option<Validator> {
    Some(jsonschema::draft7::new(&schema()?).unwrap())
}

/// One finding of every rule, with everything that a finding can have.
fn log_of_all_rules() -> Value {
    let mut sources = SourceMap::new();
    let config = sources.add("a folder/app ü.toml", "eins = \"zwei\"\ndrei = 4\n");
    let script = sources.add("a folder/report.py", "pass\n");
    let mut found = Diagnostics::new();
    for rule in rules::all() {
        let fix = Fix::safe("write `x`").edit(Span::new(config, 0, 4), "x");
        found.push(
            Diagnostic::new(rule, format!("`{}` with \"quotes\"", rule.name))
                .label(Span::new(config, 7, 13), "here")
                .secondary(Span::new(script, 0, 4), "because of this")
                .help("do this\nor that")
                .fix(fix),
        );
        found.push(Diagnostic::new(rule, "without a place"));
    }
    serde_json::from_str(&sarif(&found, &sources)).unwrap()
}

#[test]
fn logs_validate_against_the_official_schema() {
    let Some(validator) = validator() else {
        return;
    };
    let empty = sarif(&Diagnostics::new(), &SourceMap::new());
    for log in [serde_json::from_str(&empty).unwrap(), log_of_all_rules()] {
        let errors: Vec<_> = validator
            .iter_errors(&log)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

#[test]
fn a_wrong_log_does_not_validate() {
    let Some(validator) = validator() else {
        return;
    };
    // Findings without a position come first, one per rule.
    let placed = format!("/runs/0/results/{}", rules::all().count());
    let start = "locations/0/physicalLocation/region/startLine";
    for (pointer, wrong) in [
        ("/version".to_owned(), json!("2.0.0")),
        ("/runs/0/tool/driver/name".to_owned(), json!(1)),
        (format!("{placed}/level"), json!("fatal")),
        (format!("{placed}/{start}"), json!(0)),
    ] {
        let mut log = log_of_all_rules();
        let place = log.pointer_mut(&pointer);
        *place.unwrap_or_else(|| panic!("no {pointer}")) = wrong;
        assert!(!validator.is_valid(&log), "{pointer}");
    }
}
