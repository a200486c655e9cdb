use std::io;

use super::*;
use crate::record::Kind;

const HEADER: &str = "<134>1 2026-03-01T09:00:0";

/// A line of rsyslog in its full form.
fn line(second: u8, camera: &str, number: u64, text: &str) -> String {
    format!(
        "{HEADER}{second}Z {camera} app 5f3a91c2 log [oakc@32473 seq=\"{number}\" node=\"n\" level=\"info\"] {text}\n"
    )
}

fn read(files: &[(&str, String)]) -> (Vec<Record>, u64) {
    let directory = tempfile::tempdir().unwrap();
    let paths = files.iter().map(|(name, text)| {
        let path = directory.path().join(name);
        fs::write(&path, text).unwrap();
        path
    });
    let paths: Vec<_> = paths.collect();
    let now = "2026-03-02T00:00:00Z[UTC]".parse().unwrap();
    let mut files = Files::open(&paths, &now, || Box::new(io::empty())).unwrap();
    let records = std::iter::from_fn(|| files.next_record().unwrap()).collect();
    (records, files.malformed())
}

fn texts(records: &[Record]) -> Vec<&str> {
    records.iter().map(|record| record.text.as_str()).collect()
}

#[test]
fn several_files_are_merged_by_time() {
    let door = line(1, "door", 1, "a") + &line(4, "door", 2, "d");
    let gate = line(2, "gate", 1, "b") + &line(3, "gate", 2, "c") + &line(5, "gate", 3, "e");
    let (records, malformed) = read(&[("door.log", door), ("gate.log", gate)]);
    assert_eq!(texts(&records), ["a", "b", "c", "d", "e"]);
    assert_eq!(malformed, 0);
}

#[test]
fn what_one_camera_said_at_one_time_keeps_its_order() {
    let directory = tempfile::tempdir().unwrap();
    let saved = [
        "10.0.0.7.2",
        "10.0.0.7.1",
        "10.0.0.7",
        "door.10",
        "door.9",
        "door.1",
        "door",
    ];
    for name in saved {
        let mut record = Record::new(Timestamp::UNIX_EPOCH, "any", Kind::Log);
        record.text = name.to_owned();
        let path = directory.path().join(format!("{name}.jsonl"));
        fs::write(path, format!("{}\n", record.json())).unwrap();
    }
    let paths = named(&[directory.path().to_owned()]).unwrap();
    let now = "2026-03-01T09:00:00Z[UTC]".parse().unwrap();
    let mut files = Files::open(&paths, &now, || Box::new(io::empty())).unwrap();
    let records: Vec<_> = std::iter::from_fn(|| files.next_record().unwrap()).collect();
    assert_eq!(texts(&records), saved);
}

#[test]
fn missing_datagrams_show_in_files_of_rsyslog_too() {
    let door = line(1, "door", 1, "a") + &line(2, "door", 4, "d") + &line(3, "door", 5, "e");
    let (records, _) = read(&[("door.log", door)]);
    assert_eq!(
        texts(&records),
        ["a", "2 datagrams were lost here", "d", "e"]
    );
    assert_eq!(records[1].kind, Kind::Lost);
}

#[test]
fn what_was_saved_reads_as_it_was_and_other_lines_are_counted() {
    let mut record = Record::new(
        "2026-03-01T09:00:00.5Z".parse().unwrap(),
        "door",
        Kind::Print,
    );
    record.text = "two\nlines".to_owned();
    let saved = format!("{}\n{{\"time\": \"20\nnonsense\n\n", record.json());
    let (records, malformed) = read(&[("door.jsonl", saved)]);
    assert_eq!(records, [record]);
    assert_eq!(malformed, 2);
}

#[test]
fn a_line_without_an_end_is_not_read_whole() {
    let long = format!(
        "{}{}\n{}",
        line(1, "door", 1, "a"),
        "x".repeat(3 << 20),
        line(2, "door", 2, "b")
    );
    let (records, malformed) = read(&[("door.log", long)]);
    assert_eq!(texts(&records), ["a", "b"]);
    assert_eq!(malformed, 1);
}

#[test]
fn a_directory_stands_for_what_was_saved_in_it() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    assert!(matches!(named(&[path("")]), Err(ReadError::Nothing(_))));
    for name in ["b.jsonl", "a.1.jsonl", "notes.txt", ".lock"] {
        fs::write(path(name), "").unwrap();
    }
    let found = named(&[path(""), path("notes.txt")]).unwrap();
    assert_eq!(
        found,
        [path("a.1.jsonl"), path("b.jsonl"), path("notes.txt")]
    );
}
