//! `oakc graph`: pictures in three formats, of valid and of faulty applications.

use oakc_tests::comparison::adjustable_rules;
use oakc_tests::snapshot::Snapshots;
use roxmltree::{Document, Node};

use super::*;

fn graph(app: &App, arguments: &[&str]) -> String {
    app.run(&[&["graph", "-q"], arguments].concat())
        .exits(0)
        .stdout
}

/// Parses an SVG and checks what has to hold for each one.
fn parsed(svg: &str) -> Document<'_> {
    let document = Document::parse(svg).unwrap();
    for element in document.descendants().filter(Node::is_element) {
        let name = element.tag_name().name();
        let known = [
            "svg", "style", "g", "rect", "path", "circle", "text", "title",
        ];
        assert!(known.contains(&name), "{name}");
        for attribute in element.attributes() {
            let value = attribute.value();
            assert!(!attribute.name().starts_with("on") && attribute.name() != "href");
            assert!(
                !value.contains("url(") && !value.contains("NaN") && !value.contains("inf"),
                "{value}"
            );
        }
    }
    let style = document
        .descendants()
        .find(|node| node.has_tag_name("style"))
        .unwrap();
    let style = style.text().unwrap();
    assert!(!style.contains("@import") && !style.contains("url("));
    assert!(style.contains("prefers-color-scheme:dark"));
    document
}

/// All texts in the picture.
fn texts(document: &Document<'_>) -> Vec<String> {
    let texts = document
        .descendants()
        .filter(|node| node.has_tag_name("text"));
    texts
        .map(|node| node.text().unwrap_or_default().to_owned())
        .collect()
}

/// How many elements have a class.
fn count(document: &Document<'_>, class: &str) -> usize {
    let has = |node: &Node<'_, '_>| {
        let classes = node.attribute("class").unwrap_or_default();
        classes.split(' ').any(|one| one == class)
    };
    document.descendants().filter(has).count()
}

fn examples() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let folders = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let files = folders.flat_map(|folder| ["app.toml", "app.yaml"].map(|name| folder.join(name)));
    files.filter(|file| file.exists()).collect()
}

#[test]
fn every_example_has_its_picture() {
    let app = App::new();
    let files = examples();
    assert_eq!(files.len(), 10);
    for file in files {
        let svg = graph(&app, &["--format", "svg", file.to_str().unwrap()]);
        let document = parsed(&svg);
        assert!(count(&document, "node") >= 3, "{}", file.display());
        assert!(count(&document, "label") >= 2);
        assert!(
            texts(&document)
                .iter()
                .any(|text| text == "MonoCamera · id 0" || text == "ColorCamera · id 0")
        );
    }
}

#[test]
fn links_are_labelled_with_what_is_known_of_them() {
    let app = App::new();
    let guard = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/stereo-guard/app.yaml");
    let svg = graph(&app, &["--format", "svg", guard.to_str().unwrap()]);
    let texts = texts(&parsed(&svg));
    for text in [
        "RAW8 640×400",
        "10 fps · 2.56 MB/s",
        "queue 4, drops old",
        "SpatialLocationCalculatorData",
        "inputDepth",
    ] {
        assert!(
            texts.iter().any(|one| one == text),
            "no {text} in {texts:?}"
        );
    }
}

#[test]
fn pictures_match_their_snapshots() {
    let mut snapshots = Snapshots::of("graph");
    let app = App::new();
    for name in snapshots.inputs(|name| name.strip_suffix(".toml").is_some()) {
        let input = snapshots.folder().join(&name);
        for (format, ending) in [("dot", "dot"), ("mermaid", "mmd")] {
            let arguments = ["--format", format, input.to_str().unwrap()];
            let stored = name.replace("toml", ending);
            snapshots.check(&stored, &graph(&app, &arguments));
        }
    }
    snapshots.finish();
}

#[test]
fn a_package_looks_like_its_application() {
    let app = App::new();
    // These are the names that `import` gives, because a package has none.
    app.file(
        "app.toml",
        "[app]\nname = \"named\"\n[nodes.cam]\ntype = \"ColorCamera\"\n\
         [nodes.script]\ntype = \"Script\"\ncode = \"node.io['frames'].get()\"\n\
         inputs.frames = { from = \"cam.video\", queue_size = 2 }\n",
    );
    app.build().exits(0);
    for format in ["dot", "mermaid", "svg"] {
        let application = graph(&app, &["--format", format, "app.toml"]);
        assert_eq!(
            application,
            graph(&app, &["--format", format, "out/app.dap"])
        );
        assert!(application.contains("1920×1080"), "{application}");
    }
}

#[test]
fn the_extension_of_the_output_chooses_its_format() {
    let app = App::small();
    for (name, start) in [
        ("a.svg", "<svg "),
        ("a.mmd", "flowchart LR"),
        ("a.dot", "digraph "),
        ("a", "digraph "),
    ] {
        assert_eq!(graph(&app, &["app.toml", "-o", name]), "");
        let text = String::from_utf8(app.read(name)).unwrap();
        assert!(text.starts_with(start), "{name}: {text}");
    }
    assert!(graph(&app, &["app.toml"]).starts_with("digraph "));
    graph(&app, &["app.toml", "--format", "mermaid", "-o", "a.svg"]);
    assert!(app.read("a.svg").starts_with(b"flowchart"));
    let ran = app.run(&["graph", "app.toml", "-o", "a.png"]).exits(2);
    ran.says(".svg, .dot, .gv, .mmd and .mermaid");
    assert!(!app.path("a.png").exists());
}

