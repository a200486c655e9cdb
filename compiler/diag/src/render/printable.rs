//! Text that is safe to show on a terminal and in the log of a build server.
//!
//! In: any text, also one that an attacker wrote. Out: the same text with visible characters in place
//! of those that control the terminal, and without a line that a build server would obey. Never: a
//! control sequence, a character that reorders the line, or a workflow command.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The character as it may be shown. Tabs are kept; line breaks are left to the caller.
pub(super) fn character(character: char) -> char {
    match character {
        '\t' => '\t',
        // The block of control pictures mirrors the control characters one to one.
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'),
        '\x7f' => '\u{2421}',
        other if is_invisible(other) => '\u{fffd}',
        other => other,
    }
}

/// Whether a character has no shape of its own but changes what is shown around it: the C1 controls,
/// line separators, marks that reorder (Unicode's bidirectional algorithm, UAX #9), and tags.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{80}'..='\u{9f}'
        | '\u{61c}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'
        | '\u{2029}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}'
    )
}

/// A text as one line: a line break in it is shown as a character.
pub fn line(text: &str) -> String {
    let shown: String = text.chars().map(character).collect();
    disarmed(&shown).into_owned()
}

/// A text of one or several lines as it may be shown.
pub fn text(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(line).collect();
    lines.join("\n")
}

/// The same, with all lines but the first indented: text from elsewhere cannot pass for a message of
/// its own.
pub fn block(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(line).collect();
    lines.join("\n  ")
}

/// A line that no build server takes for a command. GitHub obeys lines that begin with `::` after
/// white space, and `##[` anywhere; Azure Pipelines and TeamCity obey `##vso[` and `##teamcity[`.
/// A backslash breaks them up.
pub(super) fn disarmed(line: &str) -> Cow<'_, str> {
    let indent = line.len() - line.trim_start().len();
    let begins = line[indent..].starts_with("::");
    if !begins && !line.contains("##") {
        return Cow::Borrowed(line);
    }
    let (white, rest) = line.split_at(indent);
    let escape = if begins { "\\" } else { "" };
    let mut rest = rest.to_owned();
    for command in COMMANDS {
        rest = rest.replace(&format!("##{command}"), &format!("#\\#{command}"));
    }
    Cow::Owned(format!("{white}{escape}{rest}"))
}

/// What makes a command in a log, after `##`.
const COMMANDS: [&str; 3] = ["[", "vso[", "teamcity["];

/// JSON in which the same characters, and what would be a command in a log, are written as `\u`
/// escapes: it means the same to a program.
pub fn json(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    for c in json.chars() {
        if c == '\x7f' || is_invisible(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                // Writing into a `String` cannot fail.
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(c);
        }
    }
    // Outside of strings JSON has no `#`.
    for command in COMMANDS {
        shown = shown.replace(&format!("##{command}"), &format!("#\\u0023{command}"));
    }
    shown
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escape_sequences_and_reordering_marks_do_not_reach_the_terminal() {
        assert_eq!(
            text("a\x1b[31m\tb\r\n\u{202e}c\u{61c}\u{9b}31m"),
            "a␛[31m\tb␍\n\u{fffd}c\u{fffd}\u{fffd}31m"
        );
    }

    #[test]
    fn a_line_stays_one_line() {
        assert_eq!(line("door\n::error ::gone"), "door␊::error ::gone");
    }

    #[test]
    fn lines_of_a_log_are_not_commands() {
        assert_eq!(text("a\n  ::error ::b"), "a\n  \\::error ::b");
        assert_eq!(line("::set-output name=a::b"), "\\::set-output name=a::b");
        assert_eq!(
            line("x ##[error]y ##vso[task]z"),
            "x #\\#[error]y #\\#vso[task]z"
        );
        assert_eq!(line("## Heading, std::io"), "## Heading, std::io");
    }

    #[test]
    fn lines_after_the_first_are_indented() {
        assert_eq!(block("a\nerror: b"), "a\n  error: b");
    }

    #[test]
    fn json_means_the_same_as_before() {
        let value = serde_json::json!({"a": "\u{7f}\u{9b}\u{202e}\u{e0001} ##[error]", "####": 1});
        let shown = json(&value.to_string());
        assert!(shown.is_ascii() && !shown.contains("##["), "{shown}");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&shown).unwrap(),
            value
        );
    }

    /// Whether a terminal and a build server would take the text for nothing but text.
    fn is_harmless(text: &str) -> bool {
        let quiet = |c: char| c == '\n' || c == '\t' || (!c.is_control() && !is_invisible(c));
        text.chars().all(quiet)
            && text
                .lines()
                .all(|line| !line.trim_start().starts_with("::"))
            && !COMMANDS.iter().any(|it| text.contains(&format!("##{it}")))
    }

    proptest! {
        #[test]
        fn nothing_shown_is_more_than_text(input in "(\\PC|\\pC|::|##|\\[|vso|teamcity|\n| ){0,40}") {
            prop_assert!(is_harmless(&text(&input)), "{:?}", text(&input));
            prop_assert!(is_harmless(&block(&input)));
            prop_assert!(!line(&input).contains('\n'));
        }
    }
}
