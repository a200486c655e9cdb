//! Texts made to break a parser.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

fn check(language: Language, text: &str) -> Result<(), TestCaseError> {
    let parsed = parsed(language, text);
    let mut bad = Vec::new();
    let mut check = |span: Span| {
        if text.get(span.start..span.end).is_none() {
            bad.push(span);
        }
    };
    if let Some(root) = &parsed.root {
        each_span(root, &mut check);
    }
    for label in parsed.found.iter().flat_map(|error| &error.labels) {
        check(label.span);
    }
    prop_assert!(bad.is_empty(), "{text:?}: {bad:?}");
    Ok(())
}

#[test]
fn deep_nesting_is_an_error_not_a_stack_overflow() {
    let texts = [
        (Language::Toml, format!("a = {}", "[".repeat(100_000))),
        (Language::Toml, format!("a = {}", "{a=".repeat(100_000))),
        (Language::Toml, format!("{}a = 1", "a.".repeat(100_000))),
        (Language::Toml, format!("[{}a]", "a.".repeat(70))),
        (Language::Yaml, format!("a: {}", "[".repeat(100_000))),
        (Language::Yaml, "{a: ".repeat(100_000)),
        (Language::Yaml, format!("a:\n  {}x", "- ".repeat(5_000))),
        (
            Language::Yaml,
            format!("a: {}{}", "[".repeat(64), "]".repeat(64)),
        ),
        (
            Language::Toml,
            format!("a = {}{}", "[".repeat(64), "]".repeat(64)),
        ),
    ];
    for (language, text) in texts {
        let parsed = parsed(language, &text);
        assert!(parsed.found.has_errors(), "{}", &text[..20]);
        assert!(parsed.found.len() <= MAX_ERRORS + 1);
    }
}

#[test]
fn nesting_up_to_the_limit_is_read() {
    let brackets = format!("{}{}", "[".repeat(63), "]".repeat(63));
    assert!(toml(&format!("a = {brackets}")).root.is_some());
    assert!(yaml(&format!("a: {brackets}")).root.is_some());
}

#[test]
fn aliases_cannot_fill_the_memory() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(text, "a{level}: &a{level} [{aliases}]").unwrap();
    }
    let parsed = yaml(&text);
    assert!(parsed.errors()[0].1.contains("aliases"));

    let long = "x".repeat(1 << 20);
    let parsed = yaml(&format!(
        "a: &a {long}\nb: [{}]\n",
        vec!["*a"; 100].join(", ")
    ));
    assert!(parsed.errors()[0].1.contains("aliases"));
}

#[test]
fn aliases_cannot_nest_deeper_than_brackets() {
    let mut text = String::from("a0: &a0 [[[[[[[[[[x]]]]]]]]]]\n");
    for level in 1..10 {
        writeln!(
            text,
            "a{level}: &a{level} [[[[[[[[[[*a{}]]]]]]]]]]",
            level - 1
        )
        .unwrap();
    }
    assert!(yaml(&text).errors()[0].1.contains("deep"));
}

#[test]
fn thousands_of_errors_are_cut_short() {
    for parsed in [
        toml(&"a = 1\n".repeat(5000)),
        toml(&"= =\n".repeat(5000)),
        yaml(&"a: 1\n".repeat(5000)),
    ] {
        assert!(parsed.found.len() <= MAX_ERRORS + 1);
        assert!(parsed.found.len() >= MAX_ERRORS);
    }
}

#[test]
fn a_file_of_zeros_or_of_any_size_ends_in_an_error() {
    let zeros = "\0".repeat(1 << 20);
    assert!(toml(&zeros).root.is_none());
    assert!(yaml(&zeros).errors()[0].1.len() < 300);
    let long = " ".repeat(MAX_BYTES + 1);
    assert!(toml(&long).errors()[0].1.contains("too long"));
}

proptest! {
    #[test]
    fn no_text_panics_and_all_spans_lie_in_it(text in any::<String>()) {
        check(Language::Toml, &text)?;
        check(Language::Yaml, &text)?;
    }

    #[test]
    fn no_text_of_toml_pieces_panics(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "a", "b", "é", ".", "=", " ", "\n", "\r\n", "\r", "[", "]", "[[", "]]", "{", "}", ",",
                "\"", "'", "\"\"\"", "'''", "\\", "#", "1", "1.0", "0x", "inf", "2024-01-01", "true",
                "🎥", "\u{feff}", "\\u", "\t", "\0",
            ]),
            0..40,
        ),
    ) {
        check(Language::Toml, &pieces.concat())?;
    }

    #[test]
    fn no_text_of_yaml_pieces_panics(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "a", "b", "é", ":", ": ", " ", "  ", "\n", "\r\n", "\r", "[", "]", "{", "}", ", ", "- ",
                "-", "? ", "|\n", ">-\n", "|2\n", "\"", "'", "&a ", "*a", "<<", "!!str ", "!x ", "!<", ">",
                "#", " # ", "---\n", "...\n", "%YAML 1.2\n", "%TAG ! x:\n", "1", "~", "🎥", "\u{feff}",
                "\\", "\t", "\u{85}", "\u{2028}", "\0", "@", "`",
            ]),
            0..40,
        ),
    ) {
        check(Language::Yaml, &pieces.concat())?;
    }
}
