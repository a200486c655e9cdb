//! The classes that `oakc test` gives scripts, compared with the library's.

use std::path::Path;
use std::process::Command;

use oakc_tests::reference::{folder, python};

#[test]
fn messages_on_the_desk_have_the_members_and_defaults_of_the_library() {
    let Some(python) = python() else { return };
    let compiler = Path::new(env!("CARGO_MANIFEST_DIR")).join("../compiler");
    let compared = Command::new(python)
        .arg(folder().join("desk_messages.py"))
        .arg(compiler)
        .env("DEPTHAI_LEVEL", "off")
        .output()
        .unwrap();
    let differences = String::from_utf8_lossy(&compared.stdout);
    // The library writes its own messages to stdout, too.
    let differences: Vec<_> = differences
        .lines()
        .filter(|it| !it.starts_with('['))
        .collect();
    let errors = String::from_utf8_lossy(&compared.stderr);
    assert!(compared.status.success(), "{errors}");
    assert!(differences.is_empty(), "{differences:#?}");
}
