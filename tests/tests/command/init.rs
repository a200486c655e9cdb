//! `oakc init`.

use oakc_tests::examples::cache;

use super::*;

/// Each template, and the configuration that it writes unless it is asked for another.
pub(super) const TEMPLATES: [(&str, &str); 10] = [
    ("tcp-streaming", "app.toml"),
    ("rtsp", "app.toml"),
    ("http-mjpeg", "app.toml"),
    ("http-client", "app.yaml"),
    ("mqtt-publisher", "app.toml"),
    ("stereo-guard", "app.yaml"),
    ("hand-detector", "app.toml"),
    ("people-counting", "app.toml"),
    ("licence-plates", "app.toml"),
    ("fall-alarm", "app.toml"),
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
        for (folder, flag, file) in [
            ("as-it-is", None, config),
            ("gate-2", Some("--toml"), "app.toml"),
            ("gate-3", Some("--yaml"), "app.yaml"),
        ] {
            let mut arguments = vec!["init", folder, "--template", template];
            arguments.extend(flag);
            let ran = app.run(&arguments).exits(0).says("needs a PoE");
            let path = format!("{folder}/{file}");
            assert!(ran.stdout.ends_with(&format!("oakc build {path}\n")));
            let text = String::from_utf8(app.read(&path)).unwrap();
            assert!(
                text.contains(folder) && !text.contains("schemas/"),
                "{text}"
            );
            let linted = app.run(&["lint", "--deny", "warnings", &path]).exits(0);
            let published = match template {
                "hand-detector" => "palm_detection_sh4.blob",
                "people-counting" | "licence-plates" => "objectron_solution_packed_assets.data",
                "fall-alarm" => "movenet.tflite",
                _ => {
                    assert_eq!(linted.stderr, ALL_IS_WELL, "{template}");
                    continue;
                }
            };
            linted.says(&format!("`{published}` is not fetched yet"));
        }
    }
}

#[test]
fn both_languages_of_a_template_say_the_same() {
    for (template, _) in TEMPLATES {
        let app = App::new();
        let resolved = ["--toml", "--yaml"].map(|flag| {
            let folder = flag.trim_start_matches('-');
            let gate = format!("{folder}/gate");
            app.run(&["init", &gate, "--template", template, flag])
                .exits(0);
            let path = format!("{gate}/app.{folder}");
            // Models that are published elsewhere are fetched, if they are not there yet.
            let mut command = app.command(&["config", "--format", "json", &path]);
            let ran = command.env("OAKC_CACHE", cache()).output().unwrap();
            let ran = Ran::from(ran).exits(0);
            json(&ran.stdout)["application"].clone()
        });
        assert!(resolved[0].is_object());
        assert_eq!(resolved[0], resolved[1], "{template}");
    }
}

#[test]
fn the_list_says_what_each_template_needs_and_nothing_is_written() {
    let app = App::new();
    let before = app.files();
    let ran = app.run(&["init", "--list"]).exits(0);
    let names = ran
        .stdout
        .lines()
        .step_by(2)
        .map(|line| line.split(' ').next());
    let names: Vec<_> = names.map(Option::unwrap).collect();
    assert_eq!(names, TEMPLATES.map(|(name, _)| name));
    assert!(ran.stdout.starts_with(
        "tcp-streaming   JPEG frames over TCP (TOML)\n                needs a PoE camera\n"
    ));
    assert_eq!(app.files(), before);
    app.run(&["init", "--list", "--yaml"]).exits(2);
    app.run(&["init", "--toml", "--yaml"]).exits(2);
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
