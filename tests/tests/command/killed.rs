//! Builds and installations that are killed, or run at the same time.

use oakc_tests::requirement::missing;

use super::*;

/// Numbers that look random and are the same in every run.
struct Delays(u64);

impl Delays {
    fn next(&mut self, below: u64) -> Duration {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        Duration::from_micros((self.0 >> 33) % below)
    }
}

fn kill_after(mut command: Command, delay: Duration) {
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    thread::sleep(delay);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_build_killed_at_any_moment_leaves_a_complete_package_or_none() {
    let app = App::small();
    app.file("fw.cmd", vec![7; 40 << 20]);
    app.build().exits(0);
    let whole = app.read("out/app.dap");
    let mut delays = Delays(1);
    for round in 0..20 {
        let _ = fs::remove_file(app.path("out/app.dap"));
        let _ = fs::remove_file(app.path("oakc.lock"));
        kill_after(app.command(BUILD), delays.next(400_000));
        if app.path("out/app.dap").exists() {
            assert!(app.read("out/app.dap") == whole, "round {round}");
        }
    }
    app.build().exits(0);
    assert!(app.read("out/app.dap") == whole);
    app.run(&[BUILD, &["--locked"]].concat()).exits(0);
}

#[test]
fn an_installation_killed_at_any_moment_is_complete_or_absent() {
    let Some(wheel) = wheel() else { return };
    let app = App::small();
    let install = ["firmware", "install", "--from", wheel.to_str().unwrap()];
    let mut delays = Delays(2);
    let installed = app.path("cache/firmware/2.33.0.0");
    for round in 0..20 {
        let _ = fs::remove_dir_all(&installed);
        kill_after(app.command(&install), delays.next(1_500_000));
        if installed.exists() {
            let listed = app.run(&["firmware", "list"]).exits(0).stdout;
            assert!(!listed.contains("incomplete"), "round {round}: {listed}");
        }
    }
    app.run(&install).exits(0);
    app.run(&["firmware", "verify"]).exits(0);
    app.run(&["build", "app.toml", "-o", "out/app.dap"])
        .exits(0);
}

#[test]
fn two_builds_at_once_share_an_empty_cache() {
    let Some(wheel) = wheel() else { return };
    let app = App::small();
    let path = fake_python(&app, &wheel);
    let build = |output: &str| {
        let mut command = app.command(&["build", "app.toml", "-o", output]);
        command
            .env("PATH", &path)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    let builds = [build("out/a.dap"), build("out/b.dap")];
    for child in builds {
        Ran::from(child.wait_with_output().unwrap()).exits(0);
    }
    assert!(app.read("out/a.dap") == app.read("out/b.dap"));
    app.run(&["firmware", "verify"]).exits(0);
    let left = fs::read_dir(app.path("cache/firmware")).unwrap();
    let left: Vec<_> = left.map(|e| e.unwrap().file_name()).collect();
    assert!(
        left.iter()
            .all(|name| name == "2.33.0.0" || name == ".lock"),
        "{left:?}"
    );
}

#[test]
fn without_python_the_message_says_what_to_do() {
    let app = App::small();
    let empty = app.path("empty");
    fs::create_dir(&empty).unwrap();
    let mut command = app.command(&["build", "app.toml", "-o", "out/app.dap"]);
    let ran = Ran::from(command.env("PATH", &empty).output().unwrap()).exits(3);
    let ran = ran.says("python3").says("oakc firmware install --from");
    assert!(!app.path("out/app.dap").exists(), "{ran:?}");
}

/// A directory with a `python3` whose pip only downloads this wheel.
fn fake_python(app: &App, wheel: &Path) -> PathBuf {
    use std::os::unix::fs::PermissionsExt as _;
    let script = format!(
        "#!/bin/sh\nif [ \"$1\" = -m ]; then /bin/cp '{}' .; fi\n",
        wheel.display()
    );
    let python = app.file("bin/python3", script);
    fs::set_permissions(&python, fs::Permissions::from_mode(0o755)).unwrap();
    python.parent().unwrap().to_owned()
}

/// Tests run at the same time; the wheel is downloaded once.
static DOWNLOAD: Mutex<()> = Mutex::new(());

/// The wheel of the release: `OAKC_TEST_WHEEL`, or else downloaded once with pip.
fn wheel() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("OAKC_TEST_WHEEL") {
        return Some(path.into());
    }
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wheel");
    let find = || {
        let entries = fs::read_dir(&directory).ok()?;
        let mut paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        paths.find(|path| path.extension().is_some_and(|e| e == "whl"))
    };
    let _one_at_a_time = DOWNLOAD.lock().unwrap();
    if find().is_none() {
        let mut pip = Command::new("python3");
        pip.args([
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--only-binary=:all:",
        ]);
        pip.args(["--python-version=3.11", "--platform=manylinux_2_28_x86_64"]);
        pip.arg("--dest").arg(&directory).arg("depthai==2.33.0.0");
        let _ = pip.status();
    }
    let found = find();
    if found.is_none() {
        missing("the wheel of depthai 2.33.0.0 (OAKC_TEST_WHEEL, or pip with a network)");
    }
    found
}
