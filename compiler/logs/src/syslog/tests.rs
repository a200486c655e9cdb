use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;

/// What cameras and other programs sent to rsyslog 8.2302, and `RSYSLOG_SyslogProtocol23Format` makes of it.
const PROTOCOL_23: &str = "<14>1 2026-11-28T19:35:20.911119+00:00 18443010D1 door-counter report log [oakc@32473 seq=\"1\" node=\"report\" esc=\"a\\\"b\\]c\"] hello ä world";
const TRACEBACK: &str = "<11>1 2026-11-28T19:35:20.911119+00:00 18443010D1 door-counter report exception [oakc@32473 seq=\"2\"] Traceback (most recent call last):#012  File \"r.py\", line 3, in f#012#011x#012ValueError: #033[31m";

fn now() -> ZonedDateTime {
    let time: Timestamp = "2026-11-28T20:00:00Z".parse().unwrap();
    time.to_zoned_datetime(TimeZone::UTC)
}

fn line(text: &str) -> Message {
    Message::of_line(text, &now()).unwrap()
}

#[test]
fn all_fields_of_rfc_5424_are_read() {
    let message = line(PROTOCOL_23);
    assert_eq!(message.severity(), Some(6));
    assert_eq!(message.time, "2026-11-28T19:35:20.911119Z".parse().ok());
    assert_eq!(message.host.as_deref(), Some("18443010D1"));
    assert_eq!(message.application.as_deref(), Some("door-counter"));
    assert_eq!(message.process.as_deref(), Some("report"));
    assert_eq!(message.id.as_deref(), Some("log"));
    let ours = message.element("oakc@32473").unwrap();
    assert_eq!(ours.param("seq"), Some("1"));
    assert_eq!(ours.param("esc"), Some("a\"b]c"));
    assert_eq!(message.text, "hello ä world");
}

#[test]
fn a_line_of_rsyslog_has_the_line_ends_that_the_message_had() {
    let text = "Traceback (most recent call last):\n  File \"r.py\", line 3, in f\n\tx\nValueError: #033[31m";
    assert_eq!(line(TRACEBACK).text, text);
}

#[test]
fn what_is_not_said_is_none() {
    let message = Message::of_datagram(b"<14>1 - - - - - -", &now()).unwrap();
    let nothing = Message {
        priority: Some(14),
        ..Message::default()
    };
    assert_eq!(message, nothing);
    let message = Message::of_datagram("<14>1 - - - - - - \u{feff}text\n".as_bytes(), &now());
    assert_eq!(message.unwrap().text, "text");
}

#[test]
fn the_other_forms_of_rsyslog_are_read() {
    // As `RSYSLOG_TraditionalFileFormat`, `RSYSLOG_FileFormat`, and the two forms that are forwarded.
    for (text, time) in [
        (
            "Nov 28 19:35:20 cam app[report] hello ä",
            "2026-11-28T19:35:20Z",
        ),
        (
            "2026-11-28T19:35:20.911119+00:00 cam app[report] hello ä",
            "2026-11-28T19:35:20.911119Z",
        ),
        (
            "<14>2026-11-28T19:35:20.911119+00:00 cam app[report] hello ä",
            "2026-11-28T19:35:20.911119Z",
        ),
        (
            "<14>Nov 28 19:35:20 cam app[report] hello ä",
            "2026-11-28T19:35:20Z",
        ),
        (
            "<14>Nov 28 19:35:20 cam app[report]: hello ä",
            "2026-11-28T19:35:20Z",
        ),
    ] {
        let message = line(text);
        assert_eq!(message.time, time.parse().ok(), "{text}");
        assert_eq!(message.host.as_deref(), Some("cam"));
        assert_eq!(message.application.as_deref(), Some("app"));
        assert_eq!(message.process.as_deref(), Some("report"));
        assert_eq!(message.text, "hello ä");
    }
}

