//! Targets that read configurations, all the way to a package and back.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use oakc_blob::synthetic::BlobBuilder;
use oakc_check::{compile, examine};
use oakc_core::lower::lower;
use oakc_core::package::inspect::Package;
use oakc_core::syntax::Language;
use oakc_core::world::MemoryWorld;
use oakc_core::{CheckedGraph, Override, Profile, Source};
use oakc_diag::render::{self, HumanOptions};
use oakc_diag::{Diagnostics, SourceMap};
use oakc_pack::{Assembly, MemoryFirmware};
use oakc_picture::Picture;

use crate::Outcome;
use crate::bytes::words;

/// Stands for the firmware image.
const FIRMWARE: &[u8] = b"firmware";

/// What an application of a fuzz run can extend.
const BASE: &str = "[params]\na = 3\n[nodes.c]\ntype = \"ColorCamera\"\nfps = \"${a}\"\n\
                    [nodes.s]\ntype = \"Script\"\nsource = \"s.py\"\ninputs.x = \"c.preview\"\n\
                    [profiles.p.nodes.c]\nfps = 1\n[lint]\nallow = [\"unused-node\"]\n";

/// The files that an application of a fuzz run can name.
static FILES: LazyLock<MemoryWorld> = LazyLock::new(|| {
    let old = BlobBuilder::detector(300, 300).version(5, 0);
    MemoryWorld::from_iter([
        ("s.py", b"node.io['x'].tryGet()\n".to_vec()),
        ("m.blob", BlobBuilder::detector(300, 300).build()),
        ("old.blob", old.build()),
        ("t.bin", vec![7; 100]),
        ("base.toml", BASE.as_bytes().to_vec()),
        (
            "b/base.yaml",
            b"extends: ../base.toml\nparams: {a: 1}\n".to_vec(),
        ),
    ])
});

/// A configuration in TOML.
///
/// # Panics
/// If an invariant of configurations is violated.
pub fn toml(input: &[u8]) -> Outcome {
    run(input, Language::Toml, None, &[])
}

/// A configuration in YAML.
///
/// # Panics
/// If an invariant of configurations is violated.
pub fn yaml(input: &[u8]) -> Outcome {
    run(input, Language::Yaml, None, &[])
}

/// A configuration in TOML after lines `NAME=VALUE` and an empty line: values of parameters; that of
/// `profile` is the name of a profile.
///
/// # Panics
/// If an invariant of configurations is violated.
pub fn params(input: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(input);
    let (head, body) = text.split_once("\n\n").unwrap_or(("", &text));
    let pairs = head.lines().filter_map(|line| line.split_once('='));
    let (profiles, pairs): (Vec<_>, Vec<_>) = pairs.partition(|(name, _)| *name == "profile");
    let profile = profiles.first().map(|(_, name)| Profile::named(name));
    let pairs = pairs.into_iter();
    let overrides = pairs.map(|(name, value)| Override {
        name: name.to_owned(),
        value: value.to_owned(),
        written: None,
    });
    let overrides: Vec<_> = overrides.collect();
    run(body.as_bytes(), Language::Toml, profile, &overrides)
}

/// A script after lines `NAME=VALUE` and an empty line: values of the parameters `a`, `b` and `password` that are filled
/// into it.
///
/// # Panics
/// If an invariant of configurations is violated.
pub fn template(input: &[u8]) -> Outcome {
    const APPLICATION: &str = "[params]\na = \"x\"\nb = 1\npassword = \"hunter22\"\n[nodes.c]\ntype = \"ColorCamera\"\n\
                               [nodes.s]\ntype = \"Script\"\nsource = \"t.py\"\ntemplate = true\ninputs.x = \"c.preview\"\n";
    let Ok(text) = str::from_utf8(input) else {
        return "not text".to_owned();
    };
    let (head, script) = text.split_once("\n\n").unwrap_or(("", text));
    let pairs = head.lines().filter_map(|line| line.split_once('='));
    let overrides = pairs.map(|(name, value)| Override {
        name: name.to_owned(),
        value: value.to_owned(),
        written: None,
    });
    let overrides: Vec<_> = overrides.collect();
    let mut files = FILES.clone();
    files.insert("t.py", script.as_bytes());
    run_in(
        &files,
        APPLICATION.as_bytes(),
        Language::Toml,
        None,
        &overrides,
    )
}

