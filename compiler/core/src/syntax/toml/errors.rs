//! Errors in TOML.
//!
//! In: an error of the parser: where it is, what stood there, which characters were expected. Out:
//! the diagnostic in our words. Never: a decision that rests on how the parser words its errors, or
//! a message as long as the text.

use oakc_diag::{Diagnostic, Fix, Span};
use toml_parser::decoder::Encoding;
use toml_parser::{Expected, ParseError, Span as Range};

use super::super::{Language, SYNTAX, clamped, shorten};
use super::Input;

/// An error in how keys, values and brackets follow one another.
pub(super) fn of_structure(input: Input<'_>, error: &ParseError) -> Diagnostic {
    let message = match error.expected() {
        None | Some([]) => {
            let found = error.context().map(|range| input.slice(range));
            format!("unexpected `{}`", shorten(found.unwrap_or_default()))
        }
        Some(expected) => format!("expected {}", listed(expected)),
    };
    if let Some(name) = spaced_header(input, marked(input, error).start) {
        let quoted = Language::Toml.key(name);
        let message = format!("the name `{}` must be in quotes", shorten(name));
        return invalid(&message, marked(input, error), "not part of a plain name")
            .help(format!("write `{}`", shorten(&quoted)));
    }
    invalid(&message, marked(input, error), "reading failed here")
        .help("correct the marked place; a quote or bracket may be unclosed before it")
}

/// The last part of the header on the line of an offset, if it has spaces in it.
fn spaced_header(input: Input<'_>, at: usize) -> Option<&str> {
    let before = input.text.get(..at)?.rsplit('\n').next()?;
    let after = input.text.get(at..)?.split('\n').next()?;
    let start = at - before.len();
    let line = input.text.get(start..at + after.len())?.trim();
    let path = line.strip_prefix('[')?.strip_suffix(']')?;
    let name = path.rsplit('.').next()?.trim();
    let is_name = |c: char| c.is_alphanumeric() || c == ' ' || c == '_' || c == '-';
    (name.contains(' ') && name.chars().all(is_name)).then_some(name)
}

/// An error within a key.
pub(super) fn of_key(
    input: Input<'_>,
    key: Range,
    encoding: Option<Encoding>,
    error: &ParseError,
) -> Diagnostic {
    let span = marked(input, error);
    match encoding {
        None if key.is_empty() => {
            invalid("a key is missing", span, "expected a key here").help("write `key = value`")
        }
        None if input.slice(key).ends_with(':') => {
            let written = input.slice(key);
            let name = shorten(written.trim_end_matches(':'));
            let colon = clamped(
                input.file,
                input.text,
                key.end().saturating_sub(1),
                key.end(),
            );
            invalid(
                "a key is followed by `:` instead of `=`",
                colon,
                "as in YAML",
            )
            .help(format!(
                "write `{name} = …`, or let the name of the file end in `.yaml`"
            ))
        }
        None => {
            let written = shorten(input.slice(key));
            let message = format!("the key `{written}` must be in quotes");
            invalid(
                &message,
                span,
                "only letters, digits, `-` and `_` need no quotes",
            )
            .help(format!("write `\"{written}\"`"))
            .fix(quote_key(input, key))
        }
        Some(Encoding::MlBasicString | Encoding::MlLiteralString) => {
            invalid("a key cannot be a multi-line string", span, "this key")
                .help("use single quotes or double quotes once")
        }
        Some(Encoding::BasicString | Encoding::LiteralString) => of_string(input, key, error),
    }
}

fn quote_key(input: Input<'_>, key: Range) -> Fix {
    let quoted = Language::Toml.key(input.slice(key));
    Fix::safe("put the key in quotes").edit(input.span(key), quoted)
}

/// An error within a value that is neither a list nor a table.
pub(super) fn of_value(
    input: Input<'_>,
    value: Range,
    encoding: Option<Encoding>,
    error: &ParseError,
) -> Diagnostic {
    if encoding.is_some() {
        return of_string(input, value, error);
    }
    let span = marked(input, error);
    let written = input.slice(value);
    if written.is_empty() {
        return invalid("a value is missing", span, "expected a value here")
            .help("write `key = value`, with text in quotes");
    }
    if written.ends_with(['"', '\'']) {
        return invalid("the opening quote is missing", span, "the text starts here")
            .help("put quotes on both sides of the text");
    }
    let lower = written.to_ascii_lowercase();
    if lower != written && ["true", "false", "inf", "nan"].contains(&lower.as_str()) {
        let message = format!("`{written}` must be in lower case");
        return invalid(&message, span, "not a value as it is written")
            .help(format!("write `{lower}`"));
    }
    let written = shorten(written);
    if written.starts_with(|first: char| first.is_ascii_digit() || "+-._".contains(first)) {
        let message = format!("`{written}` is not a valid number");
        return invalid(&message, span, "not part of a number")
            .help("correct the number; if it is meant to be text, put it in quotes");
    }
    let message = format!("`{written}` must be in quotes");
    invalid(&message, span, "neither a number nor `true` or `false`")
        .help(format!("put text in quotes: `\"{written}\"`"))
}

/// An error in a comment.
pub(super) fn of_comment(input: Input<'_>, error: &ParseError) -> Diagnostic {
    let span = marked(input, error);
    invalid("a comment contains a control character", span, "this one").help("remove it")
}

/// An error at the end of a line.
pub(super) fn of_newline(input: Input<'_>, error: &ParseError) -> Diagnostic {
    let message = "a line ends in a carriage return alone";
    invalid(message, marked(input, error), "no line feed follows")
        .help("save the file with Unix or Windows line endings")
}

fn of_string(input: Input<'_>, string: Range, error: &ParseError) -> Diagnostic {
    let span = marked(input, error);
    if span.start >= string.end() {
        return invalid(
            "a string is not closed",
            span,
            "expected the closing quote here",
        )
        .help("add the closing quote");
    }
    let next = input.text.get(span.start..).unwrap_or_default();
    if next.starts_with(char::is_control) {
        return invalid("a string contains a control character", span, "this one")
            .help("write it as an escape sequence such as `\\n` or `\\u0007`");
    }
    invalid(
        "a string contains an invalid escape sequence",
        span,
        "not valid after `\\`",
    )
    .help("write `\\\\` for a backslash, or put the text in single quotes")
}

fn invalid(message: &str, span: Span, label: &str) -> Diagnostic {
    Diagnostic::new(&SYNTAX, format!("invalid TOML: {message}")).label(span, label)
}

fn marked(input: Input<'_>, error: &ParseError) -> Span {
    let range = error.unexpected().or(error.context());
    input.span(range.unwrap_or_default())
}

fn listed(expected: &[Expected]) -> String {
    let names: Vec<String> = expected.iter().map(name).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

fn name(expected: &Expected) -> String {
    match expected {
        Expected::Literal("\n") => "a new line".to_owned(),
        Expected::Literal(literal) => format!("`{literal}`"),
        Expected::Description(description) => format!("a {description}"),
        other => format!("{other:?}"),
    }
}
