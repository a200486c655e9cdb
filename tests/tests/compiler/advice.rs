//! Whoever does what a finding says gets rid of it.

use std::path::Path;

use oakc_diag::{Diagnostic, Diagnostics};

use crate::lint::check;

const MANIP: &str = "\
[nodes.cam]
type = \"ColorCamera\"
[nodes.resized]
type = \"ImageManip\"
resize = [640, 640]
frame_type = \"BGR888p\"
max_output_frame_size = 2000000
output_frame_size = 1000000
inputs.inputImage = \"cam.video\"
";

fn found(file: &str, text: &str) -> Diagnostics {
    check(Path::new("."), file, text).1
}

fn finding(file: &str, text: &str, rule: &str) -> Option<Diagnostic> {
    let found = found(file, text);
    found.iter().find(|it| it.rule.name == rule).cloned()
}

/// The text after the fix of a finding.
fn fixed(text: &str, finding: &Diagnostic) -> String {
    let mut text = text.to_owned();
    for edit in &finding.fix.as_ref().unwrap().edits {
        text.replace_range(edit.span.start..edit.span.end, &edit.text);
    }
    text
}

#[test]
fn a_limit_that_two_keys_set_is_raised_by_the_one_that_counts() {
    let too_large = finding("app.toml", MANIP, "frame-too-large").unwrap();
    let help = too_large.help.clone().unwrap();
    assert!(help.contains("`output_frame_size = 1228800`"), "{help}");
    let place = too_large.place().unwrap();
    assert_eq!(&MANIP[place.start..place.end], "1000000");
    let raised = fixed(MANIP, &too_large);
    assert!(
        raised.contains("\noutput_frame_size = 1228800\n"),
        "{raised}"
    );
    assert_eq!(finding("app.toml", &raised, "frame-too-large"), None);
}

#[test]
fn a_key_that_is_overridden_can_be_removed() {
    let overridden = finding("app.toml", MANIP, "overridden-key").unwrap();
    let place = overridden.place().unwrap();
    assert_eq!(&MANIP[place.start..place.end], "max_output_frame_size");
    let kept: Vec<_> = (MANIP.lines())
        .filter(|line| !line.starts_with("max_output"))
        .collect();
    let kept = kept.join("\n");
    assert_eq!(finding("app.toml", &kept, "overridden-key"), None);
    // What counts is the same without it.
    assert!(finding("app.toml", &kept, "frame-too-large").is_some());
    let level = format!("{MANIP}[lint]\nallow = [\"overridden-key\"]\n");
    assert_eq!(finding("app.toml", &level, "overridden-key"), None);
}

#[test]
fn a_scale_that_is_written_as_a_fraction_becomes_a_list() {
    for (file, text) in [
        (
            "a.yaml",
            "nodes:\n  c:\n    type: ColorCamera\n    isp_scale: 2/3\n",
        ),
        (
            "a.toml",
            "[nodes.c]\ntype = \"ColorCamera\"\nisp_scale = \"2/3\"\n",
        ),
    ] {
        let wrong = finding(file, text, "wrong-type").unwrap();
        assert_eq!(finding(file, &fixed(text, &wrong), "wrong-type"), None);
    }
}

#[test]
fn a_value_that_a_parameter_brings_is_changed_at_the_parameter() {
    let text = "[params]\nfps = \"abc\"\n[nodes.c]\ntype = \"ColorCamera\"\nfps = \"${fps}\"\n";
    let wrong = finding("a.toml", text, "wrong-type").unwrap();
    let place = wrong.place().unwrap();
    assert_eq!(&text[place.start..place.end], "\"abc\"");
    let used = wrong.labels.iter().find(|label| !label.primary).unwrap();
    assert_eq!(&text[used.span.start..used.span.end], "\"${fps}\"");
    let right = text.replace("\"abc\"", "10");
    assert_eq!(finding("a.toml", &right, "wrong-type"), None);
    // A rule about the value also marks the parameter.
    let fast = text.replace("\"abc\"", "500");
    let fast = format!("[device]\nmodel = \"OAK-D-POE\"\n{fast}");
    let capped = finding("a.toml", &fast, "fps-above-sensor").unwrap();
    let marked = capped
        .labels
        .iter()
        .map(|it| &fast[it.span.start..it.span.end]);
    assert_eq!(
        marked.filter(|text| *text == "500").count(),
        1,
        "{capped:?}"
    );
}

#[test]
fn a_deprecated_key_is_renamed() {
    let text = "[nodes.left]\ntype = \"MonoCamera\"\ncam_id = 1\n";
    let deprecated = finding("app.toml", text, "deprecated-key").unwrap();
    let renamed = fixed(text, &deprecated);
    assert!(renamed.ends_with("\nboard_socket = 1\n"), "{renamed}");
    assert_eq!(finding("app.toml", &renamed, "deprecated-key"), None);
}