const FAULTY: &str = "\
[nodes.cam]
type = \"ColorCamera\"
preveiw_size = [300, 300]

[nodes.out]
type = \"XLinkOut\"
stream_name = \"a\"
inputs.in = [\"cam.preview\", \"cam.nothing\"]
";

#[test]
fn faults_are_listed_and_marked_where_they_occur() {
    let app = App::new();
    app.file("app.toml", FAULTY);
    let ran = app
        .run(&["graph", "app.toml", "--format", "svg"])
        .exits(0)
        .says("marked in the picture");
    let document = parsed(&ran.stdout);
    let marked: Vec<_> = document
        .descendants()
        .filter(|node| {
            let class = node.attribute("class").unwrap_or_default();
            class.starts_with("node") && class.ends_with("error")
        })
        .collect();
    assert_eq!(marked.len(), 2);
    let texts = texts(&document);
    for rule in ["unknown-key", "unknown-port", "host-dependent-node"] {
        assert!(
            texts.iter().any(|text| text.contains(rule)),
            "no {rule} in {texts:?}"
        );
    }
    for format in ["dot", "mermaid"] {
        let text = graph(&app, &["app.toml", "--format", format]);
        assert!(text.contains("OAK012 host-dependent-node"), "{text}");
    }
    app.file("app.toml", "[nodes");
    let ran = app.run(&["graph", "app.toml"]).exits(1).says("syntax");
    assert_eq!(ran.stdout, "");
}

#[test]
fn a_faulty_link_is_marked() {
    let app = App::new();
    app.file("app.toml", "[nodes.cam]\ntype = \"ColorCamera\"\n[nodes.warp]\ntype = \"Warp\"\noutput_size = [640, 480]\n\
        inputs.inputImage = \"cam.preview\"\n[nodes.s]\ntype = \"Script\"\ncode = \"node.io['a'].get()\"\ninputs.a = \"warp.out\"\n");
    let svg = graph(&app, &["app.toml", "--format", "svg"]);
    let document = parsed(&svg);
    let labels = document
        .descendants()
        .filter(|node| node.attribute("class") == Some("label error"));
    assert_eq!(labels.count(), 1, "{svg}");
}

#[test]
fn names_are_escaped_everywhere() {
    let app = App::new();
    let names = [
        "</svg><script>",
        "a\\\"b\\\\",
        "line\\nline",
        "🚪",
        "]-->x",
        "\\u001B[31m",
        "\\u202E",
        "n0",
        "x#amp;",
        "</td>",
        "%%",
        "a;b",
        "`**`",
        "end",
    ];
    let nodes = names.iter().enumerate().map(|(place, name)| {
        let before = names[(place + names.len() - 1) % names.len()];
        format!("[nodes.\"{name}\"]\ntype = \"Script\"\ncode = \"\"\ninputs.\"in {name}\" = \"{before}.outputs[{before}]\"\n")
    });
    let nodes: String = nodes.collect();
    app.file(
        "app.toml",
        format!("[app]\nname = \"</title>\\\"\"\n{nodes}"),
    );
    let svg = graph(&app, &["app.toml", "--format", "svg"]);
    let document = parsed(&svg);
    assert_eq!(count(&document, "node"), names.len());
    assert_eq!(count(&document, "label"), names.len());
    assert!(texts(&document).iter().any(|text| text == "</svg><script>"));
    let dot = graph(&app, &["app.toml", "--format", "dot"]);
    assert_eq!(
        dot.lines()
            .filter(|line| line.contains(" [label=<<table"))
            .count(),
        names.len()
    );
    let mermaid = graph(&app, &["app.toml", "--format", "mermaid"]);
    assert_eq!(
        mermaid
            .lines()
            .filter(|line| line.ends_with(":::script"))
            .count(),
        names.len()
    );
    for text in [&svg, &dot, &mermaid] {
        assert!(!text.contains(['\u{1b}', '\u{202e}']));
        assert!(!text.contains("<script>"));
    }
}

#[test]
fn a_hundred_thousand_nodes_are_drawn_in_dot_and_refused_as_svg() {
    let app = App::new();
    let rules = adjustable_rules().join("','");
    let nodes = (0..100_000).map(|place| format!("[nodes.n{place}]\ntype=\"SystemLogger\"\n"));
    let nodes: String = nodes.collect();
    app.file("app.toml", format!("[lint]\nallow=['{rules}']\n{nodes}"));
    let dot = graph(&app, &["app.toml"]);
    assert_eq!(
        dot.lines().filter(|line| line.starts_with("  n")).count(),
        100_001
    );
    app.run(&["graph", "app.toml", "--format", "svg"])
        .exits(1)
        .says("--format dot");
}
