//! Secrets in texts whose meaning is not known.
//!
//! In: a text that cannot be parsed, or is part of an application that cannot be put together; and which of its keys may be
//! those of secrets. Out: places that are not shown in excerpts any more, and the words in them. Never: a judgement by the
//! tree: there is none. When in doubt, a value is hidden.

use std::ops::Range;

use oakc_diag::{FileId, SourceMap, Span};

/// A key that holds the value of a declaration.
const VALUE: &str = "value";

/// Shorter words are not looked for in messages.
const SHORTEST_WORD: usize = 4;

/// Words of the language itself, which stay in messages.
const PLAIN: &[&str] = &["true", "false", "null", "value", "secret", "file"];

/// Hides the values of all lines of a file that `is_secret` says it of: it gets the key of a line, and the line. The result
/// is what messages could repeat of them.
pub fn conceal(
    sources: &mut SourceMap,
    file: FileId,
    is_secret: &dyn Fn(&str, &str) -> bool,
) -> Vec<String> {
    let Some(text) = sources.get(file).map(|file| file.text().clone()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for place in places(&text, is_secret) {
        sources.hide_place(Span::new(file, place.start, place.end));
        found.extend(words(text.get(place).unwrap_or_default()));
    }
    found
}

/// The words of a value, without the keys in it.
fn words(mut hidden: &str) -> Vec<String> {
    let ends = |c: char| c.is_whitespace() || "\"'`,{}[]=:".contains(c);
    let mut found = Vec::new();
    while !hidden.is_empty() {
        let end = hidden.find(ends).unwrap_or(hidden.len());
        let (word, rest) = hidden.split_at_checked(end).unwrap_or_default();
        let is_key = rest.trim_start().starts_with(['=', ':']);
        if word.chars().count() >= SHORTEST_WORD && !PLAIN.contains(&word) && !is_key {
            found.push(word.to_owned());
        }
        hidden = rest.trim_start_matches(ends);
    }
    found
}

/// A value that goes on in the lines below.
struct Open<'a> {
    indentation: usize,
    /// The quotes that end it; none where that is the next key.
    quotes: Option<&'a str>,
}

fn places(text: &str, is_secret: &dyn Fn(&str, &str) -> bool) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    let mut open: Option<Open<'_>> = None;
    let mut start = 0usize;
    for whole in text.split_inclusive('\n') {
        let line = whole.trim_end_matches(['\n', '\r']);
        let at = start;
        start = start.saturating_add(whole.len());
        let end = at.saturating_add(line.len());
        if let Some(inside) = &open {
            let closes = match inside.quotes {
                Some(quotes) => line.contains(quotes),
                None => starts_another(line, inside.indentation),
            };
            let goes_on = !closes || inside.quotes.is_some();
            if closes {
                open = None;
            }
            if goes_on {
                places.push(at.saturating_add(indentation(line))..end);
                continue;
            }
        }
        let Some((key, behind)) = key(line) else {
            continue;
        };
        if key.rsplit('.').next() == Some(VALUE) || is_secret(key, line) {
            let value = line.get(behind..).unwrap_or_default();
            let blanks = value.len().saturating_sub(value.trim_start().len());
            places.push(at.saturating_add(behind).saturating_add(blanks)..end);
            open = opened(value.trim(), indentation(line));
        }
    }
    places.retain(|place| !place.is_empty());
    places
}

/// The first key of a line, without quotes, and where its value begins.
fn key(line: &str) -> Option<(&str, usize)> {
    let at = line.find(['=', ':'])?;
    let key = line
        .get(..at)?
        .trim_matches([' ', '\t', '-', '{', '"', '\'', '#']);
    Some((key, at.saturating_add(1)))
}

fn indentation(line: &str) -> usize {
    line.len().saturating_sub(line.trim_start().len())
}

/// Whether a line begins the next key or section.
fn starts_another(line: &str, least: usize) -> bool {
    let bare = line.trim_start();
    let is_key = key(line).is_some_and(|(key, _)| {
        let in_key = |c: char| c.is_alphanumeric() || "_-.".contains(c);
        !key.is_empty() && key.chars().all(in_key)
    });
    let begins = is_key || bare.starts_with('[') || bare.starts_with("- ");
    begins && indentation(line) <= least
}

/// How a value goes on, if it does.
fn opened(value: &str, indentation: usize) -> Option<Open<'static>> {
    let odd = |quotes: &str| value.matches(quotes).count() % 2 == 1;
    for quotes in ["\"\"\"", "'''"] {
        if odd(quotes) {
            let quotes = Some(quotes);
            return Some(Open {
                indentation,
                quotes,
            });
        }
    }
    let is_block = value.is_empty() || value.starts_with(['|', '>', '&', '!']);
    let is_unfinished = odd("\"") || odd("'");
    (is_block || is_unfinished).then_some(Open {
        indentation,
        quotes: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let is_secret = |_: &str, line: &str| line.contains("password");
        let mut shown = text.to_owned();
        for place in places(text, &is_secret) {
            let stars = "*".repeat(place.len());
            shown.replace_range(place, &stars);
        }
        shown
    }

    #[test]
    fn values_of_secrets_are_hidden_and_nothing_else() {
        for (text, expected) in [
            (
                "a = 1\npassword = \"x\"\nb = 2\n",
                "a = 1\npassword = ***\nb = 2\n",
            ),
            ("password: xyz\r\nb: [\n", "password: ***\r\nb: [\n"),
            (
                "password: |\n  one\n  two: 2\nb: 3\n",
                "password: *\n  ***\n  ******\nb: 3\n",
            ),
            (
                "password = \"\"\"\none\ntwo\"\"\"\nb = 3\n",
                "password = ***\n***\n******\nb = 3\n",
            ),
            ("password = 'xy\nzz\nb = 3\n", "password = ***\n**\nb = 3\n"),
            (
                "x = { secret = true, value = 1 }\n[params.y]\nvalue = \"x\"\n",
                "x = { secret = true, value = 1 }\n[params.y]\nvalue = ***\n",
            ),
            ("[params]\n", "[params]\n"),
        ] {
            assert_eq!(shown(text), expected);
        }
    }

    #[test]
    fn what_messages_could_repeat_is_told() {
        let mut sources = SourceMap::new();
        let file = sources.add(
            "a.toml",
            "password = { env = \"PLACE\", value = hunter22 }\n",
        );
        let words = conceal(&mut sources, file, &|key, _| key == "password");
        assert_eq!(words, ["PLACE", "hunter22"]);
    }
}
