//! What bars look like: how far each of several things is in, and the lines of text that show it on a
//! terminal of a certain size out. Where there are more things than lines, those in work are shown. Nothing
//! is drawn here, and no clock is read.

use std::fmt::Write as _;
use std::time::Duration;

/// Columns for a word about what is going on.
const WORD: usize = 12;
/// Columns for a name at most.
const NAME: usize = 24;
/// Columns for what stands behind a bar: percent, rate and time left.
const NUMBERS: usize = 30;
/// A bar with fewer columns says nothing.
const SHORTEST: usize = 8;

/// A terminal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub(super) columns: usize,
    pub(super) rows: usize,
}

/// One of the things that happen.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) name: String,
    pub(super) stage: Stage,
    /// What is going on, in a word.
    pub(super) word: &'static str,
    /// Bytes of the pass that runs, and of how many.
    pub(super) done: u64,
    pub(super) total: u64,
    /// Passes over the bytes that are finished.
    pub(super) passes: u64,
    /// For how long the pass has been running.
    pub(super) time: Duration,
}

/// How far a thing has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Waiting,
    InWork,
    Done,
    Failed,
}

impl Item {
    /// One that nothing has happened to.
    pub(super) fn waiting(name: String) -> Self {
        Self {
            name,
            stage: Stage::Waiting,
            word: "waiting",
            done: 0,
            total: 0,
            passes: 0,
            time: Duration::ZERO,
        }
    }

    fn line(&self, name: usize, columns: usize) -> String {
        let mut line = format!("{:<name$} {:<WORD$}", cut(&self.name, name), self.word);
        if self.total == 0 {
            return line.trim_end().to_owned();
        }
        let room = columns.saturating_sub(line.chars().count() + NUMBERS + 2);
        if room >= SHORTEST {
            let _ = write!(line, " {}", bar(self.done, self.total, room));
        }
        let percent = percent(self.done, self.total);
        let _ = write!(line, " {percent:>3} %");
        if self.stage == Stage::InWork
            && let Some(rate) = rate(self.done, self.time)
        {
            let left = left(self.total.saturating_sub(self.done), rate);
            let _ = write!(line, "  {:>11}  {left:>9}", rate_text(rate));
        }
        cut(&line, columns)
    }
}

/// The lines that show these things. `passes` is how often each goes over its bytes, `time` how long all of
/// it has taken since the first byte.
pub(super) fn lines(items: &[Item], passes: u64, time: Duration, size: Size) -> Vec<String> {
    let columns = size.columns.saturating_sub(1);
    // The last row stays free: the cursor is there.
    let rows = size.rows.saturating_sub(1).max(1);
    let names = items.iter().map(|item| item.name.chars().count());
    let name = names.max().unwrap_or(0).min(NAME);
    if items.len() == 1 {
        return items.iter().map(|item| item.line(name, columns)).collect();
    }
    let room = rows.saturating_sub(1);
    let shown = |item: &&Item| items.len() <= room || item.stage == Stage::InWork;
    let shown = items.iter().filter(shown).take(room);
    let mut lines: Vec<_> = shown.map(|item| item.line(name, columns)).collect();
    lines.push(cut(&total(items, passes, time), columns));
    lines
}

/// `total: 12 done, 1 failed, 9 waiting; 123 of 840 MB, 45 MB/s, 0:15 left`. At two hundred cameras it is
/// not wider than 80 columns.
fn total(items: &[Item], passes: u64, time: Duration) -> String {
    let of = |stage| items.iter().filter(|item| item.stage == stage).count();
    let failed = of(Stage::Failed);
    let (done, waiting) = (of(Stage::Done), of(Stage::Waiting));
    let mut text = format!("total: {done} done, {failed} failed, {waiting} waiting");
    let (moved, all) = bytes(items, passes);
    if all == 0 {
        return text;
    }
    let _ = write!(text, "; {} of {} MB", megabytes(moved), megabytes(all));
    if let Some(rate) = rate(moved, time) {
        let left = left(all.saturating_sub(moved), rate);
        let _ = write!(text, ", {}, {left}", rate_text(rate));
    }
    text
}

/// Bytes that were moved, and all there are to move. Where nothing is known of a thing yet, it counts as
/// much as the others do on average; one that has failed moves no more.
fn bytes(items: &[Item], passes: u64) -> (u64, u64) {
    let (mut moved, mut all, mut known, mut unknown) = (0, 0, 0, 0);
    for item in items {
        let whole = item.total.saturating_mul(passes);
        let so_far = item
            .total
            .saturating_mul(item.passes)
            .saturating_add(item.done);
        let (item_moved, item_all) = match item.stage {
            Stage::Failed => (so_far.min(whole), so_far.min(whole)),
            Stage::Done => (whole, whole),
            Stage::InWork | Stage::Waiting => (so_far.min(whole), whole),
        };
        if item.total > 0 && item.stage != Stage::Failed {
            known += 1;
        } else if item.stage != Stage::Failed && item.stage != Stage::Done {
            unknown += 1;
        }
        moved += item_moved;
        all += item_all;
    }
    let average = all.checked_div(known).unwrap_or(0);
    (moved, all.saturating_add(average.saturating_mul(unknown)))
}

/// Bytes in a second; `None` where it is too early to say.
fn rate(done: u64, time: Duration) -> Option<u64> {
    let milliseconds = u64::try_from(time.as_millis()).ok()?;
    if milliseconds < 500 {
        return None;
    }
    done.saturating_mul(1000)
        .checked_div(milliseconds)
        .filter(|rate| *rate > 0)
}

