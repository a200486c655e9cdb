//! Unquoted words of YAML.
//!
//! In: a word and its tag. Out: the value it has in the core schema of YAML 1.2, where `yes`, `on`
//! and `0777` mean nothing special. Never: a guess: anything that is not a number, boolean or null
//! is a string.

use super::NodeValue;

/// What kept a word from having the value its tag asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ScalarError {
    /// The number has too many digits.
    TooLarge,
    /// The word is not of the kind its tag names.
    WrongKind,
    /// The tag is not one of the core schema.
    UnknownTag,
}

/// Prefix of the tags of the core schema.
const CORE: &str = "tag:yaml.org,2002:";

/// The value of a word whose tag (in full) is `tag`, or none; `plain` if it is unquoted.
pub(super) fn resolve(
    word: &str,
    plain: bool,
    tag: Option<&str>,
) -> Result<NodeValue, ScalarError> {
    let Some(tag) = tag else {
        return if plain {
            untagged(word)
        } else {
            Ok(NodeValue::Str(word.to_owned()))
        };
    };
    if tag == "!" {
        return Ok(NodeValue::Str(word.to_owned()));
    }
    match (tag.strip_prefix(CORE), untagged(word)) {
        (Some("str"), _) => Ok(NodeValue::Str(word.to_owned())),
        (Some("null"), Ok(value @ NodeValue::Null))
        | (Some("bool"), Ok(value @ NodeValue::Bool(_)))
        | (Some("int"), Ok(value @ NodeValue::Int(_)))
        | (Some("float"), Ok(value @ NodeValue::Float(_))) => Ok(value),
        (Some("float"), Ok(NodeValue::Int(_))) => {
            let float = word.parse().map_err(|_| ScalarError::WrongKind)?;
            Ok(NodeValue::Float(float))
        }
        (Some("int" | "float"), Err(error)) => Err(error),
        (Some("null" | "bool" | "int" | "float"), _) => Err(ScalarError::WrongKind),
        _ => Err(ScalarError::UnknownTag),
    }
}

/// Whether the tag (in full) may stand before a table or list.
pub(super) fn is_collection_tag(tag: &str, kind: &str) -> bool {
    tag == "!" || tag.strip_prefix(CORE) == Some(kind)
}

fn untagged(word: &str) -> Result<NodeValue, ScalarError> {
    Ok(match word {
        "" | "~" | "null" | "Null" | "NULL" => NodeValue::Null,
        "true" | "True" | "TRUE" => NodeValue::Bool(true),
        "false" | "False" | "FALSE" => NodeValue::Bool(false),
        ".nan" | ".NaN" | ".NAN" => NodeValue::Float(f64::NAN),
        _ => {
            if let Some(integer) = integer(word) {
                NodeValue::Int(integer?)
            } else if let Some(float) = float(word) {
                NodeValue::Float(float?)
            } else {
                NodeValue::Str(word.to_owned())
            }
        }
    })
}

/// `None` if the word does not have the form of an integer.
fn integer(word: &str) -> Option<Result<i128, ScalarError>> {
    let (digits, radix) = if let Some(digits) = word.strip_prefix("0x") {
        (digits, 16)
    } else if let Some(digits) = word.strip_prefix("0o") {
        (digits, 8)
    } else {
        (unsigned(word), 10)
    };
    let fits = |digit: char| digit.is_digit(radix);
    if digits.is_empty() || !digits.chars().all(fits) {
        return None;
    }
    let digits = if radix == 10 { word } else { digits };
    Some(i128::from_str_radix(digits, radix).map_err(|_| ScalarError::TooLarge))
}

/// `None` if the word does not have the form of a float.
fn float(word: &str) -> Option<Result<f64, ScalarError>> {
    let number = unsigned(word);
    if matches!(number, ".inf" | ".Inf" | ".INF") {
        let negative = word.starts_with('-');
        return Some(Ok(if negative {
            f64::NEG_INFINITY
        } else {
            f64::INFINITY
        }));
    }
    let (mantissa, exponent) = match number.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(unsigned(exponent))),
        None => (number, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let has_digits = !(whole.is_empty() && fraction.is_empty());
    let all_digits = is_digits(whole) && is_digits(fraction);
    let good_exponent = exponent.is_none_or(|digits| !digits.is_empty() && is_digits(digits));
    if !(has_digits && all_digits && good_exponent) {
        return None;
    }
    let value = word.parse::<f64>().ok()?;
    Some(if value.is_finite() {
        Ok(value)
    } else {
        Err(ScalarError::TooLarge)
    })
}

/// The word without one leading sign.
fn unsigned(word: &str) -> &str {
    word.strip_prefix(['-', '+']).unwrap_or(word)
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(word: &str) -> NodeValue {
        resolve(word, true, None).unwrap()
    }

    #[test]
    fn integers_have_the_forms_of_the_core_schema() {
        for (word, value) in [
            ("0", 0),
            ("-12", -12),
            ("+7", 7),
            ("012", 12),
            ("0xfF", 255),
            ("0o17", 15),
        ] {
            assert_eq!(plain(word), NodeValue::Int(value), "{word}");
        }
        assert_eq!(
            plain("18446744073709551615"),
            NodeValue::Int(u64::MAX.into())
        );
        assert_eq!(
            resolve(&"9".repeat(60), true, None),
            Err(ScalarError::TooLarge)
        );
    }

    #[test]
    fn floats_stay_floats_even_when_whole() {
        for (word, value) in [
            ("1.0", 1.0),
            ("5.", 5.0),
            (".5", 0.5),
            ("-1e3", -1000.0),
            ("+12e-1", 1.2),
        ] {
            assert_eq!(plain(word), NodeValue::Float(value), "{word}");
        }
        assert_eq!(plain("-.inf"), NodeValue::Float(f64::NEG_INFINITY));
        assert!(matches!(plain(".nan"), NodeValue::Float(value) if value.is_nan()));
        assert_eq!(resolve("1e999", true, None), Err(ScalarError::TooLarge));
    }

    #[test]
    fn words_that_yaml_1_1_would_convert_stay_strings() {
        for word in [
            "yes",
            "No",
            "on",
            "off",
            "y",
            "1_000",
            "0b1",
            "1:30",
            "-0x1",
            "0x",
            ".",
            "e3",
            "1e",
            "inf",
            "2024-01-01",
            "1080p",
            "-",
        ] {
            assert_eq!(plain(word), NodeValue::Str(word.to_owned()), "{word}");
        }
    }

    #[test]
    fn a_tag_decides_or_is_refused() {
        let tagged = |word, tag| resolve(word, true, Some(tag));
        assert_eq!(
            tagged("12", "tag:yaml.org,2002:str"),
            Ok(NodeValue::Str("12".to_owned()))
        );
        assert_eq!(tagged("12", "!"), Ok(NodeValue::Str("12".to_owned())));
        assert_eq!(
            tagged("12", "tag:yaml.org,2002:float"),
            Ok(NodeValue::Float(12.0))
        );
        assert_eq!(
            tagged("x", "tag:yaml.org,2002:int"),
            Err(ScalarError::WrongKind)
        );
        assert_eq!(tagged("x", "!mine"), Err(ScalarError::UnknownTag));
        assert_eq!(
            tagged("x", "tag:yaml.org,2002:binary"),
            Err(ScalarError::UnknownTag)
        );
    }
}
