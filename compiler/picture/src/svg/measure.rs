//! Text in, its width out, roughly: which font a reader's system has is not known, so widths are
//! those of the wider ones among the usual.

/// The width of a text in pixels at a font size in pixels.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(em).sum::<f64>() * size
}

/// As much of a text as fits.
pub(super) fn fitted(text: &str, size: f64, most: f64) -> String {
    if width(text, size) <= most {
        return text.to_owned();
    }
    let mut left = most - em('…') * size;
    let fits = |c: &char| {
        left -= em(*c) * size;
        left >= 0.0
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

/// The width of a character as a part of the font size.
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
    fn what_is_too_long_is_cut_to_fit() {
        assert_eq!(fitted("short", 10.0, 100.0), "short");
        let cut = fitted("something rather long", 10.0, 60.0);
        assert!(cut.ends_with('…') && width(&cut, 10.0) <= 60.0, "{cut}");
    }
}
