//! Copies of the examples whose networks others publish: with the networks, fetched, prepared and compiled by oakc into a
//! cache that outlives the tests; or with a stand-in of the same size, for what needs no network.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::models::model;
use crate::process::{App, Ran, oakc};
use crate::python39::cpython39;
use crate::reference::target;
use crate::requirement::missing;

/// An example, the models that it has, and for each a synthetic one that takes a picture of the same size.
pub type Example = (&'static str, &'static [(&'static str, &'static str)]);

/// The examples whose models have to be fetched and prepared.
pub const PREPARED: [Example; 3] = [
    ("people-counting", &[("person", "ssd-300x300-6shave.blob")]),
    (
        "licence-plates",
        &[
            ("vehicle", "ssd-300x300-4shave.blob"),
            ("plate", "ssd-320x320-4shave.blob"),
            ("text", "ssd-320x48-4shave.blob"),
        ],
    ),
    ("fall-alarm", &[("pose", "ssd-256x256-6shave.blob")]),
];

/// An example as it is in the repository, without its lock file.
pub fn example(name: &str) -> App {
    let app = App::new();
    copy(
        &Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../examples")
            .join(name),
        &app,
        "",
    );
    app
}

/// The same, with synthetic models in place of its own.
pub fn with_synthetic_models((name, models): Example) -> App {
    let app = example(name);
    let text = String::from_utf8(app.read("app.toml")).unwrap();
    let of_model = |line: &&str| {
        let keys = ["source = {", "prepare = {", "compile = {"];
        !keys.iter().any(|key| line.starts_with(key))
    };
    let mut text = text.lines().filter(of_model).collect::<Vec<_>>().join("\n");
    for (model_name, made) in models {
        let head = format!("[models.{model_name}]");
        text = text.replace(&head, &format!("{head}\npath = \"{model_name}.blob\""));
        app.file(&format!("{model_name}.blob"), model(made).unwrap());
    }
    app.file("app.toml", text);
    app
}

/// Where the networks are kept: `OAKC_CACHE`, as continuous integration has it, or a folder in target/.
pub fn cache() -> PathBuf {
    let named = std::env::var_os("OAKC_CACHE").map(PathBuf::from);
    named.unwrap_or_else(|| target().join("oakc-cache"))
}

/// Fetches, prepares and compiles the models of an application, each at most once. False where that is not possible here, which
/// [`missing`] tells.
#[track_caller]
pub fn fetch_models(app: &Path) -> bool {
    if std::env::var_os("OAKC_SKIP_REFERENCE").is_some() {
        return false;
    }
    let mut command = Command::new(oakc());
    if let Some(python) = cpython39() {
        command.env("OAKC_MODEL_PYTHON", python);
    }
    command
        .env("OAKC_CACHE", cache())
        .args(["model", "fetch", "--yes", "app.toml"]);
    let ran = Ran::from(command.current_dir(app).output().unwrap());
    if ran.code != Some(0) {
        missing(&format!(
            "the networks of the examples (pip, npm, Python 3.11 and 3.9, a network): {}",
            ran.stderr
        ));
    }
    ran.code == Some(0)
}

/// Copies what is in a folder, and below it, into the application's.
fn copy(folder: &Path, app: &App, below: &str) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{below}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            copy(&path, app, &format!("{name}/"));
        } else if name != "oakc.lock" {
            app.file(&name, fs::read(&path).unwrap());
        }
    }
}

/// The video `vtest.avi` of OpenCV, people who walk over a square: from Debian's opencv-doc, unpacked into target/. None where
/// there is no apt, which [`missing`] tells.
#[track_caller]
pub fn walkers() -> Option<PathBuf> {
    let installed = PathBuf::from("/").join(WALKERS);
    if installed.exists() {
        return Some(installed);
    }
    let folder = target().join("opencv-doc");
    let unpacked = folder.join(WALKERS);
    if !unpacked.exists() && !unpack(&folder) {
        missing("Debian's opencv-doc (apt-get download, dpkg-deb)");
        return None;
    }
    Some(unpacked)
}

const WALKERS: &str = "usr/share/doc/opencv-doc/examples/data/vtest.avi";

/// Unpacks opencv-doc into a folder, which appears when it is complete.
fn unpack(folder: &Path) -> bool {
    let work = tempfile::tempdir_in(target()).unwrap();
    let download = "apt-get download -q opencv-doc && dpkg-deb --extract opencv-doc_*.deb unpacked && rm opencv-doc_*.deb";
    let mut shell = Command::new("sh");
    shell.args(["-c", download]).current_dir(work.path());
    let fetched = shell.output().is_ok_and(|output| output.status.success());
    // Another test may have been faster.
    fetched
        && (fs::rename(work.path().join("unpacked"), folder).is_ok()
            || folder.join(WALKERS).exists())
}
