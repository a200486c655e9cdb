//! Every setter, enumerator and board setting of the real library: a call and the equivalent
//! configuration give equal packages.

use std::process::Command;

use oakc_tests::blob_file;
use oakc_tests::comparison::{Comparison, LANGUAGES, assert_none};
use oakc_tests::reference::{Reference, generate, python, target};

#[test]
fn every_setter_has_the_same_effect_as_in_the_library() {
    let Some(python) = python() else { return };
    let blob = blob_file(&target());
    let lines = generate(&python, "setters.py", &["--blob", &blob]);
    assert!(lines.len() > 1500, "only {} setters", lines.len());
    let mut reference = Reference::start(&python);
    let mut failed = Vec::new();
    for (line, language) in lines.iter().zip(LANGUAGES.into_iter().cycle()) {
        let compared = Comparison::of(&mut reference, &line["description"], language);
        let problems = compared.problems();
        if !problems.is_empty() {
            let name = format!("{} {} {}", line["target"], line["method"], line["variant"]);
            failed.push(format!(
                "{name} {}:\n  {}",
                line["args"],
                problems.join("\n  ")
            ));
        }
    }
    assert_none(&failed, lines.len());
}

/// Why `cam_id` is a deprecated key, and that `board_socket` takes its values.
const CAM_ID: &str = r#"
import warnings, depthai as dai
for kind in (dai.node.ColorCamera, dai.node.MonoCamera):
    for number in range(4):
        node = dai.Pipeline().create(kind)
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            node.setCamId(number)
        assert [it.category for it in told] == [DeprecationWarning], told
        assert int(node.getBoardSocket().value) == number, node.getBoardSocket()
"#;

#[test]
fn the_library_deprecates_the_setter_of_a_deprecated_key() {
    let Some(python) = python() else { return };
    let ended = Command::new(python).args(["-c", CAM_ID]).output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
}
