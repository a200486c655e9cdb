//! Everything that the schedule leaves open: a question in, an answer from the seed out.
//!
//! Answer 0 is what happens without a seed, and it is by far the most frequent one; so a run is described by the few
//! answers that deviate from it ([`Choices::deviations`]), and a failing run is made shorter by leaving some of them
//! out ([`Choices::replayed`]). The same seed, asked the same questions, always gives the same answers.

use std::collections::BTreeMap;

/// Answers other than 0, by the number of the question.
pub type Deviations = BTreeMap<u64, u32>;

/// What is left open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Which of several events of one time is first: the smallest answer.
    Order,
    /// By how much something takes longer: so many parts of [`Question::PARTS`] of its time.
    Delay,
    /// After how many points a thread has to let others go first; 0 for no limit.
    Preemption,
    /// Which of so many waiters goes first.
    Waiter(u32),
    /// Whether something happens that goes well otherwise, once in so many times.
    Mishap(u32),
}

impl Question {
    /// The parts that [`Question::Delay`] counts in.
    pub const PARTS: u32 = 1_000;

    /// An answer, from a random number.
    fn answer(self, random: u64) -> u32 {
        let (rare, value) = (random >> 32, random & 0xFFFF_FFFF);
        let below = |limit: u32| u32::try_from(value % u64::from(limit.max(1))).unwrap_or(0);
        match self {
            Self::Order if rare % 4 == 0 => 1 + below(1_000),
            Self::Delay if rare % 4 == 0 => 1 + below(Self::PARTS),
            Self::Preemption if rare % 2 == 0 => 1 + below(40),
            Self::Waiter(waiting) => below(waiting),
            Self::Mishap(once_in) => u32::from(once_in > 0 && below(once_in) == 0),
            Self::Order | Self::Delay | Self::Preemption => 0,
        }
    }
}

/// The answers of one run.
#[derive(Clone, Debug)]
pub struct Choices {
    source: Source,
    asked: u64,
    deviations: Packed,
}

/// Deviations in a few bytes each: a seed makes millions of them in a day.
#[derive(Clone, Debug, Default)]
struct Packed {
    /// How many questions after the one before, and the answer; seven bits a byte, the lowest first.
    bytes: Vec<u8>,
    last: u64,
}

#[derive(Clone, Debug)]
enum Source {
    Nominal,
    Seeded(Random),
    Replayed(Deviations),
}

impl Choices {
    /// Nothing deviates.
    pub fn nominal() -> Self {
        Self::from_source(Source::Nominal)
    }

    /// The answers of this seed; nothing deviates for seed 0.
    pub fn seeded(seed: u64) -> Self {
        match seed {
            0 => Self::nominal(),
            seed => Self::from_source(Source::Seeded(Random::new(seed))),
        }
    }

    /// These answers, and 0 everywhere else.
    pub fn replayed(deviations: Deviations) -> Self {
        Self::from_source(Source::Replayed(deviations))
    }

    fn from_source(source: Source) -> Self {
        Self {
            source,
            asked: 0,
            deviations: Packed::default(),
        }
    }

    /// Answers a question.
    pub fn choose(&mut self, question: Question) -> u32 {
        let number = self.asked;
        self.asked += 1;
        let answer = match &mut self.source {
            Source::Nominal => 0,
            Source::Seeded(random) => question.answer(random.draw()),
            Source::Replayed(deviations) => deviations.get(&number).copied().unwrap_or(0),
        };
        // What was left out may have changed what is asked.
        let answer = match question {
            Question::Waiter(waiting) => answer.min(waiting.saturating_sub(1)),
            Question::Mishap(_) => answer.min(1),
            _ => answer,
        };
        if answer != 0 {
            self.deviations.insert(number, answer);
        }
        answer
    }

    /// How many questions were asked.
    pub fn asked(&self) -> u64 {
        self.asked
    }

    /// The answers so far that were not 0.
    pub fn deviations(&self) -> Deviations {
        self.deviations.unpack()
    }
}

impl Packed {
    fn insert(&mut self, number: u64, answer: u32) {
        self.push(number.saturating_sub(self.last));
        self.push(answer.into());
        self.last = number;
    }

    fn push(&mut self, mut value: u64) {
        while value > 0x7F {
            self.bytes
                .push(0x80 | u8::try_from(value & 0x7F).unwrap_or(0));
            value >>= 7;
        }
        self.bytes.push(u8::try_from(value).unwrap_or(0));
    }

    fn unpack(&self) -> Deviations {
        let (mut deviations, mut bytes, mut number) = (Deviations::new(), self.bytes.iter(), 0);
        let mut next = || {
            let (mut value, mut shift) = (0, 0);
            loop {
                let byte = bytes.next()?;
                value |= u64::from(byte & 0x7F) << shift;
                shift += 7;
                if *byte <= 0x7F {
                    return Some(value);
                }
            }
        };
        while let (Some(after), Some(answer)) = (next(), next()) {
            number += after;
            deviations.insert(number, u32::try_from(answer).unwrap_or(u32::MAX));
        }
        deviations
    }
}

/// Pseudo-random numbers (SplitMix64): the same on every machine.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The numbers of this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(choices: &mut Choices) -> Vec<u32> {
        (0..200)
            .map(|number| match number % 5 {
                0 => choices.choose(Question::Order),
                1 => choices.choose(Question::Delay),
                2 => choices.choose(Question::Preemption),
                3 => choices.choose(Question::Waiter(3)),
                _ => choices.choose(Question::Mishap(10)),
            })
            .collect()
    }

    #[test]
    fn without_a_seed_nothing_deviates() {
        let mut choices = Choices::seeded(0);
        assert!(answers(&mut choices).iter().all(|answer| *answer == 0));
        assert!(choices.deviations().is_empty());
    }

    #[test]
    fn deviations_are_kept_as_they_were() {
        let kept: Deviations = [
            (0, 1),
            (1, 200),
            (130, u32::MAX),
            (1 << 40, 3),
            (u64::MAX, 1),
        ]
        .into();
        let mut packed = Packed::default();
        for (number, answer) in &kept {
            packed.insert(*number, *answer);
        }
        assert_eq!(packed.unpack(), kept);
    }

    #[test]
    fn deviations_replay_a_run_and_any_part_of_them_another_one() {
        let mut seeded = Choices::seeded(7);
        let run = answers(&mut seeded);
        let mut deviations = seeded.deviations();
        assert!(!deviations.is_empty() && deviations.len() < run.len());
        assert_eq!(answers(&mut Choices::replayed(deviations.clone())), run);
        let (first, _) = deviations.pop_first().unwrap();
        let shorter = answers(&mut Choices::replayed(deviations));
        let differ = shorter.iter().zip(&run).filter(|(a, b)| a != b);
        assert_eq!(
            (differ.count(), shorter[usize::try_from(first).unwrap()]),
            (1, 0)
        );
    }
}
