//! "Did you mean" for names in scripts.
//!
//! In: an unknown name and the known ones. Out: the one that was probably meant, if one is close
//! enough.

/// Names that are longer are not compared.
const LONGEST: usize = 64;

/// The name that is nearest, if one is near enough.
pub(super) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<String> {
    if name.len() > LONGEST || name.len() < 2 {
        return None;
    }
    let lower = name.to_lowercase();
    let most = 1usize.max(name.len() / 4);
    let candidates = known.into_iter().filter_map(|known| {
        let known_lower = known.to_lowercase();
        let begins = known_lower.starts_with(&lower) || lower.starts_with(&known_lower);
        let extends = begins && name.len().min(known.len()) >= 6;
        if known.len().abs_diff(name.len()) > most && !extends || known == name {
            return None;
        }
        let distance = distance(&lower, &known_lower);
        let exact = self::distance(name, known);
        (distance <= most || extends).then_some((distance, exact, known))
    });
    candidates.min().map(|(_, _, known)| known.to_owned())
}

/// How many letters have to be changed, added, left out, or swapped with the next.
fn distance(one: &str, two: &str) -> usize {
    let (one, two) = (one.as_bytes(), two.as_bytes());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=two.len()).collect();
    for (row, a) in one.iter().enumerate() {
        let mut next = vec![row.saturating_add(1)];
        for (column, b) in two.iter().enumerate() {
            let at =
                |line: &[usize], column: usize| line.get(column).copied().unwrap_or(usize::MAX);
            let replaced = at(&last, column).saturating_add(usize::from(a != b));
            let left_out = at(&last, column.saturating_add(1)).saturating_add(1);
            let added = at(&next, column).saturating_add(1);
            let mut fewest = replaced.min(left_out).min(added);
            let swapped = row > 0
                && column > 0
                && one.get(row.saturating_sub(1)) == Some(b)
                && two.get(column.saturating_sub(1)) == Some(a);
            if swapped {
                fewest = fewest.min(at(&before, column.saturating_sub(1)).saturating_add(1));
            }
            next.push(fewest);
        }
        before = std::mem::replace(&mut last, next);
    }
    last.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_the_one_that_was_meant() {
        let known = ["sleep", "time", "strftime", "setCropRect", "get", "getAll"];
        for (name, meant) in [
            ("slep", Some("sleep")),
            ("tiem", Some("time")),
            ("Get", Some("get")),
            ("setCropRectangle", Some("setCropRect")),
            ("quantity", None),
        ] {
            assert_eq!(nearest(name, known).as_deref(), meant, "{name}");
        }
    }
}
