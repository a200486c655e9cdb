//! Repositories that nobody trusts: what their configurations can make oakc read, and what not.
#![cfg(unix)]

use std::fmt::Write as _;
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use oakc_tests::process::{App, Ran};
use oakc_tests::requirement::has_program;

/// What no command may ever print.
const SECRET: &str = "hunter2-root";

/// An application in a repository `repo`, with a secret beside it.
struct Repository {
    app: App,
}

impl Repository {
    fn new(source: &str) -> Self {
        let app = App::new();
        fs::create_dir_all(app.path("repo/.git")).unwrap();
        app.file("outside/secret.py", format!("{SECRET}:x:0:0\n"));
        app.file("repo/apps/door/app.toml", naming(source));
        Self { app }
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let settings = self.app.path("settings");
        let mut command = self.app.command(arguments);
        let ran: Ran = command
            .env("XDG_CONFIG_HOME", settings)
            .output()
            .unwrap()
            .into();
        for text in [&ran.stdout, &ran.stderr] {
            assert!(
                !text.contains(SECRET) || arguments.contains(&"--allow-outside"),
                "{text}"
            );
        }
        ran
    }

    fn lint(&self) -> Ran {
        self.run(&["lint", CONFIG])
    }

    fn outside(&self) -> String {
        self.app.path("outside").display().to_string()
    }
}

const CONFIG: &str = "repo/apps/door/app.toml";

fn naming(source: &str) -> String {
    format!("[nodes.s]\ntype = \"Script\"\nsource = \"{source}\"\n")
}

fn is_refused(ran: Ran) {
    ran.exits(1)
        .says("outside of the repository")
        .says("allow the folder with `--allow-outside DIR`")
        .says(&format!("{CONFIG}:3:10"));
}

#[test]
fn a_file_outside_of_the_repository_is_refused_in_its_place() {
    for source in [
        "../../../outside/secret.py",
        "/proc/self/environ",
        "/etc/passwd",
        "/etc/there-is-no-such-file",
        "../../../outside/there-is-no-such-file",
        "../../../no-such-folder/no-such-file",
    ] {
        is_refused(Repository::new(source).lint());
    }
}

#[test]
fn a_link_counts_as_what_it_leads_to() {
    let file = Repository::new("s.py");
    symlink(
        file.app.path("outside/secret.py"),
        file.app.path("repo/apps/door/s.py"),
    )
    .unwrap();
    is_refused(file.lint());
    let folder = Repository::new("folder/secret.py");
    symlink("../../../outside", folder.app.path("repo/apps/door/folder")).unwrap();
    is_refused(folder.lint());
    let inside = Repository::new("s.py");
    inside
        .app
        .file("repo/shared/s.py", "while True:\n    node.io['a'].get()\n");
    symlink("../../shared/s.py", inside.app.path("repo/apps/door/s.py")).unwrap();
    assert!(!inside.lint().stderr.contains("cannot be read"));
}

#[test]
fn the_configuration_itself_may_not_lead_outside_either() {
    let repository = Repository::new("s.py");
    let config = repository.app.path(CONFIG);
    fs::remove_file(&config).unwrap();
    symlink(repository.app.path("outside/secret.py"), &config).unwrap();
    for command in ["lint", "build", "graph", "flash"] {
        let ran = repository.run(&[command, CONFIG]);
        ran.exits(1)
            .says("outside of the repository")
            .says("--allow-outside DIR");
    }
}

#[test]
fn files_of_the_same_repository_are_read_from_any_of_its_folders() {
    let repository = Repository::new("../../shared/s.py");
    repository
        .app
        .file("repo/shared/s.py", "import nothing_like_it\n");
    repository.lint().says("nothing_like_it");
}

#[test]
fn without_git_the_folder_of_the_configuration_is_the_boundary() {
    let repository = Repository::new("../s.py");
    fs::remove_dir(repository.app.path("repo/.git")).unwrap();
    repository.app.file("repo/apps/s.py", "pass\n");
    is_refused(repository.lint());
}

