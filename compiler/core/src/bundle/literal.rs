//! Texts as literals of Python: in one line, and back.

use std::fmt::Write;

/// Appends `text` as a literal in double quotes, without a line break in it.
pub(crate) fn write(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control.is_control() || control == '\u{feff}' => {
                // The result is never an error: a `String` takes it.
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

/// The text of a literal that [`write()`] wrote at the beginning of `from`, and what follows it.
pub(super) fn read(from: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut rest = from.strip_prefix('"')?;
    loop {
        let end = rest.find(['"', '\\'])?;
        text.push_str(rest.get(..end)?);
        let mut next = rest.get(end..)?.chars();
        if next.next()? == '"' {
            return Some((text, next.as_str()));
        }
        match next.next()? {
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            'u' => {
                let digits = next.as_str().get(..4)?;
                text.push(char::from_u32(u32::from_str_radix(digits, 16).ok()?)?);
                next = next.as_str().get(4..)?.chars();
            }
            itself @ ('"' | '\\') => text.push(itself),
            _ => return None,
        }
        rest = next.as_str();
    }
}
