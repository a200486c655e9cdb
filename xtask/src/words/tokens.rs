//! Words and punctuation: a text in, its tokens with their lines out. White space, `_`, and the markers
//! of comments at the start of a line are not tokens.

/// A word, or one other character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) text: &'a str,
    /// Counted from 1.
    pub(super) line: usize,
}

pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let lines = (1..).zip(text.lines());
    let of_line = |(number, line)| {
        let texts = in_line(without_markers(line)).into_iter();
        texts.map(move |text| Token { text, line: number })
    };
    lines.flat_map(of_line).collect()
}

/// Without what begins a comment or a quotation, and the backslash that continues a string.
fn without_markers(line: &str) -> &str {
    let line = line.trim();
    let line = line.trim_start_matches(['/', '!', '#', '>', '|']);
    line.strip_suffix('\\').unwrap_or(line)
}

fn in_line(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let length = if is_of_word(first) {
            rest.find(|c| !is_of_word(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (token, after) = rest.split_at(length);
        if !first.is_whitespace() && first != '_' {
            found.push(token);
        }
        rest = after;
    }
    found
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '\'' || c == '-'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_continue_over_comment_markers_and_underscores() {
        let text = "/// A camera\n    /// with_no name.";
        let found: Vec<_> = tokens(text).into_iter().map(|t| (t.text, t.line)).collect();
        let expected = [
            ("A", 1),
            ("camera", 1),
            ("with", 2),
            ("no", 2),
            ("name", 2),
            (".", 2),
        ];
        assert_eq!(found, expected);
    }
}
