//! Secrets in the text of a script.
//!
//! In: a script into which values of parameters were filled. Out: the same with a comment as its last line that says where
//! secrets stand in it, and the way back. Never: a value of a secret in the comment, a line number that changes, or a comment
//! that is taken for one of oakc's without being exactly that.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

/// How the comment begins.
const MARK: &str = "# oakc secrets at: ";

/// A script without the comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked<'a> {
    /// The script.
    pub script: &'a str,
    /// The secrets in it, in order: each with its name and its place.
    pub places: Vec<(&'a str, Range<usize>)>,
}

/// The script with the comment; none if it holds none of the secrets, which are values by name.
pub fn write<'a>(
    script: &str,
    secrets: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Option<String> {
    let mut secrets: Vec<_> = secrets.into_iter().collect();
    // One may be a part of another.
    secrets.sort_by(|(a, one), (b, two)| two.len().cmp(&one.len()).then_with(|| a.cmp(b)));
    let places = find(script, &secrets);
    if places.is_empty() {
        return None;
    }
    let (before, behind) = if script.ends_with('\n') {
        ("", "\n")
    } else {
        ("\n", "")
    };
    let mut text = format!("{script}{before}{}{MARK}", margin(script));
    for (number, (name, place)) in places.iter().enumerate() {
        let comma = if number > 0 { ", " } else { "" };
        // Writing to a String cannot fail.
        let _ = write!(text, "{comma}{name} {}-{}", place.start, place.end);
    }
    text.push_str(behind);
    Some(text)
}

/// Takes the comment off; none for a script that has none.
pub fn read(text: &str) -> Option<Marked<'_>> {
    let at = text.rfind(MARK)?;
    let (head, tail) = text.split_at_checked(at)?;
    let list = tail.strip_prefix(MARK)?;
    let list = list.strip_suffix('\n').unwrap_or(list);
    let head = head.trim_end_matches([' ', '\t']);
    let script = if text.ends_with('\n') {
        head
    } else {
        head.strip_suffix('\n')?
    };
    let places = list.split(", ").map(|entry| {
        let (name, place) = entry.split_once(' ')?;
        let (start, end) = place.split_once('-')?;
        Some((name, start.parse().ok()?..end.parse().ok()?))
    });
    let places = places.collect::<Option<Vec<(&str, Range<usize>)>>>()?;
    let marked = Marked { script, places };
    let values = marked.values()?;
    (write(script, values)? == text).then_some(marked)
}

impl<'a> Marked<'a> {
    /// The values of the secrets by name; none if one has several.
    pub fn values(&self) -> Option<BTreeMap<&'a str, &'a str>> {
        let mut values = BTreeMap::new();
        for (name, place) in &self.places {
            let value = self.script.get(place.clone())?;
            if *values.entry(*name).or_insert(value) != value {
                return None;
            }
        }
        Some(values)
    }

    /// The script as a template, in which `${name}` stands for each secret; none where no template says the same.
    pub fn template(&self) -> Option<String> {
        let mut template = String::new();
        let mut cursor = 0;
        for (name, place) in &self.places {
            let before = self.script.get(cursor..place.start)?;
            if before.ends_with('$') {
                return None;
            }
            template.push_str(&literal(before));
            let _ = write!(template, "${{{name}}}");
            cursor = place.end;
        }
        template.push_str(&literal(self.script.get(cursor..)?));
        Some(template)
    }
}

/// A text in a template that stands for itself.
fn literal(text: &str) -> String {
    text.replace("${", "$${")
}

/// Where the first fitting one of the secrets begins at a place, and behind that the next.
fn find<'a>(script: &str, secrets: &[(&'a str, &str)]) -> Vec<(&'a str, Range<usize>)> {
    let mut next: Vec<Option<usize>> = secrets.iter().map(|(_, it)| script.find(it)).collect();
    let mut places = Vec::new();
    let mut cursor = 0;
    loop {
        for (found, (_, value)) in next.iter_mut().zip(secrets) {
            if found.is_some_and(|at| at < cursor) {
                let rest = script.get(cursor..).unwrap_or_default();
                *found = rest.find(value).map(|at| cursor.saturating_add(at));
            }
        }
        let found = next.iter().zip(secrets);
        let found = found.filter_map(|(at, secret)| Some(((*at)?, secret)));
        // Of several at one place the first is the longest.
        let Some((at, (name, value))) = found.min_by_key(|(at, _)| *at) else {
            return places;
        };
        cursor = at.saturating_add(value.len());
        places.push((*name, at..cursor));
    }
}

/// What the lines of a script that is indented as a whole begin with: the device takes that off where all have it.
fn margin(script: &str) -> &str {
    let lines = script.lines().filter(|line| !line.trim().is_empty());
    let blanks = lines.map(|line| {
        let inner = line.trim_start_matches([' ', '\t']);
        line.strip_suffix(inner).unwrap_or_default()
    });
    let shared = |a: &'_ str, b: &str| -> usize {
        let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b);
        same.count()
    };
    blanks
        .reduce(|margin, line| margin.get(..shared(margin, line)).unwrap_or_default())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRETS: [(&str, &str); 3] = [("a", "hunter22"), ("b", "hunter2222"), ("c", "zzzz")];

    #[test]
    fn the_comment_says_where_secrets_stand_and_comes_off_again() {
        for (script, expected) in [
            (
                "x = 'hunter22'\n",
                "x = 'hunter22'\n# oakc secrets at: a 5-13\n",
            ),
            (
                "x = 'hunter22'",
                "x = 'hunter22'\n# oakc secrets at: a 5-13",
            ),
            (
                "  x = 'hunter2222'\n\n    y = 'hunter22zzzz'\n",
                "  x = 'hunter2222'\n\n    y = 'hunter22zzzz'\n  # oakc secrets at: b 7-17, a 29-37, c 37-41\n",
            ),
        ] {
            let text = write(script, SECRETS).unwrap();
            assert_eq!(text, expected);
            let marked = read(&text).unwrap();
            assert_eq!(marked.script, script);
            let values = marked.values().unwrap();
            assert!(values.iter().all(|it| SECRETS.contains(&(it.0, it.1))));
        }
        assert_eq!(write("nothing", SECRETS), None);
    }

    #[test]
    fn a_template_says_the_same_again() {
        let marked = write("a = '${b}'; c = '$${d} hunter22'\n", SECRETS).unwrap();
        let template = read(&marked).unwrap().template().unwrap();
        assert_eq!(template, "a = '$${b}'; c = '$$${d} ${a}'\n");
        let marked = write("a = '$hunter22'\n", SECRETS).unwrap();
        assert_eq!(read(&marked).unwrap().template(), None);
    }

    #[test]
    fn only_a_comment_of_oakc_is_read() {
        for text in [
            "x = 1\n# oakc secrets at: a 5-13\n",
            "x = 'hunter22'\n# oakc secrets at: a 5-13, a 4-8\n",
            "x = 'hunter22' # oakc secrets at: a 5-13\n",
            "x = 'hunter22'\n# oakc secrets at: a 5-99999999999999999999\n",
            "# oakc secrets at: ",
            "",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
