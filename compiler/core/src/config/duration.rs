//! Durations.
//!
//! In: text such as `"10ms"` or `"1.5s"`. Out: nanoseconds, or why it is not a duration.

const UNITS: &[(&str, f64)] = &[
    ("ns", 1.0),
    ("us", 1e3),
    ("µs", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
    ("min", 60e9),
];

/// Nanoseconds of a number with a unit; `None` where it is malformed, negative, or is longer than
/// the library can hold (about 292 years).
#[expect(
    clippy::cast_possible_truncation,
    reason = "the range is checked before"
)]
pub(super) fn nanoseconds(text: &str) -> Option<i64> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = text.split_at(digits);
    let (_, scale) = UNITS.iter().find(|(name, _)| *name == unit.trim())?;
    let nanos = (number.parse::<f64>().ok()? * scale).round();
    (0.0..9.2e18).contains(&nanos).then_some(nanos as i64)
}

#[cfg(test)]
mod tests {
    use super::nanoseconds;

    #[test]
    fn numbers_with_units_are_spans() {
        assert_eq!(nanoseconds("10ms"), Some(10_000_000));
        assert_eq!(nanoseconds("1.5 s"), Some(1_500_000_000));
        assert_eq!(nanoseconds("7us"), Some(7_000));
        assert_eq!(nanoseconds("0ns"), Some(0));
    }

    #[test]
    fn anything_else_is_rejected() {
        for text in ["", "10", "ms", "-1ms", "1h", "1.2.3s", "99999999999999min"] {
            assert_eq!(nanoseconds(text), None, "{text}");
        }
    }
}
