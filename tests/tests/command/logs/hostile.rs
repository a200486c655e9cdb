//! Datagrams that try to be more than text, and floods.

use std::time::Instant;

use super::*;

#[test]
fn no_datagram_colours_moves_the_cursor_or_forges_a_line() {
    let logs = Listening::new(&App::new(), &["--color", "never"]);
    let hostile = "\u{1b}[2J\u{1b}[31mred\r\u{9b}2K\u{202e}\u{7}\n2026-03-01 09:05:00.000 door/report error    forged\n::error::x\n##[error]y";
    logs.send(message("door", 1, hostile));
    logs.send(message("do\u{1b}[31mor", 1, "name"));
    logs.send(message("gate", 1, "x").replace("\"report\"", "\"a\u{1b}[31m\nb\""));
    for _ in 0..6 {
        let line = logs.line();
        assert!(!line.contains(|c: char| c.is_control()), "{line:?}");
        assert!(
            !line.trim_start().starts_with("::") && !line.contains("##["),
            "{line:?}"
        );
        let is_forged = line.contains("forged") && !line.starts_with("    ");
        assert!(!is_forged, "{line:?}");
    }
}

#[test]
fn colours_are_only_ours() {
    let logs = Listening::new(&App::new(), &["--color", "always"]);
    logs.send(message("door", 1, "\u{1b}[31mred"));
    let line = logs.line();
    assert!(line.contains('\u{1b}'), "{line:?}");
    assert!(line.contains("␛[31mred"), "{line:?}");
    assert!(!line.contains("\u{1b}[31mred"), "{line:?}");
}

#[test]
fn what_is_not_syslog_is_counted_and_not_shown() {
    let logs = Listening::new(&App::new(), &[]);
    for datagram in [
        &b"\xff\xfe\0"[..],
        b"",
        b"hello",
        &vec![b'<'; 60_000],
        b"<14>1 - - -",
    ] {
        logs.send(datagram);
    }
    logs.send(message("door", 1, "still here"));
    assert_eq!(logs.text(), "door/report info     still here");
    let (rest, stderr) = logs.end();
    assert_eq!(rest, [""; 0]);
    assert!(stderr.contains("datagrams were not syslog"), "{stderr}");
}

#[test]
fn a_flood_is_counted_and_another_camera_is_heard_in_it() {
    let logs = Listening::new(&App::new(), &["--rate", "50"]);
    let start = Instant::now();
    let mut sent = 0_u64;
    // At least 10,000 datagrams a second, where the machine manages that.
    while start.elapsed() < Duration::from_secs(3) {
        for _ in 0..100 {
            sent += 1;
            logs.send(message("door", sent, "flood"));
        }
        thread::sleep(Duration::from_millis(5));
    }
    for number in 1..=5 {
        thread::sleep(Duration::from_millis(100));
        sent += 1;
        logs.send(message("door", sent, "flood"));
        logs.send(message("gate", number, "I am here"));
    }
    let mut lines = Vec::new();
    while !lines
        .last()
        .is_some_and(|line: &String| line.contains("I am here"))
    {
        lines.push(logs.line());
    }
    let (rest, stderr) = logs.end();
    lines.extend(rest);
    let shown = |text: &str| lines.iter().filter(|line| line.ends_with(text)).count() as u64;
    let (shown, heard) = (shown("flood"), shown("I am here"));
    // 500 at once, then 50 a second; a slow machine takes longer.
    assert!((500..2000).contains(&shown), "{shown}");
    // Nothing is missing without being counted: what did not arrive, and what was not shown.
    let told = |what: &str| {
        let told = stderr.trim().split(", ").find(|told| told.ends_with(what));
        let count = told.and_then(|told| told.split(' ').next());
        count.map_or(0, |count| count.parse::<u64>().unwrap())
    };
    let (messages, lost) = (told("messages"), told("lost"));
    assert_eq!(messages + lost, sent + 5, "{stderr}");
    assert_eq!(messages, shown + heard + told("not shown"), "{stderr}");
    assert!(stderr.contains("messages not shown"), "{stderr}");
}

/// The most memory that a process has had, in KiB.
#[cfg(target_os = "linux")]
fn most_memory(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.unwrap().split_whitespace().next();
    number.unwrap().parse().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn senders_that_are_made_up_and_messages_without_an_end_take_little_memory() {
    let logs = Listening::new(&App::new(), &[]);
    let before = most_memory(logs.child.id());
    let part = "x".repeat(1000);
    for number in 0..5000_u64 {
        let made_up = format!("made-up-{number}");
        logs.send(message(&made_up, 1, "I am new"));
        let process = format!("{:08x}", number % 500);
        let unfinished = of_kind("door", number, "log", " part=\"2/60\"", &part);
        logs.send(unfinished.replace("5f3a91c2", &process));
        logs.send(message("jumps", number * 7919 % 100_000, &part));
    }
    thread::sleep(Duration::from_secs(3));
    logs.send(message("gate", 1, "I am here"));
    // The others are told of in a few lines, once a second.
    while !logs.line().ends_with("I am here") {}
    let more = most_memory(logs.child.id()) - before;
    assert!(more < 200 << 10, "{more} KiB");
    let (_, stderr) = logs.end();
    assert!(stderr.contains("messages not shown"), "{stderr}");
}
