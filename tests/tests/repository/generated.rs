//! Generated files are up to date and correct: the JSON Schemas and the pages in docs/. The crates
//! respect the layers.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jsonschema::Validator;
use oakc_check::compile;
use oakc_core::Source;
use oakc_core::syntax::Language;
use oakc_core::world::{ReadError, World};
use oakc_diag::{Diagnostics, SourceMap, render};
use serde_json::{Value as Json, json};
use xtask::generate::{self, constraints, setters};
use xtask::layers;

#[test]
fn generated_files_are_fresh() {
    let stale = generate::stale(&xtask::root()).unwrap();
    assert!(stale.is_empty(), "stale: {stale:?}; run `cargo xtask gen`");
}

#[test]
fn every_crate_uses_only_crates_that_its_layer_allows() {
    let violations = layers::violations(&xtask::root()).unwrap();
    assert!(violations.is_empty(), "{violations:#?}");
}

#[test]
fn a_forbidden_dependency_is_named() {
    let uses = |name: &str| json!([{ "name": name, "path": "/somewhere" }]);
    let packages = [
        json!({ "name": "oakc-diag", "dependencies": uses("oakc-core") }),
        json!({ "name": "oakc-core", "dependencies": uses("oakc-diag") }),
        json!({ "name": "xtask", "dependencies": uses("oakc") }),
        json!({ "name": "oakc-diag", "dependencies": [{ "name": "serde" }] }),
        json!({ "name": "stray", "dependencies": [] }),
    ];
    let found = layers::in_packages(&packages);
    assert_eq!(found.len(), 3, "{found:#?}");
    assert_eq!(found[0], "oakc-diag may not use oakc-core");
    assert_eq!(found[1], "xtask may not use oakc");
    assert!(found[2].starts_with("stray has no place"));
}

#[test]
fn the_schemas_are_valid_draft_7() {
    for name in ["oakc-config", "diagnostics"] {
        let schema = schema(name);
        assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
        if let Err(error) = jsonschema::meta::validate(&schema) {
            panic!("{name} at {}: {error}", error.instance_path());
        }
    }
}

#[test]
fn every_reference_in_the_configuration_schema_resolves() {
    let schema = schema("oakc-config");
    let mut references = Vec::new();
    walk(&schema, &mut |value| {
        if let Some(reference) = value.get("$ref").and_then(Json::as_str) {
            references.push(reference.to_owned());
        }
    });
    assert!(references.len() > 100);
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(schema.pointer(pointer).is_some(), "{reference}");
    }
}

#[test]
fn everything_in_the_configuration_schema_is_described() {
    let schema = schema("oakc-config");
    walk(&schema, &mut |value| {
        for (key, property) in value["properties"].as_object().into_iter().flatten() {
            let described = property["description"]
                .as_str()
                .is_some_and(|text| text.len() > 4);
            let refers = property.get("$ref").is_some();
            let is_condition = property.get("const").is_some() || property.get("not").is_some();
            assert!(described || refers || is_condition, "{key}: {property}");
        }
    });
}

#[test]
fn every_example_validates() {
    let validator = validator("oakc-config");
    let examples = examples();
    assert!(examples.len() >= 6);
    for (path, text) in examples {
        let errors = errors(&validator, &parse(&path, &text));
        assert!(errors.is_empty(), "{}: {errors:#?}", path.display());
    }
}

#[test]
fn every_example_names_the_schema_in_its_first_line() {
    for (path, text) in examples() {
        let wanted = if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            "#:schema ../../schemas/oakc-config.schema.json"
        } else {
            "# yaml-language-server: $schema=../../schemas/oakc-config.schema.json"
        };
        assert_eq!(text.lines().next(), Some(wanted), "{}", path.display());
    }
}

