//! The words for faults, and when they happen.

use std::time::Duration;

use proptest::prelude::*;

use super::super::fault::{Fault, Faults, LinkFault};

fn faults(words: &[&str]) -> Faults {
    let faults: Vec<Fault> = words.iter().map(|word| word.parse().unwrap()).collect();
    Faults::new(&faults)
}

#[test]
fn words_that_do_not_name_a_fault_are_told_what_is_missing() {
    for (text, reason) in [
        ("cut", "the faults are cut@"),
        ("cut@", "follow `@`"),
        ("cut@5T", "follow `@`"),
        ("boil@5", "take `@`"),
        ("slow:fast", "follow `:`"),
        ("slow:0", "take `:`"),
        ("cut@5*x", "follow `*`"),
        ("full*2", "always applies"),
        ("cut@99999999999999999999", "follow `@`"),
        ("cut@18446744073709551615M", "follow `@`"),
    ] {
        let error = text.parse::<Fault>().unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
        assert!(error.contains(text), "{error}");
    }
}

#[test]
fn a_cut_happens_at_its_byte_and_as_often_as_asked() {
    let mut faults = faults(&["cut@5K*2", "hang@9000"]);
    assert_eq!(faults.bytes_until_next(0), 5120);
    assert_eq!(faults.at(5119), None);
    assert_eq!(faults.bytes_until_next(5119), 1);
    assert_eq!(faults.at(5120), Some(LinkFault::Cut));
    assert_eq!(faults.at(5120), Some(LinkFault::Cut));
    assert_eq!(faults.at(5120), None);
    assert_eq!(faults.bytes_until_next(5120), 3880);
    assert_eq!(faults.at(9000), Some(LinkFault::Hang));
    assert_eq!(faults.bytes_until_next(9000), u64::MAX);
}

#[test]
fn refusals_and_deafness_are_counted() {
    let mut faults = faults(&["refuse*2", "deaf"]);
    let refused: Vec<_> = (0..3).map(|_| faults.refuses()).collect();
    assert_eq!(refused, [true, true, false]);
    assert_eq!((faults.is_deaf(), faults.is_deaf()), (true, false));
}

#[test]
fn what_always_holds_is_known_by_its_value() {
    let faults = faults(&["slow:1M", "delay:20", "crash:500", "full"]);
    assert_eq!(faults.rate(), Some(1024 * 1024));
    assert_eq!(faults.delay(), Some(Duration::from_millis(20)));
    assert_eq!(faults.crash_after(), Some(Duration::from_millis(500)));
    assert!(faults.is_full());
}

proptest! {
    #[test]
    fn a_seed_draws_the_same_few_faults_each_time(seed: u64) {
        let word = format!("seed:{seed}");
        let one = format!("{:?}", faults(&[&word]));
        prop_assert_eq!(&one, &format!("{:?}", faults(&[&word])));
        let count = one.matches("kind:").count();
        prop_assert!((1..=3).contains(&count), "{}", one);
        prop_assert!(!one.contains("Seed"));
    }

    #[test]
    fn no_words_make_the_reader_panic(text in "\\PC{0,20}") {
        let _ = text.parse::<Fault>();
    }
}
