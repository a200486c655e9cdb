//! Bytes over the cable, without a camera that understands them.

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use oakc_device::transport::{Transport, Usb};
use proptest::prelude::*;

use super::cable::{Device, Gave, Nature, Took, plug};

const MOMENT: Duration = Duration::from_millis(1);
const HEADER: usize = 84;
const MIB: usize = 1 << 20;

/// A device that notes what it gets, and has transfers to give.
#[derive(Default)]
struct Notebook {
    gives: Arc<Mutex<VecDeque<Vec<u8>>>>,
    /// Transfers as they came.
    got: Arc<Mutex<Vec<Vec<u8>>>>,
    /// Bytes of the transfer that is coming.
    coming: Vec<u8>,
    /// Of how many bytes transfers are cut short, by turns.
    cuts: VecDeque<usize>,
    gone: bool,
}

impl Device for Notebook {
    fn take(&mut self, rest: &[u8], _: bool, _: Duration) -> Took {
        if self.gone {
            return Took::Gone;
        }
        assert!(!rest.is_empty(), "the library sends no empty packets");
        let cut = self.cuts.pop_front().filter(|cut| *cut < rest.len());
        let count = cut.unwrap_or(rest.len());
        self.coming.extend(&rest[..count]);
        if cut.is_some() {
            return Took::Cut(count);
        }
        let transfer = std::mem::take(&mut self.coming);
        self.got.lock().unwrap().push(transfer);
        Took::Bytes(count)
    }

    fn give(&mut self, _: Duration) -> Gave {
        match self.gives.lock().unwrap().pop_front() {
            Some(transfer) => Gave::Transfer(transfer),
            None if self.gone => Gave::Gone,
            None => Gave::Nothing,
        }
    }
}

impl Notebook {
    fn giving(transfers: impl Into<VecDeque<Vec<u8>>>) -> Self {
        Self {
            gives: Arc::new(Mutex::new(transfers.into())),
            ..Self::default()
        }
    }
}

fn usb(device: Notebook, nature: Nature) -> Usb {
    Usb::new(plug(device, nature, &Arc::new(())))
}

/// Bytes that tell their place.
fn bytes(count: usize) -> Vec<u8> {
    (0..count)
        .map(|index| (index ^ (index >> 8)).to_le_bytes()[0])
        .collect()
}

/// Writes an event as a session does it.
fn write(usb: &mut Usb, head: &[u8], body: &[u8]) {
    let (mut head, mut body) = (head, body);
    while !(head.is_empty() && body.is_empty()) {
        let count = usb.write(head, body, MOMENT).unwrap();
        let of_head = count.min(head.len());
        head = &head[of_head..];
        body = &body[count - of_head..];
    }
}

/// Waits until everything is out.
fn flush(usb: &mut Usb) {
    // Nothing is written before what went before is out.
    let until = Instant::now() + Duration::from_secs(5);
    while Instant::now() < until {
        if usb.write(&[], &[], MOMENT).is_ok() && usb.write(&[0], &[], MOMENT).unwrap() == 1 {
            return;
        }
    }
    panic!("a transfer does not end");
}

/// Reads exactly this many bytes, as a decoder asks for them.
fn read(usb: &mut Usb, count: usize) -> Vec<u8> {
    let mut read = vec![0; count];
    let mut filled = 0;
    let mut in_vain = 0;
    while filled < count {
        match usb.read(&mut read[filled..], MOMENT).unwrap() {
            Some(came) => {
                assert!(came > 0, "the link is not closed");
                filled += came;
            }
            None => in_vain += 1,
        }
        assert!(in_vain < 200, "{filled} of {count} bytes, and no more");
    }
    read
}

#[test]
fn header_and_payload_are_transfers_of_their_own_and_nothing_is_added_to_full_packets() {
    for payload in [0, 1, 428, 512, 1024, 64 * 1024, MIB, 2 * MIB + 512] {
        let device = Notebook::default();
        let got = Arc::clone(&device.got);
        let mut usb = usb(device, Nature::default());
        let (head, body) = (bytes(HEADER), bytes(payload));
        write(&mut usb, &head, &body);
        write(&mut usb, &head, &[]);
        flush(&mut usb);
        let mut expected = vec![head.clone()];
        expected.extend(body.chunks(MIB).map(<[u8]>::to_vec));
        expected.push(head);
        assert!(got.lock().unwrap()[..] == expected, "payload of {payload}");
    }
}

