//! Text that is safe to show on a terminal.
//!
//! In: text of a source file, or with parts of one. Out: the same text with visible characters in place
//! of those that control the terminal. Never: a control sequence, or a character that reorders the line.

/// The character as it may be shown. Tabs are kept; line breaks are left to the caller.
pub(super) fn character(character: char) -> char {
    match character {
        '\t' => '\t',
        // The block of control pictures mirrors the control characters one to one.
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'),
        '\x7f' => '\u{2421}',
        '\u{80}'..='\u{9f}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'
        | '\u{2029}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => '\u{fffd}',
        other => other,
    }
}

/// A text of one or several lines as it may be shown.
pub fn text(text: &str) -> String {
    let shown = text
        .chars()
        .map(|c| if c == '\n' { c } else { character(c) });
    shown.collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn escape_sequences_and_reordering_marks_do_not_reach_the_terminal() {
        assert_eq!(
            super::text("a\x1b[31m\tb\r\n\u{202e}c"),
            "a␛[31m\tb␍\n\u{fffd}c"
        );
    }
}
