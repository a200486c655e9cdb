//! Every setter, enumerator and board setting of the real library: a call and the equivalent
//! configuration give equal packages.

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