#[test]
fn a_payload_that_fills_its_last_packet_is_read_without_waiting_for_more() {
    for payload in [512, 1024, 5 * MIB, 5 * MIB - 512] {
        let device = Notebook::giving([bytes(HEADER), bytes(payload)]);
        let mut usb = usb(device, Nature::default());
        assert_eq!(read(&mut usb, HEADER), bytes(HEADER));
        assert!(read(&mut usb, payload) == bytes(payload));
    }
}

#[test]
fn an_empty_packet_behind_full_ones_does_not_end_the_link() {
    let gives = [bytes(512), Vec::new(), bytes(HEADER), Vec::new(), bytes(3)];
    let device = Notebook::giving(gives);
    let mut usb = usb(device, Nature::default());
    assert_eq!(read(&mut usb, 512), bytes(512));
    assert_eq!(read(&mut usb, HEADER), bytes(HEADER));
    assert_eq!(read(&mut usb, 3), bytes(3));
    let mut rest = [0; 8];
    assert_eq!(usb.read(&mut rest, MOMENT).unwrap(), None);
}

#[test]
fn what_the_camera_says_is_taken_in_while_it_does_not_take_anything() {
    /// Takes nothing before everything it has to say is heard.
    struct Stubborn(Notebook);
    impl Device for Stubborn {
        fn take(&mut self, rest: &[u8], is_new: bool, timeout: Duration) -> Took {
            if self.0.gives.lock().unwrap().is_empty() {
                self.0.take(rest, is_new, timeout)
            } else {
                Took::Bytes(0)
            }
        }
        fn give(&mut self, timeout: Duration) -> Gave {
            self.0.give(timeout)
        }
    }
    let gives = [HEADER, 1024, HEADER, 700].map(bytes);
    let spoken = gives.concat();
    let device = Stubborn(Notebook::giving(gives));
    let mut usb = Usb::new(plug(device, Nature::default(), &Arc::new(())));
    write(&mut usb, &bytes(HEADER), &bytes(3));
    flush(&mut usb);
    assert_eq!(read(&mut usb, spoken.len()), spoken);
}

#[test]
fn a_camera_that_is_pulled_out_ends_reading_and_writing() {
    let gone = || Notebook {
        gone: true,
        ..Notebook::default()
    };
    let mut reading = usb(gone(), Nature::default());
    let error = reading.read(&mut [0; HEADER], MOMENT).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionAborted);
    let mut writing = usb(gone(), Nature::default());
    assert_eq!(writing.write(&[1], &[], MOMENT).unwrap(), 1);
    assert!(writing.write(&[2], &[], MOMENT).is_err());
}

#[test]
fn a_link_that_the_camera_halts_is_over_and_the_pipe_is_cleared_for_the_next() {
    let halting = |transfer| Nature {
        halt_at: Some(transfer),
        ..Nature::default()
    };
    let device = Notebook::giving([bytes(HEADER), bytes(HEADER)]);
    let mut reading = usb(device, halting(1));
    let error = reading.read(&mut [0; HEADER], MOMENT).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    // Were it not cleared, this would fail as well.
    assert_eq!(read(&mut reading, HEADER), bytes(HEADER));
    let mut writing = usb(Notebook::default(), halting(1));
    assert_eq!(writing.write(&[1], &[], MOMENT).unwrap(), 1);
    assert!(writing.write(&[2], &[], MOMENT).is_err());
    write(&mut writing, &[3], &[]);
    flush(&mut writing);
}

#[test]
fn a_camera_that_takes_nothing_does_not_hold_its_host_up() {
    struct Deaf;
    impl Device for Deaf {
        fn take(&mut self, _: &[u8], _: bool, timeout: Duration) -> Took {
            std::thread::sleep(timeout);
            Took::Bytes(0)
        }
        fn give(&mut self, timeout: Duration) -> Gave {
            std::thread::sleep(timeout);
            Gave::Nothing
        }
    }
    let mut usb = Usb::new(plug(Deaf, Nature::default(), &Arc::new(())));
    assert_eq!(usb.write(&[1], &[], MOMENT).unwrap(), 1);
    let begun = Instant::now();
    let wait = Duration::from_millis(50);
    assert_eq!(usb.write(&[2], &[], wait).unwrap(), 0);
    assert_eq!(usb.read(&mut [0; HEADER], wait).unwrap(), None);
    let took = begun.elapsed();
    assert!(took >= 2 * wait && took < 20 * wait, "{took:?}");
}

