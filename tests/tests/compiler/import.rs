//! Packages built by oakc and imported again.

use std::fs;
use std::path::Path;

use oakc_core::syntax::Language;
use oakc_core::world::MemoryWorld;
use oakc_import::{Original, Serve, import};
use oakc_tests::comparison::{LANGUAGES, assert_none};
use oakc_tests::import::{files, import_package, losses, options, original};
use oakc_tests::package::{build, build_unchecked};
use oakc_tests::snapshot::Snapshots;

#[test]
fn an_import_reads_as_if_a_person_had_written_it() {
    let mut snapshots = Snapshots::of("import");
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
        let package = build(&text, language, &scripts.collect::<MemoryWorld>()).unwrap();
        let imported = import_package(&package, language).unwrap();
        snapshots.check(&format!("{example}.{ending}"), &imported.text);
    }
    snapshots.finish();
}

#[test]
fn an_unread_script_output_is_kept() {
    let text = "[nodes.relay]\ntype = \"Script\"\ncode = \"\"\noutputs = [\"spare\", \"a.b[c]\"]\n";
    let package = build(text, Language::Toml, &MemoryWorld::default()).unwrap();
    for language in LANGUAGES {
        let (text, lost) = losses(&package, language);
        assert_none(&lost, 1);
        assert!(text.contains("spare"), "{text}");
    }
}

/// Names that look like something else, none at all among them; and a link to the same node.
const ODD_PORTS: &str = r#"
[nodes.a]
type = "Script"
code = ""
outputs = ["", "outputs[x]", '""']
inputs.loop = "a.again"

[nodes.b]
type = "Script"
code = ""
inputs."" = 'a.outputs[""]'
inputs.'inputs["in[x]"]' = 'a.outputs["left"]'
inputs.'inputs[""""]' = 'a.outputs[""""]'

[nodes.sync]
type = "Sync"
inputs."" = { queue_size = -7 }

[nodes.demux]
type = "MessageDemux"
inputs.input = "sync.out"

[nodes.c]
type = "Script"
code = ""
inputs.in = 'demux.outputs[""]'
"#;

#[test]
fn ports_may_have_any_name_and_none() {
    let package = build_unchecked(ODD_PORTS, Language::Toml, &MemoryWorld::default()).unwrap();
    let original = original(&package).unwrap();
    let has = |node, group: &str, name: &str| {
        let ports = &original.nodes[&node].ports;
        assert!(
            ports.contains_key(&(group.to_owned(), name.to_owned())),
            "{ports:?}"
        );
    };
    for name in ["", "outputs[x]", "\"\"", "left"] {
        has(0, "io", name);
    }
    for name in ["", "in[x]", "\"\""] {
        has(1, "io", name);
    }
    has(2, "inputs", "");
    has(3, "outputs", "");
    for language in LANGUAGES {
        assert_none(&losses(&package, language).1, 1);
    }
}

#[test]
fn an_odd_value_is_kept_named_and_allowed() {
    let text = "[lint]\nallow = [\"undocumented-value\"]\n[nodes.t]\ntype = \"ObjectTracker\"\n\
                occlusion_ratio_threshold = 728.6\ntracker_type = -1\ntracker_threshold = nan\n";
    let package = build_unchecked(text, Language::Toml, &MemoryWorld::default()).unwrap();
    for language in LANGUAGES {
        let imported = import_package(&package, language).unwrap();
        assert_none(&imported.differences(), 1);
        let notes: Vec<_> = imported
            .notes
            .iter()
            .map(|note| (&*note.about, &*note.text))
            .collect();
        let ratio = "`occlusion_ratio_threshold` is refused: the ratio must be \
                     between 0 and 1, not 728.6; it is kept, as the original has it";
        let kind =
            "`tracker_type`: -1 is not a value of TrackerType; it is kept, as the original has it";
        assert_eq!(notes, [("tracker", ratio), ("tracker", kind)]);
        // The file itself allows it.
        build(&imported.text, language, &files(&imported))
            .map_err(|text| assert!(!text.contains("undocumented-value"), "{text}"))
            .ok();
        assert!(
            imported.text.contains("undocumented-value"),
            "{}",
            imported.text
        );
    }
}

#[test]
fn an_application_without_nodes_stays_one() {
    let package = build("[nodes]\n", Language::Toml, &MemoryWorld::default()).unwrap();
    for language in LANGUAGES {
        let imported = import_package(&package, language).unwrap();
        assert_none(&imported.differences(), 1);
    }
}

#[test]
fn text_that_cannot_be_parsed_again_is_noticed() {
    let package = build("[nodes]\n", Language::Toml, &MemoryWorld::default()).unwrap();
    let mut imported = import_package(&package, Language::Toml).unwrap();
    assert_eq!(imported.parse_again(), Ok(()));
    imported.text.push_str("x = [\n  ,\n]\n");
    let error = imported.parse_again().unwrap_err().to_string();
    assert!(error.contains("cannot be parsed"), "{error}");
}

