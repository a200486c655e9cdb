//! Stubs in python/, for editors and type checkers: what scripts have without an import, and the firmware's module `GPIO`.

use oakc_script::api::API;

const HEAD: &str = "# Made by `cargo xtask gen` from compiler/script/src/api.\n";

/// Each stub with its path.
pub(super) fn files() -> [(&'static str, String); 2] {
    [
        ("python/oakc/camera.pyi", format!("{HEAD}{}", API.stub())),
        ("python/GPIO.pyi", format!("{HEAD}{}", API.gpio_stub())),
    ]
}