#[test]
fn what_git_keeps_for_itself_is_not_read() {
    let repository = Repository::new("../../.git/config");
    repository
        .app
        .file("repo/.git/config", format!("token = {SECRET}\n"));
    is_refused(repository.lint());
}

#[test]
fn every_command_that_takes_an_application_can_be_told_to_allow_a_folder() {
    let repository = Repository::new("../../../outside/fine.py");
    repository
        .app
        .file("outside/fine.py", "while True:\n    node.io['a'].get()\n");
    repository.app.file(
        CONFIG,
        naming("../../../outside/fine.py")
            + "inputs.a = \"c.video\"\n[nodes.c]\ntype = \"ColorCamera\"\n",
    );
    let outside = repository.outside();
    let build = ["--firmware", "fw.cmd", "-o", "out/app.dap"];
    for (command, more) in [
        ("lint", &[][..]),
        ("graph", &[]),
        ("build", &build),
        ("diff", &[CONFIG]),
    ] {
        let refused = [&[command, CONFIG], more].concat();
        let other = [&refused[..], &["--allow-outside", "out"]].concat();
        for arguments in [&refused, &other] {
            let ran = repository.run(arguments);
            // A picture is drawn of what there is.
            if command == "graph" {
                ran.exits(0).says("the checks found a problem");
            } else {
                ran.exits(1).says("--allow-outside DIR");
            }
        }
        let allowed = [&other[..], &["--allow-outside", &outside]].concat();
        let ran = repository.run(&allowed).exits(0);
        assert!(!ran.stderr.contains("problem"), "{}", ran.stderr);
    }
    let flash = ["flash", CONFIG, "--dry-run", "--device", "127.0.0.1"];
    repository.run(&flash).exits(1).says("--allow-outside DIR");
    let flash = [&flash[..], &["--allow-outside", &outside]].concat();
    let ran = repository.run(&flash).exits(3);
    assert!(!ran.stderr.contains("allow-outside"), "{}", ran.stderr);
}

#[test]
fn a_folder_that_is_not_there_cannot_be_allowed() {
    let repository = Repository::new("s.py");
    let ran = repository.run(&["lint", CONFIG, "--allow-outside", "nowhere"]);
    ran.exits(2)
        .says("--allow-outside: cannot read nowhere: no such file");
}

#[test]
fn the_users_own_settings_allow_folders_but_not_those_of_the_repository() {
    let repository = Repository::new("../../../outside/fine.py");
    repository
        .app
        .file("outside/fine.py", "import nothing_like_it\n");
    let settings = format!("allow_outside = [\"{}\"]\n", repository.outside());
    repository
        .app
        .file("settings/oakc/settings.toml", &settings);
    repository.lint().says("nothing_like_it");
    // The same, where the environment leads into the repository.
    repository
        .app
        .file("repo/settings/oakc/settings.toml", &settings);
    let mut command = repository.app.command(&["lint", CONFIG]);
    command.env("XDG_CONFIG_HOME", repository.app.path("repo/settings"));
    is_refused(command.output().unwrap().into());
}

#[test]
fn a_mistake_in_the_settings_is_an_error_in_its_place() {
    let repository = Repository::new("s.py");
    repository
        .app
        .file("settings/oakc/settings.toml", "allow_outsid = []\n");
    repository
        .lint()
        .exits(1)
        .says("`allow_outsid` is not a setting of oakc")
        .says("did you mean `allow_outside`?")
        .says("settings.toml:1:1");
}

#[test]
fn a_pipe_or_a_device_is_refused_without_waiting_for_it() {
    if !has_program("mkfifo") {
        return;
    }
    let pipe = |path: &Path| {
        let made = Command::new("mkfifo").arg(path).status().unwrap();
        assert!(made.success());
    };
    let repository = Repository::new("pipe.py");
    pipe(&repository.app.path("repo/apps/door/pipe.py"));
    repository.lint().exits(1).says("it is not a regular file");
    let config = repository.app.path(CONFIG);
    fs::remove_file(&config).unwrap();
    pipe(&config);
    repository.lint().exits(3).says("it is not a regular file");
    let lock = Repository::new("s.py");
    lock.app.file(CONFIG, oakc_tests::process::SMALL);
    pipe(&lock.app.path("repo/apps/door/oakc.lock"));
    let build = ["build", CONFIG, "--firmware", "fw.cmd", "-o", "out/app.dap"];
    lock.run(&build).exits(3).says("it is not a regular file");
}

