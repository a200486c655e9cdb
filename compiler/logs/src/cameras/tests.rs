use super::*;
use crate::syslog::Message;

/// What is told of datagrams, each with the second in which it comes.
fn told(datagrams: &[(u64, String)]) -> Vec<String> {
    let mut cameras = Cameras::default();
    let mut told = Vec::new();
    let mut second = 0;
    for (at, text) in datagrams {
        while second < *at {
            second += 1;
            tick(&mut cameras, second, &mut told);
        }
        let now = "2026-03-01T00:00:00Z[UTC]".parse().unwrap();
        let message = Message::of_datagram(text.as_bytes(), &now).unwrap();
        let address = Some(IpAddr::from([10, 0, 0, 1]));
        let datagram = Datagram::new(message, moment(second), address);
        cameras.take(datagram, Duration::from_secs(second), &mut told);
    }
    tick(&mut cameras, second + 200, &mut told);
    let line = |record: &Record| {
        let node = record.node.as_deref().unwrap_or_default();
        format!(
            "{}/{node} {}: {}",
            record.camera,
            record.kind.name(),
            record.text
        )
    };
    told.iter().map(line).collect()
}

fn moment(second: u64) -> Timestamp {
    Timestamp::from_second(second.try_into().unwrap()).unwrap()
}

fn tick(cameras: &mut Cameras, second: u64, told: &mut Vec<Record>) {
    cameras.tick(moment(second), Duration::from_secs(second), told);
}

/// A datagram of a script that has drawn `process`, after so many seconds of its camera's clock.
fn of(process: &str, node: &str, number: u64, up: u64, kind: &str, more: &str) -> String {
    format!(
        "<134>1 - door app {process} {kind} [oakc@32473 seq=\"{number}\"{node} level=\"critical\" up=\"{up}\"{more}] {process}{number}"
    )
}

const A: &str = " node=\"a\"";
const B: &str = " node=\"b\"";

#[test]
fn a_boot_is_told_once_for_all_scripts_and_what_is_lost_of_each() {
    let heard = told(&[
        (1, of("p", A, 8, 100, "log", "")),
        (1, of("q", B, 3, 100, "log", "")),
        (9, of("r", A, 1, 2, "start", "")),
        (9, of("s", B, 2, 2, "start", "")),
        (9, of("p", A, 9, 107, "log", "")),
    ]);
    assert_eq!(
        heard,
        [
            "door/a log: p8",
            "door/b log: q3",
            "door/ restarted: the camera has booted again",
            "door/a start: r1",
            "door/a log: p9",
            "door/b lost: 1 datagram was lost here",
            "door/b start: s2",
        ]
    );
}

#[test]
fn a_name_that_a_datagram_leaves_out_is_known() {
    let heard = told(&[
        (1, of("p", A, 1, 100, "log", "")),
        (1, of("p", "", 2, 100, "log", "")),
        (1, of("q", "", 7, 100, "log", "")),
    ]);
    assert_eq!(heard, ["door/a log: p1", "door/a log: p2", "door/ log: q7"]);
}

#[test]
fn a_script_that_has_ended_is_not_missed_and_one_that_starts_again_has_its_time() {
    let beat = " every=\"10\"";
    let silent = |kind: &str, more: &str| {
        let heard = told(&[
            (0, of("p", A, 1, 100, "heartbeat", beat)),
            (10, of("p", A, 2, 110, kind, more)),
        ]);
        heard.iter().any(|line| line.contains("no sign of life"))
    };
    assert!(silent("log", ""));
    assert!(!silent("end", ""));
    assert!(!silent("exception", ""));
    assert!(!silent("exception", " again=\"300\""));
    assert!(silent("exception", " again=\"60\""));
}

#[test]
fn a_script_that_does_not_come_back_after_a_boot_is_missed_unless_the_application_is_another_one() {
    let beat = " every=\"10\" build=\"1\"";
    let after = |build: &str| {
        let heard = told(&[
            (0, of("p", A, 1, 100, "heartbeat", beat)),
            (0, of("q", B, 1, 100, "heartbeat", beat)),
            (9, of("r", A, 1, 2, "start", &format!(" build=\"{build}\""))),
        ]);
        let silent = heard.iter().filter(|line| line.contains("no sign of life"));
        silent.cloned().collect::<Vec<_>>()
    };
    assert_eq!(after("1").len(), 1);
    assert!(after("1")[0].starts_with("door/b "));
    assert_eq!(after("2").len(), 0);
}

#[test]
fn two_cameras_of_one_name_are_told_apart() {
    let mut cameras = Cameras::default();
    let mut told = Vec::new();
    let now = "2026-03-01T00:00:00Z[UTC]".parse().unwrap();
    for address in [1, 2, 1] {
        let text = of("p", A, 1, 100, "log", "");
        let message = Message::of_datagram(text.as_bytes(), &now).unwrap();
        let address = Some(IpAddr::from([10, 0, 0, address]));
        let datagram = Datagram::new(message, moment(0), address);
        cameras.take(datagram, Duration::ZERO, &mut told);
    }
    let names: Vec<_> = told.iter().map(|record| record.camera.as_str()).collect();
    assert_eq!(names, ["door", "door (10.0.0.2)"]);
    assert_eq!(cameras.duplicates(), 1);
}

#[test]
fn what_is_made_up_takes_little_memory() {
    let mut cameras = Cameras::default();
    let mut told = Vec::new();
    let now = "2026-03-01T00:00:00Z[UTC]".parse().unwrap();
    for number in 0..5_000_u32 {
        let text = of(&number.to_string(), A, 1, number.into(), "log", "");
        let text = text.replace("door", &format!("door{}", number % 2_000));
        let message = Message::of_datagram(text.as_bytes(), &now).unwrap();
        let datagram = Datagram::new(message, moment(0), None);
        cameras.take(datagram, Duration::ZERO, &mut told);
    }
    assert!(cameras.cameras.len() <= MOST_CAMERAS);
    let one = |number: u32| of(&number.to_string(), A, 1, number.into(), "log", "");
    for number in 0..1_000 {
        let message = Message::of_datagram(one(number).as_bytes(), &now).unwrap();
        cameras.take(
            Datagram::new(message, moment(0), None),
            Duration::ZERO,
            &mut told,
        );
    }
    assert!(
        cameras
            .cameras
            .values()
            .all(|camera| camera.scripts.len() <= MOST_SCRIPTS)
    );
}
