//! Sessions with cameras that do not keep to the protocol.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex};

use oakc_runtime_schema::bootloader::STREAM;
use proptest::prelude::*;

use super::*;

/// What a camera does with an event.
type Answer = dyn FnMut(&Event) -> Vec<Event> + Send;

/// A camera made of a function from events to events.
struct Camera {
    answer: Box<Answer>,
    decoder: Decoder,
    to_host: VecDeque<u8>,
    /// Bytes taken by one write.
    appetite: usize,
    seen: Arc<Mutex<Vec<Event>>>,
}

impl Transport for Camera {
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<Option<usize>> {
        if self.to_host.is_empty() {
            std::thread::sleep(timeout.min(Duration::from_millis(5)));
            return Ok(None);
        }
        let count = buffer.len().min(self.to_host.len());
        for (to, from) in buffer.iter_mut().zip(self.to_host.drain(..count)) {
            *to = from;
        }
        Ok(Some(count))
    }

    fn write(&mut self, head: &[u8], body: &[u8], _: Duration) -> io::Result<usize> {
        let bytes = head.iter().chain(body).copied().take(self.appetite);
        let bytes: Vec<u8> = bytes.collect();
        for byte in &bytes {
            self.decoder.space()[0] = *byte;
            if let Some(event) = self.decoder.advance(1).unwrap() {
                for answer in (self.answer)(&event) {
                    self.to_host.extend(answer.header.encode());
                    self.to_host.extend(answer.payload);
                }
                self.seen.lock().unwrap().push(event);
            }
        }
        Ok(bytes.len())
    }
}

fn response(event: &Event) -> Option<Event> {
    let header = Header {
        flags: Flags::ACK,
        kind: event.header.kind.response()?,
        ..event.header
    };
    let payload = Vec::new();
    Some(Event { header, payload })
}

/// What a camera does that keeps to the protocol, and takes packets out at once.
fn polite(event: &Event) -> Vec<Event> {
    let mut answers: Vec<_> = response(event).into_iter().collect();
    if event.header.kind == Kind::WriteRequest {
        let release = Header {
            stream: event.header.stream,
            size: event.header.size,
            ..Header::new(1000, Kind::ReadReleaseRequest)
        };
        let payload = Vec::new();
        answers.push(Event {
            header: release,
            payload,
        });
    }
    answers
}

fn camera(answer: impl FnMut(&Event) -> Vec<Event> + Send + 'static) -> Camera {
    Camera {
        answer: Box::new(answer),
        decoder: Decoder::new(MAX_PACKET_SIZE),
        to_host: VecDeque::new(),
        appetite: usize::MAX,
        seen: Arc::default(),
    }
}

fn begin(camera: Camera) -> Result<Session> {
    let timeouts = Timeouts {
        silence: Duration::from_millis(200),
        ..Timeouts::default()
    };
    Session::begin(Box::new(camera), &timeouts, &Cancel::default())
}

/// What comes of a camera that sends this right after the first ping.
fn after_sending(header: Header, payload: &[u8]) -> Error {
    let payload = payload.to_vec();
    let mut session = begin(camera(move |event| {
        let mut answers = polite(event);
        if event.header.kind == Kind::PingRequest {
            answers.push(Event {
                header,
                payload: payload.clone(),
            });
        }
        answers
    }));
    loop {
        match session {
            Err(error) => return error,
            Ok(ref mut open) => {
                if let Err(error) = open.pump() {
                    return error;
                }
            }
        }
    }
}

fn packet(stream: u32, size: u32) -> Header {
    Header {
        stream,
        size,
        ..Header::new(7, Kind::WriteRequest)
    }
}

#[test]
fn a_camera_that_says_nothing_is_given_up() {
    let session = begin(camera(|_| Vec::new()));
    assert!(matches!(session.err(), Some(Error::Silent { .. })));
}

#[test]
fn a_packet_for_a_stream_that_was_not_opened_ends_the_session() {
    let error = after_sending(packet(9, 3), b"abc");
    assert!(matches!(error, Error::Protocol(_)), "{error}");
}

#[test]
fn a_packet_larger_than_any_window_is_not_even_read() {
    let error = after_sending(packet(0, MAX_PACKET_SIZE + 1), b"");
    assert!(matches!(error, Error::Frame(_)), "{error}");
}

#[test]
fn a_camera_that_ends_the_session_is_believed() {
    let error = after_sending(Header::new(5, Kind::ResetRequest), b"");
    assert!(matches!(error, Error::Cut(_)), "{error}");
}