#[test]
fn wrong_configurations_do_not_validate() {
    let wrong = [
        (
            "an unknown section",
            "[node.cam]\ntype = 'Script'\n[nodes]\n",
        ),
        (
            "a key with a typo",
            "[nodes.cam]\ntype = 'ColorCamera'\nfsp = 10\n",
        ),
        (
            "a nested key with a typo",
            "[nodes.c]\ntype='ColorCamera'\ninitial_control.sharpnes=1",
        ),
        (
            "a key of another node",
            "[nodes.cam]\ntype = 'ColorCamera'\nbitrate = 1\n",
        ),
        (
            "text for a number",
            "[nodes.cam]\ntype = 'ColorCamera'\nfps = 'fast'\n",
        ),
        ("a number for text", "[app]\nname = 7\n[nodes]\n"),
        (
            "a float for an integer",
            "[nodes.cam]\ntype = 'ColorCamera'\npreview_width = 1.5\n",
        ),
        (
            "a number out of range",
            "[nodes.cam]\ntype = 'ColorCamera'\npreview_width = -1\n",
        ),
        (
            "a list that is too long",
            "[nodes.cam]\ntype='ColorCamera'\npreview_size=[1, 2, 3]\n",
        ),
        (
            "an unknown enumerator",
            "[nodes.cam]\ntype = 'ColorCamera'\nresolution = '1081p'\n",
        ),
        (
            "an unknown number",
            "[nodes.cam]\ntype = 'ColorCamera'\nresolution = 99\n",
        ),
        (
            "an unknown node type",
            "[nodes.cam]\ntype = 'ColourCamera'\n",
        ),
        ("a node without a type", "[nodes.cam]\nfps = 10\n"),
        (
            "an unknown input",
            "[nodes.e]\ntype = 'VideoEncoder'\ninputs.inn = 'cam.video'\n",
        ),
        (
            "an unknown queue setting",
            "[nodes.e]\ntype='VideoEncoder'\ninputs.in={ form = 'a.b' }",
        ),
        (
            "an unknown rule",
            "[lint]\nallow = ['no-such-rule']\n[nodes]\n",
        ),
        (
            "an unknown OpenVINO release",
            "[pipeline]\nopenvino = '2019.1'\n[nodes]\n",
        ),
        ("no nodes", "[app]\nname = 'x'\n"),
    ];
    let validator = validator("oakc-config");
    for (what, text) in wrong {
        let config = parse(Path::new("app.toml"), text);
        assert!(!validator.is_valid(&config), "{what} validates");
        assert!(
            !problems(&config).is_empty(),
            "{what}: the reader accepts it"
        );
    }
}

#[test]
fn a_file_needs_a_path() {
    let validator = validator("oakc-config");
    for section in ["models", "assets"] {
        let config = |file: Json| json!({ section: { "x": file }, "nodes": {} });
        assert!(validator.is_valid(&config(json!("x.bin"))));
        assert!(validator.is_valid(&config(json!({ "path": "x.bin" }))));
        assert!(!validator.is_valid(&config(json!({}))));
    }
}

#[test]
fn a_typo_is_reported_at_its_position() {
    let text = "[nodes.cam]\ntype = 'ColorCamera'\ninitial_control = { sharpnes = 1 }\n";
    let errors = errors(
        &validator("oakc-config"),
        &parse(Path::new("app.toml"), text),
    );
    assert_eq!(errors.len(), 1, "{errors:#?}");
    assert!(
        errors[0].starts_with("/nodes/cam/initial_control: "),
        "{errors:?}"
    );
    assert!(errors[0].contains("sharpnes"), "{errors:?}");
}

#[test]
fn spellings_that_the_reader_accepts_validate() {
    let camera = |key: &str, value: Json| json!({ "params": { "p": value }, "nodes": { "c": { "type": "ColorCamera", key: value } } });
    let mut configs = Vec::new();
    for name in [
        "1080p",
        "1080_P",
        "the_1080_p",
        "THE-1080-P",
        "The 1080 p",
        "1440x1080",
    ] {
        configs.push(camera("resolution", json!(name)));
    }
    configs.push(camera("resolution", json!(3)));
    configs.push(camera("isp_scale", json!([1, 2])));
    configs.push(camera("isp_scale", json!([[1, 2], [1, 3]])));
    configs.push(camera("isp_scale", json!({ "horiz_numerator": 1 })));
    configs.push(camera("raw_packed", json!("none")));
    configs.push(camera("raw_packed", json!(null)));
    configs.push(camera("board_socket", json!("RGB")));
    configs.push(json!({
        "params": { "fps": 10, "size": [640, 480], "model": "1080p" },
        "nodes": { "c": {
            "type": "ColorCamera",
            "fps": "${fps}", "preview_size": "${size}", "resolution": "${model}", "id": 7,
        } },
    }));
    configs.push(json!({
        "lint": { "allow": ["openvino-deprecated", "oak012"] },
        "pipeline": { "openvino": "version_2022.1" },
        "board": { "gpio": { "3": { "level": "high" } }, "camera": { "cam_a": { "name": "x" } } },
        "nodes": { "s": { "type": "Sync", "sync_threshold": "1.5 ms", "assets": { "a": "b.bin" } } },
    }));
    let validator = validator("oakc-config");
    for config in configs {
        let errors = errors(&validator, &config);
        assert!(errors.is_empty(), "{config}: {errors:#?}");
        let problems = problems(&config);
        assert!(problems.is_empty(), "{config}: {problems:#?}");
    }
}