#[test]
fn a_date_without_a_year_is_the_latest_that_is_over() {
    for (text, time) in [
        ("Nov 29 19:00:00 cam app: x", "2026-11-29T19:00:00Z"),
        ("Nov 30 19:00:00 cam app: x", "2025-11-30T19:00:00Z"),
        ("Jan  1 00:00:00 cam app: x", "2026-01-01T00:00:00Z"),
        ("Feb 29 00:00:00 cam app: x", "2024-02-29T00:00:00Z"),
    ] {
        assert_eq!(line(text).time, time.parse().ok(), "{text}");
    }
}

#[test]
fn a_datagram_without_a_header_is_all_text() {
    let message = Message::of_datagram(b"<14>it works", &now()).unwrap();
    assert_eq!(message.text, "it works");
    assert_eq!(message.host, None);
}

#[test]
fn what_is_not_syslog_is_told_from_it() {
    for (text, reason) in [
        ("", Malformed::Priority),
        ("hello", Malformed::Priority),
        ("<>1 - - - - - -", Malformed::Priority),
        ("<192>1 - - - - - -", Malformed::Priority),
        ("<+14>1 - - - - - -", Malformed::Priority),
        ("<0014>1 - - - - - -", Malformed::Priority),
        ("<14>1 - - - -", Malformed::Header),
        ("<14>1 -  - - - -", Malformed::Header),
        ("<14>1 yesterday - - - - -", Malformed::Time),
        ("<14>1 - - - - - x", Malformed::Data),
        ("<14>1 - - - - - []", Malformed::Data),
        ("<14>1 - - - - - [a", Malformed::Data),
        ("<14>1 - - - - - [a b]", Malformed::Data),
        ("<14>1 - - - - - [a b=\"c]", Malformed::Data),
        ("<14>1 - - - - - [a b=\"c\\", Malformed::Data),
        ("<14>1 - - - - - [a b=\"c\"]x", Malformed::Data),
    ] {
        assert_eq!(
            Message::of_datagram(text.as_bytes(), &now()),
            Err(reason),
            "{text}"
        );
    }
    for text in [
        "",
        "hello",
        "Nov 28 cam",
        "Traceback (most recent call last):",
    ] {
        assert!(Message::of_line(text, &now()).is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn every_message_that_is_written_is_read(
        priority in 0..192_u8, fields in proptest::collection::vec("[!-~]{1,48}", 4),
        values in proptest::collection::vec(".{0,20}", 0..5), text in "[^\n\r\0\u{feff}]{0,80}",
    ) {
        let escaped = |value: &String| {
            value.replace('\\', "\\\\").replace('"', "\\\"").replace(']', "\\]")
        };
        let params: String = values.iter().flat_map(|it| [" p=\"".to_owned(), escaped(it), "\"".to_owned()]).collect();
        let [host, app, process, id] = &fields[..] else { unreachable!() };
        let sent = format!("<{priority}>1 - {host} {app} {process} {id} [e@1{params}] {text}");
        let message = Message::of_datagram(sent.as_bytes(), &now()).unwrap();
        prop_assert_eq!(message.priority, Some(priority));
        prop_assert_eq!(message.host, said(host));
        prop_assert_eq!(message.id, said(id));
        let read: Vec<_> = message.data[0].params.iter().map(|(_, value)| value.clone()).collect();
        prop_assert_eq!(read, values);
        prop_assert_eq!(message.text, text);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Message::of_datagram(&bytes, &now());
        let _ = Message::of_line(&String::from_utf8_lossy(&bytes), &now());
    }

    #[test]
    fn almost_syslog_is_read_or_refused(text in "<1?[0-9]{1,2}>(1 )?([-a-z0-9:\\[\\]\"= ]|- |Nov 28 19:00:00 ){0,60}") {
        let _ = Message::of_datagram(text.as_bytes(), &now());
        let _ = Message::of_line(&text, &now());
    }
}