#[test]
fn numbers_that_are_not_finite_come_out_of_a_dump() {
    // What the library writes, what Python's `json` makes of a dump with such numbers, and a text that only
    // looks like one.
    let dump = r#"{"assets": {"map": {}}, "assetStorage": [], "pipeline": {"connections": [], "globalProperties":
        {"pipelineName": "NaN \"Infinity", "leonCssFrequencyHz": Infinity, "leonMssFrequencyHz": -Infinity},
        "nodes": [[0, {"id": 0, "name": "ObjectTracker", "ioInfo": [], "properties":
        {"trackerThreshold": NaN, "occlusionRatioThreshold": null}}]]}}"#;
    let (original, notes) = Original::from_json(dump.as_bytes()).unwrap();
    let [note] = &notes[..] else {
        panic!("{notes:?}")
    };
    assert!(
        note.text
            .starts_with("`occlusionRatioThreshold` of node 0 (ObjectTracker) is null")
    );
    for (language, words) in [
        (
            Language::Toml,
            [
                "tracker_threshold = nan",
                "leon_css_frequency_hz = inf",
                "leon_mss_frequency_hz = -inf",
            ],
        ),
        (
            Language::Yaml,
            [
                "tracker_threshold: .nan",
                "leon_css_frequency_hz: .inf",
                "leon_mss_frequency_hz: -.inf",
            ],
        ),
    ] {
        let imported = import(original.clone(), options(language));
        assert_none(&imported.differences(), 1);
        for word in words {
            assert!(imported.text.contains(word), "{}", imported.text);
        }
        assert!(
            imported.text.contains(r#"NaN \"Infinity"#),
            "{}",
            imported.text
        );
    }
}

#[test]
fn text_that_is_not_utf_8_keeps_its_bytes() {
    let text = "[app]\nname = \"a\\U0010FEFF\"\n[nodes.cam]\ntype = \"MonoCamera\"\ncamera_name = \"\\U0010FEC3x\"\n";
    let package = build_unchecked(text, Language::Toml, &MemoryWorld::default()).unwrap();
    let has = |bytes: &[u8]| package.windows(bytes.len()).any(|found| found == bytes);
    assert!(has(b"a\xFF") && has(b"\xC3x"), "the bytes are there");
    for language in LANGUAGES {
        assert_none(&losses(&package, language).1, 1);
    }
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

fn with_host(serve: Option<Serve>, text: &str) -> (String, Vec<String>, MemoryWorld) {
    let package = build_unchecked(text, Language::Toml, &MemoryWorld::default()).unwrap();
    let mut options = options(Language::Toml);
    options.serve = serve;
    let imported = import(original(&package).unwrap(), options);
    assert_none(&imported.differences(), 1);
    let notes = imported.notes.iter();
    let notes = notes.map(|note| format!("{}: {}", note.about, note.text));
    (imported.text.clone(), notes.collect(), files(&imported))
}

#[test]
fn nodes_that_only_serve_a_host_are_removed_and_each_loss_is_explained() {
    let (text, notes, _) = with_host(None, WITH_HOST);
    for gone in ["[nodes.encoder]", "XLink", "[nodes.edges]"] {
        let code: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(!code.join("\n").contains(gone), "{text}");
    }
    let notes = notes.join("\n");
    for word in [
        "`video` (encoder.bitstream) went to a host",
        "with it `encoder`",
        "`oakc import --serve tcp` or `--serve http` keeps what went to a host",
        "`control` (cam.inputControl) came from a host",
        "cam: the host, with the stream `control`, fed `inputControl`",
        "`edges` is removed: nothing feeds it any more",
        "script: `edges`, which is removed, fed `edges`",
    ] {
        assert!(notes.contains(word), "no {word:?} in\n{notes}");
    }
    // Once, however many streams there are.
    assert_eq!(notes.matches("--serve tcp").count(), 1, "{notes}");
    // It keeps its id.
    assert!(text.contains("type = \"Script\"\nid = 6"), "{text}");
}

#[test]
fn a_pipeline_that_only_served_a_host_is_kept() {
    let text = WITH_HOST.split("[nodes.control]").next().unwrap();
    let text = text.replace("inputs.inputControl = \"control.out\"\n", "");
    let (text, _, _) = with_host(None, &text);
    assert!(
        text.contains("[nodes.encoder]") && text.contains("[nodes.cam]"),
        "{text}"
    );
}

#[test]
fn a_demux_whose_members_go_to_the_host_is_removed_with_them() {
    let group = r#"
[nodes.group]
type = "Sync"
inputs.video = "cam.video"

[nodes.apart]
type = "MessageDemux"
inputs.input = "group.out"

[nodes.member]
type = "XLinkOut"
stream_name = "member"
inputs.in = "apart.video"
"#;
    let (text, notes, _) = with_host(None, &format!("{WITH_HOST}{group}"));
    let code: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let code = code.join("\n");
    assert!(
        !code.contains("MessageDemux") && !code.contains("Sync"),
        "{text}"
    );
    let notes = notes.join("\n");
    assert!(notes.contains("with it `sync`, `demux`"), "{notes}");
}

#[test]
fn a_served_stream_has_a_script_in_place_of_its_xlink_node() {
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
        let script = String::from_utf8(files.get("serve_video.py").unwrap().to_vec()).unwrap();
        assert!(script.contains(port));
        assert!(
            notes
                .iter()
                .any(|note| note.contains("a script serves it now"))
        );
    }
}
