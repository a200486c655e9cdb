//! The CPython that runs scripts as the camera does: 3.9, or else the newest of this computer, named on stderr.

use std::io::Write;
use std::sync::OnceLock;

use oakc_python::Interpreter;

use crate::python39::cpython39;
use crate::requirement::missing;

/// The interpreter; none, if there is none ([`missing`]). In continuous integration it is 3.9, or missing.
#[track_caller]
pub fn interpreter() -> Option<Interpreter> {
    static FOUND: OnceLock<Option<Interpreter>> = OnceLock::new();
    let found = FOUND.get_or_init(|| {
        let own = cpython39().and_then(|path| Interpreter::at(&path).ok());
        let found = own.or_else(|| Interpreter::find().ok());
        if let Some(found) = found.as_ref().filter(|found| !found.is_of_the_camera()) {
            tell(found);
        }
        found
    });
    let in_ci = std::env::var_os("CI").is_some_and(|value| value == "true");
    let found = found
        .clone()
        .filter(|found| found.is_of_the_camera() || !in_ci);
    if found.is_none() {
        missing(
            "CPython 3.9 (OAKC_PYTHON39, python3.9, pyenv, or a Debian mirror to unpack it from)",
        );
    }
    found
}

#[expect(clippy::disallowed_methods, reason = "a test writes, and not oakc")]
fn tell(interpreter: &Interpreter) {
    let text = format!("scripts run in {interpreter}: this computer has no CPython 3.9\n");
    let _ = std::io::stderr().write_all(text.as_bytes());
}
