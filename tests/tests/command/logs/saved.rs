//! `oakc logs --save`, and reading it again.

use std::time::Instant;

use super::*;

#[test]
fn what_was_saved_is_shown_again_merged_by_time() {
    let app = App::new();
    let logs = Listening::new(&app, &["--save", "saved", "--level", "error"]);
    for number in 1..=20 {
        logs.send(message("door", number, &format!("door {number}")));
        logs.send(message("gate", number, &format!("gate {number}")));
        thread::sleep(Duration::from_millis(3));
    }
    thread::sleep(Duration::from_millis(300));
    let (rest, _) = logs.end();
    assert_eq!(rest, [""; 0], "what is not shown is saved all the same");
    let shown = app.run(&["logs", "saved"]).exits(0);
    assert_eq!(shown.stderr, "");
    let lines: Vec<_> = shown.stdout.lines().collect();
    assert_eq!(lines.len(), 40);
    assert!(
        lines.is_sorted_by_key(|line| &line[..23]),
        "{}",
        shown.stdout
    );
    let one = app
        .run(&["logs", "saved/door.jsonl", "--text", "door 7"])
        .exits(0);
    assert_eq!(one.stdout.lines().count(), 1);
    let again = app.run(&["logs", "saved", "--format", "json"]).exits(0);
    let mut saved: Vec<_> = [app.read("saved/door.jsonl"), app.read("saved/gate.jsonl")]
        .concat()
        .split(|byte| *byte == b'\n')
        .map(|line| String::from_utf8(line.to_vec()).unwrap())
        .filter(|line| !line.is_empty())
        .collect();
    let mut again: Vec<_> = again.stdout.lines().map(str::to_owned).collect();
    saved.sort();
    again.sort();
    assert_eq!(again, saved);
}

#[test]
fn what_was_saved_in_several_files_is_one_log_from_any_time_on() {
    let app = App::new();
    let logs = Listening::new(&app, &["--save", "saved", "--save-size", "1"]);
    let padding = "x".repeat(1000);
    for number in 1..=500 {
        logs.send(message("door", number, &format!("{padding} {number}.")));
        thread::sleep(Duration::from_millis(2));
    }
    while !logs.line().ends_with(" 500.") {}
    logs.end();
    assert!(
        app.path("saved/door.3.jsonl").exists(),
        "an eighth of 1 MiB"
    );
    let numbers = |more: &[&str]| {
        let shown = app.run(&[&["logs", "saved", "--format", "json"], more].concat());
        let lines: Vec<_> = shown.exits(0).stdout.lines().map(json).collect();
        let numbers = lines.iter().map(|it| it["sequence"].as_u64().unwrap());
        let times = lines
            .iter()
            .map(|it| it["time"].as_str().unwrap().to_owned());
        (numbers.collect::<Vec<_>>(), times.collect::<Vec<_>>())
    };
    let (all, times) = numbers(&[]);
    assert_eq!(all, (1..=500).collect::<Vec<_>>());
    let (later, _) = numbers(&["--since", &times[250]]);
    // On a busy machine many come within one millisecond.
    let earlier = times.iter().take_while(|time| **time < times[250]).count() as u64;
    assert_eq!(later, (earlier + 1..=500).collect::<Vec<_>>());
    assert_eq!(numbers(&["--until", &times[0]]).0[0], 1);
}

#[test]
fn times_choose_what_is_shown() {
    let app = App::new();
    let line = |minute: u8| {
        format!(
            "{{\"time\":\"2026-03-01T09:{minute:02}:00.000Z\",\"camera\":\"door\",\"kind\":\"log\",\"text\":\"{minute}\"}}\n"
        )
    };
    app.file("door.jsonl", (10..20).map(line).collect::<String>());
    let shown = |arguments: &[&str]| {
        let ran = app
            .run(&[&["logs", "door.jsonl"], arguments].concat())
            .exits(0);
        ran.stdout.lines().count()
    };
    assert_eq!(shown(&[]), 10);
    assert_eq!(shown(&["--since", "2026-03-01T09:15:00Z"]), 5);
    assert_eq!(shown(&["--since", "2026-03-01T10:15:00+01:00"]), 5);
    let since = [
        "--since",
        "2026-03-01T09:12:00Z",
        "--until",
        "2026-03-01T09:14:00Z",
    ];
    assert_eq!(shown(&since), 3);
    let now = std::time::SystemTime::now();
    let just_now = oakc_time(now);
    app.file(
        "door.jsonl",
        line(10) + &line(11).replace("2026-03-01T09:11:00.000Z", &just_now),
    );
    assert_eq!(shown(&["--since", "1h"]), 1);
    app.run(&["logs", "door.jsonl", "--since", "yesterday"])
        .exits(2)
        .says("10min, 2h or 3d");
}