#[test]
fn every_default_can_be_written_in_a_configuration() {
    let schema = schema("oakc-config");
    let validator = validator("oakc-config");
    let mut tried = 0;
    for (name, definition) in schema["definitions"].as_object().unwrap() {
        let Some(kind) = name.strip_prefix("node.") else {
            continue;
        };
        for (key, property) in definition["properties"].as_object().unwrap() {
            if let Some(default) = property.get("default") {
                let config = json!({ "nodes": { "n": { "type": kind, key: default } } });
                let errors = errors(&validator, &config);
                assert!(errors.is_empty(), "{config}: {errors:#?}");
                let problems = problems(&config);
                assert!(problems.is_empty(), "{config}: {problems:#?}");
                tried += 1;
            }
        }
    }
    assert!(tried > 150, "only {tried} defaults");
}

#[test]
fn every_example_on_the_setters_page_can_be_written_in_a_configuration() {
    let validator = validator("oakc-config");
    let all = setters::read(&xtask::root()).unwrap();
    assert!(all.len() > 400, "only {} setters", all.len());
    for setter in all {
        let ways = if setter.together {
            1
        } else {
            setter.keys.len()
        };
        for way in 0..ways {
            let config = setters::configuration(&setter, way);
            let errors = errors(&validator, &config);
            assert!(errors.is_empty(), "{config}: {errors:#?}");
            let problems = problems(&config);
            assert!(problems.is_empty(), "{config}: {problems:#?}");
        }
    }
}

#[test]
fn every_setter_of_the_library_is_on_the_setters_page() {
    let root = xtask::root();
    let catalogue = std::fs::read_to_string(root.join("tests/reference/catalog.json")).unwrap();
    let catalogue: Json = serde_json::from_str(&catalogue).unwrap();
    let page = std::fs::read_to_string(root.join("docs/setters.md")).unwrap();
    let sections = page.split("\n## ").skip(1);
    let sections: Vec<_> = sections
        .filter_map(|section| section.split_once('\n'))
        .collect();
    for (name, node) in catalogue["nodes"].as_object().unwrap() {
        if node["abstract"] == json!(true) {
            continue;
        }
        let setters = node["setters"].as_array().unwrap();
        let methods = setters
            .iter()
            .map(|setter| setter["method"].as_str().unwrap());
        // It is in the catalogue, but only reads.
        let methods: Vec<_> = methods
            .filter(|m| *m != "initialConfig.isResizeThumbnail")
            .collect();
        let (_, rows) = sections.iter().find(|(title, _)| title == name).unwrap();
        for method in &methods {
            let overloads = methods.iter().filter(|other| *other == method).count();
            assert_eq!(
                rows.matches(&format!("| `{method}(")).count(),
                overloads,
                "{name} {method}"
            );
        }
    }
}

#[test]
fn every_rule_has_a_heading_on_the_rules_page() {
    let page = std::fs::read_to_string(xtask::root().join("docs/rules.md")).unwrap();
    for rule in oakc_check::rules::all() {
        let heading = format!("\n## {}\n", rule.name);
        assert_eq!(page.matches(&heading).count(), 1, "{}", rule.name);
        assert!(
            rule.url()
                .ends_with(&format!("docs/rules.md#{}", rule.name))
        );
    }
}

