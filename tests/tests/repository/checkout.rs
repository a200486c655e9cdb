//! A checkout where git writes texts as Windows does: the same files.

use std::fs;
use std::process::Command;

use oakc_tests::requirement::has_program;
use xtask::root;

/// What becomes part of the binary: a rule's page, a template, a script, a page for browsers, and what takes part in examples.
const INCLUDED: &[&str] = &[
    "compiler/deploy/src/fleet/invalid_fleet.md",
    "compiler/project/src/template/rtsp.yaml",
    "compiler/python/src/device.py",
    "compiler/simulate/src/view/page.html",
    "examples/tcp-streaming/app.toml",
    "examples/tcp-streaming/stream.py",
];

#[test]
fn what_the_binary_includes_has_the_same_bytes_on_windows() {
    if !has_program("git") {
        return;
    }
    let checkout = tempfile::tempdir().unwrap();
    let mut git = Command::new("git");
    git.args(["-c", "core.autocrlf=true", "-c", "core.eol=crlf"]);
    git.arg("checkout-index")
        .arg(format!("--prefix={}/", checkout.path().display()));
    let status = git
        .arg("--")
        .args(INCLUDED)
        .current_dir(root())
        .status()
        .unwrap();
    assert!(status.success());
    for name in INCLUDED {
        let text = fs::read_to_string(checkout.path().join(name)).unwrap();
        assert!(
            !text.contains('\r'),
            "{name} gets other line ends: .gitattributes"
        );
    }
}
