//! Stubs in python/oakc/, for editors and type checkers: what scripts have without an import, and the modules that oakc provides.

use oakc_script::api::API;

const HEAD: &str = "# Made by `cargo xtask gen` from compiler/script/src/api.\n";

/// The modules with a text of their own, by the path of their stub.
const MODULES: [(&str, &str); 6] = [
    ("oakc.clock", "python/oakc/clock.pyi"),
    ("oakc.dns", "python/oakc/dns.pyi"),
    ("oakc.http", "python/oakc/http.pyi"),
    ("oakc.log", "python/oakc/log.pyi"),
    ("oakc.mqtt", "python/oakc/mqtt.pyi"),
    ("oakc.rtsp", "python/oakc/rtsp.pyi"),
];

/// Each stub with its path.
pub(super) fn files() -> impl Iterator<Item = (&'static str, String)> {
    let modules = MODULES.iter();
    let modules = modules.filter_map(|(name, path)| Some((*path, API.module_stub(name)?)));
    let camera = ("python/oakc/camera.pyi", API.stub());
    let files = modules.chain([camera]);
    files.map(|(path, text)| (path, format!("{HEAD}{text}")))
}
