//! `oakc init`.

use super::*;

/// Each template, and the configuration that it writes.
const TEMPLATES: [(&str, &str); 6] = [
    ("tcp-streaming", "app.toml"),
    ("http-mjpeg", "app.toml"),
    ("http-client", "app.yaml"),
    ("mqtt-publisher", "app.toml"),
    ("stereo-guard", "app.yaml"),
    ("hand-detector", "app.toml"),
];

#[test]
fn every_example_is_a_template_and_every_template_passes_the_checks() {
    let examples = fs::read_dir(xtask::root().join("examples")).unwrap();
    let folders = examples
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir());
    let mut examples: Vec<_> = folders
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    examples.sort();
    let mut templates: Vec<_> = TEMPLATES
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    templates.sort();
    assert_eq!(examples, templates);
    for (template, config) in TEMPLATES {
        let app = App::new();
        let ran = app
            .run(&["init", "gate-2", "--template", template])
            .exits(0);
        let build = format!("oakc build gate-2/{config}");
        assert!(
            ran.stdout.ends_with(&format!("{build}\n")),
            "{}",
            ran.stdout
        );
        let text = String::from_utf8(app.read(&format!("gate-2/{config}"))).unwrap();
        assert!(
            text.contains("gate-2") && !text.contains("schemas/"),
            "{text}"
        );
        // A script fetches its model.
        if template != "hand-detector" {
            let path = format!("gate-2/{config}");
            let linted = app.run(&["lint", "--deny", "warnings", &path]);
            assert_eq!(linted.exits(0).stderr, "", "{template}");
        }
    }
}

#[test]
fn an_existing_file_is_never_replaced() {
    let app = App::new();
    app.file("app.yaml", "mine");
    app.run(&["init"])
        .exits(1)
        .says("app.yaml")
        .says("nothing was written");
    let files = app.files();
    assert!(!files.contains(&"stream.py".to_owned()), "{files:?}");
    assert_eq!(app.read("app.yaml"), b"mine");
    app.run(&["init", "--template", "nothing-like-it"]).exits(2);
}
