//! Packages built by oakc and imported again.

use std::fs;
use std::path::Path;

use oakc_core::syntax::Language;
use oakc_core::world::MemoryWorld;
use oakc_import::{Serve, import};
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
        "--serve tcp",
        "`control` (cam.inputControl) came from a host",
        "cam: the host, with the stream `control`, fed `inputControl`",
        "`edges` is removed: nothing feeds it any more",
        "script: `edges`, which is removed, fed `edges`",
    ] {
        assert!(notes.contains(word), "no {word:?} in\n{notes}");
    }
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
    assert!(notes.contains("which nothing else needs"), "{notes}");
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
