//! Packages of the real library, imported and built again.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use std::fs;
use std::path::Path;

use oakc_core::syntax::Language;
use oakc_import::{Original, Serve, import};
use oakc_tests::blob_file;
use oakc_tests::compare::differences;
use oakc_tests::comparison::{LANGUAGES, assert_none};
use oakc_tests::import::{files, import_package, losses, options, original};
use oakc_tests::package::{Files, build, build_unchecked};
use oakc_tests::reference::{Reference, generate, python, target};
use serde_json::{Value, json};

#[test]
fn random_pipelines_survive_the_way_back_and_forth() {
    let Some(python) = python() else { return };
    let blob = blob_file(&target());
    let count = std::env::var("OAKC_RANDOM_COUNT").unwrap_or_else(|_| "300".to_owned());
    let seed = std::env::var("OAKC_RANDOM_SEED").unwrap_or_else(|_| "import".to_owned());
    let arguments = ["--blob", &blob, "--seed", &seed, "--count", &count];
    let descriptions = generate(&python, "random_pipelines.py", &arguments);
    let mut reference = Reference::start(&python);
    let mut failed = Vec::new();
    let languages = LANGUAGES.into_iter().cycle();
    for (number, (description, language)) in descriptions.iter().zip(languages).enumerate() {
        let package = reference.build(description, "fake").unwrap();
        let (_, lost) = losses(&package, language);
        if !lost.is_empty() {
            let lost = lost.join("\n  ");
            failed.push(format!("pipeline {number} of seed {seed}:\n  {lost}"));
        }
    }
    assert_none(&failed, descriptions.len());
}

#[test]
fn every_setter_survives_the_way_back_and_is_said_in_few_lines() {
    let Some(python) = python() else { return };
    let blob = blob_file(&target());
    let lines = generate(&python, "setters.py", &["--blob", &blob]);
    let mut reference = Reference::start(&python);
    let mut failed = Vec::new();
    let (mut built, mut said) = (0, 0);
    let is_kept = |line: &&Value| !line["target"].as_str().unwrap().starts_with("XLink");
    let kept = lines.iter().filter(is_kept);
    for (line, language) in kept.zip(LANGUAGES.into_iter().cycle()) {
        // The library refuses some arguments.
        let Ok(package) = reference.build(&line["description"], "fake") else {
            continue;
        };
        let (text, lost) = losses(&package, language);
        if !lost.is_empty() {
            let name = format!("{} {}", line["target"], line["method"]);
            failed.push(format!("{name}:\n  {}", lost.join("\n  ")));
        }
        built += 1;
        said += values_in(&text);
    }
    assert_none(&failed, lines.len());
    assert!(built > 1400, "only {built} setters");
    let few = built * 5 / 4;
    assert!(said < few, "{said} values for {built} setters");
}

/// How many values an application has beside its name and the types of its nodes.
fn values_in(text: &str) -> usize {
    let is_value = |line: &str| {
        let (key, value) = line.split_once([':', '=']).unwrap_or((line, ""));
        !line.starts_with('#') && !value.is_empty() && !["name", "type"].contains(&key.trim())
    };
    text.lines()
        .map(str::trim)
        .filter(|line| is_value(line))
        .count()
}

#[test]
fn an_import_reads_as_if_a_person_had_written_it() {
    for (example, language) in [
        ("stereo-guard", Language::Yaml),
        ("http-mjpeg", Language::Toml),
    ] {
        let ending = language.as_str().to_lowercase();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../examples")
            .join(example);
        let text = fs::read_to_string(folder.join(format!("app.{ending}"))).unwrap();
        let files = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let scripts = files.filter(|path| path.extension().is_some_and(|ending| ending == "py"));
        let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
        let scripts = scripts.map(|path| (name(&path), fs::read(&path).unwrap()));
        let package = build(&text, language, &Files(scripts.collect())).unwrap();
        let imported = import_package(&package, language).unwrap();
        let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/import");
        let expected = fs::read_to_string(expected.join(format!("{example}.{ending}"))).unwrap();
        assert_eq!(imported.text, expected, "{example}");
    }
}

#[test]
fn an_output_that_nothing_reads_is_kept_because_a_script_may_send_to_it() {
    let text = "[nodes.relay]\ntype = \"Script\"\ncode = \"\"\noutputs = [\"spare\", \"a.b[c]\"]\n";
    let package = build(text, Language::Toml, &Files::default()).unwrap();
    for language in LANGUAGES {
        let (text, lost) = losses(&package, language);
        assert_none(&lost, 1);
        assert!(text.contains("spare"), "{text}");
    }
}

