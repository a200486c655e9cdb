//! Points in time as people write them: `10min`, `10:30`, `2026-03-01`, `2026-03-01T10:30:00Z` in, the moment out.

use jiff::civil::{Date, DateTime, Time};
use jiff::{Span, Timestamp, ZonedDateTime};

/// What a moment has to look like.
pub const EXPECTED: &str = "a time such as 10:30, 2026-03-01, 2026-03-01T10:30 or 2026-03-01T10:30:00Z, or how long ago such as 90s, 10min, 2h or 3d";

/// The moment that `text` says, seen from `now`. A time of the day is the latest one that is over.
pub fn moment(text: &str, now: &ZonedDateTime) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    if let Ok(moment) = text.parse::<DateTime>() {
        return local(moment, now);
    }
    if let Ok(day) = text.parse::<Date>() {
        return local(day.to_datetime(Time::midnight()), now);
    }
    // A number alone would be an hour.
    if text.contains(':') {
        return latest(text.parse().ok()?, now);
    }
    let ago = text.parse::<Span>().ok().filter(Span::is_positive)?;
    Some(now.checked_sub(ago).ok()?.timestamp())
}

fn local(moment: DateTime, now: &ZonedDateTime) -> Option<Timestamp> {
    let zoned = moment.to_zoned_datetime(now.time_zone().clone()).ok()?;
    Some(zoned.timestamp())
}

fn latest(time: Time, now: &ZonedDateTime) -> Option<Timestamp> {
    let today = now.date();
    let days = [Some(today), today.yesterday().ok()].into_iter().flatten();
    let mut moments = days.filter_map(|day| local(day.to_datetime(time), now));
    moments.find(|moment| *moment <= now.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_durations_are_understood() {
        let now: ZonedDateTime = "2026-03-01T09:05:00+01:00[Europe/Berlin]".parse().unwrap();
        for (text, moment_in_utc) in [
            ("90s", "2026-03-01T08:03:30Z"),
            ("10min", "2026-03-01T07:55:00Z"),
            ("10m", "2026-03-01T07:55:00Z"),
            ("2h", "2026-03-01T06:05:00Z"),
            ("1h 30min", "2026-03-01T06:35:00Z"),
            ("3d", "2026-02-26T08:05:00Z"),
            ("08:30", "2026-03-01T07:30:00Z"),
            ("10:30", "2026-02-28T09:30:00Z"),
            ("2026-02-28", "2026-02-27T23:00:00Z"),
            ("2026-02-28 10:30", "2026-02-28T09:30:00Z"),
            ("2026-02-28T10:30:01.5", "2026-02-28T09:30:01.5Z"),
            ("2026-02-28T10:30:00Z", "2026-02-28T10:30:00Z"),
            ("2026-02-28T10:30:00+02:00", "2026-02-28T08:30:00Z"),
        ] {
            let expected = moment_in_utc.parse::<Timestamp>().unwrap();
            assert_eq!(moment(text, &now), Some(expected), "{text}");
        }
    }

    #[test]
    fn anything_else_is_not_a_time() {
        let now = ZonedDateTime::now();
        for text in [
            "",
            "yesterday",
            "10",
            "-10min",
            "0s",
            "25:00",
            "2026-13-01",
            "99999999999h",
        ] {
            assert_eq!(moment(text, &now), None, "{text}");
        }
    }
}