/// A moment as records have it.
fn oakc_time(time: std::time::SystemTime) -> String {
    let seconds = time
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let output = Command::new("date")
        .args(["-u", "-d", &format!("@{seconds}"), "+%FT%T.000Z"])
        .output();
    String::from_utf8(output.unwrap().stdout)
        .unwrap()
        .trim()
        .to_owned()
}

/// Waits for a minute at most.
fn wait_until(is_so: impl Fn() -> bool) {
    let until = Instant::now() + Duration::from_mins(1);
    while !is_so() {
        assert!(Instant::now() < until);
        thread::sleep(Duration::from_millis(5));
    }
}

/// The bytes of all files.
fn saved_size(app: &App) -> u64 {
    let files = fs::read_dir(app.path("saved")).into_iter().flatten();
    let sizes = files.map(|file| file.unwrap().metadata().unwrap().len());
    sizes.sum()
}

#[test]
fn a_kill_at_any_moment_leaves_whole_lines() {
    let app = App::new();
    for round in 0..8 {
        let mut logs = Listening::new(&app, &["--save", "saved", "--save-size", "1"]);
        for number in 1..=2000 {
            logs.send(message("door", number, &"x".repeat(500)));
            if number == 200 * (round + 1) {
                // After one round at least, something has been saved.
                if round == 0 {
                    wait_until(|| saved_size(&app) > 0);
                }
                logs.child.kill().unwrap();
                logs.child.wait().unwrap();
                break;
            }
        }
    }
    let mut lines = 0;
    for file in fs::read_dir(app.path("saved")).unwrap() {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        assert!(
            text.is_empty() || text.ends_with('\n'),
            "{}",
            path.display()
        );
        for line in text.lines() {
            assert_eq!(json(line)["camera"], "door");
            lines += 1;
        }
        assert!(text.len() <= (1 << 20) / 8, "{}", path.display());
    }
    assert!(lines > 0);
    let ran = app.run(&["logs", "saved"]).exits(0);
    assert_eq!(ran.stderr, "");
}

#[test]
fn a_directory_that_cannot_be_saved_in_is_an_environment_error() {
    let app = App::new();
    app.file("file", "");
    app.run(&["logs", "--save", "file", "--listen", "127.0.0.1:0"])
        .exits(3)
        .says("cannot save logs in file");
    let _logs = Listening::new(&app, &["--save", "saved"]);
    app.run(&["logs", "--save", "saved", "--listen", "127.0.0.1:0"])
        .exits(3)
        .says("another `oakc logs` saves in saved");
}

#[test]
fn what_is_not_a_log_is_said_to_be_none() {
    App::new()
        .run(&["logs", "192.168.1.77"])
        .exits(2)
        .says("`oakc logs --camera 192.168.1.77` receives what it sends");
    let app = App::small();
    app.run(&["logs", "app.toml"])
        .exits(1)
        .says("neither what `oakc logs` saved");
    app.run(&["logs", "gone.jsonl"])
        .exits(3)
        .says("cannot read gone.jsonl: no such file");
    app.run(&["logs", "out"])
        .exits(1)
        .says("there is no *.jsonl in out");
    app.run(&["logs", "app.toml", "--save", "saved"]).exits(2);
    app.file("mixed.log", "nonsense\n<14>1 - door app - - - hello\n");
    let ran = app
        .run(&["logs", "mixed.log"])
        .exits(0)
        .says("1 line is not a log message");
    assert_eq!(ran.stdout.lines().count(), 1);
}