#[test]
fn a_camera_that_numbers_streams_by_itself_or_refuses_them_gets_no_data() {
    for (stream, flags) in [(5, Flags::ACK), (0, Flags::NACK)] {
        let session = begin(camera(move |event| {
            let mut answers = polite(event);
            if event.header.kind == Kind::CreateStreamRequest {
                answers[0].header.stream = stream;
                answers[0].header.flags = flags;
            }
            answers
        }));
        assert!(matches!(session.err(), Some(Error::Protocol(_))));
    }
}

#[test]
fn packets_that_are_not_taken_out_do_not_fill_the_memory() {
    let flood = move |event: &Event| {
        let mut answers = polite(event);
        if event.header.kind == Kind::CreateStreamRequest {
            let payload = vec![1];
            let header = packet(event.header.stream, 1);
            let one = Event { header, payload };
            answers.extend(std::iter::repeat_n(one, MOST_UNREAD + 1));
        }
        answers
    };
    let mut session = begin(camera(flood)).unwrap();
    let ended = (0..3 * MOST_UNREAD).find_map(|_| session.pump().err());
    assert!(matches!(ended, Some(Error::Protocol(_))), "{ended:?}");
}

#[test]
fn all_streams_that_a_camera_opens_share_the_room_for_packets() {
    // When the first sign of life comes, all is open that the host wants.
    let hoard = move |event: &Event| {
        let mut answers = polite(event);
        if event.header.kind != Kind::WriteRequest {
            return answers;
        }
        for stream in 0..3 {
            let header = Header {
                stream_name: StreamName::new(&format!("hoard{stream}")).unwrap(),
                ..Header::new(1000, Kind::CreateStreamRequest)
            };
            let payload = Vec::new();
            answers.push(Event { header, payload });
            let header = packet(1 + stream, MAX_PACKET_SIZE);
            let payload = vec![0; MAX_PACKET_SIZE as usize];
            answers.push(Event { header, payload });
        }
        answers
    };
    let mut session = begin(camera(hoard)).unwrap();
    let ended = (0..20).find_map(|_| session.pump().err());
    assert!(matches!(ended, Some(Error::Protocol(_))), "{ended:?}");
}

#[test]
fn the_camera_may_open_a_stream_first_and_write_to_it() {
    let mut session = begin(camera(|event| {
        let mut answers = polite(event);
        if event.header.kind == Kind::PingRequest {
            let header = Header {
                stream_name: StreamName::new(STREAM).unwrap(),
                stream: Header::NO_STREAM,
                size: MAX_PACKET_SIZE,
                ..Header::new(11, Kind::CreateStreamRequest)
            };
            let payload = Vec::new();
            answers.push(Event { header, payload });
        }
        if event.header.kind == Kind::WriteRequest && event.payload == b"hello" {
            let payload = b"yes?".to_vec();
            let header = packet(event.header.stream, 4);
            answers.push(Event { header, payload });
        }
        answers
    }))
    .unwrap();
    let stream = session.open(STREAM, MAX_PACKET_SIZE).unwrap();
    assert!(session.try_send(stream, b"hello").unwrap());
    let received = loop {
        session.pump().unwrap();
        if let Some(packet) = session.try_receive(stream).unwrap() {
            break packet;
        }
    };
    assert_eq!(received, b"yes?");
}

#[test]
fn events_stay_whole_however_few_bytes_a_link_takes_at_once() {
    let mut slow = camera(polite);
    slow.appetite = 7;
    let seen = Arc::clone(&slow.seen);
    let mut session = begin(slow).unwrap();
    let stream = session.open(STREAM, MAX_PACKET_SIZE).unwrap();
    let data: Vec<u8> = (0..1000_u32).map(|n| n.to_le_bytes()[0]).collect();
    assert!(session.try_send(stream, &data).unwrap());
    session.pump().unwrap();
    let seen = seen.lock().unwrap();
    assert!(seen.iter().any(|event| event.payload == data));
}

#[test]
fn pings_go_on_during_a_wait() {
    let camera = camera(polite);
    let seen = Arc::clone(&camera.seen);
    let mut session = begin(camera).unwrap();
    let begun = Instant::now();
    while begun.elapsed() < PING_INTERVAL * 3 {
        session.pump().unwrap();
    }
    let alive = |event: &&Event| event.payload == WATCHDOG_ALIVE;
    assert!(seen.lock().unwrap().iter().filter(alive).count() >= 3);
}

#[test]
fn no_more_is_under_way_than_the_receiver_has_room_for() {
    // It acknowledges, but takes nothing out.
    let mut session = begin(camera(|event| response(event).into_iter().collect())).unwrap();
    let stream = session.open(STREAM, 1000).unwrap();
    assert!(session.try_send(stream, &[0; 600]).unwrap());
    for _ in 0..5 {
        session.pump().unwrap();
        assert!(!session.try_send(stream, &[0; 600]).unwrap());
    }
}

