//! Durations in scenarios.
//!
//! In: text such as `"35ms"`, `"2min"` or `"1h"`. Out: how long that is, or nothing where it is not a duration.

use std::time::Duration;

/// The units, and how many nanoseconds each has.
const UNITS: &[(&str, f64)] = &[
    ("ns", 1.0),
    ("us", 1e3),
    ("µs", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
    ("min", 60e9),
    ("h", 3_600e9),
    ("d", 86_400e9),
];

/// What a duration has to look like.
pub(super) const EXPECTED: &str =
    "a duration such as \"35ms\", \"10s\", \"2min\", \"1h\" or \"1d\"";

/// The longest that is accepted: ten years.
const LONGEST: f64 = 3_653.0 * 86_400e9;

/// The duration that `text` says: a number with a unit.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range is checked before"
)]
pub fn parse_duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    let unit_at = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = text.split_at(unit_at);
    let (_, scale) = UNITS.iter().find(|(name, _)| *name == unit.trim())?;
    let nanoseconds = (number.parse::<f64>().ok()? * scale).round();
    (0.0..=LONGEST)
        .contains(&nanoseconds)
        .then_some(Duration::from_nanos(nanoseconds as u64))
}

/// Nanoseconds of a second.
const SECOND: u128 = 1_000_000_000;

/// A duration as people write it: `1.5 s`, `35 ms`, `2 min`.
pub fn human(duration: Duration) -> String {
    let nanoseconds = duration.as_nanos();
    let steps: [(u128, &str); 6] = [
        (86_400_000_000_000, "d"),
        (3_600_000_000_000, "h"),
        (60_000_000_000, "min"),
        (1_000_000_000, "s"),
        (1_000_000, "ms"),
        (1_000, "µs"),
    ];
    let whole = |(size, _): &&(u128, &str)| nanoseconds.is_multiple_of(*size) && nanoseconds > 0;
    // Small units are for small numbers; else parts of a second follow a point: 1.5 s.
    let found = steps
        .iter()
        .find(whole)
        .filter(|(size, _)| *size >= SECOND || nanoseconds / size < 1_000);
    if let Some((size, unit)) = found {
        return format!("{} {unit}", nanoseconds / size);
    }
    let seconds = format!("{:.6}", duration.as_secs_f64());
    let seconds = seconds.trim_end_matches('0').trim_end_matches('.');
    format!("{seconds} s")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_units_are_durations() {
        for (text, milliseconds) in [
            ("35ms", 35),
            ("1.5 s", 1_500),
            ("2min", 120_000),
            ("1h", 3_600_000),
            ("1d", 86_400_000),
            ("0s", 0),
        ] {
            assert_eq!(
                parse_duration(text),
                Some(Duration::from_millis(milliseconds)),
                "{text}"
            );
        }
    }

    #[test]
    fn anything_else_is_not_a_duration() {
        for text in [
            "",
            "10",
            "ms",
            "-1ms",
            "1.2.3s",
            "1 fortnight",
            "99999999d",
            "s1",
        ] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }

    #[test]
    fn durations_are_shown_in_their_largest_whole_unit() {
        for (nanoseconds, shown) in [
            (0, "0 s"),
            (7_200_000_000_000, "2 h"),
            (90_000_000_000, "90 s"),
            (35_000_000, "35 ms"),
            (400_020_000, "0.40002 s"),
            (1_500_000_000, "1.5 s"),
            (1_234_567_891, "1.234568 s"),
        ] {
            assert_eq!(human(Duration::from_nanos(nanoseconds)), shown);
        }
    }
}
