//! Text that can stand in a picture.
//!
//! In: any text of an application. Out: one line of text. Never: characters that XML does not have
//! or that would reorder the line, or a line that is too long to read.

use oakc_diag::render::printable;

/// The most characters of a text that are shown.
const MAX_CHARS: usize = 200;

/// One line of plain text.
pub(super) fn plain(text: &str) -> String {
    let printable = printable::text(text);
    let mut characters = printable.chars().map(|c| match c {
        '\n' | '\t' => ' ',
        // XML 1.0 does not allow them.
        '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        other => other,
    });
    let mut line: String = characters.by_ref().take(MAX_CHARS).collect();
    if characters.next().is_some() {
        line.push('…');
    }
    line
}

/// The same, escaped for XML: between tags or in quotes.
pub(super) fn xml(text: &str) -> String {
    let mut escaped = String::new();
    for c in plain(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{plain, xml};

    #[test]
    fn text_cannot_break_out_of_the_markup_or_the_line() {
        assert_eq!(
            xml("</svg>\n\"&\u{1b}\u{202e}\u{ffff}"),
            "&lt;/svg&gt; &quot;&amp;␛\u{fffd}\u{fffd}"
        );
        assert_eq!(plain(&"é".repeat(300)).chars().count(), 201);
    }
}