#[test]
fn every_constraint_has_a_rule_or_a_reason_why_not() {
    let covered = constraints::covered();
    let all = constraints::constraints();
    for constraint in &all {
        let number = constraint.number;
        assert_eq!(
            covered.contains_key(number),
            constraint.reason.is_empty(),
            "{number}: a rule covers it, or constraints.tsv says why none does"
        );
    }
    for number in covered.keys() {
        let known = all.iter().any(|constraint| constraint.number == *number);
        assert!(known, "there is no constraint {number}");
    }
}

#[test]
fn diagnostics_validate_against_their_schema() {
    let validator = validator("diagnostics");
    let config = json!({ "nodes": { "c": { "type": "ColorCamera", "fsp": 1, "fps": "fast" } } });
    let (sources, diagnostics) = read(&config);
    let report: Json = serde_json::from_str(&render::json(&diagnostics, &sources)).unwrap();
    assert!(
        report["diagnostics"][0]["fix"]["edits"].is_array(),
        "{report:#}"
    );
    let errors = errors(&validator, &report);
    assert!(errors.is_empty(), "{errors:#?}");

    let mut wrong = report.clone();
    wrong["diagnostics"][0]["severity"] = json!("fatal");
    assert!(!validator.is_valid(&wrong));
    let mut wrong = report;
    wrong["diagnostics"][0]["label"] = json!([]);
    assert!(!validator.is_valid(&wrong));
}

/// A world in which every file exists.
struct Full;

impl World for Full {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, ReadError> {
        let json = path.to_ascii_lowercase().ends_with(".json");
        Ok(if json { b"{}".as_slice() } else { &[0; 64] }.into())
    }
}

/// What the compiler says of a configuration; JSON is YAML.
fn read(config: &Json) -> (SourceMap, Diagnostics) {
    let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
    let source = Source {
        name: "app.yaml",
        text: &config.to_string(),
        language: Language::Yaml,
        profile: None,
        params: &[],
        overrides: &[],
        levels: &oakc_core::config::Levels::default(),
    };
    compile(&source, &Full, &mut sources, &mut diagnostics);
    (sources, diagnostics)
}

/// Problems with the form of a configuration, without those of files, links and checks.
fn problems(config: &Json) -> Vec<String> {
    let written = [
        "unknown-key",
        "wrong-type",
        "out-of-range",
        "unknown-enumerator",
        "missing-key",
        "refused-value",
        "undocumented-value",
        "unknown-parameter",
        "unknown-node-kind",
        "unknown-port",
        "unknown-rule",
    ];
    let (_, diagnostics) = read(config);
    let problems = diagnostics
        .iter()
        .filter(|found| written.contains(&found.rule.name));
    problems
        .map(|found| format!("{}: {}", found.rule.name, found.message))
        .collect()
}

fn schema(name: &str) -> Json {
    let path = xtask::root().join(format!("schemas/{name}.schema.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn validator(name: &str) -> Validator {
    jsonschema::draft7::new(&schema(name)).unwrap()
}

fn errors(validator: &Validator, instance: &Json) -> Vec<String> {
    let errors = validator.iter_errors(instance);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

fn walk(value: &Json, visit: &mut impl FnMut(&Json)) {
    visit(value);
    match value {
        Json::Array(items) => items.iter().for_each(|item| walk(item, visit)),
        Json::Object(entries) => entries.values().for_each(|item| walk(item, visit)),
        _ => {}
    }
}

/// Every configuration under examples/, with its text.
fn examples() -> Vec<(PathBuf, String)> {
    let folders = std::fs::read_dir(xtask::root().join("examples")).unwrap();
    let folders: Vec<PathBuf> = folders.map(|folder| folder.unwrap().path()).collect();
    let files = folders.iter().flat_map(|folder| {
        ["app.toml", "app.yaml"]
            .map(|name| folder.join(name))
            .into_iter()
            .filter(|p| p.is_file())
    });
    let mut files: Vec<_> = files.collect();
    files.sort();
    let text = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        (path, text)
    };
    files.into_iter().map(text).collect()
}

/// Parsed by libraries that are not oakc's own readers.
fn parse(path: &Path, text: &str) -> Json {
    if path
        .extension()
        .is_some_and(|extension| extension == "toml")
    {
        toml::from_str(text).unwrap()
    } else {
        serde_saphyr::from_str(text).unwrap()
    }
}