#[test]
fn a_link_that_takes_nothing_can_be_stopped() {
    let mut full = camera(polite);
    full.appetite = 0;
    let cancel = Cancel::default();
    cancel.cancel();
    let timeouts = Timeouts {
        silence: Duration::from_secs(2),
        ..Timeouts::default()
    };
    let begun = Session::begin(Box::new(full), &timeouts, &cancel);
    assert!(matches!(begun.err(), Some(Error::Cancelled)));
}

#[test]
fn a_packet_on_a_slow_link_can_be_stopped() {
    let mut slow = camera(polite);
    slow.appetite = 100;
    let seen = Arc::clone(&slow.seen);
    let cancel = Cancel::default();
    let timeouts = Timeouts::default();
    let mut session = Session::begin(Box::new(slow), &timeouts, &cancel).unwrap();
    let stream = session.open(STREAM, MAX_PACKET_SIZE).unwrap();
    cancel.cancel();
    let sent = session.try_send(stream, &[7; 1000]);
    assert!(matches!(sent, Err(Error::Cancelled)), "{sent:?}");
    let whole = |event: &Event| event.payload.len() == 1000;
    assert!(!seen.lock().unwrap().iter().any(whole));
}

/// A session with a camera that acknowledges everything and never takes a packet out, and whose
/// window for pings is full.
fn with_unread_pings() -> Session {
    let mut session = begin(camera(|event| response(event).into_iter().collect())).unwrap();
    for _ in 0..WATCHDOG_WINDOW / 4 {
        session.next_ping = Instant::now();
        session.pump().unwrap();
    }
    session
}

#[test]
fn a_camera_that_leaves_all_pings_unread_and_says_nothing_more_is_given_up() {
    let mut session = with_unread_pings();
    let begun = Instant::now();
    let ended = loop {
        if let Err(error) = session.pump() {
            break error;
        }
        assert!(begun.elapsed() < Duration::from_secs(5), "it waits forever");
    };
    assert!(matches!(ended, Error::Silent { .. }), "{ended}");
}

#[test]
fn a_camera_that_leaves_all_pings_unread_is_given_up_however_much_it_sends() {
    // Each ping brings another packet, and a release of it is never asked for.
    let mut session = begin(camera(|event| {
        let mut answers: Vec<_> = response(event).into_iter().collect();
        answers.push(Event {
            header: Header::new(500, Kind::PingRequest),
            payload: Vec::new(),
        });
        answers
    }))
    .unwrap();
    for _ in 0..WATCHDOG_WINDOW / 4 {
        session.next_ping = Instant::now();
        session.pump().unwrap();
    }
    let begun = Instant::now();
    let ended = loop {
        // It talks all the time.
        session.next_ping = Instant::now();
        session
            .put(&Header::new(501, Kind::PingRequest), &[])
            .unwrap();
        if let Err(error) = session.pump() {
            break error;
        }
        assert!(begun.elapsed() < Duration::from_secs(5), "it waits forever");
    };
    let waited_for = "signs of life";
    assert!(ended.to_string().contains(waited_for), "{ended}");
}

#[test]
fn pings_come_as_often_as_the_host_librarys_unless_the_link_is_slow() {
    let count = |briskly: bool| {
        let camera = camera(polite);
        let seen = Arc::clone(&camera.seen);
        let mut session = begin(camera).unwrap();
        if briskly {
            session.ping_briskly();
        }
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(1300) {
            session.pump().unwrap();
        }
        let seen = seen.lock().unwrap();
        seen.iter()
            .filter(|event| event.payload == WATCHDOG_ALIVE)
            .count()
    };
    // At 0 and 750 ms; on a busy machine later, but never sooner.
    assert!(count(false) <= 2);
    assert!(count(true) > 2);
}

#[test]
fn pings_go_on_when_a_camera_takes_the_old_ones_out_at_last() {
    let mut session = with_unread_pings();
    let watchdog = session.stream_mut(0).unwrap();
    assert!(!watchdog.window.has_room(4));
    watchdog.window.release(4);
    session.next_ping = Instant::now();
    session.pump().unwrap();
    assert!(!session.stream_mut(0).unwrap().window.has_room(4));
}

proptest! {
    #[test]
    fn whatever_a_camera_sends_a_session_ends_or_goes_on(
        bytes in prop::collection::vec(any::<u8>(), 0..400),
        kind in 0_u8..16,
    ) {
        let mut noisy = camera(polite);
        // Something that begins as an event does.
        let mut first = Header::new(1, Kind::WriteRequest).encode();
        first[4] = kind;
        noisy.to_host.extend(first);
        noisy.to_host.extend(bytes);
        if let Ok(mut session) = begin(noisy) {
            for _ in 0..5 {
                if session.pump().is_err() {
                    break;
                }
            }
        }
    }
}