#[test]
fn a_camera_that_sends_nothing_but_empty_transfers_is_not_read_forever() {
    struct Empty;
    impl Device for Empty {
        fn take(&mut self, rest: &[u8], _: bool, _: Duration) -> Took {
            Took::Bytes(rest.len())
        }
        fn give(&mut self, _: Duration) -> Gave {
            Gave::Transfer(Vec::new())
        }
    }
    let mut usb = Usb::new(plug(Empty, Nature::default(), &Arc::new(())));
    assert_eq!(usb.read(&mut [0; HEADER], MOMENT).unwrap(), None);
}

fn natures() -> impl Strategy<Value = Nature> {
    let packets = prop::sample::select(vec![64_usize, 512, 1024]);
    (packets, 0..3_u32).prop_map(|(packet, late)| Nature {
        packet,
        late,
        halt_at: None,
    })
}

/// Sizes of payloads: around packets, and any.
fn sizes() -> impl Strategy<Value = usize> {
    let packets =
        (0..8_usize, 0..3_usize).prop_map(|(packets, off)| (packets * 512 + off).max(1) - 1);
    prop_oneof![packets, 0..70_000_usize]
}

/// The bytes in transfers of these sizes, and the rest in one.
fn split(bytes: &[u8], sizes: &[usize]) -> VecDeque<Vec<u8>> {
    let mut rest = bytes;
    let mut transfers = VecDeque::new();
    for size in sizes {
        let (transfer, later) = rest.split_at((*size).min(rest.len()));
        transfers.push_back(transfer.to_vec());
        rest = later;
    }
    transfers.push_back(rest.to_vec());
    transfers
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn however_a_camera_splits_what_it_sends_all_of_it_is_read_and_nothing_waited_for_in_vain(
        nature in natures(),
        frames in prop::collection::vec(sizes(), 1..12),
        splits in prop::collection::vec(sizes(), 0..30),
    ) {
        let events: Vec<usize> = frames.into_iter().flat_map(|size| [HEADER, size]).collect();
        let stream = bytes(events.iter().sum());
        let gives = split(&stream, &splits);
        let mut usb = usb(Notebook::giving(gives), nature);
        let mut rest = &stream[..];
        for size in events {
            let (expected, later) = rest.split_at(size);
            prop_assert!(read(&mut usb, size) == expected);
            rest = later;
        }
    }

    #[test]
    fn a_camera_that_waits_for_an_answer_to_each_event_is_never_waited_for_itself(
        nature in natures(),
        sizes in prop::collection::vec(sizes(), 1..12),
        splits in prop::collection::vec(sizes(), 0..4),
    ) {
        let device = Notebook::default();
        let gives = Arc::clone(&device.gives);
        let mut usb = usb(device, nature);
        for size in sizes {
            let event = bytes(size);
            gives.lock().unwrap().extend(split(&event, &splits));
            prop_assert!(read(&mut usb, size) == event);
        }
    }

    #[test]
    fn however_a_camera_takes_what_it_is_sent_nothing_is_lost_repeated_or_joined(
        nature in natures(),
        payloads in prop::collection::vec(sizes(), 1..12),
        cuts in prop::collection::vec(1..3000_usize, 0..10),
    ) {
        let device = Notebook { cuts: cuts.into(), ..Notebook::default() };
        let got = Arc::clone(&device.got);
        let mut usb = usb(device, nature);
        let mut expected = Vec::new();
        for size in payloads {
            let (head, body) = (bytes(HEADER), bytes(size));
            write(&mut usb, &head, &body);
            expected.push(head);
            expected.push(body);
        }
        flush(&mut usb);
        expected.retain(|transfer| !transfer.is_empty());
        prop_assert!(*got.lock().unwrap() == expected);
    }
}
