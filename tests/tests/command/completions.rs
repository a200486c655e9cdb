//! Completions, asked for by the shells themselves, and manual pages.

use oakc_tests::snapshot::Snapshots;

use super::*;

/// What a shell makes of this program, with `oakc` in the `PATH`.
fn asked(app: &App, shell: &str, program: &str) -> String {
    let folder = oakc().parent().unwrap();
    let path = std::env::var("PATH").unwrap();
    let mut command = Command::new(shell);
    command.args(["-c", program]).current_dir(app.path(""));
    command.env("PATH", format!("{}:{path}", folder.display()));
    command
        .env("OAKC_CACHE", app.path("cache"))
        .stdin(Stdio::null());
    Ran::from(command.output().unwrap()).exits(0).stdout
}

/// What bash offers where a line ends with `word`.
fn bash(app: &App, words: &[&str]) -> Vec<String> {
    let last = words.len() - 1;
    let program = format!(
        "source <(oakc completions bash); COMP_WORDS=({}); COMP_CWORD={last}; \
         _clap_complete_oakc oakc {:?}; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        words
            .iter()
            .map(|word| format!("{word:?}"))
            .collect::<Vec<_>>()
            .join(" "),
        words[last],
    );
    asked(app, "bash", &program)
        .lines()
        .map(str::to_owned)
        .collect()
}

#[test]
fn bash_completes_commands_rules_topics_and_files() {
    let app = App::small();
    assert_eq!(bash(&app, &["oakc", "comp"]), ["completions"]);
    assert_eq!(
        bash(&app, &["oakc", "lint", "-A", "host-dep"]),
        ["host-dependent-node"]
    );
    assert_eq!(bash(&app, &["oakc", "lint", "-D", "warn"]), ["warnings"]);
    assert_eq!(
        bash(&app, &["oakc", "explain", "ColorCam"]),
        ["ColorCamera"]
    );
    assert_eq!(
        bash(&app, &["oakc", "explain", "ColorCamera.isp_sc"]),
        ["ColorCamera.isp_scale"]
    );
    for command in ["lint", "build", "graph"] {
        assert_eq!(
            bash(&app, &["oakc", command, "app."]),
            ["app.toml"],
            "{command}"
        );
    }
}

#[test]
fn bash_completes_the_cameras_that_were_seen_last() {
    let app = App::new();
    let cameras = json!({ "version": 1, "cameras": [
        { "mxid": "14442C10D13EABCE00", "address": "127.0.0.9" },
    ] });
    app.file("cache/cameras.json", cameras.to_string());
    assert_eq!(
        bash(&app, &["oakc", "flash", "--device", ""]),
        ["127.0.0.9"]
    );
}

#[test]
fn zsh_completes_with_what_values_mean() {
    if !has_program("zsh") {
        return;
    }
    let program = "compdef() { :; }; _describe() { print -l -- ${(P)3}; }; \
         source <(oakc completions zsh); words=(oakc lint -A host-dep); CURRENT=4; \
         _clap_dynamic_completer_oakc";
    let offered = asked(&App::new(), "zsh", program);
    assert!(offered.starts_with("host-dependent-node:"), "{offered}");
}

#[test]
fn fish_completes_with_what_values_mean() {
    if !has_program("fish") {
        return;
    }
    let program = "oakc completions fish | source; complete -C 'oakc lint -A host-dep'";
    let offered = asked(&App::new(), "fish", program);
    assert!(offered.starts_with("host-dependent-node\t"), "{offered}");
}

#[test]
fn the_scripts_are_those_that_were_looked_at() {
    let app = App::new();
    let snapshots = Snapshots::of("completions");
    for (shell, mut snapshots, file) in [
        ("powershell", snapshots, "powershell.ps1"),
        ("bash", shared("bash-completion/completions"), "oakc"),
        ("zsh", shared("zsh/site-functions"), "_oakc"),
        ("fish", shared("fish/vendor_completions.d"), "oakc.fish"),
    ] {
        let printed = app.run(&["completions", shell]).exits(0).stdout;
        snapshots.check(file, &printed);
        snapshots.finish();
    }
}

/// What wheels bring to `share`.
fn shared(folder: &str) -> Snapshots {
    let share = Path::new(env!("CARGO_MANIFEST_DIR")).join("../python/oakc.data/data/share");
    Snapshots::at(share.join(folder))
}

#[test]
fn there_is_a_manual_page_for_each_command() {
    let app = App::new();
    app.run(&["man", "man1"]).exits(0);
    let mut pages = shared("man/man1");
    let entries = fs::read_dir(app.path("man1")).unwrap();
    for name in entries.map(|entry| entry.unwrap().file_name()) {
        let name = name.to_str().unwrap();
        let page = String::from_utf8(app.read(&format!("man1/{name}"))).unwrap();
        assert!(page.contains(".SH SYNOPSIS"), "{name}");
        pages.check(name, &page);
    }
    pages.finish();
}