fn rate_text(rate: u64) -> String {
    match rate {
        100_000.. => format!("{} MB/s", megabytes(rate)),
        _ => format!("{} kB/s", rate / 1000),
    }
}

/// With one digit behind the point where there is only one before it.
fn megabytes(bytes: u64) -> String {
    match bytes / 1_000_000 {
        whole @ 0..10 => format!("{whole}.{}", bytes / 100_000 % 10),
        whole => whole.to_string(),
    }
}

fn left(bytes: u64, rate: u64) -> String {
    let seconds = bytes.div_ceil(rate.max(1));
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, minutes, seconds) => format!("{minutes}:{seconds:02} left"),
        (hours, minutes, seconds) => format!("{hours}:{minutes:02}:{seconds:02} left"),
    }
}

fn percent(done: u64, total: u64) -> u64 {
    done.saturating_mul(100).checked_div(total).unwrap_or(100)
}

fn bar(done: u64, total: u64, columns: usize) -> String {
    let columns = u64::try_from(columns).unwrap_or_default();
    let full = done.min(total).saturating_mul(columns).checked_div(total);
    let full = full.unwrap_or(columns);
    (0..columns)
        .map(|column| if column < full { '█' } else { '░' })
        .collect()
}

/// At most so many characters of a text.
fn cut(text: &str, columns: usize) -> String {
    text.chars().take(columns).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EIGHTY: Size = Size {
        columns: 80,
        rows: 24,
    };

    fn item(name: &str, stage: Stage, done: u64) -> Item {
        Item {
            stage,
            word: "writing",
            done,
            total: 28_000_000,
            time: Duration::from_secs(2),
            ..Item::waiting(name.to_owned())
        }
    }

    #[test]
    fn a_single_camera_has_its_rate_and_time_left() {
        let one = [item("192.168.1.50", Stage::InWork, 7_000_000)];
        let shown = lines(&one, 2, Duration::from_secs(2), EIGHTY);
        let expected =
            "192.168.1.50 writing      █████░░░░░░░░░░░░░░░░░  25 %     3.5 MB/s  0:06 left";
        assert_eq!(shown, [expected]);
        let one = [Item::waiting("192.168.1.50".to_owned())];
        assert_eq!(
            lines(&one, 2, Duration::ZERO, EIGHTY),
            ["192.168.1.50 waiting"]
        );
    }

    #[test]
    fn thirty_cameras_in_24_lines_show_those_in_work_and_the_total() {
        let stage = |number| match number {
            0..=9 => Stage::Done,
            10 => Stage::Failed,
            11..=15 => Stage::InWork,
            _ => Stage::Waiting,
        };
        let items = |stage: &dyn Fn(u32) -> Stage| -> Vec<_> {
            let item = |number| match stage(number) {
                Stage::Waiting => Item::waiting(format!("10.0.0.{number}")),
                Stage::Failed => item(&format!("10.0.0.{number}"), Stage::Failed, 0),
                stage => item(&format!("10.0.0.{number}"), stage, 14_000_000),
            };
            (0..30).map(item).collect()
        };
        let time = Duration::from_secs(63);
        let shown = lines(&items(&stage), 2, time, EIGHTY);
        assert_eq!(shown.len(), 6, "{shown:#?}");
        assert!(
            shown
                .iter()
                .zip(11..16)
                .all(|(line, number)| { line.starts_with(&format!("10.0.0.{number}")) })
        );
        let expected = "total: 10 done, 1 failed, 14 waiting; 630 of 1624 MB, 10 MB/s, 1:40 left";
        assert_eq!(shown.last().map(String::as_str), Some(expected));
        // All in work at once: as many as there is room for.
        let shown = lines(&items(&|_| Stage::InWork), 2, time, EIGHTY);
        assert_eq!(shown.len(), 23);
        assert!(
            shown
                .last()
                .is_some_and(|line| line.starts_with("total: 0 done, 0 failed, 0 waiting"))
        );
    }

    #[test]
    fn cameras_that_fit_are_all_shown_whatever_becomes_of_them() {
        let items = [
            item("a", Stage::Failed, 100),
            Item::waiting("b".to_owned()),
            item("c", Stage::Done, 28_000_000),
        ];
        let shown = lines(&items, 1, Duration::from_secs(1), EIGHTY);
        assert_eq!(shown.len(), 4, "{shown:#?}");
        assert!(!shown[0].contains("left") && !shown[2].contains("left"));
    }

    #[test]
    fn no_line_is_wider_than_the_terminal_and_no_screen_is_too_small() {
        let name = "a name that is longer than any column for it would be";
        let items = vec![item(name, Stage::InWork, 5); 30];
        for columns in [0, 1, 20, 60, 80, 200] {
            for rows in [0, 1, 2, 3, 24, 100] {
                let shown = lines(&items, 2, Duration::from_secs(9), Size { columns, rows });
                assert!(
                    shown.len() <= rows.saturating_sub(1).max(1),
                    "{columns} {rows}"
                );
                let widest = shown.iter().map(|line| line.chars().count()).max();
                assert!(widest <= Some(columns), "{columns} {rows}");
            }
        }
    }

    #[test]
    fn rates_and_times_have_the_unit_that_fits() {
        assert_eq!(rate_text(45_123_000), "45 MB/s");
        assert_eq!(rate_text(64_000), "64 kB/s");
        assert_eq!(left(10_000, 1), "2:46:40 left");
        assert_eq!(rate(1_000_000, Duration::from_millis(100)), None);
    }
}
