//! Builds and installations that are killed, or run at the same time.

use std::process::Child;

use oakc_tests::process::is_heard;
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

/// What is unfinished in a directory and below it.
fn unfinished(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(directory) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(".oakc-") {
            found.push(path);
        } else if path.is_dir() && !path.is_symlink() {
            found.extend(unfinished(&path));
        }
    }
    found
}

/// Starts the command with a folder of its own for temporary files.
fn start(app: &App, arguments: &[&str]) -> Child {
    let mut command = app.command(arguments);
    fs::create_dir_all(app.path("tmp")).unwrap();
    command.env("TMPDIR", app.path("tmp"));
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// Kills the command as soon as something unfinished is below the directory. Whether that came before its end.
fn kill_in_the_middle(app: &App, arguments: &[&str], directory: &Path) -> bool {
    let mut child = start(app, arguments);
    while child.try_wait().unwrap().is_none() {
        if !unfinished(directory).is_empty() {
            child.kill().unwrap();
            break;
        }
        thread::sleep(Duration::from_millis(1));
    }
    child.wait().unwrap();
    !unfinished(directory).is_empty()
}

/// Starts the command, and sends it this signal after a while. Whether it was still running.
fn interrupt(app: &App, arguments: &[&str], signal: &str, delay: Duration) -> bool {
    let mut child = start(app, arguments);
    thread::sleep(delay);
    let running = child.try_wait().unwrap().is_none();
    let id = child.id().to_string();
    let sent = Command::new("kill").args([signal, &id]).status();
    assert!(sent.is_ok());
    let status = child.wait().unwrap();
    let number = std::os::unix::process::ExitStatusExt::signal(&status);
    assert!(
        !running || number.is_some() || status.code().is_some_and(|code| code <= 3),
        "{status}"
    );
    running
}

/// The signals that end a command, and their numbers.
fn heard() -> impl Iterator<Item = (&'static str, i32)> {
    let signals = [("-INT", 2_u8), ("-TERM", 15), ("-HUP", 1)].into_iter();
    let heard = signals.filter(|(_, number)| is_heard(u32::from(*number)));
    heard.map(|(name, number)| (name, i32::from(number)))
}

/// Interrupts the command at many moments; nothing may be left after any of them. `reset` prepares a round.
fn interrupted_at_many_moments(app: &App, arguments: &[&str], longest: u64, reset: impl Fn()) {
    let mut delays = Delays(7);
    for (signal, _) in heard() {
        let mut running = 0;
        for round in 0..12 {
            reset();
            running += u32::from(interrupt(app, arguments, signal, delays.next(longest)));
            let left = unfinished(&app.path(""));
            assert!(left.is_empty(), "{signal}, round {round}: {left:?}");
        }
        assert!(running > 0, "{signal} never came in time");
    }
}

#[test]
fn an_interrupted_build_leaves_nothing_behind() {
    let app = App::small();
    app.file("fw.cmd", vec![7; 40 << 20]);
    let manifest = [BUILD, &["--manifest"]].concat();
    interrupted_at_many_moments(&app, &manifest, 300_000, || ());
    let compressed = [BUILD, &["--compress"]].concat();
    interrupted_at_many_moments(&app, &compressed, 300_000, || {
        let _ = fs::remove_dir_all(app.path("cache"));
    });
    app.run(&manifest).exits(0);
}

#[test]
fn an_interrupted_inspection_or_import_leaves_nothing_behind() {
    let app = App::small();
    app.file("fw.cmd", vec![7; 40 << 20]);
    app.build().exits(0);
    let extract = ["inspect", "out/app.dap", "--extract", "parts"];
    interrupted_at_many_moments(&app, &extract, 300_000, || {
        let _ = fs::remove_dir_all(app.path("parts"));
    });
    app.run(&extract).exits(0);
    let import = ["import", "out/app.dap", "-o", "imported"];
    interrupted_at_many_moments(&app, &import, 200_000, || {
        let _ = fs::remove_dir_all(app.path("imported"));
    });
    // The last signal may have come too late.
    app.run(&[&import[..], &["--force"]].concat()).exits(0);
}

#[test]
fn an_interrupted_import_of_a_program_leaves_nothing_behind() {
    if !has_program("python3") {
        return;
    }
    let app = App::new();
    // It stands for an interpreter that takes its time.
    app.file("program.py", "");
    let python = app.file("python", "#!/bin/sh\nexec sleep 2\n");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(&python, mode).unwrap();
    let import = [
        "import",
        "program.py",
        "-o",
        "imported",
        "--python",
        python.to_str().unwrap(),
    ];
    let mut delays = Delays(11);
    for (signal, _) in heard() {
        for _ in 0..4 {
            assert!(interrupt(
                &app,
                &import,
                signal,
                Duration::from_millis(100) + delays.next(300_000)
            ));
            assert_eq!(unfinished(&app.path("")), Vec::<PathBuf>::new());
            assert_eq!(fs::read_dir(app.path("tmp")).unwrap().count(), 0);
        }
    }
    // What a kill leaves is removed by the next import.
    assert!(kill_in_the_middle(&app, &import, &app.path("tmp")));
    assert_eq!(unfinished(&app.path("tmp")).len(), 1);
    let mut command = app.command(&import);
    command.env("TMPDIR", app.path("tmp")).output().unwrap();
    assert_eq!(fs::read_dir(app.path("tmp")).unwrap().count(), 0);
}

#[test]
fn what_a_killed_process_left_is_swept_by_the_next_run() {
    let app = App::small();
    app.file("fw.cmd", vec![7; 40 << 20]);
    let build = [BUILD, &["--compress"]].concat();
    // It may have finished what it was at between the look and the kill.
    let killed_in_time = (0..60).any(|_| {
        let _ = fs::remove_dir_all(app.path("cache"));
        kill_in_the_middle(&app, &build, &app.path(""))
    });
    assert!(killed_in_time);
    app.run(&build).exits(0);
    assert_eq!(unfinished(&app.path("")), Vec::<PathBuf>::new());
    // Also one that writes nothing into the cache.
    for place in ["cache", "cache/custom", "cache/firmware/2.33.0.0", "out"] {
        app.file(
            &format!("{place}/.oakc-0123456789abcdef.unfinished"),
            "half",
        );
    }
    app.build().exits(0);
    assert_eq!(unfinished(&app.path("")), Vec::<PathBuf>::new());
}

#[test]
fn a_build_beside_one_that_is_running_does_not_sweep_its_files() {
    let app = App::small();
    app.file("fw.cmd", vec![7; 40 << 20]);
    let mut children: Vec<_> = (0..4)
        .map(|_| {
            let mut command = app.command(BUILD);
            command.stdout(Stdio::null()).stderr(Stdio::piped());
            command.spawn().unwrap()
        })
        .collect();
    for child in children.drain(..) {
        Ran::from(child.wait_with_output().unwrap()).exits(0);
    }
    assert_eq!(unfinished(&app.path("")), Vec::<PathBuf>::new());
    app.run(&[BUILD, &["--locked"]].concat()).exits(0);
}

#[test]
fn an_interrupted_build_ends_by_the_signal_so_that_a_shell_knows() {
    use std::os::unix::process::ExitStatusExt as _;
    let app = App::small();
    app.file("fw.cmd", vec![7; 60 << 20]);
    for (signal, number) in heard() {
        let ended = (0..20).find_map(|_| {
            let mut command = app.command(&[BUILD, &["--compress"]].concat());
            let _ = fs::remove_dir_all(app.path("cache"));
            command.stdout(Stdio::null()).stderr(Stdio::null());
            let mut child = command.spawn().unwrap();
            thread::sleep(Duration::from_millis(60));
            let id = child.id().to_string();
            let _ = Command::new("kill").args([signal, &id]).status();
            child.wait().unwrap().signal()
        });
        assert_eq!(ended, Some(number));
    }
}

#[test]
fn an_interrupted_installation_leaves_nothing_and_running_once_more_repairs_it() {
    let Some(wheel) = wheel() else { return };
    let app = App::small();
    let install = ["firmware", "install", "--from", wheel.to_str().unwrap()];
    interrupted_at_many_moments(&app, &install, 1_500_000, || {
        let _ = fs::remove_dir_all(app.path("cache/firmware/2.33.0.0"));
    });
    app.run(&install).exits(0);
    app.run(&["firmware", "verify"]).exits(0);
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
        let ran = Ran::from(child.wait_with_output().unwrap()).exits(0);
        assert!(!ran.stderr.contains(".oakc-"), "{}", ran.stderr);
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
        "#!/bin/sh\ncase \" $* \" in *' download '*) /bin/cp '{}' . ;; esac\n",
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