#[test]
fn a_dump_gives_the_application_that_the_package_gives() {
    let Some(python) = python() else { return };
    let blob = blob_file(&target());
    let random = ["--blob", &blob, "--seed", "dump", "--count", "60"];
    let mut reference = Reference::start(&python);
    let mut failed = Vec::new();
    let descriptions = generate(&python, "random_pipelines.py", &random);
    for (mut description, language) in descriptions.into_iter().zip(LANGUAGES.into_iter().cycle()) {
        // A dump knows neither.
        description["board"] = json!({});
        description["app_name"] = json!("");
        let (package, dump) = reference.build_and_dump(&description);
        let (original, notes) = Original::from_json(dump.to_string().as_bytes()).unwrap();
        assert!(notes.is_empty(), "{notes:?}");
        let imported = import(original, options(language));
        let again = build_unchecked(&imported.text, language, &files(&imported)).unwrap();
        failed.extend(differences(&package, &again));
        failed.extend(imported.differences());
    }
    assert_none(&failed, 60);
}

/// cam.video -> encoder -> XLinkOut `video`, cam.preview -> script, XLinkIn `control` -> cam, and a
/// network that only the host feeds.
const WITH_HOST: &str = r#"
[nodes.cam]
type = "ColorCamera"
inputs.inputControl = "control.out"

[nodes.encoder]
type = "VideoEncoder"
profile = "MJPEG"
inputs.in = "cam.video"

[nodes.video]
type = "XLinkOut"
stream_name = "video"
inputs.in = "encoder.bitstream"

[nodes.control]
type = "XLinkIn"
stream_name = "control"

[nodes.edges]
type = "EdgeDetector"
inputs.inputImage = "frames.out"

[nodes.frames]
type = "XLinkIn"
stream_name = "frames"

[nodes.watch]
type = "Script"
code = ""
inputs.preview = "cam.preview"
inputs.edges = "edges.outputImage"
"#;

fn with_host(serve: Option<Serve>, text: &str) -> (String, Vec<String>, Files) {
    let package = build_unchecked(text, Language::Toml, &Files::default()).unwrap();
    let mut options = options(Language::Toml);
    options.serve = serve;
    let imported = import(original(&package).unwrap(), options);
    assert_none(&imported.differences(), 1);
    let notes = imported.notes.iter();
    let notes = notes.map(|note| format!("{}: {}", note.about, note.text));
    (imported.text.clone(), notes.collect(), files(&imported))
}

#[test]
fn what_hangs_only_on_a_host_goes_with_it_and_each_loss_is_explained() {
    let (text, notes, _) = with_host(None, WITH_HOST);
    for gone in ["[nodes.encoder]", "XLink", "[nodes.edges]"] {
        let code: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(!code.join("\n").contains(gone), "{text}");
    }
    let notes = notes.join("\n");
    for word in [
        "`video` (encoder.bitstream) went to a host",
        "with it `encoder`",
        "--serve tcp",
        "`control` (cam.inputControl) came from a host",
        "cam: the host, with the stream `control`, fed `inputControl`",
        "`edges` is removed: nothing feeds it any more",
        "script: `edges`, which is removed, fed `edges`",
    ] {
        assert!(notes.contains(word), "no {word:?} in\n{notes}");
    }
    // Its id is what it was.
    assert!(text.contains("type = \"Script\"\nid = 6"), "{text}");
}

#[test]
fn where_nothing_but_a_host_used_a_pipeline_the_pipeline_stays_to_build_upon() {
    let text = WITH_HOST.split("[nodes.control]").next().unwrap();
    let text = text.replace("inputs.inputControl = \"control.out\"\n", "");
    let (text, _, _) = with_host(None, &text);
    assert!(
        text.contains("[nodes.encoder]") && text.contains("[nodes.cam]"),
        "{text}"
    );
}

#[test]
fn a_served_stream_has_a_script_in_the_place_of_its_xlink_node() {
    for (serve, port) in [
        (Serve::Tcp, "PORT = 5000\n"),
        (Serve::Http, "PORT = 8080\n"),
    ] {
        let (text, notes, files) = with_host(Some(serve), WITH_HOST);
        assert!(text.contains("[nodes.encoder]"), "{text}");
        let expected = "[nodes.serve_video]\ntype = \"Script\"\nsource = \"serve_video.py\"\n\
                        processor = \"LEON_CSS\"\n\
                        inputs.stream = { from = \"encoder.bitstream\", queue_size = 1, blocking = false }\n";
        assert!(text.contains(expected), "{text}");
        let script = String::from_utf8(files.0["serve_video.py"].clone()).unwrap();
        assert!(script.contains(port));
        assert!(
            notes
                .iter()
                .any(|note| note.contains("a script serves it now"))
        );
    }
}