fn run(
    input: &[u8],
    language: Language,
    profile: Option<Profile<'_>>,
    overrides: &[Override],
) -> Outcome {
    run_in(&FILES, input, language, profile, overrides)
}

fn run_in(
    files: &MemoryWorld,
    input: &[u8],
    language: Language,
    profile: Option<Profile<'_>>,
    overrides: &[Override],
) -> Outcome {
    let Ok(text) = str::from_utf8(input) else {
        return "not text".to_owned();
    };
    let source = Source {
        name: "app",
        text,
        language,
        profile,
        params: &[],
        overrides,
        levels: &oakc_core::config::Levels::default(),
    };
    let mut sources = SourceMap::new();
    let mut found = Diagnostics::new();
    let checked = compile(&source, files, &mut sources, &mut found);
    assert_eq!(checked.is_none(), found.has_errors(), "errors, or a graph");
    for diagnostic in &found {
        for label in &diagnostic.labels {
            assert!(
                sources.slice(label.span).is_some(),
                "a label beside the text: {diagnostic:?}"
            );
        }
    }
    // Rendering a thousand problems covers no more than rendering a few.
    if found.len() < 20 {
        let _ = render::human(&found, &sources, HumanOptions::default());
        let _ = render::json(&found, &sources);
        let _ = render::sarif(&found, &sources);
        let _ = render::github(&found, &sources);
    }
    draws(&source, files);
    if let Some(checked) = checked {
        packages_and_comes_back(&checked);
        return "checked".to_owned();
    }
    let kinds: BTreeSet<_> = found.iter().map(|d| words(&d.message)).collect();
    kinds.into_iter().collect::<Vec<_>>().join("; ")
}

/// Whatever can be parsed has a picture, unless it is too large for one.
fn draws(source: &Source<'_>, files: &MemoryWorld) {
    let (mut sources, mut found) = (SourceMap::new(), Diagnostics::new());
    if let Some(examined) = examine(source, files, &mut sources, &mut found) {
        let picture = Picture::of(&examined, &found);
        assert!(picture.dot().ends_with("}\n"));
        assert!(picture.mermaid().starts_with("flowchart LR\n"));
        let svg = picture.svg();
        assert!(
            svg.is_ok() || picture.nodes.len() + picture.links.len() > 100,
            "{svg:?}"
        );
    }
}

/// An application that passes the checks can be lowered and packaged, and the package reads back equal.
fn packages_and_comes_back(checked: &CheckedGraph) {
    let lowered = lower(checked);
    assert!(lowered.is_ok(), "{:?}", lowered.err());
    let Ok(lowered) = lowered else { return };
    // As text, because NaN is not equal to itself.
    let pipeline = format!("{:?}", Ok::<_, &String>(lowered.pipeline()));
    let assets = lowered.assets().clone();
    let name = lowered.app_name().to_owned();
    let firmware = MemoryFirmware {
        image: FIRMWARE,
        commit: "0123",
    };
    let assembly = Assembly::new(lowered, firmware, false);
    assert!(assembly.is_ok(), "{:?}", assembly.err());
    let Ok(assembly) = assembly else { return };
    let file = assembly.to_bytes();
    assert!(file.is_ok(), "{:?}", file.err());
    let file = file.unwrap_or_default();
    let package = Package::parse(&file);
    assert!(package.is_ok(), "{:?}", package.err());
    let Ok(package) = package else { return };
    let schema = package.pipeline.as_ref().map(|pipeline| &pipeline.schema);
    assert_eq!(format!("{schema:?}"), pipeline);
    assert_eq!(package.assets.as_ref(), Ok(&assets));
    assert!(package.board.is_ok(), "{:?}", package.board);
    assert_eq!(package.firmware.as_deref(), Ok(FIRMWARE));
    assert_eq!(package.app_name(), name);
    for section in package.header().sections() {
        assert!(package.checksum_matches(section), "{section:?}");
    }
}
