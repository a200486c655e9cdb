//! Widths of text.
//!
//! In: a text and a font size. Out: its approximate width. Never: an exact width: which font the
//! reader's system has is not known, so widths are those of the wider usual fonts.

/// The width of a text in pixels at a font size in pixels.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(em).sum::<f64>() * size
}

/// As much of a text as fits into a width.
pub(super) fn fitted(text: &str, size: f64, available: f64) -> String {
    if width(text, size) <= available {
        return text.to_owned();
    }
    let mut left = available - em('…') * size;
    let fits = |c: &char| {
        left -= em(*c) * size;
        left >= 0.0
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

/// The width of a character as a fraction of the font size.
fn em(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '\'' | '|' | '!' | '.' | ',' | ':' | ';' => 0.32,
        'f' | 't' | 'r' | 'I' | ' ' | '(' | ')' | '[' | ']' | '/' | '·' | '-' => 0.38,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.95,
        'A'..='Z' | '×' | '→' | '…' | '_' => 0.72,
        '\u{1100}'.. => 1.10,
        _ => 0.62,
    }
}

#[cfg(test)]
mod tests {
    use super::{fitted, width};

    #[test]
    fn long_text_is_cut_to_fit() {
        assert_eq!(fitted("short", 10.0, 100.0), "short");
        let cut = fitted("something rather long", 10.0, 60.0);
        assert!(cut.ends_with('…') && width(&cut, 10.0) <= 60.0, "{cut}");
    }
}