#[test]
fn a_lock_file_that_is_a_link_is_not_followed() {
    let repository = Repository::new("s.py");
    repository.app.file(CONFIG, oakc_tests::process::SMALL);
    let lock = repository.app.path("repo/apps/door/oakc.lock");
    symlink(repository.app.path("outside/secret.py"), lock).unwrap();
    let build = ["build", CONFIG, "--firmware", "fw.cmd", "-o", "out/app.dap"];
    repository
        .run(&build)
        .exits(3)
        .says("it is a symbolic link");
}

#[test]
fn files_are_bounded_together_and_not_only_each() {
    let app = App::new();
    let mut text = String::new();
    for number in 0..8 {
        writeln!(text, "[assets.a{number}]\npath = \"large{number}\"").unwrap();
        let file = File::create(app.path(&format!("large{number}"))).unwrap();
        file.set_len(256 << 20).unwrap();
    }
    app.file("app.toml", text + oakc_tests::process::SMALL);
    let mut command = app.command_with_limits(4096, 60, &["lint", "app.toml"]);
    let ran: Ran = command.output().unwrap().into();
    ran.exits(1).says(
        "`large2` cannot be read: with the files before it, it is more than the 536870912 bytes",
    );
}

/// A program to import, with a stand-in for the library that does this when it is imported.
fn program(library: &str) -> App {
    let app = App::new();
    app.file("main.py", "pass\n");
    app.file("library/depthai.py", library);
    app
}

fn import(app: &App) -> Command {
    let mut command = app.command(&["import", "main.py", "-o", "imported", "--quiet"]);
    command.env("PYTHONPATH", app.path("library"));
    command
}

/// Notes the number of its process, and that of one that it starts, and waits.
const WAITS: &str = "\
import os, subprocess, time
child = subprocess.Popen(['sleep', '300'])
with open(os.environ['NUMBERS'], 'w') as file:
    file.write('%d %d .' % (os.getpid(), child.pid))
time.sleep(300)
";

#[test]
#[cfg(target_os = "linux")]
fn what_an_import_started_ends_with_it_however_that_ends() {
    if !has_program("python3") || !has_program("kill") {
        return;
    }
    for signal in ["-KILL", "-INT", "-TERM"] {
        let app = program(WAITS);
        let numbers = app.path("numbers");
        let mut command = import(&app);
        let command = command.env("NUMBERS", &numbers).stderr(Stdio::null());
        let mut oakc: Child = command.spawn().unwrap();
        let started = until(|| {
            let text = fs::read_to_string(&numbers).unwrap_or_default();
            text.strip_suffix(" .").map(str::to_owned)
        });
        let id = oakc.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
        oakc.wait().unwrap();
        for process in started.split(' ') {
            until(|| (!is_running(process)).then_some(()));
        }
    }
}

/// Waits for something that happens soon.
fn until<T>(happened: impl Fn() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(value) = happened() {
            return value;
        }
        assert!(
            begin.elapsed() < Duration::from_secs(30),
            "it never happens"
        );
        thread::sleep(Duration::from_millis(20));
    }
}

fn is_running(process: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"));
    stat.is_ok_and(|stat| !stat.contains(") Z "))
}

#[test]
fn an_import_says_that_code_is_executed_and_keeps_little_of_what_it_prints() {
    if !has_program("python3") {
        return;
    }
    let app =
        program("import os\nfor _ in range(20): os.write(2, b'x' * 1_000_000)\nos._exit(7)\n");
    let ran: Ran = import(&app).output().unwrap().into();
    assert!(ran.stderr.len() < 5_000, "{} bytes", ran.stderr.len());
    ran.exits(1)
        .says("its own code is executed with all your rights");
}
